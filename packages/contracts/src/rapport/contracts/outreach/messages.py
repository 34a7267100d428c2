"""Messages to people, and their replies."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from rapport.contracts.authorisation import CHANGE_OWN_MESSAGES, READ_MESSAGES, READ_OWN_MESSAGES, WRITE_TO_PEOPLE, Rule
from rapport.contracts.outreach.request import OutreachRequest
from rapport.contracts.requests import MAX_IDS, Page, Result
from rapport.contracts.text import CLEANED, CleanText
from rapport.contracts.vocabulary import Blocker, Channel, MessageState, ReplyKind

MAX_SUBJECT = 200

MAX_BODY = 20_000
"""Characters of a message."""

Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_SUBJECT), CLEANED]

Body = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_BODY), CLEANED]


class Reply(Result):
    """A reply to a message, without the text it quotes."""

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


class Message(Result):
    """A message to a person."""

    id: UUID
    person_id: UUID
    job_id: UUID | None
    application_id: UUID | None = None
    """Of whose rejection it tells the person; null for any other message."""
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
    blocker: Blocker | None
    """Why it waits or failed."""
    explanation: str | None
    """What the mail server said, if it said something."""
    send_at: datetime
    """Not before."""
    sent_at: datetime | None
    version: int
    replies: tuple[Reply, ...]
    """The newest 50, oldest first."""


class Messages(Result):
    items: tuple[Message, ...]


class MessageEdge(Result):
    cursor: tuple[str, ...]
    node: Message


class MessagePage(Result):
    edges: tuple[MessageEdge, ...]
    has_next: bool


class MessageResult(Result):
    """The message as it is now.

    Of a message that was just written, ``blocker`` is what would keep it from being sent at this moment, spacing left
    out.
    """

    message: Message


class SendMessage(OutreachRequest[MessageResult]):
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


class CancelMessage(OutreachRequest[MessageResult]):
    """Call off a message that has not been sent."""

    rule: ClassVar[Rule] = CHANGE_OWN_MESSAGES

    message_id: UUID


class SettleMessage(OutreachRequest[MessageResult]):
    """Say what became of a message in doubt: it was sent, or it was not and is to be sent now."""

    rule: ClassVar[Rule] = CHANGE_OWN_MESSAGES

    message_id: UUID
    was_sent: bool


class GetMessages(OutreachRequest[MessagePage]):
    """The messages the viewer may see, the newest first."""

    rule: ClassVar[Rule] = READ_MESSAGES

    person_id: UUID | None = None
    job_id: UUID | None = None
    state: MessageState | None = None
    mine: bool = False
    """Only those the viewer wrote or that come from their mailbox."""
    page: Page = Page()


class GetConversations(OutreachRequest[MessagePage]):
    """The viewer's own messages that were replied to, the newest reply first: written by them, or from their mailbox.

    A message is listed once, at its newest reply.
    """

    rule: ClassVar[Rule] = READ_OWN_MESSAGES

    unanswered: bool = False
    """Only those whose newest reply was written by the person, with no message to that person written since."""
    page: Page = Page()


class GetMessagesByIds(OutreachRequest[Messages]):
    """These messages; those unknown or hidden from the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = READ_MESSAGES

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
