"""Facts about a review request: people put before reviewers, and what these say."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from rapport.contracts.facts.envelope import FactData
from rapport.contracts.hiring import NoteVisibility, NoticeKind, ReviewStatus, Verdict


class ReviewRequested(FactData):
    """A recruiter asked reviewers what they think of people, for one job."""

    type: ClassVar[str] = "reviews.review.requested.v1"

    job_id: UUID
    requested_by: UUID
    reviewer_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]
    due_at: datetime | None = None


class VerdictGiven(FactData):
    """A reviewer gave a verdict on a person, or another one; ``previous`` is absent for the first.

    ``decided`` counts the people on whom this reviewer has a verdict now, ``people`` all they were asked about.
    """

    type: ClassVar[str] = "reviews.review.verdict_given.v1"

    verdict_id: UUID
    job_id: UUID
    person_id: UUID
    reviewer_id: UUID
    previous: Verdict | None = None
    current: Verdict
    noted: bool
    visibility: NoteVisibility
    decided: int
    people: int


class ReviewStatusChanged(FactData):
    """A review request was begun, completed, cancelled, or expired."""

    type: ClassVar[str] = "reviews.review.status_changed.v1"

    job_id: UUID
    requested_by: UUID
    previous: ReviewStatus
    current: ReviewStatus


class NoticeDue(FactData):
    """A user is to be written to; the text is asked for when it is sent (``render_notice``)."""

    type: ClassVar[str] = "reviews.notice.due.v1"

    kind: NoticeKind
    recipient_id: UUID
    review_id: UUID
