"""Waiting for a condition, with a deadline, instead of for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

_T = TypeVar("_T")
_SHORTEST, _LONGEST = 0.005, 0.1
_SHARE = 0.1
"""A pause as a part of the time waited so far: asking costs what is waited for the processor it needs."""


def _pause_after(waited: float) -> float:
    return min(max(_SHORTEST, waited * _SHARE), _LONGEST)


def wait_for(condition: Callable[[], _T | None], *, within: float, what: str) -> _T:
    """Return what the question yields as soon as that is true."""
    began = time.monotonic()
    while not (answer := condition()):
        waited = time.monotonic() - began
        if waited > within:
            raise TimeoutError(f"{what} did not happen within {within} s")
        time.sleep(_pause_after(waited))
    return answer


async def until(condition: Callable[[], Awaitable[_T | None]], *, pause: float | None = None) -> _T:
    """Return what the asynchronous condition yields as soon as it is true; the caller sets the deadline.

    Without a `pause` in seconds, the pauses grow with the time waited.
    """
    began = time.monotonic()
    while True:
        if answer := await condition():
            return answer
        await asyncio.sleep(pause or _pause_after(time.monotonic() - began))


async def eventually(condition: Callable[[], Awaitable[_T | None]], *, within: float, what: str) -> _T:
    """Return what the asynchronous condition yields as soon as that is true."""
    try:
        async with asyncio.timeout(within):
            return await until(condition)
    except TimeoutError:
        raise TimeoutError(f"{what} did not happen within {within} s") from None
