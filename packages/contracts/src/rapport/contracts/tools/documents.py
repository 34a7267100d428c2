"""The contracts as documents: a JSON Schema for each type of event, and an AsyncAPI description of the whole stream."""

from importlib import import_module
from pkgutil import walk_packages
from typing import Any, cast

import rapport.contracts
from rapport.contracts.events import Event, EventData, event_types
from rapport.contracts.requests import Request

Document = dict[str, Any]


def schema_of(event_type: str) -> Document:
    """The JSON Schema of an event as published, envelope included."""
    event: type[Event[Any]] = cast("type[Event[Any]]", Event.__class_getitem__(event_types[event_type]))
    schema: Document = event.model_json_schema(mode="serialization")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = event_type
    schema["description"] = _sentence(event_types[event_type])
    schema["properties"]["type"]["const"] = event_type
    return schema


def schemas() -> dict[str, Document]:
    """Every schema, by the name of its file."""
    return {f"{event_type}.json": schema_of(event_type) for event_type in sorted(event_types)}


def request_types() -> list[type[Request[Any]]]:
    """Every request that a service answers, by its address."""
    names = [module.name for module in walk_packages(rapport.contracts.__path__, "rapport.contracts.")]
    modules = [import_module(name) for name in names if ".tools" not in name]
    found = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Request) and hasattr(each, "result") and each.__name__.isalpha()
    }
    return sorted(found, key=lambda request: request.address())


def asyncapi() -> Document:
    """An AsyncAPI 3.0 description of what other teams can subscribe to."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rapport hiring events",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 on the JetStream stream HIRING. Each event is published at least once, "
            "under its id (Nats-Msg-Id), in order per aggregate; a consumer that must not apply one twice remembers "
            "ids. Events carry identifiers, enumerations and numbers, never a name, an address or free text.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {_name(t): _channel(t) for t in sorted(event_types)},
        "operations": {
            f"receive_{_name(t)}": {"action": "send", "channel": {"$ref": f"#/channels/{_name(t)}"}}
            for t in sorted(event_types)
        },
        "components": {"messages": {_name(t): _message(t) for t in sorted(event_types)}},
    }


def _channel(event_type: str) -> Document:
    return {
        "address": f"hiring.{{org}}.{event_type}",
        "parameters": {"org": {"description": "The organisation's short name."}},
        "messages": {_name(event_type): {"$ref": f"#/components/messages/{_name(event_type)}"}},
    }


def _message(event_type: str) -> Document:
    return {
        "name": event_type,
        "title": event_types[event_type].__name__,
        "summary": _sentence(event_types[event_type]),
        "contentType": "application/cloudevents+json",
        "payload": {"$ref": f"./schemas/{event_type}.json"},
    }


def _name(event_type: str) -> str:
    return event_type.replace(".", "_")


def _sentence(data: type[EventData]) -> str:
    return " ".join((data.__doc__ or "").split())


def breaking_changes(old: Document, new: Document, *, at: str = "") -> list[str]:
    """What in ``new`` could break a reader of ``old``: within a version only optional additions are allowed.

    Compares properties, requirements, types and enumerations, following ``$defs``.
    """
    found = _compare(_resolved(old, old), _resolved(new, new), at or "event")
    return sorted(set(found))


def _compare(old: Any, new: Any, at: str) -> list[str]:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return []
    found = [
        f"{at}: {key} was {old[key]!r}, is {new.get(key)!r}"
        for key in ("type", "const", "format")
        if old.get(key) != new.get(key) and key in old
    ]
    found += [f"{at}.{name} was removed" for name in old.get("properties", {}) if name not in new.get("properties", {})]
    found += [f"{at}.{name} became required" for name in set(new.get("required", ())) - set(old.get("required", ()))]
    found += [
        f"{at}.{name} is no longer always there" for name in set(old.get("required", ())) - set(new.get("required", ()))
    ]
    found += [
        f"{at}: {value!r} is no longer possible" for value in old.get("enum", ()) if value not in new.get("enum", ())
    ]
    for name, schema in old.get("properties", {}).items():
        found += _compare(schema, new.get("properties", {}).get(name, schema), f"{at}.{name}")
    for key in ("items", "anyOf"):
        old_parts, new_parts = old.get(key), new.get(key)
        pairs = (
            zip(old_parts, new_parts or (), strict=False) if isinstance(old_parts, list) else [(old_parts, new_parts)]
        )
        for old_part, new_part in pairs:
            found += _compare(old_part, new_part, f"{at}[]" if key == "items" else at)
    return found


def _resolved(schema: Any, root: Document) -> Any:
    if isinstance(schema, list):
        return [_resolved(each, root) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    return {key: _resolved(value, root) for key, value in schema.items() if key != "$defs"}
