"""Who must not be written to, and who may change that."""

import hashlib
import hmac
from uuid import UUID

from rapport.contracts.addresses import comparable_address
from rapport.contracts.hiring import SuppressionReason
from rapport.contracts.refusals import Forbidden


def decide_lift(reason: SuppressionReason) -> Forbidden | None:
    """Nobody lifts what the person asked for themselves."""
    if reason is SuppressionReason.ERASED:
        return Forbidden(reason="the person was erased; whoever comes back is not to be recognised and written to")
    if reason is SuppressionReason.UNSUBSCRIBED:
        return Forbidden(reason="the person has unsubscribed; nobody else can take that back")
    return None


def address_hash(salt: bytes, address: str) -> bytes:
    """What is kept of an address when the address itself is gone; the salt keeps lists of guesses from fitting."""
    return hmac.new(salt, comparable_address(address).encode(), hashlib.sha256).digest()


def address_key(hashed: bytes) -> UUID:
    """The id under which an address is held while one decides about it."""
    return UUID(bytes=hashed[:16])
