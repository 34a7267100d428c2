"""Sending grants: who may send from whose mailbox."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from rapport.contracts.authorisation import EVERYBODY, REVOKE_OWN_GRANTS, SEE_OWN_GRANTS, Rule
from rapport.contracts.identity import Role
from rapport.contracts.outreach.request import OutreachRequest
from rapport.contracts.requests import Result


class SendingGrant(Result):
    """A user's permission that others send from their mailbox; exactly one of the last two is set."""

    id: UUID
    granted_by: UUID
    granted_at: datetime
    revoked_at: datetime | None
    user_id: UUID | None
    role: Role | None


class SendingGrants(Result):
    items: tuple[SendingGrant, ...]


class GrantSending(OutreachRequest[SendingGrant]):
    """Let a user, or everybody with a role, send from the viewer's mailbox."""

    rule: ClassVar[Rule] = EVERYBODY

    user_id: UUID | None = None
    role: Role | None = None


class RevokeSending(OutreachRequest[SendingGrant]):
    """Take a permission back; messages that wait for it go on waiting."""

    rule: ClassVar[Rule] = REVOKE_OWN_GRANTS

    grant_id: UUID


class GetSendingGrants(OutreachRequest[SendingGrants]):
    """The permissions the viewer gave, or has: at most 200, the newest first."""

    rule: ClassVar[Rule] = SEE_OWN_GRANTS

    include_revoked: bool = False
