"""Stacks for the journeys: one per file, so that a file's tests share what takes long to fill."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from rapport.testing.databases import Templates
from rapport.testing.stack import BOARD_SERVICES, Stack, running_stack

# Their assertions explain themselves when they fail.
pytest.register_assert_rewrite("tests.support.agreement", "tests.support.audit", "tests.support.web")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(
    request: pytest.FixtureRequest, database_templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stack]:
    """A whole stack, filled: the file says how large its company is (`COMPANY = 300`) and which `SERVICES` it needs."""
    folder: Path = tmp_path_factory.mktemp("stack")
    people = getattr(request.module, "COMPANY", 300)
    settings = getattr(request.module, "SETTINGS", {})
    services = getattr(request.module, "SERVICES", BOARD_SERVICES)
    async with running_stack(database_templates, folder, people=people, settings=settings, services=services) as stack:
        await stack.synced()
        yield stack
