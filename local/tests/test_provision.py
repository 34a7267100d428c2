"""What `deploy/` describes is made, once, and put right when it differs."""

import json

import asyncpg
import nats
import pytest

from rapport.local.provision import (
    declared_databases,
    declared_jetstream,
    provision_databases,
    provision_jetstream,
    url_for,
)
from rapport.local.provision.jetstream import ProvisionError
from rapport.testing import PostgresForTests


async def test_a_second_provisioning_of_the_broker_changes_nothing(nats_url: str) -> None:
    first: list[str] = []
    await provision_jetstream(nats_url, declared_jetstream(), first.append)
    second: list[str] = []
    await provision_jetstream(nats_url, declared_jetstream(), second.append)

    consumers = [consumer["config"]["durable_name"] for consumer in declared_jetstream()["consumer"]]
    assert first == ["created stream HIRING", *(f"created consumer {name}" for name in consumers)]
    assert second == []


async def test_what_differs_on_the_broker_is_put_right_and_named(nats_url: str) -> None:
    await provision_jetstream(nats_url, declared_jetstream(), lambda _: None)
    changed = declared_jetstream()
    changed["stream"][0]["duplicate_window"] = 60_000_000_000
    changed["consumer"][0]["config"]["ack_wait"] = 10_000_000_000

    said: list[str] = []
    await provision_jetstream(nats_url, changed, said.append)

    assert said == ["changed stream HIRING: duplicate_window", "changed consumer analytics-funnel: ack_wait"]
    client = await nats.connect(nats_url)
    reply = await client.request("$JS.API.STREAM.INFO.HIRING", b"")
    await client.close()
    config = json.loads(reply.data)["config"]
    assert config["duplicate_window"] == 60_000_000_000
    assert config["allow_atomic"] is True


async def test_a_change_the_broker_refuses_is_an_error_with_its_reason(nats_url: str) -> None:
    await provision_jetstream(nats_url, declared_jetstream(), lambda _: None)
    changed = declared_jetstream()
    changed["stream"][0]["storage"] = "memory"

    with pytest.raises(ProvisionError, match=r"STREAM.UPDATE.HIRING: .*storage"):
        await provision_jetstream(nats_url, changed, lambda _: None)


async def test_a_second_provisioning_of_the_database_server_changes_nothing(
    postgres_server: PostgresForTests,
) -> None:
    passwords = {role: f"secret of {role}" for database in declared_databases() for role in database.roles}
    await provision_databases(postgres_server.url, declared_databases(), passwords, lambda _: None)

    said: list[str] = []
    await provision_databases(postgres_server.url, declared_databases(), passwords, said.append)

    assert said == []


async def test_a_role_that_gained_power_loses_it(postgres_server: PostgresForTests) -> None:
    await provision_databases(postgres_server.url, declared_databases(), {}, lambda _: None)
    connection = await asyncpg.connect(postgres_server.url)
    await connection.execute("ALTER ROLE pipeline BYPASSRLS")

    said: list[str] = []
    await provision_databases(postgres_server.url, declared_databases(), {}, said.append)

    bypasses = await connection.fetchval("SELECT rolbypassrls FROM pg_roles WHERE rolname = 'pipeline'")
    await connection.close()
    assert said == ["took from role pipeline what it should not have"]
    assert bypasses is False


async def test_a_changed_password_reaches_the_server(postgres_server: PostgresForTests) -> None:
    declared = declared_databases()
    await provision_databases(postgres_server.url, declared, {"pipeline": "old"}, lambda _: None)

    said: list[str] = []
    await provision_databases(postgres_server.url, declared, {"pipeline": "new"}, said.append)

    assert said == ["changed the password of role pipeline"]


async def test_only_the_owner_may_create_tables(postgres_server: PostgresForTests) -> None:
    await provision_databases(postgres_server.url, declared_databases(), {}, lambda _: None)
    connection = await asyncpg.connect(url_for(postgres_server.url, "pipeline", None, "rapport_pipeline"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE mine (n int)")
    finally:
        await connection.close()
