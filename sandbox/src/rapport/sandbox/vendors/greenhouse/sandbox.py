"""The running sandbox: what its parts share, and how a change is made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from rapport.sandbox.vendors.greenhouse.access import RateLimit, Tokens
from rapport.sandbox.vendors.greenhouse.changes.change import Change
from rapport.sandbox.vendors.greenhouse.database import CompanyFile
from rapport.sandbox.vendors.greenhouse.faults import Faults
from rapport.sandbox.vendors.greenhouse.files import FileAddresses
from rapport.sandbox.vendors.greenhouse.settings import SandboxSettings
from rapport.sandbox.vendors.greenhouse.webhooks.webhook_sender import WebhookSender

_T = TypeVar("_T")


@dataclass(frozen=True)
class Sandbox:
    """What the handlers work with."""

    settings: SandboxSettings
    company: CompanyFile
    tokens: Tokens
    limit: RateLimit
    faults: Faults
    webhook_sender: WebhookSender
    file_addresses: FileAddresses = field(default_factory=FileAddresses)

    async def change(self, user: int | None, make: Callable[[Change], _T]) -> _T:
        """Make a change as of now, in one transaction, and let the webhooks tell of it."""
        done = await self.company.run(lambda connection: make(Change(connection, self.settings.clock(), user)))
        self.webhook_sender.notice()
        return done


def open_sandbox(settings: SandboxSettings) -> Sandbox:
    """Open the company's file and put the parts together."""
    company = CompanyFile(settings.company)
    faults = Faults(list_lag=settings.list_lag)
    return Sandbox(
        settings=settings,
        company=company,
        tokens=Tokens(settings),
        limit=RateLimit(settings.rate_limit, settings.rate_window, settings.clock),
        faults=faults,
        webhook_sender=WebhookSender(company, settings, faults),
    )
