"""Parses mails in a separate process, so that a mail that hangs or crashes a parser affects no other.

That process is this module. It says that it is there, then gets a mail's length and the mail, and answers the length of
what it made of it, and that.
"""

import asyncio
import pickle
import signal
import struct
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self

from rapport.outreach.channels.email.parsing.mail import parse_mail
from rapport.outreach.channels.transport import InboundMessage, ParserUnavailableError, UnparsableError

_LENGTH = struct.Struct(">I")
_READY = b"."
_START = 60.0
"""Seconds in which the process must be there: it has libraries to load."""


class MailParserProcess:
    """Reads one mail after the other: begins with the first one, ends with the block."""

    def __init__(self, *, timeout: float) -> None:
        """``timeout``: seconds that one mail may take."""
        self._timeout = timeout
        self._process: asyncio.subprocess.Process | None = None
        self._free = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Nothing begins before there is a mail."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kill the process."""
        await self._end()

    async def parse(self, raw: bytes) -> InboundMessage:
        """What a mail is to us.

        Raises:
            UnparsableError: it took too long, or the parser failed.
            ParserUnavailableError: no mail can be read now.
        """
        async with self._free:
            try:
                answer = await self._asked(raw)
            except (TimeoutError, EOFError, OSError):
                # Once more, in a fresh process: it may have been the machine that was busy.
                try:
                    answer = await self._asked(raw)
                except TimeoutError as problem:
                    raise UnparsableError("it took too long") from problem
                except (EOFError, OSError) as problem:
                    raise UnparsableError("its process ended") from problem
        if isinstance(answer, InboundMessage):
            return answer
        raise UnparsableError(str(answer))

    async def _asked(self, raw: bytes) -> object:
        process = self._process or await self._begun()
        try:
            async with asyncio.timeout(self._timeout):
                return await _exchanged(process, raw)
        except BaseException:
            # Its next answer would belong to this mail.
            await self._end()
            raise

    async def _begun(self) -> asyncio.subprocess.Process:
        self._process = process = await asyncio.create_subprocess_exec(
            *(
                sys.executable,
                "-I",
                "-m",
                "rapport.outreach.channels.email.parsing.parser_process",
                str(self._timeout),
            ),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},  # it needs none of our secrets
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_START):
                await process.stdout.readexactly(len(_READY))
        except (TimeoutError, EOFError) as problem:
            await self._end()
            raise ParserUnavailableError("the parser process does not start") from problem
        return process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _exchanged(process: asyncio.subprocess.Process, raw: bytes) -> object:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(_LENGTH.pack(len(raw)) + raw)
    await process.stdin.drain()
    [length] = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
    answer: object = pickle.loads(await process.stdout.readexactly(length))  # noqa: S301 - our own process
    return answer


def _serve(patience: float) -> None:
    """Parse mails from standard input until it ends."""
    come, go = sys.stdin.buffer, sys.stdout.buffer
    go.write(_READY)
    go.flush()
    while head := come.read(_LENGTH.size):
        raw = come.read(_LENGTH.unpack(head)[0])
        # If the parent dies, the kernel kills this process.
        signal.setitimer(signal.ITIMER_REAL, 2 * patience)
        answer = pickle.dumps(_parse(raw))
        signal.setitimer(signal.ITIMER_REAL, 0)
        go.write(_LENGTH.pack(len(answer)) + answer)
        go.flush()


def _parse(raw: bytes) -> InboundMessage | str:
    try:
        return parse_mail(raw)
    except Exception as problem:  # noqa: BLE001 - one unforeseen mail must not block others
        return type(problem).__name__


if __name__ == "__main__":
    _serve(float(sys.argv[1]))
