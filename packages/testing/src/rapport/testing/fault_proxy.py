"""A TCP proxy between a client and a server that a test can hold, slow down and cut."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from rapport.local import ports

_CHUNK = 65536

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class FaultProxy:
    """Carries bytes both ways until a test interferes."""

    def __init__(self, server: Callable[[], Awaitable[Ends]]) -> None:
        """``server`` connects to the far end."""
        self._server = server
        self._towards_server = _Way()
        self._towards_client = _Way()
        self._lines: set[asyncio.Task[None]] = set()
        self._down = False

    def hold(self, *, towards_server: bool = False, towards_client: bool = True) -> None:
        """What is sent from now on stays in the fault proxy; the connections stay."""
        if towards_server:
            self._towards_server.flows.clear()
        if towards_client:
            self._towards_client.flows.clear()

    def release(self) -> None:
        """What was held arrives, and what comes after it flows."""
        self._towards_server.flows.set()
        self._towards_client.flows.set()

    def slow(self, seconds: float) -> None:
        """Delay every chunk by so many seconds, in both directions; 0 ends it."""
        self._towards_server.delay = self._towards_client.delay = seconds

    def cut(self) -> None:
        """Both ends lose the connection, and what was in the fault proxy is gone; new connections are carried again."""
        for line in self._lines:
            line.cancel()
        self.release()

    def unplug(self) -> None:
        """As :meth:`cut`, but new connections are ended as soon as they are made, until :meth:`plug_in`."""
        self._down = True
        self.cut()

    def plug_in(self) -> None:
        """Connections are carried again."""
        self._down = False

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        try:
            if self._down:
                return
            there, back = await self._server()
        except OSError:
            return
        else:
            lines = {
                asyncio.create_task(self._towards_server.carry(reader, back)),
                asyncio.create_task(self._towards_client.carry(there, writer)),
            }
            self._lines |= lines
            await asyncio.wait(lines, return_when=asyncio.FIRST_COMPLETED)
            for line in lines:
                line.cancel()
            self._lines -= lines
            back.transport.abort()
        finally:
            writer.transport.abort()


class _Way:
    """One of a fault proxy's two directions."""

    def __init__(self) -> None:
        self.flows = asyncio.Event()
        self.flows.set()
        self.delay = 0.0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(_CHUNK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self.flows.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            return


@asynccontextmanager
async def cable_to(host: str, port: int) -> AsyncIterator[tuple[FaultProxy, int]]:
    """A fault proxy to a server, and the port at its near end; a host that is a path names a socket's folder."""

    async def server() -> Ends:
        if host.startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    fault_proxy = FaultProxy(server)
    listener = await asyncio.start_server(fault_proxy.connect, ports.LOOPBACK, 0)
    try:
        yield fault_proxy, listener.sockets[0].getsockname()[1]
    finally:
        fault_proxy.cut()
        listener.close()
