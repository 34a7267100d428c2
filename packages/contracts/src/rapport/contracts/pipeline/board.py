"""A job's board: stages as columns, active applications as cards."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from rapport.contracts.authorisation import SEE_JOBS, Rule
from rapport.contracts.pipeline.jobs import Job, Stage
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import MAX_IDS, Page, Result
from rapport.contracts.text import CleanText
from rapport.contracts.vocabulary import ApplicationAction, AttentionReason, BoardOrder, Origin, Severity, SyncState

MAX_FILTER_TEXT = 100
"""Characters of what cards are filtered by."""
MAX_QUIET_DAYS = 3_650


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
    reasons: tuple[AttentionReason, ...] = ()
    """Of all its flags, each once."""


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
    recruiter_id: UUID | None = None
    """Who looks after the person."""
    coordinator_id: UUID | None = None
    """Who arranges the person's interviews."""
    synced_at: datetime | None = None
    """When it was last known to be as the ATS has it, for what is known of it alone; null while it is not."""
    in_sync_at: datetime | None = None
    """When everything that had changed in its ATS had last been read."""

    @property
    def last_synced_at(self) -> datetime | None:
        """When it was last known to be as the ATS has it; None while it is not."""
        if self.sync is not SyncState.SYNCED:
            return None
        return max(filter(None, (self.synced_at, self.in_sync_at)), default=None)


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
    found: int | None = None
    """Those of them that fit the filter; null where the board was asked for as it is."""
    median_entered_at: datetime | None = None
    """When the one in the middle of them entered the stage; null where nobody asked."""
    cards: CardPage
    """In the order that was asked for."""


class SourceFacet(Result):
    """Cards with a source; or those that have none, by how they came about."""

    source: str | None
    """What the account calls it; null for cards without one."""
    origin: Origin | None
    """Only of cards without a source."""
    count: int
    """How many there are."""


class MemberFacet(Result):
    """Cards of people whom a user looks after."""

    user_id: UUID
    count: int
    """How many there are."""


class ReasonFacet(Result):
    """Cards with a flag for a reason."""

    reason: AttentionReason
    """Why."""
    count: int
    """How many there are."""


class QuietFacet(Result):
    """Cards with which nothing has happened for some time."""

    days: int
    """Whole days of 24 hours."""
    count: int
    """How many there are."""


class BoardFacets(Result):
    """What a board can be filtered by, each counted among the cards that fit all other conditions of the filter."""

    sources: tuple[SourceFacet, ...]
    """The most frequent first, at most 100."""
    members: tuple[MemberFacet, ...]
    """Who looks after most people first, at most 100."""
    reasons: tuple[ReasonFacet, ...]
    """The most frequent first."""
    quiet: tuple[QuietFacet, ...]
    """The shortest time first."""


class Board(Result):
    job: Job
    columns: tuple[Column, ...]
    facets: BoardFacets | None = None
    """Null where nobody asked for them."""


class BoardFilter(BaseModel):
    """Which cards of a board: all that is given must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: CleanText | None = Field(default=None, max_length=MAX_FILTER_TEXT)
    """Whose name, title and company together have each of these words in them, or a part of one."""
    source: CleanText | None = Field(default=None, max_length=500)
    """From this source, as the account calls it."""
    origin: Origin | None = None
    """That came about in this way and have no source."""
    member_id: UUID | None = None
    """Of people whose recruiter or coordinator is this user."""
    reason: AttentionReason | None = None
    """That have a flag for this reason."""
    quiet_days: int | None = Field(default=None, ge=1, le=MAX_QUIET_DAYS)
    """With which nothing has happened for so many whole days of 24 hours."""


class GetBoard(PipelineRequest[Board]):
    """A job's board: every active stage, or one, with its first cards or those after a cursor."""

    rule: ClassVar[Rule] = SEE_JOBS

    job_id: UUID
    stage_id: UUID | None = None
    filter: BoardFilter = BoardFilter()
    order: BoardOrder = BoardOrder.TIME_IN_STAGE
    facets: bool = False
    """Count what it can be filtered by."""
    medians: bool = False
    """Say how long applications have been in each stage."""
    page: Page = Page()
