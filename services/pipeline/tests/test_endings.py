"""What ends in the ATS ends here: every kind of delivery by the ids it names, whatever its shape."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.local.waiting import eventually
from rapport.pipeline.ats.harvest import Harvest
from rapport.pipeline.store import SQL, applications
from rapport.pipeline.sync.deliveries import Deliveries
from rapport.pipeline.sync.intake import Intake
from rapport.pipeline.sync.kinds import KINDS, Meaning, kind_of
from rapport.pipeline.sync.records import Reader
from rapport.pipeline.sync.telling import tell_applications

_EXAMPLES = Path(__file__).parents[3] / "tests" / "fixtures" / "greenhouse"
_AT = "2026-03-01T00:00:00Z"
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


class Told:
    """A pipeline that is delivered to, and what it is asked to do beside."""

    def __init__(self, pipeline: Database, reader: Reader, harvest: Harvest, intake: Intake) -> None:
        self.pipeline, self.reader, self.intake = pipeline, reader, intake
        self.lists_wanted, self.comparison_wanted = asyncio.Event(), asyncio.Event()
        self.deliveries = Deliveries(
            reader, pipeline, harvest, intake, self.lists_wanted.set, self.comparison_wanted.set
        )
        self._number = 0

    async def take(self, collection: str, *records: dict[str, Any]) -> None:
        async with self.pipeline.work("acme", actor="ats", cause="sync") as unit:
            await self.intake.take_page(unit, collection, records)
            if collection == "applications":
                ids = [self.reader.id("applications", r["id"]) for r in records]
                await tell_applications(unit, await applications.lock_applications(unit, ids))

    async def deliver(self, action: str, payload: object) -> tuple[str, str | None]:
        """Deliver and wait; answers the state and the reason."""
        self._number += 1
        name, body = f"d-{self._number}", json.dumps({"action": action, "payload": payload}).encode()
        async with self.pipeline.work("acme", actor="ats", cause="test") as unit:
            await unit.execute(SQL["store_delivery"], "greenhouse", name, action, body, unit.now, "waiting", None, None)
        self.deliveries.worker.wake()
        state = Statement("SELECT state, reason FROM delivery WHERE delivery_id = $1 AND state <> 'waiting'")

        async def settled() -> tuple[str, str | None] | None:
            found = await self.rows(state, name)
            return (found[0][0], found[0][1]) if found else None

        return await eventually(settled, within=10, what=f"the handling of {action}")

    async def rows(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        async with self.pipeline.read_session("acme") as reading:
            return [tuple(row) for row in await reading.fetch(Statement(statement), *arguments)]

    async def events(self, event: str) -> list[tuple[UUID, dict[str, Any]]]:
        """The events of a type (without service and version), with what each says."""
        rows = await self.rows("SELECT aggregate_id, body FROM outbox WHERE subject LIKE $1", f"%.pipeline.{event}.v1")
        return [(row[0], json.loads(row[1])["data"]) for row in rows]


@pytest_asyncio.fixture
async def told(pipeline: Database, reader: Reader, harvest: Harvest, intake: Intake) -> AsyncIterator[Told]:
    """A job with two stages, to which two people applied; one has an interview and a scorecard."""
    told = Told(pipeline, reader, harvest, intake)
    await told.take("departments", {"id": 41, "name": "Creative"}, {"id": 42, "name": "Research"})
    await told.take("offices", {"id": 51, "name": "New York"})
    job = {"id": 3, "name": "Archaeologist", "status": "open", "created_at": _AT, "department_id": 41}
    await told.take("jobs", job | {"office_ids": [51]})
    stages = (
        {"id": n, "job_id": 3, "name": name, "sort_order": n} for n, name in ((31, "Phone Screen"), (32, "Onsite"))
    )
    await told.take("job_interview_stages", *stages)
    async with pipeline.work("acme", actor="ats", cause="sync") as unit:
        await intake.tell_jobs(unit)
    await told.take("candidates", person(2, "Kate", "Austen"), person(5, "James", "Ford"))
    await told.take("applications", application(1, 2), application(6, 5))
    await told.take(
        "interviews", {"id": 71, "application_id": 1, "status": "scheduled", "starts_at": "2999-01-01T00:00:00Z"}
    )
    await told.take("interviewers", {"id": 72, "interview_id": 71, "user_id": 9})
    await told.take("scorecards", {"id": 81, "application_id": 1, "submitted_at": _AT, "candidate_rating": "yes"})
    await told.take("openings", {"id": 91, "job_id": 3, "status": "open"})
    running = asyncio.create_task(told.deliveries.worker.run())
    yield told
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def person(number: int, first: str, last: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "first_name": first,
        "last_name": last,
        "title": "Surgeon",
        "company": "St. Sebastian",
        "email_addresses": [{"value": f"{first.lower()}@example.org"}],
        "phone_numbers": [{"value": "555"}],
        "tags": ["Go"],
        "created_at": _AT,
        "updated_at": _AT,
    } | more


def application(number: int, candidate: int, **more: Any) -> dict[str, Any]:
    times = {"created_at": _AT, "updated_at": _AT, "current_stage_at": _AT, "last_activity_at": _AT}
    return {"id": number, "candidate_id": candidate, "job_id": 3, "stage_id": 31, "status": "active"} | times | more


CARDS = "SELECT card ->> 'person_name' FROM board_card ORDER BY 1"


# Records ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    [{"application": {"id": 1, "candidate_id": 2}}, {"id": 1, "candidate_id": 2, "job_id": 3}, {"application_id": "1"}],
)
async def test_a_deleted_application_leaves_board_and_person_and_is_told(told: Told, payload: dict[str, Any]) -> None:
    assert await told.deliver("delete_application", payload) == ("handled", None)
    assert await told.rows(CARDS) == [("James Ford",)]
    assert await told.rows("SELECT count(*)::int FROM application_document") == [(1,)]
    assert await told.rows("SELECT active_applications::int FROM job_document") == [(1,)]
    [(subject, data)] = await told.events("application.removed")
    assert subject == told.reader.id("applications", 1)
    assert (data["reason"], data["status"], data["stage"]["kind"]) == ("deleted", "active", "screen")
    assert await told.rows("SELECT count(*)::int FROM transition WHERE application_id = $1", subject) == [(1,)]


async def test_ending_something_again_changes_nothing(told: Told) -> None:
    for _ in range(2):
        assert await told.deliver("delete_application", {"application": {"id": 1}}) == ("handled", None)
        assert await told.deliver("delete_candidate", {"person": {"id": 5}}) == ("handled", None)
    assert len(await told.events("application.removed")) == 2
    assert len(await told.events("person.erased")) == 1


async def test_a_list_that_lags_behind_does_not_bring_back_what_ended(told: Told) -> None:
    await told.deliver("delete_application", {"application": {"id": 1}})
    await told.take("applications", application(1, 2, status="rejected", updated_at="2026-03-02T00:00:00Z"))
    assert await told.rows(CARDS) == [("James Ford",)]
    assert await told.events("application.restored") == []


async def test_what_the_ats_changed_after_it_ended_here_is_there_after_all(told: Told) -> None:
    await told.deliver("delete_application", {"application": {"id": 1}})
    await told.take("applications", application(1, 2, stage_id=32, updated_at="2999-01-01T00:00:00Z"))
    assert await told.rows(CARDS) == [("James Ford",), ("Kate Austen",)]
    [(subject, _)] = await told.events("application.restored")
    versions = await told.rows("SELECT aggregate_version FROM outbox WHERE aggregate_id = $1 ORDER BY 1", subject)
    assert versions == [(1,), (2,), (3,), (4,)]


async def test_a_record_that_ends_before_it_was_read_is_not_taken_in(told: Told) -> None:
    await told.deliver("delete_candidate", {"person": {"id": 8, "deleted_application_ids": [9]}})
    await told.take("candidates", person(8, "Boone", "Carlyle"))
    await told.take("applications", application(9, 8))
    assert await told.rows("SELECT first_name FROM person WHERE external_id = '8'") == []
    assert await told.rows("SELECT id FROM application WHERE external_id = '9'") == []


async def test_a_deleted_stage_is_shown_while_somebody_is_in_it_and_its_job_is_told_as_changed(told: Told) -> None:
    deleted = {"job_interview_stage": {"id": 32, "job_id": 3, "name": "Onsite", "active": True}}
    assert await told.deliver("job_interview_stage_deleted", deleted) == ("handled", None)
    assert await told.rows("SELECT name FROM job_stage WHERE active") == [("Phone Screen",)]
    stages = (await told.events("job.changed"))[-1][1]["current"]["stages"]
    assert [stage["active"] for stage in stages] == [True, False]
    await told.deliver("job_interview_stage_deleted", {"job_interview_stage": {"id": 31}})
    assert await told.rows(CARDS) == [("James Ford",), ("Kate Austen",)]


async def test_a_deleted_job_is_no_longer_listed_and_its_history_stays_readable(told: Told) -> None:
    assert await told.deliver("job_deleted", {"job": {"id": 3, "name": "Archaeologist"}}) == ("handled", None)
    assert await told.rows("SELECT title FROM job_document") == []
    assert await told.rows("SELECT job_title FROM application_document") == [("Archaeologist",)] * 2
    assert [subject for subject, _ in await told.events("job.removed")] == [told.reader.id("jobs", 3)]


@pytest.mark.parametrize(
    ("action", "payload", "column"),
    [
        ("department_deleted", {"department": {"id": 41, "name": "Creative", "child_ids": []}}, "department"),
        ("office_deleted", {"office": {"id": 51, "name": "New York", "location": {"name": "New York"}}}, "location"),
    ],
)
async def test_a_job_survives_its_department_and_its_office(
    told: Told, action: str, payload: dict[str, Any], column: str
) -> None:
    assert await told.deliver(action, payload) == ("handled", None)
    assert await told.rows(f"SELECT title, {column} FROM job_document") == [("Archaeologist", None)]


@pytest.mark.parametrize(
    ("action", "payload", "field"),
    [
        ("interview_deleted", {"interview": {"id": 71}}, "next_interview_at"),
        ("scheduled_interview_deleted", {"scheduled_interview": {"id": 71}}, "next_interview_at"),
        ("scorecard_deleted", {"scorecard": {"id": 81, "candidate_id": 2}}, "scorecards_submitted"),
    ],
)
async def test_a_card_no_longer_shows_what_was_deleted(
    told: Told, action: str, payload: dict[str, Any], field: str
) -> None:
    shown = f"SELECT card ->> '{field}' FROM board_card WHERE card ->> 'person_name' = 'Kate Austen'"
    assert (await told.rows(shown))[0][0] not in (None, "0")
    assert await told.deliver(action, payload) == ("handled", None)
    assert (await told.rows(shown))[0][0] in (None, "0")


async def test_a_deleted_opening_is_no_longer_counted(told: Told) -> None:
    assert await told.deliver("opening_deleted", {"opening": {"id": 91}}) == ("handled", None)
    assert await told.rows("SELECT openings::int FROM job_document") == [(0,)]


# People ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    [
        {"candidate_id": 2, "anonymized_fields": ["full_name", "current_title"]},
        {"candidate": {"id": 2}},
        {"person": {"id": "2"}, "anonymized_fields": []},
        {"id": 2, "anonymized_fields": None},
    ],
)
async def test_an_anonymized_person_is_erased_by_whatever_shape_names_them(told: Told, payload: dict[str, Any]) -> None:
    assert await told.deliver("candidate_anonymized", payload) == ("handled", None)
    row = await told.rows(
        "SELECT first_name, last_name, title, emails::text, phones::text, tags FROM person ORDER BY 1"
    )
    assert row[0] == ("", "", None, "[]", "[]", [])
    assert await told.rows(CARDS) == [("James Ford",)]
    [(subject, data)] = await told.events("person.erased")
    assert (subject, data["reason"], data["whole"]) == (told.reader.id("candidates", 2), "anonymized", True)
    assert await told.events("application.removed") == []


async def test_only_what_was_anonymized_goes_if_the_name_was_not(told: Told) -> None:
    fields = ["email_addresses", "current_title", "tags", "attachments", "notes"]
    said = {"candidate_id": 2, "anonymized_fields": fields}
    assert await told.deliver("candidate_anonymized", said) == ("handled", None)
    row = await told.rows(
        "SELECT first_name, title, company, emails::text, phones::text, tags FROM person WHERE external_id = '2'"
    )
    assert (row[0][0], row[0][1:4], row[0][5]) == ("Kate", (None, "St. Sebastian", "[]"), [])
    assert "555" in row[0][4]
    assert await told.rows(
        "SELECT card ->> 'person_title' FROM board_card WHERE card ->> 'person_name' LIKE 'Kate%'"
    ) == [(None,)]
    [(_, data)] = await told.events("person.erased")
    assert (data["whole"], sorted(data["fields"])) == (False, ["emails", "tags", "title"])


async def test_scorecards_interviews_and_origins_go_when_they_were_anonymized(told: Told) -> None:
    said = {"candidate_id": 2, "anonymized_fields": ["scorecards_and_interviews", "source", "rejection_reasons"]}
    assert await told.deliver("candidate_anonymized", said) == ("handled", None)
    for table in ("interview", "interviewer", "scorecard"):
        assert await told.rows(f"SELECT count(*)::int FROM {table}") == [(0,)]
    assert await told.rows(CARDS) == [("James Ford",), ("Kate Austen",)]


async def test_a_field_we_do_not_know_alerts_while_the_rest_is_applied(
    told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    said = {"candidate_id": 2, "anonymized_fields": ["full_name", "shoe_size"]}
    state, _ = await told.deliver("candidate_anonymized", said)
    assert state == "failed"
    assert await told.rows(CARDS) == [("James Ford",)]
    assert told.comparison_wanted.is_set()
    assert "shoe" not in caplog.text
    assert "Kate" not in caplog.text


async def test_a_person_whom_a_list_shows_anonymized_is_erased_without_a_delivery(told: Told) -> None:
    await told.take("candidates", person(2, "Anonymized", "2", email_addresses=[], updated_at="2026-03-05T00:00:00Z"))
    assert await told.rows(CARDS) == [("James Ford",)]
    assert [subject for subject, _ in await told.events("person.erased")] == [told.reader.id("candidates", 2)]


async def test_an_erased_person_does_not_come_back_whatever_the_ats_lists(told: Told) -> None:
    await told.deliver("candidate_anonymized", {"candidate_id": 2, "anonymized_fields": ["full_name"]})
    await told.take("candidates", person(2, "Kate", "Austen", updated_at="2999-01-01T00:00:00Z"))
    assert await told.rows("SELECT first_name FROM person WHERE external_id = '2'") == [("",)]


async def test_the_applications_of_a_deleted_person_go_with_them(told: Told) -> None:
    said = {"person": {"id": 2, "first_name": "Kate", "deleted_application_ids": [1]}}
    assert await told.deliver("delete_candidate", said) == ("handled", None)
    assert [data["reason"] for _, data in await told.events("application.removed")] == ["person_deleted"]
    assert await told.rows("SELECT count(*)::int FROM application_document") == [(1,)]
    [(subject, data)] = await told.events("person.erased")
    assert (subject, data["reason"]) == (told.reader.id("candidates", 2), "deleted")


async def test_nothing_that_was_delivered_about_an_erased_person_stays_nor_what_comes_later(told: Told) -> None:
    async with told.pipeline.work("acme", actor="ats", cause="test") as unit:
        about = told.reader.id("candidates", 2)
        for name, state in (("early", "handled"), ("late", "waiting")):
            body = json.dumps({"action": "update_candidate", "payload": {"candidate": {"id": 2}}}).encode()
            later = "2999-01-01" if state == "waiting" else "2026-01-01"
            await unit.execute(
                SQL["store_delivery"], "greenhouse", name, "update_candidate", body, unit.now, state, None, about
            )
            await unit.execute(
                Statement("UPDATE delivery SET next_try_at = $2::text::timestamptz WHERE delivery_id = $1"), name, later
            )
    await told.deliver("candidate_anonymized", {"candidate_id": 2})
    assert await told.rows("SELECT length(body) FROM delivery WHERE delivery_id = 'early'") == [(0,)]
    async with told.pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(Statement("UPDATE delivery SET next_try_at = now()"))
    told.deliveries.worker.wake()

    async def forgotten() -> bool:
        return await told.rows("SELECT state, length(body) FROM delivery WHERE delivery_id = 'late'") == [
            ("handled", 0)
        ]

    await eventually(forgotten, within=10, what="the handling of the late delivery")


# Merges ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("merge_candidate", {"person": {"id": 2, "first_name": "Kate", "new_candidate_id": 5}}),
        ("candidate_merged", {"candidate": {"id": 5}, "old_candidate_id": 2, "new_candidate_id": 5}),
    ],
)
async def test_what_belonged_to_a_merged_person_belongs_to_who_stays(
    told: Told, action: str, payload: dict[str, Any]
) -> None:
    assert await told.deliver(action, payload) == ("handled", None)
    assert await told.rows(CARDS) == [("James Ford",), ("James Ford",)]
    assert await told.rows("SELECT DISTINCT person_id FROM application") == [(told.reader.id("candidates", 5),)]
    assert await told.rows("SELECT first_name FROM person_document") == [("James",)]
    [(subject, data)] = await told.events("person.merged")
    assert subject == told.reader.id("candidates", 2)
    assert data["into_person_id"] == str(told.reader.id("candidates", 5))
    assert data["application_ids"] == [str(told.reader.id("applications", 1))]
    assert await told.events("person.erased") == []


@pytest.mark.parametrize("deleted_first", [True, False])
async def test_a_merge_supersedes_the_deletion_of_the_duplicate(told: Told, *, deleted_first: bool) -> None:
    merge = ("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    delete = ("delete_candidate", {"person": {"id": 2}})
    for action, payload in (delete, merge) if deleted_first else (merge, delete):
        assert await told.deliver(action, payload) == ("handled", None)
    assert await told.rows(CARDS) == [("James Ford",), ("James Ford",)]
    assert len(await told.events("application.restored")) == deleted_first
    assert len(await told.events("person.erased")) == deleted_first


async def test_a_list_that_still_names_the_merged_person_moves_nothing_back(told: Told) -> None:
    await told.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    await told.take("applications", application(1, 2, stage_id=32, updated_at="2026-03-04T00:00:00Z"))
    assert await told.rows("SELECT DISTINCT person_id FROM application") == [(told.reader.id("candidates", 5),)]


async def test_whoever_is_erased_is_erased_under_every_name_they_had(told: Told) -> None:
    await told.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    await told.deliver("candidate_anonymized", {"candidate_id": 5, "anonymized_fields": ["full_name"]})
    erased = {subject for subject, _ in await told.events("person.erased")}
    assert erased == {told.reader.id("candidates", 2), told.reader.id("candidates", 5)}


async def test_who_is_merged_into_somebody_erased_is_erased(told: Told) -> None:
    await told.deliver("candidate_anonymized", {"candidate_id": 5, "anonymized_fields": ["full_name"]})
    await told.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    assert {subject for subject, _ in await told.events("person.erased")} == {
        told.reader.id("candidates", n) for n in (2, 5)
    }
    assert await told.rows(CARDS) == []


async def test_the_feed_of_who_stays_tells_what_happened_to_both(told: Told) -> None:
    await told.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    loser, survivor = (told.reader.id("candidates", n) for n in (2, 5))
    async with told.pipeline.work("acme", actor="system:test", cause="test") as unit:
        for n, who in enumerate((loser, survivor)):
            entry = json.dumps({"id": str(UUID(int=n)), "person_id": str(who)})
            await unit.execute(SQL["add_activity"], [who], [unit.now], [UUID(int=n)], [None], [entry])
    async with told.pipeline.read_session("acme") as reading:
        feed = json.loads(await reading.fetchval(SQL["get_activity"], None, survivor, _FAR, UUID(int=2**128 - 1), 10))
    assert [edge["node"]["person_id"] for edge in feed["edges"]] == [str(survivor)] * 2


async def test_a_list_that_lags_behind_does_not_bring_back_what_was_anonymized(told: Told) -> None:
    await told.deliver("candidate_anonymized", {"candidate_id": 2, "anonymized_fields": ["email_addresses"]})
    await told.take("candidates", person(2, "Kate", "Austen"))
    emails = "SELECT emails::text FROM person WHERE external_id = '2'"
    assert await told.rows(emails) == [("[]",)]
    await told.take("candidates", person(2, "Kate", "Austen", email_addresses=[], updated_at="2026-03-02T00:00:00Z"))
    assert await told.rows(emails) == [("[]",)]


@pytest.mark.parametrize(
    ("collection", "record", "action", "payload", "left"),
    [
        (
            "interviews",
            {"id": 73, "application_id": 1, "status": "scheduled"},
            "interview_deleted",
            {"interview": {"id": 73}},
            "SELECT 1 FROM interview WHERE external_id = '73'",
        ),
        (
            "candidates",
            {"id": 8, "first_name": "Hugo", "last_name": "Reyes", "created_at": _AT, "updated_at": _AT},
            "delete_candidate",
            {"person": {"id": 8}},
            "SELECT 1 FROM person WHERE first_name = 'Hugo'",
        ),
    ],
)
async def test_what_ends_while_a_page_with_it_is_taken_in_has_ended(
    told: Told, collection: str, record: dict[str, Any], action: str, payload: dict[str, Any], left: str
) -> None:
    waits = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    async with told.pipeline.work("acme", actor="ats", cause="sync") as unit:
        await told.intake.take_page(unit, collection, [record])
        delivery = asyncio.create_task(told.deliver(action, payload))

        async def took_its_turn() -> bool:
            return delivery.done() or bool(await told.rows(waits))

        await eventually(took_its_turn, within=10, what="the delivery")
    assert await delivery == ("handled", None)
    assert await told.rows(left) == []


async def test_what_comes_late_about_a_merged_person_goes_once_they_are_erased(told: Told) -> None:
    await told.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    await told.deliver("candidate_anonymized", {"candidate_id": 5})
    merged = told.reader.id("candidates", 2)
    async with told.pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(
            SQL["store_delivery"], "greenhouse", "late", "ping", b"Kate", unit.now, "waiting", None, merged
        )
        await unit.execute(SQL["finish_delivery"], "greenhouse", "late", "handled", None)
    assert await told.rows("SELECT body FROM delivery WHERE delivery_id = 'late'") == [(b"",)]


# What is not understood --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("delete_candidate", {"person": {}}),
        ("delete_candidate", None),
        ("delete_application", {"application": {"id": {"value": 1}}}),
        ("delete_application", []),
        ("candidate_anonymized", {"candidate_id": "two"}),
        ("merge_candidate", {"person": {"id": 2}}),
        ("merge_candidate", {"person": {"id": 2, "new_candidate_id": 2}}),
        ("job_deleted", {"job": "Archaeologist"}),
        ("source_deleted", {"source": {"id": 4}}),
        ("candidate_erased_forever", {"candidate_id": 2}),
    ],
)
async def test_an_ending_that_is_not_understood_alerts_and_leads_to_a_comparison(
    told: Told, action: str, payload: object, caplog: pytest.LogCaptureFixture
) -> None:
    state, reason = await told.deliver(action, payload)
    assert state in ("failed", "unknown")
    assert reason
    assert await told.rows(CARDS) == [("James Ford",), ("Kate Austen",)]
    assert [record.levelname for record in caplog.records if action in record.getMessage()] == ["ERROR"]
    assert told.comparison_wanted.is_set()
    assert await told.rows("SELECT requested_at IS NOT NULL FROM comparison") == [(True,)]
    async with told.pipeline.read_session("acme") as reading:
        status = json.loads(await reading.fetchval(SQL["sync_status"], ["greenhouse"], ["greenhouse"]))
    [connection] = status["connections"]
    assert (connection["unapplied_endings"], connection["unapplied_ending_kinds"]) == (1, [action])


async def test_a_change_that_is_not_understood_alerts_nobody(told: Told) -> None:
    assert (await told.deliver("candidate_stage_change", {"application": 7}))[0] == "failed"
    assert not told.comparison_wanted.is_set()


@pytest.mark.parametrize("example", sorted(path.stem for path in _EXAMPLES.glob("*.json")))
async def test_every_documented_delivery_is_applied_to_what_it_names(told: Told, example: str) -> None:
    """Whatever the vendor says has ended is known to have ended; whatever changed is taken in, or read soon."""
    said = json.loads((_EXAMPLES / f"{example}.json").read_bytes())
    kind = KINDS[said["action"]]
    if kind.meaning is Meaning.APPLICATION_CHANGED:
        said["payload"]["application"] |= {"current_stage": {"id": 31}, "jobs": [{"id": 3}], "status": "active"}
        said["payload"]["application"].setdefault("applied_at", _AT)
        said["payload"]["application"].setdefault("last_activity_at", _AT)
    if kind.meaning is Meaning.PERSON_MERGED:
        survivor = said["payload"]["person"]["new_candidate_id"]
        await told.take("candidates", person(survivor, "Desmond", "Hume"))
    assert await told.deliver(said["action"], said["payload"]) == ("handled", None)
    ended = await told.rows("SELECT collection FROM ended_record")
    match kind.meaning:
        case Meaning.LISTS_CHANGED:
            assert told.lists_wanted.is_set()
        case Meaning.APPLICATION_CHANGED:
            number = str(said["payload"]["application"]["id"])
            assert await told.rows("SELECT version > 0 FROM application WHERE external_id = $1", number) == [(True,)]
        case Meaning.NOTHING_KEPT | Meaning.PING:
            assert ended == []
        case _:
            assert (kind.collection,) in ended


def test_every_kind_that_says_an_end_by_its_name_is_taken_for_one() -> None:
    for action in ("note_deleted", "remove_opening", "candidate_anonymised", "merge_prospects", "purge_candidate"):
        assert kind_of(action).ends_something, action
    for action in ("candidate_tagged", "moon_phase_changed", "ping", "job_updated", "offer_created"):
        assert not kind_of(action).ends_something, action


# Text ------------------------------------------------------------------------------------------------------


async def test_a_name_that_cannot_be_stored_spoils_no_ending(told: Told) -> None:
    body = (
        b'{"action":"delete_candidate","payload":{"person":{"id":2,"first_name":"Ana \\ud83d","last_name":"\\u0000"}}}'
    )
    async with told.pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(
            SQL["store_delivery"], "greenhouse", "raw", "delete_candidate", body, unit.now, "waiting", None, None
        )
    told.deliveries.worker.wake()

    async def erased() -> bool:
        return await told.rows(CARDS) == [("James Ford",)]

    await eventually(erased, within=10, what="the deletion")
