"""One browser for each file, whose tests share its event loop; the service beside it is fresh for every test."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from rapport.local.provision import declared_jetstream, provision_jetstream
from rapport.testing import NatsForTests, PostgresForTests
from rapport.testing.browser import running_browser
from rapport.testing.databases import DatabaseFactory, Templates
from services.reviews.tests.support.reviews_desk import Desk
from services.reviews.tests.support.reviews_running import answering_peer, running_desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Starting Chromium takes longer than most of these tests; each has a context of its own."""
    async with running_browser() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def desk(
    nats_server: NatsForTests, database_templates: Templates, postgres_server: PostgresForTests
) -> AsyncIterator[Desk]:
    """As for the tests without a browser, on the loop of the file."""
    await provision_jetstream(nats_server.url, declared_jetstream(), lambda _: None)
    databases = DatabaseFactory(database_templates)
    try:
        async with (
            answering_peer(nats_server.url) as peer,
            running_desk(await databases("reviews"), postgres_server, nats_server.url, peer) as running,
        ):
            yield running
    finally:
        await databases.drop_all()
