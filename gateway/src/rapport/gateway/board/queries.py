"""Reading the board."""

from typing import Annotated

import strawberry

from rapport.contracts.vocabulary import BoardOrder
from rapport.gateway.board.fetch import FetchedBoard, fetch_board
from rapport.gateway.board.inputs import ORDER, Filter, filter_of
from rapport.gateway.board.types import Board
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, uuid_of


@strawberry.type
class BoardQueries:
    @field("A job's board.", graphql_type=Board | None)
    async def board(
        self,
        info: Info,
        job_id: Annotated[strawberry.ID, strawberry.argument(description="Whose board.")],
        filter: Filter = None,  # noqa: A002 - the argument's name
        order: Annotated[enumeration(BoardOrder), ORDER] = BoardOrder.TIME_IN_STAGE,  # type: ignore[valid-type]
    ) -> FetchedBoard:
        return await fetch_board(info, uuid_of(Kind.JOB, job_id, "jobId"), filter_of(filter), order, "jobId")
