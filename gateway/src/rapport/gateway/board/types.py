"""The board's columns and cards."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.vocabulary import BoardOrder
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.board.fetch import CARDS, FetchedBoard, FetchedColumn, fetch_board
from rapport.gateway.board.inputs import ORDER, Filter, filter_of
from rapport.gateway.graph.connections import After, Connection, First, connection
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration, exposes
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


@exposes(pipeline.CardAttention, "red", "yellow", "first", "reasons")
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

    @field("The user who looks after the person as their recruiter.")
    @staticmethod
    def recruiter_id(card: strawberry.Parent[pipeline.Card]) -> strawberry.ID | None:
        return global_id(Kind.USER, card.recruiter_id) if card.recruiter_id else None

    @field("The user who arranges the person's interviews.")
    @staticmethod
    def coordinator_id(card: strawberry.Parent[pipeline.Card]) -> strawberry.ID | None:
        return global_id(Kind.USER, card.coordinator_id) if card.coordinator_id else None

    @field("When it was last known to be as the ATS has it; null while it is not.")
    @staticmethod
    def last_synced_at(card: strawberry.Parent[pipeline.Card]) -> datetime | None:
        return card.last_synced_at

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

    @field("Those of them that fit the filter.")
    @staticmethod
    def found(column: strawberry.Parent[FetchedColumn]) -> int:
        found = column.column.found
        return column.column.count if found is None else found

    @field("For how many days half of them have been in the stage, or longer; null if there are none.")
    @staticmethod
    def median_days(column: strawberry.Parent[FetchedColumn], info: Info) -> float | None:
        entered = column.column.median_entered_at
        return None if entered is None else round(max(timedelta(0), info.context.now - entered) / _DAY, 1)

    @field("Those that fit the filter, in the board's order.", graphql_type=Connection[Card])
    @staticmethod
    async def cards(
        column: strawberry.Parent[FetchedColumn], info: Info, first: First = CARDS, after: After = None
    ) -> Connection[Any]:
        return connection(column.list_name, await column.cards(info.context.services, first, after), after)


@exposes(pipeline.SourceFacet, "source", "origin", "count")
class SourceFacet:
    """Cards with a source; or those that have none, by how they came about."""


@exposes(pipeline.MemberFacet, "count")
class MemberFacet:
    """Cards of people whose recruiter or coordinator a user is."""

    @field("Who looks after them; null if they cannot be shown.", graphql_type=User | None)
    @staticmethod
    async def user(facet: strawberry.Parent[pipeline.MemberFacet], info: Info) -> pipeline.User | None:
        return await user_of(info, facet.user_id)


@exposes(pipeline.ReasonFacet, "reason", "count")
class ReasonFacet:
    """Cards with a flag for a reason."""


@exposes(pipeline.QuietFacet, "days", "count")
class QuietFacet:
    """Cards with which nothing has happened for some time."""


@exposes(pipeline.BoardFacets, "sources", "members", "reasons", "quiet")
class BoardFacets:
    """What a board can be filtered by, each counted among the cards that fit all other conditions of the filter."""


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

    @field("What it can be filtered by.", graphql_type=BoardFacets)
    @staticmethod
    def facets(board: strawberry.Parent[FetchedBoard]) -> pipeline.BoardFacets | None:
        return board.board.facets

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
    async def board(
        job: strawberry.Parent[pipeline.Job],
        info: Info,
        filter: Filter = None,  # noqa: A002 - the argument's name
        order: Annotated[enumeration(BoardOrder), ORDER] = BoardOrder.TIME_IN_STAGE,  # type: ignore[valid-type]
    ) -> FetchedBoard:
        return await fetch_board(info, job.id, filter_of(filter), order)
