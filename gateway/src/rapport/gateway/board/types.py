"""The board's columns and cards."""

from datetime import timedelta
from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.board.fetch import CARDS, FetchedBoard, FetchedColumn, cards_of, fetch_board
from rapport.gateway.graph.connections import After, Connection, First, connection
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import extend, field
from rapport.gateway.graph.ids import Kind, global_id, uuid_of
from rapport.gateway.jobs.types import Job, Stage
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User

_DAY = timedelta(days=1)


@exposes(pipeline.CardFlag, "reason", "severity", "since", "red_at")
class CardFlag:
    """The flag of a card that matters most."""

    @field("Who must act; null if nobody is known.", graphql_type=User | None)
    @staticmethod
    async def owner(flag: strawberry.Parent[pipeline.CardFlag], info: Info) -> pipeline.User | None:
        return await user_of(info, flag.owner_id) if flag.owner_id else None


@exposes(pipeline.CardAttention, "red", "yellow", "first")
class CardAttention:
    """Why an application needs attention; flags that are snoozed do not count."""


@exposes(
    pipeline.Card,
    "attention",
    "scorecards_due",
    "sync_reason",
    "refused_action",
    person_name="First and last name.",
    person_title="Their current title.",
    person_company="Where they work now.",
    source="What the account calls where the person came from.",
    stage_entered_at="When it entered the stage it is in.",
    next_interview_at="When the next interview begins, if one is planned.",
    scorecards_submitted="Scorecards that have come in.",
    sync="Where it stands between Rapport and the ATS.",
    version="Grows with every change of the application.",
    origin="How the application came about.",
    last_activity_at="When something last happened with the application.",
)
class Card:
    """An active application as the board shows it."""

    @field("Opaque; the application's card, wherever it lies on the board.")
    @staticmethod
    def id(card: strawberry.Parent[pipeline.Card]) -> strawberry.ID:
        return global_id(Kind.CARD, card.application_id)

    @field("Of the application; what to move it by.")
    @staticmethod
    def application_id(card: strawberry.Parent[pipeline.Card]) -> strawberry.ID:
        return global_id(Kind.APPLICATION, card.application_id)

    @field("The stage it is in.")
    @staticmethod
    def stage_id(card: strawberry.Parent[pipeline.Card]) -> strawberry.ID:
        return global_id(Kind.STAGE, card.stage_id)

    @field("The stage the ATS insists on; only for a conflict.")
    @staticmethod
    def ats_stage_id(card: strawberry.Parent[pipeline.Card]) -> strawberry.ID | None:
        return global_id(Kind.STAGE, card.ats_stage_id) if card.ats_stage_id else None

    @field("Whole days of 24 hours since it entered the stage.")
    @staticmethod
    def days_in_stage(card: strawberry.Parent[pipeline.Card], info: Info) -> int:
        return max(0, (info.context.now - card.stage_entered_at) // _DAY)

    @field("The application in full.", graphql_type=Application | None)
    @staticmethod
    async def application(card: strawberry.Parent[pipeline.Card], info: Info) -> pipeline.Application | None:
        return await application_by_id(info, card.application_id)

    @field("The person who is pursued.", graphql_type=Person | None)
    @staticmethod
    async def person(card: strawberry.Parent[pipeline.Card], info: Info) -> pipeline.Person | None:
        return await person_of(info, card.person_id)


@strawberry.type(description="A stage with the active applications in it.")
class BoardColumn:
    @classmethod
    def is_type_of(cls, value: object, _: object) -> bool:
        """Columns are shown as they were fetched."""
        return isinstance(value, FetchedColumn)

    @field("The stage.", graphql_type=Stage)
    @staticmethod
    def stage(column: strawberry.Parent[FetchedColumn]) -> pipeline.Stage:
        return column.column.stage

    @field("Active applications in this stage, on this page or not.")
    @staticmethod
    def count(column: strawberry.Parent[FetchedColumn]) -> int:
        return column.column.count

    @field("Those of them that have a red flag.")
    @staticmethod
    def red(column: strawberry.Parent[FetchedColumn]) -> int:
        return column.column.red

    @field("Those of them whose flags are all yellow.")
    @staticmethod
    def yellow(column: strawberry.Parent[FetchedColumn]) -> int:
        return column.column.yellow

    @field("The cards, the longest in the stage first.", graphql_type=Connection[Card])
    @staticmethod
    async def cards(
        column: strawberry.Parent[FetchedColumn], info: Info, first: First = CARDS, after: After = None
    ) -> Connection[Any]:
        return connection(
            cards_of(column.column.stage.id), await column.cards(info.context.services, first, after), after
        )


@strawberry.type(description="A job's active stages as columns, its active applications as cards.")
class Board:
    @classmethod
    def is_type_of(cls, value: object, _: object) -> bool:
        """Boards are shown as they were fetched."""
        return isinstance(value, FetchedBoard)

    @field("Whose board it is.", graphql_type=Job)
    @staticmethod
    def job(board: strawberry.Parent[FetchedBoard]) -> pipeline.Job:
        return board.board.job

    @field("In the order of the process.", graphql_type=list[BoardColumn])
    @staticmethod
    def columns(
        board: strawberry.Parent[FetchedBoard],
        stage_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only this stage's, to continue its cards.")
        ] = None,
    ) -> list[FetchedColumn]:
        return board.columns(uuid_of(Kind.STAGE, stage_id, "stageId") if stage_id is not None else None)


@extend(Job)
class JobBoard:
    """The board of a job."""

    @field("The job's stages as columns, its active applications as cards.", graphql_type=Board | None)
    @staticmethod
    async def board(job: strawberry.Parent[pipeline.Job], info: Info) -> FetchedBoard:
        return await fetch_board(info, job.id)
