"""A review as something else refers to it: loaded with as much as is selected."""

from uuid import UUID

from rapport.contracts.reviews import PersonVerdict, Review
from rapport.gateway.context import Info


async def review_by_id(info: Info, review_id: UUID) -> Review | None:
    """The review, with its people if those are selected."""
    loaders = info.context.loaders
    if info.chooses("items"):
        return await loaders.whole_reviews_by_id.load(review_id)
    return await loaders.reviews_by_id.load(review_id)


async def standing_verdict(info: Info, verdict_id: UUID) -> PersonVerdict | None:
    """The verdict as it is by now; None if it is hidden from the viewer, or was taken back."""
    verdict = await info.context.loaders.verdicts_by_id.load(verdict_id)
    return None if verdict is None or verdict.taken_back_at else verdict
