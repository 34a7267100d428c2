"""Finding people by what they said of themselves: whether, by which answers, and what it was used for.

Nobody is told what somebody answered. Who searches by it finds people who gave one of several answers to several
questions, and agreed to be found so.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import SEE_DIVERSITY_FILTER, SET_DIVERSITY_SOURCING, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.search import PeopleFilter
from rapport.contracts.requests import Page, Result
from rapport.contracts.vocabulary import DiversityUseKind

MAX_DIVERSITY_OPTIONS = 100
"""The most answers that may count."""
MIN_DIVERSITY_PEOPLE = 10
"""Fewer people than that are not shown; more are shown and counted in multiples of it."""
DIVERSITY_CHOICE_DAYS = 30
"""Days for which a choice holds."""


class DemographicOption(Result):
    """An answer that people may choose."""

    id: UUID
    name: str


class DemographicQuestion(Result):
    """A question that people are asked about themselves when they apply."""

    id: UUID
    name: str
    set_title: str | None
    """What the questions that are asked together with it are called."""
    options: tuple[DemographicOption, ...]
    """By name."""


class DiversitySourcing(Result):
    """Whether people may be found by what they said of themselves, and by which answers."""

    on: bool
    """Off until an admin switches it on."""
    option_ids: tuple[UUID, ...]
    """Who gave one of these is found."""
    consent_option_id: UUID | None
    """If they gave this one as well: it says that they agree."""
    may_choose_at: datetime | None
    """From when on other answers may be chosen; null for now."""
    changed_at: datetime | None
    """Null if nobody has changed anything."""
    changed_by: UUID | None
    questions: tuple[DemographicQuestion, ...]
    """Those that the ATS asks, by name."""


class GetDiversitySourcing(PipelineRequest[DiversitySourcing]):
    """Whether people may be found by what they said of themselves. For admins."""

    rule: ClassVar[Rule] = SET_DIVERSITY_SOURCING


class SetDiversitySourcing(PipelineRequest[DiversitySourcing]):
    """Switch it on or off, and choose the answers; what is left out stays.

    Refused is what would tell which answer somebody gave: answers to a single question, answers that single out others
    by what was chosen before, one that nearly all of them gave, and another choice within ``DIVERSITY_CHOICE_DAYS``.
    """

    rule: ClassVar[Rule] = SET_DIVERSITY_SOURCING

    on: bool
    option_ids: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=MAX_DIVERSITY_OPTIONS)
    consent_option_id: UUID | None = None


class DiversityFilter(Result):
    """Whether the viewer may search by it, and what the people whom it finds agreed to."""

    available: bool
    """It is switched on, and the viewer has the grant."""
    consent_question: str | None = None
    """What they were asked; null unless it is available."""
    consent_answer: str | None = None
    """What they answered; null unless it is available."""


class GetDiversityFilter(PipelineRequest[DiversityFilter]):
    """Whether the viewer may search by what people said of themselves."""

    rule: ClassVar[Rule] = SEE_DIVERSITY_FILTER


class DiversityUse(Result):
    """One use, or one change, of it."""

    id: UUID
    used_at: datetime
    user_id: UUID
    kind: DiversityUseKind
    people: int | None
    """How many were found, rounded down; null if they were too few to be shown, and of what is no search."""
    filter: PeopleFilter | None
    """What was searched by, with an ellipsis for every text; null of what is no search."""
    with_text: bool
    """Whether a text was searched for as well."""
    options: tuple[str, ...]
    """Of a choice, the answers as they are called now."""


class DiversityUseEdge(Result):
    cursor: tuple[str, ...]
    node: DiversityUse


class DiversityUsePage(Result):
    edges: tuple[DiversityUseEdge, ...]
    has_next: bool


class GetDiversityUses(PipelineRequest[DiversityUsePage]):
    """What it was used for, and who changed it, the newest first. For admins."""

    rule: ClassVar[Rule] = SET_DIVERSITY_SOURCING

    page: Page = Page()
