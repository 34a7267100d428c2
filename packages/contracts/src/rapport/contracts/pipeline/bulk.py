"""Actions on many people at once: chosen one by one or by a search, checked, then done with an outcome for each."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rapport.contracts.authorisation import ACT_ON_MANY, KEEP_PEOPLE, Rule
from rapport.contracts.pipeline.crm import Tag
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.search import SearchQuery
from rapport.contracts.requests import MAX_IDS, Page, Result
from rapport.contracts.vocabulary import BulkActionKind, BulkActionState, BulkOutcome

MAX_SELECTED = 1000
"""The most people of one action."""
MAX_REVIEWED = 100
"""The most people who are sent for review together."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PeopleSelection(_Part):
    """Whom: these people, or everybody whom a search finds but these."""

    person_ids: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=MAX_SELECTED)
    search: SearchQuery | None = None
    """Everybody whom it finds; more than ``MAX_SELECTED`` are refused."""
    except_ids: tuple[UUID, ...] = Field(default=(), max_length=MAX_SELECTED)
    """Of those found, these not."""

    @model_validator(mode="after")
    def _either(self) -> "PeopleSelection":
        if (self.person_ids is None) == (self.search is None):
            raise ValueError("either people or a search must be given")
        return self


_NEEDED = {
    BulkActionKind.ADD_TO_PROJECT: "project_id",
    BulkActionKind.ADD_TAG: "tag",
    BulkActionKind.REMOVE_TAG: "tag",
    BulkActionKind.REQUEST_REVIEW: None,
    BulkActionKind.ADD_TO_JOB: "job_id",
}
"""What each kind of action is done with."""


class PeopleAction(_Part):
    """What is done with each."""

    kind: BulkActionKind
    project_id: UUID | None = None
    """Of ``ADD_TO_PROJECT``, and of nothing else."""
    tag: Tag | None = None
    """Of ``ADD_TAG`` and ``REMOVE_TAG``, and of nothing else."""
    job_id: UUID | None = None
    """Of ``ADD_TO_JOB``, and of nothing else."""

    @model_validator(mode="after")
    def _with_what_it_needs(self) -> "PeopleAction":
        given = {name for name in ("project_id", "tag", "job_id") if getattr(self, name) is not None}
        needed = {name for name in (_NEEDED[self.kind],) if name}
        if given != needed:
            raise ValueError(f"needs {' and '.join(sorted(needed)) or 'nothing to do it with'}, and nothing else")
        return self


class OutcomeCount(Result):
    """How many people have an outcome."""

    outcome: BulkOutcome
    """Which."""
    people: int
    """How many."""


class BulkAction(Result):
    """An action on many people, which its user has checked and perhaps started."""

    id: UUID
    action: PeopleAction
    requested_by: UUID
    requested_at: datetime
    state: BulkActionState
    people: int
    """How many were selected."""
    expected: tuple[OutcomeCount, ...]
    """What would become of them, as it was when the action was checked."""
    outcomes: tuple[OutcomeCount, ...]
    """What became of those with whom it was tried so far."""
    in_process: int
    """How many have an application under way."""
    result_id: UUID | None
    """The review that was requested, if that is what was done."""
    version: int


class BulkActions(Result):
    items: tuple[BulkAction, ...]


class BulkPerson(Result):
    """One of the people of an action."""

    number: int
    """From 1, in the order of the selection."""
    person_id: UUID
    expected: BulkOutcome
    """What would become of them, as it was when the action was checked."""
    in_process: bool
    """Whether they had an application under way then."""
    outcome: BulkOutcome | None
    """What became of them; null until it was tried."""
    reason: str | None
    """Why, if the outcome does not say it."""


class BulkPersonEdge(Result):
    cursor: tuple[str, ...]
    node: BulkPerson


class BulkPersonPage(Result):
    edges: tuple[BulkPersonEdge, ...]
    has_next: bool


class CheckBulkAction(PipelineRequest[BulkAction]):
    """Select people and say what would become of each; nothing is changed before the action is started.

    Whom a search finds is decided now: the action is about these people, whoever it finds later. Repeating it under the
    same key checks nothing else.
    """

    rule: ClassVar[Rule] = KEEP_PEOPLE

    selection: PeopleSelection
    action: PeopleAction


class StartBulkAction(PipelineRequest[BulkAction]):
    """Begin an action that was checked by the same user. Repeating it changes nothing.

    Not for a review: that is requested from the service of reviews, and then recorded.
    """

    rule: ClassVar[Rule] = ACT_ON_MANY

    bulk_action_id: UUID


class RecordReviewOfPeople(PipelineRequest[BulkAction]):
    """A review of people was requested as an action on them. Repeating it changes nothing."""

    rule: ClassVar[Rule] = ACT_ON_MANY

    bulk_action_id: UUID
    review_id: UUID
    person_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MAX_REVIEWED)
    """Who is in it; the others are not."""


class GetBulkActionsByIds(PipelineRequest[BulkActions]):
    """Those of these actions that are the viewer's. In no particular order."""

    rule: ClassVar[Rule] = ACT_ON_MANY

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class GetBulkActionPeople(PipelineRequest[BulkPersonPage]):
    """The people of an action of the viewer's, in the order of the selection."""

    rule: ClassVar[Rule] = ACT_ON_MANY

    bulk_action_id: UUID
    outcome: BulkOutcome | None = None
    """Only those with this outcome; before it was tried, with this one expected."""
    page: Page = Page()
