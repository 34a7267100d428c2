"""New identifiers, and identifiers derived from what they stand for."""

from uuid import UUID

from uuid_utils.compat import uuid5, uuid7

_DERIVED = UUID("6f0d3c1e-5a6b-5d61-9b1e-2f8f6c1f7a10")
"""The namespace of every derived identifier; changing it would change them all."""


def new_id() -> UUID:
    """A fresh UUIDv7: ordered by time, so that indexes grow at their end."""
    return uuid7()


def derived_id(*parts: object) -> UUID:
    """The UUIDv5 of these parts: deriving it again gives the same one."""
    return uuid5(_DERIVED, "\x1f".join(str(part) for part in parts))
