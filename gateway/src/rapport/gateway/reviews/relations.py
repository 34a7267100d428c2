"""A review as something else refers to it: loaded with as much as is selected."""

from uuid import UUID

from rapport.contracts.reviews import Review
from rapport.gateway.context import Info


async def review_by_id(info: Info, review_id: UUID) -> Review | None:
    """The review, with its people if those are selected."""
    loaders = info.context.loaders
    if info.chooses("items"):
        return await loaders.whole_reviews_by_id.load(review_id)
    return await loaders.reviews_by_id.load(review_id)
