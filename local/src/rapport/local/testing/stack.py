"""Everything that `make up` runs, for a journey through it: the sandbox, the services and the gateway as processes."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import asyncpg

from rapport.local import ports
from rapport.local.provision import declared_jetstream, provision_jetstream
from rapport.local.testing.databases import DatabaseFactory, Templates, TestDatabase
from rapport.local.testing.programs import ProgramFactory, RunningProgram
from rapport.local.testing.servers import NatsForTests
from rapport.local.waiting import eventually

ORGANISATION = "acme"
CONNECTION = "greenhouse"
_SERVICES = ("pipeline", "analytics")
_SYNCED_WITHIN = 60.0
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
    tokens: dict[str, list[str]] = field(default_factory=dict)
    emails: dict[str, list[str]] = field(default_factory=dict)

    @property
    def graphql_url(self) -> str:
        """Where the gateway answers."""
        return f"{self.programs['gateway'].url}/graphql"

    def token(self, role: str, number: int = 0) -> str:
        """A token of the demo's nth user of a role."""
        return self.tokens[role][number]

    async def ask(self, query: str, *, role: str = "admin", number: int = 0, **variables: Any) -> dict[str, Any]:
        """The whole answer to an operation, errors included."""
        headers = {"Authorization": f"Bearer {self.token(role, number)}"}
        body = {"query": query, "variables": variables}
        async with self.session.post(self.graphql_url, json=body, headers=headers) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
            return answer

    async def data(self, query: str, *, role: str = "admin", number: int = 0, **variables: Any) -> dict[str, Any]:
        """The data of an operation that must succeed."""
        answer = await self.ask(query, role=role, number=number, **variables)
        if "errors" in answer:
            raise AssertionError(json.dumps(answer["errors"], indent=2))
        data: dict[str, Any] = answer["data"]
        return data

    async def rows(self, service: str, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """What a service has stored, past row-level security: for looking, never for changing."""
        address = urlsplit(self.superuser_url)._replace(path=f"/{self.databases[service].name}")
        connection = await asyncpg.connect(urlunsplit(address))
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()

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

    async def control(self, path: str, **body: Any) -> None:
        """Have the sandbox ATS do something: trickle, fault, lag."""
        async with self.session.post(f"{self.sandbox.url}/ats/control/{path}", json=body) as response:
            if response.status >= 400:
                raise AssertionError(await response.text())

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
) -> AsyncIterator[Stack]:
    """Run a stack of its own until the end of the block.

    `settings` are added to every program's environment; `faults` are those the ATS has from the beginning.
    """
    (folder / "nats").mkdir()
    nats = NatsForTests(folder / "nats")
    nats.start()
    databases = DatabaseFactory(templates)
    programs = ProgramFactory(folder)
    try:
        await provision_jetstream(nats.url, declared_jetstream(), lambda _: None)
        async with aiohttp.ClientSession() as session:
            yield await _started(nats, databases, programs, folder, session, people, dict(settings or {}), faults)
    finally:
        programs.end_all()
        nats.kill()
        await databases.drop_all()


async def _started(
    nats: NatsForTests,
    databases: DatabaseFactory,
    programs: ProgramFactory,
    folder: Path,
    session: aiohttp.ClientSession,
    people: int,
    settings: dict[str, str],
    faults: Mapping[str, float] | None,
) -> Stack:
    shared = {"PATH": os.environ["PATH"], "NATS_URL": nats.url} | settings
    hooks, gateway = ports.any_free(), ports.any_free()
    sandbox = await programs(
        "rapport.local.sandbox",
        env=shared
        | {
            "SANDBOX_STATE": str(folder / "sandbox"),
            "SANDBOX_PEOPLE": str(people),
            "SANDBOX_GATEWAY_URL": f"http://{ports.LOOPBACK}:{gateway}",
            "SANDBOX_WEBHOOK_URL": f"http://{ports.LOOPBACK}:{hooks}/hooks/greenhouse/{ORGANISATION}/{CONNECTION}",
            "SANDBOX_CLIENT_ID": "rapport",
            "SANDBOX_CLIENT_SECRET": "client secret",
            "SANDBOX_WEBHOOK_SECRET": "webhook secret",
        },
    )
    users = await _users(session, sandbox.url)
    if faults:
        async with session.post(f"{sandbox.url}/ats/control/faults", json=dict(faults)) as response:
            response.raise_for_status()
    observed = shared | {"OTEL_EXPORTER_OTLP_ENDPOINT": sandbox.url}
    made = {service: await databases(service) for service in _SERVICES}
    executives = {user["email"]: ["executive"] for user in users if user["role"] == "executive"}
    started, environments = {}, {}
    for service, database in made.items():
        own = {"DATABASE_URL": database.url, "SYSTEM_DATABASE_URL": database.system_url}
        if service == "pipeline":
            own |= {
                "HTTP_PORT": str(hooks),
                "ATS_CONNECTIONS_FILE": str(_connections(folder, sandbox.url, executives)),
                "ATS_POLL_SECONDS": settings.get("ATS_POLL_SECONDS", "3600"),
            }
        environments[service] = observed | own
        started[service] = await programs(f"rapport.{service}", "serve", env=environments[service])
    started["gateway"] = await programs(
        "rapport.gateway",
        "serve",
        env=observed | {"HTTP_PORT": str(gateway), "OIDC_ISSUER": f"{sandbox.url}/oidc", "OIDC_AUDIENCE": "rapport"},
    )
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
    )
    for user in users:
        stack.tokens.setdefault(user["role"], []).append(user["token"])
        stack.emails.setdefault(user["role"], []).append(user["email"])
    return stack


async def _users(session: aiohttp.ClientSession, sandbox: str) -> list[dict[str, str]]:
    async with session.get(f"{sandbox}/oidc/users.json") as response:
        response.raise_for_status()
        users: list[dict[str, str]] = await response.json()
        return users


def _connections(folder: Path, sandbox: str, roles: Mapping[str, list[str]]) -> Path:
    file = folder / "ats-connections.json"
    connection = {
        "org_id": ORGANISATION,
        "name": CONNECTION,
        "kind": "greenhouse",
        "base_url": f"{sandbox}/ats/v3",
        "token_url": f"{sandbox}/ats/token",
        "client_id": "rapport",
        "client_secret": "client secret",
        "webhook_secret": "webhook secret",
        "roles": roles,
    }
    file.write_text(json.dumps([connection]))
    file.chmod(0o600)
    return file
