"""A person as something else refers to them: loaded with as much as is selected."""

from uuid import UUID

from rapport.contracts.pipeline import Person
from rapport.gateway.context import Info


async def person_by_id(info: Info, person_id: UUID) -> Person | None:
    """The person, with their applications if those are selected."""
    loaders = info.context.loaders
    if info.chooses("applications"):
        return await loaders.people_with_applications_by_id.load(person_id)
    return await loaders.people_by_id.load(person_id)


async def person_of(info: Info, person_id: UUID) -> Person | None:
    """The person behind a card or an application; their id alone costs no request."""
    if info.chooses_only("id"):
        return Person.model_construct(id=person_id)
    return await person_by_id(info, person_id)
