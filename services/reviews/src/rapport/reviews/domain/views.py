"""A review as one viewer sees it."""

from collections.abc import Iterable

from rapport.contracts import reviews as contract
from rapport.contracts.identity import Viewer
from rapport.contracts.vocabulary import Verdict
from rapport.reviews.domain.access import others_hidden, reads_note, sees_person, sees_verdict
from rapport.reviews.domain.review import Review, Reviewer, ReviewerVerdict

_FOR = frozenset({Verdict.APPROVED, Verdict.STARRED})


def view_for(review: Review, viewer: Viewer, *, include_items: bool = True) -> contract.Review:
    """The review, with what this viewer may see of the verdicts, or without its items."""
    shown = (profile for profile in review.profiles if sees_person(review, profile.person_id, viewer))
    items = tuple(_item(review, profile, viewer) for profile in shown)
    return contract.Review(
        id=review.id,
        job_id=review.job_id,
        job_title=review.job_title,
        requested_by=review.requested_by,
        note=review.note,
        due_at=review.due_at,
        status=review.status,
        created_at=review.created_at,
        closed_at=review.closed_at,
        cancelled_by=review.cancelled_by,
        version=review.version,
        people_count=len(items),
        disputed_count=sum(item.disputed for item in items),
        reviewers=tuple(_reviewer(review, reviewer) for reviewer in review.reviewers),
        items=items if include_items else (),
    )


def visible_verdicts(review: Review, viewer: Viewer) -> tuple[contract.PersonVerdict, ...]:
    """All verdicts of a review that this viewer may see, and those taken back that they might see if they were not."""
    everything = review.all_verdicts().values()
    return tuple(_verdict(review, given, viewer) for given in everything if sees_verdict(review, given, viewer))


def disagree(said: Iterable[Verdict]) -> bool:
    """Whether some are for the person and some against."""
    verdicts = set(said)
    return Verdict.REJECTED in verdicts and not verdicts.isdisjoint(_FOR)


def _reviewer(review: Review, reviewer: Reviewer) -> contract.Reviewer:
    return contract.Reviewer(
        user_id=reviewer.user_id,
        name=reviewer.name,
        decided=review.decided(reviewer.user_id),
        finished_at=reviewer.finished_at,
        link_expires_at=reviewer.link.expires_at,
        link_revoked=reviewer.link.revoked_at is not None,
        asked_at=reviewer.asked_at,
        last_written_to_at=reviewer.last_written_to_at,
    )


def _item(review: Review, profile: contract.Profile, viewer: Viewer) -> contract.ReviewItem:
    verdicts = _verdicts(review, profile, viewer)
    return contract.ReviewItem(
        profile=profile,
        verdicts=verdicts,
        disputed=disagree(v.verdict for v in verdicts),
        others_hidden=others_hidden(review, profile.person_id, viewer),
    )


def _verdicts(review: Review, profile: contract.Profile, viewer: Viewer) -> tuple[contract.PersonVerdict, ...]:
    return tuple(
        _verdict(review, given, viewer)
        for given in review.about(profile.person_id)
        if sees_verdict(review, given, viewer)
    )


def _verdict(review: Review, given: ReviewerVerdict, viewer: Viewer) -> contract.PersonVerdict:
    return contract.PersonVerdict(
        id=given.id,
        review_id=review.id,
        person_id=given.person_id,
        job_id=review.job_id,
        reviewer_id=given.reviewer_id,
        verdict=given.said.verdict,
        note=given.said.note if given.taken_back_at is None and reads_note(review, given, viewer) else None,
        visibility=given.said.visibility,
        given_at=given.given_at,
        changes=given.changes,
        note_edits=given.note_edits,
        decided_at=given.decided_at,
        version=given.version,
        taken_back_at=given.taken_back_at,
    )
