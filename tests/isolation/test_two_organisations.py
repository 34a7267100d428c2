"""Two organisations on one stack: an operation with the other's ids reveals nothing and changes nothing."""

import json
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.schema import GatewaySchema
from rapport.gateway.tools.sample_operations import Operation, operations
from rapport.testing.stack import ALL_SERVICES, Stack
from tests.support.two_organisations import logs, of_acme, quiet

pytestmark = pytest.mark.asyncio(loop_scope="module")

_HARMLESS = {"NotFound", "InvalidInput", "Forbidden"}
_ABOUT_ONESELF = {
    "me",
    "users",
    "sync",
    "jobs",
    "jobFacets",
    "people",
    "searchPeople",
    "peopleFacets",
    "reviews",
    "messages",
    "conversations",
    "today",
    "cursor",
    "sendingGrants",
    "suppressions",
    "nodes",
    "reviewsChanged",
    "todayChanged",
    "projects",
    "imports",
    "customFields",
    "closeReasons",
    "probableDuplicates",
    "attention",
    "attentionSettings",
    "savedSearches",
    "ownershipRules",
    "sourcingActivity",
    "diversitySourcing",
    "diversityFilter",
    "diversityUses",
    "directory",
    "directoryChanges",
    "messageTemplates",
    "templateTokens",
    "templatePreview",
    "rejectionMailTime",
}
"""Lists and oneself: answered, with nothing of the other organisation in them."""
_MAKES_ONES_OWN = {
    "startSync",
    "createPerson",
    "createProject",
    "createImport",
    "setOwnershipRules",
    "setWorkingHours",
    "removeWorkingHours",
    "inviteUser",
    "recordAbsence",
    "createTemplate",
}
"""They name nothing of anybody else's, and create or change something in the organisation of the user who asks."""


_SCHEMA = GatewaySchema(introspection=True)._schema


def _every_operation(ids: dict[Kind, str]) -> list[Operation]:
    return list(operations(_SCHEMA, ids))


_EXAMPLES = {kind: global_id(kind, uuid4()) for kind in Kind}
_NAMES = [(operation.kind, operation.label) for operation in _every_operation(_EXAMPLES)]


@pytest.mark.parametrize(("kind", "label"), _NAMES)
async def test_an_operation_with_the_others_ids_learns_and_changes_nothing(
    stack: Stack, ids: dict[Kind, str], kind: str, label: str
) -> None:
    operation = next(o for o in _every_operation(ids) if (o.kind, o.label) == (kind, label))
    before = await quiet(stack)
    if kind == "subscription":
        results = await _answers_of_a_subscription(
            stack, operation, lasting=0.5 if operation.name in _ABOUT_ONESELF else 10
        )
        expected = [] if operation.name in _ABOUT_ONESELF else ["NOT_FOUND"]
        assert [response["payload"][0]["extensions"]["code"] for response in results] == expected
    else:
        response = await stack.execute(operation.document, role="stranger", **operation.variables)
        _nothing_is_learnt(operation, response, ids)
    after = await logs(stack)
    if operation.name in _MAKES_ONES_OWN:
        before, after = of_acme(before), of_acme(after)
    assert after == before


def _nothing_is_learnt(operation: Operation, answer: dict[str, Any], ids: dict[Kind, str]) -> None:
    data = (answer.get("data") or {}).get(operation.name)
    text = json.dumps(data)
    given = set(json.dumps(operation.variables).split('"'))
    assert [id_ for id_ in ids.values() if id_ in text and id_ not in given] == []
    if data is None or data == [None]:
        assert operation.names_something
    elif data == []:
        assert operation.name in _ABOUT_ONESELF, answer
    elif operation.kind == "mutation":
        assert data["__typename"] in _HARMLESS or operation.name in _MAKES_ONES_OWN, answer
    else:
        assert operation.name in _ABOUT_ONESELF, answer
        assert (
            "nodes" not in data
            or data["nodes"] == []
            or operation.name in ("users", "directory", "projects", "imports")
        )


async def _answers_of_a_subscription(stack: Stack, operation: Operation, *, lasting: float) -> list[dict[str, Any]]:
    """The first message of a subscription, if one comes in this many seconds."""
    async with stack.session.ws_connect(stack.graphql_url, protocols=["graphql-transport-ws"]) as socket:
        token = {"authorization": f"Bearer {stack.token('stranger')}"}
        await socket.send_json({"type": "connection_init", "payload": token})
        assert (await socket.receive_json(timeout=10))["type"] == "connection_ack"
        payload = {"query": operation.document, "variables": operation.variables}
        await socket.send_json({"id": "1", "type": "subscribe", "payload": payload})
        try:
            return [await socket.receive_json(timeout=lasting)]
        except TimeoutError:
            return []


async def test_the_same_operations_succeed_for_their_own_users(stack: Stack, ids: dict[Kind, str]) -> None:
    """Or the test above would be true of operations that never answer anything."""
    for operation in _every_operation(ids):
        if operation.kind == "query":
            response = await stack.execute(operation.document, role="admin", **operation.variables)
            assert response.get("data", {}).get(operation.name) is not None, response


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
