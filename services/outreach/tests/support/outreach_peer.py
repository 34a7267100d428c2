"""A peer in place of pipeline and reviews: it serves their requests over a real broker."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from rapport.contracts import pipeline, reviews
from rapport.contracts.refusals import NotFound
from rapport.contracts.vocabulary import Channel, JobStatus
from rapport.kit.identity import new_id
from rapport.kit.rpc.broker import open_broker
from rapport.kit.rpc.envelope import HandlerResult, RequestContext
from rapport.kit.rpc.server import RequestServer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Peer:
    """Answers with what it was given."""

    people: dict[UUID, pipeline.Person] = field(default_factory=dict)
    users: dict[UUID, pipeline.User] = field(default_factory=dict)
    jobs: dict[UUID, pipeline.Job] = field(default_factory=dict)
    hidden: set[tuple[UUID, UUID]] = field(default_factory=set)
    """Who does not see whom or what."""
    broken: bool = False
    """Pipeline fails every request."""
    notifications: dict[UUID, reviews.Notification] = field(default_factory=dict)

    def person(self, *emails: str, first_name: str = "Kate") -> UUID:
        person_id = new_id()
        self.people[person_id] = pipeline.Person(
            id=person_id,
            first_name=first_name,
            last_name="Austen",
            title=None,
            company=None,
            location=None,
            emails=tuple(pipeline.ContactPoint(value=email) for email in emails),
            phones=(),
            links=(),
            tags=(),
            added_at=NOON,
            last_activity_at=None,
            consents={Channel.EMAIL: True},
        )
        return person_id

    def change(self, person_id: UUID, **changes: object) -> None:
        self.people[person_id] = self.people[person_id].model_copy(update=changes)

    def user(self, email: str, name: str | None = None) -> UUID:
        user_id = new_id()
        named = name or email.split("@")[0].title()
        self.users[user_id] = pipeline.User(id=user_id, name=named, email=email)
        return user_id

    def leave(self, user_id: UUID, *, back: bool = False) -> None:
        """A user leaves the organisation, or comes back."""
        self.users[user_id] = self.users[user_id].model_copy(update={"active": back})

    def job(self) -> UUID:
        job_id = new_id()
        self.jobs[job_id] = pipeline.Job(
            id=job_id,
            title="Engineer",
            status=JobStatus.OPEN,
            department=None,
            location=None,
            opened_at=NOON,
            closed_at=None,
            openings=1,
            active_applications=0,
            stages=(),
            team=(),
        )
        return job_id

    async def get_people(self, request: pipeline.GetPeopleByIds, context: RequestContext) -> HandlerResult:
        if self.broken:
            raise RuntimeError("broken")
        return pipeline.People(
            items=tuple(self.people[i] for i in self._seen(request.ids, context) if i in self.people)
        )

    async def get_users(self, request: pipeline.GetUsersByIds, context: RequestContext) -> HandlerResult:
        return pipeline.Users(items=tuple(self.users[i] for i in request.ids if i in self.users))

    async def get_jobs(self, request: pipeline.GetJobsByIds, context: RequestContext) -> HandlerResult:
        return pipeline.Jobs(items=tuple(self.jobs[i] for i in self._seen(request.ids, context) if i in self.jobs))

    async def render(self, request: reviews.RenderNotification) -> HandlerResult:
        if self.broken:
            raise RuntimeError("broken")
        return self.notifications.get(request.notification_id) or NotFound(
            what="notification", id=str(request.notification_id)
        )

    def _seen(self, ids: tuple[UUID, ...], context: RequestContext) -> list[UUID]:
        return [i for i in ids if (context.viewer.user_id, i) not in self.hidden]

    @asynccontextmanager
    async def pipeline_answering(self, url: str) -> AsyncIterator[None]:
        """Pipeline is there, until the end of the block."""
        async with AsyncExitStack() as stack:
            broker = await stack.enter_async_context(open_broker(url, "pipeline", on_closed=lambda: None))
            server = RequestServer(broker, "pipeline")
            server.handle(pipeline.GetPeopleByIds, self.get_people)
            server.handle(pipeline.GetUsersByIds, self.get_users)
            server.handle(pipeline.GetJobsByIds, self.get_jobs)
            await broker.requests.start()
            await broker.settle()
            yield

    @asynccontextmanager
    async def reviews_answering(self, url: str) -> AsyncIterator[None]:
        """Reviews is there, until the end of the block."""
        async with AsyncExitStack() as stack:
            broker = await stack.enter_async_context(open_broker(url, "reviews", on_closed=lambda: None))
            server = RequestServer(broker, "reviews")
            server.handle(reviews.RenderNotification, self.render)
            await broker.requests.start()
            await broker.settle()
            yield
