"""An IMAP server that answers as it is told to, however odd that is."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from rapport.outreach.channels.email.accounts import Security, Server


@dataclass
class Endless:
    """A mail with which a server answers more than anybody asked for, until the connection ends."""

    announced: int | None = 1 << 30
    """Bytes that it says the mail has; none for a mail in many small answers."""
    sent: int = 0

    async def write_to(self, writer: asyncio.StreamWriter, uid: int) -> None:
        chunk = b"x" * 65_536
        if self.announced:
            writer.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{self.announced}}}\r\n".encode())
        else:
            chunk = b"* 1 FETCH (FLAGS ())\r\n" * 3_000
        with suppress(OSError):
            while self.sent < 1 << 30:
                writer.write(chunk)
                await writer.drain()
                self.sent += len(chunk)


@asynccontextmanager
async def odd_imap(
    mails: Mapping[int, bytes | Endless | None],
    *,
    opening: str = "* OK [UIDVALIDITY 7] valid",
    silent: bool = False,
) -> AsyncIterator[Server]:
    """Hands over mails by their ids, those that are none not at all; if silent, it says nothing from the beginning."""
    writers: list[asyncio.StreamWriter] = []

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        if silent:
            return
        writer.write(b"* OK IMAP4rev1 ready\r\n")
        while line := await reader.readline():
            tag, command, *rest = line.decode().split()
            if command == "UID" and rest[0] == "FETCH" and isinstance(endless := mails[int(rest[1])], Endless):
                await endless.write_to(writer, int(rest[1]))
                return
            writer.write(_answer(mails, opening, tag, " ".join([command, *rest]).upper()))

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    try:
        yield Server(host="127.0.0.1", port=server.sockets[0].getsockname()[1], security=Security.NONE)
    finally:
        server.close()
        for writer in writers:
            writer.close()


def _answer(mails: Mapping[int, bytes | Endless | None], opening: str, tag: str, command: str) -> bytes:
    ok = f"{tag} OK done\r\n".encode()
    if command.startswith("CAPABILITY"):
        return b"* CAPABILITY IMAP4rev1\r\n" + ok
    if command.startswith("EXAMINE"):
        return f"* {len(mails)} EXISTS\r\n{opening}\r\n".encode() + ok
    if command.startswith("UID SEARCH"):
        return f"* SEARCH {' '.join(map(str, mails))}\r\n".encode() + ok
    if command.startswith("UID FETCH"):
        uid = int(command.split()[2])
        mail = mails[uid]
        if not isinstance(mail, bytes):
            return f"{tag} NO this mail cannot be read\r\n".encode()
        return f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(mail)}}}\r\n".encode() + mail + b")\r\n" + ok
    return ok
