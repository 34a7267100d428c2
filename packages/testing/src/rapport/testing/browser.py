"""A real browser for tests of pages: the system's Chromium, driven over its own protocol."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""The first is the same engine without the windows around the pages, for a third less of the processor."""
# Chromium reads this flag once: Playwright's own list, which this one replaces; the two pages with which Chromium draws
# the suggestions of its address bar, which it loads for every window at the price of a page of ours; and processes kept
# in reserve, or begun anew where signing in leads to another port and back.
_DISABLED_FEATURES = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "OriginKeyedProcessesByDefault",
    "PaintHolding",
    "PreconnectToSearch",
    "SpareRendererForSitePerProcess",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
# As few of its own habits as possible: nothing here is to leave this machine.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-site-isolation-trials",
    f"--disable-features={','.join(_DISABLED_FEATURES)}",
)
_START_WITHIN = 60_000
"""Milliseconds; the first start on a busy machine takes long."""
_MISSING = "the tests of pages need Chromium: apt-get install chromium-headless-shell, or chromium"


def chromium_path() -> str:
    """Where the system's Chromium is; without one the test fails, or is skipped where it cannot be installed."""
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    if os.geteuid() == 0:
        pytest.fail(_MISSING, pytrace=False)
    pytest.skip(_MISSING)


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Run a browser until the end of the block."""
    executable = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=list(_ARGUMENTS), timeout=_START_WITHIN
        )
        try:
            yield browser
        finally:
            await browser.close()
