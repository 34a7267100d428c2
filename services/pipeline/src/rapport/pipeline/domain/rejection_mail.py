"""The mail of a rejection: when it goes, and whether it may."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from rapport.contracts.events import ClosingMail
from rapport.contracts.identity import UserId
from rapport.contracts.pipeline import RejectionMail
from rapport.contracts.refusals import InputProblemCode, Invalid
from rapport.contracts.vocabulary import RejectionState, SyncState, TransitionKind
from rapport.pipeline.domain.working_time import WorkingTime

_MORNING = time(9, 30)
_FARTHEST = timedelta(days=365)


def usual_time(sender: WorkingTime, *, at: datetime) -> datetime:
    """When the mail goes if nobody says otherwise: late enough to take the rejection back, early on a working day."""
    return sender.next_morning(at, _MORNING)


def too_far_off(wanted: RejectionMail, path: str, *, at: datetime) -> Invalid | None:
    """Why it cannot go when it is wanted to; ``path``: where it is in the request."""
    if wanted.send_at and wanted.send_at > at + _FARTHEST:
        return Invalid.because(f"{path}.send_at", "must be within a year", InputProblemCode.OUT_OF_RANGE)
    return None


def decide_mail(
    wanted: RejectionMail, sender_id: UserId, sender: WorkingTime, *, at: datetime
) -> ClosingMail | Invalid:
    """The mail as the event of the rejection says it."""
    if refused := too_far_off(wanted, "mail", at=at):
        return refused
    return ClosingMail(
        template_id=wanted.template_id,
        template_version=wanted.template_version,
        from_user_id=sender_id,
        send_at=max(wanted.send_at, at) if wanted.send_at else usual_time(sender, at=at),
    )


@dataclass(frozen=True, slots=True)
class LastClosing:
    """What ended or reopened an application last, and whether the ATS agrees."""

    version: int | None
    """Of the application; None if it has always been under way."""
    kind: TransitionKind | None
    sync: SyncState


def check_rejection(version: int, last: LastClosing) -> RejectionState:
    """Whether the rejection that made this version holds."""
    if (last.version, last.kind) != (version, TransitionKind.REJECTED):
        return RejectionState.UNDONE
    return RejectionState.CONFIRMED if last.sync is SyncState.SYNCED else RejectionState.PENDING
