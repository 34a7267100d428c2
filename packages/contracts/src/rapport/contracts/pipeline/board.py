"""A job's board: stages as columns, active applications as cards."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import SEE_JOBS, Rule
from rapport.contracts.pipeline.jobs import Job, Stage
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import MAX_IDS, Page, Result
from rapport.contracts.vocabulary import ApplicationAction, AttentionReason, Origin, Severity, SyncState


class CardFlag(Result):
    """The flag of a card that matters most."""

    reason: AttentionReason
    """Why."""
    severity: Severity
    """How late it is."""
    since: datetime
    """Since when somebody owes it."""
    red_at: datetime | None
    """When it becomes, or became, too late; null if who must act does not work before."""
    owner_id: UUID | None
    """Who must act; null if nobody is known."""


class CardAttention(Result):
    """Why an application needs attention; flags that are snoozed do not count."""

    red: int
    """Flags that are red."""
    yellow: int
    """Flags that are yellow."""
    first: CardFlag
    """The one that matters most: red before yellow, then the one that is late longest."""


class Card(Result):
    """An active application as the board shows it."""

    application_id: UUID
    person_id: UUID
    stage_id: UUID
    person_name: str
    person_title: str | None
    person_company: str | None
    origin: Origin
    source: str | None
    stage_entered_at: datetime
    last_activity_at: datetime | None
    next_interview_at: datetime | None
    scorecards_submitted: int
    scorecards_due: int
    """Interviews that are over and still lack their interviewer's scorecard."""
    sync: SyncState
    ats_stage_id: UUID | None
    """The stage the ATS insists on; only for a conflict."""
    sync_reason: str | None = None
    """Why the ATS refused, in its own words; only for a conflict."""
    refused_action: ApplicationAction | None = None
    """What the ATS refused, if it was not a move; only for a conflict."""
    version: int
    attention: CardAttention | None = None
    """Null if nothing is late."""


class PlacedCard(Result):
    job_id: UUID
    """On whose board it lies."""
    card: Card


class PlacedCards(Result):
    items: tuple[PlacedCard, ...]


class GetCardsByIds(PipelineRequest[PlacedCards]):
    """The cards of these applications, each wherever it lies; those that are on no board the viewer sees are left out.

    In no particular order.
    """

    rule: ClassVar[Rule] = SEE_JOBS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
    """Of applications."""


class CardEdge(Result):
    cursor: tuple[str, ...]
    node: Card


class CardPage(Result):
    edges: tuple[CardEdge, ...]
    has_next: bool


class Column(Result):
    stage: Stage
    count: int
    """Active applications in this stage, on this page or not."""
    red: int = 0
    """Those of them that have a red flag."""
    yellow: int = 0
    """Those of them whose flags are all yellow."""
    cards: CardPage
    """Longest in the stage first."""


class Board(Result):
    job: Job
    columns: tuple[Column, ...]


class GetBoard(PipelineRequest[Board]):
    """A job's board: every active stage, or one, with its first cards or those after a cursor."""

    rule: ClassVar[Rule] = SEE_JOBS

    job_id: UUID
    stage_id: UUID | None = None
    page: Page = Page()
