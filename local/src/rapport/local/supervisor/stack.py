"""Brings a stack up, part by part, and keeps it up."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial

import aiohttp
import asyncpg

from rapport.kit.database.migrate import migrate
from rapport.local.console import Console
from rapport.local.processes import Program, launch, stop
from rapport.local.provision import declared_databases, declared_jetstream, provision_databases, provision_jetstream
from rapport.local.provision.jetstream import ProvisionError
from rapport.local.readiness import is_ready
from rapport.local.supervisor import demo, demo_diversity, demo_work, logs, summary
from rapport.local.supervisor.built import build
from rapport.local.supervisor.plan import Plan
from rapport.local.supervisor.process_group import ProcessGroup
from rapport.local.supervisor.supervised import Child, StartFailedError

_SERVER_WITHIN = 30.0
_PART_WITHIN = 60.0
_STOP_WITHIN = 10.0
_LOOK_EVERY = 0.1


@contextmanager
def _naming(variable: str, given: str | None) -> Iterator[None]:
    """Name the variable that a server was given by, if what it names does not work."""
    try:
        yield
    except (ProvisionError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as problem:
        if given is None:
            raise
        raise StartFailedError(f"{variable}: {str(problem) or type(problem).__name__}") from problem


class Stack:
    """One stack under way. Everything it starts, it stops when it is cancelled."""

    def __init__(self, plan: Plan, console: Console) -> None:
        self._plan = plan
        self._console = console
        self._began = time.monotonic()

    async def run(self, announce: Callable[[str], None]) -> None:
        """Start everything, announce the summary, and keep everything running until cancelled."""
        self._plan.state.remember_ports(self._plan.ports)
        async with self._process_group() as (group, session), self._building() as web_app:
            await self._start_servers(group)
            await self._make_company()
            sandbox = self._http_part("sandbox", self._plan.sandbox, session)
            group.begin(sandbox)
            await self._provision()
            await self._migrate()
            await sandbox.ready(within=_PART_WITHIN)
            users = await demo.demo_users(self._plan.url("sandbox"))
            self._plan.declare_ats_connections(
                [user.email for user in users if user.role == "executive"],
                [user.email for user in users if user.role == "sourcer"],
            )
            self._plan.declare_mail_accounts()
            await self._start_parts(group, session)
            announce(await self._fill_and_sum_up(users, web_app))
            await asyncio.Event().wait()

    @asynccontextmanager
    async def _process_group(self) -> AsyncIterator[tuple[ProcessGroup, aiohttp.ClientSession]]:
        async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as tasks:
            group = ProcessGroup(tasks)
            cutting = tasks.create_task(logs.keep_small(self._plan.state.logs))
            try:
                yield group, session
            finally:
                cutting.cancel()
                self._console.say("stopping")
                await group.stop()

    @asynccontextmanager
    async def _building(self) -> AsyncIterator["asyncio.Task[str | None]"]:
        """Build the web app, and then GraphiQL, beside everything else; yields why the app could not be built."""

        async def made(target: str) -> str | None:
            return await build(target, self._plan.log(target))

        async def after(app: "asyncio.Task[str | None]") -> None:
            await app
            if problem := await made("graphiql"):
                self._console.say(f"! GraphiQL cannot be shown: {problem}")

        app = asyncio.create_task(made("web-app"))
        graphiql = asyncio.create_task(after(app))
        try:
            yield app
        finally:
            for task in (app, graphiql):
                task.cancel()
            await asyncio.gather(app, graphiql, return_exceptions=True)

    async def _start_servers(self, group: ProcessGroup) -> None:
        servers = []
        if self._plan.given_broker is None:
            servers.append(self._part("nats", self._nats_program, self._nats_ready))
        if self._plan.given_database is None:
            servers.append(self._part("postgres", self._postgres_program, self._postgres_ready))
        if servers:
            self._console.progress(f"  starting {' and '.join(server.name for server in servers)}")
            await group.start(*servers, within=_SERVER_WITHIN)

    async def _make_company(self) -> None:
        """Make the demo organisation, which takes minutes if it is to be a large one; once made, it is kept."""
        program = replace(self._plan.sandbox("company"), log=self._plan.log("company"))
        program.log.unlink(missing_ok=True)
        process = launch(program)
        try:
            while process.poll() is None:
                await asyncio.sleep(_LOOK_EVERY)
                so_far = program.log.read_text().rpartition("INFO:root:")[2].strip()
                self._console.progress(f"  making the demo organisation{f': {so_far}' if so_far else ''}")
        finally:
            stop(process, program.stop_signal, within=_STOP_WITHIN)
        if process.returncode:
            problem = program.log.read_text().strip().rpartition("\n")[2]
            raise StartFailedError(f"the demo organisation cannot be made: {problem}")

    async def _provision(self) -> None:
        self._console.progress("  making databases, roles, streams and consumers")
        say = partial(self._log, "provision")
        with _naming("DATABASE_URL", self._plan.given_database):
            await provision_databases(self._plan.database_server, declared_databases(), self._plan.passwords(), say)
        with _naming("NATS_URL", self._plan.given_broker):
            await provision_jetstream(self._plan.broker("operator"), declared_jetstream(), say)

    async def _migrate(self) -> None:
        """Do what each service's own `migrate` command does, without starting an interpreter for each."""
        self._console.progress("  migrating")
        addresses = {service: self._plan.database(service, "owner") for service in self._plan.services()}
        applied = await asyncio.gather(*(migrate(url, f"rapport.{name}") for name, url in addresses.items()))
        for migrations in applied:
            for migration in migrations:
                self._log("provision", f"applied migration {migration}")

    async def _start_parts(self, group: ProcessGroup, session: aiohttp.ClientSession) -> None:
        self._console.progress("  starting the services and the gateway")
        services = [
            self._http_part(service, partial(self._plan.service, service), session) for service in self._plan.services()
        ]
        gateway = [self._http_part("gateway", self._plan.gateway, session)] if self._plan.includes("gateway") else []
        group.begin(*services)
        await group.start(*gateway, within=_PART_WITHIN)
        for service in services:
            await service.ready(within=_PART_WITHIN)

    async def _fill_and_sum_up(self, users: list[demo.DemoUser], web_app: "asyncio.Task[str | None]") -> str:
        self._console.say(f"  everything runs after {time.monotonic() - self._began:.1f} s")
        if self._plan.includes("gateway") and self._plan.includes("pipeline"):
            try:
                await demo.fill(self._plan.url("gateway"), users[0].token, self._console)
                await self._switch_on_diversity(users)
                await self._begin_work(users)
            except demo.DemoError as problem:
                self._console.say(f"! {problem}")
        if not web_app.done():
            self._console.progress("  building the web app")
        return summary.of(self._plan, users, without_web_app=await web_app)

    async def _switch_on_diversity(self, users: list[demo.DemoUser]) -> None:
        """Let people be found by what they said of themselves; without it everything works as well."""
        try:
            await demo_diversity.switch_on(self._plan.url("gateway"), users)
        except (demo_diversity.NotSwitchedOnError, TimeoutError, aiohttp.ClientError) as problem:
            reason = str(problem) or type(problem).__name__
            self._log("provision", f"nobody is found by what they said of themselves: {reason}")

    async def _begin_work(self, users: list[demo.DemoUser]) -> None:
        """Give the demo's users something to do, once, even if it fails: without it everything works as well."""
        if not {"reviews", "outreach"} <= set(self._plan.services()) or self._plan.state.has_begun():
            return
        self._plan.state.note_begun()
        self._console.progress("  a recruiter requests a review, and writes to somebody")
        try:
            await demo_work.begin(self._plan.url("gateway"), self._plan.url("sandbox"), users)
        except (demo_work.NothingToDoError, TimeoutError, aiohttp.ClientError) as problem:
            reason = str(problem) or type(problem).__name__
            self._log("provision", f"the demo's users have nothing to do: {reason}")

    def _log(self, name: str, line: str) -> None:
        with self._plan.log(name).open("a") as log:
            log.write(f"{line}\n")

    def _part(self, name: str, make: Callable[[], Program], is_ready: Callable[[int], Awaitable[bool]]) -> Child:
        return Child(name, make, is_ready, self._plan.state, self._console)

    def _http_part(self, name: str, make: Callable[[], Program], session: aiohttp.ClientSession) -> Child:
        async def answers(_: int) -> bool:
            return await is_ready(session, self._plan.url(name))

        return self._part(name, make, answers)

    def _nats_program(self) -> Program:
        return self._plan.nats.program(self._plan.log("nats"))

    async def _nats_ready(self, _: int) -> bool:
        return self._plan.nats.is_ready()

    def _postgres_program(self) -> Program:
        server = self._plan.postgres
        server.prepare()
        return server.program(self._plan.log("postgres"))

    async def _postgres_ready(self, pid: int) -> bool:
        return self._plan.postgres.is_ready(pid)
