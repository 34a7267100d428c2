"""People by id."""

from collections import defaultdict
from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetMerges, GetPeopleByIds, Person, PersonMerge
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.service_client import ServiceClient


def people_by_id(services: ServiceClient) -> DataLoader[UUID, Person | None]:
    """None for a person who is unknown or hidden from the viewer."""
    return _loader(services, with_applications=False)


def people_with_applications_by_id(services: ServiceClient) -> DataLoader[UUID, Person | None]:
    """The same, each with their applications."""
    return _loader(services, with_applications=True)


def survivors_by_id(services: ServiceClient) -> DataLoader[UUID, UUID | None]:
    """Whose a merged record is; None for one that was not merged."""

    async def load(ids: list[UUID]) -> list[UUID | None]:
        result = await services.read(GetPeopleByIds(ids=tuple(ids)))
        return [result.merged.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


def merges_by_person(services: ServiceClient) -> DataLoader[UUID, tuple[PersonMerge, ...]]:
    """The merges in force of people, the newest first; none of a person who is hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[tuple[PersonMerge, ...]]:
        result = await services.read(GetMerges(person_ids=tuple(ids)))
        by_person = defaultdict[UUID, list[PersonMerge]](list)
        for merge in result.items:
            by_person[merge.person_id].append(merge)
        return [tuple(by_person[id_]) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


def _loader(services: ServiceClient, *, with_applications: bool) -> DataLoader[UUID, Person | None]:

    async def load(ids: list[UUID]) -> list[Person | None]:
        result = await services.read(GetPeopleByIds(ids=tuple(ids), include_applications=with_applications))
        by_id = {person.id: person for person in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
