"""ServiceClient for reviews, and giving verdicts."""

from datetime import datetime
from typing import Annotated

import strawberry

from rapport.contracts import refusals, reviews
from rapport.contracts.biography import AttachmentLink
from rapport.contracts.requests import Request
from rapport.contracts.vocabulary import NoteVisibility, Verdict
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound, TooSoon
from rapport.gateway.profiles.mutations import CreateAttachmentLinkResult
from rapport.gateway.reviews.refusals import ReviewConflict, VerdictConflict
from rapport.gateway.reviews.types import Review

_Outcome = reviews.Review | refusals.Refusal


@strawberry.input(description="Whom to put before whom, and for which job.")
class RequestReviewInput:
    person_ids: list[strawberry.ID] = strawberry.field(
        description=f"In the order in which they are shown; at most {reviews.MAX_PEOPLE}."
    )
    reviewer_ids: list[strawberry.ID] = strawberry.field(
        description=f"Users, who get a link by mail; at most {reviews.MAX_REVIEWERS}."
    )
    job_id: strawberry.ID = strawberry.field(description="For which job.")
    note: str | None = strawberry.field(default=None, description=f"At most {reviews.MAX_NOTE} characters.")
    due_at: datetime | None = strawberry.field(default=None, description="By when verdicts are wanted.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which file of which review is to be opened.")
class OpenReviewedFileInput:
    review_id: strawberry.ID = strawberry.field(description="A review of which you are a reviewer.")
    attachment_id: strawberry.ID = strawberry.field(description="A resume that it shows.")


@strawberry.input(description="A verdict on one person of a review.")
class GiveVerdictInput:
    review_id: strawberry.ID = strawberry.field(description="Which review.")
    person_id: strawberry.ID = strawberry.field(description="Whom.")
    verdict: enumeration(Verdict) = strawberry.field(description="The verdict.")  # type: ignore[valid-type]
    note: str | None = strawberry.field(
        default=None,
        description=f"At most {reviews.MAX_NOTE} characters. Left out or null, the note stays as it is; an empty text"
        " deletes it.",
    )
    visibility: enumeration(NoteVisibility) | None = strawberry.field(  # type: ignore[valid-type]
        default=None,
        description="Who may read the note. Left out, as it is; the hiring team, if there is no verdict yet.",
    )
    expected_version: int | None = strawberry.field(
        default=None,
        description="The `version` of your verdict that you saw; null if you saw none. If it is not the current one,"
        " nothing is overwritten: the answer is a `VerdictConflict`.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whose verdict to take back.")
class TakeBackVerdictInput:
    review_id: strawberry.ID = strawberry.field(description="Which review.")
    person_id: strawberry.ID = strawberry.field(description="Whom.")
    expected_version: int = strawberry.field(description="The `version` of your verdict that you saw.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whom to ask as well.")
class AddReviewersInput:
    review_id: strawberry.ID = strawberry.field(description="Which review.")
    reviewer_ids: list[strawberry.ID] = strawberry.field(
        description=f"Users, who get a link by mail; a review has {reviews.MAX_REVIEWERS} at most."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="By when verdicts are wanted now.")
class ChangeReviewDueDateInput:
    review_id: strawberry.ID = strawberry.field(description="Which review.")
    due_at: datetime = strawberry.field(description="The new due date.")
    expected_version: int = strawberry.field(
        description="The review's `version` that you saw; refused if the due date was changed since."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="The corrected note to the reviewers.")
class CorrectReviewNoteInput:
    review_id: strawberry.ID = strawberry.field(description="Which review.")
    note: str = strawberry.field(description=f"At most {reviews.MAX_NOTE} characters; an empty text deletes the note.")
    expected_version: int = strawberry.field(
        description="The review's `version` that you saw; refused if the note was corrected since."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Whom to remind.")
class RemindReviewersInput:
    review_id: strawberry.ID = strawberry.field(description="Which review.")
    reviewer_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only these; everybody who has still to decide, if left out or empty."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which review.")
class ReviewInput:
    review_id: strawberry.ID = strawberry.field(description="Which review.")


@strawberry.input(description="Whose link, in which review.")
class ReplaceReviewLinkInput:
    review_id: strawberry.ID = strawberry.field(description="Which review.")
    reviewer_id: strawberry.ID = strawberry.field(description="The user's id.")
    send_new: bool = strawberry.field(default=True, description="Whether they get a new one by mail.")


ReviewResult = Annotated[
    Review | NotFound | Forbidden | InvalidInput,
    strawberry.union("ReviewResult", description="What became of a change to a review."),
]


VerdictResult = Annotated[
    Review | VerdictConflict | NotFound | Forbidden | InvalidInput,
    strawberry.union("VerdictResult", description="What became of a change to your verdict."),
]
ReviewAmendmentResult = Annotated[
    Review | ReviewConflict | NotFound | Forbidden | InvalidInput,
    strawberry.union("ReviewAmendmentResult", description="What became of an amendment of a review."),
]
ReviewReminderResult = Annotated[
    Review | TooSoon | NotFound | Forbidden | InvalidInput,
    strawberry.union("ReviewReminderResult", description="What became of a reminder."),
]


@strawberry.type
class ReviewMutations:
    @mutation("Ask reviewers what they think of people; each gets a link by mail.", graphql_type=ReviewResult)
    async def request_review(self, info: Info, input: RequestReviewInput) -> _Outcome:  # noqa: A002
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            reviews.RequestReview,
            person_ids=parser.ids(Kind.PERSON, input.person_ids, "person_ids"),
            reviewer_ids=parser.ids(Kind.USER, input.reviewer_ids, "reviewer_ids"),
            job_id=parser.id(Kind.JOB, input.job_id, "job_id"),
            note=input.note,
            due_at=input.due_at,
        )
        return await _changed(info, request, key=key)

    @mutation(
        "Create a link to a resume that an open review shows you as a reviewer, for some minutes; you need not see the "
        "person otherwise.",
        graphql_type=CreateAttachmentLinkResult,
    )
    async def open_reviewed_file(
        self,
        info: Info,
        input: OpenReviewedFileInput,  # noqa: A002
    ) -> AttachmentLink | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            reviews.OpenReviewedFile,
            review_id=parser.id(Kind.REVIEW, input.review_id, "review_id"),
            attachment_id=parser.id(Kind.ATTACHMENT, input.attachment_id, "attachment_id"),
        )
        return await info.context.services.call_valid(request)

    @mutation(
        "Say what you think of a person, or something else than before; until the review is closed. Saying what you"
        " have said already changes nothing.",
        graphql_type=VerdictResult,
    )
    async def give_verdict(self, info: Info, input: GiveVerdictInput) -> _Outcome:  # noqa: A002
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            reviews.GiveVerdict,
            review_id=parser.id(Kind.REVIEW, input.review_id, "review_id"),
            person_id=parser.id(Kind.PERSON, input.person_id, "person_id"),
            verdict=input.verdict,
            note=input.note,
            visibility=input.visibility,
            expected_version=input.expected_version,
        )
        return await _changed(info, request, key=key)

    @mutation(
        "Take a verdict back: the person is undecided again, and what others said of them is hidden from you again."
        " It stays in the history.",
        graphql_type=VerdictResult,
    )
    async def take_back_verdict(self, info: Info, input: TakeBackVerdictInput) -> _Outcome:  # noqa: A002
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            reviews.TakeBackVerdict,
            review_id=parser.id(Kind.REVIEW, input.review_id, "review_id"),
            person_id=parser.id(Kind.PERSON, input.person_id, "person_id"),
            expected_version=input.expected_version,
        )
        return await _changed(info, request, key=key)

    @mutation("Finish your part of the review; you must have decided on everyone.", graphql_type=ReviewResult)
    async def finish_review(self, info: Info, input: ReviewInput) -> _Outcome:  # noqa: A002
        parser = InputParser()
        review_id = parser.id(Kind.REVIEW, input.review_id, "review_id")
        return await _changed(info, parser.build(reviews.FinishReview, review_id=review_id))

    @mutation("Call a review off; its links stop working.", graphql_type=ReviewResult)
    async def cancel_review(self, info: Info, input: ReviewInput) -> _Outcome:  # noqa: A002
        parser = InputParser()
        review_id = parser.id(Kind.REVIEW, input.review_id, "review_id")
        return await _changed(info, parser.build(reviews.CancelReview, review_id=review_id))

    @mutation("Revoke a reviewer's link, and send them a new one or none.", graphql_type=ReviewResult)
    async def replace_review_link(self, info: Info, input: ReplaceReviewLinkInput) -> _Outcome:  # noqa: A002
        parser = InputParser()
        request = parser.build(
            reviews.ReplaceLink,
            review_id=parser.id(Kind.REVIEW, input.review_id, "review_id"),
            reviewer_id=parser.id(Kind.USER, input.reviewer_id, "reviewer_id"),
            send_new=input.send_new,
        )
        return await _changed(info, request)

    @mutation("Ask more users in a review that is under way; each gets a link by mail.", graphql_type=ReviewResult)
    async def add_reviewers(self, info: Info, input: AddReviewersInput) -> _Outcome:  # noqa: A002
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            reviews.AddReviewers,
            review_id=parser.id(Kind.REVIEW, input.review_id, "review_id"),
            reviewer_ids=parser.ids(Kind.USER, input.reviewer_ids, "reviewer_ids"),
        )
        return await _changed(info, request, key=key)

    @mutation(
        "Want the verdicts by another date; the links and the reminders follow it.", graphql_type=ReviewAmendmentResult
    )
    async def change_review_due_date(self, info: Info, input: ChangeReviewDueDateInput) -> _Outcome:  # noqa: A002
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            reviews.ChangeDueDate,
            review_id=parser.id(Kind.REVIEW, input.review_id, "review_id"),
            due_at=input.due_at,
            expected_version=input.expected_version,
        )
        return await _changed(info, request, key=key)

    @mutation("Correct the note to the reviewers; their page shows it.", graphql_type=ReviewAmendmentResult)
    async def correct_review_note(self, info: Info, input: CorrectReviewNoteInput) -> _Outcome:  # noqa: A002
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            reviews.CorrectNote,
            review_id=parser.id(Kind.REVIEW, input.review_id, "review_id"),
            note=input.note,
            expected_version=input.expected_version,
        )
        return await _changed(info, request, key=key)

    @mutation(
        "Remind the reviewers who have not decided on everyone, except those sent a mail within the last hour.",
        graphql_type=ReviewReminderResult,
    )
    async def remind_reviewers(self, info: Info, input: RemindReviewersInput) -> _Outcome:  # noqa: A002
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            reviews.RemindReviewers,
            review_id=parser.id(Kind.REVIEW, input.review_id, "review_id"),
            reviewer_ids=parser.ids(Kind.USER, input.reviewer_ids or [], "reviewer_ids"),
        )
        return await _changed(info, request, key=key)


async def _changed(
    info: Info, request: Request[reviews.ReviewResult] | refusals.Invalid, *, key: str | None = None
) -> _Outcome:
    """The review as it is afterwards."""
    answer = await info.context.services.call_valid(request, key=key)
    return answer.review if isinstance(answer, reviews.ReviewResult) else answer
