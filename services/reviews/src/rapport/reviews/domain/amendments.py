"""Decisions about amendments of a sent review by those who manage it: more reviewers, another due date, a
corrected note, a reminder."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rapport.contracts.events import DueDateChanged, NoteCorrected, ReviewersAdded, ReviewersReminded
from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import (
    Forbidden,
    InputProblemCode,
    Invalid,
    NotFound,
    ReviewConflict,
    ReviewState,
    TooSoon,
)
from rapport.contracts.reviews import MAX_REVIEWERS, ChangeDueDate, CorrectNote, RemindReviewers
from rapport.contracts.vocabulary import NotificationKind
from rapport.reviews.domain.access import manages
from rapport.reviews.domain.decisions import (
    Decision,
    invitation,
    link_expiry,
    refuse_due_date,
    with_event,
)
from rapport.reviews.domain.review import LinkState, NewNotification, Outcome, Review, Reviewer

PAUSE = timedelta(hours=1)
"""Reviewers who received a mail within this time are not reminded."""


def add_reviewers(review: Review, viewer: Viewer, asked: Sequence[Reviewer]) -> Decision:
    """Add reviewers; those who are reviewers already stay as they are."""
    if refusal := _refuse(review, viewer, "add reviewers"):
        return refusal
    new = [reviewer for reviewer in asked if review.reviewer(reviewer.user_id) is None]
    if not new:
        return Outcome(review)
    reviewers = (*review.reviewers, *new)
    if len(reviewers) > MAX_REVIEWERS:
        return Invalid.because(
            "reviewer_ids", f"a review has {MAX_REVIEWERS} reviewers at most", InputProblemCode.TOO_MANY
        )
    notifications = tuple(invitation(reviewer.user_id, reviewer.link) for reviewer in new)
    event = ReviewersAdded(job_id=review.job_id, reviewer_ids=tuple(reviewer.user_id for reviewer in new))
    return with_event(Outcome(replace(review, reviewers=reviewers), notifications=notifications), event)


def change_due_date(review: Review, viewer: Viewer, request: ChangeDueDate, *, at: datetime) -> Decision:
    """Change the due date and with it the expiry of the links; a revoked link stays revoked."""
    if refusal := _refuse(review, viewer, "change its due date"):
        return refusal
    if reason := refuse_due_date(request.due_at, at=at):
        return Invalid.because("due_at", reason, InputProblemCode.OUT_OF_RANGE)
    if review.due_at == request.due_at:
        return Outcome(review)
    if unseen := _refuse_unseen(review, review.due_version, request.expected_version):
        return unseen
    expires_at = link_expiry(request.due_at, at=at)
    reviewers = tuple(replace(r, link=replace(r.link, expires_at=expires_at)) for r in review.reviewers)
    event = DueDateChanged(job_id=review.job_id, previous=review.due_at, current=request.due_at)
    outcome = with_event(Outcome(replace(review, due_at=request.due_at, reviewers=reviewers)), event)
    return replace(outcome, review=replace(outcome.review, due_version=outcome.review.version))


def correct_note(review: Review, viewer: Viewer, request: CorrectNote) -> Decision:
    """Correct or delete the note to the reviewers."""
    if refusal := _refuse(review, viewer, "correct its note"):
        return refusal
    note = request.note or None
    if review.note == note:
        return Outcome(review)
    if unseen := _refuse_unseen(review, review.note_version, request.expected_version):
        return unseen
    event = NoteCorrected(job_id=review.job_id, noted=note is not None)
    outcome = with_event(Outcome(replace(review, note=note)), event)
    return replace(outcome, review=replace(outcome.review, note_version=outcome.review.version))


def remind(review: Review, viewer: Viewer, request: RemindReviewers, *, at: datetime) -> Decision:
    """Remind the reviewers who still have to decide and received no mail recently."""
    if refusal := _refuse(review, viewer, "remind its reviewers"):
        return refusal
    for user_id in request.reviewer_ids:
        if review.reviewer(user_id) is None:
            return NotFound(what="reviewer", id=str(user_id))
    meant = [
        reviewer for reviewer in review.owing() if not request.reviewer_ids or reviewer.user_id in request.reviewer_ids
    ]
    reached = [reviewer for reviewer in meant if review.link_state(reviewer.link, at=at) is LinkState.OPENS]
    if not reached:
        return Forbidden(reason=_nobody(meant))
    due = [reviewer for reviewer in reached if _again_at(reviewer) <= at]
    if not due:
        return TooSoon(reason="they were sent a mail less than an hour ago", again_at=min(map(_again_at, reached)))
    reminded = {reviewer.user_id for reviewer in due}
    written_to = (replace(r, last_written_to_at=at) if r.user_id in reminded else r for r in review.reviewers)
    notifications = (NewNotification(NotificationKind.REVIEW_REMINDER, r.user_id, occasion=at.isoformat()) for r in due)
    event = ReviewersReminded(job_id=review.job_id, reviewer_ids=tuple(r.user_id for r in due))
    return with_event(Outcome(replace(review, reviewers=tuple(written_to)), notifications=tuple(notifications)), event)


def refuse_stranger(review: Review, viewer: Viewer, act: str) -> Forbidden | None:
    """The refusal of a viewer who does not manage the review."""
    if manages(review, viewer):
        return None
    return Forbidden(reason=f"only the requester of the review and admins may {act}")


def _refuse(review: Review, viewer: Viewer, act: str) -> Forbidden | None:
    if refusal := refuse_stranger(review, viewer, act):
        return refusal
    return None if review.status.is_open else Forbidden(reason=f"the review is already {review.status}")


def _refuse_unseen(review: Review, amended_at: int, expected: int) -> Invalid | ReviewConflict | None:
    """Refuse an amendment of what has changed since its author saw it, or of a version that never existed."""
    if expected > review.version:
        return Invalid.because("expected_version", "is newer than the review", InputProblemCode.OUT_OF_RANGE)
    if amended_at <= expected:
        return None
    return ReviewConflict(current=ReviewState(version=review.version, note=review.note, due_at=review.due_at))


def _again_at(reviewer: Reviewer) -> datetime:
    """From when they may be reminded."""
    return (reviewer.last_written_to_at or reviewer.asked_at) + PAUSE


def _nobody(meant: Sequence[Reviewer]) -> str:
    if meant:
        return "their links no longer work; send them new ones"
    return "they have already decided on everyone"
