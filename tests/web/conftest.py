"""One browser for each file of journeys through the web app."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from rapport.local.checkout import WEB_APP
from rapport.testing.browser import running_browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A file's tests share it, as they share a stack."""
    if not (WEB_APP / "index.html").exists():
        pytest.fail("the web app is not built: make web-app")
    async with running_browser() as running:
        yield running
