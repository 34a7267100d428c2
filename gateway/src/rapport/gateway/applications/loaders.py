"""Applications by id, with their history or without."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import Application, ApplicationActions, GetApplicationActions, GetApplicationsByIds
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.service_client import ServiceClient


def applications_by_id(services: ServiceClient) -> DataLoader[UUID, Application | None]:
    """None for an application that is unknown or hidden from the viewer."""
    return _loader(services, include_history=False)


def applications_with_history_by_id(services: ServiceClient) -> DataLoader[UUID, Application | None]:
    """The same, each with its history."""
    return _loader(services, include_history=True)


def actions_by_application(services: ServiceClient) -> DataLoader[UUID, ApplicationActions | None]:
    """What the viewer may do; None for an application that is unknown or hidden from them."""

    async def load(ids: list[UUID]) -> list[ApplicationActions | None]:
        result = await services.read(GetApplicationActions(ids=tuple(ids)))
        by_id = {each.application_id: each for each in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


def _loader(services: ServiceClient, *, include_history: bool) -> DataLoader[UUID, Application | None]:
    async def load(ids: list[UUID]) -> list[Application | None]:
        result = await services.read(GetApplicationsByIds(ids=tuple(ids), include_history=include_history))
        by_id = {application.id: application for application in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
