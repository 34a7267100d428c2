"""An application as the pipeline decides about it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rapport.contracts.refusals import ApplicationState
from rapport.contracts.vocabulary import ApplicationStatus, StageKind, SyncState


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
    """Where the ATS has an application, as far as we have heard."""

    job_id: UUID
    stage_id: UUID
    status: ApplicationStatus
    stage_entered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Application:
    """What we say of an application beside what the ATS says; ``version`` 0 means we have said nothing yet."""

    id: UUID
    person_id: UUID
    job_id: UUID
    stage_id: UUID
    status: ApplicationStatus
    version: int
    sync: SyncState
    ats: AtsState
    applied_at: datetime

    @property
    def state(self) -> ApplicationState:
        """What a conflict shows and a move answers."""
        return ApplicationState(
            application_id=self.id,
            job_id=self.job_id,
            person_id=self.person_id,
            stage_id=self.stage_id,
            status=self.status,
            version=self.version,
            sync=self.sync,
            ats_stage_id=self.ats.stage_id if self.sync is SyncState.CONFLICTED else None,
        )
