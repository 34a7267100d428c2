"""What the sandbox needs to know."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxSettings(BaseSettings):
    """From the environment; `SANDBOX_PEOPLE` sets `people`."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="SANDBOX_", populate_by_name=True)

    http_host: str = Field(default="127.0.0.1", validation_alias="HTTP_HOST")
    http_port: int = Field(validation_alias="HTTP_PORT")
    # How others reach the sandbox, if not by host and port.
    public_url: str | None = None
    # How browsers reach it, if not by that.
    browser_url: str | None = None
    # Seconds after which the web app's access tokens end; it renews them.
    session_token_seconds: float = Field(default=900, gt=0)
    state: Path
    gateway_url: str
    # The demo organisation: the same numbers give the same people. Once it is there, it keeps its own.
    people: int | None = None
    seed: int | None = None
    organisation: str = "acme"
    # Changes that the company makes on its own.
    trickle_per_minute: float = 0.0
    # Where the ATS reports changes, and what it and Rapport know each other by.
    webhook_url: str
    webhook_secret: str
    client_id: str
    client_secret: str
    # The world's mail: 0 is any free port; the password opens every mailbox. The oldest are forgotten.
    smtp_port: int = Field(default=0, ge=0, le=65535)
    imap_port: int = Field(default=0, ge=0, le=65535)
    mail_password: str = Field(min_length=1)
    mails_kept: int = Field(default=20_000, ge=1)
    # Addresses in mails that are reached from here by another one, such as a published port in a container's network.
    reached_at: dict[str, str] = Field(default_factory=dict)
    # Older spans are forgotten.
    spans_kept: int = 100_000

    @property
    def url(self) -> str:
        """Where the sandbox is, for its own links and as the issuer of tokens."""
        return self.public_url or f"http://{self.http_host}:{self.http_port}"
