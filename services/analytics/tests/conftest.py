"""The analytics database, and events to fill it with."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from rapport.kit.database.unit_of_work import Database, open_database
from rapport.testing import DatabaseFactory

# Test modules are imported by path, so what they share has to be made importable.
sys.path.append(str(Path(__file__).parent / "support"))


@pytest_asyncio.fixture
async def analytics(database: DatabaseFactory) -> AsyncIterator[Database]:
    """The service's own database, as its own role."""
    made: Any = await database("analytics")
    async with open_database(made.url, service="analytics") as opened:
        yield opened
