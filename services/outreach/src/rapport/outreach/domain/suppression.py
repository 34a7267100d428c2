"""Who must not be written to, and who may change that."""

import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from rapport.contracts.addresses import comparable_address
from rapport.contracts.identity import Viewer
from rapport.contracts.outreach import UNDO_WITHIN, LiftSuppression
from rapport.contracts.refusals import Forbidden
from rapport.contracts.vocabulary import SuppressionReason


def decide_lift(
    reason: SuppressionReason,
    recorded_by: UUID | None,
    recorded_at: datetime,
    viewer: Viewer,
    *,
    at: datetime,
    is_known: bool = True,
) -> Forbidden | None:
    """An unsubscription cannot be lifted; only admins lift what another user recorded.

    ``is_known``: whether the person exists, as an erased one does again when the ATS shows them after all.
    """
    if reason is SuppressionReason.ERASED and not is_known:
        return Forbidden(reason="the person was erased; this suppression cannot be lifted")
    if reason is SuppressionReason.UNSUBSCRIBED:
        return Forbidden(reason="the person has unsubscribed; users cannot lift this suppression")
    bound = LiftSuppression.rule.scope_user(viewer)
    if bound is None or (bound == recorded_by and at <= recorded_at + UNDO_WITHIN):
        return None
    return Forbidden(reason=LiftSuppression.rule.denial_reason)


def address_hash(salt: bytes, address: str) -> bytes:
    """What is stored of an erased address; the salt defeats precomputed lists."""
    return hmac.new(salt, comparable_address(address).encode(), hashlib.sha256).digest()


def address_key(hashed: bytes) -> UUID:
    """The id under which an address is locked."""
    return UUID(bytes=hashed[:16])
