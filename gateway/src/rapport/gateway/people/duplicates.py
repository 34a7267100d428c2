"""People who may be one, for users to decide."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field, mutation
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.people.resolvers import person_by_id
from rapport.gateway.people.types import Person

_LIST = "probable-duplicates"


@exposes(pipeline.ProbableDuplicate, "reason", "score", id_of=Kind.DUPLICATE, found_at="When it was noticed.")
class ProbableDuplicate:
    """Two people who may be one: merge them, or keep them apart."""

    @field("The one; null if they are gone meanwhile.", graphql_type=Person | None)
    @staticmethod
    async def person(pair: strawberry.Parent[pipeline.ProbableDuplicate], info: Info) -> pipeline.Person | None:
        return await person_by_id(info, pair.person_id)

    @field("The other; null if they are gone meanwhile.", graphql_type=Person | None)
    @staticmethod
    async def other(pair: strawberry.Parent[pipeline.ProbableDuplicate], info: Info) -> pipeline.Person | None:
        return await person_by_id(info, pair.other_id)


@strawberry.type
class DuplicateQueries:
    @field(
        "The pairs of people who may be one and about whom nobody has decided, the likeliest first.",
        graphql_type=Connection[ProbableDuplicate] | None,
    )
    async def probable_duplicates(self, info: Info, first: First = 20, after: After = None) -> Connection[Any]:
        request = pipeline.GetProbableDuplicates(
            include_total=info.selects("totalCount"), page=page_request(_LIST, first, after)
        )
        return connection(_LIST, await info.context.services.read(request), after)


@strawberry.input(description="Who is not whom.")
class KeepApartInput:
    duplicate_id: strawberry.ID = strawberry.field(description="The pair.")
    apart: bool = strawberry.field(default=True, description="False takes an earlier decision back.")
    idempotency_key: str | None = idempotency_key()


@exposes(pipeline.KeptApart)
class KeepApartSuccess:
    """They stay two, or may be one again."""

    @field("The pair.")
    @staticmethod
    def duplicate_id(kept: strawberry.Parent[pipeline.KeptApart]) -> strawberry.ID:
        return global_id(Kind.DUPLICATE, kept.duplicate_id)


KeepApartResult = Annotated[
    KeepApartSuccess | NotFound | Forbidden | InvalidInput,
    strawberry.union("KeepApartResult", description="What became of a decision that two people are two."),
]


@strawberry.type
class DuplicateMutations:
    @mutation(
        "Two people are two: they are no longer shown as probable duplicates. They can still be merged.",
        graphql_type=KeepApartResult,
    )
    async def keep_apart(
        self,
        info: Info,
        input: KeepApartInput,  # noqa: A002 - the argument's name
    ) -> pipeline.KeptApart | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.KeepApart,
            duplicate_id=parser.id(Kind.DUPLICATE, input.duplicate_id, "duplicate_id"),
            apart=input.apart,
        )
        return await info.context.services.call_valid(request, key=key)
