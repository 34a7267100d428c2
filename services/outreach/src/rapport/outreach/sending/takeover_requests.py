"""Mails to the owner of a person: somebody asks them to hand the person over. They name no candidate."""

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import User
from rapport.contracts.reviews import Notification
from rapport.kit.database.unit_of_work import Database
from rapport.kit.web.templates import Templates
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.sending.between_users import find_both, written
from rapport.outreach.store import ownership
from rapport.outreach.store.notifications import TakeoverRequested


class TakeoverRequestRenderer:
    """Writes the mail about a request when it is sent, as far as it still waits for its answer."""

    def __init__(
        self, org_id: str, database: Database, pipeline: PipelineClient, pages: Templates, web_app_url: str | None
    ) -> None:
        """``web_app_url`` is where users open the web app; without it, the mail has no link."""
        self._org_id = org_id
        self._database = database
        self._pipeline = pipeline
        self._pages = pages
        self._link = f"{web_app_url}/today" if web_app_url else None

    async def render(self, request: TakeoverRequested) -> Notification | None:
        """The mail as it is to be sent now; None if there is nothing to answer, or one of the two has left.

        Raises:
            ServiceUnavailableError: pipeline does not answer.
            ServiceFailedError: pipeline failed.
        """
        if not await self._waits(request):
            return None
        # Every role looks users up; whatever the owner's is, this is no wider.
        viewer = Viewer(org_id=self._org_id, user_id=UserId(request.owner_id), roles=frozenset({Role.INTERVIEWER}))
        both = await find_both(self._pipeline, viewer, request.owner_id, request.requested_by)
        return self._written(*both) if both else None

    async def _waits(self, request: TakeoverRequested) -> bool:
        async with self._database.read_session(self._org_id) as session:
            found = await ownership.takeover_request(session, request.request_id)
            return found is not None and found.waits_for(await ownership.current(session, found.person_id))

    def _written(self, owner: User, author: User) -> Notification:
        return written(
            self._pages,
            "takeover_requested",
            owner,
            author,
            asks="asks to take over a candidate from you",
            link=self._link,
        )
