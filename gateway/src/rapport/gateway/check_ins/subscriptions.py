"""Following a job's check-ins."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from rapport.contracts.events import AgreedActionChanged
from rapport.contracts.vocabulary import AgreedActionChange
from rapport.gateway.errors import not_found
from rapport.gateway.graph.changes import After, Change
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field, subscription
from rapport.gateway.graph.ids import Kind, uuid_of
from rapport.gateway.jobs.loaders import jobs_by_id
from rapport.gateway.subscriptions.hub import StreamedEvent
from rapport.gateway.subscriptions.subscription import Subscription, follow
from rapport.gateway.subscriptions.topics import Topic, TopicKind


@strawberry.type(description="A check-in ended, or something happened to what was agreed on. Load the check-in again.")
class CheckInChange(Change):
    @field(
        "What happened to an agreed action; null if a check-in ended.",
        graphql_type=enumeration(AgreedActionChange) | None,
    )
    def action(self) -> AgreedActionChange | None:
        data = self.streamed.event.data
        return data.change if isinstance(data, AgreedActionChanged) else None


@strawberry.type
class CheckInSubscriptions:
    @subscription("Check-ins of a job, and what is agreed on for it, as it happens.", graphql_type=CheckInChange)
    async def check_in_changed(
        self,
        info: Info,
        job_id: Annotated[strawberry.ID, strawberry.argument(description="Of which job.")],
        after: After = None,
    ) -> AsyncGenerator[CheckInChange, None]:
        job = uuid_of(Kind.JOB, job_id, "jobId")
        context = info.context

        async def change(streamed: StreamedEvent) -> CheckInChange | None:
            return CheckInChange(streamed=streamed)

        async def probe() -> object:
            return await context.loader(jobs_by_id).load(job)

        topic, missing = Topic(TopicKind.CHECK_IN, job), not_found("job", "jobId")
        return await follow(context, Subscription("checkInChanged", topic, after, change, probe, missing))
