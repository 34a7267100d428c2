"""Serves the sandbox: `python -m rapport.sandbox`; with `company` it only makes the demo organisation."""

import asyncio
import logging
import signal
import sys
from pathlib import Path

from aiohttp import web

from rapport.kit.runtime.settings import from_environment
from rapport.sandbox.app import sandbox
from rapport.sandbox.demo_ats import CompanyError, ats_application, make_company, people
from rapport.sandbox.sample_queries import EXAMPLES
from rapport.sandbox.settings import SandboxSettings


async def serve(settings: SandboxSettings, company: Path) -> None:
    """Serve until the stop signal."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    application = sandbox(settings, ats_application(settings, company), people(company), EXAMPLES)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.http_host, settings.http_port).start()
        await stopped.wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    given = from_environment(SandboxSettings)
    given.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        company = make_company(given, lambda people: logging.info("%d people", people))
    except CompanyError as problem:
        sys.exit(str(problem))
    if sys.argv[1:] != ["company"]:
        asyncio.run(serve(given, company))
