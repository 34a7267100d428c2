"""What a stack consists of and each process's settings: read by `make up`, the tests' stacks and the compose check.

Where things are and what the secrets are differs between the three; a :class:`Placement` says it.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

ORGANISATION = "acme"
ATS_CONNECTION = "greenhouse"
ATS_CONNECTIONS_FILE = "ats-connections"
MAIL_ACCOUNTS_FILE = "mail-accounts"
_ATS_CLIENT = "rapport"
_MAIL_DOMAIN = "example.com"
# Where the demo organisation works: reminders are sent in its working hours.
_TIME_ZONE = "Europe/Dublin"
# The demo's mailboxes are on this machine and may be polled often: a reply should show within seconds.
_MAIL_POLL_SECONDS = "2"


class Placement(Protocol):
    """Where the parts of one stack are, and its secrets by the names of `.env.example`."""

    @property
    def host(self) -> str:
        """The address on which every process listens."""

    @property
    def traces(self) -> str:
        """Where traces are sent."""

    def port(self, part: str) -> int:
        """The port on which a part listens; `smtp` and `imap` are parts of the sandbox."""

    def address(self, part: str) -> tuple[str, int]:
        """Host and port at which other processes reach a part."""

    def public_url(self, part: str) -> str:
        """Where browsers reach a part."""

    def broker(self, user: str) -> str:
        """The broker's address for one of its users."""

    def database(self, service: str, role: str) -> str:
        """The address of a service's database for one of its roles: `requests`, `system` or `owner`."""

    def secret(self, name: str) -> str:
        """A secret by its name."""

    def file(self, name: str) -> str:
        """The path of a declared file."""

    @property
    def web_app(self) -> str:
        """The folder of the web app's build."""

    @property
    def only_web_app(self) -> bool:
        """Whether the API executes the documents of the web app alone."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process: how it is run, and its settings."""

    name: str
    module: str
    arguments: tuple[str, ...]
    settings: Mapping[str, str]


def reviews(place: Placement) -> Process:
    """People put before reviewers."""
    return _service("reviews", place, _links("reviews", place) | {"TIME_ZONE": _TIME_ZONE})


def outreach(place: Placement) -> Process:
    """Messages to people, and notifications to users."""
    mail = {"MAIL_ACCOUNTS_FILE": place.file(MAIL_ACCOUNTS_FILE), "MAIL_POLL_SECONDS": _MAIL_POLL_SECONDS}
    app = {"WEB_APP_URL": place.public_url("gateway")}
    return _service("outreach", place, _links("outreach", place) | mail | app)


def pipeline(place: Placement) -> Process:
    """People, jobs, the board and the sync with the ATS."""
    own = {"ATS_CONNECTIONS_FILE": place.file(ATS_CONNECTIONS_FILE)}
    return _service("pipeline", place, own | _links("pipeline", place))


def analytics(place: Placement) -> Process:
    """Funnels from the events."""
    return _service("analytics", place, {})


def gateway(place: Placement) -> Process:
    """The GraphQL API."""
    settings = _serving("gateway", place) | {
        "OIDC_ISSUER": f"{_url(place, 'sandbox')}/oidc",
        "OIDC_AUDIENCE": "rapport",
        "WEB_APP_FOLDER": place.web_app,
    }
    if place.only_web_app:
        settings["TRUSTED_DOCUMENTS_FILE"] = f"{place.web_app}/documents.json"
    return Process("gateway", "rapport.gateway", ("serve",), settings)


def sandbox(place: Placement) -> Process:
    """The outside world: an ATS, mail servers, an issuer, a trace viewer."""
    hook = f"{_url(place, 'pipeline')}/hooks/greenhouse/{ORGANISATION}/{ATS_CONNECTION}"
    settings = {
        "HTTP_HOST": place.host,
        "HTTP_PORT": str(place.port("sandbox")),
        "SANDBOX_STATE": place.file("sandbox"),
        "SANDBOX_GATEWAY_URL": _url(place, "gateway"),
        "SANDBOX_WEBHOOK_URL": hook,
        "SANDBOX_WEBHOOK_SECRET": place.secret("ATS_WEBHOOK_SECRET"),
        "SANDBOX_CLIENT_ID": _ATS_CLIENT,
        "SANDBOX_CLIENT_SECRET": place.secret("ATS_CLIENT_SECRET"),
        "SANDBOX_SMTP_PORT": str(place.port("smtp")),
        "SANDBOX_IMAP_PORT": str(place.port("imap")),
        "SANDBOX_MAIL_PASSWORD": place.secret("MAIL_PASSWORD"),
    }
    if place.address("sandbox")[0] != place.host:
        # Otherwise it names itself as each client reached it, which may be through a proxy.
        settings["SANDBOX_PUBLIC_URL"] = _url(place, "sandbox")
        settings["SANDBOX_BROWSER_URL"] = place.public_url("sandbox")
    public, internal = place.public_url("outreach"), _url(place, "outreach")
    if public != internal:
        # Mails name outreach as browsers reach it; one-click unsubscribing is sent from inside.
        settings["SANDBOX_REACHED_AT"] = json.dumps({public: internal})
    return Process("sandbox", "rapport.sandbox", (), settings)


def migration(service: str, place: Placement) -> Process:
    """The one-shot command that migrates a service's database."""
    settings = {"MIGRATION_DATABASE_URL": place.database(service, "owner")}
    return Process(f"migrate-{service}", f"rapport.{service}", ("migrate",), settings)


SERVICES: Mapping[str, Callable[[Placement], Process]] = {
    "reviews": reviews,
    "outreach": outreach,
    "pipeline": pipeline,
    "analytics": analytics,
}
"""The services, each with a database of its own."""


def ats_connections(
    place: Placement, executives: Collection[str], sourcing_diversity: Collection[str]
) -> list[dict[str, Any]]:
    """Which ATS the organisation has, and what it does not know: the executives, and who has a grant."""
    ats = f"{_url(place, 'sandbox')}/ats"
    connection = {
        "org_id": ORGANISATION,
        "name": ATS_CONNECTION,
        "kind": "greenhouse",
        "base_url": f"{ats}/v3",
        "token_url": f"{ats}/token",
        "client_id": _ATS_CLIENT,
        "client_secret": place.secret("ATS_CLIENT_SECRET"),
        "webhook_secret": place.secret("ATS_WEBHOOK_SECRET"),
        "roles": {email: ["executive"] for email in executives},
        "diversity_sourcing": sorted(sourcing_diversity),
    }
    return [connection]


def mail_accounts(place: Placement) -> list[dict[str, Any]]:
    """Which servers carry the organisation's mail: the sandbox's."""
    servers = {}
    for protocol in ("smtp", "imap"):
        host, port = place.address(protocol)
        servers[protocol] = {"host": host, "port": port, "security": "none"}
    account = {
        "org_id": ORGANISATION,
        "domains": [_MAIL_DOMAIN],
        **servers,
        "password": place.secret("MAIL_PASSWORD"),
        "notifications_from": f"Rapport <rapport@{_MAIL_DOMAIN}>",
    }
    return [account]


def _service(name: str, place: Placement, own: Mapping[str, str]) -> Process:
    settings = _serving(name, place) | {
        "DATABASE_URL": place.database(name, "requests"),
        "SYSTEM_DATABASE_URL": place.database(name, "system"),
        **own,
    }
    return Process(name, f"rapport.{name}", ("serve",), settings)


def _serving(name: str, place: Placement) -> dict[str, str]:
    return {
        "HTTP_HOST": place.host,
        "HTTP_PORT": str(place.port(name)),
        "OTEL_EXPORTER_OTLP_ENDPOINT": place.traces,
        "NATS_URL": place.broker(name),
    }


def _links(service: str, place: Placement) -> dict[str, str]:
    secret = place.secret(f"{service.upper()}_LINK_SECRET")
    return {"PUBLIC_URL": place.public_url(service), "LINK_SECRET": secret}


def _url(place: Placement, part: str) -> str:
    host, port = place.address(part)
    return f"http://{host}:{port}"
