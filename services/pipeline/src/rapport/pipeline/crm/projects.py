"""Requests about projects: named lists of people."""

from uuid import UUID

from rapport.contracts.events import ProjectChanged
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import (
    ChangeProject,
    ChangeProjectPeople,
    CreateProject,
    GetProjectPeople,
    GetProjects,
    GetProjectsByIds,
    PersonOutcome,
    Project,
    ProjectChange,
    Projects,
)
from rapport.contracts.refusals import Invalid, NotFound
from rapport.contracts.vocabulary import InputOutcome, ProjectChangeKind
from rapport.kit.database.pagination import keyset
from rapport.kit.database.unit_of_work import Database, ReadSession
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.crm import recording
from rapport.pipeline.privacy import private_to
from rapport.pipeline.store import SQL, crm
from rapport.pipeline.store.search import patterns


class ProjectRequests:
    """Handles requests about projects."""

    def __init__(self, database: Database) -> None:
        """``database`` is the service's."""
        self._database = database

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetProjects, self.get_projects)
        server.handle(GetProjectsByIds, self.get_projects_by_ids)
        server.handle(GetProjectPeople, self.get_project_people)
        server.handle(CreateProject, self.create_project)
        server.handle(ChangeProject, self.change_project)
        server.handle(ChangeProjectPeople, self.change_project_people)

    async def get_projects(self, request: GetProjects, context: RequestContext) -> Json | Invalid:
        """A page of the projects."""
        page = keyset(request.page)
        if isinstance(page, Invalid):
            return page
        arguments = (request.include_archived, request.person_id, patterns(request.text), request.page.first)
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await session.fetchval(SQL["get_projects"], *page, *arguments, private_to(context.viewer)))

    async def get_projects_by_ids(self, request: GetProjectsByIds, context: RequestContext) -> Json:
        """These projects."""
        async with self._database.read_session(context.viewer.org_id) as session:
            arguments = (list(request.ids), private_to(context.viewer))
            return Json(await session.fetchval(SQL["get_projects_by_ids"], *arguments))

    async def get_project_people(self, request: GetProjectPeople, context: RequestContext) -> Json | Invalid | NotFound:
        """A page of the people of a project."""
        page = keyset(request.page)
        if isinstance(page, Invalid):
            return page
        async with self._database.read_session(context.viewer.org_id) as session:
            arguments = (*page, request.page.first, private_to(context.viewer))
            people = await session.fetchval(SQL["get_project_people"], request.project_id, *arguments)
        return _unknown(request.project_id) if people is None else Json(people)

    async def create_project(self, request: CreateProject, context: RequestContext) -> Project:
        """Begin a project."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            project_id = derived_id("project", unit.org_id, context.key)
            new = await unit.fetchval(SQL["create_project"], project_id, request.project_name, viewer.user_id, unit.now)
            if new:
                unit.record(
                    ProjectChanged(change=ProjectChangeKind.CREATED),
                    aggregate_id=project_id,
                    version=1,
                    occurred_at=unit.now,
                )
            return await _project(unit, project_id, viewer)

    async def change_project(self, request: ChangeProject, context: RequestContext) -> Project | NotFound:
        """Rename or archive a project."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            row = await unit.fetchrow(SQL["lock_project"], request.project_id)
            if row is None:
                return _unknown(request.project_id)
            name, archived_at = row["name"], row["archived_at"]
            changes = list[ProjectChangeKind]()
            if request.project_name is not None and request.project_name != name:
                name = request.project_name
                changes.append(ProjectChangeKind.RENAMED)
            if request.archived is not None and request.archived != (archived_at is not None):
                archived_at = unit.now if request.archived else None
                changes.append(ProjectChangeKind.ARCHIVED if request.archived else ProjectChangeKind.RESTORED)
            version = row["version"] + len(changes)
            if changes:
                await unit.execute(SQL["change_project"], request.project_id, name, archived_at, version, unit.now)
            for at, change in enumerate(changes, start=row["version"] + 1):
                unit.record(
                    ProjectChanged(change=change), aggregate_id=request.project_id, version=at, occurred_at=unit.now
                )
            return await _project(unit, request.project_id, viewer)

    async def change_project_people(
        self, request: ChangeProjectPeople, context: RequestContext
    ) -> ProjectChange | NotFound:
        """Add people to a project and remove others, each for themselves."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            if await unit.fetchrow(SQL["lock_project"], request.project_id) is None:
                return _unknown(request.project_id)
            wanted = [*dict.fromkeys(request.add), *(id_ for id_ in dict.fromkeys(request.remove))]
            known = await crm.seen_among(unit, wanted, None, private_to(viewer))
            added, removed = await recording.change_project_people(
                unit,
                request.project_id,
                add=[id_ for id_ in dict.fromkeys(request.add) if id_ in known],
                remove=list(request.remove),
                by=viewer.user_id,
            )
            outcomes = [_outcome(id_, known, added) for id_ in request.add]
            outcomes += [_outcome(id_, known, removed) for id_ in request.remove]
            return ProjectChange(project=await _project(unit, request.project_id, viewer), outcomes=tuple(outcomes))


def _outcome(person_id: UUID, known: set[UUID], changed: set[UUID]) -> PersonOutcome:
    if person_id in changed:
        return PersonOutcome(person_id=person_id, outcome=InputOutcome.DONE)
    outcome = InputOutcome.UNCHANGED if person_id in known else InputOutcome.NOT_FOUND
    return PersonOutcome(person_id=person_id, outcome=outcome)


async def _project(session: ReadSession, project_id: UUID, viewer: Viewer) -> Project:
    found = await session.fetchval(SQL["get_projects_by_ids"], [project_id], private_to(viewer))
    return Projects.model_validate_json(found).items[0]


def _unknown(project_id: UUID) -> NotFound:
    return NotFound(what="project", id=str(project_id))
