"""Notes with applications are written to a sandbox ATS: once, whatever fails, and beside what else is written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from rapport.activity import entries_of
from rapport.contracts.events import NoteAdded, NoteAtsStateChanged, parse_event
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    ActivityKind,
    AddApplicationNote,
    ApplicationResult,
    EditNote,
    GetNotes,
    GetNotesByIds,
    MergedPerson,
    MergePeople,
    MoveResult,
    Note,
    NotePage,
    Notes,
    RemoveNote,
    UndoMerge,
)
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import ApplicationAction, AtsNoteState, NoteVisibility
from rapport.kit.database.queries import Statement
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.connector import NewNote
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.crm.notes import NoteRequests
from rapport.pipeline.merge_requests import MergeRequests
from rapport.pipeline.note_writes import NoteWriter
from rapport.testing.databases import Templates
from services.pipeline.tests.support.two_way import Card, TwoWay, served

WAITING, WRITTEN, REFUSED = AtsNoteState.WAITING, AtsNoteState.WRITTEN, AtsNoteState.REFUSED
PUBLIC, TEAM = NoteVisibility.PUBLIC, NoteVisibility.HIRING_TEAM
_DUE = Statement("UPDATE note_write SET next_try_at = now() WHERE state = 'waiting'")
_KNOWN_AS = Statement("UPDATE user_account SET external_id = $2 WHERE id = $1")


class Noting:
    """What users write, and what both sides have of it."""

    def __init__(self, both: TwoWay) -> None:
        self.both = both
        self.requests = NoteRequests(both.pipeline, write_queued=lambda _: None)
        self.writer = NoteWriter(both.connector, both.pipeline, lag_seconds=0.0)

    async def add(
        self,
        card: Card,
        body: str = "Called them",
        visibility: Any = PUBLIC,
        *,
        key: str | None = None,
        context: RequestContext | None = None,
    ) -> Any:
        request = AddApplicationNote(application_id=card.application, visibility=visibility, body=body)
        return await self.requests.add_application_note(request, context or self.both.context(key=key))

    async def added(self, card: Card, *said: Any, **more: Any) -> Note:
        note = await self.add(card, *said, **more)
        assert isinstance(note, Note), note
        return note

    async def work(self) -> None:
        """Everything that waits is tried once."""
        await self._change(_DUE)
        while await self.writer.step():
            pass

    async def now(self, note: Note) -> Note:
        found = await self.requests.get_notes_by_ids(GetNotesByIds(ids=(note.id,)), self.both.context())
        [now] = Notes.model_validate_json(found).items
        return now

    async def in_ats(self, card: Card, *bodies: str) -> list[tuple[str, str]]:
        """The notes of these texts that the ATS has with the application."""
        found = await self.both.api.found("notes", application_ids=card.ref)
        return sorted((raw["body"], raw["visibility"]) for raw in found if raw["body"] in (bodies or ("Called them",)))

    async def events(self, note: Note) -> list[Any]:
        rows = await self.both.rows(
            "SELECT body, subject FROM outbox WHERE aggregate_id = $1 ORDER BY aggregate_version", note.id
        )
        return [parse_event(row["body"], row["subject"]) for row in rows]

    async def person_of(self, card: Card) -> UUID:
        [row] = await self.both.rows("SELECT person_id FROM application WHERE id = $1", card.application)
        return UUID(int=row["person_id"].int)

    async def about(self, person: UUID) -> list[UUID]:
        found = await self.requests.get_notes(GetNotes(person_id=person), self.both.context())
        assert isinstance(found, str)
        return [edge.node.id for edge in NotePage.model_validate_json(found).edges]

    @asynccontextmanager
    async def unknown_to_the_ats(self, user: UserId) -> AsyncIterator[None]:
        """The ATS does not know a user until the end of the block: it refuses what they do."""
        [[ref]] = await self.both.rows("SELECT external_id FROM user_account WHERE id = $1", user)
        await self._change(_KNOWN_AS, user, "999999")
        yield
        await self._change(_KNOWN_AS, user, ref)

    async def _change(self, statement: Statement, *arguments: Any) -> None:
        async with self.both.pipeline.work("acme", actor="ats", cause="test") as unit:
            await unit.execute(statement, *arguments)


class Dying:
    """An ATS whose client is gone right after it has carried something out."""

    def __init__(self, connector: GreenhouseConnector) -> None:
        self._connector = connector
        self.connection = connector.connection

    async def add_note(self, note: NewNote, *, user: str) -> None:
        await self._connector.add_note(note, user=user)
        raise RuntimeError("the process is gone")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def noting(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Noting]:
    async with served(database_templates, tmp_path_factory.mktemp("noting")) as both:
        yield Noting(both)


@pytest.mark.asyncio(loop_scope="module")
class TestNotes:
    async def test_a_note_is_here_at_once_and_then_in_the_ats_for_the_same_readers(self, noting: Noting) -> None:
        card = noting.both.card()
        note, private = await noting.added(card, "For all"), await noting.added(card, "For us", TEAM)
        assert (note.ats_state, note.application_id, note.version) == (WAITING, card.application, 1)
        assert await noting.in_ats(card, "For all", "For us") == []
        await noting.work()
        assert [(await noting.now(each)).ats_state for each in (note, private)] == [WRITTEN, WRITTEN]
        await noting.work()
        assert await noting.in_ats(card, "For all", "For us") == [("For all", "public"), ("For us", "private")]
        events = await noting.events(note)
        assert [type(event.data) for event in events] == [NoteAdded, NoteAtsStateChanged]
        assert events[1].data.state is WRITTEN
        assert "For all" not in "".join(event.model_dump_json() for event in events)
        assert [entry.kind for event in events for entry in entries_of(event)] == [ActivityKind.NOTE_ADDED]

    async def test_the_same_key_writes_one_and_anything_else_under_it_is_refused(self, noting: Noting) -> None:
        card = noting.both.card()
        first = await noting.added(card, key="once")
        await noting.work()
        assert (await noting.added(card, key="once")).id == first.id
        for other in (
            await noting.add(card, "Something else", key="once"),
            await noting.add(card, visibility=TEAM, key="once"),
            await noting.add(noting.both.card(), key="once"),
        ):
            assert isinstance(other, Invalid)
            assert other.problems[0].code is InputProblemCode.KEY_REUSED
        await noting.work()
        assert await noting.in_ats(card, "Called them", "Something else") == [("Called them", "public")]

    async def test_what_the_ats_refuses_stays_here_alone_with_why_and_may_be_changed_and_removed(
        self, noting: Noting
    ) -> None:
        card, context = noting.both.card(), noting.both.context(user=1)
        note = await noting.added(card, context=context)
        async with noting.unknown_to_the_ats(context.viewer.user_id):
            await noting.work()
        now = await noting.now(note)
        assert now.ats_state is REFUSED
        assert "999999" in (now.ats_reason or "")
        assert await noting.in_ats(card) == []
        [_, refused] = await noting.events(note)
        [entry] = entries_of(refused)
        assert (entry.kind, entry.note_id) == (ActivityKind.NOTE_REFUSED, note.id)
        edit = EditNote(note_id=note.id, visibility=PUBLIC, body="Changed", expected_version=now.version)
        assert isinstance(await noting.requests.edit_note(edit, context), Note)
        assert isinstance(await noting.requests.remove_note(RemoveNote(note_id=note.id), context), Note)
        assert await noting.both.rows("SELECT FROM note_write WHERE note_id = $1", note.id) == []

    async def test_what_the_ats_has_or_is_about_to_have_stays_as_it_is(self, noting: Noting) -> None:
        note, context = await noting.added(noting.both.card()), noting.both.context()
        for state in (WAITING, WRITTEN):
            assert (before := await noting.now(note)).ats_state is state
            edit = EditNote(note_id=note.id, visibility=PUBLIC, body="Changed")
            for refused in (
                await noting.requests.edit_note(edit, context),
                await noting.requests.remove_note(RemoveNote(note_id=note.id), context),
            ):
                assert isinstance(refused, Invalid)
                assert refused.problems[0].code is InputProblemCode.NOT_ALLOWED
            assert await noting.now(note) == before
            await noting.work()

    async def test_a_note_whose_answer_was_lost_is_looked_for_and_not_written_again(self, noting: Noting) -> None:
        card = noting.both.card()
        note = await noting.added(card)
        await noting.both.fault(drop_after_write=1)
        await noting.work()
        assert (await noting.now(note)).ats_state is WAITING
        await noting.work()
        assert (await noting.now(note)).ats_state is WRITTEN
        assert await noting.in_ats(card) == [("Called them", "public")]

    async def test_who_takes_over_from_a_process_that_died_with_the_note_written_writes_it_no_second_time(
        self, noting: Noting
    ) -> None:
        card = noting.both.card()
        note = await noting.added(card)
        dying = NoteWriter(Dying(noting.both.connector), noting.both.pipeline, lag_seconds=0.0)  # type: ignore[arg-type]
        with pytest.raises(RuntimeError):
            await dying.step()
        assert (await noting.now(note)).ats_state is WAITING
        # Left alone while the one that died might still be at it.
        assert not await noting.writer.step()
        await noting.work()
        assert (await noting.now(note)).ats_state is WRITTEN
        assert await noting.in_ats(card) == [("Called them", "public")]

    async def test_without_the_ats_it_waits(self, noting: Noting) -> None:
        card = noting.both.card()
        note = await noting.added(card)
        await noting.both.fault(outage_requests=1)
        await noting.work()
        assert (await noting.now(note)).ats_state is WAITING
        await noting.work()
        assert await noting.in_ats(card) == [("Called them", "public")]

    async def test_a_refused_note_takes_no_move_along_and_waits_for_none(self, noting: Noting) -> None:
        card, context = noting.both.card(), noting.both.context(user=1)
        assert isinstance(await noting.both.move(card, card.stage, card.others[0]), MoveResult)
        note = await noting.added(card, context=context)
        async with noting.unknown_to_the_ats(context.viewer.user_id):
            await noting.work()
        assert (await noting.now(note)).ats_state is REFUSED
        assert (await noting.both.state(card))[0] == "pending"
        await noting.both.written()
        assert (await noting.both.state(card))[0] == "synced"
        assert await noting.both.stage_in_ats(card) == card.others[0]

    async def test_a_refused_move_takes_no_note_along(self, noting: Noting) -> None:
        card = noting.both.card()
        assert isinstance(await noting.both.move(card, card.stage, card.others[0]), MoveResult)
        await noting.both.move_in_ats(card, card.stage, card.others[1])
        await noting.added(card)
        await noting.both.written()
        assert (await noting.both.state(card))[0] == "conflicted"
        await noting.work()
        assert await noting.in_ats(card) == [("Called them", "public")]

    async def test_an_ended_application_takes_notes_and_only_those_write_who_see_it(self, noting: Noting) -> None:
        card = noting.both.card()
        assert isinstance(await noting.both.reject(card), ApplicationResult)
        assert (await noting.both.allowed(card))[ApplicationAction.NOTE] is None
        await noting.added(card)
        before = await noting.both.rows("SELECT count(*) FROM note")
        outsider = Viewer(org_id="acme", user_id=UserId(uuid4()), roles=frozenset({Role.HIRING_MANAGER}))
        assert isinstance(await noting.add(card, context=RequestContext(outsider, "key")), NotFound)
        assert isinstance(await noting.add(Card(uuid4(), "0", card.stage, (), 0)), NotFound)
        stranger = noting.both.context(user=UserId(uuid4()))
        refused = await noting.add(card, context=stranger)
        assert isinstance(refused, Invalid)
        assert refused.problems[0].code is InputProblemCode.NOT_ALLOWED
        assert await noting.both.rows("SELECT count(*) FROM note") == before

    async def test_a_note_goes_with_its_application_when_a_merge_is_undone(self, noting: Noting) -> None:
        card, other = noting.both.card(), noting.both.card()
        person, survivor = await noting.person_of(card), await noting.person_of(other)
        merges = MergeRequests(noting.both.pipeline)
        request = MergePeople(survivor_id=survivor, merged_id=person)
        merged = await merges.merge_people(request, noting.both.context())
        assert isinstance(merged, MergedPerson)
        note = await noting.added(card)
        assert note.id in await noting.about(survivor)
        await merges.undo_merge(UndoMerge(merge_id=merged.merge_id), noting.both.context())
        assert note.id in await noting.about(person)
        assert note.id not in await noting.about(survivor)
        await noting.work()
        assert await noting.in_ats(card) == [("Called them", "public")]

    async def test_nothing_of_it_is_left_of_a_person_who_is_erased(self, noting: Noting) -> None:
        card = noting.both.card()
        note = await noting.added(card)
        await noting.both.erase(await noting.person_of(card))
        assert await noting.both.rows("SELECT FROM note WHERE id = $1", note.id) == []
        assert await noting.both.rows("SELECT FROM note_write WHERE note_id = $1", note.id) == []
        await noting.work()
        assert await noting.in_ats(card) == []
        assert isinstance(await noting.add(card), NotFound)
