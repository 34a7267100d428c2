"""People, users and jobs from pipeline, on behalf of a viewer."""

from uuid import UUID

from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import GetJobsByIds, GetPeopleByIds, GetUsersByIds, Jobs, People, Person, User, Users
from rapport.kit.errors import ServiceFailedError
from rapport.kit.rpc.client import RequestClient

_PATIENCE = 3.0
"""Seconds; our callers wait five."""


class PipelineClient:
    """Calls pipeline; raises as :class:`RequestClient` does when it is unavailable."""

    def __init__(self, client: RequestClient) -> None:
        """Of a connected broker."""
        self._client = client

    async def person(self, viewer: Viewer, person_id: UUID) -> Person | None:
        """The person, if the viewer may see them."""
        found = await self.people(viewer, (person_id,))
        return found.get(person_id)

    async def people(self, viewer: Viewer, ids: tuple[UUID, ...]) -> dict[UUID, Person]:
        """Those of these people whom the viewer may see."""
        answer = await self._client.call(GetPeopleByIds(ids=ids), viewer, deadline=_PATIENCE)
        if not isinstance(answer, People):
            raise ServiceFailedError("pipeline", None)
        return {person.id: person for person in answer.items}

    async def users(self, viewer: Viewer, ids: tuple[UUID, ...]) -> dict[UUID, User]:
        """Those of these users who are known, whether still active or not."""
        answer = await self._client.call(GetUsersByIds(ids=ids), viewer, deadline=_PATIENCE)
        if not isinstance(answer, Users):
            raise ServiceFailedError("pipeline", None)
        return {user.id: user for user in answer.items}

    async def sees_job(self, viewer: Viewer, job_id: UUID) -> bool:
        """Whether there is such a job and the viewer may see it."""
        answer = await self._client.call(GetJobsByIds(ids=(job_id,)), viewer, deadline=_PATIENCE)
        if not isinstance(answer, Jobs):
            raise ServiceFailedError("pipeline", None)
        return bool(answer.items)
