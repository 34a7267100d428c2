"""Applications by id, with their history or without."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import Application, GetApplicationsByIds
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.asking import Asking


def applications_by_id(asking: Asking) -> DataLoader[UUID, Application | None]:
    """None for an application that is unknown or hidden from the viewer."""
    return _loader(asking, include_history=False)


def histories_by_application(asking: Asking) -> DataLoader[UUID, Application | None]:
    """The same, each with its history."""
    return _loader(asking, include_history=True)


def _loader(asking: Asking, *, include_history: bool) -> DataLoader[UUID, Application | None]:
    async def load(ids: list[UUID]) -> list[Application | None]:
        reply = await asking.read(GetApplicationsByIds(ids=tuple(ids), include_history=include_history))
        found = {application.id: application for application in reply.items}
        return [found.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
