"""Make databases, roles, streams and consumers once: `python -m rapport.local.provision`.

DATABASE_URL is the address of a role that may create databases and roles, NATS_URL that of the broker.
Passwords come from the JSON file (role to password) that ROLE_PASSWORDS_FILE names.
"""

import asyncio
import json
import os
from pathlib import Path

from rapport.local.console import Console
from rapport.local.provision import (
    declared_databases,
    declared_jetstream,
    provision_databases,
    provision_jetstream,
)


async def provision(passwords: dict[str, str], console: Console) -> None:
    """Do both, on the servers that the environment names."""
    await provision_databases(_required("DATABASE_URL"), declared_databases(), passwords, console.say)
    await provision_jetstream(_required("NATS_URL"), declared_jetstream(), console.say)
    console.say("databases, roles, streams and consumers are as deploy/ describes them")


def _required(name: str) -> str:
    if not (value := os.environ.get(name)):
        raise SystemExit(f"{name} is missing")
    return value


if __name__ == "__main__":
    given = json.loads(Path(_required("ROLE_PASSWORDS_FILE")).read_text())
    asyncio.run(provision(given, Console()))
