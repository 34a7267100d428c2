"""The schema that clients build on."""

from pathlib import Path

from graphql import GraphQLInterfaceType, GraphQLNonNull, GraphQLObjectType, build_schema

SCHEMA = Path(__file__).parents[1] / "schema.graphql"


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    from rapport.gateway.schema import GatewaySchema

    assert SCHEMA.read_text() == GatewaySchema(introspection=False).as_str() + "\n"


def test_every_type_says_what_it_is() -> None:
    schema = build_schema(SCHEMA.read_text())
    objects = [t for t in schema.type_map.values() if isinstance(t, GraphQLObjectType | GraphQLInterfaceType)]

    assert [t.name for t in objects if not t.description] == []


def test_every_field_that_takes_arguments_says_what_it_answers() -> None:
    schema = build_schema(SCHEMA.read_text())
    objects = [t for t in schema.type_map.values() if isinstance(t, GraphQLObjectType) and not t.name.startswith("__")]
    fields = [(t.name, name, field) for t in objects for name, field in t.fields.items()]

    assert [(t, name) for t, name, field in fields if field.args and not field.description] == []


def test_every_refusal_can_be_shown_to_people() -> None:
    schema = build_schema(SCHEMA.read_text())
    for name in ("MoveApplicationResult", "StartSyncResult"):
        success, *refusals = schema.type_map[name].types  # type: ignore[attr-defined]
        assert success.name.endswith("Success")
        assert all("Refusal" in {i.name for i in refusal.interfaces} for refusal in refusals)


def test_no_field_of_the_query_takes_the_others_along() -> None:
    query = build_schema(SCHEMA.read_text()).query_type
    assert query
    assert [name for name, field in query.fields.items() if isinstance(field.type, GraphQLNonNull)] == []
