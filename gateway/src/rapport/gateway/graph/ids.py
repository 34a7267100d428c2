"""Ids as clients see them: opaque, and naming the type they belong to."""

from base64 import urlsafe_b64decode
from binascii import b2a_base64
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import strawberry

from rapport.gateway.errors import ClientError, Code

Id = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
"""The argument by which a thing is queried."""


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
    MESSAGE_TEMPLATE = "MessageTemplate"
    TAKEOVER_REQUEST = "TakeoverRequest"
    ACTIVITY = "Activity"
    MERGE = "Merge"
    DUPLICATE = "ProbableDuplicate"
    FLAG = "Flag"
    ABSENCE = "Absence"
    PROJECT = "Project"
    NOTE = "Note"
    CONTACT_POINT = "ContactPoint"
    IMPORT = "Import"
    ATTACHMENT = "Attachment"
    CUSTOM_FIELD = "CustomField"
    DEMOGRAPHIC_OPTION = "DemographicOption"
    DIVERSITY_USE = "DiversityUse"
    DIRECTORY_CHANGE = "DirectoryChange"
    SCORECARD = "Scorecard"
    INTERVIEW = "Interview"
    OFFER = "Offer"
    AGREED_ACTION = "AgreedAction"
    SAVED_SEARCH = "SavedSearch"
    BULK_ACTION = "BulkAction"
    CLOSE_REASON = "CloseReason"
    OPENING = "Opening"
    JOB_ADDITION = "JobAddition"


def global_id(kind: Kind, uuid: UUID) -> strawberry.ID:
    """The id as a client sees it."""
    # The base64 of letters, digits, hyphens and a colon has no character that a URL would have to escape.
    return strawberry.ID(b2a_base64(f"{kind._value_}:{uuid}".encode(), newline=False).rstrip(b"=").decode())


def parse_id(id_: str, argument: str) -> tuple[Kind, UUID]:
    """The thing an id stands for.

    Raises:
        ClientError: it is not an id (``INVALID_ID``); names ``argument``.
    """
    try:
        kind, _, uuid = urlsafe_b64decode(id_ + "=" * (-len(id_) % 4)).decode().partition(":")
        parsed = Kind(kind), UUID(uuid)
    except ValueError:
        parsed = None
    # Exactly one spelling stands for a thing: clients cache by it.
    if parsed is None or global_id(*parsed) != id_:
        raise ClientError(Code.INVALID_ID, f"{argument} must be an id", argument=argument)
    return parsed


def uuid_of(kind: Kind, id_: str, argument: str) -> UUID:
    """The UUID of the thing of this kind that an id stands for.

    Raises:
        ClientError: it is not an id, or that of another kind (``INVALID_ID``).
    """
    id_kind, uuid = parse_id(id_, argument)
    if id_kind is not kind:
        message = f"{argument} must be the id of {_with_article(kind)}, not of {_with_article(id_kind)}"
        raise ClientError(Code.INVALID_ID, message, argument=argument)
    return uuid


def _with_article(kind: Kind) -> str:
    return f"{'an' if kind[0] in 'AEIO' else 'a'} {kind}"
