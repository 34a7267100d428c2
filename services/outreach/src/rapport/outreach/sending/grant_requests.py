"""Mails to the owner of a mailbox: somebody's messages wait for their permission. They name no candidate."""

from collections.abc import Mapping

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import User
from rapport.contracts.reviews import Notification
from rapport.kit.database.unit_of_work import Database
from rapport.kit.web.templates import Templates
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.sending.between_users import find_both, written
from rapport.outreach.store import grants
from rapport.outreach.store.notifications import GrantRequest


class GrantRequestRenderer:
    """Renders one organisation's mails."""

    def __init__(
        self, org_id: str, database: Database, pipeline: PipelineClient, pages: Templates, web_app_url: str | None
    ) -> None:
        """``pipeline`` knows the users, ``pages`` the texts; ``web_app_url`` is where the owner can give permission."""
        self._org_id = org_id
        self._database = database
        self._pipeline = pipeline
        self._pages = pages
        self._link = f"{web_app_url}/settings/mailbox" if web_app_url else None

    async def render(self, request: GrantRequest) -> Notification | None:
        """The mail as it is to be sent now; None if nothing waits any more, or one of the two has left.

        Raises:
            ServiceUnavailableError: pipeline does not answer.
            ServiceFailedError: pipeline failed.
        """
        waiting = await self._waiting(request)
        if not waiting:
            return None
        roles = next(iter(waiting))
        viewer = Viewer(org_id=self._org_id, user_id=UserId(request.author_id), roles=roles)
        both = await find_both(self._pipeline, viewer, request.owner_id, request.author_id)
        return self._written(*both, sum(waiting.values())) if both else None

    async def _waiting(self, request: GrantRequest) -> Mapping[frozenset[Role], int]:
        """How many messages no permission covers, by the roles of their author."""
        async with self._database.read_session(self._org_id) as session:
            given = await grants.grants_of(session, request.owner_id)
            waiting = await grants.waiting_for_grant(session, request.owner_id, request.author_id)
        return {
            roles: messages
            for roles, messages in waiting.items()
            if not any(grant.covers(request.author_id, roles) for grant in given)
        }

    def _written(self, owner: User, author: User, messages: int) -> Notification:
        return written(
            self._pages,
            "grant_requested",
            owner,
            author,
            asks="asks to send mail from your mailbox",
            messages="1 message" if messages == 1 else f"{messages} messages",
            are="is" if messages == 1 else "are",
            link=self._link,
            wait="It waits" if messages == 1 else "They wait",
        )
