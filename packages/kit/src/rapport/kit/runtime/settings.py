"""Settings come from the environment: few, frozen, and all that is missing is named at once."""

import sys
from typing import TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What every process needs to know; a service adds its own. ``DATABASE_URL`` sets ``database_url``."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    nats_url: str
    http_host: str = "127.0.0.1"
    http_port: int
    otel_exporter_otlp_endpoint: str | None = None
    otel_traces_sampler_arg: float = Field(default=1.0, ge=0, le=1)
    """The share of the traces begun here that is kept."""


class DatabaseSettings(BaseSettings):
    """What a command that works on a service's database needs to know."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str
    """As the service's role, bound to one organisation at a time."""
    system_database_url: str
    """As the service's system role: the relay and the workers that serve every organisation."""


class ServiceSettings(Settings, DatabaseSettings):
    """What every service with a database needs to know."""


class LinkSettings(BaseSettings):
    """What a service whose pages are reached by signed links needs to know."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    public_url: str
    """Where people reach the service's pages, without a slash at the end."""
    link_secret: SecretStr
    """Signs the links; knowing it is enough to create them."""


class RebuildSettings(DatabaseSettings):
    """What the one-shot rebuild of a read model needs to know."""

    nats_url: str


class MigrationSettings(BaseSettings):
    """What the one-shot migration needs to know."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    migration_database_url: str
    """As the database's owner."""


SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def from_environment(settings: type[SettingsT]) -> SettingsT:
    """Read the settings, or end the process with the names of what is missing or wrong."""
    try:
        return settings()
    except ValidationError as problem:
        wrong = [f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in problem.errors(include_input=False)]
        sys.exit("\n".join(["These settings are missing or wrong:", *wrong]))
