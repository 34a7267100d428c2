"""The sandbox as an application: mount it under a prefix beside others, or run it alone."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Any

from aiohttp import web

from rapport.sandbox.vendors.greenhouse import control, harvest, page
from rapport.sandbox.vendors.greenhouse.control import TRICKLE
from rapport.sandbox.vendors.greenhouse.harvest import SANDBOX
from rapport.sandbox.vendors.greenhouse.listing import forget_former_versions
from rapport.sandbox.vendors.greenhouse.refusals import refusals_are_answers
from rapport.sandbox.vendors.greenhouse.sandbox import Sandbox, open_sandbox
from rapport.sandbox.vendors.greenhouse.settings import SandboxSettings
from rapport.sandbox.vendors.greenhouse.simulator import Simulator
from rapport.sandbox.vendors.greenhouse.webhooks import deliveries

log = logging.getLogger(__name__)

_FORGET_EVERY = 60.0
_REMEMBERED = 600_000  # milliseconds of former versions: twice the longest lag


def create(settings: SandboxSettings) -> web.Application:
    """Return the application over a generated company; see the README beside this file for what it answers."""
    app = web.Application(middlewares=[refusals_are_answers])
    app[SANDBOX] = open_sandbox(settings)
    app[TRICKLE] = Simulator(app[SANDBOX])
    app.add_routes(harvest.routes())
    if settings.control:
        app.add_routes([*control.routes(), *page.routes()])
    app.cleanup_ctx.append(_running)
    return app


async def _running(app: web.Application) -> AsyncIterator[None]:
    """Deliver, and tidy up, from the start of the application to its end."""
    sandbox = app[SANDBOX]
    configured, at = sandbox.settings.webhooks, sandbox.settings.clock()
    await sandbox.company.run(partial(deliveries.configure, wanted=configured, at=at))
    work = asyncio.gather(sandbox.webhook_sender.run(), app[TRICKLE].run(), _forget(sandbox))
    work.add_done_callback(_report)
    yield
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work
    sandbox.company.close()


def _report(work: asyncio.Future[Any]) -> None:
    """Say at once that the background work has failed; waiting for the end of the application may take days."""
    if not work.cancelled() and (error := work.exception()) is not None:
        log.error("the sandbox delivers no webhooks any more", exc_info=error)


async def _forget(sandbox: Sandbox) -> None:
    while True:
        before = sandbox.settings.clock() - _REMEMBERED
        await sandbox.company.run(partial(forget_former_versions, before=before))
        await asyncio.sleep(_FORGET_EVERY)
