"""The composition root: the only place that constructs."""

import asyncio
from collections.abc import Sequence
from functools import partial

from rapport.kit.database.unit_of_work import Database
from rapport.kit.events.consumer import Reaction
from rapport.kit.rpc.client import RequestClient
from rapport.kit.runtime.leadership import run_as_leader
from rapport.kit.runtime.process import supervised
from rapport.kit.runtime.service import migrate_service, open_service, rebuild_service, replay_service
from rapport.kit.runtime.settings import from_environment
from rapport.kit.web.links import Links
from rapport.kit.web.templates import Templates
from rapport.outreach.channels.email.accounts import Account, read_accounts
from rapport.outreach.channels.email.rendering import EmailRenderer
from rapport.outreach.http import UNSUBSCRIBE, UnsubscribePages
from rapport.outreach.inbound.mailboxes import MailboxReader
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.reactions import HiringTeamProjection, NotificationsDue, PeopleEnded
from rapport.outreach.requests.grants import GrantRequests
from rapport.outreach.requests.messages import MessageRequests
from rapport.outreach.requests.suppressions import SuppressionRequests
from rapport.outreach.sending.messages import ExpiredClaims, MessageSender
from rapport.outreach.sending.notifications import NotificationSender
from rapport.outreach.settings import OutreachSettings

_SERVICE = "outreach"
_READING_LEADER = 0x6D61_696C
"""Advisory lock that makes one process of the service the one that reads the mailboxes."""
_LANES = 4
"""Messages of an organisation that one process sends at once: a slow mail server holds up few others."""


class Sending:
    """One organisation's workers that send."""

    def __init__(
        self,
        account: Account,
        database: Database,
        client: RequestClient,
        renderer: EmailRenderer,
        settings: OutreachSettings,
    ) -> None:
        """Nothing runs before :meth:`run`."""
        pipeline = PipelineClient(client)
        lease, answer_within = settings.send_lease_seconds, settings.send_answer_seconds
        self.org_id = account.org_id
        self._messages = [
            MessageSender(account, database, pipeline, renderer, lease=lease, answer_within=answer_within)
            for _ in range(_LANES)
        ]
        self._abandoned = ExpiredClaims(account.org_id, database)
        self._notifications = NotificationSender(account, database, client, lease=lease, answer_within=answer_within)

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lane in self._messages:
                group.create_task(supervised("messages", lane.run))
            group.create_task(supervised("abandoned messages", self._abandoned.worker.run))
            group.create_task(supervised("notifications", self._notifications.worker.run))

    def wake(self) -> None:
        """A message may be sent now."""
        for lane in self._messages:
            lane.worker.wake()


class Workers:
    """The workers of every organisation, and a way to wake them."""

    def __init__(self, sending: Sequence[Sending]) -> None:
        """One for each account."""
        self._sending = sending

    async def run(self) -> None:
        """Run them all until cancelled."""
        async with asyncio.TaskGroup() as group:
            for each in self._sending:
                group.create_task(each.run())

    def wake(self, org_id: str) -> None:
        """Something of this organisation may be sent now."""
        for each in self._sending:
            if each.org_id == org_id:
                each.wake()


async def serve() -> None:
    """Serve until told to stop."""
    settings = from_environment(OutreachSettings)
    accounts = read_accounts(settings.mail_accounts_file)
    async with open_service(_SERVICE, settings) as service:
        database, client = service.database, RequestClient(service.broker.client)
        pages = Templates("rapport.outreach")
        links = Links(settings.link_secret.get_secret_value(), UNSUBSCRIBE)
        names = {org_id: account.known_as for org_id, account in accounts.items()}
        renderer = EmailRenderer(pages, links, settings.public_url)
        workers = Workers([Sending(account, database, client, renderer, settings) for account in accounts.values()])
        pipeline = PipelineClient(client)
        MessageRequests(database, pipeline, scheduled=workers.wake).register(service.requests)
        GrantRequests(database, pipeline, granted=workers.wake).register(service.requests)
        SuppressionRequests(database, pipeline).register(service.requests)
        service.application.add_routes(UnsubscribePages(database, pages, links, names).routes())
        reader = MailboxReader(accounts, database, pause=settings.mail_poll_seconds)
        reading = partial(supervised, "mailboxes", reader.run)
        await service.serve(
            workers.run(),
            run_as_leader(settings.system_database_url, _READING_LEADER, reading),
            reactions=_reactions(),
        )


def _reactions() -> list[Reaction]:
    return [HiringTeamProjection(), NotificationsDue(), PeopleEnded()]


async def migrate() -> None:
    """Bring the database to the newest schema."""
    await migrate_service(_SERVICE)


async def replay() -> None:
    """Apply parked messages again; those that fail again stay parked."""
    await replay_service(_SERVICE, *_reactions())


async def rebuild() -> None:
    """Make the hiring teams anew from the stream, while the service serves, and put right what differs."""
    await rebuild_service(_SERVICE, HiringTeamProjection())
