"""The progress of applications, by application."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import ApplicationProgress, GetApplicationProgress
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.service_client import ServiceClient


def progress_by_application(services: ServiceClient) -> DataLoader[UUID, ApplicationProgress | None]:
    """None for an application that is unknown or hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[ApplicationProgress | None]:
        result = await services.read(GetApplicationProgress(ids=tuple(ids)))
        by_application = {progress.application_id: progress for progress in result.items}
        return [by_application.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
