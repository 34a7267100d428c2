"""The shorter way of execution answers as graphql-core does, errors included."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, execute_sync, parse

from rapport.contracts.events import Event, StageChanged, StagePoint
from rapport.contracts.pipeline import Card
from rapport.contracts.vocabulary import Origin, StageKind, SyncState
from rapport.gateway.board.subscriptions import ApplicationMoved
from rapport.gateway.execution.executor import Executor
from rapport.gateway.graph.connections import Connection
from rapport.gateway.schema import GatewaySchema
from rapport.gateway.subscriptions.hub import StreamedEvent
from rapport.kit.events.stream import StreamPosition

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
WHOLE: dict[str, Any] = {
    "application_id": UUID(int=1),
    "person_id": UUID(int=2),
    "person_name": "Ada Berg",
    "person_title": "Engineer",
    "person_company": None,
    "origin": Origin.REFERRAL,
    "source": None,
    "stage_entered_at": AT,
    "last_activity_at": None,
    "next_interview_at": AT,
    "scorecards_submitted": 1,
    "scorecards_due": 0,
    "sync": SyncState.SYNCED,
    "ats_stage_id": None,
    "version": 3,
}
ASKED = """{ __typename who: personName personName personTitle personCompany origin source stageEnteredAt lastActivityAt
  nextInterviewAt scorecardsSubmitted scorecardsDue sync atsStageId applicationId version }"""


@pytest.fixture(scope="module")
def schema() -> GatewaySchema:
    return GatewaySchema(introspection=False)


def answered(schema: GatewaySchema, card: Card, way: type[Executor] | None) -> dict[str, Any]:
    kind = schema._schema.type_map["Card"]
    assert isinstance(kind, GraphQLObjectType)
    alone = GraphQLSchema(query=kind, extensions=schema._schema.extensions)
    return dict(execute_sync(alone, parse(ASKED), card, executor_class=way).formatted)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"last_activity_at": AT, "source": "Fairs", "ats_stage_id": UUID(int=4)},
        {"person_name": None},
        {"version": "many"},
        {"version": 2**40},
        {"origin": "no such origin"},
        {"application_id": None, "source": object()},
        {"person_name": ValueError("an error in place of a value")},
    ],
)
def test_an_answer_is_the_same_whichever_way_its_fields_were_read(
    schema: GatewaySchema, changed: dict[str, Any]
) -> None:
    card = Card.model_construct(**WHOLE | changed)

    assert answered(schema, card, Executor) == answered(schema, card, None)


def test_a_missing_attribute_is_an_error_at_its_field(schema: GatewaySchema) -> None:
    card = Card.model_construct(**{name: value for name, value in WHOLE.items() if name != "sync"})

    assert answered(schema, card, Executor) == answered(schema, card, None)
    assert answered(schema, card, Executor)["errors"][0]["path"] == ["sync"]


_OF_A_PAGE = """query ($with: Boolean! = true) {
  columns: edges { cursor node { ...Shown ... on Card { __typename who: personName } } }
  nodes @include(if: $with) { ...Shown origin } pageInfo { hasNextPage endCursor } }
  fragment Shown on Card { id: applicationId sync @skip(if: $with) version personCompany }"""


@pytest.mark.parametrize("variables", [{}, {"with": False}])
@pytest.mark.parametrize(
    "changed",
    [
        [{}, {"person_company": "Globex"}],
        [],
        [{}, {"version": None}],
        [{"version": "many"}, {}],
        [{}, None],
        [{}, "no card"],
        [{"origin": None}],
    ],
)
def test_a_page_of_cards_is_the_same_whichever_way_it_was_read(
    schema: GatewaySchema, changed: list[Any], variables: dict[str, Any]
) -> None:
    cards = [Card.model_construct(**WHOLE | each) if isinstance(each, dict) else each for each in changed]
    edges = [SimpleNamespace(node=card, cursor=("1", str(number))) for number, card in enumerate(cards)]
    page = Connection(page=SimpleNamespace(edges=edges, has_next=True), of_list="cards", is_continued=False, end=None)
    kind = schema._schema.type_map["CardConnection"]
    assert isinstance(kind, GraphQLObjectType)
    alone = GraphQLSchema(query=kind, types=[schema._schema.type_map["Card"]], extensions=schema._schema.extensions)
    document = parse(_OF_A_PAGE)
    one, other = (
        execute_sync(alone, document, page, variable_values=variables, executor_class=way).formatted
        for way in (Executor, None)
    )
    assert one == other
    assert list(one.get("data") or {}) == list(other.get("data") or {})


def test_a_page_of_cards_is_read_the_shorter_way(schema: GatewaySchema, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the comparison above would compare graphql-core with itself."""
    usual: list[str] = []

    def noted(self: Any, kind: Any, source: Any, details: Any, path: Any, position: Any) -> Any:
        usual.append(details[0].node.name.value)
        return execute_field(self, kind, source, details, path, position)

    execute_field = Executor.__mro__[1].execute_field  # type: ignore[attr-defined]
    monkeypatch.setattr(Executor.__mro__[1], "execute_field", noted)
    cards = [SimpleNamespace(node=Card.model_construct(**WHOLE), cursor=("1",))] * 3
    page = Connection(page=SimpleNamespace(edges=cards, has_next=False), of_list="cards", is_continued=False, end=None)
    kind = schema._schema.type_map["CardConnection"]
    assert isinstance(kind, GraphQLObjectType)
    alone = GraphQLSchema(query=kind, extensions=schema._schema.extensions)
    assert execute_sync(alone, parse("{ nodes { personName version } }"), page, executor_class=Executor).errors is None
    assert usual == []


def test_all_of_a_card_that_follows_from_the_card_is_read_the_shorter_way(schema: GatewaySchema) -> None:
    kind = schema._schema.type_map["Card"]
    assert isinstance(kind, GraphQLObjectType)

    assert {name for name in kind.fields if ("Card", name) not in schema.direct_fields} == {
        "daysInStage",
        "application",
        "person",
    }


def test_what_was_written_for_a_selection_is_not_taken_for_another_of_the_same_document(schema: GatewaySchema) -> None:
    card = SimpleNamespace(node=Card.model_construct(**WHOLE), cursor=("1",))
    page = Connection(page=SimpleNamespace(edges=[card], has_next=False), of_list="cards", is_continued=False, end=None)
    kind = schema._schema.type_map["CardConnection"]
    assert isinstance(kind, GraphQLObjectType)
    alone = GraphQLSchema(query=kind, types=[schema._schema.type_map["Card"]], extensions=schema._schema.extensions)
    document = parse(
        "query A($with: Boolean!) { nodes { sync @include(if: $with) version } } query B { nodes { version } }"
    )
    for operation, given in [("A", True), ("A", False), ("B", True), ("A", True), ("A", False)]:
        one, other = (
            execute_sync(
                alone, document, page, variable_values={"with": given}, operation_name=operation, executor_class=way
            ).formatted
            for way in (Executor, None)
        )
        assert one == other


def moved() -> ApplicationMoved:
    point = StagePoint(stage_id=UUID(int=5), kind=StageKind.SCREEN, position=1)
    data = StageChanged(
        person_id=UUID(int=2), job_id=UUID(int=3), current_job_id=UUID(int=3), previous=point, current=point
    )
    event = Event[StageChanged].model_construct(
        id=UUID(int=6),
        subject=UUID(int=1),
        time=AT,
        recordedat=AT,
        orgid="acme",
        aggregateversion=4,
        actor="ats",
        data=data,
    )
    return ApplicationMoved(
        job=event.data.job_id, streamed=StreamedEvent(StreamPosition("2026-03-01T00:00:00Z", 7), event, None)
    )


@pytest.mark.parametrize(
    ("event", "short"),
    [(moved(), True), (None, False), ("no change of a board", False), (ValueError("an error"), False)],
)
def test_an_event_is_shown_the_same_whichever_way_its_type_was_found(
    schema: GatewaySchema, monkeypatch: pytest.MonkeyPatch, event: Any, short: bool
) -> None:
    kind = schema._schema.type_map["Subscription"]
    assert isinstance(kind, GraphQLObjectType)
    types = [each for each in schema._schema.type_map.values() if isinstance(each, GraphQLObjectType)]
    alone = GraphQLSchema(query=kind, types=types, extensions=schema._schema.extensions)
    document = parse("""{ boardChanged(jobId: "x") { __typename cursor at: occurredAt version applicationId
      ... on ApplicationLeft { status } ... on ApplicationSyncChanged { state } } }""")
    usual = dict(execute_sync(alone, document, event, executor_class=None).formatted)
    taken: list[str] = []
    execute_field = Executor.__mro__[1].execute_field  # type: ignore[attr-defined]

    def noted(self: Any, kind: Any, source: Any, details: Any, path: Any, position: Any) -> Any:
        taken.append(details[0].node.name.value)
        return execute_field(self, kind, source, details, path, position)

    monkeypatch.setattr(Executor.__mro__[1], "execute_field", noted)
    assert dict(execute_sync(alone, document, event, executor_class=Executor).formatted) == usual
    assert (not taken) is short
