"""Users look after people: said here and in a sandbox ATS that others use, that refuses, and that fails."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from rapport.activity import entries_of
from rapport.contracts.events import CardChanged, Event, PersonAssigned, parse_event
from rapport.contracts.identity import Role
from rapport.contracts.pipeline import ActivityKind, Assigned, AssignPerson, MergedPerson, MergePeople
from rapport.contracts.refusals import AssignmentConflict, InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import ApplicationAction, Responsibility
from rapport.kit.database.queries import Statement
from rapport.kit.errors import ServiceUnavailableError
from rapport.pipeline.assignments import AssignmentRequests
from rapport.pipeline.domain.records import Collection, PersonRecord
from rapport.pipeline.merge_requests import MergeRequests
from rapport.pipeline.sync.ingest import Ingest
from rapport.testing.databases import Templates
from services.pipeline.tests.support.two_way import Card, TwoWay, served

RECRUITER, COORDINATOR = Responsibility.RECRUITER, Responsibility.COORDINATOR


class Assigning:
    """What users say, and what both sides have afterwards."""

    def __init__(self, both: TwoWay) -> None:
        self.both = both
        self._requests = AssignmentRequests(both.pipeline, [both.connector])

    async def person(self) -> tuple[Card, UUID, UUID | None]:
        """Somebody who no other test is about, with their card and their recruiter."""
        card = self.both.card()
        [row] = await self.both.rows(
            "SELECT p.id, p.recruiter_id FROM person p JOIN application a ON a.person_id = p.id WHERE a.id = $1",
            card.application,
        )
        return card, row["id"], row["recruiter_id"]

    async def users(self, but: UUID | None) -> tuple[UUID, UUID]:
        """Two whom the ATS knows, and not this one."""
        [one, other] = await self.both.rows(
            "SELECT id FROM user_account WHERE active AND id IS DISTINCT FROM $1 ORDER BY id LIMIT 2", but
        )
        return one["id"], other["id"]

    async def assign(
        self, person: UUID, to: UUID | None, seen: UUID | None, part: Responsibility = RECRUITER, *, user: Any = 0
    ) -> Any:
        request = AssignPerson(person_id=person, responsibility=part, user_id=to, seen_user_id=seen)
        return await self._requests.assign_person(request, self.both.context(user=user))

    async def here(self, person: UUID) -> tuple[UUID | None, UUID | None]:
        [row] = await self.both.rows("SELECT recruiter_id, coordinator_id FROM person WHERE id = $1", person)
        return row["recruiter_id"], row["coordinator_id"]

    async def there(self, person: UUID) -> tuple[UUID | None, UUID | None]:
        """As the ATS has it."""
        record = await self.record(person)
        return record.recruiter_id, record.coordinator_id

    async def record(self, person: UUID) -> PersonRecord:
        """What the ATS has."""
        [row] = await self.both.rows("SELECT external_id FROM person WHERE id = $1", person)
        [record] = (await self.both.connector.by_ids(Collection.PEOPLE, [row["external_id"]])).records
        assert isinstance(record, PersonRecord)
        return record

    async def later(self, person: UUID, *, minutes: int, recruiter_id: UUID | None) -> PersonRecord:
        """As if it had another recruiter later."""
        record = await self.record(person)
        assert record.updated_at
        updated_at = record.updated_at + timedelta(minutes=minutes)
        return replace(record, updated_at=updated_at, recruiter_id=recruiter_id)

    async def ingest(self, record: PersonRecord) -> None:
        """Store it as it is read from the ATS."""
        async with self.both.pipeline.work("acme", actor="ats", cause="sync") as unit:
            await Ingest(self.both.connector).ingest(unit, Collection.PEOPLE, [record])

    async def published(self, person: UUID) -> list[Event[PersonAssigned]]:
        """Who was assigned to them."""
        rows = await self.both.rows(
            "SELECT body, subject FROM outbox WHERE aggregate_id = $1 ORDER BY aggregate_version", person
        )
        events = [parse_event(row["body"], row["subject"]) for row in rows]
        return [event for event in events if isinstance(event.data, PersonAssigned)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def assigning(
    database_templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Assigning]:
    async with served(database_templates, tmp_path_factory.mktemp("assigning")) as both:
        yield Assigning(both)


@pytest.mark.asyncio(loop_scope="module")
class TestAssigning:
    async def test_a_recruiter_and_a_coordinator_are_the_same_here_and_in_the_ats(self, assigning: Assigning) -> None:
        card, person, before = await assigning.person()
        one, other = await assigning.users(before)
        [[coordinator]] = await assigning.both.rows("SELECT coordinator_id FROM person WHERE id = $1", person)

        result = await assigning.assign(person, one, before)
        await assigning.assign(person, other, coordinator, COORDINATOR)

        assert result == Assigned(person_id=person, recruiter_id=one, coordinator_id=coordinator)
        assert await assigning.here(person) == await assigning.there(person) == (one, other)
        # Open boards show it.
        changes = [event for event in await assigning.both.published(card) if event.aggregateversion > card.version]
        assert [type(event.data) for event in changes] == [CardChanged, CardChanged]
        await assigning.assign(person, None, one)
        assert await assigning.here(person) == await assigning.there(person) == (None, other)

    async def test_who_was_assigned_by_whom_is_published_and_in_the_feed(self, assigning: Assigning) -> None:
        _, person, before = await assigning.person()
        one, _ = await assigning.users(before)
        await assigning.assign(person, one, before)
        await assigning.assign(person, one, before)
        await assigning.assign(person, None, one, user=1)
        events = await assigning.published(person)
        assert [event.data for event in events] == [
            PersonAssigned(responsibility=RECRUITER, previous_user_id=before, user_id=one),
            PersonAssigned(responsibility=RECRUITER, previous_user_id=one, user_id=None),
        ]
        assert [event.actor for event in events] == [f"user:{assigning.both.user(n)}" for n in (0, 1)]
        entries = [entry for event in events for entry in entries_of(event)]
        assert [(entry.kind, entry.person_id, entry.user_id, entry.responsibility) for entry in entries] == [
            (ActivityKind.PERSON_ASSIGNED, person, one, RECRUITER),
            (ActivityKind.PERSON_ASSIGNED, person, None, RECRUITER),
        ]

    async def test_who_is_assigned_in_the_ats_is_published_as_well_and_whoever_was_from_the_beginning_is_not(
        self, assigning: Assigning
    ) -> None:
        _, person, before = await assigning.person()
        one, other = await assigning.users(before)
        assert await assigning.published(person) == []
        for minutes, title in ((1, "Engineer"), (2, "Director")):
            record = await assigning.later(person, minutes=minutes, recruiter_id=one)
            await assigning.ingest(replace(record, coordinator_id=other, title=title))
        events = await assigning.published(person)
        assert {(e.data.responsibility, e.data.user_id) for e in events} == {(RECRUITER, one), (COORDINATOR, other)}
        assert [event.actor for event in events] == ["ats", "ats"]

    async def test_a_merge_assigns_nobody_and_a_change_of_the_merged_record_counts_for_who_remains(
        self, assigning: Assigning
    ) -> None:
        _, person, _ = await assigning.person()
        _, merged, _ = await assigning.person()
        one, _ = await assigning.users(None)
        for record in (person, merged):
            await assigning.ingest(await assigning.later(record, recruiter_id=None, minutes=1))
        seen = len(await assigning.published(person))
        before = len(await assigning.published(merged))
        request = MergePeople(survivor_id=person, merged_id=merged)
        merges = MergeRequests(assigning.both.pipeline)
        assert isinstance(await merges.merge_people(request, assigning.both.context()), MergedPerson)
        assert len(await assigning.published(person)) == seen
        await assigning.ingest(await assigning.later(merged, recruiter_id=one, minutes=2))
        [event] = (await assigning.published(person))[seen:]
        assert (event.data.responsibility, event.data.user_id) == (RECRUITER, one)
        assert len(await assigning.published(merged)) == before

    async def test_asking_for_what_is_so_changes_nothing_whatever_was_seen(self, assigning: Assigning) -> None:
        card, person, before = await assigning.person()
        result = await assigning.assign(person, before, uuid4())
        assert isinstance(result, Assigned)
        assert result.recruiter_id == before
        assert [e for e in await assigning.both.published(card) if e.aggregateversion > card.version] == []

    async def test_who_was_faster_is_respected(self, assigning: Assigning) -> None:
        _, person, before = await assigning.person()
        one, other = await assigning.users(before)
        await assigning.assign(person, one, before, user=1)
        assert await assigning.assign(person, other, before) == AssignmentConflict(current=one)
        assert (await assigning.here(person))[0] == (await assigning.there(person))[0] == one

    async def test_what_the_ats_refuses_is_not_done_here_either(self, assigning: Assigning) -> None:
        _, person, before = await assigning.person()
        one, _ = await assigning.users(before)
        [[ref]] = await assigning.both.rows("SELECT external_id FROM user_account WHERE id = $1", one)
        state = await assigning.here(person)
        async with assigning.both.pipeline.work("acme", actor="ats", cause="test") as unit:
            await unit.execute(Statement("UPDATE user_account SET external_id = '999999' WHERE id = $1"), one)
        try:
            refused = await assigning.assign(person, one, before)
        finally:
            async with assigning.both.pipeline.work("acme", actor="ats", cause="test") as unit:
                await unit.execute(Statement("UPDATE user_account SET external_id = $2 WHERE id = $1"), one, ref)
        assert isinstance(refused, Invalid)
        [problem] = refused.problems
        assert (problem.path, problem.code) == ("user_id", InputProblemCode.NOT_ALLOWED)
        assert "recruiter_id 999999 does not exist" in problem.message
        assert await assigning.here(person) == await assigning.there(person) == state

    async def test_nothing_is_changed_without_the_ats_and_it_can_be_asked_again(self, assigning: Assigning) -> None:
        _, person, before = await assigning.person()
        one, _ = await assigning.users(before)
        await assigning.both.fault(outage_requests=1)
        with pytest.raises(ServiceUnavailableError):
            await assigning.assign(person, one, before)
        assert (await assigning.here(person))[0] == before
        # Carried out, with an answer that was lost: asked again, it is so already.
        await assigning.both.fault(drop_after_write=1)
        with pytest.raises(ServiceUnavailableError):
            await assigning.assign(person, one, before)
        assert ((await assigning.here(person))[0], (await assigning.there(person))[0]) == (before, one)
        assert isinstance(await assigning.assign(person, one, before), Assigned)
        assert (await assigning.here(person))[0] == one

    async def test_only_users_of_the_ats_and_people_who_are_in_it(self, assigning: Assigning) -> None:
        _, person, before = await assigning.person()
        one, _ = await assigning.users(before)
        for refused, path in (
            (await assigning.assign(person, uuid4(), before), "user_id"),
            (await assigning.assign(person, one, before, user=uuid4()), "person_id"),
        ):
            assert isinstance(refused, Invalid)
            assert [problem.path for problem in refused.problems] == [path]
        nobody = uuid4()
        assert await assigning.assign(nobody, None, None) == NotFound(what="person", id=str(nobody))
        assert (await assigning.here(person))[0] == before

    async def test_what_a_viewer_may_do_says_so(self, assigning: Assigning) -> None:
        card, _, _ = await assigning.person()
        allowed = await assigning.both.allowed(card)
        assert allowed[ApplicationAction.ASSIGN] is None
        executive = await assigning.both.allowed(card, roles=frozenset({Role.EXECUTIVE}))
        assert executive[ApplicationAction.ASSIGN] == AssignPerson.rule.denial_reason
