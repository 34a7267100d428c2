"""Verdicts of reviewers on people."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from rapport.contracts.authorisation import GIVE_VERDICTS, SEE_REVIEWS, Rule
from rapport.contracts.requests import MAX_IDS, Result
from rapport.contracts.reviews.request import ReviewsRequest
from rapport.contracts.reviews.reviews import MAX_NOTE, PersonVerdict, ReviewResult
from rapport.contracts.text import CLEANED
from rapport.contracts.vocabulary import NoteVisibility, Verdict

NewNote = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_NOTE), CLEANED]
"""What is to stand in a note's place; an empty text deletes it."""


class Verdicts(Result):
    items: tuple[PersonVerdict, ...]


class GiveVerdict(ReviewsRequest[ReviewResult]):
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


class TakeBackVerdict(ReviewsRequest[ReviewResult]):
    """A reviewer takes a verdict back: the person is undecided again, and the others' verdicts are hidden again.

    Taking back what is taken back already changes nothing. A reviewer who had finished has not any more.
    """

    rule: ClassVar[Rule] = GIVE_VERDICTS

    review_id: UUID
    person_id: UUID
    expected_version: int
    """The version of the verdict that the reviewer saw."""


class GetVerdictsByIds(ReviewsRequest[Verdicts]):
    """These verdicts, even if they were taken back; those unknown or hidden from the viewer are left out. In no
    particular order."""

    rule: ClassVar[Rule] = SEE_REVIEWS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
