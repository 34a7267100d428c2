"""A board as fetched: one request for all its columns, however many and however large."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from graphql import FieldNode

from rapport.contracts.pipeline import Board, BoardFilter, CardEdge, CardPage, Column, GetBoard
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import BoardOrder
from rapport.gateway.errors import not_found
from rapport.gateway.graph.connections import page_request, valid_page_size
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.ids import Kind, uuid_of
from rapport.gateway.service_client import ServiceClient

CARDS = 50
"""Cards of a column when the client does not say how many."""


class Slice(NamedTuple):
    """Some of a column's cards."""

    edges: tuple[CardEdge, ...]
    has_next: bool


@dataclass(frozen=True, slots=True)
class FetchedColumn:
    """A column with some of its cards."""

    column: Column
    fetched: GetBoard
    """What was asked for."""

    async def cards(self, services: ServiceClient, first: int, after: str | None) -> Slice | CardPage:
        """The column's cards; only what lies beyond those already fetched costs a request."""
        stage_id, asked, cards = self.column.stage.id, self.fetched, self.column.cards
        page = page_request(self.list_name, first, after)
        if page.after == asked.page.after and (first <= len(cards.edges) or not cards.has_next):
            return Slice(cards.edges[:first], cards.has_next or first < len(cards.edges))
        request = GetBoard(job_id=asked.job_id, stage_id=stage_id, filter=asked.filter, order=asked.order, page=page)
        reply = await services.read(request)
        if not reply.columns:
            raise not_found("stage", None)
        return reply.columns[0].cards

    @property
    def list_name(self) -> str:
        """Names the list that the column's cursors belong to."""
        return cards_of(self.column.stage.id, self.fetched.filter, self.fetched.order)


@dataclass(frozen=True, slots=True)
class FetchedBoard:
    """A board with some cards of every column, or of one."""

    board: Board
    fetched: GetBoard
    """What was asked for."""

    def columns(self, stage_id: UUID | None) -> list[FetchedColumn]:
        """In the order of the process, or only that stage's."""
        return [
            FetchedColumn(column, self.fetched) for column in self.board.columns if stage_id in {None, column.stage.id}
        ]


def cards_of(stage_id: UUID, wanted: BoardFilter, order: BoardOrder) -> str:
    """The name of the list that a column's cursors belong to: in another one they would mean nothing."""
    return f"cards:{stage_id}:{order}:{wanted.model_dump_json(exclude_defaults=True)}"


async def fetch_board(
    info: Info, job_id: UUID, wanted: BoardFilter, order: BoardOrder, argument: str | None = None
) -> FetchedBoard:
    """The board with as much of it as the selection below the field asks for.

    Args:
        info: of the field that answers a board.
        job_id: whose board.
        wanted: which of its cards.
        order: in which they are listed.
        argument: names the job if it is unknown.
    """
    stage_id = _only_stage(info)
    request = GetBoard(
        job_id=job_id,
        stage_id=stage_id,
        filter=wanted,
        order=order,
        facets=info.selects("facets"),
        medians=info.selects("columns", "medianDays"),
        page=_page(info, stage_id, wanted, order),
    )
    return FetchedBoard(await info.context.services.read(request, argument), request)


def _only_stage(info: Info) -> UUID | None:
    """The stage, if all that is asked for is one column."""
    stages = {info.argument(columns, "stageId", None) for columns in info.selected("columns")}
    only = stages.pop() if len(stages) == 1 else None
    return uuid_of(Kind.STAGE, only, "columns.stageId") if only is not None else None


def _page(info: Info, stage_id: UUID | None, wanted: BoardFilter, order: BoardOrder) -> Page:
    """The cards that most of the selections want; what others want costs requests of their own."""
    selections = info.selected("columns", "cards")

    def after(cards: FieldNode) -> str | None:
        given: str | None = info.argument(cards, "after", None)
        return given

    places = {after(cards) for cards in selections}
    place = places.pop() if stage_id is not None and len(places) == 1 else None
    sizes = [info.argument(cards, "first", CARDS) for cards in selections if after(cards) == place]
    first = max((valid_page_size(size, "columns.cards.first") for size in sizes), default=1)
    return page_request(cards_of(stage_id, wanted, order) if stage_id else "", first, place)
