"""What of an application needs attention: why, since when, by when, and who must act.

A *condition* holds as soon as somebody owes something; it becomes a *flag* once their working time has gone on for as
long as the threshold says. Everything here is computed from what is known of the application: nothing is kept but the
flags that were told of, so that each raising, escalation and clearing is told once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rapport.contracts.vocabulary import (
    AttentionChange,
    AttentionReason,
    OfferStatus,
    Severity,
    StageKind,
)
from rapport.pipeline.domain.working_time import WorkingTimes

NO_SUBJECT = UUID(int=0)
"""Of a flag about the application as a whole."""

_INTERVIEWED = frozenset({StageKind.SCREEN, StageKind.INTERVIEW, StageKind.ONSITE})
_SCHEDULED = frozenset({StageKind.INTERVIEW, StageKind.ONSITE})
_PENDING_OFFERS = frozenset({OfferStatus.DRAFT, OfferStatus.SENT, OfferStatus.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Interviewer:
    """One who interviews; ``submitted_at``: when their scorecard came in."""

    id: UUID
    user_id: UUID
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview that is arranged or was held; ``ends_at`` None: nobody said when."""

    ends_at: datetime | None
    interviewers: tuple[Interviewer, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """The newest version of an offer."""

    id: UUID
    status: OfferStatus
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an active application, as far as attention depends on it."""

    application_id: UUID
    person_id: UUID
    job_id: UUID
    applied_at: datetime
    stage_kind: StageKind
    stage_entered_at: datetime
    last_activity_at: datetime | None
    last_contact_at: datetime | None
    """When somebody last wrote to the person or heard of them, outside interviews."""
    recruiter_id: UUID | None
    coordinator_id: UUID | None
    manager_id: UUID | None
    interviews: tuple[Interview, ...]
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """How much working time passes until a condition is yellow, and until it is red, in the unit of its reason."""

    yellow: float
    red: float


DEFAULT_THRESHOLDS: Mapping[AttentionReason, Threshold] = {
    AttentionReason.FEEDBACK_OWED: Threshold(12, 24),
    AttentionReason.DECISION_OWED: Threshold(24, 36),
    AttentionReason.SCHEDULING_OWED: Threshold(24, 36),
    AttentionReason.OFFER_TO_CREATE: Threshold(12, 24),
    AttentionReason.OFFER_TO_SEND: Threshold(12, 24),
    AttentionReason.OFFER_UNANSWERED: Threshold(60, 72),
    AttentionReason.INACTIVE: Threshold(6, 11),
    AttentionReason.SILENCE: Threshold(5, 10),
}
"""Hours, and days for those of ``IN_DAYS``."""

IN_DAYS = frozenset({AttentionReason.INACTIVE, AttentionReason.SILENCE})


@dataclass(frozen=True, slots=True)
class Condition:
    """Somebody owes something."""

    reason: AttentionReason
    since: datetime
    owner_id: UUID | None
    """Who must act; None if nobody is known."""
    subject_id: UUID = NO_SUBJECT
    """The interviewer's part in an interview, or the offer, that it is about."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """A user wants to hear of it later."""

    until: datetime
    by: UUID
    note: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A condition that has lasted too long."""

    condition: Condition
    severity: Severity
    yellow_at: datetime
    red_at: datetime | None
    raised_at: datetime
    snooze: Snooze | None = None

    @property
    def key(self) -> tuple[AttentionReason, UUID]:
        """Which of an application's flags it is."""
        return self.condition.reason, self.condition.subject_id


@dataclass(frozen=True, slots=True)
class ChangedFlag:
    """What became of a flag."""

    change: AttentionChange
    flag: Flag
    previous_owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Attention:
    """What needs attention now, what changed, and when time alone may change it next."""

    flags: tuple[Flag, ...]
    changes: tuple[ChangedFlag, ...]
    next_at: datetime | None


def conditions(facts: Facts, now: datetime) -> Iterator[Condition]:
    """Who owes what at ``now``."""
    yield from _feedback_owed(facts, now)
    waiting = _decision_owed(facts, now)
    if waiting:
        yield waiting
    if facts.stage_kind in _SCHEDULED and not _interviews_of_stage(facts):
        owner = facts.coordinator_id or facts.recruiter_id or facts.manager_id
        yield Condition(AttentionReason.SCHEDULING_OWED, facts.stage_entered_at, owner)
    yield from _offers(facts)
    recruiter = facts.recruiter_id or facts.manager_id
    active_at = _latest(facts.stage_entered_at, facts.last_activity_at, facts.last_contact_at)
    yield Condition(AttentionReason.INACTIVE, active_at, recruiter)
    interviewed = [at for _, at in _held(facts, now)]
    spoken_at = _latest(facts.applied_at, facts.last_contact_at, *interviewed)
    yield Condition(AttentionReason.SILENCE, spoken_at, recruiter)


def attention(
    facts: Facts | None,
    known: Sequence[Flag],
    thresholds: Mapping[AttentionReason, Threshold],
    times: WorkingTimes,
    now: datetime,
) -> Attention:
    """Compare what needs attention with what was told of it; ``facts`` None: the application is not active any more."""
    before = {flag.key: flag for flag in known}
    flags: list[Flag] = []
    changes: list[ChangedFlag] = []
    moments = list(_coming(facts, now)) if facts else []
    for condition in conditions(facts, now) if facts else ():
        yellow_at, red_at = _due(condition, thresholds[condition.reason], times)
        if yellow_at is None:
            continue
        if yellow_at > now:
            moments.append(yellow_at)
            continue
        severity = Severity.RED if red_at and red_at <= now else Severity.YELLOW
        if red_at and red_at > now:
            moments.append(red_at)
        flag = Flag(condition, severity, yellow_at, red_at, now)
        old = before.get(flag.key)
        if old and old.condition.since == condition.since:
            del before[flag.key]
            flag = replace(flag, raised_at=old.raised_at, snooze=old.snooze)
            changes.extend(_changes(old, flag, now))
            if flag.snooze and flag.snooze.until <= now:
                flag = replace(flag, snooze=None)
        else:
            changes.append(ChangedFlag(AttentionChange.RAISED, flag))
        if flag.snooze:
            moments.append(flag.snooze.until)
        flags.append(flag)
    cleared = [ChangedFlag(AttentionChange.CLEARED, flag) for flag in before.values()]
    return Attention(tuple(flags), (*cleared, *changes), min(moments, default=None))


def snoozed(flag: Flag, snooze: Snooze | None) -> ChangedFlag:
    """A user wants to hear of a flag later, or of one that is snoozed at once."""
    change = AttentionChange.SNOOZED if snooze else AttentionChange.RESUMED
    return ChangedFlag(change, replace(flag, snooze=snooze))


def _changes(old: Flag, new: Flag, now: datetime) -> Iterator[ChangedFlag]:
    if old.severity is not new.severity:
        change = AttentionChange.ESCALATED if new.severity is Severity.RED else AttentionChange.EASED
        yield ChangedFlag(change, new)
    if old.condition.owner_id != new.condition.owner_id:
        yield ChangedFlag(AttentionChange.REASSIGNED, new, old.condition.owner_id)
    if new.snooze and new.snooze.until <= now:
        yield ChangedFlag(AttentionChange.RESUMED, replace(new, snooze=None))


def _due(condition: Condition, threshold: Threshold, times: WorkingTimes) -> tuple[datetime | None, datetime | None]:
    working = times.of(condition.owner_id)
    after = working.after_days if condition.reason in IN_DAYS else working.after_hours
    return after(condition.since, threshold.yellow), after(condition.since, threshold.red)


def _coming(facts: Facts, now: datetime) -> Iterator[datetime]:
    """When interviews will be over: feedback is owed from then on, and somebody was spoken to."""
    for interview in facts.interviews:
        if interview.ends_at and interview.ends_at > now:
            yield interview.ends_at


def _held(facts: Facts, now: datetime) -> Iterator[tuple[Interview, datetime]]:
    for interview in facts.interviews:
        if interview.ends_at and interview.ends_at <= now:
            yield interview, interview.ends_at


def _feedback_owed(facts: Facts, now: datetime) -> Iterator[Condition]:
    for interview, ended_at in _held(facts, now):
        for interviewer in interview.interviewers:
            if interviewer.submitted_at is None:
                yield Condition(AttentionReason.FEEDBACK_OWED, ended_at, interviewer.user_id, interviewer.id)


def _decision_owed(facts: Facts, now: datetime) -> Condition | None:
    """All that was asked for in this stage is in, and nothing else is arranged."""
    if facts.stage_kind not in _INTERVIEWED:
        return None
    held = [(interview, at) for interview, at in _held(facts, now) if at >= facts.stage_entered_at]
    if not held or any(_is_open(interview, now) for interview in facts.interviews):
        return None
    submitted = [each.submitted_at for interview, _ in held for each in interview.interviewers]
    if None in submitted:
        return None
    since = max([at for _, at in held] + [at for at in submitted if at])
    return Condition(AttentionReason.DECISION_OWED, since, facts.manager_id or facts.recruiter_id)


def _is_open(interview: Interview, now: datetime) -> bool:
    return interview.ends_at is None or interview.ends_at > now


def _interviews_of_stage(facts: Facts) -> list[Interview]:
    return [each for each in facts.interviews if each.ends_at is None or each.ends_at >= facts.stage_entered_at]


def _offers(facts: Facts) -> Iterator[Condition]:
    newest = max(facts.offers, key=lambda offer: offer.created_at, default=None)
    recruiter = facts.recruiter_id or facts.manager_id
    if newest is None or newest.status not in _PENDING_OFFERS:
        if facts.stage_kind is StageKind.OFFER:
            yield Condition(AttentionReason.OFFER_TO_CREATE, facts.stage_entered_at, recruiter)
    elif newest.status is OfferStatus.DRAFT:
        yield Condition(AttentionReason.OFFER_TO_SEND, newest.created_at, recruiter, newest.id)
    elif newest.status is OfferStatus.SENT:
        sent_at = newest.sent_at or newest.created_at
        yield Condition(AttentionReason.OFFER_UNANSWERED, sent_at, recruiter, newest.id)


def _latest(first: datetime, *others: datetime | None) -> datetime:
    return max([first, *(at for at in others if at)])
