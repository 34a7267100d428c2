"""Two organisations on one stack: whatever one tries with the other's ids, it learns nothing and changes nothing."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from rapport.gateway.ids import Kind, global_id
from rapport.gateway.operations import Operation, operations
from rapport.gateway.schema import GatewaySchema
from rapport.local.sandbox.issuer import Issuer
from rapport.local.sandbox.issuer.keys import SigningKeys
from rapport.local.testing.databases import Templates
from rapport.local.testing.stack import ALL_SERVICES, Stack, running_stack
from rapport.local.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

STRANGER = "gus@globex.example"
_HARMLESS = {"NotFound", "InvalidInput", "Forbidden"}
_ABOUT_ONESELF = {
    "me",
    "users",
    "sync",
    "jobs",
    "people",
    "reviews",
    "messages",
    "sendingGrants",
    "suppressions",
    "nodes",
}
"""Lists and oneself: answered, with nothing of the other organisation in them."""

_FOUND = """
{ me { id } jobs(first: 1, status: OPEN) { nodes {
  id stages { id } people(first: 1) { nodes { id applications { id } } } } } }
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Acme is filled; Globex is a second organisation with an administrator, and nothing else."""
    folder = tmp_path_factory.mktemp("stack")
    async with running_stack(database_templates, folder, people=150, services=ALL_SERVICES) as stack:
        await stack.synced()
        connection = await asyncpg.connect(stack.databases["pipeline"].url)
        await connection.execute("SELECT set_config('rapport.org_id', 'globex', false)")
        await connection.execute(
            "INSERT INTO user_account (org_id, id, connection, external_id, name, email, site_admin, active)"
            " VALUES ('globex', $1, 'none', '1', 'Gus', $2, true, true)",
            uuid4(),
            STRANGER,
        )
        await connection.close()
        issuer = Issuer(f"{stack.sandbox.url}/oidc", SigningKeys(stack.company.with_name("signing-keys.json")), "acme")
        stack.tokens["stranger"] = [issuer.token(STRANGER, organisation="globex")]
        yield stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ids(stack: Stack) -> dict[Kind, str]:
    """Something of every kind that is Acme's."""
    found = await stack.data(_FOUND, role="hiring_manager")
    job = found["jobs"]["nodes"][0]
    person = job["people"]["nodes"][0]
    known = {
        Kind.USER: found["me"]["id"],
        Kind.JOB: job["id"],
        Kind.STAGE: job["stages"][0]["id"],
        Kind.PERSON: person["id"],
        Kind.APPLICATION: person["applications"][0]["id"],
    }
    made = [
        (Kind.REVIEW, "recruiter", "requestReview", "RequestReviewInput", {
            "jobId": job["id"], "personIds": [person["id"]], "reviewerIds": [found["me"]["id"]],
        }),
        (Kind.MESSAGE, "recruiter", "sendMessage", "SendMessageInput", {
            "personId": person["id"], "subject": "Hello", "body": "Hello",
        }),
        (Kind.SENDING_GRANT, "hiring_manager", "grantSending", "GrantSendingInput", {"role": "RECRUITER"}),
        (Kind.SUPPRESSION, "recruiter", "suppressPerson", "SuppressPersonInput", {"personId": person["id"]}),
    ]  # fmt: skip
    for kind, role, name, taken, given in made:
        query = f"mutation ($input: {taken}!) {{ {name}(input: $input) {{ ... on {kind} {{ id }} }} }}"
        known[kind] = (await stack.data(query, role=role, input=given))[name]["id"]
    return known


def _every_operation(ids: dict[Kind, str]) -> list[Operation]:
    return list(operations(GatewaySchema(introspection=True)._schema, ids))


_EXAMPLES = {kind: global_id(kind, uuid4()) for kind in Kind}
_NAMES = [(operation.kind, operation.label) for operation in _every_operation(_EXAMPLES)]


async def _acme(stack: Stack) -> dict[str, list[Any]]:
    """How far each log of Acme's has come, and that there is nothing of Globex."""
    return {
        service: [
            tuple(row) for row in await stack.rows(service, "SELECT org_id, count(*) FROM outbox GROUP BY org_id")
        ]
        for service in stack.databases
    }


async def _quiet(stack: Stack) -> dict[str, list[Any]]:
    """The logs, once nothing is under way any more."""
    before: dict[str, list[Any]] = {}

    async def still() -> bool:
        nonlocal before
        now = await _acme(stack)
        [row] = await stack.rows(
            "outreach", "SELECT count(*) FROM message WHERE state IN ('scheduled', 'claimed') AND obstacle IS NULL"
        )
        before, same = now, now == before
        return same and row[0] == 0

    await eventually(still, within=60, what="the end of what is under way")
    return before


@pytest.mark.parametrize(("kind", "label"), _NAMES)
async def test_an_operation_with_the_others_ids_learns_and_changes_nothing(
    stack: Stack, ids: dict[Kind, str], kind: str, label: str
) -> None:
    operation = next(o for o in _every_operation(ids) if (o.kind, o.label) == (kind, label))
    before = await _quiet(stack)
    if kind == "subscription":
        code = await _refusal_of_a_subscription(stack, operation)
        assert code == "NOT_FOUND"
    else:
        answer = await stack.ask(operation.document, role="stranger", **operation.variables)
        _nothing_is_learnt(operation, answer, ids)
    assert await _acme(stack) == before


def _nothing_is_learnt(operation: Operation, answer: dict[str, Any], ids: dict[Kind, str]) -> None:
    data = (answer.get("data") or {}).get(operation.name)
    text = json.dumps(data)
    given = set(json.dumps(operation.variables).split('"'))
    assert [id_ for id_ in ids.values() if id_ in text and id_ not in given] == []
    if data is None or data == [None]:
        assert operation.names_something
    elif operation.kind == "mutation":
        assert data["__typename"] in _HARMLESS or operation.name == "startSync", answer
    else:
        assert operation.name in _ABOUT_ONESELF, answer
        assert "nodes" not in data or data["nodes"] == [] or operation.name == "users"


async def _refusal_of_a_subscription(stack: Stack, operation: Operation) -> str:
    async with stack.session.ws_connect(stack.graphql_url, protocols=["graphql-transport-ws"]) as socket:
        token = {"authorization": f"Bearer {stack.token('stranger')}"}
        await socket.send_json({"type": "connection_init", "payload": token})
        assert (await socket.receive_json(timeout=10))["type"] == "connection_ack"
        payload = {"query": operation.document, "variables": operation.variables}
        await socket.send_json({"id": "1", "type": "subscribe", "payload": payload})
        answer = await socket.receive_json(timeout=10)
        code: str = answer["payload"][0]["extensions"]["code"]
        return code


async def test_the_same_operations_are_answered_to_their_own_people(stack: Stack, ids: dict[Kind, str]) -> None:
    """Or the test above would be true of operations that never answer anything."""
    for operation in _every_operation(ids):
        if operation.kind == "query":
            answer = await stack.ask(operation.document, role="admin", **operation.variables)
            assert answer.get("data", {}).get(operation.name) is not None, answer


@pytest.mark.parametrize("service", ALL_SERVICES)
async def test_a_query_without_a_where_sees_only_the_organisation_it_is_bound_to(stack: Stack, service: str) -> None:
    connection = await asyncpg.connect(stack.databases[service].url)
    try:
        tables = await connection.fetch(
            "SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition"
            " AND a.attname = 'org_id' AND has_table_privilege(c.oid, 'SELECT')"
        )
        assert len(tables) > 3
        for organisation in ("acme", "globex", ""):
            await connection.execute("SELECT set_config('rapport.org_id', $1, false)", organisation)
            for table in tables:
                rows = await connection.fetch(f'SELECT DISTINCT org_id FROM "{table["name"]}"')
                assert {row["org_id"] for row in rows} <= ({organisation} if organisation else set()), table["name"]
    finally:
        await connection.close()


async def test_a_services_roles_reach_no_other_services_database(stack: Stack) -> None:
    for service in ALL_SERVICES:
        for other in ALL_SERVICES:
            if other == service:
                continue
            for url in (stack.databases[service].url, stack.databases[service].system_url):
                foreign = url.replace(stack.databases[service].name, stack.databases[other].name)
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await asyncpg.connect(foreign)
