"""People, users, jobs and applications from pipeline, on behalf of a viewer."""

from uuid import UUID

from rapport.contracts.addresses import comparable_address
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    Application,
    Applications,
    CheckRejection,
    GetApplicationsByIds,
    GetJobsByIds,
    GetPeopleByIds,
    GetUsersByIds,
    IdentifyViewer,
    Jobs,
    People,
    Person,
    RejectionCheck,
    User,
    Users,
    ViewerIdentity,
)
from rapport.contracts.refusals import NotFound
from rapport.contracts.vocabulary import RejectionState
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

    async def viewer(self, org_id: str, user_id: UUID) -> tuple[Viewer, User] | None:
        """A user with the roles that they have now; None if they have left the organisation."""
        user = (await self.users(_anybody(org_id, user_id), (user_id,))).get(user_id)
        if user is None or not user.active:
            return None
        answer = await self._client.call(
            IdentifyViewer(org_id=org_id, email=comparable_address(user.email)), None, deadline=_PATIENCE
        )
        if isinstance(answer, ViewerIdentity) and answer.viewer.user_id == user_id:
            return answer.viewer, user
        return None

    async def application(self, viewer: Viewer, application_id: UUID) -> Application | None:
        """The application, if the viewer may see it."""
        found = await self.applications(viewer, (application_id,))
        return found.get(application_id)

    async def applications(self, viewer: Viewer, ids: tuple[UUID, ...]) -> dict[UUID, Application]:
        """Those of these applications that the viewer may see."""
        answer = await self._client.call(GetApplicationsByIds(ids=ids), viewer, deadline=_PATIENCE)
        if not isinstance(answer, Applications):
            raise ServiceFailedError("pipeline", None)
        return {application.id: application for application in answer.items}

    async def rejection_state(self, org_id: str, user_id: UUID, application_id: UUID, version: int) -> RejectionState:
        """Whether the rejection that made this version of an application holds, and the ATS has it.

        Also for a user who has left: everybody may know it.
        """
        request = CheckRejection(application_id=application_id, version=version)
        answer = await self._client.call(request, _anybody(org_id, user_id), deadline=_PATIENCE)
        if isinstance(answer, NotFound):
            return RejectionState.UNDONE
        if not isinstance(answer, RejectionCheck):
            raise ServiceFailedError("pipeline", None)
        return answer.state


def _anybody(org_id: str, user_id: UUID) -> Viewer:
    """A user of whom nothing more is known: one without any role is an interviewer."""
    return Viewer(org_id=org_id, user_id=UserId(user_id), roles=frozenset({Role.INTERVIEWER}))
