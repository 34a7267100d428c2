"""A project or a note as something else refers to it."""

from uuid import UUID

from rapport.contracts.pipeline import Note, Project
from rapport.gateway.crm.loaders import notes_by_id, projects_by_id
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import fetches


@fetches(Kind.PROJECT)
async def project_by_id(info: Info, project_id: UUID) -> Project | None:
    """The project, if the viewer works with projects."""
    return await info.context.loader(projects_by_id).load(project_id)


@fetches(Kind.NOTE)
async def note_by_id(info: Info, note_id: UUID) -> Note | None:
    """The note, if the viewer may read it."""
    return await info.context.loader(notes_by_id).load(note_id)
