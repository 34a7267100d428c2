"""A role of the database server, and its password."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import TypeAlias

import asyncpg

Report = Callable[[str], None]
# The class takes a parameter in its stubs only, not when it runs.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
_FEWEST_ITERATIONS = 4096
# Iterations slow down guessing. A password of at least this length was generated, cannot be guessed, and
# need not cost every new connection several milliseconds.
_GENERATED_LENGTH = 40
_ITERATIONS_FOR_GENERATED = 64


async def provision_role(connection: Connection, role: str, password: str | None, report: Report) -> None:
    """Make a role that can log in and do nothing else; a password of None leaves the one it has."""
    powers = await connection.fetchval(_POWERS, role)
    if powers is None:
        await connection.execute(f'CREATE ROLE "{role}" LOGIN')
        report(f"created role {role}")
    elif powers:
        await connection.execute(f'ALTER ROLE "{role}" NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS')
        report(f"took from role {role} what it should not have")
    if password is not None and not _accepts(await _kept_verifier(connection, role), password):
        await connection.execute(f"ALTER ROLE \"{role}\" PASSWORD '{scram_verifier(password)}'")
        if powers is not None:
            report(f"changed the password of role {role}")


_POWERS = """
SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls
FROM pg_roles WHERE rolname = $1
"""


async def _kept_verifier(connection: Connection, role: str) -> str | None:
    """Return what the server keeps of the password, if it lets us look (only a superuser may)."""
    if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        return None
    verifier: str | None = await connection.fetchval(
        "SELECT rolpassword FROM pg_catalog.pg_authid WHERE rolname = $1", role
    )
    return verifier


def scram_verifier(password: str, salt: bytes | None = None, iterations: int | None = None) -> str:
    """Return what the server keeps of a password, so that the password itself reaches no log of the server."""
    salt = salt or secrets.token_bytes(16)
    if iterations is None:
        iterations = _ITERATIONS_FOR_GENERATED if len(password) >= _GENERATED_LENGTH else _FEWEST_ITERATIONS
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored_key = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    encoded_salt, encoded_stored, encoded_server = (
        base64.b64encode(part).decode() for part in (salt, stored_key, server_key)
    )
    return f"SCRAM-SHA-256${iterations}:{encoded_salt}${encoded_stored}:{encoded_server}"


def _accepts(verifier: str | None, password: str) -> bool:
    """Tell whether the server already keeps this password."""
    if not verifier or not verifier.startswith("SCRAM-SHA-256$"):
        return False
    iterations, _, salt = verifier.split("$")[1].partition(":")
    return hmac.compare_digest(verifier, scram_verifier(password, base64.b64decode(salt), int(iterations)))
