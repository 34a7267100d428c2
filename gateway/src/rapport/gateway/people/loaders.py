"""People by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetPeopleByIds, Person
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.service_client import ServiceClient


def people_by_id(services: ServiceClient) -> DataLoader[UUID, Person | None]:
    """None for a person who is unknown or hidden from the viewer."""
    return _loader(services, with_applications=False)


def people_with_applications_by_id(services: ServiceClient) -> DataLoader[UUID, Person | None]:
    """The same, each with their applications."""
    return _loader(services, with_applications=True)


def _loader(services: ServiceClient, *, with_applications: bool) -> DataLoader[UUID, Person | None]:

    async def load(ids: list[UUID]) -> list[Person | None]:
        result = await services.read(GetPeopleByIds(ids=tuple(ids), include_applications=with_applications))
        by_id = {person.id: person for person in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
