"""Messages that wait for a user to do something."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from rapport.contracts.authorisation import SEE_OWN_WORK, Rule
from rapport.contracts.outreach.request import OutreachRequest
from rapport.contracts.requests import Result

REPLIES_WAIT = timedelta(days=60)
"""A reply that nobody answered for so long waits no more."""
MAX_EXCERPT = 160
"""Characters of a reply that are shown in a list."""


class UnansweredReply(Result):
    """The newest reply of a person to a message of the viewer's, with no message to that person since."""

    reply_id: UUID
    message_id: UUID
    person_id: UUID
    job_id: UUID | None
    received_at: datetime
    excerpt: str
    """How its text begins: at most 160 characters."""


class UncertainMessage(Result):
    """A message of the viewer's that may or may not have been sent."""

    message_id: UUID
    person_id: UUID
    job_id: UUID | None
    subject: str
    since: datetime
    """Since when it is in doubt."""


class GrantRequest(Result):
    """A user whose messages wait for the viewer's permission to send from their mailbox."""

    author_id: UUID
    messages: int
    """How many of theirs wait."""
    since: datetime
    """Since when the oldest of them does."""


class OwedTakeover(Result):
    """Somebody who asks the viewer to hand over a person with whom the viewer is in touch."""

    takeover_request_id: UUID
    person_id: UUID
    requested_by: UUID
    requested_at: datetime
    note: str
    """What they wrote; empty if nothing."""


class WaitingMessages(Result):
    """At most ``MAX_WAITING`` of each, what waits longest first, and how many there are."""

    replies: tuple[UnansweredReply, ...]
    replies_total: int
    in_doubt: tuple[UncertainMessage, ...]
    in_doubt_total: int
    grants: tuple[GrantRequest, ...]
    grants_total: int
    takeovers: tuple[OwedTakeover, ...] = ()
    takeovers_total: int = 0


class GetWaitingMessages(OutreachRequest[WaitingMessages]):
    """What waits for the viewer, of the messages they wrote or that come from their mailbox, and of the people they
    are in touch with.

    Replies of the last ``REPLIES_WAIT`` by people, not by machines for them, who may be written to.
    """

    rule: ClassVar[Rule] = SEE_OWN_WORK
