"""Funnels by job."""

import asyncio
from collections import defaultdict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.analytics import MAX_JOBS, Funnel, GetFunnels
from rapport.gateway.service_client import ServiceClient


class Window(NamedTuple):
    """When the applications counted were received."""

    entered_from: datetime | None
    entered_until: datetime | None


class FunnelKey(NamedTuple):
    """Whose funnel, over which window."""

    job_id: UUID
    window: Window


def funnels_by_job(services: ServiceClient) -> DataLoader[FunnelKey, Funnel | None]:
    """None for a job that analytics does not know (yet) or that is hidden from the viewer."""

    async def of_window(window: Window, job_ids: list[UUID]) -> list[Funnel]:
        return list((await services.read(GetFunnels(job_ids=tuple(job_ids), **window._asdict()))).items)

    async def load(keys: list[FunnelKey]) -> list[Funnel | BaseException | None]:
        jobs: dict[Window, list[UUID]] = defaultdict(list)
        for key in keys:
            jobs[key.window].append(key.job_id)
        windows = (of_window(window, ids) for window, ids in jobs.items())
        answers = dict(zip(jobs, await asyncio.gather(*windows, return_exceptions=True), strict=True))
        return [_funnel(answers[key.window], key.job_id) for key in keys]

    return DataLoader(load, max_batch_size=MAX_JOBS)


def _funnel(answer: list[Funnel] | BaseException, job_id: UUID) -> Funnel | BaseException | None:
    """The job's part of the answer about a window; what went wrong with one window spoils no other."""
    if isinstance(answer, BaseException):
        return answer
    return next((funnel for funnel in answer if funnel.job_id == job_id), None)
