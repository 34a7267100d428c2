"""Watching a board."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from uuid import UUID

import strawberry

from rapport.gateway.board.changes import BoardChange, change_of
from rapport.gateway.context import Info
from rapport.gateway.errors import not_found
from rapport.gateway.events.change import Since
from rapport.gateway.events.changes import Happened
from rapport.gateway.events.following import follow
from rapport.gateway.events.topics import Topic, Watched
from rapport.gateway.fields import subscription
from rapport.gateway.ids import Kind, uuid_of


@strawberry.type
class BoardSubscriptions:
    @subscription(
        "What happens on a job's board, as it happens; ends with an error when the token expires.", shown_as=BoardChange
    )
    async def board_changed(
        self, info: Info, job_id: strawberry.ID, after: Since = None
    ) -> AsyncGenerator[BoardChange, None]:
        job = uuid_of(Kind.JOB, job_id, "jobId")
        context = info.context

        async def visible() -> object:
            return await context.loaders.jobs_by_id.load(job)

        topic, missing = Topic(Watched.BOARD, job), not_found("job", "jobId")
        return await follow(context, "boardChanged", topic, after, _shown_on(job), visible, missing)


def _shown_on(job_id: UUID) -> Callable[[Happened], Awaitable[BoardChange | None]]:
    async def shown(happened: Happened) -> BoardChange | None:
        return change_of(happened, job_id)

    return shown
