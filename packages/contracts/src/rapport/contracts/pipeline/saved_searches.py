"""Searches for people that users save and share, beside those that are built in, and how many each finds anew."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from rapport.contracts.authorisation import KEEP_SEARCHES, OPEN_SEARCHES, SEARCH_PEOPLE, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.search import SearchQuery
from rapport.contracts.requests import Result
from rapport.contracts.text import CLEANED
from rapport.contracts.vocabulary import PeopleSort, SearchSharing

MAX_SAVED_SEARCHES = 50
"""The most searches that one user may save."""
MAX_SHARED_SEARCHES = 200
"""The most searches of others that are listed."""
MAX_SEARCH_NAME = 100
"""The most characters of a search's name."""
MAX_FOLLOWED = 10_000
"""The most people of a search that are remembered, so that new ones can be told from them."""

_SearchName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_SEARCH_NAME), CLEANED
]


class SavedQuery(SearchQuery):
    """What a saved search searches for, and in which order."""

    sort: PeopleSort = PeopleSort.RELEVANCE


class SavedSearch(Result):
    """A search that can be opened again."""

    id: UUID
    name: str
    query: SavedQuery
    owner_id: UUID | None
    """Who saved it; null for one that is built in."""
    sharing: SearchSharing
    job_id: UUID | None
    """Whose hiring team may open it, if it is shared with one."""
    looked_at: datetime | None
    """When the viewer last opened it."""
    version: int
    """Grows with every change; 0 for one that is built in."""


class SavedSearches(Result):
    items: tuple[SavedSearch, ...]


class GetSavedSearches(PipelineRequest[SavedSearches]):
    """The searches that the viewer may open: those built in, then their own, then others', at most
    ``MAX_SHARED_SEARCHES``, each by name."""

    rule: ClassVar[Rule] = OPEN_SEARCHES


class GetSavedSearchesByIds(PipelineRequest[SavedSearches]):
    """Those of these searches that the viewer may open. In no particular order."""

    rule: ClassVar[Rule] = OPEN_SEARCHES

    ids: tuple[UUID, ...] = Field(max_length=MAX_SAVED_SEARCHES + MAX_SHARED_SEARCHES)


class NewPeople(Result):
    """How many people a search finds anew."""

    search_id: UUID
    people: int | None
    """Who match now and did not when the viewer last opened it; only those whom they may see. Null if they never
    opened it, or if it finds more than ``MAX_FOLLOWED``."""


class NewPeopleOfSearches(Result):
    items: tuple[NewPeople, ...]


class CountNewPeople(PipelineRequest[NewPeopleOfSearches]):
    """How many people each of these searches finds anew for the viewer; of those that they may not open, nothing."""

    rule: ClassVar[Rule] = OPEN_SEARCHES

    ids: tuple[UUID, ...] = Field(max_length=MAX_SAVED_SEARCHES + MAX_SHARED_SEARCHES)


class OpenSavedSearch(PipelineRequest[SavedSearch]):
    """The viewer opens a search: from now on, whom it finds now is no longer new to them."""

    rule: ClassVar[Rule] = OPEN_SEARCHES

    search_id: UUID


def _team_of_a_job(sharing: SearchSharing | None, job_id: UUID | None) -> None:
    if (sharing is SearchSharing.HIRING_TEAM) != (job_id is not None):
        raise ValueError("a job is named for a search that is shared with a hiring team, and for no other")


class SaveSearch(PipelineRequest[SavedSearch]):
    """Save a search. Whom it finds now is not new. Repeating it under the same key saves no other."""

    rule: ClassVar[Rule] = SEARCH_PEOPLE

    search_name: _SearchName
    query: SavedQuery
    sharing: SearchSharing = SearchSharing.PRIVATE
    job_id: UUID | None = None
    """Required to share it with a hiring team: it is this job's."""

    @model_validator(mode="after")
    def _shared_with_somebody(self) -> "SaveSearch":
        _team_of_a_job(self.sharing, self.job_id)
        return self


class ChangeSavedSearch(PipelineRequest[SavedSearch]):
    """Rename a search, search for something else, or share it otherwise; what is left out stays.

    If it searches for something else, nobody has opened it yet. Repeating it changes nothing.
    """

    rule: ClassVar[Rule] = KEEP_SEARCHES

    search_id: UUID
    search_name: _SearchName | None = None
    query: SavedQuery | None = None
    sharing: SearchSharing | None = None
    job_id: UUID | None = None
    """With ``sharing`` alone."""

    @model_validator(mode="after")
    def _shared_with_somebody(self) -> "ChangeSavedSearch":
        _team_of_a_job(self.sharing, self.job_id)
        return self


class RemoveSavedSearch(PipelineRequest[SavedSearch]):
    """Remove a search; the answer is what it was."""

    rule: ClassVar[Rule] = KEEP_SEARCHES

    search_id: UUID
