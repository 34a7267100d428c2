"""Marking what came of interviews as seen."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field, mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound


@strawberry.input(description="Whose outcome you have seen.")
class MarkInterviewSeenInput:
    interview_id: strawberry.ID = strawberry.field(
        description="Of which interview; it took place, or a scorecard is in (`hasOutcome`)."
    )


@exposes(pipeline.OutcomeSeen, "seen_at")
class MarkInterviewSeenSuccess:
    """What came of the interview is marked as seen by you."""

    @field("The application as it is now.", graphql_type=Application | None)
    @staticmethod
    async def application(seen: strawberry.Parent[pipeline.OutcomeSeen], info: Info) -> pipeline.Application | None:
        return await application_by_id(info, seen.application_id)


MarkInterviewSeenResult = Annotated[
    MarkInterviewSeenSuccess | NotFound | Forbidden | InvalidInput,
    strawberry.union("MarkInterviewSeenResult", description="What became of marking an interview as seen."),
]


@strawberry.type
class ProgressMutations:
    @mutation(
        "Say that you have seen what came of an interview, for those who are about to decide. It is kept here alone.",
        graphql_type=MarkInterviewSeenResult,
    )
    async def mark_interview_seen(
        self,
        info: Info,
        input: MarkInterviewSeenInput,  # noqa: A002 - the argument's name
    ) -> pipeline.OutcomeSeen | refusals.Refusal:
        parser = InputParser()
        interview_id = parser.id(Kind.INTERVIEW, input.interview_id, "interview_id")
        return await info.context.services.call_valid(
            parser.build(pipeline.MarkInterviewSeen, interview_id=interview_id)
        )
