"""Profiles by person."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetProfiles, PersonProfile
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.service_client import ServiceClient


def profiles_by_person(services: ServiceClient) -> DataLoader[UUID, PersonProfile | None]:
    """None for a person who is unknown or hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[PersonProfile | None]:
        result = await services.read(GetProfiles(ids=tuple(ids)))
        by_person = {profile.person_id: profile for profile in result.items}
        return [by_person.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
