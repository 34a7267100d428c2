"""Requests about notes: what users write down about people, for those whom they choose."""

from dataclasses import replace
from uuid import UUID

from rapport.contracts.events import NoteEdited, NoteRemoved
from rapport.contracts.identity import Role, Viewer
from rapport.contracts.pipeline import AddNote, EditNote, GetNotes, GetNotesByIds, Note, Notes, RemoveNote
from rapport.contracts.refusals import InputProblemCode, Invalid, NoteConflict, NoteState, NotFound
from rapport.contracts.vocabulary import NoteVisibility
from rapport.kit.database.pagination import keyset
from rapport.kit.database.unit_of_work import Database, ReadSession
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.crm import recording
from rapport.pipeline.privacy import private_to
from rapport.pipeline.store import SQL, crm
from rapport.pipeline.store.crm import LockedNote


class NoteRequests:
    """Handles requests about notes."""

    def __init__(self, database: Database) -> None:
        """``database`` is the service's."""
        self._database = database

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetNotes, self.get_notes)
        server.handle(GetNotesByIds, self.get_notes_by_ids)
        server.handle(AddNote, self.add_note)
        server.handle(EditNote, self.edit_note)
        server.handle(RemoveNote, self.remove_note)

    async def get_notes(self, request: GetNotes, context: RequestContext) -> Json | Invalid | NotFound:
        """A page of the notes about a person."""
        page = keyset(request.page)
        if isinstance(page, Invalid):
            return page
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            notes = await session.fetchval(
                SQL["get_notes"],
                viewer.user_id,
                request.rule.scope_user(viewer),
                request.person_id,
                *page,
                request.page.first,
                _reads_every_team(viewer),
                private_to(viewer),
            )
        return NotFound(what="person", id=str(request.person_id)) if notes is None else Json(notes)

    async def get_notes_by_ids(self, request: GetNotesByIds, context: RequestContext) -> Json:
        """These notes."""
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            scope = request.rule.scope_user(viewer)
            arguments = (viewer.user_id, scope, list(request.ids), _reads_every_team(viewer), private_to(viewer))
            return Json(await session.fetchval(SQL["get_notes_by_ids"], *arguments))

    async def add_note(self, request: AddNote, context: RequestContext) -> Note | Invalid | NotFound:
        """Write a note."""
        viewer, scope = context.viewer, request.rule.scope_user(context.viewer)
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            locked = await crm.lock_person(unit, request.person_id, private_to(viewer))
            if not locked or not await crm.seen_among(unit, [request.person_id], scope, private_to(viewer)):
                return NotFound(what="person", id=str(request.person_id))
            if request.job_id and not await unit.fetchval(SQL["sees_job"], request.job_id, scope):
                return NotFound(what="job", id=str(request.job_id))
            note_id = derived_id("note", unit.org_id, context.key)
            await recording.add_notes(
                unit,
                [(note_id, request.person_id, request.body)],
                job_id=request.job_id,
                author_id=viewer.user_id,
                visibility=request.visibility,
            )
            return await _note(unit, note_id, viewer)

    async def edit_note(self, request: EditNote, context: RequestContext) -> Note | Invalid | NotFound | NoteConflict:
        """Change one's own note."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            note = await crm.lock_note(unit, request.note_id)
            if note is None or note.author_id != viewer.user_id:
                return _unknown(request.note_id)
            if request.visibility is NoteVisibility.HIRING_TEAM and note.job_id is None:
                return Invalid.because(
                    "visibility", "is for notes about a job: this one is about none", InputProblemCode.NOT_ALLOWED
                )
            changed = replace(note, visibility=request.visibility, body=request.body)
            if changed == note:
                return _as_note(note)
            if conflict := _unseen(note, request.expected_version):
                return conflict
            await unit.execute(SQL["edit_note"], note.id, request.visibility, request.body, unit.now)
            unit.record(
                NoteEdited(person_id=note.person_id, job_id=note.job_id, visibility=request.visibility),
                aggregate_id=note.id,
                version=note.version + 1,
                occurred_at=unit.now,
            )
            return _as_note(replace(changed, edited_at=unit.now, version=note.version + 1))

    async def remove_note(self, request: RemoveNote, context: RequestContext) -> Note | NotFound | NoteConflict:
        """Remove one's own note."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            note = await crm.lock_note(unit, request.note_id)
            if note is None or note.author_id != viewer.user_id:
                return _unknown(request.note_id)
            if conflict := _unseen(note, request.expected_version):
                return conflict
            await unit.execute(SQL["remove_note"], note.id)
            unit.record(
                NoteRemoved(person_id=note.person_id, job_id=note.job_id),
                aggregate_id=note.id,
                version=note.version + 1,
                occurred_at=unit.now,
            )
            return _as_note(note)


async def _note(session: ReadSession, note_id: UUID, viewer: Viewer) -> Note | NotFound:
    """A note of the viewer's own; none, if it was removed since it was written under the same key."""
    # Their own, whoever sees the person now.
    arguments = (viewer.user_id, None, [note_id], _reads_every_team(viewer), None)
    found = await session.fetchval(SQL["get_notes_by_ids"], *arguments)
    notes = Notes.model_validate_json(found).items
    return notes[0] if notes else _unknown(note_id)


def _as_note(note: LockedNote) -> Note:
    return Note.model_validate(note, from_attributes=True)


def _unseen(note: LockedNote, expected: int | None) -> NoteConflict | None:
    """The refusal of a change by its author, who has changed it elsewhere since they saw it."""
    if expected is None or note.version == expected:
        return None
    return NoteConflict(
        current=NoteState(version=note.version, body=note.body, visibility=note.visibility, edited_at=note.edited_at)
    )


def _reads_every_team(viewer: Viewer) -> bool:
    return Role.ADMIN in viewer.roles


def _unknown(note_id: UUID) -> NotFound:
    return NotFound(what="note", id=str(note_id))
