"""The running sandbox: what its parts share, and how a change is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from rapport.local.ats.access import RateLimit, Tokens
from rapport.local.ats.changes.change import Change
from rapport.local.ats.database import CompanyFile
from rapport.local.ats.faults import Faults
from rapport.local.ats.settings import SandboxSettings
from rapport.local.ats.webhooks.courier import Courier

_T = TypeVar("_T")


@dataclass(frozen=True)
class Sandbox:
    """What the handlers work with."""

    settings: SandboxSettings
    company: CompanyFile
    tokens: Tokens
    limit: RateLimit
    faults: Faults
    courier: Courier

    async def change(self, user: int | None, make: Callable[[Change], _T]) -> _T:
        """Make a change as of now, in one transaction, and let the webhooks tell of it."""
        done = await self.company.run(lambda connection: make(Change(connection, self.settings.clock(), user)))
        self.courier.notice()
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
        courier=Courier(company, settings, faults),
    )
