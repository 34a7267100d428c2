"""Users who are invited here, roles and hiring teams beside those of the ATS, and who changed it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.contracts.authorisation import MOVE_CARDS
from rapport.contracts.events import JobChanged, UserChanged, parse_event
from rapport.contracts.identity import Grant, Role, UserId, Viewer
from rapport.contracts.pipeline import (
    AddTeamMember,
    AddToJob,
    AssignPerson,
    DirectoryChangePage,
    GetDirectory,
    GetDirectoryChanges,
    GetUsers,
    GiveAccess,
    IdentifyViewer,
    InviteUser,
    Job,
    MoveApplication,
    RemoveTeamMember,
    RemoveUser,
    TakeAccess,
    UserAccess,
    UserAccessPage,
    UserPage,
    ViewerIdentity,
)
from rapport.contracts.refusals import Forbidden, Invalid, NotFound
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import DirectoryChangeKind, TeamRole
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.identity import new_id
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.directory_requests import DirectoryRequests
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.store import sync
from rapport.pipeline.sync.endings import EndReason
from services.pipeline.tests.support.raw_ingest import RawIngest

TIMES = {"created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z"}
EVE = "eve@example.com"


@dataclass
class Directory:
    """A directory that was read from an ATS with an admin, a recruiter and a job."""

    requests: DirectoryRequests
    database: Database
    ingest: RawIngest
    mapper: GreenhouseMapper
    admin: UUID
    recruiter: UUID
    job: UUID

    def context(self, user: UUID | None = None, role: Role = Role.ADMIN) -> RequestContext:
        viewer = Viewer(org_id="acme", user_id=UserId(user or self.admin), roles=frozenset({role}))
        return RequestContext(viewer, str(new_id()))

    async def read_users(self, *users: dict[str, Any]) -> None:
        async with self.database.work("acme", actor="ats", cause="test") as unit:
            await self.ingest.raw(unit, "users", users)

    async def invite(self, email: str = EVE, name: str = "Eve") -> UserAccess:
        invited = await self.requests.invite_user(InviteUser(full_name=name, email=email), self.context())
        assert isinstance(invited, UserAccess)
        return invited

    async def viewer(self, email: str = EVE) -> Viewer | None:
        found = await self.requests.identify_viewer(IdentifyViewer(org_id="acme", email=email))
        return found.viewer if isinstance(found, ViewerIdentity) else None

    async def team(self, request: type[AddTeamMember | RemoveTeamMember], user: UUID, role: TeamRole) -> Any:
        given = request(job_id=self.job, user_id=user, team_role=role)
        handler = self.requests.add_team_member if request is AddTeamMember else self.requests.remove_team_member
        answer: Any = await handler(given, self.context())  # type: ignore[arg-type]
        return Job.model_validate_json(answer) if isinstance(answer, bytes | str) else answer

    async def changes(self, user: UUID | None = None, **page: Any) -> DirectoryChangePage:
        found: Any = await self.requests.get_directory_changes(
            GetDirectoryChanges(user_id=user, page=Page(**page)), self.context()
        )
        return DirectoryChangePage.model_validate_json(found)

    async def published(self, kind: type) -> list[Any]:
        async with self.database.read_session("acme") as session:
            rows = await session.fetch(
                Statement("SELECT body, subject FROM outbox ORDER BY recorded_at, aggregate_version")
            )
        events = [parse_event(row["body"], row["subject"]) for row in rows]
        return [event.data for event in events if isinstance(event.data, kind)]


def _user(number: int, email: str, **given: Any) -> dict[str, Any]:
    names = {"first_name": f"U{number}", "last_name": "Example"}
    emails = {"primary_email": email, "emails": [email]}
    return {"id": number, "deactivated": False, "site_admin": False} | names | emails | TIMES | given


@pytest_asyncio.fixture
async def acme(pipeline: Database, connection: Connection) -> Directory:
    ingest, mapper = RawIngest(GreenhouseConnector(connection, session=None)), GreenhouseMapper(connection)  # type: ignore[arg-type]
    requests = DirectoryRequests(pipeline, [connection])
    ids = {number: mapper.id(Collection.USERS, number) for number in (1, 2)}
    made = Directory(requests, pipeline, ingest, mapper, ids[1], ids[2], mapper.id(Collection.JOBS, 3))
    await made.read_users(_user(1, "u1@example.com", site_admin=True), _user(2, "u2@example.com"))
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "jobs", [{"id": 3, "name": "Engineer", "status": "open"} | TIMES])
        await ingest.publish_jobs(unit)
    return made


async def test_who_is_invited_may_sign_in_and_changes_nothing_of_which_the_ats_is_told(acme: Directory) -> None:
    assert await acme.viewer() is None
    invited = await acme.invite()
    assert (invited.in_ats, invited.roles) == (False, (Role.INTERVIEWER,))
    await acme.requests.give_access(GiveAccess(user_id=invited.user.id, role=Role.RECRUITER), acme.context())
    viewer = await acme.viewer("EVE@example.com")
    assert viewer is not None
    assert (viewer.user_id, viewer.roles, viewer.in_ats) == (invited.user.id, {Role.RECRUITER}, False)
    assert MOVE_CARDS.scope(viewer) is None
    assert not MOVE_CARDS.allows(viewer, on_team=True)
    for told in (MoveApplication, AssignPerson, AddToJob):
        refused = told.rule.denial(viewer)
        assert refused is not None
        assert "the ATS does not know you" in refused.reason
    assert GiveAccess.rule.denial(viewer) is not None


async def test_an_invitation_again_changes_nothing_and_one_of_somebody_from_the_ats_is_refused(acme: Directory) -> None:
    first = await acme.invite()
    assert await acme.invite(name="Somebody else") == first
    refused = await acme.requests.invite_user(InviteUser(full_name="U2", email="U2@example.com"), acme.context())
    assert isinstance(refused, Invalid)
    assert [event.change for event in await acme.published(UserChanged)] == [DirectoryChangeKind.INVITED]


@pytest.mark.parametrize("email", ["eve", "eve at example", "@example.com", "eve@exa mple.com"])
async def test_who_has_no_address_is_not_invited(acme: Directory, email: str) -> None:
    refused = await acme.requests.invite_user(InviteUser(full_name="Eve", email=email), acme.context())
    assert isinstance(refused, Invalid)
    assert (await acme.changes()).edges == ()


async def test_who_was_removed_may_not_sign_in_and_begins_with_nothing_when_invited_again(acme: Directory) -> None:
    invited = (await acme.invite()).user.id
    await acme.requests.give_access(GiveAccess(user_id=invited, role=Role.EXECUTIVE), acme.context())
    await acme.team(AddTeamMember, invited, TeamRole.HIRING_MANAGER)
    removed = await acme.requests.remove_user(RemoveUser(user_id=invited), acme.context())
    assert isinstance(removed, UserAccess)
    assert (removed.user.active, removed.roles_given) == (False, ())
    assert await acme.viewer() is None
    assert (await acme.published(JobChanged))[-1].current.team == ()
    again = await acme.requests.remove_user(RemoveUser(user_id=invited), acme.context())
    assert isinstance(again, NotFound)
    assert (await acme.invite()).roles == (Role.INTERVIEWER,)


async def test_users_of_the_ats_are_removed_there_and_nobody_removes_themselves(acme: Directory) -> None:
    assert isinstance(await acme.requests.remove_user(RemoveUser(user_id=acme.recruiter), acme.context()), Invalid)
    assert await acme.viewer("u2@example.com") is not None
    invited = (await acme.invite()).user.id
    own = await acme.requests.remove_user(RemoveUser(user_id=invited), acme.context(invited))
    assert isinstance(own, Invalid)
    assert await acme.viewer() is not None


async def test_roles_and_grants_are_given_beside_those_of_the_ats_and_taken_back(acme: Directory) -> None:
    for access in ({"role": Role.EXECUTIVE}, {"grant": Grant.DIVERSITY_SOURCING}, {"role": Role.EXECUTIVE}):
        await acme.requests.give_access(GiveAccess(user_id=acme.recruiter, **access), acme.context())
    viewer = await acme.viewer("u2@example.com")
    assert viewer is not None
    assert (viewer.roles, viewer.grants, viewer.in_ats) == ({Role.EXECUTIVE}, {Grant.DIVERSITY_SOURCING}, True)
    taken = await acme.requests.take_access(TakeAccess(user_id=acme.recruiter, role=Role.EXECUTIVE), acme.context())
    assert isinstance(taken, UserAccess)
    assert (taken.roles, taken.roles_given) == ((Role.INTERVIEWER,), ())
    # What comes from the ATS is not taken here.
    still = await acme.requests.take_access(
        TakeAccess(user_id=acme.admin, role=Role.ADMIN), acme.context(acme.recruiter)
    )
    assert isinstance(still, UserAccess)
    assert still.roles == (Role.ADMIN,)
    told = [(event.change, event.role, event.grant) for event in await acme.published(UserChanged)]
    assert told == [
        (DirectoryChangeKind.ROLE_GIVEN, Role.EXECUTIVE, None),
        (DirectoryChangeKind.GRANT_GIVEN, None, Grant.DIVERSITY_SOURCING),
        (DirectoryChangeKind.ROLE_TAKEN, Role.EXECUTIVE, None),
    ]


async def test_only_admins_ever_see_every_private_person_whoever_gave_them_that(acme: Directory) -> None:
    access = GiveAccess(user_id=acme.recruiter, grant=Grant.SEE_PRIVATE_PEOPLE)
    given = await acme.requests.give_access(access, acme.context())
    assert isinstance(given, UserAccess)
    assert (given.grants, given.grants_given) == ((), (Grant.SEE_PRIVATE_PEOPLE,))
    role = GiveAccess(user_id=acme.recruiter, role=Role.ADMIN)
    given = await acme.requests.give_access(role, acme.context())
    assert isinstance(given, UserAccess)
    assert given.grants == (Grant.SEE_PRIVATE_PEOPLE,)


async def test_users_are_found_by_whether_the_ats_knows_them(acme: Directory) -> None:
    """Who looks after somebody is said to the ATS: of others it would know nothing."""
    invited = (await acme.invite()).user.id
    found: dict[bool | None, set[UUID]] = {}
    for in_ats in (True, False, None):
        users = await acme.requests.get_users(GetUsers(in_ats=in_ats), acme.context())
        assert isinstance(users, str)
        found[in_ats] = {edge.node.id for edge in UserPage.model_validate_json(users).edges}
    known = {acme.admin, acme.recruiter}
    assert found == {True: known, False: {invited}, None: {*known, invited}}


async def test_no_admin_takes_that_from_themselves(acme: Directory) -> None:
    invited = (await acme.invite()).user.id
    await acme.requests.give_access(GiveAccess(user_id=invited, role=Role.ADMIN), acme.context())
    own = TakeAccess(user_id=invited, role=Role.ADMIN)
    assert isinstance(await acme.requests.take_access(own, acme.context(invited)), Forbidden)
    assert isinstance(await acme.requests.take_access(own, acme.context()), UserAccess)


async def test_no_admin_lets_themselves_see_every_private_person(acme: Directory) -> None:
    """Nobody lets themselves see whom the ATS hides; another admin does, and anybody gives it up."""
    private = {"user_id": acme.admin, "grant": Grant.SEE_PRIVATE_PEOPLE}
    assert isinstance(await acme.requests.give_access(GiveAccess(**private), acme.context()), Forbidden)
    assert await acme.published(UserChanged) == []
    other = (await acme.invite()).user.id
    given = await acme.requests.give_access(GiveAccess(**private), acme.context(other))
    assert isinstance(given, UserAccess)
    assert given.grants == (Grant.SEE_PRIVATE_PEOPLE,)
    taken = await acme.requests.take_access(TakeAccess(**private), acme.context())
    assert isinstance(taken, UserAccess)
    assert taken.grants == ()


async def test_a_team_of_the_ats_and_members_added_here_stand_side_by_side(acme: Directory) -> None:
    job = await acme.team(AddTeamMember, acme.recruiter, TeamRole.HIRING_MANAGER)
    [member] = job.team
    assert (member.user.id, member.role, member.responsible, member.added_here) == (
        acme.recruiter,
        TeamRole.HIRING_MANAGER,
        False,
        True,
    )
    viewer = await acme.viewer("u2@example.com")
    assert viewer is not None
    assert viewer.roles == {Role.HIRING_MANAGER}
    # Twice is once, and what the ATS's lists leave out stays.
    assert await acme.team(AddTeamMember, acme.recruiter, TeamRole.HIRING_MANAGER) == job
    async with acme.database.work("acme", actor="ats", cause="test") as unit:
        await acme.ingest.remove_unseen(unit, Collection.HIRING_MANAGERS)
    assert (await acme.team(AddTeamMember, acme.admin, TeamRole.SOURCER)).team[0] == member
    await acme.team(RemoveTeamMember, acme.admin, TeamRole.SOURCER)
    left = await acme.team(RemoveTeamMember, acme.recruiter, TeamRole.HIRING_MANAGER)
    assert left.team == ()
    teams = [
        [(m.user_id, m.role, m.added_here) for m in event.current.team] for event in await acme.published(JobChanged)
    ]
    manager = (acme.recruiter, TeamRole.HIRING_MANAGER, True)
    assert teams[:2] == [[], [manager]]
    assert teams[-1] == []
    assert len(teams) == 5


async def test_where_a_role_comes_from_is_said(acme: Directory) -> None:
    await acme.team(AddTeamMember, acme.recruiter, TeamRole.HIRING_MANAGER)
    given = await acme.requests.give_access(GiveAccess(user_id=acme.admin, role=Role.ADMIN), acme.context())
    assert isinstance(given, UserAccess)
    assert (given.roles_given, given.roles_from_ats) == ((Role.ADMIN,), (Role.ADMIN,))
    found = await acme.requests.get_directory(GetDirectory(containing="u2"), acme.context())
    assert isinstance(found, UserAccessPage)
    [member] = [edge.node for edge in found.edges]
    assert (member.roles_from_teams, member.roles_from_ats) == ((Role.HIRING_MANAGER,), ())
    async with acme.database.work("acme", actor="ats", cause="test") as unit:
        await acme.ingest.raw(
            unit, "hiring_managers", [{"id": 7, "job_id": 3, "user_id": 2, "responsible": True} | TIMES]
        )
    found = await acme.requests.get_directory(GetDirectory(containing="u2"), acme.context())
    assert isinstance(found, UserAccessPage)
    [member] = [edge.node for edge in found.edges]
    assert (member.roles_from_teams, member.roles_from_ats) == ((), (Role.HIRING_MANAGER,))


async def test_a_part_in_one_team_that_was_given_here_is_no_role_for_all_jobs(acme: Directory) -> None:
    for role in (TeamRole.RECRUITER, TeamRole.COORDINATOR, TeamRole.SOURCER):
        await acme.team(AddTeamMember, acme.recruiter, role)
    viewer = await acme.viewer("u2@example.com")
    assert viewer is not None
    assert viewer.roles == {Role.INTERVIEWER}


async def test_what_the_ats_has_of_a_team_is_not_changed_here(acme: Directory) -> None:
    async with acme.database.work("acme", actor="ats", cause="test") as unit:
        record = {"id": 7, "job_id": 3, "user_id": 2, "responsible": True} | TIMES
        await acme.ingest.raw(unit, "hiring_managers", [record])
        await acme.ingest.publish_jobs(unit)
    before = await acme.team(AddTeamMember, acme.recruiter, TeamRole.HIRING_MANAGER)
    assert [member.added_here for member in before.team] == [False]
    assert [member.added_here for member in (await acme.published(JobChanged))[-1].current.team] == [False]
    assert await acme.team(RemoveTeamMember, acme.recruiter, TeamRole.HIRING_MANAGER) == before


@pytest.mark.parametrize("unknown", ["user_id", "job_id"])
async def test_unknown_users_and_jobs_are_not_found(acme: Directory, unknown: str) -> None:
    given = {"job_id": acme.job, "user_id": acme.recruiter, "team_role": TeamRole.SOURCER} | {unknown: new_id()}
    assert isinstance(await acme.requests.add_team_member(AddTeamMember(**given), acme.context()), NotFound)
    access = GiveAccess(user_id=new_id(), role=Role.ADMIN)
    assert isinstance(await acme.requests.give_access(access, acme.context()), NotFound)
    assert await acme.published(UserChanged) == []


async def test_once_the_ats_knows_somebody_their_account_there_has_what_they_were_given(acme: Directory) -> None:
    invited = (await acme.invite()).user.id
    await acme.requests.give_access(GiveAccess(user_id=invited, role=Role.EXECUTIVE), acme.context())
    await acme.team(AddTeamMember, invited, TeamRole.HIRING_MANAGER)
    for _ in range(2):
        await acme.read_users(_user(9, "Eve@Example.com"))
    account = acme.mapper.id(Collection.USERS, 9)
    viewer = await acme.viewer()
    assert viewer is not None
    assert (viewer.user_id, viewer.in_ats) == (account, True)
    assert viewer.roles == {Role.EXECUTIVE, Role.HIRING_MANAGER}
    found = await acme.requests.get_directory(GetDirectory(containing="eve"), acme.context())
    assert isinstance(found, UserAccessPage)
    assert [edge.node.user.id for edge in found.edges] == [account]
    [joined] = (await acme.changes(account)).edges
    assert (joined.node.change, joined.node.changed_by) == (DirectoryChangeKind.JOINED_ATS, None)


@pytest.mark.parametrize("how", ["deactivated", "unlisted", "deleted"])
async def test_whoever_leaves_the_ats_and_comes_back_begins_with_what_it_says(acme: Directory, how: str) -> None:
    leaver = _user(2, "u2@example.com")
    await acme.requests.give_access(GiveAccess(user_id=acme.recruiter, role=Role.ADMIN), acme.context())
    grant = GiveAccess(user_id=acme.recruiter, grant=Grant.SEE_PRIVATE_PEOPLE)
    await acme.requests.give_access(grant, acme.context())
    await acme.team(AddTeamMember, acme.recruiter, TeamRole.HIRING_MANAGER)
    await acme.requests.give_access(GiveAccess(user_id=acme.admin, role=Role.EXECUTIVE), acme.context())
    async with acme.database.work("acme", actor="ats", cause="test") as unit:
        match how:
            case "deactivated":
                await acme.ingest.raw(unit, "users", [leaver | {"deactivated": True}])
            case "unlisted":
                await sync.begin_run(unit, "greenhouse", "greenhouse", full=True, collections=[Collection.USERS])
                await acme.ingest.raw(unit, "users", [_user(1, "u1@example.com", site_admin=True)])
                await sync.save_page(unit, "greenhouse", "users", records=1, next_page=None, read_until=unit.now)
                await acme.ingest.remove_unseen(unit, Collection.USERS)
            case _:
                await acme.ingest.endings.end(unit, Collection.USERS, [acme.recruiter], EndReason.ABSENT)
        await acme.ingest.publish_jobs(unit)
    assert await acme.viewer("u2@example.com") is None
    assert (await acme.published(JobChanged))[-1].current.team == ()
    left = (await acme.changes(acme.recruiter)).edges[0].node
    assert (left.change, left.changed_by) == (DirectoryChangeKind.LEFT_ATS, None)
    assert (await acme.published(UserChanged))[-1].change is DirectoryChangeKind.LEFT_ATS
    later = {"updated_at": "2036-03-01T00:00:00Z"}
    await acme.read_users(leaver | later)
    viewer = await acme.viewer("u2@example.com")
    assert viewer is not None
    assert (viewer.roles, viewer.grants) == ({Role.INTERVIEWER}, set())
    assert [change.change for change in await acme.published(UserChanged)].count(DirectoryChangeKind.LEFT_ATS) == 1
    others = await acme.viewer("u1@example.com")
    assert others is not None
    assert others.roles == {Role.ADMIN, Role.EXECUTIVE}


async def test_who_changed_what_is_kept_and_read_in_pages(acme: Directory) -> None:
    invited = (await acme.invite()).user.id
    await acme.requests.give_access(GiveAccess(user_id=invited, role=Role.EXECUTIVE), acme.context())
    await acme.team(AddTeamMember, invited, TeamRole.SOURCER)
    await acme.requests.give_access(GiveAccess(user_id=acme.recruiter, role=Role.EXECUTIVE), acme.context())
    first = await acme.changes(invited, first=2)
    assert first.has_next
    rest = await acme.changes(invited, first=2, after=first.edges[-1].cursor)
    read = [edge.node for edge in (*first.edges, *rest.edges)]
    assert [change.change for change in read] == [
        DirectoryChangeKind.TEAM_JOINED,
        DirectoryChangeKind.ROLE_GIVEN,
        DirectoryChangeKind.INVITED,
    ]
    assert {change.changed_by for change in read} == {acme.admin}
    assert (read[0].job_id, read[0].team_role, read[1].role) == (acme.job, TeamRole.SOURCER, Role.EXECUTIVE)
    assert len((await acme.changes()).edges) == 4


async def test_the_directory_is_read_in_pages_by_name(acme: Directory) -> None:
    for number in range(3):
        await acme.invite(f"a{number}@example.com", f"A{number}")
    names: list[str] = []
    after = None
    while True:
        page = await acme.requests.get_directory(GetDirectory(page=Page(first=2, after=after)), acme.context())
        assert isinstance(page, UserAccessPage)
        names += [edge.node.user.name for edge in page.edges]
        if not page.has_next:
            break
        after = page.edges[-1].cursor
    assert names == ["A0", "A1", "A2", "U1 Example", "U2 Example"]
