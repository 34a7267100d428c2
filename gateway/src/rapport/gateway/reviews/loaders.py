"""Reviews and verdicts by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.requests import MAX_IDS
from rapport.contracts.reviews import MAX_WHOLE, GetReviewsByIds, GetVerdictsByIds, PersonVerdict, Review
from rapport.gateway.asking import Asking


def reviews_by_id(asking: Asking, *, whole: bool) -> DataLoader[UUID, Review | None]:
    """None for a review that is unknown or hidden from the viewer; the people of one are there only if it is whole."""

    async def load(ids: list[UUID]) -> list[Review | None]:
        reply = await asking.read(GetReviewsByIds(ids=tuple(ids), include_items=whole))
        found = {review.id: review for review in reply.items}
        return [found.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_WHOLE if whole else MAX_IDS)


def verdicts_by_id(asking: Asking) -> DataLoader[UUID, PersonVerdict | None]:
    """None for a verdict that is unknown, or hidden until the viewer has given their own."""

    async def load(ids: list[UUID]) -> list[PersonVerdict | None]:
        reply = await asking.read(GetVerdictsByIds(ids=tuple(ids)))
        found = {verdict.id: verdict for verdict in reply.items}
        return [found.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
