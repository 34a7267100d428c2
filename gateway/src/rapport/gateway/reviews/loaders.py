"""Reviews and verdicts by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.requests import MAX_IDS
from rapport.contracts.reviews import MAX_WHOLE, GetReviewsByIds, GetVerdictsByIds, PersonVerdict, Review
from rapport.gateway.service_client import ServiceClient


def reviews_by_id(services: ServiceClient) -> DataLoader[UUID, Review | None]:
    """Without their people; None for a review that is unknown or hidden from the viewer."""
    return _loader(services, whole=False)


def whole_reviews_by_id(services: ServiceClient) -> DataLoader[UUID, Review | None]:
    """The same, each with its people and their verdicts."""
    return _loader(services, whole=True)


def _loader(services: ServiceClient, *, whole: bool) -> DataLoader[UUID, Review | None]:

    async def load(ids: list[UUID]) -> list[Review | None]:
        result = await services.read(GetReviewsByIds(ids=tuple(ids), include_items=whole))
        by_id = {review.id: review for review in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_WHOLE if whole else MAX_IDS)


def verdicts_by_id(services: ServiceClient) -> DataLoader[UUID, PersonVerdict | None]:
    """None for a verdict that is unknown, or hidden until the viewer has given their own."""

    async def load(ids: list[UUID]) -> list[PersonVerdict | None]:
        result = await services.read(GetVerdictsByIds(ids=tuple(ids)))
        by_id = {verdict.id: verdict for verdict in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
