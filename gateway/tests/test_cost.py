"""What an operation may cost, known before it is executed."""

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import get_introspection_query, specified_rules
from strawberry.schema.schema import validate_document

from gateway.tests.support.gateway_client import Acme, id_of
from rapport.contracts import pipeline
from rapport.gateway.schema import GatewaySchema
from rapport.testing.malicious_documents import MAKERS, documents

PEOPLE = "query ($first: Int! = 10) { people(first: $first) { nodes { id } } }"
DOCS = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def schema() -> GatewaySchema:
    return GatewaySchema(introspection=True)


def cost(schema: GatewaySchema, text: str, **variables: Any) -> int:
    document = schema.document(text)
    assert not document.problems
    priced = document.price(None)
    assert priced is not None
    return priced.cost(variables)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ me { name } }", 52),
        ("{ __typename }", 1),
        ("{ people(first: 3) { nodes { id } } }", 51 + 1 + 3),
        ("{ people { nodes { id } } }", 51 + 1 + 20),
        ("{ people(first: 3) { nodes { applications { id } } } }", 51 + 1 + 3 * (1 + 10)),
        ("{ people(first: 3) { edges { node { id } } } }", 51 + 1 + 3 * 2),
        ("{ people(first: 3) { ...p } } fragment p on PersonConnection { nodes { id } }", 51 + 1 + 3),
        ('{ nodes(ids: ["a", "b"]) { id } }', 51 + 2),
        ("{ jobs(first: 2) { nodes { board { columns { count } } } } }", 51 + 1 + 2 * (51 + 1 + 10)),
    ],
)
def test_a_list_costs_as_much_as_its_items_and_a_request_more_than_a_field(
    schema: GatewaySchema, query: str, expected: int
) -> None:
    assert cost(schema, query) == expected


def test_variables_say_how_many_items_a_page_has(schema: GatewaySchema) -> None:
    assert cost(schema, PEOPLE) == 52 + 10
    assert cost(schema, PEOPLE, first=30) == 52 + 30
    assert cost(schema, PEOPLE, first=10**9) == 52 + 200
    assert cost(schema, PEOPLE, first="many") == 52 + 20
    assert cost(schema, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["a"] * 7) == 51 + 7


def test_an_argument_that_chooses_one_item_makes_the_list_cost_one(schema: GatewaySchema) -> None:
    board = '{ board(jobId: "j") { columns(stageId: %s) { count } } }'
    chosen = "query ($s: ID) " + board % "$s"
    assert cost(schema, board % '"s"') == cost(schema, chosen, s="s") == 51 + 1 + 1
    assert cost(schema, board % "null") == cost(schema, chosen) == 51 + 1 + 10


async def test_every_answer_says_what_it_cost(acme: Acme) -> None:
    response = await acme.execute(PEOPLE, {"first": 30})
    assert response.body["extensions"] == {"cost": 82}

    async with acme.socket() as socket:
        await socket.acknowledged()
        await socket.subscribe(PEOPLE, {"first": 30})
        assert (await socket.receive())["payload"]["extensions"] == {"cost": 82}


async def test_an_operation_that_costs_too_much_is_never_executed(acme: Acme) -> None:
    query = """query ($first: Int!) { people(first: $first) {
        nodes { applications { id status history { id: kind occurredAt toStage { name } } } } } }"""
    assert (await acme.execute(query, {"first": 10})).status == 200
    acme.peer.asked.clear()

    response = await acme.execute(query, {"first": 200})

    assert (response.status, response.code) == (400, "TOO_COMPLEX")
    assert response.error["extensions"] == {"code": "TOO_COMPLEX", "cost": 86252, "maximum": 30000}
    assert response.error["message"] == "the operation costs 86252; at most 30000 is allowed"
    assert "data" not in response.body
    assert not acme.peer.asked_for(pipeline.GetPeople)


def test_everything_that_the_documentation_asks_is_within_the_limits(schema: GatewaySchema) -> None:
    pages = [DOCS / "README.md", *DOCS.glob("docs/*.md")]
    found = [text for page in pages for text in re.findall(r"```graphql\n(.*?)```", page.read_text(), re.DOTALL)]
    assert len(found) > 5
    for text in [*found, get_introspection_query()]:
        assert cost(schema, text) < 10_000


@pytest.mark.parametrize("name", MAKERS)
def test_a_hostile_document_is_refused(schema: GatewaySchema, name: str) -> None:
    *_, longest = documents(name)
    assert schema.document(longest).problems


@pytest.mark.parametrize("name", MAKERS)
def test_rules_about_what_a_document_does_not_have_are_left_out_without_a_difference(
    schema: GatewaySchema, name: str
) -> None:
    for text in documents(name):
        found = schema.document(text)
        if found.node is not None and not found.problems:
            assert validate_document(schema._schema, found.node, specified_rules) == []


def test_no_names_are_suggested_without_introspection(schema: GatewaySchema) -> None:
    text = "{ me { nam } }"
    assert "Did you mean" in schema.document(text).problems[0].message
    assert "Did you mean" not in GatewaySchema(introspection=False).document(text).problems[0].message


async def test_requests_come_one_at_a_time(acme: Acme) -> None:
    response = await acme.post(b'[{"query": "{ me { name } }"}]')

    assert (response.status, response.code) == (400, "BAD_REQUEST")
    assert response.error["message"] == "the request must be one JSON object"


async def test_a_list_of_ids_in_an_input_is_bounded(acme: Acme) -> None:
    query = """mutation ($input: RequestReviewInput!) { requestReview(input: $input) {
        ... on InvalidInput { problems { path message } } } }"""
    given = {"personIds": ["x"] * 3000, "reviewerIds": ["x"], "jobId": id_of(acme.peer.job())}
    response = await acme.execute(query, {"input": given})

    assert {p["path"] for p in response.data["requestReview"]["problems"]} == {"personIds", "reviewerIds.0"}
