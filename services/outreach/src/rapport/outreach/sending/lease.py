"""A claim that is renewed while a mail server takes its time."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from rapport.kit.errors import TRANSIENT
from rapport.kit.runtime.process import in_background, raise_if_cancelled

DIALOGUE_SHARE = 0.45
"""The share of a lease in which a server must be ready for the text, and again in which the message must be marked: a
slower sender finds that its claim has expired."""
_RENEWALS = 3
"""Within one lease: two of them may fail before others believe the owner of the claim gone."""

_log = logging.getLogger(__name__)


@asynccontextmanager
async def renewed(lease: float, renew: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Until the end of the block, call ``renew`` several times within each ``lease`` seconds."""
    async with in_background(_renew(lease / _RENEWALS, renew)):
        yield


async def _renew(pause: float, renew: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(pause)
        try:
            await renew()
        except TRANSIENT as problem:
            _log.warning("a claim cannot be renewed now (%s)", type(problem).__name__)
        raise_if_cancelled()
