"""People by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetPeopleByIds, Person
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.asking import Asking


def people_by_id(asking: Asking, *, with_applications: bool) -> DataLoader[UUID, Person | None]:
    """None for a person who is unknown or hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[Person | None]:
        reply = await asking.read(GetPeopleByIds(ids=tuple(ids), include_applications=with_applications))
        found = {person.id: person for person in reply.items}
        return [found.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
