"""A review as decisions need it: reviewers, people and verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from rapport.contracts.events import EventData
from rapport.contracts.reviews import Profile
from rapport.contracts.vocabulary import NoteVisibility, NotificationKind, ReviewStatus, Verdict, VerdictChange


@dataclass(frozen=True, slots=True)
class Link:
    """A reviewer's way to the page without an account."""

    id: UUID
    expires_at: datetime
    revoked_at: datetime | None = None


class LinkState(StrEnum):
    """Whether a link opens the page, and if not, why."""

    OPENS = "opens"
    REVOKED = "revoked"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A reviewer."""

    user_id: UUID
    name: str
    email: str
    link: Link
    asked_at: datetime
    finished_at: datetime | None = None
    last_written_to_at: datetime | None = None
    """When an invitation or a reminder to them last fell due."""


@dataclass(frozen=True, slots=True)
class GivenVerdict:
    """A verdict with its note, as a reviewer gives it."""

    verdict: Verdict
    note: str | None
    visibility: NoteVisibility


@dataclass(frozen=True, slots=True)
class ReviewerVerdict:
    """A reviewer's verdict on a person, as it is now."""

    id: UUID
    reviewer_id: UUID
    person_id: UUID
    said: GivenVerdict
    given_at: datetime
    """When anything of it last changed."""
    decided_at: datetime
    """When they came to this verdict; edits of the note leave it."""
    changes: int = 0
    """Changed minds."""
    note_edits: int = 0
    version: int = 1
    """Counts everything that was done to it."""
    taken_back_at: datetime | None = None


def change_between(before: ReviewerVerdict | None, after: ReviewerVerdict) -> VerdictChange:
    """What was done to a verdict."""
    if after.taken_back_at:
        return VerdictChange.TAKEN_BACK
    if before is None or before.taken_back_at:
        return VerdictChange.GIVEN
    return VerdictChange.CHANGED_MIND if after.said.verdict is not before.said.verdict else VerdictChange.NOTE_EDITED


@dataclass(frozen=True, slots=True)
class Review:
    """People put before reviewers, for one job, with the current verdicts."""

    id: UUID
    job_id: UUID
    job_title: str
    requested_by: UUID
    requester_name: str
    requester_email: str
    note: str | None
    due_at: datetime | None
    status: ReviewStatus
    version: int
    created_at: datetime
    closed_at: datetime | None
    reviewers: tuple[Reviewer, ...]
    profiles: tuple[Profile, ...]
    verdicts: Mapping[tuple[UUID, UUID], ReviewerVerdict] = field(default_factory=dict)
    """By reviewer and person."""
    taken_back: Mapping[tuple[UUID, UUID], ReviewerVerdict] = field(default_factory=dict)
    """Those that were given once and are no verdicts any more."""
    team: frozenset[UUID] = frozenset()
    """The job's hiring team."""
    ats_team: frozenset[UUID] = frozenset()
    """Those of it whom the ATS has on it; the others were put on it here."""
    note_version: int = 1
    due_version: int = 1
    """At which of its versions the note and the due date were last amended."""
    cancelled_by: str | None = None
    """Who cancelled it, as its reviewers read."""

    def reviewer(self, user_id: UUID) -> Reviewer | None:
        """The reviewer who is this user, if one is."""
        return next((reviewer for reviewer in self.reviewers if reviewer.user_id == user_id), None)

    def has_person(self, person_id: UUID) -> bool:
        """Whether the person is one of those it is about."""
        return any(profile.person_id == person_id for profile in self.profiles)

    def undecided(self, reviewer_id: UUID) -> tuple[UUID, ...]:
        """The people on whom this reviewer has no verdict, in their order."""
        return tuple(p.person_id for p in self.profiles if (reviewer_id, p.person_id) not in self.verdicts)

    def owing(self) -> tuple[Reviewer, ...]:
        """The reviewers who have not finished, nor decided on everybody."""
        return tuple(r for r in self.reviewers if not r.finished_at and self.undecided(r.user_id))

    def decided(self, reviewer_id: UUID) -> int:
        """On how many people this reviewer has a verdict."""
        return len(self.profiles) - len(self.undecided(reviewer_id))

    def all_verdicts(self) -> Mapping[tuple[UUID, UUID], ReviewerVerdict]:
        """The verdicts, and those that were taken back."""
        return {**self.taken_back, **self.verdicts}

    def about(self, person_id: UUID) -> tuple[ReviewerVerdict, ...]:
        """Every reviewer's verdict on a person, in the order of the reviewers."""
        keys = ((reviewer.user_id, person_id) for reviewer in self.reviewers)
        return tuple(self.verdicts[key] for key in keys if key in self.verdicts)

    def link_state(self, link: Link, *, at: datetime) -> LinkState:
        """Whether a link to it opens the page."""
        if link.revoked_at:
            return LinkState.REVOKED
        if self.status is ReviewStatus.COMPLETED:
            return LinkState.COMPLETED
        if self.status is ReviewStatus.CANCELLED:
            return LinkState.CANCELLED
        if not self.status.is_open or link.expires_at <= at:
            return LinkState.EXPIRED
        return LinkState.OPENS


@dataclass(frozen=True, slots=True)
class NewNotification:
    """A notification to a user, once for each occasion."""

    kind: NotificationKind
    recipient_id: UUID
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a decision: the review after it, its events in order, and the notifications."""

    review: Review
    events: tuple[EventData, ...] = ()
    notifications: tuple[NewNotification, ...] = ()
