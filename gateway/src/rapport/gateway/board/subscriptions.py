"""What happens on a board, and subscribing to it."""

from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationDetails,
    ApplicationDetailsChanged,
    ApplicationReceived,
    ApplicationRemoved,
    ApplicationReopened,
    ApplicationRestored,
    AttentionChanged,
    CardChanged,
    StageChanged,
    SyncChanged,
)
from rapport.contracts.vocabulary import ApplicationStatus, Origin, SyncState
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.board.loaders import cards_by_application
from rapport.gateway.board.types import Card
from rapport.gateway.errors import not_found
from rapport.gateway.graph.changes import After, Change
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field, subscription
from rapport.gateway.graph.ids import Kind, global_id, uuid_of
from rapport.gateway.jobs.loaders import jobs_by_id
from rapport.gateway.jobs.resolvers import stage_by_id
from rapport.gateway.jobs.types import Stage
from rapport.gateway.subscriptions.hub import StreamedEvent
from rapport.gateway.subscriptions.subscription import Subscription, follow
from rapport.gateway.subscriptions.topics import Topic, TopicKind


@strawberry.interface(description="A change of the board.")
class BoardChange(Change):
    job: strawberry.Private[UUID]

    @field("Which application it is about.")
    def application_id(self) -> strawberry.ID:
        return global_id(Kind.APPLICATION, self.streamed.event.subject)

    @field("The application's version after the change.")
    def version(self) -> int:
        return self.streamed.event.aggregateversion

    @field("The application's current state.", graphql_type=Application | None)
    async def application(self, info: Info) -> pipeline.Application | None:
        return await application_by_id(info, self.streamed.event.subject)

    @field("Its current card; null if it is not on this board any more.", graphql_type=Card | None)
    async def card(self, info: Info) -> pipeline.Card | None:
        placed = await info.context.loader(cards_by_application).load(self.streamed.event.subject)
        return placed.card if placed and placed.job_id == self.job else None


@strawberry.type(description="An application moved to another stage of this job.")
class ApplicationMoved(BoardChange):
    @field("The stage it left.", graphql_type=Stage | None)
    async def from_stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.streamed.event.data.job_id, self.streamed.event.data.previous.stage_id)

    @field("The stage it is in.", graphql_type=Stage | None)
    async def to_stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.streamed.event.data.job_id, self.streamed.event.data.current.stage_id)


@strawberry.type(
    description="An application entered this board: received, reopened, restored, or moved here from another job."
)
class ApplicationEntered(BoardChange):
    stage_id: strawberry.Private[UUID]

    @field("The stage it is in.", graphql_type=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.job, self.stage_id)


@strawberry.type(description="An application left this board: it was closed, removed, or moved to another job.")
class ApplicationLeft(BoardChange):
    stage_id: strawberry.Private[UUID]
    status: enumeration(ApplicationStatus) = strawberry.field(  # type: ignore[valid-type]
        description="How it ended; ACTIVE if it goes on in another job, or was removed while it was active."
    )

    @field("The stage it was in.", graphql_type=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.streamed.event.data.job_id, self.stage_id)


@strawberry.type(description="The state of an application's sync with the ATS changed.")
class ApplicationSyncChanged(BoardChange):
    @field("The state now.", graphql_type=enumeration(SyncState))
    def state(self) -> SyncState:
        state: SyncState = self.streamed.event.data.current
        return state

    @field("The stage it is in in the ATS; only for a conflict.", graphql_type=Stage | None)
    async def ats_stage(self, info: Info) -> pipeline.Stage | None:
        data = self.streamed.event.data
        return await stage_by_id(info, data.job_id, data.ats_stage_id) if data.ats_stage_id else None


@strawberry.type(
    description="What an application's card shows changed without a move: an interview, a scorecard, what is late, the "
    "person or the source. Load its column again; the card is gone if its person was erased."
)
class ApplicationCardChanged(BoardChange):
    """It has what every change has."""


def change_of(streamed: StreamedEvent, job_id: UUID) -> BoardChange | None:
    """The change of this job's board; None if the event does not change it."""
    match streamed.event.data:
        case ApplicationReceived(current=point) | ApplicationReopened(stage=point):
            return ApplicationEntered(streamed=streamed, job=job_id, stage_id=point.stage_id)
        case StageChanged(backfilled=True):
            return None  # history read late: the current stage has not changed
        case StageChanged(job_id=before, current_job_id=after) if before == after:
            return ApplicationMoved(streamed=streamed, job=job_id)
        case StageChanged(current_job_id=after, current=point) if after == job_id:
            return ApplicationEntered(streamed=streamed, job=job_id, stage_id=point.stage_id)
        case StageChanged(previous=point):
            return ApplicationLeft(
                streamed=streamed, job=job_id, stage_id=point.stage_id, status=ApplicationStatus.ACTIVE
            )
        case ApplicationRestored(stage=point, status=ApplicationStatus.ACTIVE):
            return ApplicationEntered(streamed=streamed, job=job_id, stage_id=point.stage_id)
        case ApplicationRemoved(stage=point, status=status):
            return ApplicationLeft(streamed=streamed, job=job_id, stage_id=point.stage_id, status=status)
        case ApplicationClosed(stage=point, current=status):
            return ApplicationLeft(streamed=streamed, job=job_id, stage_id=point.stage_id, status=status)
    return _change_in_place(streamed, job_id)


def _change_in_place(streamed: StreamedEvent, job_id: UUID) -> BoardChange | None:
    """The change of a card that stays where it is."""
    match streamed.event.data:
        case SyncChanged():
            return ApplicationSyncChanged(streamed=streamed, job=job_id)
        case CardChanged() | AttentionChanged():
            return ApplicationCardChanged(streamed=streamed, job=job_id)
        case ApplicationDetailsChanged(previous=before, current=now) if _shown(before) != _shown(now):
            return ApplicationCardChanged(streamed=streamed, job=job_id)
    return None


def _shown(details: ApplicationDetails) -> tuple[Origin, UUID | None]:
    """What a card shows of the details."""
    return details.origin, details.source_id


@strawberry.type
class BoardSubscriptions:
    @subscription(
        "What happens on a job's board, as it happens; ends with an error when the token expires.",
        graphql_type=BoardChange,
    )
    async def board_changed(
        self,
        info: Info,
        job_id: Annotated[strawberry.ID, strawberry.argument(description="Whose board.")],
        after: After = None,
    ) -> AsyncGenerator[BoardChange, None]:
        job = uuid_of(Kind.JOB, job_id, "jobId")
        context = info.context

        async def change(streamed: StreamedEvent) -> BoardChange | None:
            return change_of(streamed, job)

        async def probe() -> object:
            return await context.loader(jobs_by_id).load(job)

        topic, missing = Topic(TopicKind.BOARD, job), not_found("job", "jobId")
        return await follow(context, Subscription("boardChanged", topic, after, change, probe, missing))
