"""The composition root: the only place that constructs."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from rapport.kit.database.unit_of_work import Database
from rapport.kit.events.consumer import Reaction
from rapport.kit.rpc.client import RequestClient
from rapport.kit.runtime.leadership import run_as_leader
from rapport.kit.runtime.process import supervised
from rapport.kit.runtime.service import migrate_service, open_service, rebuild_service, replay_service
from rapport.kit.runtime.settings import from_environment
from rapport.kit.web.links import Links
from rapport.kit.web.templates import Templates
from rapport.outreach.channels.email.accounts import Account, has_mailbox, read_accounts
from rapport.outreach.channels.email.compose import RenderedEmail
from rapport.outreach.channels.email.inbox import EmailInbox
from rapport.outreach.channels.email.rendering import EmailRenderer, NotificationRenderer
from rapport.outreach.channels.email.transport import EmailTransport
from rapport.outreach.http import UNSUBSCRIBE, UnsubscribePages
from rapport.outreach.inbound.mailboxes import MailboxReader
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.reactions import HiringTeamProjection, NotificationsDue, PeopleEnded, RejectionMails
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
from rapport.outreach.settings import OutreachSettings

MessageT = TypeVar("MessageT")

_SERVICE = "outreach"
_INBOX_LEADER = 0x6D61_696C
"""Advisory lock: one process of the service reads the mailboxes."""
_LANES = 4
"""Messages of an organisation that one process sends at once, so that a slow mail server delays few others."""


class Sending:
    """One organisation's workers that send."""

    def __init__(
        self,
        account: Account,
        database: Database,
        client: RequestClient,
        pages: Templates,
        links: Links,
        settings: OutreachSettings,
    ) -> None:
        """Nothing runs before :meth:`run`."""
        self.org_id = account.org_id
        pipeline, lease = PipelineClient(client), settings.send_lease_seconds
        renderer = EmailRenderer(self.org_id, pages, links, settings.public_url)
        self._messages = [
            MessageSender(
                self.org_id, email_transport(account, renderer.render, settings), database, pipeline, lease=lease
            )
            for _ in range(_LANES)
        ]
        self._rejection_mails = RejectionMailComposer(account.org_id, database, pipeline, company=account.name)
        self._expired_claims = ExpiredClaims(self.org_id, database)
        transport = email_transport(account, NotificationRenderer(account).render, settings)
        grant_requests = GrantRequestRenderer(self.org_id, database, pipeline, pages, settings.web_app_url)
        takeover_requests = TakeoverRequestRenderer(self.org_id, database, pipeline, pages, settings.web_app_url)
        self._notifications = NotificationSender(
            self.org_id, transport, database, client, grant_requests, takeover_requests, lease=lease
        )

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lane in self._messages:
                group.create_task(supervised("messages", lane.run))
            group.create_task(supervised("rejection mails", self._rejection_mails.worker.run))
            group.create_task(supervised("expired claims", self._expired_claims.worker.run))
            group.create_task(supervised("notifications", self._notifications.run))

    def wake(self) -> None:
        """A message may be sent now."""
        for lane in self._messages:
            lane.worker.wake()


class Workers:
    """The workers of every organisation, and a way to wake them."""

    def __init__(self, sending: Sequence[Sending]) -> None:
        """``sending`` holds one entry for each organisation."""
        self._sending = sending

    async def run(self) -> None:
        """Run them all until cancelled."""
        async with asyncio.TaskGroup() as group:
            for sending in self._sending:
                group.create_task(sending.run())

    def wake(self, org_id: str) -> None:
        """Something of this organisation may be sent now."""
        for sending in self._sending:
            if sending.org_id == org_id:
                sending.wake()


async def serve() -> None:
    """Serve until a signal ends the process."""
    settings = from_environment(OutreachSettings)
    accounts = read_accounts(settings.mail_accounts_file)
    async with open_service(_SERVICE, settings) as service:
        database, client = service.database, RequestClient(service.broker.client)
        pages = Templates("rapport.outreach")
        links = Links(settings.link_secret.get_secret_value(), UNSUBSCRIBE)
        names = {org_id: account.known_as for org_id, account in accounts.items()}
        workers = Workers([Sending(account, database, client, pages, links, settings) for account in accounts.values()])
        pipeline = PipelineClient(client)
        sends_from = partial(has_mailbox, accounts)
        MessageRequests(database, pipeline, scheduled=workers.wake, has_mailbox=sends_from).register(service.requests)
        ContactabilityRequests(database, pipeline).register(service.requests)
        GrantRequests(database, pipeline, granted=workers.wake).register(service.requests)
        OwnershipRequests(database, pipeline, freed=workers.wake).register(service.requests)
        companies = {org_id: account.name for org_id, account in accounts.items()}
        TemplateRequests(database, pipeline, companies, has_mailbox=sends_from).register(service.requests)
        SuppressionRequests(database, pipeline).register(service.requests)
        service.application.add_routes(UnsubscribePages(database, pages, links, names).routes())
        inboxes = [EmailInbox(account) for account in accounts.values() if account.password is not None]
        reader = MailboxReader(inboxes, database, pause=settings.mail_poll_seconds)
        read_mailboxes = partial(supervised, "mailboxes", reader.run)
        await service.serve(
            workers.run(),
            run_as_leader(settings.system_database_url, _INBOX_LEADER, read_mailboxes),
            reactions=_reactions(),
        )


def email_transport(
    account: Account, render: Callable[[MessageT], RenderedEmail], settings: OutreachSettings
) -> EmailTransport[MessageT]:
    """A transport of its own for one sender."""
    return EmailTransport(
        account,
        render,
        step_timeout=settings.send_lease_seconds * DIALOGUE_SHARE,
        response_timeout=settings.send_response_seconds,
    )


def _reactions() -> list[Reaction]:
    return [HiringTeamProjection(), NotificationsDue(), PeopleEnded(), RejectionMails()]


async def migrate() -> None:
    """Bring the database to the newest schema."""
    await migrate_service(_SERVICE)


async def replay() -> None:
    """Apply parked messages again; those that fail again stay parked."""
    await replay_service(_SERVICE, *_reactions())


async def rebuild() -> None:
    """Recompute the hiring teams from the stream, while the service serves, and correct what differs."""
    await rebuild_service(_SERVICE, HiringTeamProjection())
