"""A peer in place of pipeline and reviews: it serves their requests over a real broker."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from rapport.contracts import pipeline, reviews
from rapport.contracts.identity import Grant, Role, UserId, Viewer
from rapport.contracts.refusals import NotFound
from rapport.contracts.vocabulary import (
    ApplicationStatus,
    Channel,
    JobStatus,
    Origin,
    RejectionState,
    StageKind,
    SyncState,
)
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
    applications: dict[UUID, pipeline.Application] = field(default_factory=dict)
    rejections: dict[tuple[UUID, int], RejectionState] = field(default_factory=dict)
    """Of applications, by the version that each made."""
    roles: dict[UUID, frozenset[Role]] = field(default_factory=dict)
    """Of users; recruiters, if nothing is said."""
    grants: dict[UUID, frozenset[Grant]] = field(default_factory=dict)
    """Of users, beside their roles."""
    private: set[UUID] = field(default_factory=set)
    """People whom only those see who have the grant for it."""
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

    def application(self, person_id: UUID, *, title: str = "Engineer") -> UUID:
        """An application of a person, rejected in its version 5; the ATS has it."""
        application_id = new_id()
        stage = pipeline.Stage(id=new_id(), name="Onsite", kind=StageKind.ONSITE, position=3)
        self.applications[application_id] = pipeline.Application(
            id=application_id,
            person_id=person_id,
            job_id=self.job(),
            job_title=title,
            status=ApplicationStatus.REJECTED,
            stage=stage,
            origin=Origin.UNKNOWN,
            source=None,
            applied_at=NOON,
            stage_entered_at=NOON,
            last_activity_at=None,
            closed_at=NOON,
            close_reason=None,
            version=5,
            sync=pipeline.Sync(state=SyncState.SYNCED, since=NOON),
        )
        self.rejections[application_id, 5] = RejectionState.CONFIRMED
        return application_id

    async def get_applications(self, request: pipeline.GetApplicationsByIds, context: RequestContext) -> HandlerResult:
        if self.broken:
            raise RuntimeError("broken")
        seen = self._seen(request.ids, context)
        return pipeline.Applications(items=tuple(self.applications[i] for i in seen if i in self.applications))

    async def check_rejection(self, request: pipeline.CheckRejection, context: RequestContext) -> HandlerResult:
        if self.broken:
            raise RuntimeError("broken")
        known = (request.application_id, request.version)
        return pipeline.RejectionCheck(state=self.rejections.get(known, RejectionState.UNDONE))

    async def identify(self, request: pipeline.IdentifyViewer) -> HandlerResult:
        user = next((user for user in self.users.values() if user.email == request.email and user.active), None)
        if user is None:
            return NotFound(what="user", id=request.email)
        roles = self.roles.get(user.id, frozenset({Role.RECRUITER}))
        grants = self.grants.get(user.id, frozenset())
        viewer = Viewer(org_id=request.org_id, user_id=UserId(user.id), roles=roles, grants=grants)
        return pipeline.ViewerIdentity(viewer=viewer, name=user.name, email=user.email)

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
        sees_private = Grant.SEE_PRIVATE_PEOPLE in context.viewer.grants
        return [
            i for i in ids if (context.viewer.user_id, i) not in self.hidden and (sees_private or i not in self.private)
        ]

    @asynccontextmanager
    async def pipeline_answering(self, url: str) -> AsyncIterator[None]:
        """Pipeline is there, until the end of the block."""
        async with AsyncExitStack() as stack:
            broker = await stack.enter_async_context(open_broker(url, "pipeline", on_closed=lambda: None))
            server = RequestServer(broker, "pipeline")
            server.handle(pipeline.GetPeopleByIds, self.get_people)
            server.handle(pipeline.GetUsersByIds, self.get_users)
            server.handle(pipeline.GetJobsByIds, self.get_jobs)
            server.handle(pipeline.GetApplicationsByIds, self.get_applications)
            server.handle(pipeline.CheckRejection, self.check_rejection)
            server.handle(pipeline.IdentifyViewer, self.identify)
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
