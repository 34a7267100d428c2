"""Keepalive comments in a stream of server-sent events, by which both sides notice a broken connection."""

import asyncio
from collections.abc import AsyncGenerator

COMMENT = ":\n\n"
"""A comment, which clients ignore."""


async def with_keepalive(events: AsyncGenerator[str, None], *, every: float) -> AsyncGenerator[str, None]:
    """The events, and a comment after every ``every`` seconds without one."""
    pending: asyncio.Future[str] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait({pending}, timeout=every)
            if not done:
                yield COMMENT
                continue
            try:
                event = pending.result()
            except StopAsyncIteration:
                return
            finally:
                pending = None
            yield event
    finally:
        if pending:
            pending.cancel()
            await asyncio.wait({pending})
        await events.aclose()
