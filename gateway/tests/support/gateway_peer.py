"""A peer that stands for the services: it speaks their protocol, over a real broker."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from rapport.contracts import analytics, outreach, pipeline, reviews
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    ActivityEdge,
    ActivityEntry,
    ActivityPage,
    Application,
    Card,
    GetActivity,
    Job,
    Person,
    Stage,
    Sync,
    Transition,
)
from rapport.contracts.refusals import ApplicationState, Forbidden, NotFound, Refusal
from rapport.contracts.requests import Page, Request
from rapport.contracts.vocabulary import (
    ApplicationStatus,
    JobStatus,
    Origin,
    PersonRecordState,
    StageKind,
    SyncState,
    TransitionKind,
)
from rapport.kit.identity import new_id
from rapport.kit.rpc.envelope import HandlerResult, RequestContext
from rapport.kit.rpc.server import RequestServer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAGES = ("Applied", "Screen", "Onsite")
KINDS = (StageKind.APPLIED, StageKind.SCREEN, StageKind.ONSITE)

Answers = Callable[[Any, RequestContext | None], Awaitable[HandlerResult]]


@dataclass
class Peer:
    """Stands for the services: answers with what it was given, and remembers what it was asked."""

    users: dict[tuple[str, str], pipeline.ViewerIdentity] = field(default_factory=dict)
    jobs: dict[UUID, Job] = field(default_factory=dict)
    owners: dict[UUID, str] = field(default_factory=dict)
    cards: dict[UUID, list[Card]] = field(default_factory=dict)
    people: dict[UUID, Person] = field(default_factory=dict)
    applications: dict[UUID, Application] = field(default_factory=dict)
    activity: dict[UUID, list[ActivityEntry]] = field(default_factory=dict)
    requested: dict[UUID, reviews.Review] = field(default_factory=dict)
    verdicts: dict[UUID, reviews.PersonVerdict] = field(default_factory=dict)
    refusal: Refusal = field(default_factory=lambda: Forbidden(reason="not today"))
    """Why nothing is changed of reviews and messages."""
    messages: dict[UUID, outreach.Message] = field(default_factory=dict)
    contactability: dict[UUID, outreach.Contactability] = field(default_factory=dict)
    asked: list[Request[Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    answering: dict[type[Request[Any]], Answers] = field(default_factory=dict)

    def asked_for(self, request: type[Request[Any]]) -> list[Any]:
        return [found for found in self.asked if isinstance(found, request)]

    def user(self, email: str, *roles: Role, org: str = "acme") -> None:
        viewer = Viewer(org_id=org, user_id=UserId(new_id()), roles=frozenset(roles))
        self.users[org, email] = pipeline.ViewerIdentity(viewer=viewer, name=email.split("@")[0].title(), email=email)

    def job(self, *, cards: int = 0, org: str = "acme", title: str = "Engineer", **given: Any) -> Job:
        stages = tuple(
            Stage(id=new_id(), name=name, kind=kind, position=at)
            for at, (name, kind) in enumerate(zip(STAGES, KINDS, strict=True))
        )
        usual = {
            "id": new_id(),
            "title": title,
            "status": JobStatus.OPEN,
            "department": "R&D",
            "location": None,
            "opened_at": NOON,
            "closed_at": None,
            "openings": 1,
            "active_applications": cards * len(stages),
            "stages": stages,
            "team": (),
        }
        job = Job(**usual | given)
        self.jobs[job.id] = job
        self.owners[job.id] = org
        for stage in job.stages:
            self.cards[stage.id] = [self.card(job, stage, n) for n in range(cards)]
        return job

    def card(self, job: Job, stage: Stage, number: int) -> Card:
        application = self.application(job, stage, number)
        return Card(
            application_id=application.id,
            person_id=application.person_id,
            stage_id=stage.id,
            person_name=f"Person {number:03}",
            person_title="Engineer",
            person_company="Initech",
            origin=Origin.APPLIED,
            source="Website",
            stage_entered_at=application.stage_entered_at,
            last_activity_at=NOON,
            next_interview_at=None,
            scorecards_submitted=1,
            scorecards_due=0,
            sync=SyncState.SYNCED,
            ats_stage_id=None,
            version=1,
        )

    def application(self, job: Job, stage: Stage, number: int = 0) -> Application:
        person = Person(
            id=new_id(),
            first_name="Person",
            last_name=f"{number:03}",
            title="Engineer",
            company="Initech",
            location=None,
            emails=(pipeline.ContactPoint(value="someone@example.com", type="work"),),
            phones=(),
            links=(),
            tags=("python",),
            added_at=NOON,
            last_activity_at=None,
        )
        application = Application(
            id=new_id(),
            person_id=person.id,
            job_id=job.id,
            job_title=job.title,
            status=ApplicationStatus.ACTIVE,
            stage=stage,
            origin=Origin.APPLIED,
            source=None,
            applied_at=NOON,
            stage_entered_at=datetime.now(UTC) - timedelta(days=3, hours=23),
            last_activity_at=None,
            closed_at=None,
            close_reason=None,
            version=1,
            sync=Sync(state=SyncState.SYNCED, since=NOON),
            history=(
                Transition(
                    id=new_id(),
                    kind=TransitionKind.RECEIVED,
                    from_stage=None,
                    to_stage=stage,
                    occurred_at=NOON,
                    recorded_at=NOON,
                    actor=None,
                ),
            ),
        )
        self.people[person.id] = person
        self.owners |= {person.id: self.owners[job.id], application.id: self.owners[job.id]}
        self.applications[application.id] = application
        return application

    def seen(self, context: RequestContext, ids: tuple[UUID, ...]) -> list[UUID]:
        return [id_ for id_ in ids if self.owners.get(id_) == context.viewer.org_id]

    def with_applications(self, person: Person, *, included: bool) -> Person:
        found = tuple(a for a in self.applications.values() if a.person_id == person.id)
        return person.model_copy(update={"applications": found if included else ()})

    def serve(self, server: RequestServer, service: str) -> None:
        own: dict[type[Request[Any]], Answers] = {
            pipeline.IdentifyViewer: self.identify,
            pipeline.GetJobs: self.get_jobs,
            pipeline.GetJobFacets: self.get_job_facets,
            pipeline.GetJobsByIds: self.get_jobs_by_ids,
            pipeline.GetPeople: self.get_people,
            pipeline.GetPeopleByIds: self.get_people_by_ids,
            pipeline.GetPersonRecord: self.get_person_record,
            pipeline.GetApplicationsByIds: self.get_applications_by_ids,
            pipeline.GetBoard: self.get_board,
            pipeline.MoveApplication: self.move,
            pipeline.GetSync: self.get_sync,
            pipeline.StartSync: self.get_sync,
            analytics.GetFunnels: self.get_funnels,
            pipeline.GetUsersByIds: self.get_users_by_ids,
            GetActivity: self.get_activity,
            reviews.GetReviewsByIds: self.get_reviews_by_ids,
            reviews.GetVerdictsByIds: self.get_verdicts_by_ids,
            reviews.RequestReview: self.refuse,
            reviews.GiveVerdict: self.refuse,
            reviews.TakeBackVerdict: self.refuse,
            reviews.ChangeDueDate: self.refuse,
            reviews.CorrectNote: self.refuse,
            reviews.RemindReviewers: self.refuse,
            outreach.GetMessagesByIds: self.get_messages_by_ids,
            outreach.GetContactability: self.get_contactability,
            outreach.SendMessage: self.refuse,
            outreach.RenderTemplate: self.refuse,
            outreach.CheckRejectionMails: self.refuse,
            outreach.UpdateTemplate: self.refuse,
            outreach.GetTemplates: self.refuse,
            pipeline.RejectApplication: self.refuse,
            pipeline.ChangeApplications: self.refuse,
            outreach.GetSuppressions: self.get_suppressions,
            reviews.GetReviews: self.get_reviews,
            reviews.GetWaitingReviews: self.refuse,
            outreach.GetWaitingMessages: self.refuse,
            pipeline.GetConflicts: self.refuse,
            pipeline.GetAttention: self.refuse,
            pipeline.GetAttentionCounts: self.refuse,
            pipeline.GetUsers: self.get_users,
            pipeline.GetNotes: self.refuse,
            pipeline.AddImportChunk: self.refuse,
            pipeline.FinishImportUpload: self.refuse,
            pipeline.GetImportsByIds: self.refuse,
            pipeline.GetImportRows: self.refuse,
            outreach.GetSuppressedAddresses: self.refuse,
            pipeline.RecordSourcingActivity: self.refuse,
            pipeline.GetBulkActionsByIds: self.refuse,
            pipeline.GetBulkActionPeople: self.refuse,
            pipeline.RecordReviewOfPeople: self.refuse,
            pipeline.GetCheckIn: self.refuse,
            pipeline.GetOwnAgreedActions: self.refuse,
            pipeline.HoldCheckIn: self.refuse,
            pipeline.ChangeAgreedAction: self.refuse,
            analytics.GetPassthroughComparison: self.refuse,
        }
        for request, answer in own.items():
            if request.service == service:
                server.handle(request, self._remembering(request, answer))

    def _remembering(self, request_type: type[Request[Any]], usual: Answers) -> Callable[..., Awaitable[HandlerResult]]:
        async def answer(request: Any, context: RequestContext | None = None) -> HandlerResult:
            self.asked.append(request)
            self.keys.append(context.key if context else "")
            return await self.answering.get(request_type, usual)(request, context)

        return answer

    async def identify(self, request: pipeline.IdentifyViewer, _: RequestContext | None) -> HandlerResult:
        return self.users.get((request.org_id, request.email)) or NotFound(what="user", id=request.email)

    async def get_jobs(self, request: pipeline.GetJobs, context: RequestContext) -> HandlerResult:
        jobs = [self.jobs[id_] for id_ in self.seen(context, tuple(self.jobs))]
        wanted = [job for job in jobs if request.status in {None, job.status}]
        return _page(pipeline.JobPage, pipeline.JobEdge, wanted, request.page)

    async def get_job_facets(self, _: pipeline.GetJobFacets, __: RequestContext) -> HandlerResult:
        member = pipeline.User(id=UUID(int=3), name="Anna Alves", email="anna@example.com")
        return pipeline.JobFacets(
            statuses=(pipeline.StatusChoice(status=JobStatus.OPEN, jobs=2),),
            departments=(pipeline.NameChoice(name="Engineering", jobs=2),),
            locations=(),
            members=(pipeline.MemberChoice(user=member, jobs=1),),
            needing_attention=1,
        )

    async def get_jobs_by_ids(self, request: pipeline.GetJobsByIds, context: RequestContext) -> HandlerResult:
        return pipeline.Jobs(items=tuple(self.jobs[id_] for id_ in self.seen(context, request.ids) if id_ in self.jobs))

    async def get_people(self, request: pipeline.GetPeople, context: RequestContext) -> HandlerResult:
        if request.job_id and not self.seen(context, (request.job_id,)):
            return NotFound(what="job", id=str(request.job_id))
        people = [self.people[id_] for id_ in self.seen(context, tuple(self.people))]
        shown = [self.with_applications(person, included=request.include_applications) for person in people]
        return _page(pipeline.PersonPage, pipeline.PersonEdge, shown, request.page)

    async def get_people_by_ids(self, request: pipeline.GetPeopleByIds, context: RequestContext) -> HandlerResult:
        people = [self.people[id_] for id_ in self.seen(context, request.ids) if id_ in self.people]
        shown = [self.with_applications(person, included=request.include_applications) for person in people]
        return pipeline.People(items=tuple(shown))

    async def get_person_record(self, request: pipeline.GetPersonRecord, context: RequestContext) -> HandlerResult:
        if not self.seen(context, (request.person_id,)):
            return NotFound(what="person", id=str(request.person_id))
        current = PersonRecordState.CURRENT
        return pipeline.PersonRecord(id=request.person_id, state=current, ended_at=None, person_id=request.person_id)

    async def get_applications_by_ids(
        self, request: pipeline.GetApplicationsByIds, context: RequestContext
    ) -> HandlerResult:
        found = [self.applications[id_] for id_ in self.seen(context, request.ids) if id_ in self.applications]
        hidden = {} if request.include_history else {"history": ()}
        return pipeline.Applications(items=tuple(application.model_copy(update=hidden) for application in found))

    async def get_board(self, request: pipeline.GetBoard, context: RequestContext) -> HandlerResult:
        if not self.seen(context, (request.job_id,)):
            return NotFound(what="job", id=str(request.job_id))
        job = self.jobs[request.job_id]
        columns = tuple(
            pipeline.Column(
                stage=stage,
                count=len(self.cards[stage.id]),
                cards=_page(pipeline.CardPage, pipeline.CardEdge, self.cards[stage.id], request.page),
            )
            for stage in job.stages
            if request.stage_id in {None, stage.id}
        )
        return pipeline.Board(job=job, columns=columns)

    async def move(self, request: pipeline.MoveApplication, context: RequestContext) -> HandlerResult:
        if not self.seen(context, (request.application_id,)):
            return NotFound(what="application", id=str(request.application_id))
        application = self.applications[request.application_id]
        stage = next(s for s in self.jobs[application.job_id].stages if s.id == request.to_stage_id)
        moved = application.model_copy(update={"stage": stage, "version": application.version + 1})
        self.applications[application.id] = moved
        return pipeline.MoveResult(application=state_of(moved))

    async def get_users_by_ids(self, request: pipeline.GetUsersByIds, _: RequestContext) -> HandlerResult:
        users = tuple(pipeline.User(id=i, name="Anna Alves", email="anna@acme.example") for i in request.ids)
        return pipeline.Users(items=users)

    async def get_activity(self, request: GetActivity, context: RequestContext) -> HandlerResult:
        if not self.seen(context, (request.person_id,)):
            return NotFound(what="person", id=str(request.person_id))
        return _page(ActivityPage, ActivityEdge, self.activity.get(request.person_id, []), request.page)

    async def get_reviews_by_ids(self, request: reviews.GetReviewsByIds, _: RequestContext) -> HandlerResult:
        return reviews.Reviews(items=tuple(self.requested[i] for i in request.ids if i in self.requested))

    async def get_verdicts_by_ids(self, request: reviews.GetVerdictsByIds, _: RequestContext) -> HandlerResult:
        return reviews.Verdicts(items=tuple(self.verdicts[i] for i in request.ids if i in self.verdicts))

    async def get_messages_by_ids(self, request: outreach.GetMessagesByIds, _: RequestContext) -> HandlerResult:
        return outreach.Messages(items=tuple(self.messages[i] for i in request.ids if i in self.messages))

    async def get_contactability(self, request: outreach.GetContactability, _: RequestContext) -> HandlerResult:
        return outreach.Contactabilities(items=tuple(self.contactability[i] for i in request.person_ids))

    async def get_reviews(self, request: reviews.GetReviews, _: RequestContext) -> HandlerResult:
        return _page(reviews.ReviewPage, reviews.ReviewEdge, list(self.requested.values()), request.page)

    async def get_suppressions(self, _: outreach.GetSuppressions, __: RequestContext) -> HandlerResult:
        return outreach.SuppressionPage(edges=(), has_next=False)

    async def get_users(self, request: pipeline.GetUsers, _: RequestContext) -> HandlerResult:
        names = [name for name in ("Anna Alves", "Ben Birk", "Cleo Cruz") if (request.containing or "") in name]
        users = [pipeline.User(id=new_id(), name=name, email="someone@acme.example") for name in names]
        return _page(pipeline.UserPage, pipeline.UserEdge, users, request.page)

    async def refuse(self, _: Any, __: RequestContext) -> HandlerResult:
        return self.refusal

    async def get_sync(self, _: Any, context: RequestContext) -> HandlerResult:
        connection = pipeline.ConnectionSync(
            connection="main",
            kind="greenhouse",
            phase=pipeline.SyncPhase.IDLE,
            full=True,
            started_at=NOON,
            finished_at=NOON,
            error=None,
            collections=(pipeline.CollectionProgress(name="jobs", records=3, done=True),),
            pending_writes=1,
            conflicts=2,
            unknown_deliveries=3,
        )
        return pipeline.SyncStatus(connections=(connection,))

    async def get_funnels(self, request: analytics.GetFunnels, context: RequestContext) -> HandlerResult:
        stage = analytics.FunnelStage(
            kind=StageKind.APPLIED,
            reached=4,
            skipped=0,
            advanced=1,
            exited=1,
            waiting=2,
            passthrough_decided=analytics.Rate(numerator=1, denominator=2, value=0.5, low=0.1, high=0.9),
            passthrough_entered=None,
        )
        items = tuple(
            analytics.Funnel(
                job_id=id_,
                definition="reached@1",
                entered_from=request.entered_from,
                entered_until=request.entered_until,
                as_of=NOON,
                applications=4,
                stages=(stage,),
            )
            for id_ in self.seen(context, request.job_ids)
        )
        return analytics.Funnels(items=items)


def state_of(application: Application) -> ApplicationState:
    return ApplicationState(
        application_id=application.id,
        job_id=application.job_id,
        person_id=application.person_id,
        stage_id=application.stage.id,
        status=application.status,
        version=application.version,
        sync=application.sync.state,
    )


def _page(page: Any, edge: Any, items: Sequence[BaseModel], asked: Page) -> Any:
    start = int(asked.after[0]) + 1 if asked.after else 0
    shown = items[start : start + asked.first]
    edges = tuple(edge(cursor=(str(start + at),), node=item) for at, item in enumerate(shown))
    return page(edges=edges, has_next=start + asked.first < len(items))
