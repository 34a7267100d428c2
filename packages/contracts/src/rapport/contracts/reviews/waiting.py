"""Reviews in which somebody waits for verdicts."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from rapport.contracts.authorisation import SEE_OWN_WORK, Rule
from rapport.contracts.requests import Result
from rapport.contracts.reviews.request import ReviewsRequest


class OwedReview(Result):
    """An open review in which the viewer has not decided on everybody."""

    review_id: UUID
    job_id: UUID
    job_title: str
    """As it was when the review was requested."""
    requested_by: UUID
    requester_name: str
    people: int
    """How many people it is about."""
    decided: int
    """On how many of them the viewer has a verdict."""
    due_at: datetime | None
    asked_at: datetime
    """When the viewer was added to it."""


class AwaitedReviewer(Result):
    """A reviewer who has not decided on everybody."""

    user_id: UUID
    name: str
    decided: int
    """On how many people they have a verdict."""
    asked_at: datetime
    last_written_to_at: datetime | None
    """When a mail to them about this review last fell due: an invitation or a reminder."""


class AwaitedReview(Result):
    """An open review that the viewer requested, and in which others have not decided on everybody."""

    review_id: UUID
    job_id: UUID
    job_title: str
    """As it was when the review was requested."""
    people: int
    """How many people it is about."""
    due_at: datetime | None
    requested_at: datetime
    reviewers: tuple[AwaitedReviewer, ...]
    """Those who have not."""


class WaitingReviews(Result):
    """At most ``MAX_WAITING`` of each, and how many there are."""

    owed: tuple[OwedReview, ...]
    """Those due first come first, those without a due date last."""
    owed_total: int
    awaited: tuple[AwaitedReview, ...]
    """In the same order."""
    awaited_total: int


class GetWaitingReviews(ReviewsRequest[WaitingReviews]):
    """The reviews in which the viewer owes verdicts, and those they requested in which others do."""

    rule: ClassVar[Rule] = SEE_OWN_WORK
