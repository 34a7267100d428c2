"""The pytest plugin: fixtures on top of the servers, databases and programs beside it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from rapport.local.provision import declared_jetstream, provision_jetstream
from rapport.sandbox.issuer import Issuer
from rapport.testing.browser import running_browser
from rapport.testing.databases import DatabaseFactory, Templates
from rapport.testing.folders import temporary_folder
from rapport.testing.identity import serving_issuer
from rapport.testing.programs import ProgramFactory
from rapport.testing.servers import NatsForTests, PostgresForTests, jetstream_server


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """Where this worker's servers keep what they store."""
    with temporary_folder(in_memory=True) as folder:
        yield folder


@pytest.fixture
def nats_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsForTests]:
    """An empty JetStream server for one test."""
    server = NatsForTests(tmp_path_factory.mktemp("nats"))
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture
def nats_url(nats_server: NatsForTests) -> str:
    """The address of the test's own JetStream server, without any stream."""
    return nats_server.url


@pytest_asyncio.fixture
async def jetstream_url(nats_server: NatsForTests) -> str:
    """The address of the test's own JetStream server, with the streams and consumers of `deploy/nats`."""
    await provision_jetstream(nats_server.url, declared_jetstream(), lambda _: None)
    return nats_server.url


@pytest_asyncio.fixture
async def jetstream(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[NatsForTests]:
    """A JetStream server for one test, with the users, streams and consumers of `deploy/nats`."""
    async with jetstream_server(tmp_path_factory.mktemp("nats")) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server(servers_folder: Path) -> Iterator[PostgresForTests]:
    """This worker's PostgreSQL server. A test that kills it starts it again."""
    server = PostgresForTests.at(servers_folder / "postgres")
    server.start()
    try:
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="session")
def database_templates(postgres_server: PostgresForTests) -> Templates:
    """The migrated databases that tests get copies of."""
    return Templates(postgres_server)


@pytest_asyncio.fixture
async def database(database_templates: Templates) -> AsyncIterator[DatabaseFactory]:
    """A factory: `await database("pipeline")` is a fresh, migrated database of that service."""
    factory = DatabaseFactory(database_templates)
    try:
        yield factory
    finally:
        await factory.drop_all()


@pytest.fixture
def start_program(tmp_path: Path) -> Iterator[ProgramFactory]:
    """A factory: `await start_program("rapport.pipeline", "serve", env=...)` is a real process that is ready."""
    factory = ProgramFactory(tmp_path)
    try:
        yield factory
    finally:
        factory.end_all()


@pytest_asyncio.fixture
async def issuer(tmp_path: Path) -> AsyncIterator[Issuer]:
    """An OpenID Connect issuer that is served: `issuer.url`, `issuer.token("someone@example.com")`."""
    async with serving_issuer(tmp_path) as serving:
        yield serving


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, without a window: `page = await browser.new_page()`."""
    async with running_browser() as running:
        yield running
