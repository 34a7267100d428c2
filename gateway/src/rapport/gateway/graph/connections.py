"""Lists in pages: Relay connections over the services' keyset cursors."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Any, Generic, Protocol, TypeVar

import orjson
import strawberry

from rapport.contracts.requests import MAX_PAGE, MAX_SEARCH, Page
from rapport.gateway.errors import ClientError, Code
from rapport.gateway.graph.fields import field

NodeT = TypeVar("NodeT")

First = Annotated[int, strawberry.argument(description=f"The length of the page: 1 to {MAX_PAGE}.")]
SEARCH = f"Case and accents do not matter; at most {MAX_SEARCH} characters."
"""What all arguments that search have in common."""
After = Annotated[str | None, strawberry.argument(description="The `endCursor` of the previous page of the same list.")]


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


@strawberry.type(description="The position of a page in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether the list goes on after this page.")
    has_previous_page: bool = strawberry.field(description="Whether the page was requested with `after`.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first item; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="What to send as `after` for the next page.")


@strawberry.type(description="An item with its cursor.")
class Edge(Generic[NodeT]):
    node: NodeT = strawberry.field(description="The item.")
    position: strawberry.Private[tuple[str, ...]]
    of_list: strawberry.Private[str]

    @field("Opaque; as `after`, it continues the list after this item.")
    def cursor(self) -> str:
        return cursor(self.of_list, self.position)


@strawberry.type(description="A page of a list.")
class Connection(Generic[NodeT]):
    page: strawberry.Private[_ServicePage]
    of_list: strawberry.Private[str]
    is_continued: strawberry.Private[bool]
    end: strawberry.Private[tuple[str, ...] | None]

    @field("The items with their cursors.")
    def edges(self) -> list[Edge[NodeT]]:
        return [Edge(node=edge.node, position=edge.cursor, of_list=self.of_list) for edge in self.page.edges]

    @field("The items alone.")
    def nodes(self) -> list[NodeT]:
        return [edge.node for edge in self.page.edges]

    @field(
        "The length of the whole list; null where it is not counted: `jobs` counts it when it is selected, "
        "`searchPeople` always."
    )
    def total_count(self) -> int | None:
        return getattr(self.page, "total", None)

    @field("The position of this page.")
    def page_info(self) -> PageInfo:
        edges = self.page.edges
        end = self.end or (edges[-1].cursor if edges else None)
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.is_continued,
            start_cursor=cursor(self.of_list, edges[0].cursor) if edges else None,
            end_cursor=cursor(self.of_list, end) if end else None,
        )


def connection(
    of_list: str, page: _ServicePage, after: str | None, *, end: tuple[str, ...] | None = None
) -> Connection[Any]:
    """A service's page as a connection.

    Args:
        of_list: names the list, so that its cursors fit no other.
        page: a part of the list.
        after: the cursor it begins after, if any.
        end: where the next page begins, if not after the last item (which may have been left out).
    """
    return Connection(page=page, of_list=of_list, is_continued=after is not None, end=end)


def page_request(of_list: str, first: int, after: str | None) -> Page:
    """The page to request from a service.

    Raises:
        ClientError: ``first`` is too large or too small, or the cursor is not this list's.
    """
    return Page(first=valid_page_size(first), after=_position(of_list, after) if after is not None else None)


def valid_page_size(first: int, argument: str = "first") -> int:
    """The length of a page, if it is allowed."""
    if first > MAX_PAGE:
        message = f"{argument} is {first}; a page holds at most {MAX_PAGE}"
        raise ClientError(Code.PAGE_TOO_LARGE, message, argument=argument, maximum=MAX_PAGE)
    if first < 1:
        raise ClientError(Code.BAD_REQUEST, f"{argument} is {first}; it must be at least 1", argument=argument)
    return first


def cursor(of_list: str, position: tuple[str, ...]) -> str:
    """A position in a list as an opaque cursor."""
    return urlsafe_b64encode(orjson.dumps([of_list, *position])).rstrip(b"=").decode()


def _position(of_list: str, cursor_text: str) -> tuple[str, ...]:
    try:
        parts = orjson.loads(urlsafe_b64decode(cursor_text + "=" * (-len(cursor_text) % 4)))
    except ValueError:
        parts = None
    if not isinstance(parts, list) or not parts or not all(isinstance(part, str) for part in parts):
        raise ClientError(Code.INVALID_CURSOR, "after is not a cursor", argument="after")
    if parts[0] != of_list:
        raise ClientError(Code.INVALID_CURSOR, "after is a cursor of another list", argument="after")
    return tuple(parts[1:])


def search_words(text: str | None, argument: str) -> str:
    """The words of a search, which distinguish its cursors from those of other searches.

    Raises:
        ClientError: the text is too long.
    """
    return " ".join((valid_text(text, argument, MAX_SEARCH) or "").split())


def valid_text(text: str | None, argument: str, longest: int) -> str | None:
    """The text of a filter, if it is not too long."""
    if text is not None and len(text) > longest:
        message = f"{argument} must be at most {longest} characters long"
        raise ClientError(Code.BAD_REQUEST, message, argument=argument)
    return text
