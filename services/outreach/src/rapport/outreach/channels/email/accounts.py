"""The declared mail accounts: through which servers each organisation's mail goes out and comes in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

from rapport.contracts.addresses import canonical_domain, comparable_address, domain_of
from rapport.contracts.identity import OrgId
from rapport.outreach.domain.message import sendable_address


class Security(StrEnum):
    """How a connection is kept private. ``none`` is for a server on the same machine."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class Server(BaseModel):
    """A mail server."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    security: Security


def _mailbox(text: str) -> str:
    """A name and an address, or an address: what stands in a From header."""
    if sendable_address(parseaddr(text)[1]) is None:
        raise ValueError("must be an address, or a name and an address in angle brackets")
    return text


def _domain(text: str) -> str:
    domain = canonical_domain(text)
    if domain is None:
        raise ValueError("must be a domain")
    return domain


class Account(BaseModel):
    """One organisation's mail: users whose address is in one of its domains have a mailbox."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    org_id: OrgId
    name: str | None = Field(default=None, min_length=1)
    """What people know the organisation by; its short name and its domain, if absent."""
    domains: tuple[Annotated[str, AfterValidator(_domain)], ...] = Field(min_length=1)
    smtp: Server
    imap: Server
    password: SecretStr | None = None
    """A service account's, good for every mailbox; the login is the mailbox's address. Without it nobody logs in."""
    notifications_from: Annotated[str, AfterValidator(_mailbox)]
    """Whom notifications to users come from."""

    def has_mailbox(self, address: str) -> bool:
        """Whether this address is one of the organisation's own."""
        return domain_of(comparable_address(address)) in self.domains

    def login(self, address: str) -> "Login":
        """How to log in as a mailbox."""
        return Login(comparable_address(address), self.password)

    @property
    def known_as(self) -> str:
        """The organisation, for people whom it wrote to."""
        return self.name or f"{self.org_id} ({self.domains[0]})"

    @property
    def notifications_sender(self) -> tuple[str, str]:
        """Name and address that notices come from."""
        name, address = parseaddr(self.notifications_from)
        return name, comparable_address(address)


@dataclass(frozen=True, slots=True)
class Login:
    """A mailbox's name and password; no password, no login."""

    name: str
    password: SecretStr | None


Accounts = Mapping[str, Account]
"""By organisation."""


def has_mailbox(accounts: Accounts, org_id: str, address: str) -> bool:
    """Whether this address is one of the organisation's own; none is, if no account is declared for it."""
    account = accounts.get(org_id)
    return account is not None and account.has_mailbox(address)


_accounts = TypeAdapter(tuple[Account, ...])


def read_accounts(file: Path) -> Accounts:
    """Read the accounts declared in a JSON file.

    Raises:
        SystemExit: the file is missing or wrong; the message says where, without quoting secrets.
    """
    try:
        accounts = _accounts.validate_json(file.read_bytes())
    except OSError as problem:
        raise SystemExit(f"The mail accounts cannot be read: {problem.strerror}: {file}") from None
    except ValidationError as problem:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors(include_input=False))
        raise SystemExit(f"The mail accounts in {file} are wrong: {wrong}") from None
    twice = [org_id for org_id, count in Counter(a.org_id for a in accounts).items() if count > 1]
    if twice:
        raise SystemExit(f"The mail accounts in {file} are wrong: more than one of {', '.join(twice)}")
    return {account.org_id: account for account in accounts}
