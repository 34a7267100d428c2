"""What becomes of flags, as it happens."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.events import AttentionChanged
from rapport.contracts.vocabulary import AttentionChange, AttentionReason, Severity
from rapport.gateway.applications.loaders import applications_by_id
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.errors import not_found
from rapport.gateway.graph.changes import After, Change
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field, subscription
from rapport.gateway.graph.ids import Kind, global_id, uuid_of
from rapport.gateway.jobs.loaders import jobs_by_id
from rapport.gateway.subscriptions.hub import StreamedEvent
from rapport.gateway.subscriptions.subscription import Subscription, follow
from rapport.gateway.subscriptions.topics import ALL_FLAGS, Topic, TopicKind
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@strawberry.type(description="A flag was raised, escalated, snoozed, cleared, or is somebody else's now.")
class FlagChange(Change):
    @field("What became of it.", graphql_type=enumeration(AttentionChange))
    def change(self) -> AttentionChange:
        change: AttentionChange = self.streamed.event.data.change
        return change

    @field("Why it needs attention, or needed it.", graphql_type=enumeration(AttentionReason))
    def reason(self) -> AttentionReason:
        reason: AttentionReason = self.streamed.event.data.reason
        return reason

    @field("How late it was.", graphql_type=enumeration(Severity))
    def severity(self) -> Severity:
        severity: Severity = self.streamed.event.data.severity
        return severity

    @field("Since when somebody owed it.")
    def since(self) -> datetime:
        since: datetime = self.streamed.event.data.since
        return since

    @field("Of which application.")
    def application_id(self) -> strawberry.ID:
        return global_id(Kind.APPLICATION, self.streamed.event.subject)

    @field("The application as it is by now.", graphql_type=Application | None)
    async def application(self, info: Info) -> pipeline.Application | None:
        return await application_by_id(info, self.streamed.event.subject)

    @field("Who had to act; null if nobody was known.", graphql_type=User | None)
    async def owner(self, info: Info) -> pipeline.User | None:
        owner_id: UUID | None = self.streamed.event.data.owner_id
        return await user_of(info, owner_id) if owner_id else None


@strawberry.type
class AttentionSubscriptions:
    @subscription(
        "What becomes of the flags that you see, as it happens; of those alone that are yours to act on, if you like.",
        graphql_type=FlagChange,
    )
    async def attention_changed(
        self,
        info: Info,
        mine: Annotated[bool, strawberry.argument(description="Only what you must do, or had to.")] = False,  # noqa: FBT002 - a GraphQL argument
        job_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only of this job.")] = None,
        after: After = None,
    ) -> AsyncGenerator[FlagChange, None]:
        job = uuid_of(Kind.JOB, job_id, "jobId") if job_id else None
        context = info.context
        viewer = context.session.viewer.user_id

        async def change(streamed: StreamedEvent) -> FlagChange | None:
            data = streamed.event.data
            if not isinstance(data, AttentionChanged) or (
                mine and viewer not in {data.owner_id, data.previous_owner_id}
            ):
                return None
            seen = await context.loader(applications_by_id).load(streamed.event.subject)
            return FlagChange(streamed=streamed) if seen else None

        async def probe() -> object:
            # Without a job, everybody may have flags of their own some day.
            return await context.loader(jobs_by_id).load(job) if job else context.session

        # Whether somebody may see a topic is remembered: what is of one job alone is a topic of its own.
        topic, missing = Topic(TopicKind.BOARD, job) if job else ALL_FLAGS, not_found("job", "jobId")
        return await follow(context, Subscription("attentionChanged", topic, after, change, probe, missing))
