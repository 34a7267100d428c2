"""Where the parts of `make up`'s stack are, and their secrets. Decides, and starts nothing."""

import os
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from rapport.local import ports, topology
from rapport.local.accounts import folder_within_reach, unprivileged_account
from rapport.local.checkout import WEB_APP
from rapport.local.processes import Program
from rapport.local.provision import declared_databases, url_for
from rapport.local.servers import postgres_binaries
from rapport.local.servers.nats import Nats, declared_users
from rapport.local.servers.postgres import Postgres
from rapport.local.supervisor.state import State

# For the demo organisation, from the environment of `make up`.
_DEMO_SETTINGS = ("SANDBOX_PEOPLE", "SANDBOX_SEED", "SANDBOX_TRICKLE_PER_MINUTE")

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
    # Parts that are run otherwise, for instance under a debugger.
    without: frozenset[str] = frozenset()

    @classmethod
    def for_(cls, state: State) -> "Plan":
        """Plan with the servers that `DATABASE_URL` and `NATS_URL` name, if they do, and without `RAPPORT_WITHOUT`."""
        without = frozenset(os.environ.get("RAPPORT_WITHOUT", "").split(","))
        return cls(state, choose_ports(state.remembered_ports()), *_given_servers(), without)

    @classmethod
    def of_last_run(cls, state: State) -> "Plan":
        """The plan of the stack that runs, or ran last, on its own ports."""
        return cls(state, {**USUAL_PORTS, **state.remembered_ports()}, *_given_servers())

    def environment(self, service: str) -> dict[str, str]:
        """Everything a service and its commands read, its owner's database address included."""
        process = topology.SERVICES[service](self)
        return {**process.settings, **topology.migration(service, self).settings}

    @property
    def nats(self) -> Nats:
        """Our own broker."""
        passwords = {user: self.state.secret(f"NATS_{user.upper()}_PASSWORD") for user in declared_users()}
        return Nats(self.state.folder / "nats", self.ports["nats"], passwords)

    @property
    def postgres(self) -> Postgres:
        """Our own database server."""
        account = unprivileged_account()
        home = postgres_home(self.state)
        version = home / "data" / "PG_VERSION"
        written_by = int(version.read_text()) if version.exists() else None
        binaries = postgres_binaries.find(account, written_by=written_by)
        return Postgres(home, binaries, self.ports["postgres"], account, self.state.secret("POSTGRES_PASSWORD"))

    @property
    def database_server(self) -> str:
        """The address of the database server, for a role that may create databases and roles."""
        return self.given_database or self.postgres.url

    def passwords(self) -> dict[str, str]:
        """Return the password of every role."""
        roles = [role for database in declared_databases() for role in database.roles]
        return {role: self.state.secret(_password_of(role)) for role in roles}

    def url(self, part: str) -> str:
        """Return where a part answers HTTP."""
        return f"http://{ports.LOOPBACK}:{self.ports[part]}"

    def log(self, part: str) -> Path:
        """Return where a part's output goes."""
        return self.state.logs / f"{part}.log"

    # The placement of this stack's parts (`rapport.local.topology.Placement`).

    @property
    def host(self) -> str:
        """Every process listens on this machine only."""
        return ports.LOOPBACK

    @property
    def traces(self) -> str:
        """The collector that the environment names, else the sandbox."""
        return os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or self.url("sandbox")

    def port(self, part: str) -> int:
        """The port of a part."""
        return self.ports[part]

    def address(self, part: str) -> tuple[str, int]:
        """Host and port of a part."""
        return ports.LOOPBACK, self.ports[part]

    def public_url(self, part: str) -> str:
        """Browsers are on this machine too."""
        return self.url(part)

    def broker(self, user: str) -> str:
        """The address of the broker for one of our users; on a given one, everybody logs in as its address says."""
        return self.given_broker or self.nats.url_for(user)

    def database(self, service: str, role: str) -> str:
        """The address of a service's database for its role of this kind."""
        [database] = [each for each in declared_databases() if each.service == service]
        name = getattr(database, role)
        return url_for(self.database_server, name, self.state.secret(_password_of(name)), database.name)

    def secret(self, name: str) -> str:
        """A secret of this stack, generated on first use."""
        return self.state.secret(name)

    def file(self, name: str) -> str:
        """The path of a declared file, or of the sandbox's folder."""
        return str(self.state.folder / name)

    @property
    def web_app(self) -> str:
        """Where the web app's build appears; the gateway does not wait for it."""
        return str(WEB_APP)

    @property
    def only_web_app(self) -> bool:
        """People try queries of their own here."""
        return False

    def services(self) -> list[str]:
        """The services to run."""
        return [service for service in topology.SERVICES if self.includes(service)]

    def includes(self, part: str) -> bool:
        """Tell whether a part is ours to run."""
        return part not in self.without

    def service(self, name: str) -> Program:
        """How to run a service."""
        return self._program(topology.SERVICES[name](self))

    def gateway(self) -> Program:
        """How to run the gateway; GraphiQL needs the schema."""
        return self._program(topology.gateway(self), GRAPHQL_INTROSPECTION="true")

    def sandbox(self, *arguments: str) -> Program:
        """How to run the sandbox, or a command of it."""
        demo = {name: os.environ[name] for name in _DEMO_SETTINGS if name in os.environ}
        return self._program(replace(topology.sandbox(self), arguments=arguments), **demo)

    def declare_ats_connections(self, executives: Collection[str], sourcing_diversity: Collection[str]) -> None:
        """Write the file that declares the organisation's ATS."""
        declared = topology.ats_connections(self, executives, sourcing_diversity)
        self.state.write_private(topology.ATS_CONNECTIONS_FILE, declared)

    def declare_mail_accounts(self) -> None:
        """Write the file that declares the organisation's mail servers."""
        self.state.write_private(topology.MAIL_ACCOUNTS_FILE, topology.mail_accounts(self))

    def _program(self, process: topology.Process, **more: str) -> Program:
        argv = (sys.executable, "-m", process.module, *process.arguments)
        return Program(process.name, argv, self.log(process.name), {**process.settings, **more})


def _given_servers() -> tuple[str | None, str | None]:
    """The database server and the broker that the environment names."""
    return os.environ.get("DATABASE_URL") or None, os.environ.get("NATS_URL") or None


def _password_of(role: str) -> str:
    return f"{role.upper()}_PASSWORD"


def postgres_home(state: State) -> Path:
    """Return where our own database server keeps its data: with the rest, unless its user cannot get there."""
    return folder_within_reach(state.folder / "postgres", unprivileged_account())
