"""Reading the board."""

import strawberry

from rapport.gateway.board.fetched import FetchedBoard, fetch_board
from rapport.gateway.board.types import Board
from rapport.gateway.context import Info
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, uuid_of


@strawberry.type
class BoardQueries:
    @field("A job's board.", shown_as=Board | None)
    async def board(self, info: Info, job_id: strawberry.ID) -> FetchedBoard:
        return await fetch_board(info, uuid_of(Kind.JOB, job_id, "jobId"), "jobId")
