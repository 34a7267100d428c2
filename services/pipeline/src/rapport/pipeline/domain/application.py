"""An application as decisions see it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rapport.contracts.events import ApplicationDetails
from rapport.contracts.refusals import ApplicationState
from rapport.contracts.vocabulary import ApplicationAction, ApplicationStatus, StageKind, SyncState


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a job."""

    id: UUID
    job_id: UUID
    kind: StageKind
    position: int
    active: bool = True


@dataclass(frozen=True, slots=True)
class AtsState:
    """The ATS's state of an application, as last read."""

    job_id: UUID
    stage_id: UUID
    status: ApplicationStatus
    stage_entered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Application:
    """Our state of an application beside the ATS's; ``version`` 0: nothing has been published yet."""

    id: UUID
    person_id: UUID
    job_id: UUID
    stage_id: UUID
    status: ApplicationStatus
    version: int
    sync: SyncState
    ats: AtsState
    applied_at: datetime
    refused_action: ApplicationAction | None = None
    """What the ATS refused, if the present conflict is not about the stage."""

    @property
    def state(self) -> ApplicationState:
        """What a conflict and the result of a move contain."""
        return ApplicationState(
            application_id=self.id,
            job_id=self.job_id,
            person_id=self.person_id,
            stage_id=self.stage_id,
            status=self.status,
            version=self.version,
            sync=self.sync,
            ats_stage_id=self.disputed_stage_id,
            refused_action=self.refused_action,
        )

    @property
    def disputed_stage_id(self) -> UUID | None:
        """The stage the ATS insists on, in a conflict about the stage."""
        return self.ats.stage_id if self.sync is SyncState.CONFLICTED and self.refused_action is None else None


@dataclass(frozen=True, slots=True)
class LockedApplication:
    """An application locked until the end of the unit of work, with what events about it need."""

    application: Application
    connection: str
    stage_entered_at: datetime | None
    closed_at: datetime | None
    sync_reason: str | None
    details: ApplicationDetails
    """As the ATS has them."""
    published_details: ApplicationDetails | None
    """As events last said them; None if none did."""
    ats_id: str | None = None
    """The application's own id in the ATS."""
    ats_person_id: str | None = None
    conflict_stage_id: UUID | None = None
    """The ATS's stage as events last said it of the present conflict; None outside one."""
