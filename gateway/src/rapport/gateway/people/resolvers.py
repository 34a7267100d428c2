"""A person as something else refers to them: loaded with as much as is selected."""

from uuid import UUID

from rapport.contracts.pipeline import Person
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import fetches
from rapport.gateway.people.loaders import (
    merges_by_person,
    people_by_id,
    people_with_applications_by_id,
    survivors_by_id,
)


@fetches(Kind.PERSON)
async def person_by_id(info: Info, person_id: UUID) -> Person | None:
    """The person, with their applications if those are selected."""
    factory = people_with_applications_by_id if info.selects("applications") else people_by_id
    return await info.context.loader(factory).load(person_id)


async def records_of(info: Info, person_id: UUID) -> tuple[UUID, ...]:
    """A person by the ids of all their records: some services know a person by the one they had then."""
    merges = await info.context.loader(merges_by_person).load(person_id)
    return (person_id, *(merge.record_id for merge in merges))


async def person_of(info: Info, person_id: UUID) -> Person | None:
    """The person behind a card or a review, who may have been merged since; their id alone costs no request."""
    if info.selects_only("id"):
        return Person.model_construct(id=person_id)
    person = await person_by_id(info, person_id)
    if person is None:
        survivor = await info.context.loader(survivors_by_id).load(person_id)
        return await person_by_id(info, survivor) if survivor else None
    return person
