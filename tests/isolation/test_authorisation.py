"""Every operation as every role gives the result that docs/authorisation.md states."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from graphql import build_schema

from rapport.contracts.authorisation import SEE_JOBS, Scope
from rapport.contracts.identity import Role
from rapport.gateway.graph.ids import Kind, global_id, parse_id
from rapport.gateway.schema import GatewaySchema
from rapport.gateway.tools.authorisation_table import rows
from rapport.gateway.tools.sample_operations import Operation, operations
from rapport.kit.rpc.client import RequestClient
from rapport.testing.databases import Templates
from rapport.testing.stack import ALL_SERVICES, Stack, running_stack
from tests.support.two_organisations import issuer_of
from tests.support.worlds import Worlds

pytestmark = pytest.mark.asyncio(loop_scope="module")

_SCHEMA = build_schema(GatewaySchema(introspection=True).as_str())
_TABLE = asyncio.run(rows())
_EXAMPLES = {kind: global_id(kind, uuid4()) for kind in Kind}
_LABELS = list(_TABLE)
_REFUSALS = {"NotFound", "Forbidden"}
_REFUSED = {"NOT_FOUND", "FORBIDDEN"}
_COUNTED = {"jobFacets", "peopleFacets"}
"""Counts of what the viewer sees: there is nothing to refuse, and they are compared with the lists below."""

_USERS = """
SELECT u.id, u.email, u.site_admin, array(SELECT DISTINCT t.role FROM job_team t WHERE t.user_id = u.id) AS roles,
    EXISTS (SELECT 1 FROM application a JOIN job j ON j.id = a.job_id
        WHERE j.status = 'open' AND a.status = 'active' AND interviews(u.id, a.id)) AS interviews
FROM user_account u WHERE u.active ORDER BY u.external_id::bigint
"""


@dataclass
class Cast:
    """A user of every role, with only that role, and another user."""

    stack: Stack
    worlds: Worlds
    users: dict[Role, UUID]
    other: UUID

    async def own(self, role: Role, kind: str, label: str) -> str:
        """What happens with what is theirs."""
        return await self._happens(role, kind, label, await self._things(kind, label, self.users[role], None))

    async def others(self, role: Role, kind: str, label: str) -> str:
        """What happens with what is not theirs."""
        return await self._happens(role, kind, label, await self._things(kind, label, self.other, self.users[role]))

    async def _things(self, kind: str, label: str, owner: UUID, hidden_from: UUID | None) -> dict[Kind, str]:
        operation = _operation(kind, label, _EXAMPLES)
        kinds = {parse_id(given, "")[0] for given in operation.ids} | ({operation.lists} - {None})
        return _EXAMPLES | await self.worlds.of(owner, kinds, hidden_from=hidden_from)

    async def _happens(self, role: Role, kind: str, label: str, ids: dict[Kind, str]) -> str:
        """``allowed`` or ``refused``."""
        if kind == "subscription":
            return await self._watches(role, _operation(kind, label, ids, after="none"))
        operation = _operation(kind, label, ids)
        response = await self.stack.execute(operation.document, role=role, **operation.variables)
        codes = {error["extensions"]["code"] for error in response.get("errors", [])}
        data = (response.get("data") or {}).get(operation.name)
        if codes:
            assert codes <= _REFUSED, response
            assert data is None
            return "refused"
        if operation.kind == "mutation":
            return "refused" if data["__typename"] in _REFUSALS else "allowed"
        if operation.lists:
            return "allowed" if ids[operation.lists] in json.dumps(data) else "refused"
        return "refused" if data in (None, [None]) else "allowed"

    async def _watches(self, role: Role, operation: Operation) -> str:
        """What is not visible is not found; only a viewer who sees it gets the error of the cursor."""
        async with self.stack.session.ws_connect(self.stack.graphql_url, protocols=["graphql-transport-ws"]) as socket:
            token = {"authorization": f"Bearer {self.stack.token(role)}"}
            await socket.send_json({"type": "connection_init", "payload": token})
            assert (await socket.receive_json(timeout=10))["type"] == "connection_ack"
            payload = {"query": operation.document, "variables": operation.variables}
            await socket.send_json({"id": "1", "type": "subscribe", "payload": payload})
            response = await socket.receive_json(timeout=10)
        errors = response["payload"]["errors"] if response["type"] == "next" else response["payload"]
        [code] = [error["extensions"]["code"] for error in errors]
        assert code in {*_REFUSED, "INVALID_CURSOR"}, response
        return "refused" if code in _REFUSED else "allowed"


def _operation(kind: str, label: str, ids: dict[Kind, str], **more: Any) -> Operation:
    return next(o for o in operations(_SCHEMA, ids, **more) if (o.kind, o.label) == (kind, label))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    """Acme, with a user of every role."""
    folder = tmp_path_factory.mktemp("stack")
    async with running_stack(database_templates, folder, people=150, services=ALL_SERVICES) as stack:
        await stack.synced()
        users = await stack.rows("pipeline", _USERS)
        executive = stack.emails["executive"][0]
        idle = [user for user in users if not user["roles"] and not user["site_admin"] and user["email"] != executive]
        interviewer, other, bystander, *_ = (
            user["id"] for user in sorted(idle, key=lambda user: not user["interviews"])
        )
        roles = {Role(user["roles"][0]): user["id"] for user in reversed(users) if len(user["roles"]) == 1}
        roles |= {Role.ADMIN: next(user["id"] for user in users if user["site_admin"])}
        roles |= {Role.EXECUTIVE: next(user["id"] for user in users if user["email"] == executive)}
        roles |= {Role.INTERVIEWER: interviewer}
        issuer = issuer_of(stack)
        emails = {user["id"]: user["email"] for user in users}
        stack.tokens = {role: [issuer.token(emails[user])] for role, user in roles.items()}
        async with stack.nats.client("gateway") as client:
            yield Cast(stack, Worlds(stack, RequestClient(client), bystander), roles, other)


async def test_every_test_user_has_exactly_their_role(cast: Cast) -> None:
    assert set(cast.users) == set(Role)
    for role in Role:
        assert (await cast.stack.data("{ me { roles } }", role=role))["me"]["roles"] == [role.name]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(("kind", "label"), _LABELS)
async def test_the_authorisation_table_matches_the_running_stack(cast: Cast, kind: str, label: str, role: Role) -> None:
    match _TABLE[kind, label].scope(role):
        case None:
            assert await cast.own(role, kind, label) == "refused"
        case Scope.EVERYTHING:
            assert await cast.others(role, kind, label) == "allowed"
        case _ if label in _COUNTED:
            assert await cast.own(role, kind, label) == "allowed"
        case _ if role is Role.INTERVIEWER and SEE_JOBS in _TABLE[kind, label].rules:
            # The ATS puts nobody on a hiring team as an interviewer: there is no job that they could see, but only
            # whom they interview.
            assert await cast.others(role, kind, label) == "refused"
        case _:
            assert await cast.own(role, kind, label) == "allowed"
            assert await cast.others(role, kind, label) == "refused"


async def test_an_interviewer_sees_whom_they_interview_and_what_they_owe_and_no_job(cast: Cast) -> None:
    interviewer = cast.users[Role.INTERVIEWER]
    kinds = {Kind.APPLICATION, Kind.PERSON, Kind.JOB, Kind.FLAG}
    query = """query ($application: ID!, $person: ID!, $job: ID!) {
        application(id: $application) {
            id stage { name } job { id title } interviews { interviewers { id } } offers { id }
        }
        person(id: $person) { id name applications { id } }
        job(id: $job) { id }
        board(jobId: $job) { columns { count } }
        today { flags { nodes { id } } } }"""
    own = await cast.worlds.of(interviewer, kinds)
    given = {kind.name.lower(): id_ for kind, id_ in own.items() if kind is not Kind.FLAG}
    response = await cast.stack.execute(query, role=Role.INTERVIEWER, **given)
    data = response["data"]
    assert data["application"]["id"] == own[Kind.APPLICATION]
    assert data["application"]["job"]["title"]
    assert global_id(Kind.USER, interviewer) in json.dumps(data["application"]["interviews"])
    assert data["application"]["offers"] in (None, [])
    assert own[Kind.APPLICATION] in {each["id"] for each in data["person"]["applications"]}
    assert data["job"] is data["board"] is None
    assert own[Kind.FLAG] in {flag["id"] for flag in data["today"]["flags"]["nodes"]}
    others = await cast.worlds.of(cast.other, kinds, hidden_from=interviewer)
    given = {kind.name.lower(): id_ for kind, id_ in others.items() if kind is not Kind.FLAG}
    data = (await cast.stack.execute(query, role=Role.INTERVIEWER, **given))["data"]
    assert [data[name] for name in ("application", "person", "job", "board")] == [None] * 4
    assert others[Kind.FLAG] not in json.dumps(data["today"])


async def test_the_choices_of_jobs_count_for_every_role_the_jobs_that_it_sees_and_no_other(cast: Cast) -> None:
    query = """{ jobs(first: 200) { totalCount nodes { team { user { id } } } }
        jobFacets { statuses { jobs } members { jobs user { id } } } }"""
    seen = {}
    for role in Role:
        data = await cast.stack.data(query, role=role)
        jobs, facets = data["jobs"], data["jobFacets"]
        seen[role] = sum(choice["jobs"] for choice in facets["statuses"])
        assert seen[role] == jobs["totalCount"]
        teams = Counter(user for job in jobs["nodes"] for user in {member["user"]["id"] for member in job["team"]})
        assert {choice["user"]["id"]: choice["jobs"] for choice in facets["members"]} == teams
    assert seen[Role.INTERVIEWER] == 0 < seen[Role.HIRING_MANAGER] < seen[Role.EXECUTIVE] == seen[Role.ADMIN]


async def test_searches_count_for_every_role_the_people_whom_it_sees_and_no_other(cast: Cast) -> None:
    query = """{ people(first: 200) { nodes { id } pageInfo { hasNextPage } }
        searchPeople(first: 200) { totalCount nodes { id } } peopleFacets { total } }"""
    totals = {}
    for role in set(Role) - {Role.INTERVIEWER}:
        data = await cast.stack.data(query, role=role)
        totals[role] = data["peopleFacets"]["total"]
        assert totals[role] == data["searchPeople"]["totalCount"]
        if not data["people"]["pageInfo"]["hasNextPage"]:
            listed, found = ({node["id"] for node in data[name]["nodes"]} for name in ("people", "searchPeople"))
            assert found == listed
            assert totals[role] == len(found)
    assert 0 < totals[Role.HIRING_MANAGER] < totals[Role.RECRUITER] == totals[Role.EXECUTIVE]


@pytest.mark.parametrize(("kind", "label"), _LABELS)
async def test_requests_without_a_token_are_refused(cast: Cast, kind: str, label: str) -> None:
    operation = _operation(kind, label, _EXAMPLES)
    body = {"query": operation.document, "variables": operation.variables}
    for accepted in ("application/json", "text/event-stream"):
        headers = {"Accept": accepted}
        async with cast.stack.session.post(cast.stack.graphql_url, json=body, headers=headers) as response:
            assert response.status == 401
            assert "data" not in await response.json(content_type=None)
