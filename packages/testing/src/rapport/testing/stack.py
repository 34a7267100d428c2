"""Everything that `make up` runs, for a journey through it: the sandbox, the services and the gateway as processes."""

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import aiohttp
import asyncpg

from rapport.local import ports, topology
from rapport.local.checkout import WEB_APP
from rapport.local.provision import declared_jetstream, provision_jetstream
from rapport.local.waiting import eventually
from rapport.testing.databases import DatabaseFactory, Templates, TestDatabase
from rapport.testing.programs import ProgramFactory, RunningProgram
from rapport.testing.proxies import Proxies
from rapport.testing.servers import NatsForTests

ORGANISATION = topology.ORGANISATION
CONNECTION = topology.ATS_CONNECTION
BOARD_SERVICES = ("pipeline", "analytics")
ALL_SERVICES = (*BOARD_SERVICES, "reviews", "outreach")
_SECRETS = {"ATS_CLIENT_SECRET": "client secret", "ATS_WEBHOOK_SECRET": "webhook secret"}
"""Those that tests use themselves."""
_PACE: dict[str, dict[str, str]] = {
    "pipeline": {"ATS_POLL_SECONDS": "3600"},
    "outreach": {"MAIL_POLL_SECONDS": "0.5"},
    "reviews": {"TIME_ZONE": "UTC"},
}
"""What tests want otherwise than the demo: no polling of the ATS behind their backs, mail at once."""
_CONNECTION_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    ConnectionError,
)
_SYNCED_WITHIN = 300.0
_DELIVERED_WITHIN = 120.0
_PROGRESS = "query { sync { state error collections { name records done } } }"


@dataclass
class Stack:
    """Running processes, and ways to talk to them as their users do."""

    nats: NatsForTests
    sandbox: RunningProgram
    company: Path
    databases: dict[str, TestDatabase]
    programs: dict[str, RunningProgram]
    session: aiohttp.ClientSession
    superuser_url: str
    start_program: ProgramFactory
    environments: dict[str, dict[str, str]]
    proxies: Proxies
    tokens: dict[str, list[str]] = field(default_factory=dict)
    emails: dict[str, list[str]] = field(default_factory=dict)
    _connections: dict[str, asyncpg.Connection] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def graphql_url(self) -> str:
        """Where the gateway answers."""
        return f"{self.programs['gateway'].url}/graphql"

    def token(self, role: str, number: int = 0) -> str:
        """A token of the demo's nth user of a role."""
        return self.tokens[role][number]

    async def execute(self, query: str, *, role: str = "admin", number: int = 0, **variables: Any) -> dict[str, Any]:
        """The whole answer to an operation, errors included."""
        headers = {"Authorization": f"Bearer {self.token(role, number)}"}
        body = {"query": query, "variables": variables}
        async with self.session.post(self.graphql_url, json=body, headers=headers) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
            return answer

    async def data(self, query: str, *, role: str = "admin", number: int = 0, **variables: Any) -> dict[str, Any]:
        """The data of an operation that must succeed."""
        answer = await self.execute(query, role=role, number=number, **variables)
        if "errors" in answer:
            raise AssertionError(json.dumps(answer["errors"], indent=2))
        data: dict[str, Any] = answer["data"]
        return data

    async def rows(self, service: str, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """What a service has stored, past row-level security: for looking, never for changing."""
        async with self._looking:  # one at a time, as a connection wants it
            try:
                return await (await self._kept_connection(service)).fetch(sql, *arguments)
            except _CONNECTION_LOST:  # a test ended it, or its server
                self.stop_looking()
                return await (await self._kept_connection(service)).fetch(sql, *arguments)

    @asynccontextmanager
    async def locked(self, service: str, sql: str, *arguments: Any) -> AsyncIterator[None]:
        """Hold what a statement locks in a service's database."""
        connection = await asyncpg.connect(self._address_of(service))
        try:
            async with connection.transaction():
                await connection.execute(sql, *arguments)
                yield
        finally:
            await connection.close()

    def _address_of(self, service: str) -> str:
        """Of a service's database, past row-level security."""
        return urlunsplit(urlsplit(self.superuser_url)._replace(path=f"/{self.databases[service].name}"))

    async def _kept_connection(self, service: str) -> asyncpg.Connection:
        """To a service's database, for :meth:`rows`: a test looks many times."""
        if service not in self._connections:
            # No prepared statements: a test may change the schema.
            self._connections[service] = await asyncpg.connect(self._address_of(service), statement_cache_size=0)
        return self._connections[service]

    def stop_looking(self) -> None:
        """Close the connections that :meth:`rows` keeps."""
        for connection in self._connections.values():
            connection.terminate()
        self._connections.clear()

    async def ats(self, method: str, path: str, *, user: int | None = None, **options: Any) -> Any:
        """Use the sandbox ATS as another client of it would, for writes on behalf of one of its users."""
        form = {"grant_type": "client_credentials"} | ({"sub": str(user)} if user else {})
        login = {"Authorization": aiohttp.encode_basic_auth("rapport", "client secret")}
        async with self.session.post(f"{self.sandbox.url}/ats/token", data=form, headers=login) as response:
            token = (await response.json())["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        while True:
            async with self.session.request(
                method, f"{self.sandbox.url}/ats/v3/{path}", headers=headers, **options
            ) as response:
                if response.status == 429:  # its limit counts what the pipeline asks as well
                    await asyncio.sleep(float(response.headers["Retry-After"]))
                    continue
                if response.status != 200:
                    raise AssertionError(await response.text())
                return await response.json()

    async def start(self, service: str) -> None:
        """Start a service that was stopped or killed again, at the same address."""
        environment = self.environments[service]
        self.programs[service] = await self.start_program(f"rapport.{service}", "serve", env=environment)

    @asynccontextmanager
    async def another(self, service: str, **changed: str) -> AsyncIterator[RunningProgram]:
        """A second process of a service beside the first, at an address of its own, perhaps with other settings."""
        settings = {name: value for name, value in self.environments[service].items() if name != "HTTP_PORT"}
        second = await self.start_program(f"rapport.{service}", "serve", env=settings | changed)
        try:
            yield second
        finally:
            await asyncio.to_thread(second.terminate)

    async def mail(self, *, to: str, since: int | None = None) -> list[dict[str, Any]]:
        """The mails in a mailbox, oldest first; only those after a mail if its `id` is given."""
        query = {"to": to} | ({"since": str(since)} if since is not None else {})
        async with self.session.get(f"{self.sandbox.url}/api/mail", params=query) as response:
            if response.status != 200:
                raise AssertionError(await response.text())
            mails: list[dict[str, Any]] = await response.json()
            return mails

    async def answer(self, mail: Mapping[str, Any], kind: str, **more: str) -> None:
        """Answer a mail as its recipient (or the recipient's server): interested, bounce and so on, or a text."""
        place = f"{self.sandbox.url}/api/mail/{quote(mail['mailbox'], safe='@')}/{mail['id']}/answers"
        async with self.session.post(place, json={"kind": kind} | more) as response:
            if response.status != 201:
                raise AssertionError(await response.text())

    async def control(self, path: str, **body: Any) -> None:
        """Have the sandbox ATS do something: trickle, fault, lag."""
        async with self.session.post(f"{self.sandbox.url}/ats/control/{path}", json=body) as response:
            if response.status >= 400:
                raise AssertionError(await response.text())

    async def webhooks_delivered(self) -> None:
        """Wait until the ATS has delivered every webhook: a fault set after that is met by the test's own changes."""

        async def none_waiting() -> bool:
            with closing(sqlite3.connect(f"file:{self.company}?mode=ro", uri=True)) as company:
                # A ping that found no pipeline is sent again after a minute; it meets none of these faults.
                waiting = "SELECT 1 FROM webhook_delivery WHERE due_at IS NOT NULL AND action <> 'ping' LIMIT 1"
                return company.execute(waiting).fetchone() is None

        await eventually(none_waiting, within=_DELIVERED_WITHIN, what="the delivery of every webhook")

    async def synced(self, *, within: float = _SYNCED_WITHIN) -> None:
        """Wait until the demo organisation has been read from the ATS."""

        async def idle() -> bool:
            connections = (await self.data(_PROGRESS))["sync"]
            if any(c["state"] == "FAILED" for c in connections):
                raise AssertionError(connections)
            return all(c["state"] == "IDLE" for c in connections)

        await eventually(idle, within=within, what="the first synchronisation")


@asynccontextmanager
async def running_stack(
    templates: Templates,
    folder: Path,
    *,
    people: int,
    settings: Mapping[str, str] | None = None,
    faults: Mapping[str, float] | None = None,
    services: Sequence[str] = BOARD_SERVICES,
    fault_proxies: bool = False,
    durable: bool = False,
) -> AsyncIterator[Stack]:
    """Run a stack of its own until the end of the block.

    `settings` are added to every program's environment; `faults` are those the ATS has from the beginning. Only the
    named `services` are started, so that it is quick. With `fault_proxies`, every connection of a program goes through
    one, which a test can hold and cut; with `durable`, the broker syncs every write to the disk.
    """
    (folder / "nats").mkdir()
    nats = NatsForTests(folder / "nats", with_users=True, durable=durable)
    nats.start()
    databases = DatabaseFactory(templates)
    programs = ProgramFactory(folder)
    try:
        await provision_jetstream(nats.url_for("operator"), declared_jetstream(), lambda _: None)
        async with AsyncExitStack() as exits, aiohttp.ClientSession() as session:
            proxies = Proxies(exits if fault_proxies else None)
            stack: Stack | None = None
            try:
                stack = await _started(
                    nats, databases, programs, folder, session, proxies, people, dict(settings or {}), faults, services
                )
                yield stack
            finally:
                if stack is not None:
                    stack.stop_looking()
                # The fault proxies carry on meanwhile: who ends says farewell over them.
                await asyncio.to_thread(programs.end_all)
    finally:
        nats.kill()
        await databases.drop_all()


@dataclass
class _Placement:
    """Where the parts of a test's stack are, behind fault proxies if it has them; made for one process at a time."""

    folder: Path
    listening: Mapping[str, int]
    urls: Mapping[tuple[str, str], str]
    near_ports: Mapping[str, int] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return ports.LOOPBACK

    @property
    def traces(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.listening['sandbox']}"

    def port(self, part: str) -> int:
        return self.listening[part]

    def address(self, part: str) -> tuple[str, int]:
        return ports.LOOPBACK, self.near_ports.get(part, self.listening[part])

    def public_url(self, part: str) -> str:
        return f"http://{ports.LOOPBACK}:{self.listening[part]}"

    def broker(self, user: str) -> str:
        return self.urls[user, "broker"]

    def database(self, service: str, role: str) -> str:
        return self.urls[service, role]

    def secret(self, name: str) -> str:
        return _SECRETS.get(name, f"{name.lower()}, long enough to sign with")

    def file(self, name: str) -> str:
        return str(self.folder / name)

    @property
    def web_app(self) -> str:
        return str(WEB_APP)

    @property
    def only_web_app(self) -> bool:
        return False


async def _started(
    nats: NatsForTests,
    databases: DatabaseFactory,
    programs: ProgramFactory,
    folder: Path,
    session: aiohttp.ClientSession,
    proxies: Proxies,
    people: int,
    settings: dict[str, str],
    faults: Mapping[str, float] | None,
    services: Sequence[str],
) -> Stack:
    shared = {"PATH": os.environ["PATH"]} | settings
    parts = ("sandbox", "smtp", "imap", "gateway", *topology.SERVICES)
    place = _Placement(folder, {part: programs.reserve_port() for part in parts}, {})
    outside = topology.sandbox(place)
    sandbox = await programs(outside.module, env={**shared, **outside.settings, "SANDBOX_PEOPLE": str(people)})
    users = await _users(session, sandbox.url)
    if faults:
        async with session.post(f"{sandbox.url}/ats/control/faults", json=dict(faults)) as response:
            response.raise_for_status()
    made = {service: await databases(service) for service in services}
    place = replace(
        place,
        urls=await _urls(proxies, nats, made),
        near_ports={
            "smtp": await proxies.port("outreach", "smtp", place.listening["smtp"]),
            "imap": await proxies.port("outreach", "imap", place.listening["imap"]),
        },
    )
    executives = [user["email"] for user in users if user["role"] == "executive"]
    sourcers = [user["email"] for user in users if user["role"] == "sourcer"]
    near_ats = {"sandbox": await proxies.port("pipeline", "ATS", place.listening["sandbox"])}
    connections = topology.ats_connections(replace(place, near_ports=near_ats), executives, sourcers)
    _declare(place, topology.ATS_CONNECTIONS_FILE, connections)
    _declare(place, topology.MAIL_ACCOUNTS_FILE, topology.mail_accounts(place))
    processes = {service: topology.SERVICES[service](place) for service in services}
    processes["gateway"] = topology.gateway(place)
    started, environments = {}, {}
    for name, process in processes.items():
        environments[name] = shared | dict(process.settings) | _PACE.get(name, {}) | settings
        started[name] = await programs(process.module, *process.arguments, env=environments[name])
    stack = Stack(
        nats,
        sandbox,
        folder / "sandbox" / "company.sqlite",
        made,
        started,
        session,
        databases.templates.server.url,
        programs,
        environments,
        proxies,
    )
    for user in users:
        stack.tokens.setdefault(user["role"], []).append(user["token"])
        stack.emails.setdefault(user["role"], []).append(user["email"])
    return stack


async def _urls(
    proxies: Proxies, nats: NatsForTests, databases: Mapping[str, TestDatabase]
) -> dict[tuple[str, str], str]:
    urls = {}
    for service, database in databases.items():
        urls[service, "broker"] = await proxies.url(service, "broker", nats.url_for(service))
        urls[service, "requests"] = await proxies.url(service, "database", database.url)
        urls[service, "system"] = await proxies.url(service, "database", database.system_url)
    urls["gateway", "broker"] = await proxies.url("gateway", "broker", nats.url_for("gateway"))
    return urls


async def _users(session: aiohttp.ClientSession, sandbox: str) -> list[dict[str, str]]:
    async with session.get(f"{sandbox}/oidc/users.json") as response:
        response.raise_for_status()
        users: list[dict[str, str]] = await response.json()
        return users


def _declare(place: _Placement, name: str, content: object) -> None:
    file = Path(place.file(name))
    file.write_text(json.dumps(content))
    file.chmod(0o600)
