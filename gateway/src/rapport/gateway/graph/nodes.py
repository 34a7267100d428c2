"""Fetching a thing by its id."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Annotated, TypeAlias, TypeVar
from uuid import UUID

import strawberry

from rapport.gateway.errors import ClientError, Code
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, parse_id

_MAX_IDS = 100
_NodeT = TypeVar("_NodeT")
_Fetch: TypeAlias = Callable[[Info, UUID], Awaitable[_NodeT | None]]
_fetches: dict[Kind, _Fetch[object]] = {}


@strawberry.interface(description="A thing that can be fetched by its id, with `node` and `nodes`.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque; stands for the same thing wherever it appears.")


def fetches(kind: Kind) -> Callable[[_Fetch[_NodeT]], _Fetch[_NodeT]]:
    """Register a function that fetches this kind for ``node``; it returns None for what the viewer may not see."""

    def register(fetch: _Fetch[_NodeT]) -> _Fetch[_NodeT]:
        _fetches[kind] = fetch
        return fetch

    return register


def fetchable_kinds() -> frozenset[Kind]:
    """The kinds of things that ``node`` fetches."""
    return frozenset(_fetches)


@strawberry.enum(description="The kinds of things that events name by UUIDs.")
class EventSubject(Enum):
    APPLICATION = strawberry.enum_value(Kind.APPLICATION, description="`application_id`, an application's `subject`.")
    BULK_ACTION = strawberry.enum_value(Kind.BULK_ACTION, description="A bulk action's `subject`.")
    IMPORT = strawberry.enum_value(Kind.IMPORT, description="`import_id`, or an import's `subject`.")
    JOB = strawberry.enum_value(Kind.JOB, description="`job_id`, or a job's `subject`.")
    MESSAGE = strawberry.enum_value(Kind.MESSAGE, description="`message_id`, or a message's `subject`.")
    NOTE = strawberry.enum_value(Kind.NOTE, description="A note's `subject`.")
    PERSON = strawberry.enum_value(Kind.PERSON, description="`person_id`, or a person's `subject`.")
    PROJECT = strawberry.enum_value(Kind.PROJECT, description="A project's `subject`.")
    REVIEW = strawberry.enum_value(Kind.REVIEW, description="`review_id`, or a review's `subject`.")
    SAVED_SEARCH = strawberry.enum_value(Kind.SAVED_SEARCH, description="A saved search's `subject`.")
    USER = strawberry.enum_value(Kind.USER, description="`user_id`, `reviewer_id`, `author_id` or `actor`.")


@strawberry.type
class NodeQueries:
    @field(
        "The thing that an event on the stream names; null if there is none that you may see.",
        graphql_type=Node | None,
    )
    async def node_for_event(
        self,
        info: Info,
        kind: Annotated[EventSubject, strawberry.argument(description="What the event names.")],
        uuid: Annotated[UUID, strawberry.argument(description="The UUID by which the event names it.")],
    ) -> object:
        return await _fetches[Kind[kind.name]](info, uuid)

    @field("A thing by its id; null if there is none that you may see.", graphql_type=Node | None)
    async def node(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The `id` of a `Node`.")],  # noqa: A002
    ) -> object:
        return await _fetch(info, id, "id")

    @field(
        "Things by their ids, in the same order; null where there is none that you may see, "
        "and, with an error, where the id is invalid.",
        graphql_type=list[Node | None] | None,
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description=f"At most {_MAX_IDS} ids.")],
    ) -> list[object]:
        if len(ids) > _MAX_IDS:
            message = f"there are {len(ids)} ids; at most {_MAX_IDS} are allowed"
            raise ClientError(Code.PAGE_TOO_LARGE, message, argument="ids", maximum=_MAX_IDS)
        # An invalid id is an error in its place and spoils no other.
        things = (_fetch(info, id_, f"ids[{at}]") for at, id_ in enumerate(ids))
        return list(await asyncio.gather(*things, return_exceptions=True))


async def _fetch(info: Info, id_: str, argument: str) -> object:
    kind, uuid = parse_id(id_, argument)
    if kind not in _fetches:
        message = f"a {kind} cannot be fetched by its id; query the thing it belongs to"
        raise ClientError(Code.INVALID_ID, message, argument=argument)
    return await _fetches[kind](info, uuid)
