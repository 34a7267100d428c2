"""The schema that clients build on."""

from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLNonNull,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_specified_scalar_type,
)

SCHEMA = Path(__file__).parents[1] / "schema.graphql"


def test_the_committed_schema_is_the_one_that_is_served() -> None:
    from rapport.gateway.schema import GatewaySchema

    assert SCHEMA.read_text() == GatewaySchema(introspection=False).as_str() + "\n"


def undescribed(schema: GraphQLSchema) -> Iterator[str]:
    for kind in schema.type_map.values():
        if kind.name.startswith("__") or is_specified_scalar_type(kind):
            continue
        if not kind.description:
            yield kind.name
        if isinstance(kind, GraphQLEnumType):
            yield from (f"{kind.name}.{name}" for name, value in kind.values.items() if not value.description)
        for name, field in getattr(kind, "fields", {}).items():
            if not field.description:
                yield f"{kind.name}.{name}"
            arguments = getattr(field, "args", {}).items()
            yield from (f"{kind.name}.{name}({key}:)" for key, argument in arguments if not argument.description)


def test_everything_in_the_schema_has_a_description() -> None:
    assert list(undescribed(build_schema(SCHEMA.read_text()))) == []


def test_the_names_of_changes_results_and_connections_follow_one_pattern() -> None:
    schema = build_schema(SCHEMA.read_text())
    assert schema.mutation_type
    assert schema.subscription_type
    for field in schema.mutation_type.fields.values():
        assert get_named_type(field.type).name.endswith("Result")
        assert list(field.args) == ["input"]
        assert get_named_type(field.args["input"].type).name.endswith("Input")
    for name, field in schema.subscription_type.fields.items():
        payload = get_named_type(field.type)
        assert name.endswith(("Changed", "Added"))
        assert payload.name.endswith(("Change", "Added"))
        possible = schema.get_possible_types(payload) if is_abstract_type(payload) else [payload]
        assert all("Change" in {interface.name for interface in kind.interfaces} for kind in possible)
    for kind in schema.type_map.values():
        if "pageInfo" in getattr(kind, "fields", {}):
            assert kind.name.endswith("Connection")
            assert {"edges", "nodes", "pageInfo", "totalCount"} == set(kind.fields)  # type: ignore[attr-defined]


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
