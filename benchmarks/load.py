"""A load generator that costs little: a request written ahead, and answers that are counted rather than read.

Reads orders from stdin, a JSON object a line, and answers each with a line of what was measured.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator

import uvloop

UNSEEN = "N" * 12
"""Stands in a request for a number that no other request has."""
_PATIENCE = 15.0


class _Connection(asyncio.Protocol):
    """Sends the request again as soon as it was answered."""

    def __init__(self, request: bytes, numbers: Iterator[int], ends: float, took: list[float]) -> None:
        self._request = request
        self._numbered = UNSEEN.encode() in request
        self._numbers = numbers
        self._ends = ends
        self._took = took
        self._came = bytearray()
        self._whole = 0
        self.errors = 0
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def _send(self) -> None:
        request = self._request
        if self._numbered:
            request = request.replace(UNSEEN.encode(), b"%0*d" % (len(UNSEEN), next(self._numbers)))
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._came += data
        if not self._whole:
            end = self._came.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._came[:end]).lower()
            begins = head.find(b"content-length:")
            if begins < 0:
                self._end(failed=True)
                return
            self._whole = end + 4 + int(head[begins + 15 :].split(b"\r\n", 1)[0])
        if len(self._came) >= self._whole:
            self._answered()

    def _answered(self) -> None:
        now = time.perf_counter()
        if self._came.startswith(b"HTTP/1.1 200 ") and self._came.find(b'"errors":') < 0:
            self._took.append(now - self._began)
        else:
            self.errors += 1
        self._came.clear()
        self._whole = 0
        if now < self._ends:
            self._send()
        else:
            self._end(failed=False)

    def _end(self, *, failed: bool) -> None:
        self.errors += failed
        self._transport.close()
        if not self.ended.done():
            self.ended.set_result(None)

    def connection_lost(self, _: Exception | None) -> None:
        if not self.ended.done():
            self.errors += 1
            self.ended.set_result(None)


async def _run(order: dict[str, object]) -> dict[str, object]:
    loop, took = asyncio.get_running_loop(), []
    numbers = itertools.count(time.time_ns() // 1_000_000 % 10**9 * 1000)
    began = time.perf_counter()
    made = [
        await loop.create_connection(
            lambda: _Connection(order["request"].encode(), numbers, began + order["seconds"], took),
            order["host"],
            order["port"],
        )
        for _ in range(order["connections"])
    ]
    connections = [connection for _, connection in made]
    async with asyncio.timeout(order["seconds"] + _PATIENCE):
        await asyncio.gather(*(connection.ended for connection in connections))
    errors = sum(connection.errors for connection in connections)
    return {"done": len(took), "errors": errors, "seconds": time.perf_counter() - began, "took": took}


def main() -> None:
    """Carry out orders until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(uvloop.run(_run(json.loads(line)))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
