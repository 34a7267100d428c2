"""What a stack consists of, and what each part is told: addresses, roles, secrets. Decides, and starts nothing."""

import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rapport.local import ports
from rapport.local.accounts import folder_within_reach, unprivileged_account
from rapport.local.processes import Program
from rapport.local.provision import ServiceDatabase, declared_databases, url_for
from rapport.local.servers import postgres_binaries
from rapport.local.servers.nats import Nats, declared_users
from rapport.local.servers.postgres import Postgres
from rapport.local.supervisor.state import State

ORGANISATION = "acme"
ATS_CONNECTION = "greenhouse"
_ATS_CLIENT = "rapport"
_ATS_CONNECTIONS = "ats-connections.json"
_OF_THE_DEMO = ("SANDBOX_PEOPLE", "SANDBOX_SEED", "SANDBOX_TRICKLE_PER_MINUTE")
_MAIL_ACCOUNTS = "mail-accounts.json"
# The demo organisation's people work there: when they are reminded of something follows from it.
_DEMO_TIME_ZONE = "Europe/Dublin"
# Everybody's mailbox is on this machine: whoever tries something out does not want to wait for an answer.
_MAIL_POLL_SECONDS = "2"

USUAL_PORTS = {
    "gateway": 8080,
    "reviews": 8081,
    "outreach": 8082,
    "pipeline": 8083,
    "analytics": 8084,
    "sandbox": 8090,
    "smtp": 8025,
    "imap": 8143,
    "nats": 4222,
    "postgres": 5433,
}


def choose_ports(remembered: Mapping[str, int]) -> dict[str, int]:
    """Give every part its port of the last run, else its usual one, else the next free one."""
    chosen: dict[str, int] = {}
    for part, usual in USUAL_PORTS.items():
        last = remembered.get(part, usual)
        if last not in chosen.values() and ports.is_free(last):
            chosen[part] = last
        else:  # leaving to the others what is theirs
            chosen[part] = ports.next_free(usual, taken={*chosen.values(), *USUAL_PORTS.values()})
    return chosen


@dataclass(frozen=True)
class Plan:
    """One stack: its state, its ports, and the two servers, each either given or our own."""

    state: State
    ports: Mapping[str, int]
    given_database: str | None
    given_broker: str | None
    # Parts that somebody else runs, for instance under a debugger.
    without: frozenset[str] = frozenset()

    @classmethod
    def for_(cls, state: State) -> "Plan":
        """Plan with the servers that `DATABASE_URL` and `NATS_URL` name, if they do, and without `RAPPORT_WITHOUT`."""
        database, broker = os.environ.get("DATABASE_URL") or None, os.environ.get("NATS_URL") or None
        without = frozenset(os.environ.get("RAPPORT_WITHOUT", "").split(","))
        return cls(state, choose_ports(state.remembered_ports()), database, broker, without)

    @property
    def nats(self) -> Nats:
        """Our own broker."""
        passwords = {user: self.state.secret(f"nats {user}") for user in declared_users()}
        return Nats(self.state.folder / "nats", self.ports["nats"], passwords)

    @property
    def postgres(self) -> Postgres:
        """Our own database server."""
        account = unprivileged_account()
        home = postgres_home(self.state)
        version = home / "data" / "PG_VERSION"
        written_by = int(version.read_text()) if version.exists() else None
        binaries = postgres_binaries.find(account, written_by=written_by)
        return Postgres(home, binaries, self.ports["postgres"], account, self.state.secret("postgres"))

    @property
    def database_server(self) -> str:
        """The address of the database server, for whoever may create databases and roles."""
        return self.given_database or self.postgres.url

    def broker(self, user: str) -> str:
        """The address of the broker for one of our users; on a given one, everybody logs in as its address says."""
        return self.given_broker or self.nats.url_for(user)

    def passwords(self) -> dict[str, str]:
        """Return the password of every role."""
        roles = [role for database in declared_databases() for role in database.roles]
        return {role: self.state.secret(f"role {role}") for role in roles}

    def url(self, part: str) -> str:
        """Return where a part answers HTTP."""
        return f"http://{ports.LOOPBACK}:{self.ports[part]}"

    def log(self, part: str) -> Path:
        """Return where a part's output goes."""
        return self.state.logs / f"{part}.log"

    def services(self) -> list[ServiceDatabase]:
        """Return the services to run."""
        return [database for database in declared_databases() if self.includes(database.service)]

    def includes(self, part: str) -> bool:
        """Tell whether a part is there and is ours to run."""
        return part not in self.without and find_spec(f"rapport.{part}.__main__") is not None

    def service(self, database: ServiceDatabase) -> Program:
        """Return how to run a service."""
        environment = self._everyone(database.service) | {
            "DATABASE_URL": self._database_url(database, database.requests),
            "SYSTEM_DATABASE_URL": self._database_url(database, database.system),
            "NATS_URL": self.broker(database.service),
        }
        environment |= self._own(database.service)
        return self._python(database.service, f"rapport.{database.service}", "serve", environment=environment)

    def _own(self, service: str) -> dict[str, str]:
        """Return what one service is told beside what every service is told."""
        links = {"PUBLIC_URL": self.url(service), "LINK_SECRET": self.state.secret(f"{service} links")}
        match service:
            case "pipeline":
                return {"ATS_CONNECTIONS_FILE": str(self.state.folder / _ATS_CONNECTIONS)}
            case "reviews":
                return links | {"TIME_ZONE": _DEMO_TIME_ZONE}
            case "outreach":
                accounts = str(self.state.folder / _MAIL_ACCOUNTS)
                return links | {"MAIL_ACCOUNTS_FILE": accounts, "MAIL_POLL_SECONDS": _MAIL_POLL_SECONDS}
            case _:
                return {}

    def migration_url(self, database: ServiceDatabase) -> str:
        """Return the address of a service's database for its owner, who changes the schema."""
        return self._database_url(database, database.owner)

    def gateway(self) -> Program:
        """Return how to run the gateway."""
        environment = self._everyone("gateway") | {
            "NATS_URL": self.broker("gateway"),
            "OIDC_ISSUER": f"{self.url('sandbox')}/oidc",
            "OIDC_AUDIENCE": "rapport",
            "GRAPHQL_INTROSPECTION": "true",
        }
        return self._python("gateway", "rapport.gateway", "serve", environment=environment)

    def sandbox(self, *arguments: str) -> Program:
        """Return how to run the world outside: the ATS, the mail, the issuer, the trace viewer."""
        environment = {
            "HTTP_HOST": ports.LOOPBACK,
            "HTTP_PORT": str(self.ports["sandbox"]),
            "SANDBOX_STATE": str(self.state.folder / "sandbox"),
            **{name: os.environ[name] for name in _OF_THE_DEMO if name in os.environ},
            "SANDBOX_GATEWAY_URL": self.url("gateway"),
            "SANDBOX_WEBHOOK_URL": f"{self.url('pipeline')}/hooks/greenhouse/{ORGANISATION}/{ATS_CONNECTION}",
            "SANDBOX_CLIENT_ID": _ATS_CLIENT,
            "SANDBOX_CLIENT_SECRET": self.state.secret("ats client"),
            "SANDBOX_WEBHOOK_SECRET": self.state.secret("ats webhook"),
            "SANDBOX_SMTP_PORT": str(self.ports["smtp"]),
            "SANDBOX_IMAP_PORT": str(self.ports["imap"]),
            "SANDBOX_MAIL_PASSWORD": self.state.secret("mail"),
        }
        return self._python("sandbox", "rapport.sandbox", *arguments, environment=environment)

    def _everyone(self, part: str) -> dict[str, str]:
        return {
            "HTTP_HOST": ports.LOOPBACK,
            "HTTP_PORT": str(self.ports[part]),
            "OTEL_EXPORTER_OTLP_ENDPOINT": os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or self.url("sandbox"),
        }

    def _database_url(self, database: ServiceDatabase, role: str) -> str:
        return url_for(self.database_server, role, self.state.secret(f"role {role}"), database.name)

    def declare_ats_connections(self, executives: Collection[str]) -> None:
        """Write down which ATS the organisation has, and who are executives: the ATS has no such role."""
        ats = f"{self.url('sandbox')}/ats"
        connection = {
            "org_id": ORGANISATION,
            "name": ATS_CONNECTION,
            "kind": "greenhouse",
            "base_url": f"{ats}/v3",
            "token_url": f"{ats}/token",
            "client_id": _ATS_CLIENT,
            "client_secret": self.state.secret("ats client"),
            "webhook_secret": self.state.secret("ats webhook"),
            "roles": {email: ["executive"] for email in executives},
        }
        self.state.write_private(_ATS_CONNECTIONS, [connection])

    def declare_mail_accounts(self) -> None:
        """Write down through which servers the organisation's mail goes out and comes in: the sandbox's."""
        servers = {
            protocol: {"host": ports.LOOPBACK, "port": self.ports[protocol], "security": "none"}
            for protocol in ("smtp", "imap")
        }
        account = {
            "org_id": ORGANISATION,
            "domains": ["example.com"],
            **servers,
            "password": self.state.secret("mail"),
            "notifications_from": "Rapport <rapport@example.com>",
        }
        self.state.write_private(_MAIL_ACCOUNTS, [account])

    def _python(self, name: str, module: str, *arguments: str, environment: Mapping[str, str]) -> Program:
        return Program(name, (sys.executable, "-m", module, *arguments), self.log(name), environment)


def postgres_home(state: State) -> Path:
    """Return where our own database server keeps its data: with the rest, unless its user cannot get there."""
    return folder_within_reach(state.folder / "postgres", unprivileged_account())
