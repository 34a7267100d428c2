"""Servers that a test may stop, kill and start again."""

import secrets
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client

from rapport.local.accounts import unprivileged_account
from rapport.local.processes import kill_session, launch, stop
from rapport.local.provision import declared_jetstream, provision_jetstream
from rapport.local.servers import postgres_binaries
from rapport.local.servers.nats import Nats, declared_users, inbox_prefix
from rapport.local.servers.postgres import Postgres
from rapport.local.waiting import wait_for
from rapport.testing.reserved_ports import ReservedPort

_START_WITHIN = 20.0
_STOP_WITHIN = 10.0


@dataclass
class NatsForTests:
    """A JetStream server on a port of its own, which it keeps over restarts.

    `with_users` has it let in only the users of `deploy/nats`, each to what is theirs.
    """

    home: Path
    with_users: bool = False
    durable: bool = False
    """Whether what it acknowledges survives a loss of power: slower, and what is measured has to have it."""
    _port: ReservedPort = field(default_factory=ReservedPort, init=False)
    _server: Nats = field(init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        passwords = _passwords() if self.with_users else None
        self._server = Nats(self.home, self._port.number, passwords=passwords, durable=self.durable)

    @property
    def url(self) -> str:
        """The address for clients without a login."""
        return self._server.url

    def url_for(self, user: str) -> str:
        """The address for a user's clients."""
        return self._server.url_for(user)

    def change_passwords(self) -> None:
        """Give every user another password, from the next start on."""
        self._server = replace(self._server, passwords=_passwords())

    async def connect(self, user: str, **options: Any) -> Client:
        """Connect as a user, with the inboxes that this user has; `options` are those of the client."""
        return await nats.connect(self.url_for(user), inbox_prefix=inbox_prefix(user), **options)

    @asynccontextmanager
    async def client(self, user: str) -> AsyncIterator[Client]:
        """A user's connection, until the end of the block."""
        client = await self.connect(user)
        try:
            yield client
        finally:
            await client.close()

    def start(self) -> None:
        """Start it, with the data of an earlier start."""
        process = self._process = launch(self._server.program(self.home / "nats.log"))

        def is_ready() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"nats-server ended:\n{(self.home / 'nats.log').read_text()}")
            return self._server.is_ready()

        wait_for(is_ready, within=_START_WITHIN, what="a start of nats-server")

    def stop(self) -> None:
        """Stop it as an operator would."""
        if self._process:
            stop(self._process, signal.SIGTERM, within=_STOP_WITHIN)

    def kill(self) -> None:
        """Kill it: nothing is flushed, connections just end."""
        if self._process:
            kill_session(self._process.pid)
            self._process.wait(_STOP_WITHIN)


def _passwords() -> dict[str, str]:
    return {user: secrets.token_hex(16) for user in declared_users()}


@asynccontextmanager
async def jetstream_server(home: Path) -> AsyncIterator[NatsForTests]:
    """A server with the users, streams and consumers of `deploy/nats`, until the end of the block."""
    server = NatsForTests(home, with_users=True)
    server.start()
    try:
        await provision_jetstream(server.url_for("operator"), declared_jetstream(), lambda _: None)
        yield server
    finally:
        server.kill()


@dataclass
class PostgresForTests:
    """A PostgreSQL server that a test may stop, kill and start again."""

    server: Postgres
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @classmethod
    def at(cls, home: Path, *, durable: bool = False) -> "PostgresForTests":
        """Make one that survives being killed, and a loss of power if ``durable``; reached over its private socket."""
        account = unprivileged_account()
        # Without TCP the port does no more than name the socket.
        return cls(Postgres(home, postgres_binaries.find(account), 5432, account=account, durable=durable))

    @property
    def url(self) -> str:
        """The address for the superuser."""
        return self.server.url

    def start(self) -> None:
        """Start it, with the data of an earlier start."""
        self.server.prepare()
        process = self._process = launch(self.server.program(self.server.home / "postgres.log"))

        def is_ready() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"postgres ended:\n{(self.server.home / 'postgres.log').read_text()}")
            return self.server.is_ready(process.pid)

        wait_for(is_ready, within=_START_WITHIN, what="a start of postgres")

    def stop(self) -> None:
        """Stop it at once, even with open connections."""
        if self._process:
            stop(self._process, signal.SIGINT, within=_STOP_WITHIN)

    def kill(self) -> None:
        """Kill it: connections are lost, and nothing more is written."""
        if self._process:
            kill_session(self._process.pid)
            self._process.wait(_STOP_WITHIN)
