"""The sandbox as an application: mount it under a prefix beside others, or run it alone."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from typing import Any

from aiohttp import web

from rapport.local.ats import control, harvest, page
from rapport.local.ats.control import TRICKLE
from rapport.local.ats.harvest import SANDBOX
from rapport.local.ats.listing import forget_former_versions
from rapport.local.ats.refusals import refusals_are_answers
from rapport.local.ats.sandbox import Sandbox, open_sandbox
from rapport.local.ats.settings import SandboxSettings
from rapport.local.ats.trickle import Trickle
from rapport.local.ats.webhooks import deliveries

log = logging.getLogger(__name__)

_FORGET_EVERY = 60.0
_REMEMBERED = 600_000  # milliseconds of former versions: twice the longest lag


def create(settings: SandboxSettings) -> web.Application:
    """Return the application over a generated company; see the README beside this file for what it answers."""
    app = web.Application(middlewares=[refusals_are_answers])
    app[SANDBOX] = open_sandbox(settings)
    app[TRICKLE] = Trickle(app[SANDBOX])
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
    work = asyncio.gather(sandbox.courier.run(), app[TRICKLE].run(), _forget(sandbox))
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
