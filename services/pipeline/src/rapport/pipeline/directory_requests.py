"""The directory: who a verified token belongs to, who the users are, and what admins give them here."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from rapport.contracts.addresses import canonical_address, comparable_address
from rapport.contracts.identity import Grant, Role, UserId, Viewer
from rapport.contracts.pipeline import (
    AddTeamMember,
    GetDirectory,
    GetDirectoryChanges,
    GetUsers,
    GetUsersByIds,
    GiveAccess,
    IdentifyViewer,
    InviteUser,
    RemoveTeamMember,
    RemoveUser,
    TakeAccess,
    User,
    UserAccess,
    UserAccessEdge,
    UserAccessPage,
    ViewerIdentity,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import DirectoryChangeKind
from rapport.kit.database.pagination import keyset, place
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.privacy import private_to
from rapport.pipeline.recording import end_access, publish_jobs, record_user_change
from rapport.pipeline.store import SQL, directory
from rapport.pipeline.store.directory import Change, DirectoryEntry, LockedUser

_FIRST = ("", UUID(int=0))
_IN_ATS = Invalid.because("user_id", "is a user of the ATS, and is removed there", InputProblemCode.NOT_ALLOWED)


class DirectoryRequests:
    """Serves the gateway."""

    def __init__(self, database: Database, connections: Sequence[Connection]) -> None:
        """The connections declare roles and grants that the ATS does not know."""
        self._database = database
        self._connections = connections

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(IdentifyViewer, self.identify_viewer)
        server.handle(GetUsers, self.get_users)
        server.handle(GetUsersByIds, self.get_users_by_ids)
        server.handle(GetDirectory, self.get_directory)
        server.handle(GetDirectoryChanges, self.get_directory_changes)
        server.handle(InviteUser, self.invite_user)
        server.handle(RemoveUser, self.remove_user)
        server.handle(GiveAccess, self.give_access)
        server.handle(TakeAccess, self.take_access)
        server.handle(AddTeamMember, self.add_team_member)
        server.handle(RemoveTeamMember, self.remove_team_member)

    async def identify_viewer(self, request: IdentifyViewer) -> ViewerIdentity | NotFound:
        """Look the address up in the directory."""
        async with self._database.read_session(request.org_id) as session:
            entry = await directory.user_with_email(session, request.email)
        if entry is None:
            return NotFound(what="user", id=request.email)
        access = self._access(request.org_id, entry)
        viewer = Viewer(
            org_id=request.org_id,
            user_id=UserId(entry.user_id),
            roles=frozenset(access.roles),
            grants=frozenset(access.grants),
            in_ats=entry.in_ats,
        )
        return ViewerIdentity(viewer=viewer, name=entry.name, email=entry.email)

    async def get_users(self, request: GetUsers, context: RequestContext) -> Json | Invalid:
        """A page of users."""
        after = place(request.page, str, begins=_FIRST)
        if isinstance(after, Invalid):
            return after
        async with self._database.read_session(context.viewer.org_id) as session:
            asked = (request.containing, request.page.first, request.in_ats)
            return Json(await session.fetchval(SQL["get_users"], *after, *asked))

    async def get_users_by_ids(self, request: GetUsersByIds, context: RequestContext) -> Json:
        """These users; every colleague may see them."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await session.fetchval(SQL["get_users_by_ids"], list(request.ids)))

    async def get_directory(self, request: GetDirectory, context: RequestContext) -> UserAccessPage | Invalid:
        """A page of users, with what they may do."""
        after = place(request.page, str, begins=_FIRST)
        if isinstance(after, Invalid):
            return after
        org_id, first = context.viewer.org_id, request.page.first
        async with self._database.read_session(org_id) as session:
            found = await directory.entries(session, after, request.containing, first + 1)
        edges = tuple(
            UserAccessEdge(cursor=(key, str(entry.user_id)), node=self._access(org_id, entry))
            for key, entry in found[:first]
        )
        return UserAccessPage(edges=edges, has_next=len(found) > first)

    async def get_directory_changes(self, request: GetDirectoryChanges, context: RequestContext) -> Json | Invalid:
        """A page of changes."""
        after = keyset(request.page)
        if isinstance(after, Invalid):
            return after
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(
                await session.fetchval(SQL["get_directory_changes"], *after, request.page.first, request.user_id)
            )

    async def invite_user(self, request: InviteUser, context: RequestContext) -> UserAccess | Invalid:
        """Somebody may sign in whom the ATS does not know."""
        if canonical_address(request.email) is None:
            return Invalid.because("email", "is no e-mail address", InputProblemCode.MALFORMED)
        async with self._work(context) as unit:
            known = await directory.user_with_email(unit, request.email)
            user_id = derived_id("invited user", unit.org_id, request.email)
            if known and known.user_id != user_id:
                return Invalid.because("email", "is that of a user of the ATS already", InputProblemCode.NOT_ALLOWED)
            if known is None:
                await unit.execute(SQL["invite_user"], user_id, request.full_name, request.email)
                await self._record(unit, user_id, Change(DirectoryChangeKind.INVITED), context)
            return await self._now(unit, user_id)

    async def remove_user(self, request: RemoveUser, context: RequestContext) -> UserAccess | NotFound | Invalid:
        """Somebody who was invited may not sign in any more."""
        async with self._work(context) as unit:
            user = await self._lock(unit, request.user_id)
            if isinstance(user, NotFound):
                return user
            if user.in_ats:
                return _IN_ATS
            if user.id == context.viewer.user_id:
                return Invalid.because("user_id", "is you; another admin removes you", InputProblemCode.NOT_ALLOWED)
            if await unit.execute(SQL["remove_user"], user.id) != "UPDATE 0":
                for connection in await end_access(
                    unit, user.id, DirectoryChangeKind.REMOVED, changed_by=context.viewer.user_id
                ):
                    await publish_jobs(unit, connection)
            return await self._now(unit, user.id)

    async def give_access(self, request: GiveAccess, context: RequestContext) -> UserAccess | NotFound | Forbidden:
        """They have a role or a grant from now on."""
        if request.grant is Grant.SEE_PRIVATE_PEOPLE and request.user_id == context.viewer.user_id:
            # Nobody lets themselves see whom the ATS hides.
            return Forbidden(reason="another admin has to give you that")
        async with self._work(context) as unit:
            user = await self._lock(unit, request.user_id)
            if isinstance(user, NotFound):
                return user
            given = (*_named(request), context.viewer.user_id, unit.now)
            if await unit.execute(SQL["give_access"], user.id, *given) != "INSERT 0 0":
                kind = DirectoryChangeKind.ROLE_GIVEN if request.role else DirectoryChangeKind.GRANT_GIVEN
                await self._record(unit, user.id, Change(kind, request.role, request.grant), context)
            return await self._now(unit, user.id)

    async def take_access(self, request: TakeAccess, context: RequestContext) -> UserAccess | NotFound | Forbidden:
        """They do not have it any more, unless it comes from the ATS too."""
        if request.role is Role.ADMIN and request.user_id == context.viewer.user_id:
            return Forbidden(reason="another admin has to take that from you")
        async with self._work(context) as unit:
            user = await self._lock(unit, request.user_id)
            if isinstance(user, NotFound):
                return user
            if await unit.execute(SQL["take_access"], user.id, *_named(request)) != "DELETE 0":
                kind = DirectoryChangeKind.ROLE_TAKEN if request.role else DirectoryChangeKind.GRANT_TAKEN
                await self._record(unit, user.id, Change(kind, request.role, request.grant), context)
            return await self._now(unit, user.id)

    async def add_team_member(self, request: AddTeamMember, context: RequestContext) -> Json | NotFound:
        """They are on a job's hiring team."""
        return await self._change_team(request, context, DirectoryChangeKind.TEAM_JOINED)

    async def remove_team_member(self, request: RemoveTeamMember, context: RequestContext) -> Json | NotFound:
        """They are not on it any more."""
        return await self._change_team(request, context, DirectoryChangeKind.TEAM_LEFT)

    async def _change_team(
        self, request: AddTeamMember | RemoveTeamMember, context: RequestContext, kind: DirectoryChangeKind
    ) -> Json | NotFound:
        async with self._work(context) as unit:
            connection = await unit.fetchval(SQL["connection_of_shown_job"], request.job_id)
            if connection is None:
                return NotFound(what="job", id=str(request.job_id))
            user = await self._lock(unit, request.user_id)
            if isinstance(user, NotFound):
                return user
            part = (request.job_id, user.id, request.team_role)
            if kind is DirectoryChangeKind.TEAM_JOINED:
                member_id = derived_id("team member", unit.org_id, *map(str, part))
                done = await unit.execute(SQL["join_team"], member_id, *part)
            else:
                done = await unit.execute(SQL["leave_team"], *part)
            if not done.endswith(" 0"):
                change = Change(kind, job_id=request.job_id, team_role=request.team_role)
                await self._record(unit, user.id, change, context)
                await publish_jobs(unit, connection)
            return Json(await unit.fetchval(SQL["get_job"], request.job_id, private_to(context.viewer)))

    def _work(self, context: RequestContext) -> AbstractAsyncContextManager[UnitOfWork]:
        viewer = context.viewer
        return self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key)

    async def _lock(self, unit: UnitOfWork, user_id: UUID) -> LockedUser | NotFound:
        user = await directory.lock_user(unit, user_id)
        if user is None or not user.active:
            return NotFound(what="user", id=str(user_id))
        return user

    async def _record(self, unit: UnitOfWork, user_id: UUID, change: Change, context: RequestContext) -> None:
        await record_user_change(unit, user_id, change, changed_by=context.viewer.user_id)

    async def _now(self, unit: ReadSession, user_id: UUID) -> UserAccess:
        entry = await directory.entry(unit, user_id)
        assert entry is not None  # locked or invited in this unit of work
        return self._access(unit.org_id, entry)

    def _access(self, org_id: str, entry: DirectoryEntry) -> UserAccess:
        """From the ATS, teams joined here, the connections' declarations and admins; all others are interviewers."""
        email = comparable_address(entry.email)
        connections = [c for c in self._connections if c.org_id == org_id]
        declared = frozenset[Role]().union(*(c.roles.get(email, frozenset()) for c in connections))
        roles = entry.roles_from_ats | entry.roles_from_teams | declared | entry.roles_given
        roles = roles or frozenset({Role.INTERVIEWER})
        grants_declared = set[Grant]()
        if any(email in c.sees_private_people for c in connections):
            grants_declared.add(Grant.SEE_PRIVATE_PEOPLE)
        if any(email in c.diversity_sourcing for c in connections):
            grants_declared.add(Grant.DIVERSITY_SOURCING)
        grants = grants_declared | entry.grants_given
        if Role.ADMIN not in roles:
            grants.discard(Grant.SEE_PRIVATE_PEOPLE)  # only admins ever see every private person
        return UserAccess(
            user=User(id=entry.user_id, name=entry.name, email=entry.email, active=entry.active),
            in_ats=entry.in_ats,
            roles=tuple(sorted(roles)),
            roles_given=tuple(sorted(entry.roles_given)),
            roles_declared=tuple(sorted(declared)),
            roles_from_ats=tuple(sorted(entry.roles_from_ats)),
            roles_from_teams=tuple(sorted(entry.roles_from_teams)),
            grants=tuple(sorted(grants)),
            grants_given=tuple(sorted(entry.grants_given)),
            grants_declared=tuple(sorted(grants_declared)),
        )


def _named(request: GiveAccess | TakeAccess) -> tuple[str, str]:
    if request.role:
        return ("role", request.role)
    assert request.grant  # the request names one of them
    return ("grant", request.grant)
