"""Events about a review request: people put before reviewers, and what these say."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from rapport.contracts.events.envelope import EventData
from rapport.contracts.vocabulary import NoteVisibility, NotificationKind, ReviewStatus, Verdict, VerdictChange


class ReviewRequested(EventData):
    """A recruiter put people before reviewers, for one job."""

    type: ClassVar[str] = "reviews.review.requested.v1"

    job_id: UUID
    requested_by: UUID
    reviewer_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]
    due_at: datetime | None = None


class VerdictGiven(EventData):
    """A reviewer gave a verdict on a person, or another one; ``previous`` is null for the first.

    ``decided`` counts the people on whom this reviewer has a verdict now, ``people`` all in the review.
    ``change`` distinguishes an edited note from a changed verdict; ``version`` counts every change of the verdict.
    Both are null in events recorded before they existed.
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
    change: VerdictChange | None = None
    version: int | None = None


class VerdictTakenBack(EventData):
    """A reviewer took a verdict back: the person is undecided again.

    ``reopened``: they had finished, and have to decide again before the review can be completed.
    """

    type: ClassVar[str] = "reviews.review.verdict_taken_back.v1"

    verdict_id: UUID
    job_id: UUID
    person_id: UUID
    reviewer_id: UUID
    previous: Verdict
    version: int
    decided: int
    people: int
    reopened: bool


class ReviewerFinished(EventData):
    """A reviewer has decided on everyone; when all have, the review is completed.

    From ``asked_at`` to ``decided_at``, their last verdict, they took to decide; notes edited later do not count.
    ``finished`` of ``reviewers`` have finished by now.
    """

    type: ClassVar[str] = "reviews.review.reviewer_finished.v1"

    job_id: UUID
    reviewer_id: UUID
    asked_at: datetime
    decided_at: datetime
    finished: int
    reviewers: int


class LinkReplaced(EventData):
    """A reviewer's link was revoked; ``sent`` says whether they are sent a new one."""

    type: ClassVar[str] = "reviews.review.link_replaced.v1"

    job_id: UUID
    reviewer_id: UUID
    sent: bool


class ReviewersAdded(EventData):
    """Reviewers were added after the review had been sent."""

    type: ClassVar[str] = "reviews.review.reviewers_added.v1"

    job_id: UUID
    reviewer_ids: tuple[UUID, ...]


class ReviewersReminded(EventData):
    """Reviewers who have not decided on everyone are reminded, on a user's request."""

    type: ClassVar[str] = "reviews.review.reviewers_reminded.v1"

    job_id: UUID
    reviewer_ids: tuple[UUID, ...]


class DueDateChanged(EventData):
    """Verdicts are wanted by another date; the reviewers' links live accordingly."""

    type: ClassVar[str] = "reviews.review.due_date_changed.v1"

    job_id: UUID
    previous: datetime | None = None
    current: datetime


class NoteCorrected(EventData):
    """The note to the reviewers was corrected; ``noted`` says whether there is one now."""

    type: ClassVar[str] = "reviews.review.note_corrected.v1"

    job_id: UUID
    noted: bool


class ReviewStatusChanged(EventData):
    """A review request was begun, completed, cancelled, or expired."""

    type: ClassVar[str] = "reviews.review.status_changed.v1"

    job_id: UUID
    requested_by: UUID
    previous: ReviewStatus
    current: ReviewStatus


class NotificationDue(EventData):
    """A user is to be notified; the text is rendered when it is sent (``render_notification``)."""

    type: ClassVar[str] = "reviews.notification.due.v1"

    kind: NotificationKind
    recipient_id: UUID
    review_id: UUID
