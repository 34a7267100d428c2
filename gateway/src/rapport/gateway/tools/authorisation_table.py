"""``python -m rapport.gateway.tools.authorisation_table [--check]``: writes docs/authorisation.md, or checks that it
is up to date.

The document shows the rules that services enforce (``rapport.contracts.authorisation``), for every operation. Which
requests an operation needs is found by executing it against services that record their requests.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from graphql import build_schema

from rapport.contracts.authorisation import EVERYBODY, Rule, Scope
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import ViewerIdentity
from rapport.contracts.requests import Request
from rapport.contracts.tools.documents import request_types
from rapport.gateway.errors import Code
from rapport.gateway.execution.response_cache import ResponseCache
from rapport.gateway.graph.context import ClientConnection, Dependencies
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.schema import GatewaySchema
from rapport.gateway.session import Session
from rapport.gateway.subscriptions.hub import SubscriptionHub
from rapport.gateway.subscriptions.replay import EventReplay
from rapport.gateway.tools.sample_operations import Operation, operations
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.events.stream import StreamPosition
from rapport.kit.rpc.client import RequestClient

_FILE = Path(__file__).parents[5] / "docs" / "authorisation.md"
_SOMEBODY = Viewer(org_id="acme", user_id=UserId(UUID(int=1)), roles=frozenset(Role))
_TIMEOUT = 10.0
"""Seconds after which an operation without a request is taken to wait for something else."""
_INTRODUCTION = """\
# Who may do what

Generated from the code by `make documents`; `make check` fails when it is out of date. The rules are those of
[authorisation.py](../packages/contracts/src/rapport/contracts/authorisation.py): every request to a service has one,
and the service enforces it. A test tries every operation as every role on a running stack and compares the outcome with
this page.

| | |
|---|---|
| yes | everything of the organisation |
| theirs | only what the last column says |
| no | refused |

A user with several roles may do what any of them allows. Nothing crosses the border of an organisation: the things of
another one look as if they did not exist. Users who are not signed in are refused everything; the links in mails open
the pages of reviews and of unsubscribing, and nothing else. Related things in a response are included only for users
who may query them by themselves.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """Who may do one thing: what all of these rules allow."""

    name: str
    rules: tuple[Rule, ...]

    def scope(self, role: Role) -> Scope | None:
        """The scope of a role; None if it is denied."""
        scopes = [rule.scope_of(role) for rule in self.rules]
        return None if None in scopes else min(cast("list[Scope]", scopes), key=list(Scope).index)

    @property
    def text(self) -> str:
        """As a row of a table."""
        cells = (_word(self.scope(role)) for role in Role)
        scope_text = "; ".join(dict.fromkeys(rule.scope_text for rule in self.rules if rule.scope_text))
        return f"| {self.name} | {' | '.join(cells)} | no | {scope_text} |"


class _RecordingServices:
    """Services that answer nothing and record which requests they got."""

    def __init__(self) -> None:
        self.requests: list[type[Request[Any]]] = []

    async def call(self, request: Request[Any], viewer: Viewer, *, deadline: float, key: str | None = None) -> Any:
        """Record the request."""
        _ = viewer, deadline, key
        self.requests.append(type(request))
        raise ServiceUnavailableError(request.service)

    call_raw = call


async def row_of(schema: GatewaySchema, operation: Operation) -> Row:
    """Who may execute the operation.

    Raises:
        ValueError: it needed no request and returned nothing, so that its rules are unknown.
    """
    services = _RecordingServices()
    session = Session(ViewerIdentity(viewer=_SOMEBODY, name="", email=""), expires_at=float("inf"))
    hub = SubscriptionHub()
    hub.position = StreamPosition("events", 1)
    dependencies = Dependencies(
        cast("RequestClient", services), hub, ResponseCache(0), cast("EventReplay", None), _TIMEOUT
    )
    context = cast("Any", ClientConnection(dependencies, session))
    async with asyncio.timeout(_TIMEOUT):
        if operation.kind == "subscription":
            changes = await schema.subscribe(operation.document, operation.variables, context)
            several = isinstance(changes, AsyncIterator)
            results: list[Any] = [change async for change in changes] if several else [changes]
        else:
            results = [await schema.execute(operation.document, operation.variables, context)]
    if not services.requests and not any(_has_result(operation, result) for result in results):
        raise ValueError(f"{operation.label} needed no request and returned nothing: {results}")
    return Row(operation.label, tuple(request.rule for request in dict.fromkeys(services.requests)) or (EVERYBODY,))


def _has_result(operation: Operation, result: Any) -> bool:
    """Whether it was executed; a subscription gets as far as its cursor, which is invalid, if nothing forbids it."""
    if operation.kind == "subscription":
        return [error.extensions["code"] for error in result.errors or ()] == [Code.INVALID_CURSOR]
    value = (result.data or {}).get(operation.name)
    return value is not None and (not isinstance(value, dict) or value["__typename"] != "InvalidInput")


async def rows() -> dict[tuple[str, str], Row]:
    """Who may do what, for every operation by its kind and label."""
    schema = GatewaySchema(introspection=True)
    sdl, ids = build_schema(schema.as_str()), {kind: global_id(kind, UUID(int=1)) for kind in Kind}
    reads_and_writes = (operation for operation in operations(sdl, ids) if operation.kind != "subscription")
    subscriptions = (operation for operation in operations(sdl, ids, after="none") if operation.kind == "subscription")
    return {
        (operation.kind, operation.label): await row_of(schema, operation)
        for operation in (*reads_and_writes, *subscriptions)
    }


async def document() -> str:
    """The whole page."""
    all_rows = await rows()
    parts = [_INTRODUCTION]
    for title, kind in (("Queries", "query"), ("Mutations", "mutation"), ("Subscriptions", "subscription")):
        parts += _table(title, "Operation", [row for (of_kind, _), row in all_rows.items() if of_kind == kind])
    requests = [Row(request.address(), (request.rule,)) for request in request_types() if not request.anonymous]
    parts += _table("Requests to services", "Request", requests)
    anonymous = ", ".join(f"`{request.address()}`" for request in request_types() if request.anonymous)
    parts.append(f"\nSent by the system itself, without a user: {anonymous}.\n")
    return "".join(parts)


def _table(title: str, first: str, rows: Iterable[Row]) -> list[str]:
    heads = [first, *(role.replace("_", " ").capitalize() for role in Role), "Not signed in", "Theirs"]
    lines = [f"\n## {title}\n", f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(row.text for row in rows)]
    return ["\n".join(lines), "\n"]


def _word(scope: Scope | None) -> str:
    match scope:
        case None:
            return "no"
        case Scope.EVERYTHING:
            return "yes"
        case Scope.OWN | Scope.TEAM:
            return "theirs"


def main() -> None:
    """Write the file, or with ``--check`` compare it and end with 1 if it differs."""
    text = asyncio.run(document())
    if sys.argv[1:] == ["--check"]:
        if not _FILE.exists() or _FILE.read_text() != text:
            sys.exit(f"{_FILE.name} is out of date: run python -m rapport.gateway.tools.authorisation_table")
    elif sys.argv[1:]:
        sys.exit("usage: python -m rapport.gateway.tools.authorisation_table [--check]")
    else:
        _FILE.write_text(text)


if __name__ == "__main__":
    main()
