"""Readiness: whether what a service leans on is really there."""

from collections.abc import Sequence

from rapport.kit.database.migrate import pending_migrations
from rapport.kit.database.unit_of_work import Database
from rapport.kit.events.consumer import Consumer
from rapport.kit.events.relay import Relay
from rapport.kit.rpc.broker import Broker
from rapport.kit.web.http import Check


def broker_answers(broker: Broker) -> Check:
    """The broker is connected and answers."""

    async def check() -> str | None:
        if not broker.connected:
            return "not connected"
        await broker.client.flush(timeout=1)
        return None

    return check


def database_is_migrated(database: Database, package: str) -> Check:
    """The database answers, takes writes and lacks no migration."""

    async def check() -> str | None:
        async with database.pool.acquire(timeout=1) as connection:
            if await connection.fetchval("SHOW transaction_read_only") == "on":
                return "takes no writes"
            pending = await pending_migrations(connection, package)
        return f"migrations to apply: {', '.join(pending)}" if pending else None

    return check


def relay_publishes(relay: Relay) -> Check:
    """Nothing keeps recorded events from being published."""

    async def check() -> str | None:
        return relay.trouble

    return check


def consumers_exist(consumers: Sequence[Consumer]) -> Check:
    """The broker knows every durable consumer this process reads."""

    async def check() -> str | None:
        return None if all(consumer.present for consumer in consumers) else "a consumer is missing"

    return check
