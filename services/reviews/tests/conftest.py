"""A reviews service over a real broker and database, and a peer in place of pipeline."""

from collections.abc import AsyncIterator

import pytest_asyncio

from rapport.testing import DatabaseFactory, PostgresForTests
from services.reviews.tests.support.reviews_desk import Desk
from services.reviews.tests.support.reviews_peer import PipelinePeer
from services.reviews.tests.support.reviews_running import answering_peer, running_desk


@pytest_asyncio.fixture
async def peer(jetstream_url: str) -> AsyncIterator[PipelinePeer]:
    """Eight people, five users and a job."""
    async with answering_peer(jetstream_url) as known:
        yield known


@pytest_asyncio.fixture
async def desk(
    database: DatabaseFactory, postgres_server: PostgresForTests, jetstream_url: str, peer: PipelinePeer
) -> AsyncIterator[Desk]:
    """The service, put together as `app.py` does it, with a clock that the test sets."""
    async with running_desk(await database("reviews"), postgres_server, jetstream_url, peer) as running:
        yield running
