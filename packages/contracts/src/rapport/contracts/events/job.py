"""Events about a job: a requisition with its ordered stages."""

from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from rapport.contracts.events.envelope import EventData
from rapport.contracts.identity import AtsId
from rapport.contracts.vocabulary import JobStatus, StageKind, TeamRole


class JobStage(BaseModel):
    """One stage of a job's process."""

    model_config = ConfigDict(frozen=True)

    stage_id: UUID
    kind: StageKind
    position: int
    active: bool


class TeamMember(BaseModel):
    """A user's part in a job's hiring team."""

    model_config = ConfigDict(frozen=True)

    user_id: UUID
    role: TeamRole
    responsible: bool
    added_here: bool = False
    """Whether they were put on the team here, not in the ATS: this part shows no private people."""


class JobState(BaseModel):
    """A job as others need to know it."""

    model_config = ConfigDict(frozen=True)

    status: JobStatus
    department_id: UUID | None = None
    stages: tuple[JobStage, ...] = ()
    team: tuple[TeamMember, ...] = ()


class JobChanged(EventData):
    """A job was opened, closed, or given other stages or another team; ``previous`` is null for a new job."""

    type: ClassVar[str] = "pipeline.job.changed.v1"

    previous: JobState | None = None
    current: JobState
    ats_job_id: AtsId | None = None


class JobRemoved(EventData):
    """The ATS no longer has the job: it is not shown here any more. Its applications' history stays."""

    type: ClassVar[str] = "pipeline.job.removed.v1"
