"""A review as something else refers to it: loaded with as much as is selected."""

from uuid import UUID

from rapport.contracts.reviews import PersonVerdict, Review
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import fetches
from rapport.gateway.reviews.loaders import reviews_by_id, verdicts_by_id, whole_reviews_by_id


@fetches(Kind.REVIEW)
async def review_by_id(info: Info, review_id: UUID) -> Review | None:
    """The review, with its people if those are selected."""
    factory = whole_reviews_by_id if info.selects("items") else reviews_by_id
    return await info.context.loader(factory).load(review_id)


async def review_of(info: Info, review_id: UUID) -> Review | None:
    """The review; its id alone costs no request."""
    if info.selects_only("id"):
        return Review.model_construct(id=review_id)
    return await review_by_id(info, review_id)


async def current_verdict(info: Info, verdict_id: UUID) -> PersonVerdict | None:
    """The verdict's current state; None if it is hidden from the viewer, or was taken back."""
    verdict = await info.context.loader(verdicts_by_id).load(verdict_id)
    return None if verdict is None or verdict.taken_back_at else verdict
