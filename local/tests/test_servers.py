"""The servers a test gets: quick, private, durable against being killed, gone afterwards."""

from collections.abc import Callable
from pathlib import Path

import asyncpg
import nats
import pytest

from rapport.local.accounts import Account, unprivileged_account
from rapport.local.provision import declared_databases, provision_databases, url_for
from rapport.local.servers import postgres_binaries
from rapport.local.servers.postgres import Postgres
from rapport.testing import DatabaseFactory, NatsForTests, PostgresForTests
from rapport.testing.reserved_ports import ReservedPort


async def test_what_the_broker_acknowledged_survives_its_killing(nats_server: NatsForTests) -> None:
    client = await nats.connect(nats_server.url)
    stream = client.jetstream()
    await stream.add_stream(name="KEPT", subjects=["kept"])
    await stream.publish("kept", b"1")
    await client.close()

    nats_server.kill()
    nats_server.start()

    client = await nats.connect(nats_server.url)
    found = await client.jetstream().stream_info("KEPT")
    await client.close()
    assert found.state.messages == 1


async def test_what_was_committed_survives_the_killing_of_the_database_server(
    postgres_server: PostgresForTests, database: DatabaseFactory
) -> None:
    addresses = await database("pipeline", migrated=False)
    connection = await asyncpg.connect(addresses.owner_url)
    await connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")

    postgres_server.kill()
    postgres_server.start()

    connection = await asyncpg.connect(addresses.owner_url)
    found = await connection.fetchval("SELECT n FROM kept")
    await connection.close()
    assert found == 1


async def test_a_service_cannot_connect_to_the_database_of_another(database: DatabaseFactory) -> None:
    await database("reviews", migrated=False)
    pipeline = await database("pipeline", migrated=False)
    foreign = pipeline.url.replace("pipeline@", "reviews@")

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="CONNECT"):
        await asyncpg.connect(foreign)


@pytest.mark.parametrize("binaries", [postgres_binaries.find, postgres_binaries.of_the_wheel])
async def test_a_server_with_a_password_refuses_logins_without_it(
    servers_folder: Path, binaries: Callable[[Account | None], Path]
) -> None:
    account = unprivileged_account()
    port = ReservedPort()
    home = servers_folder / binaries.__name__
    server = PostgresForTests(Postgres(home, binaries(account), port.number, account, "superuser's own", durable=False))
    server.start()
    try:
        passwords = {role: f"{role}'s own" for role in declared_databases()[0].roles}
        await provision_databases(server.url, declared_databases()[:1], passwords, lambda _: None)

        over_tcp = url_for(f"postgresql://127.0.0.1:{port.number}/", "reviews", "reviews's own", "rapport_reviews")
        over_socket = url_for(server.url, "reviews", "reviews's own", "rapport_reviews")
        for address in (over_tcp, over_socket):
            await (await asyncpg.connect(address)).close()
        for address in (over_tcp, over_socket):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(address.replace("%27s", "-not-"))
        await _create_extensions(url_for(server.url, "reviews_owner", "reviews_owner's own", "rapport_reviews"))
    finally:
        server.kill()


async def _create_extensions(address: str) -> None:
    """What migrations may rely on, whichever PostgreSQL there is."""
    connection = await asyncpg.connect(address)
    try:
        for extension in ("pg_trgm", "unaccent", "btree_gin", "fuzzystrmatch"):
            await connection.execute(f"CREATE EXTENSION {extension}")
        assert await connection.fetchval("SELECT similarity('Amelie', unaccent('Amélie'))") == 1
    finally:
        await connection.close()


@pytest.mark.parametrize("number", range(3))
async def test_every_test_has_a_database_of_its_own(database: DatabaseFactory, number: int) -> None:
    connection = await asyncpg.connect((await database("pipeline", migrated=False)).owner_url)
    try:
        await connection.execute("CREATE TABLE mine (n int)")
    finally:
        await connection.close()


async def test_a_database_is_migrated_once_and_copied_for_each_test(database: DatabaseFactory) -> None:
    first, second = await database("pipeline"), await database("pipeline")

    assert first.name != second.name
    for copy in (first, second):
        connection = await asyncpg.connect(copy.url)
        assert await connection.fetchval("SELECT count(*) FROM schema_migration") > 0
        await connection.close()
