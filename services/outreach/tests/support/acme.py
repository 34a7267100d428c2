"""An organisation in which somebody writes to people, and what a test may do in it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.outreach import (
    GetMessages,
    GetMessagesByIds,
    GrantSending,
    Message,
    MessagePage,
    MessageResult,
    Messages,
    SendingGrant,
    SendMessage,
)
from rapport.contracts.requests import Request
from rapport.contracts.vocabulary import MessageState
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.identity import new_id
from rapport.kit.rpc.client import RequestClient
from rapport.kit.rpc.envelope import Handler, RequestContext
from rapport.kit.web.links import Links
from rapport.kit.web.templates import Templates
from rapport.local.waiting import eventually
from rapport.outreach.channels.email.accounts import Account, has_mailbox
from rapport.outreach.channels.email.compose import RenderedEmail
from rapport.outreach.channels.email.inbox import EmailInbox
from rapport.outreach.channels.email.rendering import EmailRenderer, NotificationRenderer
from rapport.outreach.channels.email.transport import EmailTransport
from rapport.outreach.http import UNSUBSCRIBE
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.rejection_mails import RejectionMailComposer
from rapport.outreach.requests.contactability import ContactabilityRequests
from rapport.outreach.requests.grants import GrantRequests
from rapport.outreach.requests.messages import MessageRequests
from rapport.outreach.requests.ownership import OwnershipRequests
from rapport.outreach.requests.suppressions import SuppressionRequests
from rapport.outreach.requests.templates import TemplateRequests
from rapport.outreach.sending.grant_requests import GrantRequestRenderer
from rapport.outreach.sending.lease import DIALOGUE_SHARE
from rapport.outreach.sending.messages import ExpiredClaims, MessageSender
from rapport.outreach.sending.notifications import NotificationSender
from rapport.outreach.sending.takeover_requests import TakeoverRequestRenderer
from services.outreach.tests.support.mail_server import MailServer
from services.outreach.tests.support.outreach_peer import Peer

MessageT = TypeVar("MessageT")

PATIENCE = 30.0
LINKS = Links("a secret of the tests", UNSUBSCRIBE)
_EVENTS = Statement(
    "SELECT o.subject, o.body::json -> 'data' AS data, o.aggregate_id, o.aggregate_version FROM outbox o"
    " JOIN publication p ON p.org_id = o.org_id AND p.id = o.id ORDER BY p.position"
)
_LIMITS = Statement(
    "INSERT INTO limits (org_id, sender_per_day, spacing_seconds, person_per_day, person_per_week)"
    " VALUES (current_org(), $1, $2, $3, $4) ON CONFLICT (org_id) DO UPDATE SET sender_per_day = $1,"
    " spacing_seconds = $2, person_per_day = $3, person_per_week = $4"
)


class Acme:
    """Its requests are answered in this process, and its workers run here while a test wants them to."""

    def __init__(
        self, peer: Peer, database: Database, account: Account, mail_server: MailServer, client: RequestClient
    ) -> None:
        self.peer = peer
        self.database = database
        self.account = account
        self.mail_server = mail_server
        self.client = client
        self.pipeline = PipelineClient(client)
        sends_from = partial(has_mailbox, {account.org_id: account})
        self.messages = MessageRequests(
            database,
            self.pipeline,
            scheduled=lambda _: None,
            has_mailbox=sends_from,
        )
        self.grants = GrantRequests(database, self.pipeline, granted=lambda _: None)
        self.contactability = ContactabilityRequests(database, self.pipeline)
        self.ownership = OwnershipRequests(database, self.pipeline, freed=lambda _: None)
        self.templates = TemplateRequests(
            database, self.pipeline, {account.org_id: account.name}, has_mailbox=sends_from
        )
        self.suppressions = SuppressionRequests(database, self.pipeline)
        self.recruiter = self.viewer(peer.user("ruth@example.com", "Ruth Recruiter"), Role.RECRUITER)
        self.manager = self.viewer(peer.user("henry@example.com", "Henry Manager"), Role.HIRING_MANAGER)
        self.admin = self.viewer(peer.user("ada@example.com", "Ada Admin"), Role.ADMIN)

    @staticmethod
    def viewer(user_id: UUID, *roles: Role, org_id: str = "acme") -> Viewer:
        return Viewer(org_id=org_id, user_id=UserId(user_id), roles=frozenset(roles))

    @staticmethod
    async def answer(handler: Handler, request: Request[Any], viewer: Viewer, key: str = "") -> Any:
        """What the service answers: whom its rule refuses never gets to the handler."""
        return request.rule.denial(viewer) or await handler(request, asked(viewer, key))

    async def ask_to_send(self, person_id: UUID, *, viewer: Viewer | None = None, key: str = "", **more: Any) -> Any:
        """Whatever is answered to one who writes to a person."""
        request = SendMessage(person_id=person_id, **{"subject": "Hello", "body": "How are you?"} | more)
        return await self.answer(self.messages.send_message, request, viewer or self.recruiter, key)

    async def send(self, person_id: UUID, **more: Any) -> Message:
        """The message of one who may write."""
        answer = await self.ask_to_send(person_id, **more)
        assert isinstance(answer, MessageResult), answer
        return answer.message

    async def grant(self, viewer: Viewer, **to: Any) -> SendingGrant:
        answer = await self.grants.grant_sending(GrantSending(**to), asked(viewer))
        assert isinstance(answer, SendingGrant), answer
        return answer

    async def message(self, message_id: UUID) -> Message:
        """A message, as an admin sees it."""
        found = await self.messages.get_messages_by_ids(GetMessagesByIds(ids=(message_id,)), asked(self.admin))
        [message] = Messages.model_validate_json(found).items
        return message

    async def listed(self, state: MessageState | None = None, **more: Any) -> list[Message]:
        """Messages, as an admin sees them."""
        found = await self.messages.get_messages(GetMessages(state=state, **more), asked(self.admin))
        assert isinstance(found, str), found
        return [edge.node for edge in MessagePage.model_validate_json(found).edges]

    async def until(self, message_id: UUID, *states: MessageState, blocker: Any = None) -> Message:
        """The message, once it is in one of these states, and waits for what is named."""

        async def there() -> Message | None:
            found = await self.message(message_id)
            return found if found.state in states and (blocker is None or found.blocker is blocker) else None

        return await eventually(there, within=PATIENCE, what=f"a message {' or '.join(states)}")

    async def until_listed(self, state: MessageState, *, blocker: Any = None) -> Message:
        """The first message in this state that waits for what is named, once there is one."""

        async def there() -> Message | None:
            return next((m for m in await self.listed(state) if blocker in (None, m.blocker)), None)

        return await eventually(there, within=PATIENCE, what=f"a message {state}")

    async def events(self, about: str = "") -> list[tuple[str, Any]]:
        """Types and data of the events recorded so far, in order."""
        async with self.database.read_session("acme") as session:
            rows = await session.fetch(_EVENTS)
        told = [(row["subject"].split(".", 2)[2], json.loads(row["data"])) for row in rows]
        return [event for event in told if about in event[0]]

    async def limit(
        self,
        *,
        sender_per_day: int = 100_000,
        spacing: float = 0,
        person_per_day: int = 100,
        person_per_week: int = 100,
    ) -> None:
        """Other limits than usual: here none that matters."""
        async with self.database.work("acme", actor="system:test", cause="test") as unit:
            await unit.execute(_LIMITS, sender_per_day, spacing, person_per_day, person_per_week)

    def transport(
        self, render: Callable[[MessageT], RenderedEmail], lease: float, response_timeout: float
    ) -> EmailTransport[MessageT]:
        return EmailTransport(
            self.account, render, step_timeout=lease * DIALOGUE_SHARE, response_timeout=response_timeout
        )

    def sender(self, *, lease: float = 20, response_timeout: float = 600) -> MessageSender:
        renderer = EmailRenderer("acme", Templates("rapport.outreach"), LINKS, "https://rapport.test")
        transport = self.transport(renderer.render, lease, response_timeout)
        return MessageSender("acme", transport, self.database, self.pipeline, lease=lease)

    def composer(self) -> RejectionMailComposer:
        return RejectionMailComposer("acme", self.database, self.pipeline, company=self.account.name)

    def inbox(self, account: Account | None = None, *, parse_timeout: float = 20) -> EmailInbox:
        return EmailInbox(account or self.account, parse_timeout=parse_timeout)

    @asynccontextmanager
    async def sending(self, *, lease: float = 20, response_timeout: float = 600, lanes: int = 1) -> AsyncIterator[None]:
        """Messages and notifications are sent until the end of the block."""
        transport = self.transport(NotificationRenderer(self.account).render, lease, response_timeout)
        grant_requests = GrantRequestRenderer(
            "acme", self.database, self.pipeline, Templates("rapport.outreach"), "https://app.acme.example"
        )
        takeover_requests = TakeoverRequestRenderer(
            "acme", self.database, self.pipeline, Templates("rapport.outreach"), "https://app.acme.example"
        )
        notifications = NotificationSender(
            "acme", transport, self.database, self.client, grant_requests, takeover_requests, lease=lease
        )
        claims = ExpiredClaims("acme", self.database)
        senders = [self.sender(lease=lease, response_timeout=response_timeout).run() for _ in range(lanes)]
        async with running(self.composer().worker.run(), *senders, notifications.run(), claims.worker.run()):
            yield


@asynccontextmanager
async def running(*parts: Any) -> AsyncIterator[None]:
    """Run the parts until the end of the block; none may fail."""
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result


def asked(viewer: Viewer, key: str = "") -> RequestContext:
    """A request of this viewer, under a key of its own or a given one."""
    return RequestContext(viewer, f"request:{key or new_id()}")
