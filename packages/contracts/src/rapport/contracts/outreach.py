"""What the outreach service answers: messages to people, their replies, who may send for whom, and who must not be
written to."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from rapport.contracts.access import (
    CHANGE_OWN_MESSAGES,
    EVERYBODY,
    KEEP_SUPPRESSIONS,
    LIFT_SUPPRESSIONS,
    READ_MESSAGES,
    REVOKE_OWN_GRANTS,
    SEE_OWN_GRANTS,
    WRITE_TO_PEOPLE,
    Rule,
)
from rapport.contracts.hiring import Channel, MessageState, Obstacle, ReplyKind, SuppressionReason
from rapport.contracts.identity import Role
from rapport.contracts.requests import Page, ReplyT, Request
from rapport.contracts.text import CLEANED, CleanText

MAX_SUBJECT = 200
MAX_BODY = 20_000
"""Characters of a message."""
MAX_IDS = 200
"""The most ids one batched read may name."""

UNDO_WITHIN = timedelta(minutes=10)
"""How long whoever entered a person into the ledger by mistake may take that back."""

Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_SUBJECT), CLEANED]
Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_BODY), CLEANED]


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True)


class _OutreachRequest(Request[ReplyT]):
    service: ClassVar[str] = "outreach"


class Answer(_Reply):
    """An answer to a message, without the text it quotes."""

    id: UUID
    message_id: UUID
    person_id: UUID
    kind: ReplyKind
    received_at: datetime
    subject: str
    text: str
    """What was written, without what it quotes; at most 20,000 characters of it."""
    signature: str | None = None
    """What stands below the text: a name and where to reach them; at most 2,000 characters of it."""


class Message(_Reply):
    """A message to a person."""

    id: UUID
    person_id: UUID
    job_id: UUID | None
    channel: Channel
    author_id: UUID
    """Who wrote it."""
    from_user_id: UUID
    """Whose mailbox it comes from; replies land there."""
    to_address: str
    subject: str
    body: str
    state: MessageState
    state_since: datetime
    obstacle: Obstacle | None
    """Why it waits or failed."""
    explanation: str | None
    """What the mail server said, if it said something."""
    send_at: datetime
    """Not before."""
    sent_at: datetime | None
    version: int
    answers: tuple[Answer, ...]
    """The newest 50, oldest first."""


class Messages(_Reply):
    items: tuple[Message, ...]


class MessageEdge(_Reply):
    cursor: tuple[str, ...]
    node: Message


class MessagePage(_Reply):
    edges: tuple[MessageEdge, ...]
    has_next: bool


class MessageChanged(_Reply):
    """The message as it is now."""

    message: Message


class SendMessage(_OutreachRequest[MessageChanged]):
    """Write to a person by mail, from oneself or on behalf of a user who allows it.

    Whether it may be sent is decided when it is sent. Repeating it under the same key sends nothing twice.
    """

    rule: ClassVar[Rule] = WRITE_TO_PEOPLE

    person_id: UUID
    subject: Subject
    body: Body
    from_user_id: UUID | None = None
    """On behalf of whom; the viewer if absent."""
    job_id: UUID | None = None
    to_address: CleanText | None = None
    """One of the person's addresses; the first if absent."""
    reply_to_message_id: UUID | None = None
    """Continues the conversation of an earlier message to this person."""
    send_at: AwareDatetime | None = None


class CancelMessage(_OutreachRequest[MessageChanged]):
    """Call off a message that has not been sent."""

    rule: ClassVar[Rule] = CHANGE_OWN_MESSAGES

    message_id: UUID


class SettleMessage(_OutreachRequest[MessageChanged]):
    """Say what became of a message in doubt: it was sent, or it was not and is to be sent now."""

    rule: ClassVar[Rule] = CHANGE_OWN_MESSAGES

    message_id: UUID
    was_sent: bool


class GetMessages(_OutreachRequest[MessagePage]):
    """The messages the viewer may see, the newest first."""

    rule: ClassVar[Rule] = READ_MESSAGES

    person_id: UUID | None = None
    state: MessageState | None = None
    page: Page = Page()


class GetMessagesByIds(_OutreachRequest[Messages]):
    """These messages; those unknown or hidden from the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = READ_MESSAGES

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class SendingGrant(_Reply):
    """A user's permission that others send from their mailbox; exactly one of the last two is set."""

    id: UUID
    granted_by: UUID
    granted_at: datetime
    revoked_at: datetime | None
    user_id: UUID | None
    role: Role | None


class SendingGrants(_Reply):
    items: tuple[SendingGrant, ...]


class GrantSending(_OutreachRequest[SendingGrant]):
    """Let a user, or everybody with a role, send from the viewer's mailbox."""

    rule: ClassVar[Rule] = EVERYBODY

    user_id: UUID | None = None
    role: Role | None = None


class RevokeSending(_OutreachRequest[SendingGrant]):
    """Take a permission back; messages that wait for it go on waiting."""

    rule: ClassVar[Rule] = REVOKE_OWN_GRANTS

    grant_id: UUID


class GetSendingGrants(_OutreachRequest[SendingGrants]):
    """The permissions the viewer gave, or has: at most 200, the newest first."""

    rule: ClassVar[Rule] = SEE_OWN_GRANTS

    include_revoked: bool = False


class Suppression(_Reply):
    """An entry of the ledger of those who must not be written to."""

    id: UUID
    person_id: UUID | None
    address: str | None
    """The address, where only one is meant and it is still known."""
    whole_person: bool
    reason: SuppressionReason
    recorded_at: datetime
    recorded_by: UUID | None
    """The user, if it was one."""
    lifted_at: datetime | None
    version: int


class SuppressionEdge(_Reply):
    cursor: tuple[str, ...]
    node: Suppression


class SuppressionPage(_Reply):
    edges: tuple[SuppressionEdge, ...]
    has_next: bool


class GetSuppressions(_OutreachRequest[SuppressionPage]):
    """The ledger, the newest entries first."""

    rule: ClassVar[Rule] = KEEP_SUPPRESSIONS

    person_id: UUID | None = None
    include_lifted: bool = False
    page: Page = Page()


class SuppressPerson(_OutreachRequest[Suppression]):
    """Let nobody write to this person any more, by any channel. Repeating it changes nothing."""

    rule: ClassVar[Rule] = KEEP_SUPPRESSIONS

    person_id: UUID


class LiftSuppression(_OutreachRequest[Suppression]):
    """Let them be written to again; not what the person asked for themselves.

    For admins, and within ``UNDO_WITHIN`` for the user who recorded it: they meant somebody else.
    """

    rule: ClassVar[Rule] = LIFT_SUPPRESSIONS

    suppression_id: UUID
