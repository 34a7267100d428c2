"""An issuer of tokens for tests, and an impostor."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Middleware

from rapport.local import ports
from rapport.sandbox.issuer import DemoUser, Issuer
from rapport.sandbox.issuer.keys import SigningKeys
from rapport.sandbox.issuer.routes import issuer_application
from rapport.testing.reserved_ports import ReservedPort

ORGANISATION = "acme"


@asynccontextmanager
async def serving_issuer(
    folder: Path, users: tuple[DemoUser, ...] = (), middlewares: Sequence[Middleware] = ()
) -> AsyncIterator[Issuer]:
    """Serve an issuer's discovery, keys and tokens until the end of the block."""
    port = ReservedPort()
    issuer = Issuer(f"http://{ports.LOOPBACK}:{port.number}/oidc", SigningKeys(folder / "keys.json"), ORGANISATION)
    application = web.Application(middlewares=middlewares)
    application.add_subapp("/oidc", issuer_application(issuer, users))
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, ports.LOOPBACK, port.number).start()
        yield issuer
    finally:
        await runner.cleanup()


def impostor(issuer: Issuer, folder: Path) -> Issuer:
    """Return an issuer that claims the same address but has other keys; its tokens must be rejected."""
    return Issuer(issuer.url, SigningKeys(folder / "impostors-keys.json"), issuer.organisation)
