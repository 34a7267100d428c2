"""Events about messages to people, their replies, and suppressions."""

from typing import ClassVar
from uuid import UUID

from rapport.contracts.events.envelope import EventData
from rapport.contracts.vocabulary import Blocker, Channel, MessageState, ReplyKind, SuppressionReason


class MessageScheduled(EventData):
    """A message to a person is to be sent. ``from_user_id``: whose mailbox it comes from."""

    type: ClassVar[str] = "outreach.message.scheduled.v1"

    person_id: UUID
    job_id: UUID | None = None
    channel: Channel
    author_id: UUID
    from_user_id: UUID


class MessageStateChanged(EventData):
    """A message was sent, bounced, failed or was cancelled, or it is in doubt."""

    type: ClassVar[str] = "outreach.message.state_changed.v1"

    person_id: UUID
    job_id: UUID | None = None
    channel: Channel
    author_id: UUID
    from_user_id: UUID
    previous: MessageState
    current: MessageState
    blocker: Blocker | None = None


class ReplyReceived(EventData):
    """A person, or a machine on their behalf, replied to a message."""

    type: ClassVar[str] = "outreach.message.replied.v1"

    reply_id: UUID
    person_id: UUID
    job_id: UUID | None = None
    channel: Channel
    author_id: UUID
    from_user_id: UUID
    kind: ReplyKind


class SuppressionRecorded(EventData):
    """A person, or one address, must not be written to any more. ``message_id``: what led to it."""

    type: ClassVar[str] = "outreach.suppression.recorded.v1"

    person_id: UUID | None = None
    reason: SuppressionReason
    whole_person: bool
    message_id: UUID | None = None


class SuppressionLifted(EventData):
    """They may be written to again."""

    type: ClassVar[str] = "outreach.suppression.lifted.v1"

    person_id: UUID | None = None
    reason: SuppressionReason
    whole_person: bool
