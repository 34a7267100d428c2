"""Faults of a running stack, each a single call in a test."""

import asyncio
import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import asyncpg
import orjson

from rapport.kit.events.relay import STREAM
from rapport.local.provision import declared_jetstream, provision_jetstream
from rapport.local.readiness import is_ready
from rapport.local.waiting import eventually
from rapport.testing import PostgresForTests
from rapport.testing.fault_proxy import FaultProxy
from rapport.testing.stack import ORGANISATION, Stack
from tests.support.agreement import NO_EVENT
from tests.support.stream import operating, publish, read_stream

_READY_WITHIN = 60.0
_ENDS_WITHIN = 25.0
"""Seconds in which a part shuts down."""
_RELAY_LOCK = 0x7265_6C61


class Harness:
    """Starts, kills, freezes and cuts the parts of a stack."""

    def __init__(self, stack: Stack, postgres: PostgresForTests) -> None:
        """``postgres`` is the server that the stack's databases are on."""
        self.stack = stack
        self._postgres = postgres
        self.copies: Counter[str] = Counter()
        """Copies of events that were put into the stream, by the event's id."""
        self.parked = 0
        """Messages that consumers had to put aside."""

    # Processes ----------------------------------------------------------------------------------------------

    async def kill(self, part: str) -> None:
        """Kill a part (SIGKILL) and start it again."""
        self.stack.programs[part].kill()
        await self.stack.start(part)

    async def end(self, part: str) -> int:
        """Terminate a part and start it again; return its exit code."""
        # Beside what this process does: fault proxies and clients go on meanwhile.
        code = await asyncio.to_thread(self.stack.programs[part].terminate)
        await self.stack.start(part)
        return code

    async def end_in_silence(self, part: str, server: str) -> int:
        """As :meth:`end`, while nothing that the part and a server send one another arrives."""
        fault_proxy = self.fault_proxy(part, server)
        fault_proxy.hold(towards_server=True, towards_client=True)
        try:
            code = await asyncio.to_thread(self.stack.programs[part].terminate, within=_ENDS_WITHIN)
        finally:
            fault_proxy.cut()
        await self.stack.start(part)
        return code

    @asynccontextmanager
    async def frozen(self, part: str) -> AsyncIterator[None]:
        """Freeze a part (SIGSTOP) and let it continue, like a paused machine."""
        process = self.stack.programs[part].process
        os.kill(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process.pid, signal.SIGCONT)
        await self.ready(part)

    @asynccontextmanager
    async def replica(self, part: str) -> AsyncIterator[None]:
        """A second process of a part works beside the first."""
        async with self.stack.another(part):
            yield
        await self.ready(part)

    # The broker ---------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def without_broker(self) -> AsyncIterator[None]:
        """Kill the broker and start it again."""
        self.stack.nats.kill()
        try:
            yield
        finally:
            self.stack.nats.start()
        await self.all_ready()

    async def lose_the_brokers_store(self) -> None:
        """The broker comes back with nothing of what it held; its streams and consumers are declared again."""
        self.stack.nats.kill()
        shutil.rmtree(self.stack.nats.home / "jetstream")
        self.stack.nats.start()
        self.copies.clear()
        await self.declare_again()

    async def delete_consumers(self) -> None:
        """Delete every durable consumer."""
        async with operating(self.stack) as stream:
            for consumer in await stream.consumers_info(STREAM):
                if consumer.config.durable_name:
                    await stream.delete_consumer(STREAM, consumer.name)

    async def declare_again(self) -> None:
        """An operator runs provision."""
        await provision_jetstream(self.stack.nats.url_for("operator"), declared_jetstream(), lambda _: None)
        await self.all_ready()

    async def repeat_events(self, number: int, *, seed: int) -> None:
        """Events of the past arrive again as new messages, in any order."""
        events = [each for each in await read_stream(self.stack) if orjson.loads(each.data)["id"] != NO_EVENT]
        again = random.Random(seed).sample(events, min(number, len(events)))
        # Without their ids: the broker recognises copies for two minutes only, and these come later.
        await publish(self.stack, [(message.subject, message.data) for message in again])
        self.copies.update(str(orjson.loads(message.data)["id"]) for message in again)

    async def poison_the_stream(self, subjects: Mapping[str, int]) -> None:
        """Messages arrive that are not the events their subjects promise; so many consumers hear each and park it."""
        for subject, consumers in subjects.items():
            body = orjson.dumps({"id": NO_EVENT, "number": self.parked})
            await publish(self.stack, [(f"hiring.{ORGANISATION}.{subject}", body)])
            self.parked += consumers

        async def all_parked() -> bool:
            counts = [await self.stack.rows(each, "SELECT count(*) FROM parked") for each in self.stack.databases]
            return sum(int(rows[0][0]) for rows in counts) == self.parked

        await eventually(all_parked, within=_READY_WITHIN, what="the parking of every message that is no event")

    # The database -------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def without_database(self) -> AsyncIterator[None]:
        """Kill the database server and start it again."""
        self._postgres.kill()
        try:
            yield
        finally:
            self._postgres.start()
        await self.all_ready()

    @asynccontextmanager
    async def without_connections(self, service: str) -> AsyncIterator[None]:
        """One service's database takes no connections any more, and ended those there were."""
        await self._alter(service, "CONNECTION LIMIT 0")
        try:
            yield
        finally:
            await self._alter(service, "CONNECTION LIMIT -1")
        await self.ready(service)

    @asynccontextmanager
    async def read_only(self, service: str) -> AsyncIterator[None]:
        """One service's database takes no writes, as a standby does."""
        await self._alter(service, "SET default_transaction_read_only = on")
        try:
            yield
        finally:
            await self._alter(service, "RESET default_transaction_read_only")
        await self.ready(service)

    async def _alter(self, service: str, what: str) -> None:
        connection = await asyncpg.connect(self.stack.superuser_url)
        try:
            await connection.execute(f'ALTER DATABASE "{self.stack.databases[service].name}" {what}')
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                self.stack.databases[service].name,
            )
        finally:
            await connection.close()

    async def cut_the_relay(self, service: str, *, times: int) -> None:
        """Terminate the database connection of a service's relay."""
        connection = await asyncpg.connect(self.stack.superuser_url)
        try:
            for _ in range(times):
                await connection.execute(
                    "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                    " WHERE l.locktype = 'advisory' AND l.objid = $1 AND l.granted AND d.datname = $2",
                    _RELAY_LOCK,
                    self.stack.databases[service].name,
                )
                await asyncio.sleep(0.2)
        finally:
            await connection.close()
        await self.ready(service)

    # The network --------------------------------------------------------------------------------------------

    def fault_proxy(self, part: str, server: str) -> FaultProxy:
        """What a part reaches a server over."""
        return self.stack.proxies.fault_proxies[part, server]

    @asynccontextmanager
    async def unplugged(self, part: str, server: str) -> AsyncIterator[None]:
        """Refuse all connections of a part to a server."""
        fault_proxy = self.fault_proxy(part, server)
        fault_proxy.unplug()
        try:
            yield
        finally:
            fault_proxy.plug_in()
        await self.ready(part)

    @asynccontextmanager
    async def silent(self, part: str, server: str) -> AsyncIterator[None]:
        """Hold all traffic between a part and a server, without an error."""
        fault_proxy = self.fault_proxy(part, server)
        fault_proxy.hold(towards_server=True, towards_client=True)
        try:
            yield
        finally:
            fault_proxy.release()
        await self.ready(part)

    @asynccontextmanager
    async def slow(self, part: str, server: str, seconds: float) -> AsyncIterator[None]:
        """Delay all traffic between a part and a server."""
        fault_proxy = self.fault_proxy(part, server)
        fault_proxy.slow(seconds)
        try:
            yield
        finally:
            fault_proxy.slow(0)
        await self.ready(part)

    # Waiting ------------------------------------------------------------------------------------------------

    async def ready(self, part: str) -> None:
        """Wait until a part is ready."""
        url = self.stack.programs[part].url

        async def so() -> bool:
            return await is_ready(self.stack.session, url)

        await eventually(so, within=_READY_WITHIN, what=f"the readiness of {part}")

    async def unready(self, part: str) -> None:
        """Wait until a part is not ready."""
        url = self.stack.programs[part].url

        async def so() -> bool:
            return not await is_ready(self.stack.session, url)

        await eventually(so, within=_READY_WITHIN, what=f"an honest readiness of {part}")

    async def all_ready(self) -> None:
        """Wait until every part is ready."""
        for part in self.stack.programs:
            await self.ready(part)
