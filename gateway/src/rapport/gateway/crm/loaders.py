"""Projects and notes by id."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.pipeline import GetNotesByIds, GetProjectsByIds, Note, Project
from rapport.contracts.refusals import Forbidden, Refusal
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.errors import from_refusal
from rapport.gateway.service_client import ServiceClient


def projects_by_id(services: ServiceClient) -> DataLoader[UUID, Project | None]:
    """None for a project that is unknown; for every project, if the viewer does not work with them."""

    async def load(ids: list[UUID]) -> list[Project | None]:
        answer = await services.call(GetProjectsByIds(ids=tuple(ids)))
        if isinstance(answer, Forbidden):
            return [None] * len(ids)
        if isinstance(answer, Refusal):
            raise from_refusal(answer)
        by_id = {project.id: project for project in answer.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


def notes_by_id(services: ServiceClient) -> DataLoader[UUID, Note | None]:
    """None for a note that is unknown or that the viewer may not read."""

    async def load(ids: list[UUID]) -> list[Note | None]:
        result = await services.read(GetNotesByIds(ids=tuple(ids)))
        by_id = {note.id: note for note in result.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)
