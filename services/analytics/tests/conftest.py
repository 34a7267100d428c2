"""The analytics database, and events to fill it with."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from rapport.kit.database.unit_of_work import Database, open_database
from rapport.testing import DatabaseFactory


@pytest_asyncio.fixture
async def analytics(database: DatabaseFactory) -> AsyncIterator[Database]:
    """The service's own database, as its own role."""
    made: Any = await database("analytics")
    async with open_database(made.url, service="analytics") as opened:
        yield opened
