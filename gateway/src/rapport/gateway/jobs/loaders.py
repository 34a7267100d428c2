"""Jobs by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetJobsByIds, Job
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.service_client import ServiceClient


def jobs_by_id(services: ServiceClient) -> DataLoader[UUID, Job | None]:
    """None for a job that is unknown or hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[Job | None]:
        result = await services.read(GetJobsByIds(ids=tuple(ids)))
        by_id = {job.id: job for job in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
