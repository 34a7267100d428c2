"""A pipeline's database, and what reads an ATS's records into it."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from rapport.kit.database.unit_of_work import Database, open_database
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.api import GreenhouseApi
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.sync.ingest import Ingest
from rapport.testing import DatabaseFactory


@pytest.fixture
def connection() -> Connection:
    """An account with an ATS that is not there: nothing in these tests asks it."""
    return Connection.model_validate(
        {
            "org_id": "acme",
            "name": "greenhouse",
            "kind": "greenhouse",
            "base_url": "http://127.0.0.1:9/v3",
            "token_url": "http://127.0.0.1:9/token",
            "client_id": "id",
            "client_secret": "secret",
            "webhook_secret": "secret",
        }
    )


@pytest.fixture
def mapper(connection: Connection) -> GreenhouseMapper:
    return GreenhouseMapper(connection)


@pytest_asyncio.fixture
async def pipeline(database: DatabaseFactory) -> AsyncIterator[Database]:
    """The service's own database, as its own role."""
    made: Any = await database("pipeline")
    async with open_database(made.url, service="pipeline") as opened:
        yield opened


@pytest_asyncio.fixture
async def api(connection: Connection) -> AsyncIterator[GreenhouseApi]:
    async with aiohttp.ClientSession() as session:
        yield GreenhouseApi(connection, session)


@pytest_asyncio.fixture
async def ingest(mapper: GreenhouseMapper, api: GreenhouseApi) -> Ingest:
    return Ingest(mapper, api)
