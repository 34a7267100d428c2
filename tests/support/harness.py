"""What can go wrong with a running stack, each as one line of a test."""

import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rapport.local.provision import declared_jetstream, provision_jetstream
from rapport.local.readiness import says_ready
from rapport.local.testing import PostgresForTests
from rapport.local.testing.stack import Stack
from rapport.local.waiting import eventually

_READY_WITHIN = 60.0


class Harness:
    """Starts, kills, freezes and cuts the parts of a stack."""

    def __init__(self, stack: Stack, postgres: PostgresForTests) -> None:
        """``postgres`` is the server that the stack's databases are on."""
        self.stack = stack
        self._postgres = postgres

    async def kill(self, part: str) -> None:
        """A part is killed in the middle of whatever it does, and started again."""
        self.stack.programs[part].kill()
        await self.stack.start(part)

    async def end(self, part: str) -> int:
        """A part is asked to stop, and started again; answers with which code it ended."""
        code = self.stack.programs[part].terminate()
        await self.stack.start(part)
        return code

    @asynccontextmanager
    async def frozen(self, part: str) -> AsyncIterator[None]:
        """A part stands still, as a machine does that is paused; it goes on as if nothing had been."""
        process = self.stack.programs[part].process
        os.kill(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process.pid, signal.SIGCONT)
        await self.ready(part)

    @asynccontextmanager
    async def without_broker(self) -> AsyncIterator[None]:
        """The broker is killed, and is there again afterwards."""
        self.stack.nats.kill()
        try:
            yield
        finally:
            self.stack.nats.start()
        await self.all_ready()

    @asynccontextmanager
    async def without_database(self) -> AsyncIterator[None]:
        """The database server is killed, and is there again afterwards."""
        self._postgres.kill()
        try:
            yield
        finally:
            self._postgres.start()
        await self.all_ready()

    async def lose_the_brokers_store(self) -> None:
        """The broker comes back with nothing of what it held; its streams and consumers are declared anew."""
        self.stack.nats.kill()
        shutil.rmtree(self.stack.nats.home / "jetstream")
        self.stack.nats.start()
        await self.declare_again()

    async def delete_consumers(self) -> None:
        """Somebody deletes every durable consumer."""
        client = await self.stack.nats.connect("operator")
        try:
            stream = client.jetstream()
            for consumer in await stream.consumers_info("HIRING"):
                if consumer.config.durable_name:
                    await stream.delete_consumer("HIRING", consumer.name)
        finally:
            await client.close()

    async def declare_again(self) -> None:
        """An operator runs provision."""
        await provision_jetstream(self.stack.nats.url_for("operator"), declared_jetstream(), lambda _: None)
        await self.all_ready()

    async def ready(self, part: str) -> None:
        """Wait until a part says that it can serve."""
        url = self.stack.programs[part].url

        async def so() -> bool:
            return await says_ready(self.stack.session, url)

        await eventually(so, within=_READY_WITHIN, what=f"the readiness of {part}")

    async def unready(self, part: str) -> None:
        """Wait until a part says that it cannot serve."""
        url = self.stack.programs[part].url

        async def so() -> bool:
            return not await says_ready(self.stack.session, url)

        await eventually(so, within=_READY_WITHIN, what=f"an honest readiness of {part}")

    async def all_ready(self) -> None:
        """Wait until every part says that it can serve."""
        for part in self.stack.programs:
            await self.ready(part)
