"""Waiting for a condition, with a deadline, instead of for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

_T = TypeVar("_T")
_PAUSE = 0.005


def wait_for(condition: Callable[[], _T | None], *, within: float, what: str) -> _T:
    """Return what the question yields as soon as that is true."""
    deadline = time.monotonic() + within
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {within} s")
        time.sleep(_PAUSE)
    return answer


async def until(condition: Callable[[], Awaitable[_T | None]], *, pause: float = _PAUSE) -> _T:
    """Return what the asynchronous condition yields as soon as it is true; the caller sets the deadline."""
    while True:
        if answer := await condition():
            return answer
        await asyncio.sleep(pause)


async def eventually(condition: Callable[[], Awaitable[_T | None]], *, within: float, what: str) -> _T:
    """Return what the asynchronous condition yields as soon as that is true."""
    try:
        async with asyncio.timeout(within):
            return await until(condition)
    except TimeoutError:
        raise TimeoutError(f"{what} did not happen within {within} s") from None
