"""Outreach with a database, a broker, a peer that stands for the other services, and a mail server: all real."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.rpc.broker import open_broker
from rapport.kit.rpc.client import RequestClient
from rapport.outreach.channels.email.accounts import Account
from rapport.testing import DatabaseFactory, TestDatabase
from services.outreach.tests.support.acme import Acme
from services.outreach.tests.support.mail_server import MailServer
from services.outreach.tests.support.outreach_peer import Peer


@pytest.fixture
def peer() -> Peer:
    """What pipeline and reviews answer."""
    return Peer()


@pytest_asyncio.fixture
async def stored(database: DatabaseFactory) -> TestDatabase:
    """The addresses of the service's own database."""
    return await database("outreach")


@pytest_asyncio.fixture
async def outreach(stored: TestDatabase) -> AsyncIterator[Database]:
    """The service's own database, as its own role."""
    async with open_database(stored.url, service="outreach") as opened:
        yield opened


@pytest_asyncio.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    """Takes every mail, unless it is told otherwise."""
    async with MailServer().serving() as server:
        yield server


@pytest.fixture
def account(mail_server: MailServer) -> Account:
    """The organisation's mail account."""
    return Account.model_validate(
        {
            "org_id": "acme",
            "name": "Acme",
            "domains": ["example.com"],
            "smtp": {"host": "127.0.0.1", "port": mail_server.port, "security": "none"},
            "imap": {"host": "127.0.0.1", "port": 1, "security": "none"},
            "password": "secret",
            "notifications_from": "Rapport <rapport@example.com>",
        }
    )


@pytest_asyncio.fixture
async def acme(
    jetstream_url: str, peer: Peer, outreach: Database, account: Account, mail_server: MailServer
) -> AsyncIterator[Acme]:
    """An organisation whose recruiter writes to people."""
    async with (
        peer.pipeline_answering(jetstream_url),
        peer.reviews_answering(jetstream_url),
        open_broker(jetstream_url, "outreach", on_closed=lambda: None) as broker,
    ):
        yield Acme(peer, outreach, account, mail_server, RequestClient(broker.client))
