"""What the pipeline service answers: the directory, jobs, people, the board, moves and the ATS sync."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from rapport.contracts.access import EVERYBODY, MOVE_CARDS, RUN_SYNC, SEE_JOBS, Rule
from rapport.contracts.addresses import ComparableAddress
from rapport.contracts.hiring import (
    ApplicationStatus,
    JobStatus,
    Origin,
    StageKind,
    SyncState,
    TeamRole,
    TransitionKind,
)
from rapport.contracts.identity import OrgId, Viewer
from rapport.contracts.refusals import ApplicationState
from rapport.contracts.requests import Page, ReplyT, Request
from rapport.contracts.text import CleanText

MAX_IDS = 200
"""The most ids one batched read may name."""


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True)


class _PipelineRequest(Request[ReplyT]):
    service: ClassVar[str] = "pipeline"


# The directory --------------------------------------------------------------------------------------------


class Identified(_Reply):
    """The user behind a verified token."""

    viewer: Viewer
    name: str
    email: str


class IdentifyViewer(_PipelineRequest[Identified]):
    """Who in this organisation's directory has this verified e-mail address?"""

    anonymous: ClassVar[bool] = True

    org_id: OrgId
    email: ComparableAddress


class User(_Reply):
    id: UUID
    name: str
    email: str
    active: bool = True
    """Whether they still belong to the organisation."""


class Users(_Reply):
    items: tuple[User, ...]


class UserEdge(_Reply):
    cursor: tuple[str, ...]
    node: User


class UserPage(_Reply):
    edges: tuple[UserEdge, ...]
    has_next: bool


class GetUsers(_PipelineRequest[UserPage]):
    """The organisation's active users by name; optionally those whose name or address holds a text."""

    rule: ClassVar[Rule] = EVERYBODY

    containing: CleanText | None = Field(default=None, max_length=100)
    page: Page = Page()


class GetUsersByIds(_PipelineRequest[Users]):
    """These users, active ones and former ones; those unknown are left out. In no particular order."""

    rule: ClassVar[Rule] = EVERYBODY

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


# Jobs -----------------------------------------------------------------------------------------------------


class Stage(_Reply):
    id: UUID
    name: str
    kind: StageKind
    position: int
    active: bool = True


class TeamMember(_Reply):
    user: User
    role: TeamRole
    responsible: bool


class Job(_Reply):
    id: UUID
    title: str
    status: JobStatus
    department: str | None
    location: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    openings: int
    """Seats of this job that are open or filled."""
    active_applications: int
    stages: tuple[Stage, ...]
    """In the order of the process."""
    team: tuple[TeamMember, ...]


class Jobs(_Reply):
    items: tuple[Job, ...]


class JobEdge(_Reply):
    cursor: tuple[str, ...]
    node: Job


class JobPage(_Reply):
    edges: tuple[JobEdge, ...]
    has_next: bool


class GetJobs(_PipelineRequest[JobPage]):
    """The jobs the viewer may see, the most recently opened first."""

    rule: ClassVar[Rule] = SEE_JOBS

    status: JobStatus | None = None
    page: Page = Page()


class GetJobsByIds(_PipelineRequest[Jobs]):
    """These jobs; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_JOBS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


# People and their history ---------------------------------------------------------------------------------


class Sync(_Reply):
    """An application's agreement with the ATS."""

    state: SyncState
    since: datetime
    reason: str | None = None
    """Why the ATS refused, in its own words; only for a conflict."""
    ats_stage: Stage | None = None
    """The stage the ATS insists on; only for a conflict."""


class Transition(_Reply):
    """One entry of an application's history, oldest first where listed."""

    id: UUID
    kind: TransitionKind
    from_stage: Stage | None
    to_stage: Stage | None
    occurred_at: datetime
    recorded_at: datetime
    actor: User | None
    """Absent when the ATS does not say who it was."""


class Application(_Reply):
    id: UUID
    person_id: UUID
    job_id: UUID
    job_title: str
    status: ApplicationStatus
    stage: Stage
    origin: Origin
    source: str | None
    applied_at: datetime
    stage_entered_at: datetime
    last_activity_at: datetime | None
    closed_at: datetime | None
    close_reason: str | None
    version: int
    sync: Sync
    history: tuple[Transition, ...] = ()
    """At most 200 entries, the newest kept; only when asked for."""


class Applications(_Reply):
    items: tuple[Application, ...]


class GetApplicationsByIds(_PipelineRequest[Applications]):
    """These applications; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_JOBS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
    include_history: bool = False


class ContactPoint(_Reply):
    value: str
    type: str | None = None


class Person(_Reply):
    id: UUID
    first_name: str
    last_name: str
    title: str | None
    company: str | None
    location: str | None
    emails: tuple[ContactPoint, ...]
    phones: tuple[ContactPoint, ...]
    links: tuple[str, ...]
    tags: tuple[str, ...]
    added_at: datetime
    last_activity_at: datetime | None
    may_be_emailed: bool = True
    """Whether they agreed to be written to by mail, as the ATS has it."""
    applications: tuple[Application, ...] = ()
    """Newest first, at most 100; only when asked for."""


class People(_Reply):
    items: tuple[Person, ...]


class PersonEdge(_Reply):
    cursor: tuple[str, ...]
    node: Person


class PersonPage(_Reply):
    edges: tuple[PersonEdge, ...]
    has_next: bool


class GetPeople(_PipelineRequest[PersonPage]):
    """The people the viewer may see, the most recently added first; optionally only applicants of one job."""

    rule: ClassVar[Rule] = SEE_JOBS

    job_id: UUID | None = None
    page: Page = Page()
    include_applications: bool = False


class GetPeopleByIds(_PipelineRequest[People]):
    """These people; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_JOBS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
    include_applications: bool = False


# The board ------------------------------------------------------------------------------------------------


class Card(_Reply):
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
    version: int


class CardEdge(_Reply):
    cursor: tuple[str, ...]
    node: Card


class CardPage(_Reply):
    edges: tuple[CardEdge, ...]
    has_next: bool


class Column(_Reply):
    stage: Stage
    count: int
    """Active applications in this stage, on this page or not."""
    cards: CardPage
    """Longest in the stage first."""


class Board(_Reply):
    job: Job
    columns: tuple[Column, ...]


class GetBoard(_PipelineRequest[Board]):
    """A job's board: every active stage, or one, with its first cards or those after a cursor."""

    rule: ClassVar[Rule] = SEE_JOBS

    job_id: UUID
    stage_id: UUID | None = None
    page: Page = Page()


class Moved(_Reply):
    application: ApplicationState


class MoveApplication(_PipelineRequest[Moved]):
    """Move a card, provided it is still where the viewer saw it. Written to the ATS afterwards."""

    rule: ClassVar[Rule] = MOVE_CARDS

    application_id: UUID
    from_stage_id: UUID
    to_stage_id: UUID


# The ATS sync ---------------------------------------------------------------------------------------------


class SyncPhase(StrEnum):
    """What a connection is doing. ``idle``: in step, waiting for changes."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    IDLE = "idle"
    FAILED = "failed"


class CollectionProgress(_Reply):
    name: str
    records: int
    """Records read in the current or last run."""
    done: bool


class ComparisonState(StrEnum):
    """What the comparison of everything with the ATS is doing.

    ``stopped``: it ended without ending what is missing there, since that is too much to be believed.
    """

    IDLE = "idle"
    RUNNING = "running"
    STOPPED = "stopped"


class CollectionState(StrEnum):
    """Where the comparison of one collection stands.

    ``confirming``: the ATS is asked once more for what it did not show. ``stopped``: too much was missing there.
    """

    WAITING = "waiting"
    READING = "reading"
    CONFIRMING = "confirming"
    DONE = "done"
    STOPPED = "stopped"


class ComparedCollection(_Reply):
    name: str
    state: CollectionState
    read: int
    """Records of the ATS compared so far."""
    expected: int
    """Records of it that Rapport held when it began: about as many are to be read."""
    missing_there: int
    """Records that the ATS no longer has, and that were ended here."""
    missing_here: int
    """Records that the ATS had and Rapport had not, read now."""
    different: int
    """Records that were different here, put right now."""


class Comparison(_Reply):
    """The slow comparison of everything with the ATS, which finds what nothing told of."""

    state: ComparisonState
    requested: bool
    """Whether another one begins soon."""
    started_at: datetime | None
    finished_at: datetime | None
    """When the last one ended."""
    collections: tuple[ComparedCollection, ...]


class ConnectionSync(_Reply):
    connection: str
    kind: str
    phase: SyncPhase
    full: bool
    """Whether the current or last run read everything, or only changes."""
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    collections: tuple[CollectionProgress, ...]
    pending_writes: int
    conflicts: int
    unknown_deliveries: int
    """Webhook deliveries of a kind we do not handle; they are kept."""
    unread_records: int = 0
    """Records of the ATS that could not be read and were skipped; the logs say which and why."""
    unapplied_endings: int = 0
    """Webhook deliveries which say that something ended in the ATS, and could not be applied: an operator looks at the
    logs. They count until everything has been compared with the ATS."""
    unapplied_ending_kinds: tuple[str, ...] = ()
    """The kinds of these deliveries, as the ATS calls them."""
    comparison: Comparison | None = None


class SyncStatus(_Reply):
    connections: tuple[ConnectionSync, ...]


class GetSync(_PipelineRequest[SyncStatus]):
    """How the organisation's ATS connections are doing."""

    rule: ClassVar[Rule] = EVERYBODY


class StartSync(_PipelineRequest[SyncStatus]):
    """Ask for a run now; a full one reads everything again. Admins and recruiters only."""

    rule: ClassVar[Rule] = RUN_SYNC

    connection: str
    full: bool = False


class CompareWithAts(_PipelineRequest[SyncStatus]):
    """Ask for a slow comparison of everything with the ATS. Admins and recruiters only.

    ``accept_missing``, for admins only: what is missing there ends here, however much it is.
    """

    rule: ClassVar[Rule] = RUN_SYNC

    connection: str
    accept_missing: bool = False
