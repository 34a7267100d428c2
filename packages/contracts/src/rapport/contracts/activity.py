"""A person's activity feed: what each event says in it, whether the feed is read or watched."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

from rapport.contracts.access import SEE_JOBS, Rule
from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationReceived,
    ApplicationRemoved,
    ApplicationReopened,
    ApplicationRestored,
    Event,
    MessageStateChanged,
    ReplyReceived,
    ReviewRequested,
    StageChanged,
    SuppressionLifted,
    SuppressionRecorded,
    SyncChanged,
    VerdictGiven,
    VerdictTakenBack,
)
from rapport.contracts.hiring import (
    ApplicationStatus,
    MessageState,
    SuppressionReason,
    SyncState,
    Verdict,
    VerdictChange,
)
from rapport.contracts.requests import Page, Request


class ActivityKind(StrEnum):
    """What an entry of a person's feed tells."""

    APPLICATION_RECEIVED = "application_received"
    STAGE_CHANGED = "stage_changed"
    APPLICATION_CLOSED = "application_closed"
    APPLICATION_REOPENED = "application_reopened"
    APPLICATION_REMOVED = "application_removed"
    APPLICATION_RESTORED = "application_restored"
    MOVE_REFUSED = "move_refused"
    REVIEW_REQUESTED = "review_requested"
    VERDICT_GIVEN = "verdict_given"
    VERDICT_TAKEN_BACK = "verdict_taken_back"
    MESSAGE_SENT = "message_sent"
    MESSAGE_BOUNCED = "message_bounced"
    MESSAGE_FAILED = "message_failed"
    MESSAGE_IN_DOUBT = "message_in_doubt"
    REPLY_RECEIVED = "reply_received"
    SUPPRESSED = "suppressed"
    SUPPRESSION_LIFTED = "suppression_lifted"


class ActivityEntry(BaseModel):
    """One thing that happened with a person. It names what it is about; the owner of that says who may read it."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    kind: ActivityKind
    person_id: UUID
    occurred_at: datetime
    actor: str
    """``user:<id>``, ``ats`` or ``system:<name>``."""
    job_id: UUID | None = None
    """Only those who see the job see the entry."""
    application_id: UUID | None = None
    from_stage_id: UUID | None = None
    to_stage_id: UUID | None = None
    status: ApplicationStatus | None = None
    review_id: UUID | None = None
    verdict_id: UUID | None = None
    verdict: Verdict | None = None
    """What was said then, or taken back; it may have been changed since."""
    verdict_change: VerdictChange | None = None
    """Whether it was another verdict, or only another note; absent from entries of before this was kept."""
    message_id: UUID | None = None
    reply_id: UUID | None = None
    suppression: SuppressionReason | None = None


class ActivityEdge(BaseModel):
    """An entry with its place in the feed."""

    model_config = ConfigDict(frozen=True)

    cursor: tuple[str, ...]
    node: ActivityEntry


class ActivityPage(BaseModel):
    """A part of a person's feed."""

    model_config = ConfigDict(frozen=True)

    edges: tuple[ActivityEdge, ...]
    has_next: bool


class GetActivity(Request[ActivityPage]):
    """A person's feed, the newest first, as far as the viewer sees the person and the jobs."""

    rule: ClassVar[Rule] = SEE_JOBS

    service: ClassVar[str] = "pipeline"

    person_id: UUID
    page: Page = Page()


_ENDS: dict[MessageState, ActivityKind] = {
    MessageState.SENT: ActivityKind.MESSAGE_SENT,
    MessageState.BOUNCED: ActivityKind.MESSAGE_BOUNCED,
    MessageState.FAILED: ActivityKind.MESSAGE_FAILED,
    MessageState.IN_DOUBT: ActivityKind.MESSAGE_IN_DOUBT,
}


def entries_of(event: Event[Any]) -> Iterator[ActivityEntry]:
    """What an event adds to the feeds of people; nothing for most."""
    data = event.data
    match data:
        case ApplicationReceived():
            yield _entry(event, ActivityKind.APPLICATION_RECEIVED, data, to_stage_id=data.current.stage_id)
        case StageChanged():
            yield _entry(
                event,
                ActivityKind.STAGE_CHANGED,
                data,
                job_id=data.current_job_id,
                from_stage_id=data.previous.stage_id,
                to_stage_id=data.current.stage_id,
            )
        case ApplicationClosed():
            yield _entry(
                event, ActivityKind.APPLICATION_CLOSED, data, from_stage_id=data.stage.stage_id, status=data.current
            )
        case ApplicationReopened():
            yield _entry(event, ActivityKind.APPLICATION_REOPENED, data, to_stage_id=data.stage.stage_id)
        case ApplicationRemoved():
            yield _entry(
                event, ActivityKind.APPLICATION_REMOVED, data, from_stage_id=data.stage.stage_id, status=data.status
            )
        case ApplicationRestored():
            yield _entry(
                event, ActivityKind.APPLICATION_RESTORED, data, to_stage_id=data.stage.stage_id, status=data.status
            )
        case SyncChanged(current=SyncState.CONFLICTED):
            yield _entry(
                event,
                ActivityKind.MOVE_REFUSED,
                data,
                from_stage_id=data.ats_stage_id,
                to_stage_id=data.stage_id,
            )
        case _:
            yield from _entries_of_conversation(event)


def _entries_of_conversation(event: Event[Any]) -> Iterator[ActivityEntry]:
    data = event.data
    match data:
        case ReviewRequested():
            for person_id in data.person_ids:
                yield _entry(event, ActivityKind.REVIEW_REQUESTED, data, person_id=person_id, review_id=event.subject)
        case VerdictGiven():
            verdict = {"verdict_id": data.verdict_id, "verdict": data.current, "verdict_change": change_of(data)}
            yield _entry(event, ActivityKind.VERDICT_GIVEN, data, review_id=event.subject, **verdict)
        case VerdictTakenBack():
            verdict = {"verdict_id": data.verdict_id, "verdict": data.previous}
            yield _entry(event, ActivityKind.VERDICT_TAKEN_BACK, data, review_id=event.subject, **verdict)
        case MessageStateChanged(current=state) if state in _ENDS:
            yield _entry(event, _ENDS[state], data, message_id=event.subject)
        case ReplyReceived():
            yield _entry(event, ActivityKind.REPLY_RECEIVED, data, message_id=event.subject, reply_id=data.reply_id)
        case SuppressionRecorded(person_id=UUID()):
            yield _entry(event, ActivityKind.SUPPRESSED, data, suppression=data.reason, message_id=data.message_id)
        case SuppressionLifted(person_id=UUID()):
            yield _entry(event, ActivityKind.SUPPRESSION_LIFTED, data, suppression=data.reason)


def change_of(data: VerdictGiven) -> VerdictChange:
    """What a verdict changed; events of before this was recorded say it by what was said before."""
    if data.change is not None:
        return data.change
    if data.previous is None:
        return VerdictChange.GIVEN
    return VerdictChange.NOTE_EDITED if data.previous is data.current else VerdictChange.CHANGED_MIND


def _entry(event: Event[Any], kind: ActivityKind, data: Any, **known: Any) -> ActivityEntry:
    person_id = known.pop("person_id", None) or data.person_id
    known.setdefault("job_id", getattr(data, "job_id", None))
    return ActivityEntry(
        # An event may tell of several people; each entry's id follows from the event and the person.
        id=uuid5(event.id, str(person_id)),
        kind=kind,
        person_id=person_id,
        occurred_at=event.time,
        actor=event.actor,
        application_id=event.subject if kind in _ABOUT_APPLICATION else None,
        **known,
    )


_ABOUT_APPLICATION = frozenset(
    {
        ActivityKind.APPLICATION_RECEIVED,
        ActivityKind.STAGE_CHANGED,
        ActivityKind.APPLICATION_CLOSED,
        ActivityKind.APPLICATION_REOPENED,
        ActivityKind.APPLICATION_REMOVED,
        ActivityKind.APPLICATION_RESTORED,
        ActivityKind.MOVE_REFUSED,
    }
)
