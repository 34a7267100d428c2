"""Saved searches by id, and how many people each finds anew."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import (
    MAX_SAVED_SEARCHES,
    MAX_SHARED_SEARCHES,
    CountNewPeople,
    GetSavedSearchesByIds,
    SavedSearch,
)
from rapport.contracts.refusals import Forbidden, Refusal
from rapport.gateway.errors import from_refusal
from rapport.gateway.service_client import ServiceClient

_AT_ONCE = MAX_SAVED_SEARCHES + MAX_SHARED_SEARCHES


def saved_searches_by_id(services: ServiceClient) -> DataLoader[UUID, SavedSearch | None]:
    """None for a search that the viewer may not open."""

    async def load(ids: list[UUID]) -> list[SavedSearch | None]:
        answer = await services.call(GetSavedSearchesByIds(ids=tuple(ids)))
        if isinstance(answer, Forbidden):
            return [None] * len(ids)
        if isinstance(answer, Refusal):
            raise from_refusal(answer)
        by_id = {search.id: search for search in answer.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=_AT_ONCE)


def new_people_by_search(services: ServiceClient) -> DataLoader[UUID, int | None]:
    """How many people a search finds anew; None if nobody can tell."""

    async def load(ids: list[UUID]) -> list[int | None]:
        counted = await services.read(CountNewPeople(ids=tuple(ids)))
        by_id = {each.search_id: each.people for each in counted.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=_AT_ONCE)
