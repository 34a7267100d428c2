"""Decisions about a review: it is requested, a verdict is given or taken back, a reviewer finishes, it is cancelled, or
a link is replaced."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from rapport.contracts.events import (
    EventData,
    LinkReplaced,
    ReviewerFinished,
    ReviewRequested,
    ReviewStatusChanged,
    VerdictGiven,
    VerdictTakenBack,
)
from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import (
    Forbidden,
    InputProblemCode,
    Invalid,
    NotFound,
    Refusal,
    VerdictConflict,
    VerdictState,
)
from rapport.contracts.reviews import GiveVerdict, RequestReview, TakeBackVerdict
from rapport.contracts.vocabulary import NoteVisibility, NotificationKind, ReviewStatus, VerdictChange
from rapport.reviews.domain.access import manages
from rapport.reviews.domain.review import (
    GivenVerdict,
    Link,
    NewNotification,
    Outcome,
    Review,
    Reviewer,
    ReviewerVerdict,
    change_between,
)

Decision = Outcome | Refusal

_LINK_OUTLIVES_DUE_DATE = timedelta(days=14)
_LINK_WITHOUT_DUE_DATE = timedelta(days=30)
_LATEST_DUE_DATE = timedelta(days=366)
"""Longer than any review takes; a later date is a typing error."""


def refuse_request(request: RequestReview, *, at: datetime) -> Invalid | None:
    """Why this review may not be requested, checked before any look-up; None if it may."""
    if request.due_at and (reason := refuse_due_date(request.due_at, at=at)):
        return Invalid.because("due_at", reason, InputProblemCode.OUT_OF_RANGE)
    return None


def refuse_due_date(due_at: datetime, *, at: datetime) -> str | None:
    """What is wrong with a due date; None if nothing is."""
    if at < due_at <= at + _LATEST_DUE_DATE:
        return None
    return "lies in the past" if due_at <= at else "must lie within a year"


def requested(review: Review) -> Outcome:
    """A new review is published, and its reviewers are notified."""
    event = ReviewRequested(
        job_id=review.job_id,
        requested_by=review.requested_by,
        reviewer_ids=tuple(reviewer.user_id for reviewer in review.reviewers),
        person_ids=tuple(profile.person_id for profile in review.profiles),
        due_at=review.due_at,
    )
    notifications = (invitation(reviewer.user_id, reviewer.link) for reviewer in review.reviewers)
    return Outcome(replace(review, version=1), (event,), tuple(notifications))


def link_expiry(due_at: datetime | None, *, at: datetime) -> datetime:
    """Until when a link made now opens the page."""
    if due_at is None:
        return at + _LINK_WITHOUT_DUE_DATE
    return max(due_at, at) + _LINK_OUTLIVES_DUE_DATE


def give_verdict(
    review: Review, reviewer_id: UUID, request: GiveVerdict, *, verdict_id: UUID, at: datetime
) -> Decision:
    """A reviewer gives or changes a verdict; repeating it changes nothing.

    A newer verdict that they had not seen is not overwritten, but returned as a conflict.
    """
    key = (reviewer_id, request.person_id)
    if refusal := _refuse_reviewer(review, *key, "give verdicts"):
        return refusal
    before = review.verdicts.get(key)
    said = _said(request, before)
    if before and before.said == said:
        return Outcome(review)
    if (before.version if before else None) != (request.expected_version or None):
        return _conflict(before)
    last = before or review.taken_back.get(key)
    given = _given(last, ReviewerVerdict(verdict_id, *key, said, given_at=at, decided_at=at))
    verdicts = {**review.verdicts, key: given}
    after = replace(review, verdicts=verdicts, taken_back={k: v for k, v in review.taken_back.items() if k != key})
    outcome = with_event(Outcome(after), _verdict_given(after, given, last))
    if review.status is ReviewStatus.SENT:
        return _with_status(outcome, ReviewStatus.IN_PROGRESS)
    return outcome


def take_back(review: Review, reviewer_id: UUID, request: TakeBackVerdict, *, at: datetime) -> Decision:
    """A reviewer takes a verdict back, and must decide again before finishing."""
    key = (reviewer_id, request.person_id)
    if refusal := _refuse_reviewer(review, *key, "take verdicts back"):
        return refusal
    before = review.verdicts.get(key)
    if before is None:
        return Outcome(review)
    if before.version != request.expected_version:
        return _conflict(before)
    gone = replace(before, version=before.version + 1, taken_back_at=at)
    after = replace(
        review,
        verdicts={k: v for k, v in review.verdicts.items() if k != key},
        taken_back={**review.taken_back, key: gone},
        reviewers=tuple(replace(r, finished_at=None) if r.user_id == reviewer_id else r for r in review.reviewers),
    )
    had_finished = any(r.user_id == reviewer_id and r.finished_at for r in review.reviewers)
    return with_event(Outcome(after), _verdict_taken_back(after, gone, reopened=had_finished))


def finish(review: Review, reviewer_id: UUID, *, at: datetime) -> Outcome | Refusal:
    """A reviewer who has decided on every person finishes; repeating it changes nothing."""
    reviewer = review.reviewer(reviewer_id)
    if reviewer and reviewer.finished_at and review.status in (ReviewStatus.COMPLETED, *_OPEN):
        return Outcome(review)
    if refusal := _refuse_stranger(review, reviewer_id, "finish it"):
        return refusal
    if left := len(review.undecided(reviewer_id)):
        people = "1 person is" if left == 1 else f"{left} people are"
        return Invalid.because("review_id", f"{people} still undecided", InputProblemCode.WRONG_STATE)
    return finished(review, [reviewer_id], at=at)


def finished(review: Review, reviewer_ids: Iterable[UUID], *, at: datetime) -> Outcome:
    """These reviewers have finished; when all have, the review is completed and the requester is notified."""
    done = set(reviewer_ids)
    outcome = Outcome(review)
    for reviewer in review.reviewers:
        if reviewer.user_id in done:
            outcome = _reviewer_finished(outcome, reviewer, at=at)
    reviewers = outcome.review.reviewers
    if not all(reviewer.finished_at for reviewer in reviewers):
        return outcome
    completed = _with_status(outcome, ReviewStatus.COMPLETED, at=at)
    return replace(completed, notifications=(NewNotification(NotificationKind.REVIEW_COMPLETED, review.requested_by),))


def cancel(review: Review, viewer: Viewer, *, name: str | None, at: datetime) -> Outcome | Forbidden:
    """Cancel a review, once; ``name`` is the viewer's, for the reviewers, if it is known."""
    if not manages(review, viewer):
        return Forbidden(reason="only the requester of the review and admins may cancel it")
    if review.status is ReviewStatus.CANCELLED:
        return Outcome(review)
    if not review.status.is_open:
        return Forbidden(reason=f"the review is already {review.status}")
    by = review.requester_name if viewer.user_id == review.requested_by else name
    return _with_status(Outcome(replace(review, cancelled_by=by)), ReviewStatus.CANCELLED, at=at)


def expired(review: Review, *, at: datetime) -> Outcome:
    """The review expires: its links no longer open it."""
    return _with_status(Outcome(review), ReviewStatus.EXPIRED, at=at)


def replace_link(
    review: Review, viewer: Viewer, reviewer_id: UUID, new: Link | None, *, at: datetime
) -> Outcome | Refusal:
    """Revoke a reviewer's link; they are sent the new one, if there is one."""
    if not manages(review, viewer):
        return Forbidden(reason="only the requester of the review and admins may replace its links")
    if not review.status.is_open:
        return Forbidden(reason=f"the review is already {review.status}")
    reviewer = review.reviewer(reviewer_id)
    if reviewer is None:
        return NotFound(what="reviewer", id=str(reviewer_id))
    if new is None and reviewer.link.revoked_at:
        return Outcome(review)
    revoked = replace(reviewer.link, revoked_at=reviewer.link.revoked_at or at)
    theirs = replace(reviewer, link=new, last_written_to_at=at) if new else replace(reviewer, link=revoked)
    reviewers = tuple(theirs if r.user_id == reviewer_id else r for r in review.reviewers)
    notifications = (invitation(reviewer_id, new),) if new else ()
    event = LinkReplaced(job_id=review.job_id, reviewer_id=reviewer_id, sent=new is not None)
    return with_event(Outcome(replace(review, reviewers=reviewers), notifications=notifications), event)


_OPEN = (ReviewStatus.SENT, ReviewStatus.IN_PROGRESS)


def _refuse_stranger(review: Review, reviewer_id: UUID, act: str) -> Forbidden | None:
    if review.reviewer(reviewer_id) is None:
        return Forbidden(reason=f"only the reviewers of a review may {act}")
    if not review.status.is_open:
        return Forbidden(reason=f"the review is already {review.status}")
    return None


def _refuse_reviewer(review: Review, reviewer_id: UUID, person_id: UUID, act: str) -> Forbidden | NotFound | None:
    if refusal := _refuse_stranger(review, reviewer_id, act):
        return refusal
    return None if review.has_person(person_id) else NotFound(what="person", id=str(person_id))


def _said(request: GiveVerdict, before: ReviewerVerdict | None) -> GivenVerdict:
    """What a request leaves out stays as it is; an empty note is deleted."""
    known = before.said if before else GivenVerdict(request.verdict, None, NoteVisibility.HIRING_TEAM)
    note = known.note if request.note is None else request.note or None
    return GivenVerdict(request.verdict, note, request.visibility or known.visibility)


def _given(last: ReviewerVerdict | None, given: ReviewerVerdict) -> ReviewerVerdict:
    """A verdict that comes after another of the same reviewer, which may have been taken back."""
    if last is None:
        return given
    counted = replace(given, version=last.version + 1, changes=last.changes, note_edits=last.note_edits)
    match change_between(last, counted):
        case VerdictChange.CHANGED_MIND:
            return replace(counted, changes=last.changes + 1)
        case VerdictChange.NOTE_EDITED:
            return replace(counted, note_edits=last.note_edits + 1, decided_at=last.decided_at)
    return counted


def _conflict(current: ReviewerVerdict | None) -> VerdictConflict:
    if current is None:
        return VerdictConflict(current=None)
    said = current.said
    state = VerdictState(
        verdict=said.verdict,
        note=said.note,
        visibility=said.visibility,
        given_at=current.given_at,
        version=current.version,
    )
    return VerdictConflict(current=state)


def invitation(reviewer_id: UUID, link: Link) -> NewNotification:
    """A reviewer is sent their link."""
    return NewNotification(NotificationKind.REVIEW_REQUESTED, reviewer_id, occasion=str(link.id))


def _verdict_given(review: Review, given: ReviewerVerdict, last: ReviewerVerdict | None) -> VerdictGiven:
    before = last if last and last.taken_back_at is None else None
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
        change=change_between(last, given),
        version=given.version,
    )


def _verdict_taken_back(review: Review, gone: ReviewerVerdict, *, reopened: bool) -> VerdictTakenBack:
    return VerdictTakenBack(
        verdict_id=gone.id,
        job_id=review.job_id,
        person_id=gone.person_id,
        reviewer_id=gone.reviewer_id,
        previous=gone.said.verdict,
        version=gone.version,
        decided=review.decided(gone.reviewer_id),
        people=len(review.profiles),
        reopened=reopened,
    )


def _reviewer_finished(outcome: Outcome, reviewer: Reviewer, *, at: datetime) -> Outcome:
    review = outcome.review
    done = replace(reviewer, finished_at=at)
    reviewers = tuple(done if r.user_id == reviewer.user_id else r for r in review.reviewers)
    event = ReviewerFinished(
        job_id=review.job_id,
        reviewer_id=reviewer.user_id,
        asked_at=reviewer.asked_at,
        decided_at=max(given.decided_at for key, given in review.verdicts.items() if key[0] == reviewer.user_id),
        finished=sum(r.finished_at is not None for r in reviewers),
        reviewers=len(reviewers),
    )
    return with_event(replace(outcome, review=replace(review, reviewers=reviewers)), event)


def with_event(outcome: Outcome, event: EventData) -> Outcome:
    """One more event, which is one more version of the review."""
    review = replace(outcome.review, version=outcome.review.version + 1)
    return replace(outcome, review=review, events=(*outcome.events, event))


def _with_status(outcome: Outcome, status: ReviewStatus, *, at: datetime | None = None) -> Outcome:
    """The review goes over to a status, a closing one ``at`` a moment."""
    review = outcome.review
    event = ReviewStatusChanged(
        job_id=review.job_id, requested_by=review.requested_by, previous=review.status, current=status
    )
    return with_event(replace(outcome, review=replace(review, status=status, closed_at=at)), event)
