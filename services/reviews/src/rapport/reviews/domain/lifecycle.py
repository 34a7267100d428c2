"""What is due as time passes: reminders, reviewers who forgot to finish, expiry when no link is valid."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rapport.contracts.vocabulary import NotificationKind
from rapport.reviews.domain.decisions import expired, finished
from rapport.reviews.domain.review import NewNotification, Outcome, Review, Reviewer
from rapport.reviews.domain.working_hours import is_working_time, last_working_hour, next_working_time

IDLE = timedelta(hours=1)
"""After their last verdict a reviewer who has decided on everybody is taken to have finished."""
_AHEAD = timedelta(hours=24)
_AFTER = timedelta(hours=24)
LONGEST_AHEAD = timedelta(days=4)
"""How long before the due date a reminder can be made: on Friday for what is due on Monday, and some."""


def due_actions(review: Review, *, at: datetime, zone: ZoneInfo) -> Outcome:
    """What is due at this moment; an outcome without events and notifications if nothing is.

    A reminder stays due until it is sent; it is inserted once for each occasion.
    """
    if not review.status.is_open:
        return Outcome(review)
    idle = [reviewer.user_id for reviewer in review.reviewers if _has_left(review, reviewer, at)]
    outcome = finished(review, idle, at=at) if idle else Outcome(review)
    if not outcome.review.status.is_open:
        return outcome
    if all(reviewer.link.expires_at <= at for reviewer in review.reviewers):
        return expired(outcome.review, at=at)
    return replace(outcome, notifications=_reminders(outcome.review, at, zone))


def _has_left(review: Review, reviewer: Reviewer, at: datetime) -> bool:
    if reviewer.finished_at or review.undecided(reviewer.user_id):
        return False
    return all(given.given_at + IDLE <= at for key, given in review.verdicts.items() if key[0] == reviewer.user_id)


def _reminders(review: Review, at: datetime, zone: ZoneInfo) -> tuple[NewNotification, ...]:
    kind = _kind_of_reminder(review, at, zone)
    if kind is None or review.due_at is None:
        return ()
    occasion = occasion_of(review.due_at)
    return tuple(
        NewNotification(kind, r.user_id, occasion) for r in review.owing() if _is_news(r, kind, review.due_at, zone)
    )


def occasion_of(due_at: datetime) -> str:
    """The occasion of a reminder: another due date is another occasion."""
    return due_at.isoformat()


def _kind_of_reminder(review: Review, at: datetime, zone: ZoneInfo) -> NotificationKind | None:
    if review.due_at is None or not is_working_time(at, zone):
        return None
    if due_soon_from(review.due_at, zone) <= at < review.due_at:
        return NotificationKind.REVIEW_DUE_SOON
    return NotificationKind.REVIEW_OVERDUE if at >= review.due_at + _AFTER else None


def _is_news(reviewer: Reviewer, kind: NotificationKind, due_at: datetime, zone: ZoneInfo) -> bool:
    """A reviewer who was added when the review was due soon has just received a mail."""
    return kind is NotificationKind.REVIEW_OVERDUE or reviewer.asked_at < due_soon_from(due_at, zone)


def due_soon_from(due_at: datetime, zone: ZoneInfo) -> datetime:
    """From when reviewers are reminded: a day ahead, in working time, and earlier if that would be too late."""
    ahead = next_working_time(due_at - _AHEAD, zone)
    return ahead if ahead < due_at else last_working_hour(due_at - _AHEAD, zone)


def overdue_by(at: datetime) -> datetime:
    """What was due by then is overdue by now."""
    return at - _AFTER
