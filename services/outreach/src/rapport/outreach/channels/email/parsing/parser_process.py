"""Mails read in a process of their own: whatever one of them makes a library do, it ends in time and harms nobody.

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

from rapport.outreach.channels.email.parsing.mail import InboundMessage, parse_mail

_LENGTH = struct.Struct(">I")
_READY = b"."
_START = 60.0
"""Seconds in which the process must be there: it has libraries to load."""


class UnparsableMailError(Exception):
    """A mail that nothing can be made of; the message says why, and nothing of what is in it."""


class ParserUnavailableError(Exception):
    """No mail can be read now."""


class MailParserProcess:
    """Reads one mail after the other: begins with the first one, ends with the block."""

    def __init__(self, *, patience: float) -> None:
        """``patience``: seconds that one mail may take."""
        self._patience = patience
        self._process: asyncio.subprocess.Process | None = None
        self._free = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Nothing begins before there is a mail."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, whatever it does."""
        await self._end()

    async def parse(self, raw: bytes) -> InboundMessage:
        """What a mail is to us.

        Raises:
            UnparsableMailError: it took too long, or nobody foresaw it.
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
                    raise UnparsableMailError("it took too long") from problem
                except (EOFError, OSError) as problem:
                    raise UnparsableMailError("its process ended") from problem
        if isinstance(answer, InboundMessage):
            return answer
        raise UnparsableMailError(str(answer))

    async def _asked(self, raw: bytes) -> object:
        process = self._process or await self._begun()
        try:
            async with asyncio.timeout(self._patience):
                return await _exchanged(process, raw)
        except BaseException:
            # What it answers next would be to this mail.
            await self._end()
            raise

    async def _begun(self) -> asyncio.subprocess.Process:
        self._process = process = await asyncio.create_subprocess_exec(
            *(
                sys.executable,
                "-I",
                "-m",
                "rapport.outreach.channels.email.parsing.parser_process",
                str(self._patience),
            ),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},  # our secrets are none of its business
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_START):
                await process.stdout.readexactly(len(_READY))
        except (TimeoutError, EOFError) as problem:
            await self._end()
            raise ParserUnavailableError("the process that reads mails does not start") from problem
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
    """Read what comes in until nothing comes any more."""
    come, go = sys.stdin.buffer, sys.stdout.buffer
    go.write(_READY)
    go.flush()
    while head := come.read(_LENGTH.size):
        raw = come.read(_LENGTH.unpack(head)[0])
        # Whoever waits may have died: the system ends us then, whatever we are in.
        signal.setitimer(signal.ITIMER_REAL, 2 * patience)
        answer = pickle.dumps(_parse(raw))
        signal.setitimer(signal.ITIMER_REAL, 0)
        go.write(_LENGTH.pack(len(answer)) + answer)
        go.flush()


def _parse(raw: bytes) -> InboundMessage | str:
    try:
        return parse_mail(raw)
    except Exception as problem:  # noqa: BLE001 - one mail that nobody foresaw must not keep others from being read
        return type(problem).__name__


if __name__ == "__main__":
    _serve(float(sys.argv[1]))
