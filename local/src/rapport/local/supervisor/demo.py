"""The demo organisation: who is in it, a token for each, and how far it is filled."""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp

from rapport.local.console import Console

_PATIENCE = aiohttp.ClientTimeout(total=15)
_EVERY = 0.5
# How long the gateway may not answer before we stop asking and let the person look for themselves.
_ANSWERS_WITHIN = 30.0
_PROGRESS = "query { sync { state error collections { name records done } } }"


class DemoError(Exception):
    """The demo organisation does not answer, or its synchronisation failed."""


@dataclass(frozen=True)
class DemoUser:
    """Someone one can be in the demo."""

    email: str
    name: str
    role: str
    about: str
    token: str


async def demo_users(sandbox: str) -> list[DemoUser]:
    """Ask the sandbox who there is, each with a fresh token."""
    async with aiohttp.ClientSession(timeout=_PATIENCE) as session, session.get(f"{sandbox}/oidc/users.json") as answer:
        answer.raise_for_status()
        return [DemoUser(**user) for user in await answer.json()]


async def fill(gateway: str, token: str, console: Console) -> None:
    """Wait until the first synchronisation with the ATS is done, showing how far it is.

    Raises DemoError when it failed or does not answer.
    """
    async with aiohttp.ClientSession(timeout=_PATIENCE, headers={"Authorization": f"Bearer {token}"}) as session:
        while True:
            connections = await _connections(session, gateway)
            for connection in connections:
                if connection["state"] == "FAILED":
                    raise DemoError(f"the synchronisation with the ATS failed: {connection['error']}")
            if all(connection["state"] == "IDLE" for connection in connections):
                return
            console.progress(f"  filling the demo organisation: {_how_far(connections)}")
            await asyncio.sleep(_EVERY)


async def _connections(session: aiohttp.ClientSession, gateway: str) -> list[dict[str, Any]]:
    problem = "no answer"
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN):
            while True:
                try:
                    async with session.post(f"{gateway}/graphql", json={"query": _PROGRESS}) as response:
                        answer = await response.json(content_type=None)
                except aiohttp.ClientError as error:
                    answer, problem = {}, str(error)
                if sync := (answer.get("data") or {}).get("sync"):
                    return list(sync)
                problem = "; ".join(error["message"] for error in answer.get("errors", ())) or problem
                await asyncio.sleep(_EVERY)
    except TimeoutError:
        raise DemoError(f"the gateway does not say how far the demo organisation is: {problem}") from None


def _how_far(connections: list[dict[str, Any]]) -> str:
    collections = [collection for connection in connections for collection in connection["collections"]]
    records = sum(collection["records"] for collection in collections)
    under_way = [collection["name"] for collection in collections if not collection["done"]]
    return f"{records:,} records" + (f", reading {under_way[0]}" if under_way else "")
