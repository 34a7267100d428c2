"""The pipeline's requests: each handler authorises, decides or reads, and returns a result or a refusal."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from rapport.contracts.authorisation import SEE_OFFERS
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    AttachmentLink,
    BoardFilter,
    ChooseCustomFields,
    CompareWithAts,
    CreateAttachmentLink,
    CustomFields,
    GetActivity,
    GetApplicationProgress,
    GetApplicationsByIds,
    GetAtsOfJobs,
    GetBoard,
    GetCardsByIds,
    GetConflicts,
    GetCustomFields,
    GetJobFacets,
    GetJobs,
    GetJobsByIds,
    GetPeople,
    GetPeopleByIds,
    GetPersonRecord,
    GetProfiles,
    GetSync,
    LinkReviewedAttachment,
    MoveApplication,
    MoveResult,
    StartSync,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound, Refusal, StageConflict
from rapport.contracts.requests import MAX_CHOICES, MAX_WAITING, Request
from rapport.contracts.vocabulary import BoardOrder
from rapport.kit.database.pagination import BEFORE_ALL, keyset, moment, place
from rapport.kit.database.unit_of_work import Database
from rapport.kit.identity import new_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.domain.move import Move, StageKept, decide_move
from rapport.pipeline.domain.outcome import kept, moved
from rapport.pipeline.downloads import AttachmentLinks, visible_attachment
from rapport.pipeline.privacy import private_to, sees
from rapport.pipeline.recording import record
from rapport.pipeline.store import SQL, applications, jobs
from rapport.pipeline.store.search import patterns

_QUIET_DAYS = (7, 14, 30)
"""For how long nothing has happened with the applications that are counted as quiet."""
_BEFORE_ALL_RANKED = ((-1, BEFORE_ALL[0]), BEFORE_ALL[1])


def _ranked(key: str) -> tuple[int, datetime]:
    """The rank of an application's attention, and when it entered its stage."""
    rank, _, at = key.partition(" ")
    return int(rank), moment(at)


def _unranked(key: str) -> tuple[int, datetime]:
    return 0, moment(key)


class PipelineRequests:
    """Serves the gateway."""

    def __init__(
        self,
        database: Database,
        connections: Sequence[Connection],
        *,
        move_queued: Callable[[str], None],
        run_requested: Callable[[str], None],
        comparison_requested: Callable[[str], None] = lambda _: None,
    ) -> None:
        """The callables take an organisation and wake its workers."""
        self._database = database
        self._connections = connections
        self._move_queued = move_queued
        self._run_requested = run_requested
        self._comparison_requested = comparison_requested

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetJobs, self.get_jobs)
        server.handle(GetJobFacets, self.get_job_facets)
        server.handle(GetJobsByIds, self.get_jobs_by_ids)
        server.handle(GetAtsOfJobs, self.get_ats_of_jobs)
        server.handle(GetApplicationsByIds, self.get_applications_by_ids)
        server.handle(GetApplicationProgress, self.get_application_progress)
        server.handle(GetConflicts, self.get_conflicts)
        server.handle(GetPeople, self.get_people)
        server.handle(GetPeopleByIds, self.get_people_by_ids)
        server.handle(GetPersonRecord, self.get_person_record)
        server.handle(GetProfiles, self.get_profiles)
        server.handle(GetCustomFields, self.get_custom_fields)
        server.handle(ChooseCustomFields, self.choose_custom_fields)
        server.handle(GetActivity, self.get_activity)
        server.handle(GetBoard, self.get_board)
        server.handle(GetCardsByIds, self.get_cards_by_ids)
        server.handle(MoveApplication, self.move_application)
        server.handle(GetSync, self.get_sync)
        server.handle(StartSync, self.start_sync)
        server.handle(CompareWithAts, self.compare_with_ats)

    async def _visible_people(self, request: Request[Any], context: RequestContext, *arguments: object) -> Json:
        """The result of the statement of the request's name, limited to the jobs and the people the viewer may see."""
        async with self._database.read_session(context.viewer.org_id) as session:
            scope = request.rule.scope_user(context.viewer)
            return Json(await session.fetchval(SQL[request.name()], scope, *arguments, private_to(context.viewer)))

    async def get_jobs(self, request: GetJobs, context: RequestContext) -> Json | Invalid:
        """A page of jobs."""
        scope, private = _scope_of_list(request, context.viewer), private_to(context.viewer)
        async with self._database.read_session(context.viewer.org_id) as session:
            page = await jobs.page_of_jobs(session, request, scope, private)
        return page if isinstance(page, Invalid) else Json(page)

    async def get_job_facets(self, request: GetJobFacets, context: RequestContext) -> Json:
        """The choices of the filters of jobs."""
        scope, private = _scope_of_list(request, context.viewer), private_to(context.viewer)
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await jobs.facets_of_jobs(session, request, scope, private, MAX_CHOICES))

    async def get_jobs_by_ids(self, request: GetJobsByIds, context: RequestContext) -> Json:
        """These jobs."""
        scope = request.rule.scope_user(context.viewer)
        async with self._database.read_session(context.viewer.org_id) as session:
            arguments = (scope, list(request.ids), private_to(context.viewer))
            return Json(await session.fetchval(SQL["get_jobs_by_ids"], *arguments))

    async def get_ats_of_jobs(self, request: GetAtsOfJobs, context: RequestContext) -> Json:
        """From which ATS these jobs come."""
        scope = request.rule.scope_user(context.viewer)
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await session.fetchval(SQL["get_ats_of_jobs"], scope, list(request.ids)))

    async def get_applications_by_ids(self, request: GetApplicationsByIds, context: RequestContext) -> Json:
        """These applications."""
        return await self._visible_people(request, context, list(request.ids), request.include_history)

    async def get_application_progress(self, request: GetApplicationProgress, context: RequestContext) -> Json:
        """What came of these applications; offers, of those on whose hiring team the viewer is, if bound to that."""
        viewer = context.viewer
        sees_offers = SEE_OFFERS.allows(viewer, on_team=True)
        return await self._visible_people(request, context, list(request.ids), viewer.user_id, sees_offers)

    async def get_conflicts(self, _: GetConflicts, context: RequestContext) -> Json:
        """The conflicts on the boards of the viewer's teams, whatever else they see."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await session.fetchval(SQL["get_conflicts"], context.viewer.user_id, MAX_WAITING))

    async def get_people(self, request: GetPeople, context: RequestContext) -> Json | Invalid | NotFound:
        """A page of people."""
        page = keyset(request.page)
        if isinstance(page, Invalid):
            return page
        scope = request.rule.scope_user(context.viewer)
        async with self._database.read_session(context.viewer.org_id) as session:
            people = await session.fetchval(
                SQL["get_people"],
                scope,
                request.job_id,
                *page,
                request.page.first,
                request.include_applications,
                patterns(request.text),
                private_to(context.viewer),
            )
        return NotFound(what="job", id=str(request.job_id)) if people is None else Json(people)

    async def get_people_by_ids(self, request: GetPeopleByIds, context: RequestContext) -> Json:
        """These people."""
        return await self._visible_people(request, context, list(request.ids), request.include_applications)

    async def get_person_record(self, request: GetPersonRecord, context: RequestContext) -> Json | NotFound:
        """What became of a person."""
        scope = request.rule.scope_user(context.viewer)
        async with self._database.read_session(context.viewer.org_id) as session:
            record = await session.fetchval(
                SQL["get_person_record"], scope, request.person_id, private_to(context.viewer)
            )
        return NotFound(what="person", id=str(request.person_id)) if record is None else Json(record)

    async def get_profiles(self, request: GetProfiles, context: RequestContext) -> Json:
        """What is known of these people beside their record."""
        return await self._visible_people(request, context, list(request.ids))

    async def get_custom_fields(self, _: GetCustomFields, context: RequestContext) -> Json:
        """The account's own fields, as an admin chooses from them."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await session.fetchval(SQL["get_custom_fields"]))

    async def choose_custom_fields(self, request: ChooseCustomFields, context: RequestContext) -> Json | NotFound:
        """Show exactly these from now on."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            known = CustomFields.model_validate_json(await unit.fetchval(SQL["get_custom_fields"]))
            unknown = set(request.ids) - {field.id for field in known.items}
            if unknown:
                return NotFound(what="custom field", id=str(min(unknown)))
            await unit.execute(SQL["choose_custom_fields"], list(request.ids))
            return Json(await unit.fetchval(SQL["get_custom_fields"]))

    async def get_activity(self, request: GetActivity, context: RequestContext) -> Json | Invalid | NotFound:
        """A part of a person's feed."""
        page = keyset(request.page)
        if isinstance(page, Invalid):
            return page
        scope = request.rule.scope_user(context.viewer)
        async with self._database.read_session(context.viewer.org_id) as session:
            feed = await session.fetchval(
                SQL["get_activity"], scope, request.person_id, *page, request.page.first, private_to(context.viewer)
            )
        return NotFound(what="person", id=str(request.person_id)) if feed is None else Json(feed)

    async def get_cards_by_ids(self, request: GetCardsByIds, context: RequestContext) -> Json:
        """These cards."""
        return await self._visible_people(request, context, list(request.ids))

    async def get_board(self, request: GetBoard, context: RequestContext) -> Json | NotFound | Invalid:
        """A job's board."""
        viewer = context.viewer
        whose = (request.rule.scope_user(viewer), request.job_id, request.stage_id)
        attention_first = request.order is BoardOrder.ATTENTION
        rest: list[Any]
        plain = not (attention_first or request.facets or request.medians) and request.filter == BoardFilter()
        if plain:
            page = keyset(request.page, begins=BEFORE_ALL)
            if isinstance(page, Invalid):
                return page
            statement, rest = SQL["get_board"], [*page, request.page.first, private_to(viewer)]
        else:
            ranked = place(request.page, _ranked if attention_first else _unranked, begins=_BEFORE_ALL_RANKED)
            if isinstance(ranked, Invalid):
                return ranked
            (rank, at), last = ranked
            asked = request.filter
            statement = SQL["find_on_board"]
            rest = [
                *(rank, at, last, request.page.first, private_to(viewer), attention_first),
                *(patterns(asked.text), asked.source, asked.origin, asked.member_id, asked.reason, asked.quiet_days),
                *(request.facets, list(_QUIET_DAYS)),
            ]
        async with self._database.read_session(viewer.org_id) as session:
            board = await session.fetchval(statement, *whose, *rest)
        return NotFound(what="job", id=str(request.job_id)) if board is None else Json(board)

    async def move_application(self, request: MoveApplication, context: RequestContext) -> MoveResult | Refusal:
        """Move a card, or keep it where it is in a conflict with the ATS; written to the ATS asynchronously."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            locked = await applications.lock_application(unit, request.application_id)
            if locked is None or not await sees(unit, request.rule, viewer, locked):
                return NotFound(what="application", id=str(request.application_id))
            if earlier := await applications.move_with_key(unit, request.application_id, context.key):
                if earlier != (request.from_stage_id, request.to_stage_id):
                    return Invalid.because(
                        "idempotency_key", "was used for another move of this application", InputProblemCode.KEY_REUSED
                    )
                return MoveResult(application=locked.application.state)
            stages = await applications.stages_of_jobs(unit, [locked.application.job_id])
            decision = decide_move(locked.application, request, stages=stages)
            match decision:
                case Move():
                    outcome, to_stage = moved(locked, decision, at=unit.now), decision.to
                case StageKept():
                    outcome, to_stage = kept(locked, decision, at=unit.now), decision.stage
                case StageConflict():
                    changed_by = await applications.changed_by(unit, request.application_id)
                    return decision.model_copy(update={"changed_by": changed_by})
                case _:
                    return decision
            await record(unit, [outcome])
            if decision.ats_from_stage:
                await applications.queue_write(
                    unit,
                    new_id(),
                    locked,
                    from_stage=decision.ats_from_stage,
                    to_stage=to_stage,
                    user_id=viewer.user_id,
                    repeats=isinstance(decision, StageKept),
                )
        self._move_queued(viewer.org_id)
        return MoveResult(application=outcome.after.application.state)

    async def get_sync(self, _: GetSync, context: RequestContext) -> Json:
        """The state of the connections."""
        return await self._status(context.viewer)

    async def start_sync(self, request: StartSync, context: RequestContext) -> Json | NotFound:
        """Request a run."""
        viewer = context.viewer
        connection = self._connection_named(viewer, request.connection)
        if connection is None:
            return NotFound(what="connection", id=request.connection)
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            kind = "full" if request.full else "changes"
            await unit.execute(SQL["request_run"], request.connection, connection.kind, kind)
        self._run_requested(viewer.org_id)
        return await self._status(viewer)

    async def compare_with_ats(self, request: CompareWithAts, context: RequestContext) -> Json | NotFound | Forbidden:
        """Request a comparison of everything; only admins may accept an unusual number of missing records."""
        viewer = context.viewer
        if request.accept_missing and Role.ADMIN not in viewer.roles:
            return Forbidden(reason="only admins may accept missing records")
        if self._connection_named(viewer, request.connection) is None:
            return NotFound(what="connection", id=request.connection)
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            await unit.execute(SQL["request_comparison"], request.connection, unit.now)
            if request.accept_missing:
                await unit.execute(SQL["accept_missing"], request.connection)
        self._comparison_requested(viewer.org_id)
        return await self._status(viewer)

    def _connection_named(self, viewer: Viewer, connection: str) -> Connection | None:
        named = (c for c in self._connections if c.org_id == viewer.org_id and c.name == connection)
        return next(named, None)

    async def _status(self, viewer: Viewer) -> Json:
        connections = [c for c in self._connections if c.org_id == viewer.org_id]
        async with self._database.read_session(viewer.org_id) as session:
            return Json(
                await session.fetchval(SQL["sync_status"], [c.name for c in connections], [c.kind for c in connections])
            )


class AttachmentRequests:
    """Creates links to files of people."""

    def __init__(self, database: Database, links: AttachmentLinks) -> None:
        """``links`` are followed to this service."""
        self._database = database
        self._links = links

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(CreateAttachmentLink, self.create_attachment_link)
        server.handle(LinkReviewedAttachment, self.link_reviewed_attachment)

    async def create_attachment_link(
        self, request: CreateAttachmentLink, context: RequestContext
    ) -> AttachmentLink | NotFound:
        """A link for the viewer, limited as their requests are."""
        viewer = context.viewer
        scope = request.rule.scope_user(viewer)
        return await self._link(viewer.org_id, request.attachment_id, viewer.user_id, scope, private_to(viewer))

    async def link_reviewed_attachment(self, request: LinkReviewedAttachment) -> AttachmentLink | NotFound:
        """A link for a reviewer, whom the review shows the file."""
        return await self._link(request.org_id, request.attachment_id, request.reviewer_id, None, None)

    async def _link(
        self, org_id: str, attachment_id: UUID, reader_id: UUID, scope: UserId | None, private_to: UserId | None
    ) -> AttachmentLink | NotFound:
        async with self._database.read_session(org_id) as session:
            found = await visible_attachment(session, attachment_id, scope, private_to)
        if found is None:
            return NotFound(what="attachment", id=str(attachment_id))
        return self._links.link(org_id, attachment_id, reader_id, scope, private_to)


def _scope_of_list(request: GetJobs | GetJobFacets, viewer: Viewer) -> UserId | None:
    """The user whose hiring teams limit a list of jobs, if they do."""
    return viewer.user_id if request.mine else request.rule.scope_user(viewer)
