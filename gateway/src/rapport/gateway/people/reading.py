"""Pages of people, with as much of each as the client selects."""

from typing import Any
from uuid import UUID

from rapport.contracts.pipeline import GetPeople
from rapport.gateway.context import Info
from rapport.gateway.pages import Connection, asked_page, connection


async def read_people(info: Info, job_id: UUID | None, first: int, after: str | None) -> Connection[Any]:
    """A page of the people the viewer may see, or of one job's applicants."""
    of_list = f"people:{job_id or ''}"
    request = GetPeople(
        job_id=job_id,
        page=asked_page(of_list, first, after),
        include_applications=info.chooses("nodes", "applications") or info.chooses("edges", "node", "applications"),
    )
    return connection(of_list, await info.context.asking.read(request, "jobId" if job_id else None), after)
