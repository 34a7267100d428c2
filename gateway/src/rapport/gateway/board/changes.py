"""What can happen on a board, as clients hear of it."""

from uuid import UUID

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationReceived,
    ApplicationRemoved,
    ApplicationReopened,
    ApplicationRestored,
    StageChanged,
    SyncChanged,
)
from rapport.contracts.vocabulary import ApplicationStatus, SyncState
from rapport.gateway.applications.relations import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.context import Info
from rapport.gateway.events.change import Change
from rapport.gateway.events.changes import Happened
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, global_id
from rapport.gateway.jobs.types import Stage
from rapport.gateway.shown import enumeration


@strawberry.interface(description="A change of the board.")
class BoardChange(Change):
    @field("Which application it is about.")
    def application_id(self) -> strawberry.ID:
        return global_id(Kind.APPLICATION, self.happened.event.subject)

    @field("The application's version after the change.")
    def version(self) -> int:
        return self.happened.event.aggregateversion

    @field("The application as it is by now.", shown_as=Application | None)
    async def application(self, info: Info) -> pipeline.Application | None:
        return await application_by_id(info, self.happened.event.subject)


@strawberry.type(description="An application moved to another stage of this job.")
class ApplicationMoved(BoardChange):
    @field("The stage it left.", shown_as=Stage | None)
    async def from_stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.happened.event.data.job_id, self.happened.event.data.previous.stage_id)

    @field("The stage it is in.", shown_as=Stage | None)
    async def to_stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.happened.event.data.job_id, self.happened.event.data.current.stage_id)


@strawberry.type(
    description="An application came onto this board: received, reopened, restored, or moved here from another job."
)
class ApplicationEntered(BoardChange):
    job: strawberry.Private[UUID]
    stage_id: strawberry.Private[UUID]

    @field("The stage it is in.", shown_as=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.job, self.stage_id)


@strawberry.type(
    description="An application left this board: it came to its end, was removed, or moved to another job."
)
class ApplicationLeft(BoardChange):
    stage_id: strawberry.Private[UUID]
    status: enumeration(ApplicationStatus) = strawberry.field(  # type: ignore[valid-type]
        description="How it ended; ACTIVE if it goes on in another job, or was removed while it was active."
    )

    @field("The stage it was in.", shown_as=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.happened.event.data.job_id, self.stage_id)


@strawberry.type(description="An application's agreement with the ATS changed.")
class ApplicationSyncChanged(BoardChange):
    @field("Where it stands.", shown_as=enumeration(SyncState))
    def state(self) -> SyncState:
        state: SyncState = self.happened.event.data.current
        return state

    @field("The stage the ATS insists on; only for a conflict.", shown_as=Stage | None)
    async def ats_stage(self, info: Info) -> pipeline.Stage | None:
        data = self.happened.event.data
        return await _stage(info, data.job_id, data.ats_stage_id) if data.ats_stage_id else None


def change_of(happened: Happened, job_id: UUID) -> BoardChange | None:
    """What the event means for the board of this job; None for events that do not show on it."""
    match happened.event.data:
        case ApplicationReceived(current=point) | ApplicationReopened(stage=point):
            return ApplicationEntered(happened=happened, job=job_id, stage_id=point.stage_id)
        case StageChanged(backfilled=True):
            return None  # heard of late: where the application is now has not changed
        case StageChanged(job_id=before, current_job_id=after) if before == after:
            return ApplicationMoved(happened=happened)
        case StageChanged(current_job_id=after, current=point) if after == job_id:
            return ApplicationEntered(happened=happened, job=job_id, stage_id=point.stage_id)
        case StageChanged(previous=point):
            return ApplicationLeft(happened=happened, stage_id=point.stage_id, status=ApplicationStatus.ACTIVE)
        case ApplicationRestored(stage=point, status=ApplicationStatus.ACTIVE):
            return ApplicationEntered(happened=happened, job=job_id, stage_id=point.stage_id)
        case ApplicationRemoved(stage=point, status=status):
            return ApplicationLeft(happened=happened, stage_id=point.stage_id, status=status)
        case ApplicationClosed(stage=point, current=status):
            return ApplicationLeft(happened=happened, stage_id=point.stage_id, status=status)
        case SyncChanged():
            return ApplicationSyncChanged(happened=happened)
    return None


async def _stage(info: Info, job_id: UUID, stage_id: UUID) -> pipeline.Stage | None:
    job = await info.context.loaders.jobs_by_id.load(job_id)
    return next((stage for stage in job.stages if stage.id == stage_id), None) if job else None
