"""Applications with their history, and moves between stages."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rapport.contracts.authorisation import (
    CLOSE_APPLICATIONS,
    EVERYBODY,
    HIRE_PEOPLE,
    MOVE_CARDS,
    SEE_APPLICATIONS,
    SEE_CLOSE_REASONS,
    SEE_JOBS,
    SEE_OWN_CONFLICTS,
    TRANSFER_APPLICATIONS,
    Rule,
)
from rapport.contracts.pipeline.jobs import Stage
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.users import User
from rapport.contracts.refusals import ApplicationState
from rapport.contracts.requests import MAX_IDS, Result
from rapport.contracts.vocabulary import (
    ApplicationAction,
    ApplicationStatus,
    ClosedBy,
    Origin,
    RejectionState,
    SyncState,
    TransitionKind,
)

MAX_CLOSE_NOTE = 10_000
"""Characters."""


class Sync(Result):
    """An application's agreement with the ATS."""

    state: SyncState
    since: datetime
    reason: str | None = None
    """Why the ATS refused, in its own words; only for a conflict."""
    ats_stage: Stage | None = None
    """The stage the ATS insists on; only for a conflict."""
    refused_action: ApplicationAction | None = None
    """What the ATS refused, if it was not a move; only for a conflict. The application is as the ATS has it."""
    last_synced_at: datetime | None = None
    """When it was last known to be as the ATS has it; null while it is not, or nothing was read since an upgrade."""


class Transition(Result):
    """One entry of an application's history, oldest first where listed."""

    id: UUID
    kind: TransitionKind
    from_stage: Stage | None
    to_stage: Stage | None
    occurred_at: datetime
    recorded_at: datetime
    actor: User | None
    """Absent when the ATS does not say who it was."""


class Application(Result):
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
    """At most 200 entries, the newest kept; only when requested."""


class Applications(Result):
    items: tuple[Application, ...]


class GetApplicationsByIds(PipelineRequest[Applications]):
    """These applications; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
    include_history: bool = False


class Conflicts(Result):
    """At most ``MAX_WAITING``, those that wait longest first, and how many there are."""

    items: tuple[Application, ...]
    total: int


class GetConflicts(PipelineRequest[Conflicts]):
    """The applications under way about which the ATS disagrees, of the jobs on whose hiring team the viewer is."""

    rule: ClassVar[Rule] = SEE_OWN_CONFLICTS


class MoveResult(Result):
    application: ApplicationState


class MoveApplication(PipelineRequest[MoveResult]):
    """Move a card, provided it is still where the viewer saw it. Written to the ATS afterwards.

    A conflict with the ATS is settled by a move: to the stage of the ATS, which needs no writing; to a third stage; or
    to the stage where it is (``to_stage_id`` is ``from_stage_id``), which keeps that stage and writes it again.
    """

    rule: ClassVar[Rule] = MOVE_CARDS

    application_id: UUID
    from_stage_id: UUID
    to_stage_id: UUID
    ats_stage_id: UUID | None = None
    """Where the ATS has it, as the viewer saw it in a conflict: if that is no longer so, nothing is changed."""


class CloseReason(Result):
    """Why an application ends, as the account calls it, and who ends it."""

    id: UUID
    name: str
    closed_by: ClosedBy


class CloseReasons(Result):
    items: tuple[CloseReason, ...]


class GetCloseReasons(PipelineRequest[CloseReasons]):
    """The account's reasons for which applications are rejected or withdrawn, by name."""

    rule: ClassVar[Rule] = SEE_CLOSE_REASONS


class ApplicationResult(Result):
    """An application after something was done to it; it is written to the ATS afterwards."""

    application: ApplicationState


class RejectionMail(BaseModel):
    """The mail that tells a person of their rejection. It goes once the ATS has confirmed the rejection, and not if
    that is taken back before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    template_id: UUID
    """One of outreach's templates: the organisation's, or the viewer's own."""
    template_version: int | None = Field(default=None, ge=1)
    """The version that the viewer saw, which is what is sent; the newest if absent."""
    send_at: AwareDatetime | None = None
    """Not before; at the latest within a year. If absent: 9:30 on the next day on which the viewer works."""


class Rejection(BaseModel):
    """How we turn people down: the same for one as for many at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason_id: UUID
    """One of those for which we turn people down."""
    note: str | None = Field(default=None, max_length=MAX_CLOSE_NOTE)
    """For those who work on the application in the ATS, which keeps it; it is not kept here."""
    mail: RejectionMail | None = None
    """Sent by outreach from the viewer's mailbox to each; nothing is sent if absent."""


class RejectApplication(Rejection, PipelineRequest[ApplicationResult]):
    """We turn somebody down, provided the application is still where the viewer saw it."""

    rule: ClassVar[Rule] = CLOSE_APPLICATIONS

    application_id: UUID
    stage_id: UUID
    """The stage in which the viewer saw it."""


class MailTime(Result):
    """When a rejection's mail goes if no time is chosen."""

    send_at: datetime


class GetRejectionMailTime(PipelineRequest[MailTime]):
    """When the mail of a rejection by the viewer would go, were it made now: 9:30 on their next working day."""

    rule: ClassVar[Rule] = SEE_CLOSE_REASONS


class RejectionCheck(Result):
    """Whether a rejection still holds."""

    state: RejectionState


class CheckRejection(PipelineRequest[RejectionCheck]):
    """Whether the rejection that made an application's version still holds, and whether the ATS has confirmed it.

    For outreach, at the moment in which it would send the mail.
    """

    rule: ClassVar[Rule] = EVERYBODY

    application_id: UUID
    version: int


class Withdrawal(BaseModel):
    """How people withdraw: the same for one as for many at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason_id: UUID
    """One of those for which people turn us down."""
    note: str | None = Field(default=None, max_length=MAX_CLOSE_NOTE)
    """As that of a rejection."""


class WithdrawApplication(Withdrawal, PipelineRequest[ApplicationResult]):
    """Somebody withdrew, or turned us down, provided the application is still where the viewer saw it."""

    rule: ClassVar[Rule] = CLOSE_APPLICATIONS

    application_id: UUID
    stage_id: UUID
    """The stage in which the viewer saw it."""


class ReopenApplication(PipelineRequest[ApplicationResult]):
    """Take back that an application was rejected or withdrawn: it goes on in the stage in which it ended."""

    rule: ClassVar[Rule] = CLOSE_APPLICATIONS

    application_id: UUID


class TransferApplication(PipelineRequest[ApplicationResult]):
    """Let an application go on in another job, in its first stage, provided it is still where the viewer saw it."""

    rule: ClassVar[Rule] = TRANSFER_APPLICATIONS

    application_id: UUID
    stage_id: UUID
    """The stage in which the viewer saw it."""
    to_job_id: UUID
    """An open job of the same account, for which the person is not pursued already."""


class HireApplication(PipelineRequest[ApplicationResult]):
    """The person is hired, provided the application is still where the viewer saw it."""

    rule: ClassVar[Rule] = HIRE_PEOPLE

    application_id: UUID
    stage_id: UUID
    """The stage in which the viewer saw it."""
    opening_id: UUID | None = None
    """The seat to fill; without one, the ATS chooses."""
    starts_on: date | None = None
    """When they begin to work."""


class Opening(Result):
    """A seat of a job that nobody has filled."""

    id: UUID
    opened_at: datetime | None


class Openings(Result):
    items: tuple[Opening, ...]


class GetOpenings(PipelineRequest[Openings]):
    """The open seats of a job, the oldest first, at most 100; none of a job that the viewer does not see."""

    rule: ClassVar[Rule] = SEE_JOBS

    job_id: UUID


class ActionState(Result):
    """Whether the viewer may do something to an application as it is now."""

    action: ApplicationAction
    reason: str | None
    """Why not, for people; absent if they may."""


class ApplicationActions(Result):
    application_id: UUID
    actions: tuple[ActionState, ...]


class ActionsOfApplications(Result):
    items: tuple[ApplicationActions, ...]


class GetApplicationActions(PipelineRequest[ActionsOfApplications]):
    """What the viewer may do to each of these applications, as far as they see them, and why not."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class AcceptAtsState(PipelineRequest[ApplicationResult]):
    """Leave an application as the ATS has it, after the ATS refused what was done to it. Not for a refused move."""

    rule: ClassVar[Rule] = CLOSE_APPLICATIONS

    application_id: UUID
