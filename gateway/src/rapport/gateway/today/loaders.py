"""What waits for a user: one request to each service, whatever is selected of its answer."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.outreach import GetWaitingMessages, WaitingMessages
from rapport.contracts.pipeline import Conflicts, GetConflicts
from rapport.contracts.requests import Request, ResultT
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


def _loader(services: ServiceClient, request: Request[ResultT]) -> DataLoader[UUID, ResultT]:
    async def load(viewers: list[UUID]) -> list[ResultT]:
        result = await services.read(request)
        return [result for _ in viewers]

    return DataLoader(load)
