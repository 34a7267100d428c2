"""The entries that events add to people's activity feeds, shared by pipeline, which stores them, and the gateway, which
shows them live."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationReceived,
    ApplicationRemoved,
    ApplicationReopened,
    ApplicationRestored,
    Event,
    InterviewSeen,
    MessageStateChanged,
    NoteAdded,
    NoteAtsStateChanged,
    OfferChanged,
    OwnershipAnswered,
    OwnershipRequested,
    OwnershipTakenOver,
    PersonAssigned,
    PersonCreated,
    PersonMerged,
    PersonUnmerged,
    ProjectPeopleChanged,
    ReplyReceived,
    ReviewRequested,
    ScorecardSubmitted,
    SourcingRecorded,
    StageChanged,
    SuppressionLifted,
    SuppressionRecorded,
    SyncChanged,
    VerdictGiven,
    VerdictTakenBack,
)
from rapport.contracts.pipeline import ActivityEntry, ActivityKind
from rapport.contracts.vocabulary import (
    ApplicationAction,
    AtsNoteState,
    MessageState,
    OfferStatus,
    SourcingKind,
    SuppressionReason,
    SyncState,
    VerdictChange,
)

_MESSAGE_KINDS: dict[MessageState, ActivityKind] = {
    MessageState.SENT: ActivityKind.MESSAGE_SENT,
    MessageState.BOUNCED: ActivityKind.MESSAGE_BOUNCED,
    MessageState.FAILED: ActivityKind.MESSAGE_FAILED,
    MessageState.IN_DOUBT: ActivityKind.MESSAGE_IN_DOUBT,
}


_OFFER_KINDS: dict[OfferStatus, ActivityKind] = {
    OfferStatus.SENT: ActivityKind.OFFER_SENT,
    OfferStatus.ACCEPTED: ActivityKind.OFFER_ACCEPTED,
    OfferStatus.DECLINED: ActivityKind.OFFER_DECLINED,
    OfferStatus.RESCINDED: ActivityKind.OFFER_RESCINDED,
}
"""A draft is nobody's news yet, and a replaced offer is told of by the one that replaces it."""


def entries_of(event: Event[Any]) -> Iterator[ActivityEntry]:
    """The entries that an event adds to people's feeds; none for most events."""
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
        case SyncChanged():
            yield from _entries_of_sync(event)
        case ScorecardSubmitted() | InterviewSeen() | OfferChanged():
            yield from _entries_of_progress(event)
        case _:
            yield from _entries_of_reviews_and_messages(event)


def _entries_of_sync(event: Event[Any]) -> Iterator[ActivityEntry]:
    data = event.data
    match data:
        case SyncChanged(refused_action=ApplicationAction() as action):
            yield _entry(event, ActivityKind.ACTION_REFUSED, data, to_stage_id=data.stage_id, action=action)
        case SyncChanged(previous=SyncState.SYNCED | SyncState.PENDING, current=SyncState.CONFLICTED):
            yield _entry(
                event,
                ActivityKind.MOVE_REFUSED,
                data,
                from_stage_id=data.ats_stage_id,
                to_stage_id=data.stage_id,
            )
        case SyncChanged(overruled_stage_id=UUID()):
            yield _entry(
                event,
                ActivityKind.STAGE_KEPT,
                data,
                from_stage_id=data.overruled_stage_id,
                to_stage_id=data.stage_id,
            )


def _entries_of_progress(event: Event[Any]) -> Iterator[ActivityEntry]:
    data = event.data
    match data:
        case ScorecardSubmitted():
            yield _entry(event, ActivityKind.SCORECARD_SUBMITTED, data, scorecard_id=data.scorecard_id)
        case InterviewSeen():
            yield _entry(event, ActivityKind.INTERVIEW_SEEN, data, interview_id=data.interview_id)
        case OfferChanged(current=status) if status in _OFFER_KINDS:
            yield _entry(event, _OFFER_KINDS[status], data, offer_id=data.offer_id)


def _entries_of_reviews_and_messages(event: Event[Any]) -> Iterator[ActivityEntry]:
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
        case MessageStateChanged(current=state) if state in _MESSAGE_KINDS:
            yield _entry(event, _MESSAGE_KINDS[state], data, message_id=event.subject)
        case ReplyReceived():
            yield _entry(event, ActivityKind.REPLY_RECEIVED, data, message_id=event.subject, reply_id=data.reply_id)
        case SuppressionRecorded(person_id=UUID()):
            yield _entry(event, ActivityKind.SUPPRESSED, data, suppression=data.reason, message_id=data.message_id)
        case SuppressionLifted(person_id=UUID()):
            yield _entry(event, ActivityKind.SUPPRESSION_LIFTED, data, suppression=data.reason)
        case OwnershipRequested() | OwnershipAnswered() | OwnershipTakenOver():
            yield from _entries_of_ownership(event)
        case _:
            yield from _entries_of_what_is_recorded_here(event)


def _entries_of_ownership(event: Event[Any]) -> Iterator[ActivityEntry]:
    data = event.data
    match data:
        case OwnershipRequested():
            yield _entry(event, ActivityKind.TAKEOVER_REQUESTED, data, user_id=data.owner_id)
        case OwnershipAnswered(accepted=False):
            yield _entry(event, ActivityKind.TAKEOVER_DECLINED, data, user_id=data.requested_by)
        case OwnershipTakenOver():
            yield _entry(event, ActivityKind.TAKEN_OVER, data, user_id=data.user_id)


def _entries_of_what_is_recorded_here(event: Event[Any]) -> Iterator[ActivityEntry]:
    data = event.data
    match data:
        case PersonCreated():
            yield _entry(event, ActivityKind.PERSON_CREATED, data, person_id=event.subject, source=data.source)
        case ProjectPeopleChanged():
            for person_id in data.added:
                project = {"person_id": person_id, "project_id": event.subject}
                yield _entry(event, ActivityKind.PROJECT_JOINED, data, **project)
            for person_id in data.removed:
                project = {"person_id": person_id, "project_id": event.subject}
                yield _entry(event, ActivityKind.PROJECT_LEFT, data, **project)
        case NoteAdded():
            yield _entry(event, ActivityKind.NOTE_ADDED, data, note_id=event.subject)
        case NoteAtsStateChanged(state=AtsNoteState.REFUSED):
            yield _entry(event, ActivityKind.NOTE_REFUSED, data, note_id=event.subject)
        case SourcingRecorded(person_id=UUID()):
            viewed = data.kind is SourcingKind.VIEWED
            yield _entry(event, ActivityKind.PROFILE_VIEWED if viewed else ActivityKind.PERSON_ADDED, data)
        case _:
            yield from _entries_about_people(event)


def _entries_about_people(event: Event[Any]) -> Iterator[ActivityEntry]:
    data = event.data
    match data:
        case PersonMerged():
            into = data.into_person_id
            yield _entry(event, ActivityKind.PEOPLE_MERGED, data, person_id=into, merge_id=data.merge_id)
        case PersonAssigned():
            assigned = {"user_id": data.user_id, "responsibility": data.responsibility}
            yield _entry(event, ActivityKind.PERSON_ASSIGNED, data, person_id=event.subject, **assigned)
        case PersonUnmerged():
            for person_id in (data.from_person_id, event.subject):
                yield _entry(event, ActivityKind.MERGE_UNDONE, data, person_id=person_id)


def change_of(data: VerdictGiven) -> VerdictChange:
    """What changed about a verdict; derived from the previous verdict for events recorded without it."""
    if data.change is not None:
        return data.change
    if data.previous is None:
        return VerdictChange.GIVEN
    return VerdictChange.NOTE_EDITED if data.previous is data.current else VerdictChange.CHANGED_MIND


def actor_of(event: Event[Any]) -> str:
    """Who caused an event: the candidate (``person:<id>``) of a reply or an unsubscription, which a service records."""
    match event.data:
        case (
            ReplyReceived(person_id=person_id)
            | SuppressionRecorded(person_id=UUID() as person_id, reason=SuppressionReason.UNSUBSCRIBED)
        ) if event.actor.startswith("system:"):
            return f"person:{person_id}"
        case ScorecardSubmitted(user_id=UUID() as user_id):
            # The ATS reports what the interviewer did.
            return f"user:{user_id}"
    return event.actor


def _entry(event: Event[Any], kind: ActivityKind, data: Any, **known: Any) -> ActivityEntry:
    person_id = known.pop("person_id", None) or data.person_id
    known.setdefault("job_id", getattr(data, "job_id", None))
    return ActivityEntry(
        # An event may concern several people: each entry's id is derived from the event and the person.
        id=uuid5(event.id, str(person_id)),
        kind=kind,
        person_id=person_id,
        occurred_at=event.time,
        actor=actor_of(event),
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
        ActivityKind.STAGE_KEPT,
        ActivityKind.ACTION_REFUSED,
        ActivityKind.SCORECARD_SUBMITTED,
        ActivityKind.INTERVIEW_SEEN,
        *_OFFER_KINDS.values(),
    }
)
