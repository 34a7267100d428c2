"""What the reviews service answers: review requests, verdicts, and the texts of notices."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from rapport.contracts.access import GIVE_VERDICTS, MANAGE_OWN_REVIEWS, REQUEST_REVIEWS, SEE_REVIEWS, Rule
from rapport.contracts.hiring import NoteVisibility, ReviewStatus, Verdict
from rapport.contracts.identity import OrgId
from rapport.contracts.requests import Page, ReplyT, Request
from rapport.contracts.text import CLEANED

MAX_PEOPLE = 100
"""The most people one review request may put before reviewers."""
MAX_REVIEWERS = 20
MAX_NOTE = 4000
"""Characters of a note."""
MAX_IDS = 200
"""The most ids one batched read may name."""
MAX_WHOLE = 20
"""The most reviews one page may hold with their items: a hundred people and their verdicts each."""

Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NOTE), CLEANED]
NewNote = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NOTE), CLEANED]
"""What is to stand in a note's place; an empty text deletes it."""


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
    """When it, or its note, last changed."""
    changes: int
    """How often the reviewer changed their mind; edits of the note are not among them."""
    note_edits: int = 0
    """How often the note, or who may read it, was changed without another verdict."""
    decided_at: datetime
    """When the reviewer came to this verdict; editing the note leaves it."""
    version: int = 1
    """Counts everything that was done to it, from 1; whoever changes it says which version they saw."""
    taken_back_at: datetime | None = None
    """When it was taken back; such a verdict is no item's any more, and holds no note."""


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
    asked_at: datetime
    """When they were asked."""
    last_written_to_at: datetime | None = None
    """When a mail to them about this review last fell due: an invitation or a reminder."""


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
    """A reviewer's verdict on one person, or another one; until the review is closed.

    Nothing is overwritten that the reviewer had not seen: if their verdict is not at ``expected_version``, it is a
    ``VerdictConflict``. Saying what is said already is none, and changes nothing.
    """

    rule: ClassVar[Rule] = GIVE_VERDICTS

    review_id: UUID
    person_id: UUID
    verdict: Verdict
    note: NewNote | None = None
    """Absent: the note stays as it is. Empty: it is deleted."""
    visibility: NoteVisibility | None = None
    """Absent: as it is; the hiring team, if there is no verdict yet."""
    expected_version: int | None = None
    """The version of the verdict that the reviewer saw; absent if they saw none."""


class TakeBackVerdict(_ReviewsRequest[ReviewChanged]):
    """A reviewer takes a verdict back: the person is undecided again, and the others' verdicts are hidden again.

    Taking back what is taken back already changes nothing. A reviewer who had finished has not any more.
    """

    rule: ClassVar[Rule] = GIVE_VERDICTS

    review_id: UUID
    person_id: UUID
    expected_version: int
    """The version of the verdict that the reviewer saw."""


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


class AddReviewers(_ReviewsRequest[ReviewChanged]):
    """Ask more users in a review that is under way; each gets a link by mail. Who is asked already stays as they are.

    For whoever asked for the review, and admins; the viewer need not see the people.
    """

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID
    reviewer_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MAX_REVIEWERS)


class ChangeDueDate(_ReviewsRequest[ReviewChanged]):
    """Want the verdicts by another date. Links live on, and reminders come, as the new date asks for.

    A ``ReviewConflict`` if the date was changed since ``expected_version``. For whoever asked for the review, and
    admins.
    """

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID
    due_at: AwareDatetime
    expected_version: int
    """The review's version that the viewer saw."""


class CorrectNote(_ReviewsRequest[ReviewChanged]):
    """Correct what the reviewers are told; the page shows it at once. An empty note deletes it.

    A ``ReviewConflict`` if the note was corrected since ``expected_version``. For whoever asked for the review, and
    admins.
    """

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID
    note: NewNote
    expected_version: int
    """The review's version that the viewer saw."""


class RemindReviewers(_ReviewsRequest[ReviewChanged]):
    """Remind those who have not decided on everybody now, whatever the hour; each at most once an hour.

    ``TooSoon`` if all of them were written to within the hour. For whoever asked for the review, and admins.
    """

    rule: ClassVar[Rule] = MANAGE_OWN_REVIEWS

    review_id: UUID
    reviewer_ids: tuple[UUID, ...] = Field(default=(), max_length=MAX_REVIEWERS)
    """Only these; all of them if there are none."""


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
    """These verdicts, even if they were taken back; those unknown or hidden from the viewer are left out. In no
    particular order."""

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
