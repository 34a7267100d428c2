"""Signs of life in a stream of server-sent events: both sides notice when the other is gone."""

import asyncio
from collections.abc import AsyncGenerator

COMMENT = ":\n\n"
"""A line that clients ignore, as the format has it."""


async def kept_alive(events: AsyncGenerator[str, None], *, every: float) -> AsyncGenerator[str, None]:
    """The events as they come, and a comment whenever there was none for so many seconds."""
    following: asyncio.Future[str] | None = None
    try:
        while True:
            following = following or asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait({following}, timeout=every)
            if not done:
                yield COMMENT
                continue
            try:
                event = following.result()
            except StopAsyncIteration:
                return
            finally:
                following = None
            yield event
    finally:
        if following:
            following.cancel()
            await asyncio.wait({following})
        await events.aclose()
