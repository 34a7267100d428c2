"""What becomes of a review when somebody asks for it, says something, finishes, calls it off, or replaces a link."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from rapport.contracts.facts import ReviewRequested, ReviewStatusChanged, VerdictGiven
from rapport.contracts.hiring import NoticeKind, ReviewStatus
from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import FieldProblem, Forbidden, Invalid, NotFound, Refusal
from rapport.contracts.reviews import RequestReview
from rapport.reviews.domain.access import manages
from rapport.reviews.domain.review import Given, Link, NewNotice, Outcome, Review, Said

_LINK_OUTLIVES_DUE_DATE = timedelta(days=14)
_LINK_WITHOUT_DUE_DATE = timedelta(days=30)
_LATEST_DUE_DATE = timedelta(days=366)
"""Longer than any review takes; a date beyond it is a slip of the pen."""


def refuse_request(request: RequestReview, *, at: datetime) -> Invalid | None:
    """Why this review may not be asked for, before anybody is looked up; None if it may."""
    problems = []
    if request.due_at and not at < request.due_at <= at + _LATEST_DUE_DATE:
        reason = "lies in the past" if request.due_at <= at else "must lie within a year"
        problems.append(FieldProblem(path="due_at", message=reason))
    if unstorable(request.note):
        problems.append(FieldProblem(path="note", message=_UNSTORABLE))
    return Invalid(problems=tuple(problems)) if problems else None


def requested(review: Review) -> Outcome:
    """A new review is told, and its reviewers are written to."""
    fact = ReviewRequested(
        job_id=review.job_id,
        requested_by=review.requested_by,
        reviewer_ids=tuple(reviewer.user_id for reviewer in review.reviewers),
        person_ids=tuple(profile.person_id for profile in review.profiles),
        due_at=review.due_at,
    )
    notices = (_invitation(reviewer.user_id, reviewer.link) for reviewer in review.reviewers)
    return Outcome(replace(review, version=1), (fact,), tuple(notices))


def link_expiry(due_at: datetime | None, *, at: datetime) -> datetime:
    """Until when a link made now opens the page."""
    if due_at is None:
        return at + _LINK_WITHOUT_DUE_DATE
    return max(due_at, at) + _LINK_OUTLIVES_DUE_DATE


def give_verdict(
    review: Review, reviewer_id: UUID, person_id: UUID, said: Said, *, verdict_id: UUID, at: datetime
) -> Outcome | Refusal:
    """A reviewer says something of a person, or something else; saying the same again changes nothing."""
    if refusal := _refuse_reviewer(review, reviewer_id, "give verdicts"):
        return refusal
    if not review.has_person(person_id):
        return NotFound(what="person", id=str(person_id))
    if unstorable(said.note):
        return Invalid.because("note", _UNSTORABLE)
    before = review.verdicts.get((reviewer_id, person_id))
    if before and before.said == said:
        return Outcome(review)
    changes = before.changes + 1 if before else 0
    given = Given(verdict_id, reviewer_id, person_id, said, at, changes)
    after = replace(review, verdicts={**review.verdicts, (reviewer_id, person_id): given})
    told = Outcome(replace(after, version=review.version + 1), (_verdict_given(after, given, before),))
    if review.status is ReviewStatus.SENT:
        return _with_status(told, ReviewStatus.IN_PROGRESS)
    return told


def finish(review: Review, reviewer_id: UUID, *, at: datetime) -> Outcome | Refusal:
    """A reviewer has decided on everybody and says so; saying it again changes nothing."""
    reviewer = review.reviewer(reviewer_id)
    if reviewer and reviewer.finished_at and review.status in (ReviewStatus.COMPLETED, *_OPEN):
        return Outcome(review)
    if refusal := _refuse_reviewer(review, reviewer_id, "finish it"):
        return refusal
    if left := len(review.undecided(reviewer_id)):
        people = "1 person is" if left == 1 else f"{left} people are"
        return Invalid.because("review_id", f"{people} still undecided")
    return finished(review, [reviewer_id], at=at)


def finished(review: Review, reviewer_ids: Iterable[UUID], *, at: datetime) -> Outcome:
    """These reviewers are done; when all are, the review is completed and whoever asked for it hears of it."""
    done = set(reviewer_ids)
    reviewers = tuple(replace(r, finished_at=at) if r.user_id in done else r for r in review.reviewers)
    outcome = Outcome(replace(review, reviewers=reviewers))
    if not all(reviewer.finished_at for reviewer in reviewers):
        return outcome
    completed = _with_status(outcome, ReviewStatus.COMPLETED, at=at)
    return replace(completed, notices=(NewNotice(NoticeKind.REVIEW_COMPLETED, review.requested_by),))


def cancel(review: Review, viewer: Viewer, *, at: datetime) -> Outcome | Forbidden:
    """Call it off; once is enough."""
    if not manages(review, viewer):
        return Forbidden(reason="only whoever asked for the review, and admins, may call it off")
    if review.status is ReviewStatus.CANCELLED:
        return Outcome(review)
    if not review.status.is_open:
        return Forbidden(reason=f"the review is already {review.status}")
    return _with_status(Outcome(review), ReviewStatus.CANCELLED, at=at)


def expired(review: Review, *, at: datetime) -> Outcome:
    """No link opens it any more."""
    return _with_status(Outcome(review), ReviewStatus.EXPIRED, at=at)


def replace_link(
    review: Review, viewer: Viewer, reviewer_id: UUID, new: Link | None, *, at: datetime
) -> Outcome | Refusal:
    """Revoke a reviewer's link; they are sent the new one, if there is one."""
    if not manages(review, viewer):
        return Forbidden(reason="only whoever asked for the review, and admins, may replace its links")
    if not review.status.is_open:
        return Forbidden(reason=f"the review is already {review.status}")
    reviewer = review.reviewer(reviewer_id)
    if reviewer is None:
        return NotFound(what="reviewer", id=str(reviewer_id))
    revoked = replace(reviewer.link, revoked_at=reviewer.link.revoked_at or at)
    theirs = replace(reviewer, link=new or revoked)
    reviewers = tuple(theirs if r.user_id == reviewer_id else r for r in review.reviewers)
    notices = (_invitation(reviewer_id, new),) if new else ()
    return Outcome(replace(review, reviewers=reviewers), notices=notices)


_OPEN = (ReviewStatus.SENT, ReviewStatus.IN_PROGRESS)
_UNSTORABLE = "holds a character that cannot be kept"


def unstorable(text: str | None) -> bool:
    """Whether a text holds what PostgreSQL cannot store."""
    return text is not None and "\x00" in text


def _refuse_reviewer(review: Review, reviewer_id: UUID, act: str) -> Forbidden | None:
    if review.reviewer(reviewer_id) is None:
        return Forbidden(reason=f"only the reviewers of a review may {act}")
    if not review.status.is_open:
        return Forbidden(reason=f"the review is already {review.status}")
    return None


def _invitation(reviewer_id: UUID, link: Link) -> NewNotice:
    return NewNotice(NoticeKind.REVIEW_REQUESTED, reviewer_id, occasion=str(link.id))


def _verdict_given(review: Review, given: Given, before: Given | None) -> VerdictGiven:
    return VerdictGiven(
        verdict_id=given.id,
        job_id=review.job_id,
        person_id=given.person_id,
        reviewer_id=given.reviewer_id,
        previous=before.said.verdict if before else None,
        current=given.said.verdict,
        noted=given.said.note is not None,
        visibility=given.said.visibility,
        decided=review.decided(given.reviewer_id),
        people=len(review.profiles),
    )


def _with_status(outcome: Outcome, status: ReviewStatus, *, at: datetime | None = None) -> Outcome:
    """The review goes over to a status, a closing one ``at`` a moment; one more fact."""
    review = outcome.review
    fact = ReviewStatusChanged(
        job_id=review.job_id, requested_by=review.requested_by, previous=review.status, current=status
    )
    after = replace(review, status=status, closed_at=at, version=review.version + 1)
    return replace(outcome, review=after, facts=(*outcome.facts, fact))
