"""Review requests: people put before reviewers, for one job."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from rapport.contracts.authorisation import GIVE_VERDICTS, MANAGE_OWN_REVIEWS, REQUEST_REVIEWS, SEE_REVIEWS, Rule
from rapport.contracts.biography import Attachment, AttachmentLink, Education, Employment
from rapport.contracts.requests import MAX_IDS, Page, Result
from rapport.contracts.reviews.request import ReviewsRequest
from rapport.contracts.text import CLEANED
from rapport.contracts.vocabulary import NoteVisibility, ReviewBox, ReviewStatus, Verdict

MAX_PEOPLE = 100
"""The most people one review request may put before reviewers."""

MAX_REVIEWERS = 20
MAX_NOTE = 4000
"""Characters of a note."""

MAX_FROZEN = 20
"""The most jobs, and the most educations, that a review holds of a person."""

MAX_RESUMES = 3
"""The most resumes that a review shows of a person."""

MAX_WHOLE = 20
"""The most reviews one page may hold with their items: a hundred people and their verdicts each."""

Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NOTE), CLEANED]


class Profile(Result):
    """A person as the reviewers see them: as they were when the review was requested."""

    person_id: UUID
    name: str
    title: str | None
    company: str | None
    location: str | None
    links: tuple[str, ...]
    tags: tuple[str, ...]
    employments: tuple[Employment, ...] = ()
    """The present jobs first, then the one that ended last; at most ``MAX_FROZEN``."""
    educations: tuple[Education, ...] = ()
    """The present one first, then the one that ended last; at most ``MAX_FROZEN``."""
    resumes: tuple[Attachment, ...] = ()
    """The newest first; at most ``MAX_RESUMES``. The files themselves are where the ATS has them."""
    is_private: bool = False
    """Whether the ATS showed them to those who work on them only: then not everybody who sees the review sees them."""


class PersonVerdict(Result):
    """One reviewer's verdict on one person."""

    id: UUID
    """Stays the same when the verdict changes."""
    review_id: UUID
    person_id: UUID
    job_id: UUID
    reviewer_id: UUID
    verdict: Verdict
    note: str | None
    """Absent as well where the viewer may not read it."""
    visibility: NoteVisibility
    given_at: datetime
    """When it, or its note, last changed."""
    changes: int
    """How often the reviewer changed their mind; edits of the note are not among them."""
    note_edits: int = 0
    """How often the note, or who may read it, was changed without another verdict."""
    decided_at: datetime
    """When the reviewer came to this verdict; editing the note leaves it."""
    version: int = 1
    """Counts every change, from 1; a request that changes it names the version that was seen."""
    taken_back_at: datetime | None = None
    """When it was taken back; such a verdict is no item's any more, and holds no note."""


class ReviewItem(Result):
    """One person of a review request."""

    profile: Profile
    verdicts: tuple[PersonVerdict, ...]
    """Those the viewer may see: a reviewer sees the others' once their own, other than a skip, is given."""
    disputed: bool
    """Whether the verdicts the viewer may see include both an approval and a rejection."""
    others_hidden: bool = False
    """Whether the other reviewers' verdicts are hidden from the viewer until they have judged the person themselves."""


class Reviewer(Result):
    """A user who is asked for verdicts."""

    user_id: UUID
    name: str
    decided: int
    """On how many people they have a verdict."""
    finished_at: datetime | None
    link_expires_at: datetime
    link_revoked: bool
    asked_at: datetime
    """When they were added to the review."""
    last_written_to_at: datetime | None = None
    """When a mail to them about this review last fell due: an invitation or a reminder."""


class Review(Result):
    """People put before reviewers, for one job."""

    id: UUID
    job_id: UUID
    job_title: str
    """As it was when the review was requested; reviewers need not see the job itself."""
    requested_by: UUID
    note: str | None
    due_at: datetime | None
    status: ReviewStatus
    created_at: datetime
    closed_at: datetime | None
    cancelled_by: str | None = None
    """The name of the user who cancelled it."""
    version: int
    people_count: int = 0
    """How many people it is about."""
    disputed_count: int = 0
    """On how many of them the verdicts the viewer may see include both an approval and a rejection."""
    reviewers: tuple[Reviewer, ...]
    items: tuple[ReviewItem, ...]
    """Empty as well if not requested."""


class Reviews(Result):
    items: tuple[Review, ...]


class ReviewEdge(Result):
    cursor: tuple[str, ...]
    node: Review


class ReviewPage(Result):
    edges: tuple[ReviewEdge, ...]
    has_next: bool


class ReviewResult(Result):
    """The review request as it is now."""

    review: Review


class RequestReview(ReviewsRequest[ReviewResult]):
    """Put people before reviewers, who get a link by mail. For recruiters, sourcers, coordinators and admins.

    The viewer must see the people and the job. Repeating it under the same key creates nothing twice.
    """

    rule: ClassVar[Rule] = REQUEST_REVIEWS

    person_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MAX_PEOPLE)
    reviewer_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MAX_REVIEWERS)
    job_id: UUID
    note: Note | None = None
    due_at: AwareDatetime | None = None


class FinishReview(ReviewsRequest[ReviewResult]):
    """A reviewer has decided on everyone; when all have, the review is completed."""

    rule: ClassVar[Rule] = GIVE_VERDICTS

    review_id: UUID


class CancelReview(ReviewsRequest[ReviewResult]):
    """Cancel a review; its links stop working. For the requester and admins."""

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID


class ReplaceLink(ReviewsRequest[ReviewResult]):
    """Revoke a reviewer's link and send them a new one, or none. For the requester and admins."""

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID
    reviewer_id: UUID
    send_new: bool = True


class OpenReviewedFile(ReviewsRequest[AttachmentLink]):
    """A link to a resume that an open review shows the viewer as a reviewer, who need not see the person otherwise."""

    rule: ClassVar[Rule] = GIVE_VERDICTS

    review_id: UUID
    attachment_id: UUID


class GetReviews(ReviewsRequest[ReviewPage]):
    """The reviews the viewer may see, the newest first: those they requested, are a reviewer of, or whose job they see.

    Those that wait for the viewer come in the order in which they are due, those without a due date last. A page
    with items holds at most ``MAX_WHOLE`` reviews.
    """

    rule: ClassVar[Rule] = SEE_REVIEWS

    job_id: UUID | None = None
    person_ids: tuple[UUID, ...] = Field(default=(), max_length=MAX_IDS)
    """Only those of this person, by the ids of all their records."""
    open_only: bool = False
    box: ReviewBox | None = None
    """Only those that the viewer has this to do with."""
    page: Page = Page(first=MAX_WHOLE)
    include_items: bool = True
    """Whether each holds its people and their verdicts; ``items`` is empty otherwise."""


class GetReviewsByIds(ReviewsRequest[Reviews]):
    """These reviews; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_REVIEWS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
    include_items: bool = True
    """Whether each holds its people and their verdicts; ``items`` is empty otherwise."""
