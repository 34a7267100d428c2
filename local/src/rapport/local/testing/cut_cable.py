"""A cable between a client and a server that a test can stop, and cut, without either of them noticing at first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rapport.local import ports

_CHUNK = 65536


class Cable:
    """Carries bytes both ways, until it is told otherwise."""

    def __init__(self, host: str, port: int) -> None:
        """Leads to this server."""
        self._to = (host, port)
        self._flows = asyncio.Event()
        self._flows.set()
        self._lines: set[asyncio.Task[None]] = set()

    def hold(self) -> None:
        """What is sent from now on to the client stays in the cable."""
        self._flows.clear()

    def cut(self) -> None:
        """Both ends lose the connection, and what was in the cable is gone; new connections are carried again."""
        for line in self._lines:
            line.cancel()
        self._flows.set()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection."""
        there, back = await asyncio.open_connection(*self._to)
        lines = {
            asyncio.create_task(self._carry(reader, back, held=False)),
            asyncio.create_task(self._carry(there, writer, held=True)),
        }
        self._lines |= lines
        await asyncio.wait(lines, return_when=asyncio.FIRST_COMPLETED)
        for line in lines:
            line.cancel()
        self._lines -= lines
        writer.transport.abort()
        back.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, held: bool) -> None:
        while data := await reader.read(_CHUNK):
            if held:
                await self._flows.wait()
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def cable_to(host: str, port: int) -> AsyncIterator[tuple[Cable, int]]:
    """A cable to a server, and the port at its near end."""
    cable = Cable(host, port)
    server = await asyncio.start_server(cable.connect, ports.LOOPBACK, 0)
    try:
        yield cable, server.sockets[0].getsockname()[1]
    finally:
        cable.cut()
        server.close()
