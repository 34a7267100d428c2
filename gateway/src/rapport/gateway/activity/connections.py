"""Pages of a person's activity feed, newest first, from every service."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.pipeline import ActivityEntry, ActivityPage, GetActivity
from rapport.contracts.requests import Page
from rapport.gateway.activity.types import Activity
from rapport.gateway.activity.visibility import activity_of
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info, OperationContext
from rapport.gateway.graph.fields import extend, field
from rapport.gateway.people.types import Person
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError

_MIN_READ = 20
_MAX_READS = 4
"""Reads that make up for hidden entries; a viewer who may see next to nothing gets a page that is not full."""


@extend(Person)
class PersonActivity:
    """The activity feed of a person."""

    @field(
        "What happened with them, the newest first; what you may not see is left out.",
        graphql_type=Connection[Activity | None] | None,
    )
    @staticmethod
    async def activity(
        person: strawberry.Parent[pipeline.Person], info: Info, first: First = 20, after: After = None
    ) -> Connection[Any]:
        return await activity_connection(info.context, person.id, first, after)


@dataclass(frozen=True, slots=True)
class _Edge:
    cursor: tuple[str, ...]
    node: Activity | Exception


@dataclass(frozen=True, slots=True)
class _Page:
    edges: tuple[_Edge, ...]
    has_next: bool


async def activity_connection(
    context: OperationContext, person_id: UUID, first: int, after: str | None
) -> Connection[Any]:
    """A page of a person's feed; later entries make up for those that the viewer may not see."""
    of_list = f"activity:{person_id}"
    page, edges, reads = page_request(of_list, first, after), list[_Edge](), 0
    while True:
        entries = await context.services.read(GetActivity(person_id=person_id, page=page))
        edges += await _visible(context, entries)
        reads += 1
        if len(edges) >= first or not entries.has_next or reads == _MAX_READS:
            break
        page = Page(first=max(first, _MIN_READ), after=entries.edges[-1].cursor)
    if len(edges) >= first:
        more = entries.has_next or len(edges) > first
        return connection(of_list, _Page(tuple(edges[:first]), more), after)
    end = entries.edges[-1].cursor if entries.edges else None
    return connection(of_list, _Page(tuple(edges), entries.has_next), after, end=end)


async def _visible(context: OperationContext, page: ActivityPage) -> list[_Edge]:
    nodes = await asyncio.gather(*(_activity_or_problem(context, edge.node) for edge in page.edges))
    return [_Edge(edge.cursor, node) for edge, node in zip(page.edges, nodes, strict=True) if node]


async def _activity_or_problem(context: OperationContext, entry: ActivityEntry) -> Activity | Exception | None:
    """An entry whose service is unavailable is an error in its place and spoils no other."""
    try:
        return await activity_of(context, entry)
    except (ServiceUnavailableError, ServiceFailedError) as problem:
        return problem
