"""A message: who may cancel or settle it, its transitions, and what its text may hold."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from rapport.contracts.addresses import canonical_address, comparable_address
from rapport.contracts.identity import UserId, Viewer
from rapport.contracts.outreach import CancelMessage, SettleMessage
from rapport.contracts.refusals import FieldProblem, Forbidden, InputProblemCode, Invalid
from rapport.contracts.text import CONTROL_CHARACTERS
from rapport.contracts.vocabulary import Blocker, Channel, MessageState
from rapport.outreach.domain.clearance import next_try

_FARTHEST = timedelta(days=366)
_MOST_ATTEMPTS = 126
"""Five days of tries: as long as mail servers keep on trying themselves."""
_LOCAL_PART = re.compile(r"(?!.*=\?)[a-z0-9.!#$%&'*+/=?^_`{|}~-]+")
"""What mail servers without SMTPUTF8 take; what begins like an encoded word, some programs would decode."""


@dataclass(frozen=True, slots=True)
class Message:
    """The state of a message that decisions read and change."""

    id: UUID
    person_id: UUID
    job_id: UUID | None
    channel: Channel
    author_id: UUID
    from_user_id: UUID
    state: MessageState
    state_since: datetime
    blocker: Blocker | None
    explanation: str | None
    attempts: int
    next_try_at: datetime | None
    claim_id: UUID | None
    """Whose claim it is, or was when the mail server may have got it."""
    claimed_until: datetime | None
    handed_over_at: datetime | None
    """Since when the mail server may have it; none if it certainly has not."""
    sent_at: datetime | None
    version: int

    @property
    def public_state(self) -> MessageState:
        """The state in events and results, which do not show a claim."""
        return MessageState.SCHEDULED if self.state is MessageState.CLAIMED else self.state

    def is_visible_within(self, bound: UserId | None) -> bool:
        """Whether a viewer who is limited to their own messages wrote it or owns its mailbox."""
        return bound in (None, self.author_id, self.from_user_id)


def decide_cancel(message: Message, viewer: Viewer) -> MessageState | Forbidden | Invalid:
    """Cancel a message; one that is being sent can no longer be stopped."""
    if not message.is_visible_within(CancelMessage.rule.scope_user(viewer)):
        return Forbidden(reason="only the author and the sender of a message, and admins, may cancel it")
    if message.state is not MessageState.SCHEDULED:
        return Invalid.because(
            "message_id", f"the message is {message.state}, not scheduled", InputProblemCode.WRONG_STATE
        )
    return MessageState.CANCELLED


def decide_settle(message: Message, viewer: Viewer, *, was_sent: bool) -> MessageState | Forbidden | Invalid:
    """A human knows what became of a message in doubt."""
    if not message.is_visible_within(SettleMessage.rule.scope_user(viewer)):
        return Forbidden(reason="only the author and the sender of a message, and admins, may settle it")
    if message.state is not MessageState.IN_DOUBT:
        return Invalid.because(
            "message_id", f"the message is {message.state}, not in doubt", InputProblemCode.WRONG_STATE
        )
    return MessageState.SENT if was_sent else MessageState.SCHEDULED


# What becomes of it --------------------------------------------------------------------------------------


def defer(
    message: Message, blocker: Blocker | None, *, until: datetime | None, explanation: str | None = None
) -> Message:
    """Not now: it is due again at ``until``, or when its blocker is removed."""
    return replace(
        _unclaimed(message),
        state=MessageState.SCHEDULED,
        blocker=blocker,
        explanation=explanation or message.explanation,
        next_try_at=until,
    )


def mark_unreachable(message: Message, explanation: str, *, at: datetime) -> Message:
    """The server did not take it now, and certainly does not have it; after days of attempts it fails."""
    attempts = message.attempts + 1
    if attempts > _MOST_ATTEMPTS:
        return fail(message, Blocker.UNREACHABLE, explanation)
    waits = defer(message, Blocker.UNREACHABLE, until=next_try(attempts, at=at))
    return replace(waits, attempts=attempts, explanation=explanation)


def fail(message: Message, blocker: Blocker, explanation: str | None = None) -> Message:
    """It was not sent and will not be."""
    return replace(
        _unclaimed(message), state=MessageState.FAILED, blocker=blocker, explanation=explanation, next_try_at=None
    )


def mark_handed_over(message: Message, *, at: datetime, until: datetime) -> Message:
    """From now on the server may have it, even if we crash; ``until``: when the claim expires."""
    return replace(message, handed_over_at=at, claimed_until=until)


def mark_sent(message: Message, answer: str | None, *, at: datetime) -> Message:
    """The mail server has it."""
    return replace(
        message,
        state=MessageState.SENT,
        blocker=None,
        explanation=answer,
        claim_id=None,
        claimed_until=None,
        next_try_at=None,
        handed_over_at=message.handed_over_at or at,
        sent_at=at,
    )


def mark_in_doubt(message: Message) -> Message:
    """The outcome is unknown; the message is not sent again automatically.

    The claim stays, so that its process can still record the result.
    """
    return replace(message, state=MessageState.IN_DOUBT, blocker=None, explanation=None, claimed_until=None)


def expire_claim(message: Message, *, at: datetime) -> Message:
    """The claim has expired: before the hand-over it may be claimed again, after it the message is in doubt."""
    return mark_in_doubt(message) if message.handed_over_at else defer(message, message.blocker, until=at)


def settle(message: Message, state: MessageState, *, at: datetime) -> Message:
    """As a human found out: it was sent at the hand-over, or it is due now."""
    if state is MessageState.SENT:
        return mark_sent(message, None, at=message.handed_over_at or at)
    return replace(defer(message, None, until=at), attempts=0, explanation=None)


def cancel(message: Message) -> Message:
    """Cancelled."""
    return replace(_unclaimed(message), state=MessageState.CANCELLED, blocker=None, next_try_at=None)


def mark_bounced(message: Message, explanation: str | None) -> Message:
    """It was sent, as is certain now, and not delivered."""
    return replace(
        message,
        state=MessageState.BOUNCED,
        blocker=None,
        explanation=explanation,
        claim_id=None,
        sent_at=message.sent_at or message.handed_over_at,
    )


def is_published_change(before: Message, after: Message) -> bool:
    """Whether a change is published: another state or another blocker, but not spacing."""
    if before.public_state is not after.public_state:
        return True
    blocker_changed = after.blocker is not before.blocker and after.blocker not in (None, Blocker.SPACING)
    return after.state is MessageState.SCHEDULED and blocker_changed


def _unclaimed(message: Message) -> Message:
    return replace(message, claim_id=None, claimed_until=None, handed_over_at=None)


# What is written ------------------------------------------------------------------------------------------


def check_text(subject: str, send_at: datetime | None, *, at: datetime) -> Invalid | None:
    """What cannot be sent or kept, field by field."""
    problems = []
    if CONTROL_CHARACTERS.search(subject):
        problems.append(
            FieldProblem(
                path="subject", message="must be one line without control characters", code=InputProblemCode.MALFORMED
            )
        )
    if send_at and send_at > at + _FARTHEST:
        problems.append(
            FieldProblem(path="send_at", message="must be within a year", code=InputProblemCode.OUT_OF_RANGE)
        )
    return Invalid(problems=tuple(problems)) if problems else None


def sendable_address(text: str) -> str | None:
    """The canonical address, if mail can be sent to it."""
    address = canonical_address(text)
    return address if address and _LOCAL_PART.fullmatch(address.rpartition("@")[0]) else None


def choose_address(known: tuple[str, ...], wanted: str | None) -> str | Invalid:
    """The address of the person to write to: the wanted one, which must be theirs, or the first usable one."""
    if wanted is None:
        usable = next(filter(None, map(sendable_address, known)), None)
        return usable or Invalid.because("person_id", "no usable mail address is known", InputProblemCode.NO_ADDRESS)
    if comparable_address(wanted) not in map(comparable_address, known):
        return Invalid.because("to_address", "is not an address of the person", InputProblemCode.NOT_FOUND)
    return sendable_address(wanted) or Invalid.because(
        "to_address", "mail cannot be sent to it", InputProblemCode.NO_ADDRESS
    )
