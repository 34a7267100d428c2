"""``python -m rapport.gateway.authorisation [--check]``: writes docs/authorisation.md, or tells whether it is stale.

The document shows the rules that services enforce (``rapport.contracts.authorisation``), for every operation. Which
request an operation stands or falls with is found by executing it against services that remember what they were asked.
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
from rapport.gateway.context import Caller, Surroundings
from rapport.gateway.events.changes import Changes
from rapport.gateway.events.past import Past
from rapport.gateway.identity import Session
from rapport.gateway.ids import Kind, global_id
from rapport.gateway.kept import Kept
from rapport.gateway.operations import Operation, operations
from rapport.gateway.schema import GatewaySchema
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.rpc.client import RequestClient

_FILE = Path(__file__).parents[4] / "docs" / "authorisation.md"
_SOMEBODY = Viewer(org_id="acme", user_id=UserId(UUID(int=1)), roles=frozenset(Role))
_WITHIN = 10.0
"""Seconds after which an operation that asked nobody waits for something else."""
_INTRODUCTION = """\
# Who may do what

Generated from the code by `make documents`; `make check` fails when it is out of date. The rules are those of
[authorisation.py](../packages/contracts/src/rapport/contracts/authorisation.py): every request to a service has one,
and the service enforces it. A test tries every operation as every role on a running stack and compares the outcome with
this page.

| | |
|---|---|
| yes | whatever the organisation has |
| theirs | what the last column says, and nothing else |
| no | refused |

Whoever has several roles may do what one of them allows. Everything ends at the organisation: what another one has
looks like what does not exist. Who is not signed in is refused everything; the links in mails open the pages of reviews
and of unsubscribing, and nothing else. What an answer holds beside what was asked for is shown only to those who may
ask for it by itself.
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
    """Who may do this.

    Raises:
        ValueError: it asked no service, and was not answered either; nothing can be said of it.
    """
    services = _RecordingServices()
    session = Session(ViewerIdentity(viewer=_SOMEBODY, name="", email=""), expires_at=float("inf"))
    surroundings = Surroundings(cast("RequestClient", services), Changes(), Kept(0), cast("Past", None), _WITHIN)
    context = cast("Any", Caller(surroundings, session))
    async with asyncio.timeout(_WITHIN):
        if operation.kind == "subscription":
            watching = await schema.subscribe(operation.document, operation.variables, context)
            several = isinstance(watching, AsyncIterator)
            answers: list[Any] = [each async for each in watching] if several else [watching]
        else:
            answers = [await schema.execute(operation.document, operation.variables, context)]
    if not services.requests and not any(_is_answered(operation, answer.data) for answer in answers):
        raise ValueError(f"{operation.label} was neither asked of a service nor answered: {answers}")
    return Row(operation.label, tuple(request.rule for request in dict.fromkeys(services.requests)) or (EVERYBODY,))


def _is_answered(operation: Operation, data: dict[str, Any] | None) -> bool:
    shown = (data or {}).get(operation.name)
    return shown is not None and shown["__typename"] != "InvalidInput"


async def rows() -> dict[tuple[str, str], Row]:
    """Who may do what, for every operation by its kind and label."""
    schema = GatewaySchema(introspection=True)
    found = operations(build_schema(schema.as_str()), {kind: global_id(kind, UUID(int=1)) for kind in Kind})
    return {(each.kind, each.label): await row_of(schema, each) for each in found}


async def document() -> str:
    """The whole page."""
    found = await rows()
    parts = [_INTRODUCTION]
    for title, kind in (("Queries", "query"), ("Mutations", "mutation"), ("Subscriptions", "subscription")):
        parts += _table(title, "Operation", [row for (of_kind, _), row in found.items() if of_kind == kind])
    requests = [Row(request.address(), (request.rule,)) for request in request_types() if not request.anonymous]
    parts += _table("What services answer", "Request", requests)
    anonymous = ", ".join(f"`{request.address()}`" for request in request_types() if request.anonymous)
    parts.append(f"\nAsked by the system itself, without a user: {anonymous}.\n")
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
            sys.exit(f"{_FILE.name} is stale: run python -m rapport.gateway.authorisation")
    elif sys.argv[1:]:
        sys.exit("usage: python -m rapport.gateway.authorisation [--check]")
    else:
        _FILE.write_text(text)


if __name__ == "__main__":
    main()
