"""Who sees a review, whose verdicts on it, and which notes: the rules, each once."""

from uuid import UUID

from rapport.contracts.authorisation import SEE_PRIVATE_PEOPLE
from rapport.contracts.identity import Viewer
from rapport.contracts.reviews import CancelReview, GetReviewsByIds
from rapport.contracts.vocabulary import NoteVisibility, Verdict
from rapport.reviews.domain.review import Review, ReviewerVerdict


def sees(review: Review, viewer: Viewer) -> bool:
    """Viewers who see every job, the requester, the reviewers, and the job's hiring team."""
    return (
        GetReviewsByIds.rule.scope_user(viewer) is None
        or viewer.user_id == review.requested_by
        or review.reviewer(viewer.user_id) is not None
        or viewer.user_id in review.team
    )


def sees_person(review: Review, person_id: UUID, viewer: Viewer) -> bool:
    """For a viewer who sees the review: a private person is seen by those who asked, are asked or hire only.

    Who was put on the team here does not hire by that: nobody lets themselves see whom the ATS hides.
    """
    if SEE_PRIVATE_PEOPLE in viewer.grants or not any(
        p.is_private for p in review.profiles if p.person_id == person_id
    ):
        return True
    return (
        viewer.user_id == review.requested_by
        or review.reviewer(viewer.user_id) is not None
        or viewer.user_id in review.ats_team
    )


def opens_file(review: Review, attachment_id: UUID, viewer: Viewer) -> bool:
    """A reviewer opens the resumes that an open review shows, as from the link in the mail."""
    shown = (file.id for profile in review.profiles for file in profile.resumes)
    return review.status.is_open and review.reviewer(viewer.user_id) is not None and attachment_id in shown


def manages(review: Review, viewer: Viewer) -> bool:
    """The requester and admins may amend and cancel a review and replace its links."""
    return CancelReview.rule.scope_user(viewer) in (None, review.requested_by)


def sees_verdict(review: Review, given: ReviewerVerdict, viewer: Viewer) -> bool:
    """For a viewer who sees the review: a reviewer sees the others' once their own is given, or the review is closed.

    That holds for every reviewer, in any other role too: no verdict should be influenced by another's. A skip is no
    judgement: a reviewer who skipped could otherwise read the others' and judge after all.
    """
    if not sees_person(review, given.person_id, viewer):
        return False
    if given.reviewer_id == viewer.user_id or not review.status.is_open:
        return True
    return review.reviewer(viewer.user_id) is None or _has_judged(review, viewer.user_id, given.person_id)


def others_hidden(review: Review, person_id: UUID, viewer: Viewer) -> bool:
    """Whether what the other reviewers say of a person is hidden from this viewer, until they judge themselves."""
    if not review.status.is_open or review.reviewer(viewer.user_id) is None:
        return False
    return len(review.reviewers) > 1 and not _has_judged(review, viewer.user_id, person_id)


def reads_note(review: Review, given: ReviewerVerdict, viewer: Viewer) -> bool:
    """For a viewer who sees the verdict: whether they see its note, by the visibility its author chose."""
    if given.reviewer_id == viewer.user_id:
        return True
    match given.said.visibility:
        case NoteVisibility.PUBLIC:
            return True
        case NoteVisibility.HIRING_TEAM:
            return manages(review, viewer) or viewer.user_id in review.team
        case NoteVisibility.PRIVATE:
            return False


def _has_judged(review: Review, reviewer_id: UUID, person_id: UUID) -> bool:
    mine = review.verdicts.get((reviewer_id, person_id))
    return mine is not None and mine.said.verdict is not Verdict.SKIPPED
