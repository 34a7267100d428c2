"""Changes to a review that has been sent."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from rapport.contracts.authorisation import MANAGE_OWN_REVIEWS, Rule
from rapport.contracts.reviews.request import ReviewsRequest
from rapport.contracts.reviews.reviews import MAX_REVIEWERS, ReviewResult
from rapport.contracts.reviews.verdicts import NewNote


class AddReviewers(ReviewsRequest[ReviewResult]):
    """Add reviewers to a review in progress; each gets a link by mail. Existing reviewers stay as they are.

    For the requester and admins; the viewer need not see the people.
    """

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID
    reviewer_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MAX_REVIEWERS)


class ChangeDueDate(ReviewsRequest[ReviewResult]):
    """Change the due date. Links expire and reminders are sent according to the new date.

    A ``ReviewConflict`` if the date was changed since ``expected_version``. For the requester and admins.
    """

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID
    due_at: AwareDatetime
    expected_version: int
    """The review's version that the viewer saw."""


class CorrectNote(ReviewsRequest[ReviewResult]):
    """Correct the note to the reviewers; the page shows it at once. An empty note deletes it.

    A ``ReviewConflict`` if the note was corrected since ``expected_version``. For the requester and admins.
    """

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID
    note: NewNote
    expected_version: int
    """The review's version that the viewer saw."""


class RemindReviewers(ReviewsRequest[ReviewResult]):
    """Remind now, also outside working hours, those who have not decided on everyone; each at most once an hour.

    ``TooSoon`` if all of them were written to within the hour. For the requester and admins.
    """

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID
    reviewer_ids: tuple[UUID, ...] = Field(default=(), max_length=MAX_REVIEWERS)
    """Only these; all of them if there are none."""
