"""A service's database and a broker, both real, for the tests of the kit."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest_asyncio

from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.rpc.broker import Broker, open_broker


@pytest_asyncio.fixture
async def opened(jetstream_url: str) -> AsyncIterator[AsyncExitStack]:
    """Where a test puts what must be closed after it, while the broker is still there."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest_asyncio.fixture
async def stored(database: Any, opened: AsyncExitStack) -> Any:
    """The addresses of a migrated database."""
    return await database("pipeline")


@pytest_asyncio.fixture
async def service_database(stored: Any, opened: AsyncExitStack) -> Database:
    return await opened.enter_async_context(open_database(stored.url, service="pipeline"))


@pytest_asyncio.fixture
async def broker(jetstream_url: str, opened: AsyncExitStack) -> Broker:
    return await opened.enter_async_context(open_broker(jetstream_url, "test", on_closed=lambda: None))
