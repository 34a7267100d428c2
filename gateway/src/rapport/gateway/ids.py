"""Ids as clients see them: opaque, and naming the type they belong to."""

from base64 import urlsafe_b64decode
from binascii import b2a_base64
from enum import StrEnum
from uuid import UUID

import strawberry

from rapport.gateway.errors import ClientError, Code


class Kind(StrEnum):
    """What an id may stand for."""

    JOB = "Job"
    STAGE = "Stage"
    PERSON = "Person"
    APPLICATION = "Application"
    CARD = "Card"
    USER = "User"
    REVIEW = "Review"
    VERDICT = "Verdict"
    MESSAGE = "Message"
    REPLY = "Reply"
    SENDING_GRANT = "SendingGrant"
    SUPPRESSION = "Suppression"
    ACTIVITY = "Activity"


def global_id(kind: Kind, uuid: UUID) -> strawberry.ID:
    """The id a client gets."""
    # Of letters, digits, hyphens and a colon, base64 has no character that an address would have to escape.
    return strawberry.ID(b2a_base64(f"{kind._value_}:{uuid}".encode(), newline=False).rstrip(b"=").decode())


def named_by(given: str, argument: str) -> tuple[Kind, UUID]:
    """What an id stands for.

    Raises:
        ClientError: it is none of ours (``INVALID_ID``); ``argument`` is named in it.
    """
    try:
        kind, _, uuid = urlsafe_b64decode(given + "=" * (-len(given) % 4)).decode().partition(":")
        found = Kind(kind), UUID(uuid)
    except ValueError:
        found = None
    # Exactly one spelling stands for a thing: clients keep what they know by it.
    if found is None or global_id(*found) != given:
        raise ClientError(Code.INVALID_ID, f"{argument} is not an id", argument=argument)
    return found


def uuid_of(kind: Kind, given: str, argument: str) -> UUID:
    """The thing of this kind that an id stands for.

    Raises:
        ClientError: it is none of ours, or stands for something else (``INVALID_ID``).
    """
    found, uuid = named_by(given, argument)
    if found is not kind:
        message = f"{argument} must be the id of {_with_article(kind)}, not of {_with_article(found)}"
        raise ClientError(Code.INVALID_ID, message, argument=argument)
    return uuid


def _with_article(kind: Kind) -> str:
    return f"{'an' if kind[0] in 'AEIO' else 'a'} {kind}"
