"""The settings of the outreach service."""

from pathlib import Path

from pydantic import Field

from rapport.kit.runtime.settings import LinkSettings, ServiceSettings


class OutreachSettings(ServiceSettings, LinkSettings):
    """Beside every service's settings and those of links: where mail goes out and comes in."""

    mail_accounts_file: Path
    web_app_url: str | None = None
    """Where users reach the web app, without a slash at the end: part of the mails to them."""
    mail_poll_seconds: float = Field(default=15.0, gt=0)
    """Between two polls of the mailboxes."""
    send_response_seconds: float = Field(default=600.0, gt=0)
    """How long a mail server may take to say whether it has a text: RFC 5321 gives it ten minutes."""
    send_lease_seconds: float = Field(default=60.0, gt=0)
    """How long a claim of a message is valid without renewal; after that another process may take it."""
