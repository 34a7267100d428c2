"""Streams and consumers, from `deploy/nats/jetstream.toml`.

Calls the JetStream API directly rather than through a client's classes, so that the file's words are the
server's, and a setting newer than the client still counts.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nats
import nats.errors
from nats.aio.client import Client

from rapport.local.checkout import DEPLOY
from rapport.local.servers.nats import inbox_prefix

Report = Callable[[str], None]
Settings = dict[str, Any]
_NOT_FOUND = 404
_DEADLINE = 10.0


class ProvisionError(Exception):
    """The server refused what the file declares."""


def declared_jetstream(source: Path = DEPLOY / "nats" / "jetstream.toml") -> Settings:
    """Read what there should be: streams, and consumers with the stream each belongs to."""
    return tomllib.loads(source.read_text())


async def provision_jetstream(server: str, declared: Settings, report: Report) -> None:
    """Make the streams and consumers so."""
    client = await _connected(server)
    try:
        for stream in declared["stream"]:
            await _provision_stream(client, stream, report)
        for consumer in declared["consumer"]:
            await _provision_consumer(client, consumer["stream_name"], consumer["config"], report)
    finally:
        await client.close()


async def _connected(server: str) -> Client:
    """Connect at once or fail; by default the client would retry for ever, and print each attempt."""

    async def quiet(_: Exception) -> None:
        """What matters is whether the connection comes about."""

    try:
        return await nats.connect(
            server,
            inbox_prefix=inbox_prefix("operator"),
            connect_timeout=_DEADLINE,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            error_cb=quiet,
        )
    except (nats.errors.Error, OSError, ValueError) as problem:
        raise ProvisionError(f"the broker does not answer: {str(problem) or type(problem).__name__}") from problem


async def _provision_stream(client: Client, wanted: Settings, report: Report) -> None:
    name = wanted["name"]
    found = await _ask(client, f"STREAM.INFO.{name}")
    if found is None:
        await _ask(client, f"STREAM.CREATE.{name}", wanted)
        report(f"created stream {name}")
    elif difference := _difference(wanted, found["config"]):
        await _ask(client, f"STREAM.UPDATE.{name}", found["config"] | wanted)
        report(f"changed stream {name}: {difference}")


async def _provision_consumer(client: Client, stream: str, wanted: Settings, report: Report) -> None:
    name = wanted["durable_name"]
    found = await _ask(client, f"CONSUMER.INFO.{stream}.{name}")
    if found is None:
        await _create_consumer(client, stream, wanted, action="create")
        report(f"created consumer {name}")
    elif difference := _difference(wanted, found["config"]):
        await _create_consumer(client, stream, found["config"] | wanted, action="update")
        report(f"changed consumer {name}: {difference}")


async def _create_consumer(client: Client, stream: str, config: Settings, *, action: str) -> None:
    request = {"stream_name": stream, "config": config, "action": action}
    await _ask(client, f"CONSUMER.CREATE.{stream}.{config['durable_name']}", request)


async def _ask(client: Client, subject: str, request: Mapping[str, Any] | None = None) -> Settings | None:
    """The API's reply, or None if the object does not exist."""
    payload = json.dumps(request).encode() if request is not None else b""
    reply = await client.request(f"$JS.API.{subject}", payload, timeout=_DEADLINE)
    answer: Settings = json.loads(reply.data)
    if error := answer.get("error"):
        if request is None and error.get("code") == _NOT_FOUND:
            return None
        raise ProvisionError(f"{subject}: {error.get('description', error)}")
    return answer


def _difference(wanted: Settings, found: Settings) -> str:
    """Say which settings differ. The server leaves out what is false, zero or empty."""
    return ", ".join(name for name, value in wanted.items() if (found.get(name) or 0) != (value or 0))
