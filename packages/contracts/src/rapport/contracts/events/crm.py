"""Events about what Rapport itself knows of people: who was created here, projects, notes, sourcing and imports."""

from typing import ClassVar
from uuid import UUID

from rapport.contracts.events.envelope import EventData
from rapport.contracts.vocabulary import (
    AtsNoteState,
    BulkActionKind,
    BulkActionState,
    ImportState,
    NoteVisibility,
    PersonField,
    PersonSource,
    ProjectChangeKind,
    SavedSearchChangeKind,
    SearchSharing,
    SourcingKind,
)


class PersonCreated(EventData):
    """A person was created here, who is not from the ATS. ``import_id``: the import that contained them."""

    type: ClassVar[str] = "pipeline.person.created.v1"

    source: PersonSource
    import_id: UUID | None = None


class PersonDetailsChanged(EventData):
    """What is recorded here of a person changed. ``import_id``: the import that changed it, or whose undoing did."""

    type: ClassVar[str] = "pipeline.person.details_changed.v1"

    fields: tuple[PersonField, ...]
    import_id: UUID | None = None


class ProjectChanged(EventData):
    """A project was created, renamed, archived or taken out of the archive."""

    type: ClassVar[str] = "pipeline.project.changed.v1"

    change: ProjectChangeKind


class ProjectPeopleChanged(EventData):
    """People were added to a project, or removed from it."""

    type: ClassVar[str] = "pipeline.project.people_changed.v1"

    added: tuple[UUID, ...] = ()
    removed: tuple[UUID, ...] = ()
    import_id: UUID | None = None


class SavedSearchChanged(EventData):
    """A search was saved, renamed, changed, shared or removed. ``job_id``: whose hiring team may open it."""

    type: ClassVar[str] = "pipeline.saved_search.changed.v1"

    change: SavedSearchChangeKind
    owner_id: UUID
    sharing: SearchSharing
    job_id: UUID | None = None


class BulkActionChanged(EventData):
    """An action on many people or applications was started, or came further: so many of them it was tried with."""

    type: ClassVar[str] = "pipeline.bulk_action.changed.v1"

    kind: BulkActionKind
    state: BulkActionState
    people: int
    tried: int


class NoteAdded(EventData):
    """A user wrote a note about a person."""

    type: ClassVar[str] = "pipeline.note.added.v1"

    person_id: UUID
    job_id: UUID | None = None
    visibility: NoteVisibility
    import_id: UUID | None = None


class NoteAtsStateChanged(EventData):
    """The ATS has a note that was written here with an application, or refused it: then it is here alone."""

    type: ClassVar[str] = "pipeline.note.ats_state_changed.v1"

    person_id: UUID
    job_id: UUID | None = None
    application_id: UUID
    state: AtsNoteState


class NoteEdited(EventData):
    """A note was changed, or who may read it."""

    type: ClassVar[str] = "pipeline.note.edited.v1"

    person_id: UUID
    job_id: UUID | None = None
    visibility: NoteVisibility


class NoteRemoved(EventData):
    """A note was removed by its author."""

    type: ClassVar[str] = "pipeline.note.removed.v1"

    person_id: UUID
    job_id: UUID | None = None


class SourcingRecorded(EventData):
    """A user looked at somebody's profile for the first time, or added them. Its subject is what was recorded."""

    type: ClassVar[str] = "pipeline.sourcing.recorded.v1"

    kind: SourcingKind
    user_id: UUID
    person_id: UUID | None = None
    job_id: UUID | None = None


class ImportChanged(EventData):
    """An import came into another state, or further: so many rows were checked, are refused, were imported."""

    type: ClassVar[str] = "pipeline.import.changed.v1"

    state: ImportState
    rows: int
    refused: int
    applied: int
