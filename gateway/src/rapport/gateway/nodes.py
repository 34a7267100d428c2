"""Fetching anything again by its id."""

import asyncio
from typing import Annotated
from uuid import UUID

import strawberry

from rapport.gateway.applications.relations import application_by_id
from rapport.gateway.context import Info
from rapport.gateway.errors import ClientError, Code
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, named_by
from rapport.gateway.node import Node
from rapport.gateway.people.relations import person_by_id
from rapport.gateway.reviews.relations import review_by_id

_MOST = 100
REFETCHABLE = frozenset({Kind.JOB, Kind.PERSON, Kind.APPLICATION, Kind.REVIEW, Kind.MESSAGE, Kind.USER})


@strawberry.type
class NodeQueries:
    @field("A thing by its id; null if there is none that you may see.", shown_as=Node | None)
    async def node(self, info: Info, id: strawberry.ID) -> object:  # noqa: A002 - the argument's name
        return await _fetched(info, *_refetchable(id, "id"))

    @field(
        "Things by their ids, in the same order; null where there is none that you may see, "
        "and where the id is none, which an error says.",
        shown_as=list[Node | None] | None,
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description=f"At most {_MOST}.")]
    ) -> list[object]:
        if len(ids) > _MOST:
            message = f"there are {len(ids)} ids, and {_MOST} may be given at most"
            raise ClientError(Code.PAGE_TOO_LARGE, message, argument="ids", maximum=_MOST)
        things = (_node_or_error(info, id_, f"ids[{at}]") for at, id_ in enumerate(ids))
        return list(await asyncio.gather(*things, return_exceptions=True))


async def _node_or_error(info: Info, given: str, argument: str) -> object:
    """Raises what is wrong with one id, which costs the others nothing."""
    return await _fetched(info, *_refetchable(given, argument))


def _refetchable(given: str, argument: str) -> tuple[Kind, UUID]:
    kind, uuid = named_by(given, argument)
    if kind not in REFETCHABLE:
        message = f"a {kind} cannot be fetched by its id; ask for what it belongs to"
        raise ClientError(Code.INVALID_ID, message, argument=argument)
    return kind, uuid


async def _fetched(info: Info, kind: Kind, uuid: UUID) -> object:
    match kind:
        case Kind.JOB:
            return await info.context.loaders.jobs_by_id.load(uuid)
        case Kind.PERSON:
            return await person_by_id(info, uuid)
        case Kind.REVIEW:
            return await review_by_id(info, uuid)
        case Kind.USER:
            return await info.context.loaders.users_by_id.load(uuid)
        case Kind.MESSAGE:
            return await info.context.loaders.messages_by_id.load(uuid)
        case _:
            return await application_by_id(info, uuid)
