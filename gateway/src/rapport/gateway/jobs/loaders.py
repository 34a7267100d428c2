"""Jobs by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetAtsOfJobs, GetJobsByIds, Job, JobAts
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.service_client import ServiceClient


def jobs_by_id(services: ServiceClient) -> DataLoader[UUID, Job | None]:
    """None for a job that is unknown or hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[Job | None]:
        result = await services.read(GetJobsByIds(ids=tuple(ids)))
        by_id = {job.id: job for job in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


def ats_by_job(services: ServiceClient) -> DataLoader[UUID, JobAts | None]:
    """None for a job that is unknown or hidden from the viewer."""

    async def load(ids: list[UUID]) -> list[JobAts | None]:
        result = await services.read(GetAtsOfJobs(ids=tuple(ids)))
        by_job = {ats.job_id: ats for ats in result.items}
        return [by_job.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
