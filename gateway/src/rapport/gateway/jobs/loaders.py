"""Jobs by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetJobsByIds, Job
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.asking import Asking


def jobs_by_id(asking: Asking) -> DataLoader[UUID, Job | None]:
    """None for a job that is unknown or hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[Job | None]:
        reply = await asking.read(GetJobsByIds(ids=tuple(ids)))
        found = {job.id: job for job in reply.items}
        return [found.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
