"""Puts the sandbox together: the ATS, the mail, the issuer, the traces, and a page that leads to all of them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from rapport.kit.web.templates import static_files
from rapport.sandbox.explore import ExploreRoutes
from rapport.sandbox.issuer import DemoUser, Issuer
from rapport.sandbox.issuer.keys import SigningKeys
from rapport.sandbox.issuer.routes import issuer_application
from rapport.sandbox.mail.routes import MailRoutes, MailSettings
from rapport.sandbox.pages import Html, escape, page
from rapport.sandbox.settings import SandboxSettings
from rapport.sandbox.traces.routes import TraceRoutes
from rapport.sandbox.traces.store import TraceStore

MAIL = web.AppKey("mail", MailRoutes)

# An export of spans or of a whole ATS collection, not more.
_LARGEST_BODY = 16 * 1024 * 1024


def sandbox(
    settings: SandboxSettings, ats: web.Application | None, users: Sequence[DemoUser], examples: Mapping[str, str]
) -> web.Application:
    """Return the application, with the given ATS and people."""
    keys = SigningKeys(settings.state / "signing-keys.json")
    issuer = Issuer(
        f"{settings.url}/oidc",
        keys,
        settings.organisation,
        browser_url=f"{settings.browser_url}/oidc" if settings.browser_url else None,
        session_lifetime=timedelta(seconds=settings.session_token_seconds),
    )
    store = TraceStore(settings.state / "traces.sqlite", kept=settings.spans_kept)
    explore = ExploreRoutes(settings.gateway_url, examples)
    mail = MailRoutes(_mail_settings(settings))

    application = web.Application(client_max_size=_LARGEST_BODY, middlewares=[_only_by_name_of(settings)])
    application.add_routes(
        [web.get("/", _front_page(settings)), web.get("/static/{name}", static_files("rapport.sandbox"))]
    )
    application.add_routes([web.get("/livez", _alive), web.get("/readyz", _alive)])
    application.add_routes(TraceRoutes(store).routes())
    application.add_routes(explore.routes())
    application.add_routes(mail.routes())
    application[MAIL] = mail
    application.add_subapp("/oidc", issuer_application(issuer, users))
    if ats is not None:
        application.add_subapp("/ats", ats)

    async def opened(_: web.Application) -> AsyncIterator[None]:
        yield
        store.close()

    application.cleanup_ctx.extend([opened, explore.connected, mail.serving])
    return application


def _mail_settings(settings: SandboxSettings) -> MailSettings:
    return MailSettings(
        file=settings.state / "mail.sqlite",
        host=settings.http_host,
        smtp_port=settings.smtp_port,
        imap_port=settings.imap_port,
        password=settings.mail_password,
        kept=settings.mails_kept,
        reached_at=settings.reached_at,
    )


def _only_by_name_of(settings: SandboxSettings) -> Middleware:
    """Refuse other host names: a foreign site that points its own name at us could read the demo's tokens."""
    names = {"127.0.0.1", "localhost", urlsplit(settings.url).hostname}

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if urlsplit(f"//{request.host}").hostname not in names:
            raise web.HTTPMisdirectedRequest(text="the sandbox is not known by this name")
        return await handler(request)

    return check


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"ready": True})


_THINGS = (
    ("/mail", "Mail", "Everybody's mailbox: what Rapport sends, and answers to it in one click."),
    ("/explore", "Explore", "Send GraphQL requests to the gateway as any of the demo users."),
    ("/traces", "Traces", "Where the time of a request went, through gateway, services, broker and consumers."),
    ("/oidc/users", "Demo users", "Who one can be, each with a token."),
    ("/ats/", "The sandbox ATS", "The applicant tracking system that Rapport synchronises with."),
    ("/oidc/.well-known/openid-configuration", "The issuer", "OpenID Connect discovery, for verifiers of tokens."),
)


def _front_page(settings: SandboxSettings) -> Handler:
    cards = "".join(
        f'<a class="card" href="{place}"><strong>{escape(name)}</strong><span>{escape(what)}</span></a>'
        for place, name, what in _THINGS
    )
    gateway = f"{settings.gateway_url}/graphql"
    body = Html(
        "<p>The world outside Rapport, on this machine. Nothing here leaves it, and nobody here is real.</p>"
        f'<div class="cards">{cards}</div>'
        f'<p>The gateway is at <a href="{escape(gateway)}">{escape(gateway)}</a>.</p>'
    )

    async def show(_: web.Request) -> web.Response:
        return page("Sandbox", body, here="/")

    return show
