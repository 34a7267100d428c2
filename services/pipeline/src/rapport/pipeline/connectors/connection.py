"""The declared connections: which ATS each organisation has, and how to log in to it."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

from rapport.contracts.addresses import ComparableAddress
from rapport.contracts.identity import OrgId, Role


class Connection(BaseModel):
    """One organisation's account with one ATS."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    org_id: OrgId
    name: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    kind: Literal["greenhouse"]
    base_url: str
    """Of the API with its version: ``https://…/v3``."""
    token_url: str
    client_id: str
    client_secret: SecretStr
    webhook_secret: SecretStr
    roles: dict[ComparableAddress, frozenset[Role]] = {}
    """Roles that the ATS does not know (executives, say), by e-mail address."""
    sees_private_people: frozenset[ComparableAddress] = frozenset()
    """Site administrators whom the ATS permits to see every private person; its API does not say who they are."""
    diversity_sourcing: frozenset[ComparableAddress] = frozenset()
    """Who may search for people by what these said of themselves, where an admin switched that on."""


_connections = TypeAdapter(tuple[Connection, ...])


def read_connections(file: Path) -> tuple[Connection, ...]:
    """Read the connections declared in a JSON file.

    Raises:
        SystemExit: the file is missing or wrong; the message says where, without quoting secrets.
    """
    try:
        return _connections.validate_json(file.read_bytes())
    except OSError as problem:
        raise SystemExit(f"The ATS connections cannot be read: {problem.strerror}: {file}") from None
    except ValidationError as problem:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in problem.errors(include_input=False))
        raise SystemExit(f"The ATS connections in {file} are wrong: {wrong}") from None
