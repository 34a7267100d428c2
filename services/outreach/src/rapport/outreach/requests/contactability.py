"""Requests about whether people can be written to."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from rapport.contracts.identity import Viewer
from rapport.contracts.outreach import Contactabilities, Contactability, GetContactability
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.outreach.domain.clearance import Limits, RecipientContext, Waits, find_owner, find_recipient_blocker
from rapport.outreach.domain.ownership import TakeoverRequest
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.recipients import read_recipients, usual_recipient
from rapport.outreach.requests.ownership import shown_ownership
from rapport.outreach.store import ownership, senders


class ContactabilityRequests:
    """Handles requests about whether people can be written to."""

    def __init__(self, database: Database, pipeline: PipelineClient) -> None:
        """``pipeline`` knows the people, their addresses and what they agreed to."""
        self._database = database
        self._pipeline = pipeline

    def register(self, server: RequestServer) -> None:
        """Let the server route each request here."""
        server.handle(GetContactability, self.get_contactability)

    async def get_contactability(self, request: GetContactability, context: RequestContext) -> Contactabilities:
        """Of each person that the viewer may see, what keeps the viewer from writing to them now."""
        org_id = context.viewer.org_id
        people = await self._pipeline.people(context.viewer, request.person_ids)
        at = datetime.now(UTC)
        async with self._database.read_session(org_id) as session:
            limits = await senders.limits(session)
            found = await read_recipients(session, list(map(usual_recipient, people.values())))
            requests = await ownership.unanswered(session, list(found))
        items = (
            _contactability(person_id, known, requests[person_id], limits, context.viewer, at)
            for person_id, known in found.items()
        )
        return Contactabilities(items=tuple(items))


def _contactability(
    person_id: UUID,
    found: RecipientContext,
    requests: Sequence[TakeoverRequest],
    limits: Limits,
    viewer: Viewer,
    at: datetime,
) -> Contactability:
    blocked = find_recipient_blocker(found, limits, writer_id=viewer.user_id, at=at)
    owner = find_owner(found, limits, at=at)
    return Contactability(
        person_id=person_id,
        blocker=blocked.blocker if blocked else None,
        until=blocked.until if isinstance(blocked, Waits) else None,
        ownership=shown_ownership(person_id, owner, requests, viewer) if owner else None,
    )
