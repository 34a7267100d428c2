"""The audit of the GraphQL-over-HTTP specification, as the specification's own working group publishes it."""

import asyncio
import os
import subprocess
from pathlib import Path

import orjson
import playwright
import pytest

from gateway.tests.support.gateway_client import Acme

_AUDIT = Path(__file__).parent / "audit"
_NODE = Path(playwright.__file__).parent / "driver" / "node"
_ALL = 61


@pytest.fixture
def audit() -> Path:
    """The audit's folder, with what `make test` installs in it."""
    if not (_AUDIT / "node_modules" / "graphql-http").exists():
        missing = "graphql-http is not installed: make audit"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return _AUDIT


async def test_the_whole_graphql_over_http_audit_is_passed(acme: Acme, audit: Path) -> None:
    asking = await asyncio.create_subprocess_exec(
        _NODE,
        audit / "audit.js",
        f"{acme.url}/graphql",
        env={"TOKEN": acme.token},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        printed, complaints = await asking.communicate()
    assert asking.returncode == 0, complaints.decode()
    results = orjson.loads(printed)

    assert [result for result in results if result["status"] != "ok"] == []
    assert len(results) == _ALL
