"""What waits for a user: one request to each service, whatever is selected of its answer."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.outreach import GetWaitingMessages, WaitingMessages
from rapport.contracts.pipeline import (
    AgreedActions,
    Conflicts,
    FlagCounts,
    FlagPage,
    GetAttention,
    GetAttentionCounts,
    GetConflicts,
    GetOwnAgreedActions,
)
from rapport.contracts.requests import MAX_WAITING, Page, Request, ResultT
from rapport.contracts.reviews import GetWaitingReviews, WaitingReviews
from rapport.gateway.service_client import ServiceClient


def waiting_reviews(services: ServiceClient) -> DataLoader[UUID, WaitingReviews]:
    """By the viewer's id."""
    return _loader(services, GetWaitingReviews())


def waiting_messages(services: ServiceClient) -> DataLoader[UUID, WaitingMessages]:
    """By the viewer's id."""
    return _loader(services, GetWaitingMessages())


def conflicts(services: ServiceClient) -> DataLoader[UUID, Conflicts]:
    """By the viewer's id."""
    return _loader(services, GetConflicts())


def own_agreed_actions(services: ServiceClient) -> DataLoader[UUID, AgreedActions]:
    """By the viewer's id."""
    return _loader(services, GetOwnAgreedActions())


def owed_flags(services: ServiceClient) -> DataLoader[UUID, FlagPage]:
    """By the viewer's id."""

    async def load(viewers: list[UUID]) -> list[FlagPage]:
        page = Page(first=MAX_WAITING)
        return [await services.read(GetAttention(owner_id=viewer, page=page)) for viewer in viewers]

    return DataLoader(load)


def counted_flags(services: ServiceClient) -> DataLoader[UUID, FlagCounts]:
    """By the viewer's id."""

    async def load(viewers: list[UUID]) -> list[FlagCounts]:
        return [await services.read(GetAttentionCounts(owner_id=viewer)) for viewer in viewers]

    return DataLoader(load)


def _loader(services: ServiceClient, request: Request[ResultT]) -> DataLoader[UUID, ResultT]:
    async def load(viewers: list[UUID]) -> list[ResultT]:
        result = await services.read(request)
        return [result for _ in viewers]

    return DataLoader(load)
