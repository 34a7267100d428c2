"""Asking for reviews, and giving verdicts."""

from datetime import datetime
from typing import Annotated

import strawberry

from rapport.contracts import refusals, reviews
from rapport.contracts.hiring import NoteVisibility, Verdict
from rapport.contracts.requests import Request
from rapport.gateway.context import Info
from rapport.gateway.fields import mutation
from rapport.gateway.ids import Kind
from rapport.gateway.inputs import Given, idempotency_key
from rapport.gateway.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.reviews.types import Review
from rapport.gateway.shown import enumeration

_Outcome = reviews.Review | refusals.Refusal


@strawberry.input(description="Whom to put before whom, and for which job.")
class RequestReviewInput:
    person_ids: list[strawberry.ID] = strawberry.field(
        description=f"In the order in which they are shown; at most {reviews.MAX_PEOPLE}."
    )
    reviewer_ids: list[strawberry.ID] = strawberry.field(
        description=f"Users, who get a link by mail; at most {reviews.MAX_REVIEWERS}."
    )
    job_id: strawberry.ID
    note: str | None = strawberry.field(default=None, description=f"At most {reviews.MAX_NOTE} characters.")
    due_at: datetime | None = strawberry.field(default=None, description="By when verdicts are wanted.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A verdict on one person of a review.")
class GiveVerdictInput:
    review_id: strawberry.ID
    person_id: strawberry.ID
    verdict: enumeration(Verdict)  # type: ignore[valid-type]
    note: str | None = strawberry.field(default=None, description=f"At most {reviews.MAX_NOTE} characters.")
    visibility: enumeration(NoteVisibility) = strawberry.field(  # type: ignore[valid-type]
        default=NoteVisibility.HIRING_TEAM, description="Who may read the note."
    )


@strawberry.input(description="Which review.")
class ReviewInput:
    review_id: strawberry.ID


@strawberry.input(description="Whose link, in which review.")
class ReplaceReviewLinkInput:
    review_id: strawberry.ID
    reviewer_id: strawberry.ID = strawberry.field(description="The user's id.")
    send_new: bool = strawberry.field(default=True, description="Whether they get a new one by mail.")


ReviewResult = Annotated[
    Review | NotFound | Forbidden | InvalidInput,
    strawberry.union("ReviewResult", description="What became of a change to a review."),
]


@strawberry.type
class ReviewMutations:
    @mutation("Ask reviewers what they think of people; each gets a link by mail.", shown_as=ReviewResult)
    async def request_review(self, info: Info, input: RequestReviewInput) -> _Outcome:  # noqa: A002
        given = Given()
        key = given.key(input.idempotency_key)
        request = given.request(
            reviews.RequestReview,
            person_ids=given.ids(Kind.PERSON, input.person_ids, "person_ids"),
            reviewer_ids=given.ids(Kind.USER, input.reviewer_ids, "reviewer_ids"),
            job_id=given.id(Kind.JOB, input.job_id, "job_id"),
            note=input.note,
            due_at=input.due_at,
        )
        return await _changed(info, request, key=key)

    @mutation(
        "Say what you think of a person, or something else than before; until the review is closed.",
        shown_as=ReviewResult,
    )
    async def give_verdict(self, info: Info, input: GiveVerdictInput) -> _Outcome:  # noqa: A002
        given = Given()
        request = given.request(
            reviews.GiveVerdict,
            review_id=given.id(Kind.REVIEW, input.review_id, "review_id"),
            person_id=given.id(Kind.PERSON, input.person_id, "person_id"),
            verdict=input.verdict,
            note=input.note,
            visibility=input.visibility,
        )
        return await _changed(info, request)

    @mutation("Say that you have decided on everybody.", shown_as=ReviewResult)
    async def finish_review(self, info: Info, input: ReviewInput) -> _Outcome:  # noqa: A002
        given = Given()
        review_id = given.id(Kind.REVIEW, input.review_id, "review_id")
        return await _changed(info, given.request(reviews.FinishReview, review_id=review_id))

    @mutation("Call a review off; its links stop working.", shown_as=ReviewResult)
    async def cancel_review(self, info: Info, input: ReviewInput) -> _Outcome:  # noqa: A002
        given = Given()
        review_id = given.id(Kind.REVIEW, input.review_id, "review_id")
        return await _changed(info, given.request(reviews.CancelReview, review_id=review_id))

    @mutation("Revoke a reviewer's link, and send them a new one or none.", shown_as=ReviewResult)
    async def replace_review_link(self, info: Info, input: ReplaceReviewLinkInput) -> _Outcome:  # noqa: A002
        given = Given()
        request = given.request(
            reviews.ReplaceLink,
            review_id=given.id(Kind.REVIEW, input.review_id, "review_id"),
            reviewer_id=given.id(Kind.USER, input.reviewer_id, "reviewer_id"),
            send_new=input.send_new,
        )
        return await _changed(info, request)


async def _changed(
    info: Info, request: Request[reviews.ReviewChanged] | refusals.Invalid, *, key: str | None = None
) -> _Outcome:
    """The review as it is afterwards."""
    answer = await info.context.asking.ask_if_valid(request, key=key)
    return answer.review if isinstance(answer, reviews.ReviewChanged) else answer
