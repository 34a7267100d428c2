"""Jobs with their stages and hiring teams."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from rapport.contracts import analytics, pipeline
from rapport.gateway.analytics.loaders import FunnelKey, Window
from rapport.gateway.analytics.types import Funnel
from rapport.gateway.board.fetched import FetchedBoard, fetch_board
from rapport.gateway.context import Info
from rapport.gateway.errors import ClientError, Code
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind
from rapport.gateway.node import Node
from rapport.gateway.pages import After, Connection, First
from rapport.gateway.people.reading import read_people
from rapport.gateway.shown import shows

if TYPE_CHECKING:
    from rapport.gateway.board.types import Board
    from rapport.gateway.people.types import Person


@shows(
    pipeline.Stage,
    id_of=Kind.STAGE,
    name="As the account calls it.",
    kind="What it is for, whatever the account calls it.",
    position="Its place in the job's process.",
    active="Whether applications may be moved here.",
)
class Stage:
    """A stage of one job's process."""


@shows(pipeline.User, "name", "email", id_of=Kind.USER)
class User(Node):
    """A user of the organisation."""


@shows(
    pipeline.TeamMember,
    "user",
    "role",
    responsible="Whether this one is the responsible among those of the same role.",
)
class TeamMember:
    """A user's part in one job's hiring team."""


@shows(
    pipeline.Job,
    "status",
    "department",
    "location",
    "opened_at",
    "closed_at",
    "openings",
    "stages",
    "team",
    id_of=Kind.JOB,
    title="What the account calls the role.",
    active_applications="Applications under way.",
)
class Job(Node):
    """A requisition: a role to be filled, its process, and the team that hires for it."""

    @field(
        "The job's stages as columns, its active applications as cards.",
        shown_as=Annotated["Board", strawberry.lazy("rapport.gateway.board.types")] | None,
    )
    @staticmethod
    async def board(job: strawberry.Parent[pipeline.Job], info: Info) -> FetchedBoard:
        return await fetch_board(info, job.id)

    @field(
        "The people who have applied, the most recently added first.",
        shown_as=Connection[Annotated["Person", strawberry.lazy("rapport.gateway.people.types")]] | None,
    )
    @staticmethod
    async def people(
        job: strawberry.Parent[pipeline.Job], info: Info, first: First = 20, after: After = None
    ) -> Connection[Any]:
        return await read_people(info, job.id, first, after)

    @field(
        "How the applications received in the window came through; null if analytics does not know the job.",
        shown_as=Funnel | None,
    )
    @staticmethod
    async def funnel(
        job: strawberry.Parent[pipeline.Job],
        info: Info,
        entered_from: datetime | None = None,
        entered_until: datetime | None = None,
    ) -> analytics.Funnel | None:
        window = Window(_in_a_zone(entered_from, "enteredFrom"), _in_a_zone(entered_until, "enteredUntil"))
        return await info.context.loaders.funnels_by_job.load(FunnelKey(job.id, window))


def _in_a_zone(time: datetime | None, argument: str) -> datetime | None:
    if time is not None and time.tzinfo is None:
        raise ClientError(Code.BAD_REQUEST, f"{argument} does not say in which time zone", argument=argument)
    return time
