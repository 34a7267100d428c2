"""Pages of people, with as much of each as the client selects."""

from typing import Any
from uuid import UUID

from rapport.contracts.pipeline import GetPeople
from rapport.gateway.graph.connections import Connection, connection, page_request, search_words
from rapport.gateway.graph.context import Info


async def people_connection(
    info: Info, job_id: UUID | None, first: int, after: str | None, *, text: str | None = None
) -> Connection[Any]:
    """A page of the people the viewer may see, or of one job's applicants."""
    of_list = f"people:{job_id or ''}:{search_words(text, 'text')}"
    request = GetPeople(
        job_id=job_id,
        text=text,
        page=page_request(of_list, first, after),
        include_applications=info.selects("nodes", "applications") or info.selects("edges", "node", "applications"),
    )
    return connection(of_list, await info.context.services.read(request, "jobId" if job_id else None), after)
