"""Bodies of requests, received within limits: of size, of time, and of how many at once.

A sender of something large is checked first (`Bodies` is used only then), and can neither fill the service's
memory nor keep others out: a body is refused at once if its declared length is too much, is read no further than the
limit, whether it is compressed or not, and has to be there in time. Small ones do not wait behind large ones.
"""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

_SMALL = 64 * 1024
"""Bytes: what most requests stay below."""
_RETRY_AFTER = 10
_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


@dataclass(frozen=True, slots=True)
class _Lane:
    """Bodies of one size: so many are received at once, and so many more wait."""

    turns: asyncio.Semaphore
    most_waiting: int
    waiting: set[object] = field(default_factory=set)


class Bodies:
    """Receives the bodies of one application's requests, as they were sent (see ``raw_bodies`` of the service)."""

    def __init__(
        self,
        *,
        limit: int,
        at_once: int = 4,
        small_at_once: int = 64,
        most_waiting: int = 32,
        patience: float = 10.0,
    ) -> None:
        """Nothing is being received.

        Args:
            limit: bytes a body may have, as it is sent and when it is decompressed.
            at_once: large bodies that are received at the same time; of unknown length is as large.
            small_at_once: the same, of up to 64 KiB.
            most_waiting: of each, beyond these; others are refused with Retry-After.
            patience: seconds a body may wait for its turn, and may take after that.
        """
        self._limit = limit
        self._patience = patience
        self._large = _Lane(asyncio.Semaphore(at_once), most_waiting)
        self._small = _Lane(asyncio.Semaphore(small_at_once), most_waiting)

    async def receive(self, request: web.Request) -> tuple[bytes, bytes]:
        """The body as it was sent, and as it was meant (decompressed, if it was compressed).

        Raises:
            HTTPRequestEntityTooLarge: it has more bytes than it may, one way or the other.
            HTTPUnsupportedMediaType: it is compressed in a way we do not know.
            HTTPServiceUnavailable: too many are being received.
            HTTPRequestTimeout: it does not arrive in time.
            HTTPBadRequest: it breaks off, or is not what it says.
        """
        declared = request.content_length
        if declared is not None and declared > self._limit:
            raise self._too_large()
        encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding != "identity" and encoding not in _WINDOWS:
            raise _refusal(web.HTTPUnsupportedMediaType, "the body is compressed in an unknown way")
        async with self._turn(self._small if declared is not None and declared <= _SMALL else self._large):
            sent = await self._received(request)
        return sent, sent if encoding == "identity" else self._decompressed(sent, _WINDOWS[encoding])

    @asynccontextmanager
    async def _turn(self, lane: _Lane) -> AsyncIterator[None]:
        if len(lane.waiting) >= lane.most_waiting:
            raise _busy()
        ticket = object()
        lane.waiting.add(ticket)
        try:
            async with asyncio.timeout(self._patience):
                await lane.turns.acquire()
        except TimeoutError:
            raise _busy() from None
        finally:
            lane.waiting.discard(ticket)
        try:
            yield
        finally:
            lane.turns.release()

    async def _received(self, request: web.Request) -> bytes:
        body = bytearray()
        try:
            async with asyncio.timeout(self._patience):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > self._limit:
                        raise self._too_large()
        except TimeoutError:
            raise _refusal(web.HTTPRequestTimeout, "the body did not arrive in time") from None
        except (BadHttpMessage, web.RequestPayloadError, ConnectionError):
            raise _refusal(web.HTTPBadRequest, "the body broke off") from None
        return bytes(body)

    def _decompressed(self, sent: bytes, window: int) -> bytes:
        meant, left = bytearray(), sent
        try:
            while left:
                # Compressed bodies may consist of several parts, one after the other.
                part = zlib.decompressobj(wbits=window)
                meant += part.decompress(left, self._limit + 1 - len(meant))
                if len(meant) > self._limit:
                    raise self._too_large()
                if not part.eof:
                    raise _refusal(web.HTTPBadRequest, "the body is not what its Content-Encoding says")
                left = part.unused_data
        except zlib.error:
            raise _refusal(web.HTTPBadRequest, "the body is not what its Content-Encoding says") from None
        return bytes(meant)

    def _too_large(self) -> web.HTTPException:
        said = _said("the body is too large")
        return web.HTTPRequestEntityTooLarge(self._limit, text=said, content_type="application/json")


def _said(problem: str) -> str:
    return json.dumps({"error": problem})


def _refusal(kind: type[web.HTTPException], problem: str) -> web.HTTPException:
    return kind(text=_said(problem), content_type="application/json")


def _busy() -> web.HTTPException:
    return web.HTTPServiceUnavailable(
        text=_said("too much is being received"),
        content_type="application/json",
        headers={"Retry-After": str(_RETRY_AFTER)},
    )
