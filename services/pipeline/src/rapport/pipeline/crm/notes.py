"""Requests about notes: what users write down about people, for those whom they choose."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from rapport.contracts.events import NoteEdited, NoteRemoved
from rapport.contracts.identity import Role, Viewer
from rapport.contracts.pipeline import (
    AddApplicationNote,
    AddNote,
    EditNote,
    GetNotes,
    GetNotesByIds,
    Note,
    Notes,
    RemoveNote,
)
from rapport.contracts.refusals import InputProblemCode, Invalid, NoteConflict, NoteState, NotFound
from rapport.contracts.vocabulary import AtsNoteState, NoteVisibility
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

    def __init__(self, database: Database, *, write_queued: Callable[[str], None]) -> None:
        """``write_queued`` takes an organisation and wakes its writers."""
        self._database = database
        self._write_queued = write_queued

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetNotes, self.get_notes)
        server.handle(GetNotesByIds, self.get_notes_by_ids)
        server.handle(AddNote, self.add_note)
        server.handle(AddApplicationNote, self.add_application_note)
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

    async def add_application_note(
        self, request: AddApplicationNote, context: RequestContext
    ) -> Note | Invalid | NotFound:
        """Write a note that the ATS is to have as well."""
        viewer, private = context.viewer, private_to(context.viewer)
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            row = await unit.fetchrow(SQL["application_for_note"], request.application_id, viewer.user_id)
            # The person is locked as those are who are erased: what is written of them later is not left over.
            if row is None or not await crm.lock_person(unit, row["person_id"], private):
                return _unknown_application(request)
            scope = (row["job_id"], request.rule.scope_user(viewer), row["person_id"], private)
            if not await unit.fetchval(SQL["sees_application"], *scope):
                return _unknown_application(request)
            if not row["knows_author"]:
                message = "is in an ATS that does not know you"
                return Invalid.because("application_id", message, InputProblemCode.NOT_ALLOWED)
            note_id = derived_id("note", unit.org_id, context.key)
            if await recording.add_notes(
                unit,
                [(note_id, row["record_id"], request.body)],
                job_id=row["job_id"],
                author_id=viewer.user_id,
                visibility=request.visibility,
            ):
                await crm.queue_note_write(unit, note_id, row["connection"], request.application_id, viewer.user_id)
            note = await _note(unit, note_id, viewer)
        if isinstance(note, Note) and not _says_same(note, request):
            return Invalid.because("idempotency_key", "was used for another note", InputProblemCode.KEY_REUSED)
        self._write_queued(viewer.org_id)
        return note

    async def edit_note(self, request: EditNote, context: RequestContext) -> Note | Invalid | NotFound | NoteConflict:
        """Change one's own note."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            note = await crm.lock_note(unit, request.note_id)
            if note is None or note.author_id != viewer.user_id:
                return _unknown(request.note_id)
            if kept := _kept_by_ats(note):
                return kept
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

    async def remove_note(
        self, request: RemoveNote, context: RequestContext
    ) -> Note | Invalid | NotFound | NoteConflict:
        """Remove one's own note."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            note = await crm.lock_note(unit, request.note_id)
            if note is None or note.author_id != viewer.user_id:
                return _unknown(request.note_id)
            if kept := _kept_by_ats(note):
                return kept
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


def _says_same(note: Note, request: AddApplicationNote) -> bool:
    """Whether a note is what a request writes; what the ATS refused may have been changed since."""
    if note.application_id != request.application_id:
        return False
    return bool(note.edited_at) or (note.body, note.visibility) == (request.body, request.visibility)


def _kept_by_ats(note: LockedNote) -> Invalid | None:
    """Why a note stays as it is: the ATS has it or is about to, and changes none."""
    if note.ats_state in (None, AtsNoteState.REFUSED):
        return None
    return Invalid.because("note_id", "is in the ATS, which keeps it as it is", InputProblemCode.NOT_ALLOWED)


def _unseen(note: LockedNote, expected: int | None) -> NoteConflict | None:
    """The refusal of a change by its author, who has changed it elsewhere since they saw it."""
    if expected is None or note.version == expected:
        return None
    return NoteConflict(
        current=NoteState(version=note.version, body=note.body, visibility=note.visibility, edited_at=note.edited_at)
    )


def _reads_every_team(viewer: Viewer) -> bool:
    return Role.ADMIN in viewer.roles


def _unknown_application(request: AddApplicationNote) -> NotFound:
    return NotFound(what="application", id=str(request.application_id))


def _unknown(note_id: UUID) -> NotFound:
    return NotFound(what="note", id=str(note_id))
