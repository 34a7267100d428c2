"""Lists in pages: Relay connections over the services' keyset cursors."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Any, Generic, Protocol, TypeVar

import orjson
import strawberry

from rapport.contracts.requests import MAX_PAGE, Page
from rapport.gateway.errors import ClientError, Code
from rapport.gateway.fields import field

NodeT = TypeVar("NodeT")

First = Annotated[int, strawberry.argument(description=f"How many at most: 1 to {MAX_PAGE}.")]
After = Annotated[
    str | None, strawberry.argument(description="The `endCursor` of the page before, to continue this very list.")
]


class _ServiceEdge(Protocol):
    @property
    def cursor(self) -> tuple[str, ...]: ...
    @property
    def node(self) -> Any: ...


class _ServicePage(Protocol):
    @property
    def edges(self) -> Sequence[_ServiceEdge]: ...
    @property
    def has_next(self) -> bool: ...


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type(description="An item with its place in the list.")
class Edge(Generic[NodeT]):
    node: NodeT
    place: strawberry.Private[tuple[str, ...]]
    of_list: strawberry.Private[str]

    @field("Opaque; continues this list after the item.")
    def cursor(self) -> str:
        return cursor(self.of_list, self.place)


@strawberry.type(description="A page of a list.")
class Connection(Generic[NodeT]):
    page: strawberry.Private[_ServicePage]
    of_list: strawberry.Private[str]
    continued: strawberry.Private[bool]
    end: strawberry.Private[tuple[str, ...] | None]

    @field("The items with their cursors.")
    def edges(self) -> list[Edge[NodeT]]:
        return [Edge(node=edge.node, place=edge.cursor, of_list=self.of_list) for edge in self.page.edges]

    @field("The items alone.")
    def nodes(self) -> list[NodeT]:
        return [edge.node for edge in self.page.edges]

    @field()
    def page_info(self) -> PageInfo:
        edges = self.page.edges
        end = self.end or (edges[-1].cursor if edges else None)
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.continued,
            start_cursor=cursor(self.of_list, edges[0].cursor) if edges else None,
            end_cursor=cursor(self.of_list, end) if end else None,
        )


def connection(
    of_list: str, page: _ServicePage, after: str | None, *, end: tuple[str, ...] | None = None
) -> Connection[Any]:
    """A service's page as a connection.

    Args:
        of_list: names the list, so that its cursors fit no other.
        page: its part of the list.
        after: the cursor it began after, if after one.
        end: where the list goes on, if not after the page's last item (which may have been left out).
    """
    return Connection(page=page, of_list=of_list, continued=after is not None, end=end)


def asked_page(of_list: str, first: int, after: str | None) -> Page:
    """The page a client asks for.

    Raises:
        ClientError: it asks for too much or for nothing, or the cursor is not this list's.
    """
    return Page(first=checked_size(first), after=_place(of_list, after) if after is not None else None)


def checked_size(first: int, argument: str = "first") -> int:
    """The size of a page, if it may be asked for."""
    if first > MAX_PAGE:
        message = f"{argument} is {first}, and a page holds {MAX_PAGE} at most"
        raise ClientError(Code.PAGE_TOO_LARGE, message, argument=argument, maximum=MAX_PAGE)
    if first < 1:
        raise ClientError(Code.BAD_REQUEST, f"{argument} is {first}, and must be at least 1", argument=argument)
    return first


def cursor(of_list: str, place: tuple[str, ...]) -> str:
    """A place in a list, made opaque."""
    return urlsafe_b64encode(orjson.dumps([of_list, *place])).rstrip(b"=").decode()


def _place(of_list: str, given: str) -> tuple[str, ...]:
    try:
        found = orjson.loads(urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except ValueError:
        found = None
    if not isinstance(found, list) or not found or not all(isinstance(part, str) for part in found):
        raise ClientError(Code.INVALID_CURSOR, "after is not a cursor", argument="after")
    if found[0] != of_list:
        raise ClientError(Code.INVALID_CURSOR, "after is a cursor of another list", argument="after")
    return tuple(found[1:])
