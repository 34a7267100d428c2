"""Merging people, and undoing it."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.contracts.vocabulary import MergedField, MergeOrigin
from rapport.gateway.errors import not_found
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration, exposes
from rapport.gateway.graph.fields import extend, field, mutation
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.people.loaders import merges_by_person
from rapport.gateway.people.resolvers import person_by_id
from rapport.gateway.people.types import Person
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@exposes(
    pipeline.PersonMerge,
    id_of=Kind.MERGE,
    record_name="What the merged record is called itself; empty if the ATS merged it.",
    merged_at="When it was merged.",
)
class Merge:
    """A record that was merged into a person: it was found to be the same human being."""

    @field("The user who merged it; null if the ATS did.", graphql_type=User | None)
    @staticmethod
    async def merged_by(merge: strawberry.Parent[pipeline.PersonMerge], info: Info) -> pipeline.User | None:
        return await user_of(info, merge.merged_by) if merge.merged_by else None

    @field("Whether it can be undone: what the ATS merged is one record there.")
    @staticmethod
    def can_be_undone(merge: strawberry.Parent[pipeline.PersonMerge]) -> bool:
        return merge.origin is MergeOrigin.USER


@extend(Person)
class PersonMerges:
    """What was merged into a person."""

    @field("The records that were merged into this person, the newest first, at most 100.", graphql_type=list[Merge])
    @staticmethod
    async def merges(person: strawberry.Parent[pipeline.Person], info: Info) -> tuple[pipeline.PersonMerge, ...]:
        return await info.context.loader(merges_by_person).load(person.id)


@strawberry.input(description="Who is one person.")
class MergePeopleInput:
    survivor_id: strawberry.ID = strawberry.field(description="The person who remains.")
    merged_id: strawberry.ID = strawberry.field(
        description="The person who is the same: their contact points, applications and history become the other's."
    )
    take: list[enumeration(MergedField)] = strawberry.field(  # type: ignore[valid-type]
        default_factory=list, description="What to take from the merged person although the other has it too."
    )
    idempotency_key: str | None = idempotency_key()


@exposes(pipeline.MergedPerson)
class MergePeopleSuccess:
    """They are one person."""

    @field("The merge, by which it can be undone.")
    @staticmethod
    def merge_id(merged: strawberry.Parent[pipeline.MergedPerson]) -> strawberry.ID:
        return global_id(Kind.MERGE, merged.merge_id)

    @field("The person they are.", graphql_type=Person)
    @staticmethod
    async def person(merged: strawberry.Parent[pipeline.MergedPerson], info: Info) -> pipeline.Person:
        person = await person_by_id(info, merged.person_id)
        if person is None:
            raise not_found("person", None)
        return person


@strawberry.input(description="Which merge to undo.")
class UndoMergeInput:
    merge_id: strawberry.ID = strawberry.field(description="The merge.")
    idempotency_key: str | None = idempotency_key()


@exposes(pipeline.UnmergedPeople)
class UndoMergeSuccess:
    """They are two people again: each has what was its own, and what came to its record since."""

    @field("Who remained.", graphql_type=Person | None)
    @staticmethod
    async def person(unmerged: strawberry.Parent[pipeline.UnmergedPeople], info: Info) -> pipeline.Person | None:
        return await person_by_id(info, unmerged.person_id)

    @field("Who is a person of their own again.", graphql_type=Person | None)
    @staticmethod
    async def restored(unmerged: strawberry.Parent[pipeline.UnmergedPeople], info: Info) -> pipeline.Person | None:
        return await person_by_id(info, unmerged.restored_id)


MergePeopleResult = Annotated[
    MergePeopleSuccess | NotFound | Forbidden | InvalidInput,
    strawberry.union("MergePeopleResult", description="What became of a merge."),
]
UndoMergeResult = Annotated[
    UndoMergeSuccess | NotFound | Forbidden | InvalidInput,
    strawberry.union("UndoMergeResult", description="What became of undoing a merge."),
]


@strawberry.type
class PersonMutations:
    @mutation(
        "Merge two people: both are one human being. Nothing is written to the ATS, and it can be undone.",
        graphql_type=MergePeopleResult,
    )
    async def merge_people(
        self,
        info: Info,
        input: MergePeopleInput,  # noqa: A002 - the argument's name
    ) -> pipeline.MergedPerson | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.MergePeople,
            survivor_id=parser.id(Kind.PERSON, input.survivor_id, "survivor_id"),
            merged_id=parser.id(Kind.PERSON, input.merged_id, "merged_id"),
            taken=input.take,
        )
        return await info.context.services.call_valid(request, key=key)

    @mutation("Undo a merge that a user made.", graphql_type=UndoMergeResult)
    async def undo_merge(
        self,
        info: Info,
        input: UndoMergeInput,  # noqa: A002 - the argument's name
    ) -> pipeline.UnmergedPeople | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(pipeline.UndoMerge, merge_id=parser.id(Kind.MERGE, input.merge_id, "merge_id"))
        return await info.context.services.call_valid(request, key=key)
