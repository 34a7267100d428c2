"""A review as decisions need it, with boring defaults."""

from uuid import UUID

from rapport.contracts.reviews import Profile
from rapport.contracts.vocabulary import ReviewStatus
from rapport.reviews.domain.review import Link, Review, Reviewer, ReviewerVerdict
from services.reviews.tests.support.reviews_desk import BEGIN, KATE, MARY, OMAR, STRANGER

PERSON, OTHER = UUID(int=1), UUID(int=2)


def review(*given: ReviewerVerdict, status: ReviewStatus = ReviewStatus.IN_PROGRESS, team: bool = False) -> Review:
    """Kate asks Mary and Omar about two people."""
    reviewers = (Reviewer(u.id, u.name, u.email, Link(UUID(int=n), BEGIN), BEGIN) for n, u in enumerate((MARY, OMAR)))
    profiles = (
        Profile(person_id=p, name="P", title=None, company=None, location=None, links=(), tags=())
        for p in (PERSON, OTHER)
    )
    return Review(
        id=UUID(int=9),
        job_id=UUID(int=8),
        job_title="Engineer",
        requested_by=KATE.id,
        requester_name=KATE.name,
        requester_email=KATE.email,
        note=None,
        due_at=None,
        status=status,
        version=1,
        created_at=BEGIN,
        closed_at=None,
        reviewers=tuple(reviewers),
        profiles=tuple(profiles),
        verdicts={(g.reviewer_id, g.person_id): g for g in given},
        team=frozenset({STRANGER.id}) if team else frozenset(),
        ats_team=frozenset({STRANGER.id}) if team else frozenset(),
    )
