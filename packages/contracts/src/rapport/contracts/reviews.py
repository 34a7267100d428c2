"""What the reviews service answers: review requests, verdicts, and the texts of notices."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from rapport.contracts.access import GIVE_VERDICTS, MANAGE_OWN_REVIEWS, REQUEST_REVIEWS, SEE_REVIEWS, Rule
from rapport.contracts.hiring import NoteVisibility, ReviewStatus, Verdict
from rapport.contracts.identity import OrgId
from rapport.contracts.requests import Page, ReplyT, Request

MAX_PEOPLE = 100
"""The most people one review request may put before reviewers."""
MAX_REVIEWERS = 20
MAX_NOTE = 4000
"""Characters of a note."""
MAX_IDS = 200
"""The most ids one batched read may name."""
MAX_WHOLE = 20
"""The most reviews one page may hold with their items: a hundred people and their verdicts each."""

Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NOTE)]


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True)


class _ReviewsRequest(Request[ReplyT]):
    service: ClassVar[str] = "reviews"


class Profile(_Reply):
    """A person as the reviewers see them: as they were when the review was asked for."""

    person_id: UUID
    name: str
    title: str | None
    company: str | None
    location: str | None
    links: tuple[str, ...]
    tags: tuple[str, ...]


class PersonVerdict(_Reply):
    """What one reviewer says of one person."""

    id: UUID
    """Stays the same when the reviewer thinks again."""
    review_id: UUID
    person_id: UUID
    job_id: UUID
    reviewer_id: UUID
    verdict: Verdict
    note: str | None
    """Absent as well where the viewer may not read it."""
    visibility: NoteVisibility
    given_at: datetime
    """When it last changed."""
    changes: int
    """How often the reviewer thought again."""


class ReviewItem(_Reply):
    """One person of a review request."""

    profile: Profile
    verdicts: tuple[PersonVerdict, ...]
    """Those the viewer may see: a reviewer sees the others' once their own, other than a skip, is given."""
    disputed: bool
    """Whether the verdicts the viewer may see include both an approval and a rejection."""


class Reviewer(_Reply):
    """One of those who are asked."""

    user_id: UUID
    name: str
    decided: int
    """On how many people they have a verdict."""
    finished_at: datetime | None
    link_expires_at: datetime
    link_revoked: bool


class Review(_Reply):
    """People put before reviewers, for one job."""

    id: UUID
    job_id: UUID
    requested_by: UUID
    note: str | None
    due_at: datetime | None
    status: ReviewStatus
    created_at: datetime
    closed_at: datetime | None
    version: int
    reviewers: tuple[Reviewer, ...]
    items: tuple[ReviewItem, ...]
    """Empty as well where they were not asked for."""


class Reviews(_Reply):
    items: tuple[Review, ...]


class ReviewEdge(_Reply):
    cursor: tuple[str, ...]
    node: Review


class ReviewPage(_Reply):
    edges: tuple[ReviewEdge, ...]
    has_next: bool


class Verdicts(_Reply):
    items: tuple[PersonVerdict, ...]


class ReviewChanged(_Reply):
    """The review request as it is now."""

    review: Review


class RequestReview(_ReviewsRequest[ReviewChanged]):
    """Put people before reviewers, who get a link by mail. For recruiters, sourcers, coordinators and admins.

    The viewer must see the people and the job. Repeating it under the same key asks nobody twice.
    """

    rule: ClassVar[Rule] = REQUEST_REVIEWS

    person_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MAX_PEOPLE)
    reviewer_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MAX_REVIEWERS)
    job_id: UUID
    note: Note | None = None
    due_at: AwareDatetime | None = None


class GiveVerdict(_ReviewsRequest[ReviewChanged]):
    """A reviewer's verdict on one person, or another one; until the review is closed."""

    rule: ClassVar[Rule] = GIVE_VERDICTS

    review_id: UUID
    person_id: UUID
    verdict: Verdict
    note: Note | None = None
    visibility: NoteVisibility = NoteVisibility.HIRING_TEAM


class FinishReview(_ReviewsRequest[ReviewChanged]):
    """A reviewer has decided on everybody; when all have, the review is completed."""

    rule: ClassVar[Rule] = GIVE_VERDICTS

    review_id: UUID


class CancelReview(_ReviewsRequest[ReviewChanged]):
    """Call a review off; its links stop working. For whoever asked for it, and admins."""

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID


class ReplaceLink(_ReviewsRequest[ReviewChanged]):
    """Revoke a reviewer's link and send them a new one, or none. For whoever asked for the review, and admins."""

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID
    reviewer_id: UUID
    send_new: bool = True


class GetReviews(_ReviewsRequest[ReviewPage]):
    """The reviews the viewer may see, the newest first: those they asked for, are asked in, or whose job they see.

    A page with items holds at most ``MAX_WHOLE`` reviews.
    """

    rule: ClassVar[Rule] = SEE_REVIEWS

    job_id: UUID | None = None
    open_only: bool = False
    page: Page = Page(first=MAX_WHOLE)
    include_items: bool = True
    """Whether each holds its people and their verdicts; ``items`` is empty otherwise."""


class GetReviewsByIds(_ReviewsRequest[Reviews]):
    """These reviews; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_REVIEWS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
    include_items: bool = True
    """Whether each holds its people and their verdicts; ``items`` is empty otherwise."""


class GetVerdictsByIds(_ReviewsRequest[Verdicts]):
    """These verdicts; those unknown or hidden from the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_REVIEWS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class Notice(_Reply):
    """A mail to a user, ready to be sent. It may hold a link that is a secret: it is never logged or kept."""

    to_address: str
    to_name: str
    reply_to: str | None = None
    """Whoever asked for the review, where a reviewer is written to: ``name <address>``."""
    subject: str
    text: str
    html: str


class RenderNotice(_ReviewsRequest[Notice]):
    """The text of a notice, as it is to be sent now; not found if it has become pointless."""

    anonymous: ClassVar[bool] = True

    org_id: OrgId
    notice_id: UUID
