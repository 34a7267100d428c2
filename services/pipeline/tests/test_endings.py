"""Deletions, merges and anonymisations in the ATS: every kind of delivery, by the ids it names, in any shape."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import GetPersonRecord, PersonRecord
from rapport.contracts.refusals import NotFound
from rapport.contracts.vocabulary import PersonRecordState
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.local.waiting import eventually
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.connectors.greenhouse.webhooks import KINDS, Meaning, kind_of
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.recording import record_changes
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import SQL, applications
from rapport.pipeline.sync.deliveries import Deliveries
from rapport.pipeline.sync.endings import EndReason
from services.pipeline.tests.support.raw_ingest import RawIngest

_EXAMPLES = Path(__file__).parents[3] / "tests" / "fixtures" / "greenhouse"
_AT = "2026-03-01T00:00:00Z"
_FAR = datetime(9999, 1, 1, tzinfo=UTC)


class Deliverer:
    """A pipeline that is delivered to, and what it is asked to do beside."""

    def __init__(
        self, pipeline: Database, mapper: GreenhouseMapper, connector: GreenhouseConnector, ingest: RawIngest
    ) -> None:
        self.pipeline, self.mapper, self.stored = pipeline, mapper, ingest
        self.lists_wanted, self.comparison_wanted = asyncio.Event(), asyncio.Event()
        self.deliveries = Deliveries(connector, pipeline, ingest, self.lists_wanted.set, self.comparison_wanted.set)
        self._number = 0

    async def ingest(self, collection: str, *records: dict[str, Any]) -> None:
        async with self.pipeline.work("acme", actor="ats", cause="sync") as unit:
            await self.stored.raw(unit, collection, records)
            if collection == "applications":
                ids = [self.mapper.id("applications", r["id"]) for r in records]
                await record_changes(unit, await applications.lock_applications(unit, ids))

    async def deliver(self, action: str, payload: object) -> tuple[str, str | None]:
        """Deliver and wait; answers the state and the reason."""
        self._number += 1
        name, body = f"d-{self._number}", json.dumps({"action": action, "payload": payload}).encode()
        async with self.pipeline.work("acme", actor="ats", cause="test") as unit:
            await unit.execute(
                SQL["store_delivery"], "greenhouse", name, action, body, unit.now, "waiting", None, None, None
            )
        self.deliveries.worker.wake()
        state = Statement("SELECT state, reason FROM delivery WHERE delivery_id = $1 AND state <> 'waiting'")

        async def settled() -> tuple[str, str | None] | None:
            found = await self.rows(state, name)
            return (found[0][0], found[0][1]) if found else None

        return await eventually(settled, within=60, what=f"the handling of {action}")

    async def rows(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        async with self.pipeline.read_session("acme") as session:
            return [tuple(row) for row in await session.fetch(Statement(statement), *arguments)]

    async def record(self, person_id: UUID, user_id: UUID | None) -> dict[str, Any] | None:
        """What a hiring manager, or without a user a recruiter, learns of a record."""
        role = Role.RECRUITER if user_id is None else Role.HIRING_MANAGER
        viewer = Viewer(org_id="acme", user_id=UserId(user_id or UUID(int=1)), roles=frozenset({role}))
        requests = PipelineRequests(self.pipeline, [], move_queued=lambda _: None, run_requested=lambda _: None)
        found = await requests.get_person_record(GetPersonRecord(person_id=person_id), RequestContext(viewer, "key"))
        if isinstance(found, NotFound):
            return None
        record = PersonRecord.model_validate_json(found)
        assert record.id == person_id
        assert (record.ended_at is None) is (record.state is PersonRecordState.CURRENT)
        remains = {"applications": [a.id for a in record.applications]} if record.applications else {}
        return {"state": record.state, "person_id": record.person_id} | remains

    async def events(self, event: str) -> list[tuple[UUID, dict[str, Any]]]:
        """The events of a type (without service and version), with what each says."""
        rows = await self.rows("SELECT aggregate_id, body FROM outbox WHERE subject LIKE $1", f"%.pipeline.{event}.v1")
        return [(row[0], json.loads(row[1])["data"]) for row in rows]


@pytest_asyncio.fixture
async def ats(
    pipeline: Database, mapper: GreenhouseMapper, connector: GreenhouseConnector, ingest: RawIngest
) -> AsyncIterator[Deliverer]:
    """A job with two stages, to which two people applied; one has an interview and a scorecard."""
    ats = Deliverer(pipeline, mapper, connector, ingest)
    await ats.ingest("departments", {"id": 41, "name": "Creative"}, {"id": 42, "name": "Research"})
    await ats.ingest("offices", {"id": 51, "name": "New York"})
    job = {"id": 3, "name": "Archaeologist", "status": "open", "created_at": _AT, "department_id": 41}
    await ats.ingest("jobs", job | {"office_ids": [51]})
    stages = (
        {"id": n, "job_id": 3, "name": name, "sort_order": n} for n, name in ((31, "Phone Screen"), (32, "Onsite"))
    )
    await ats.ingest("job_stages", *stages)
    async with pipeline.work("acme", actor="ats", cause="sync") as unit:
        await ingest.publish_jobs(unit)
    await ats.ingest("people", person(2, "Kate", "Austen"), person(5, "James", "Ford"))
    await ats.ingest("applications", application(1, 2), application(6, 5))
    await ats.ingest(
        "interviews", {"id": 71, "application_id": 1, "status": "scheduled", "starts_at": "2999-01-01T00:00:00Z"}
    )
    await ats.ingest("interviewers", {"id": 72, "interview_id": 71, "user_id": 9})
    await ats.ingest("scorecards", {"id": 81, "application_id": 1, "submitted_at": _AT, "candidate_rating": "yes"})
    for number in (2, 5):
        await ats.ingest("employments", held(100 + number, number))
        await ats.ingest("educations", studied(200 + number, number))
        await ats.ingest("attachments", sent(300 + number, number))
    await ats.ingest("openings", {"id": 91, "job_id": 3, "status": "open"})
    running = asyncio.create_task(ats.deliveries.worker.run())
    yield ats
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


def held(number: int, candidate: int, **more: Any) -> dict[str, Any]:
    job = {"company_name": f"Company {candidate}", "title": "Surgeon", "start_date": "2020-03-01", "end_date": None}
    return {"id": number, "candidate_id": candidate, "created_at": _AT, "updated_at": _AT} | job | more


def studied(number: int, candidate: int, **more: Any) -> dict[str, Any]:
    studies = {"school_name": f"School {candidate}", "degree": "Diploma", "discipline": "Physics"}
    return {"id": number, "candidate_id": candidate, "created_at": _AT, "updated_at": _AT} | studies | more


def sent(number: int, candidate: int, **more: Any) -> dict[str, Any]:
    file = {"filename": f"{candidate}.pdf", "type": "resume", "url": "https://store.invalid/?Signature=key"}
    return {"id": number, "candidate_id": candidate, "created_at": _AT, "updated_at": _AT} | file | more


def application(number: int, candidate: int, **more: Any) -> dict[str, Any]:
    times = {"created_at": _AT, "updated_at": _AT, "current_stage_at": _AT, "last_activity_at": _AT}
    return {"id": number, "candidate_id": candidate, "job_id": 3, "stage_id": 31, "status": "active"} | times | more


PROFILES = (
    "SELECT company FROM employment UNION ALL SELECT school FROM education"
    " UNION ALL SELECT name FROM attachment ORDER BY 1"
)
CARDS = "SELECT card ->> 'person_name' FROM board_card ORDER BY 1"


# Records ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    [{"application": {"id": 1, "candidate_id": 2}}, {"id": 1, "candidate_id": 2, "job_id": 3}, {"application_id": "1"}],
)
async def test_a_deleted_application_leaves_board_and_person_and_is_published(
    ats: Deliverer, payload: dict[str, Any]
) -> None:
    assert await ats.deliver("delete_application", payload) == ("handled", None)
    assert await ats.rows(CARDS) == [("James Ford",)]
    assert await ats.rows("SELECT count(*)::int FROM application_document") == [(1,)]
    assert await ats.rows("SELECT active_applications::int FROM job_document") == [(1,)]
    [(subject, data)] = await ats.events("application.removed")
    assert subject == ats.mapper.id("applications", 1)
    assert (data["reason"], data["status"], data["stage"]["kind"]) == ("deleted", "active", "screen")
    assert await ats.rows("SELECT count(*)::int FROM transition WHERE application_id = $1", subject) == [(1,)]


async def test_ending_something_again_changes_nothing(ats: Deliverer) -> None:
    for _ in range(2):
        assert await ats.deliver("delete_application", {"application": {"id": 1}}) == ("handled", None)
        assert await ats.deliver("delete_candidate", {"person": {"id": 5}}) == ("handled", None)
    assert len(await ats.events("application.removed")) == 2
    assert len(await ats.events("person.erased")) == 1


async def test_a_lagging_list_does_not_restore_what_ended(ats: Deliverer) -> None:
    await ats.deliver("delete_application", {"application": {"id": 1}})
    await ats.ingest("applications", application(1, 2, status="rejected", updated_at="2026-03-02T00:00:00Z"))
    assert await ats.rows(CARDS) == [("James Ford",)]
    assert await ats.events("application.restored") == []


async def test_a_record_the_ats_changed_after_its_end_is_restored(ats: Deliverer) -> None:
    await ats.deliver("delete_application", {"application": {"id": 1}})
    await ats.ingest("applications", application(1, 2, stage_id=32, updated_at="2999-01-01T00:00:00Z"))
    assert await ats.rows(CARDS) == [("James Ford",), ("Kate Austen",)]
    [(subject, _)] = await ats.events("application.restored")
    versions = await ats.rows("SELECT aggregate_version FROM outbox WHERE aggregate_id = $1 ORDER BY 1", subject)
    # Received, two changes of its card, removed, restored, moved, and the scorecard that was in.
    assert versions == [(number,) for number in range(1, 8)]


async def test_a_record_that_ended_before_it_was_read_is_not_ingested(ats: Deliverer) -> None:
    await ats.deliver("delete_candidate", {"person": {"id": 8, "deleted_application_ids": [9]}})
    await ats.ingest("people", person(8, "Boone", "Carlyle"))
    await ats.ingest("applications", application(9, 8))
    assert await ats.rows("SELECT first_name FROM person WHERE external_id = '8'") == []
    assert await ats.rows("SELECT id FROM application WHERE external_id = '9'") == []


async def test_a_deleted_stage_is_shown_until_it_is_empty_and_its_job_is_published_as_changed(ats: Deliverer) -> None:
    deleted = {"job_interview_stage": {"id": 32, "job_id": 3, "name": "Onsite", "active": True}}
    assert await ats.deliver("job_interview_stage_deleted", deleted) == ("handled", None)
    assert await ats.rows("SELECT name FROM job_stage WHERE active") == [("Phone Screen",)]
    stages = (await ats.events("job.changed"))[-1][1]["current"]["stages"]
    assert [stage["active"] for stage in stages] == [True, False]
    await ats.deliver("job_interview_stage_deleted", {"job_interview_stage": {"id": 31}})
    assert await ats.rows(CARDS) == [("James Ford",), ("Kate Austen",)]


async def test_a_deleted_job_is_no_longer_listed_and_its_history_stays_readable(ats: Deliverer) -> None:
    assert await ats.deliver("job_deleted", {"job": {"id": 3, "name": "Archaeologist"}}) == ("handled", None)
    assert await ats.rows("SELECT title FROM job_document") == []
    assert await ats.rows("SELECT job_title FROM application_document") == [("Archaeologist",)] * 2
    assert [subject for subject, _ in await ats.events("job.removed")] == [ats.mapper.id("jobs", 3)]


@pytest.mark.parametrize(
    ("action", "payload", "column"),
    [
        ("department_deleted", {"department": {"id": 41, "name": "Creative", "child_ids": []}}, "department"),
        ("office_deleted", {"office": {"id": 51, "name": "New York", "location": {"name": "New York"}}}, "location"),
    ],
)
async def test_a_job_survives_its_department_and_its_office(
    ats: Deliverer, action: str, payload: dict[str, Any], column: str
) -> None:
    assert await ats.deliver(action, payload) == ("handled", None)
    assert await ats.rows(f"SELECT title, {column} FROM job_document") == [("Archaeologist", None)]


@pytest.mark.parametrize(
    ("action", "payload", "field"),
    [
        ("interview_deleted", {"interview": {"id": 71}}, "next_interview_at"),
        ("scheduled_interview_deleted", {"scheduled_interview": {"id": 71}}, "next_interview_at"),
        ("scorecard_deleted", {"scorecard": {"id": 81, "candidate_id": 2}}, "scorecards_submitted"),
    ],
)
async def test_a_card_no_longer_shows_what_was_deleted(
    ats: Deliverer, action: str, payload: dict[str, Any], field: str
) -> None:
    shown = f"SELECT card ->> '{field}' FROM board_card WHERE card ->> 'person_name' = 'Kate Austen'"
    assert (await ats.rows(shown))[0][0] not in (None, "0")
    assert await ats.deliver(action, payload) == ("handled", None)
    assert (await ats.rows(shown))[0][0] in (None, "0")


async def test_a_deleted_opening_is_no_longer_counted(ats: Deliverer) -> None:
    assert await ats.deliver("opening_deleted", {"opening": {"id": 91}}) == ("handled", None)
    assert await ats.rows("SELECT openings::int FROM job_document") == [(0,)]


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
async def test_an_anonymized_person_is_erased_in_every_payload_shape(ats: Deliverer, payload: dict[str, Any]) -> None:
    assert await ats.deliver("candidate_anonymized", payload) == ("handled", None)
    row = await ats.rows("SELECT first_name, last_name, title, emails::text, phones::text, tags FROM person ORDER BY 1")
    assert row[0] == ("", "", None, "[]", "[]", [])
    assert await ats.rows(CARDS) == [("James Ford",)]
    [(subject, data)] = await ats.events("person.erased")
    assert (subject, data["reason"], data["whole"]) == (ats.mapper.id("people", 2), "anonymized", True)
    assert await ats.events("application.removed") == []


async def test_only_the_anonymized_fields_are_erased_if_the_name_was_kept(ats: Deliverer) -> None:
    fields = ["email_addresses", "current_title", "tags", "attachments", "notes"]
    said = {"candidate_id": 2, "anonymized_fields": fields}
    assert await ats.deliver("candidate_anonymized", said) == ("handled", None)
    row = await ats.rows(
        "SELECT first_name, title, company, emails::text, phones::text, tags FROM person WHERE external_id = '2'"
    )
    assert (row[0][0], row[0][1:4], row[0][5]) == ("Kate", (None, "St. Sebastian", "[]"), [])
    assert "555" in row[0][4]
    assert await ats.rows(
        "SELECT card ->> 'person_title' FROM board_card WHERE card ->> 'person_name' LIKE 'Kate%'"
    ) == [(None,)]
    [(_, data)] = await ats.events("person.erased")
    assert (data["whole"], sorted(data["fields"])) == (False, ["attachments", "emails", "tags", "title"])


async def test_anonymized_scorecards_interviews_and_origins_are_erased(ats: Deliverer) -> None:
    said = {"candidate_id": 2, "anonymized_fields": ["scorecards_and_interviews", "source", "rejection_reasons"]}
    assert await ats.deliver("candidate_anonymized", said) == ("handled", None)
    for table in ("interview", "interviewer", "scorecard"):
        assert await ats.rows(f"SELECT count(*)::int FROM {table}") == [(0,)]
    assert await ats.rows(CARDS) == [("James Ford",), ("Kate Austen",)]


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("candidate_anonymized", {"candidate_id": 2, "anonymized_fields": ["full_name"]}),
        ("delete_candidate", {"person": {"id": 2, "deleted_application_ids": [1]}}),
    ],
)
async def test_the_profile_of_an_erased_person_goes_and_no_list_brings_it_back(
    ats: Deliverer, action: str, payload: dict[str, Any]
) -> None:
    assert await ats.deliver(action, payload) == ("handled", None)
    late = {"updated_at": "2999-01-01T00:00:00Z"}
    await ats.ingest("employments", held(102, 2, **late), held(112, 2, **late))
    await ats.ingest("educations", studied(202, 2, **late), studied(212, 2, **late))
    await ats.ingest("attachments", sent(302, 2, **late), sent(312, 2, **late))
    assert await ats.rows(PROFILES) == [("5.pdf",), ("Company 5",), ("School 5",)]


@pytest.mark.parametrize(
    ("field", "event", "left"),
    [
        ("employment", "employments", {"School 2", "2.pdf"}),
        ("education", "educations", {"Company 2", "2.pdf"}),
        ("attachments", "attachments", {"Company 2", "School 2"}),
    ],
)
async def test_a_part_of_a_profile_can_be_anonymized_alone(
    ats: Deliverer, field: str, event: str, left: set[str]
) -> None:
    await ats.deliver("candidate_anonymized", {"candidate_id": 2, "anonymized_fields": [field]})
    await ats.ingest("employments", held(102, 2))
    await ats.ingest("educations", studied(202, 2))
    await ats.ingest("attachments", sent(302, 2))
    assert await ats.rows(PROFILES) == [(one,) for one in sorted({"5.pdf", "Company 5", "School 5"} | left)]
    [(_, data)] = await ats.events("person.erased")
    assert (data["whole"], data["fields"]) == (False, [event])


async def test_the_profile_of_a_merged_person_is_the_survivors_also_if_it_is_read_later(ats: Deliverer) -> None:
    await ats.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    await ats.ingest("employments", held(112, 2, company_name="Later"))
    survivor = ats.mapper.id("people", 5)
    people = " UNION ".join(f"SELECT person_id FROM {table}" for table in ("employment", "education", "attachment"))
    assert await ats.rows(people) == [(survivor,)]
    assert await ats.rows(PROFILES) == [
        (one,) for one in ("2.pdf", "5.pdf", "Company 2", "Company 5", "Later", "School 2", "School 5")
    ]
    await ats.deliver("candidate_anonymized", {"candidate_id": 5})
    assert await ats.rows(PROFILES) == []


async def test_what_a_comparison_misses_of_a_profile_ends(ats: Deliverer) -> None:
    async with ats.pipeline.work("acme", actor="ats", cause="comparison") as unit:
        for collection, number in (("employments", 102), ("educations", 202), ("attachments", 302)):
            gone = [ats.mapper.id(collection, number)]
            await ats.stored.endings.end(unit, Collection(collection), gone, EndReason.ABSENT)
    assert await ats.rows(PROFILES) == [("5.pdf",), ("Company 5",), ("School 5",)]


async def test_an_unknown_anonymized_field_alerts_while_the_rest_is_applied(
    ats: Deliverer, caplog: pytest.LogCaptureFixture
) -> None:
    said = {"candidate_id": 2, "anonymized_fields": ["full_name", "shoe_size"]}
    state, _ = await ats.deliver("candidate_anonymized", said)
    assert state == "failed"
    assert await ats.rows(CARDS) == [("James Ford",)]
    assert ats.comparison_wanted.is_set()
    assert "shoe" not in caplog.text
    assert "Kate" not in caplog.text


async def test_a_person_listed_as_anonymized_is_erased_without_a_delivery(ats: Deliverer) -> None:
    await ats.ingest("people", person(2, "Anonymized", "2", email_addresses=[], updated_at="2026-03-05T00:00:00Z"))
    assert await ats.rows(CARDS) == [("James Ford",)]
    assert [subject for subject, _ in await ats.events("person.erased")] == [ats.mapper.id("people", 2)]


async def test_an_erased_person_is_never_restored_by_a_list(ats: Deliverer) -> None:
    await ats.deliver("candidate_anonymized", {"candidate_id": 2, "anonymized_fields": ["full_name"]})
    await ats.ingest("people", person(2, "Kate", "Austen", updated_at="2999-01-01T00:00:00Z"))
    assert await ats.rows("SELECT first_name FROM person WHERE external_id = '2'") == [("",)]


async def test_the_applications_of_a_deleted_person_are_removed(ats: Deliverer) -> None:
    said = {"person": {"id": 2, "first_name": "Kate", "deleted_application_ids": [1]}}
    assert await ats.deliver("delete_candidate", said) == ("handled", None)
    assert [data["reason"] for _, data in await ats.events("application.removed")] == ["person_deleted"]
    assert await ats.rows("SELECT count(*)::int FROM application_document") == [(1,)]
    [(subject, data)] = await ats.events("person.erased")
    assert (subject, data["reason"]) == (ats.mapper.id("people", 2), "deleted")


async def test_deliveries_about_an_erased_person_are_emptied_even_those_that_arrive_later(ats: Deliverer) -> None:
    async with ats.pipeline.work("acme", actor="ats", cause="test") as unit:
        about = ats.mapper.id("people", 2)
        for name, state in (("early", "handled"), ("late", "waiting")):
            body = json.dumps({"action": "update_candidate", "payload": {"candidate": {"id": 2}}}).encode()
            later = "2999-01-01" if state == "waiting" else "2026-01-01"
            await unit.execute(
                SQL["store_delivery"], "greenhouse", name, "update_candidate", body, unit.now, state, None, about, None
            )
            await unit.execute(
                Statement("UPDATE delivery SET next_try_at = $2::text::timestamptz WHERE delivery_id = $1"), name, later
            )
    await ats.deliver("candidate_anonymized", {"candidate_id": 2})
    assert await ats.rows("SELECT length(body) FROM delivery WHERE delivery_id = 'early'") == [(0,)]
    async with ats.pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(Statement("UPDATE delivery SET next_try_at = now()"))
    ats.deliveries.worker.wake()

    async def forgotten() -> bool:
        return await ats.rows("SELECT state, length(body) FROM delivery WHERE delivery_id = 'late'") == [("handled", 0)]

    await eventually(forgotten, within=60, what="the handling of the late delivery")


# Merges ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("merge_candidate", {"person": {"id": 2, "first_name": "Kate", "new_candidate_id": 5}}),
        ("candidate_merged", {"candidate": {"id": 5}, "old_candidate_id": 2, "new_candidate_id": 5}),
    ],
)
async def test_everything_of_a_merged_person_belongs_to_the_survivor(
    ats: Deliverer, action: str, payload: dict[str, Any]
) -> None:
    assert await ats.deliver(action, payload) == ("handled", None)
    assert await ats.rows(CARDS) == [("James Ford",), ("James Ford",)]
    assert await ats.rows("SELECT DISTINCT person_id FROM application") == [(ats.mapper.id("people", 5),)]
    assert await ats.rows("SELECT first_name FROM person_document") == [("James",)]
    [(subject, data)] = await ats.events("person.merged")
    assert subject == ats.mapper.id("people", 2)
    assert data["into_person_id"] == str(ats.mapper.id("people", 5))
    assert data["application_ids"] == [str(ats.mapper.id("applications", 1))]
    assert await ats.events("person.erased") == []


@pytest.mark.parametrize("deleted_first", [True, False])
async def test_a_merge_supersedes_the_deletion_of_the_duplicate(ats: Deliverer, *, deleted_first: bool) -> None:
    merge = ("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    delete = ("delete_candidate", {"person": {"id": 2}})
    for action, payload in (delete, merge) if deleted_first else (merge, delete):
        assert await ats.deliver(action, payload) == ("handled", None)
    assert await ats.rows(CARDS) == [("James Ford",), ("James Ford",)]
    assert len(await ats.events("application.restored")) == deleted_first
    assert len(await ats.events("person.erased")) == deleted_first


async def test_a_list_that_still_names_the_merged_person_moves_nothing_back(ats: Deliverer) -> None:
    await ats.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    await ats.ingest("applications", application(1, 2, stage_id=32, updated_at="2026-03-04T00:00:00Z"))
    assert await ats.rows("SELECT DISTINCT person_id FROM application") == [(ats.mapper.id("people", 5),)]


async def test_what_became_of_a_record_is_known_to_whoever_saw_the_person(ats: Deliverer) -> None:
    await ats.ingest("hiring_managers", {"id": 1, "job_id": 3, "user_id": 7})
    await ats.ingest("people", person(8, "Ana", "Lucia"), person(9, "Nobody", "Knows"))
    await ats.ingest("applications", application(11, 8))
    kate, james, ana, unseen = (ats.mapper.id("people", n) for n in (2, 5, 8, 9))
    await ats.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    await ats.deliver("candidate_anonymized", {"candidate_id": 8, "anonymized_fields": ["full_name"]})
    erased = {"state": PersonRecordState.ERASED, "person_id": None}
    for user in (None, ats.mapper.id("users", 7)):
        assert await ats.record(kate, user) == {"state": PersonRecordState.MERGED, "person_id": james}
        assert await ats.record(james, user) == {"state": PersonRecordState.CURRENT, "person_id": james}
        assert await ats.record(ana, user) == erased | {"applications": [ats.mapper.id("applications", 11)]}
    stranger = ats.mapper.id("users", 8)
    assert [await ats.record(one, stranger) for one in (kate, james, ana)] == [None, None, None]
    assert await ats.record(unseen, ats.mapper.id("users", 7)) is None
    assert await ats.record(ats.mapper.id("people", 10), None) is None

    await ats.deliver("delete_candidate", {"person": {"id": 5}})
    assert [await ats.record(one, None) for one in (kate, james)] == [erased, erased]
    assert await ats.record(james, ats.mapper.id("users", 7)) == erased


async def test_that_a_merged_person_was_erased_with_the_survivor_is_known_to_whoever_saw_them(ats: Deliverer) -> None:
    await ats.ingest("hiring_managers", {"id": 1, "job_id": 3, "user_id": 7}, {"id": 2, "job_id": 4, "user_id": 8})
    kate, job = ats.mapper.id("people", 2), ats.mapper.id("jobs", 3)
    async with ats.pipeline.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(SQL["add_activity"], [kate], [unit.now], [UUID(int=1)], [job], ["{}"], [None])
    await ats.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    await ats.deliver("candidate_anonymized", {"candidate_id": 5, "anonymized_fields": ["full_name"]})

    erased = {"state": PersonRecordState.ERASED, "person_id": None}
    for user in (None, ats.mapper.id("users", 7)):
        assert await ats.record(kate, user) == erased
    assert await ats.record(kate, ats.mapper.id("users", 8)) is None


async def test_erasing_a_survivor_erases_everyone_merged_into_them(ats: Deliverer) -> None:
    await ats.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    await ats.deliver("candidate_anonymized", {"candidate_id": 5, "anonymized_fields": ["full_name"]})
    erased = {subject for subject, _ in await ats.events("person.erased")}
    assert erased == {ats.mapper.id("people", 2), ats.mapper.id("people", 5)}


async def test_a_person_merged_into_an_erased_person_is_erased(ats: Deliverer) -> None:
    await ats.deliver("candidate_anonymized", {"candidate_id": 5, "anonymized_fields": ["full_name"]})
    await ats.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    assert {subject for subject, _ in await ats.events("person.erased")} == {ats.mapper.id("people", n) for n in (2, 5)}
    assert await ats.rows(CARDS) == []


async def test_the_survivors_feed_shows_entries_of_both_people(ats: Deliverer) -> None:
    await ats.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    loser, survivor = (ats.mapper.id("people", n) for n in (2, 5))
    async with ats.pipeline.work("acme", actor="system:test", cause="test") as unit:
        for n, who in enumerate((loser, survivor)):
            entry = json.dumps({"id": str(UUID(int=n)), "person_id": str(who)})
            await unit.execute(SQL["add_activity"], [who], [unit.now], [UUID(int=n)], [None], [entry], [None])
    async with ats.pipeline.read_session("acme") as session:
        page = (_FAR, UUID(int=2**128 - 1), 10)
        feed = json.loads(await session.fetchval(SQL["get_activity"], None, survivor, *page, None))
    assert [edge["node"]["person_id"] for edge in feed["edges"]] == [str(survivor)] * 2


async def test_a_lagging_list_does_not_restore_anonymized_fields(ats: Deliverer) -> None:
    await ats.deliver("candidate_anonymized", {"candidate_id": 2, "anonymized_fields": ["email_addresses"]})
    await ats.ingest("people", person(2, "Kate", "Austen"))
    emails = "SELECT emails::text FROM person WHERE external_id = '2'"
    assert await ats.rows(emails) == [("[]",)]
    await ats.ingest("people", person(2, "Kate", "Austen", email_addresses=[], updated_at="2026-03-02T00:00:00Z"))
    assert await ats.rows(emails) == [("[]",)]


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
            "people",
            {"id": 8, "first_name": "Hugo", "last_name": "Reyes", "created_at": _AT, "updated_at": _AT},
            "delete_candidate",
            {"person": {"id": 8}},
            "SELECT 1 FROM person WHERE first_name = 'Hugo'",
        ),
    ],
)
async def test_a_record_that_ends_while_its_page_is_ingested_has_ended(
    ats: Deliverer, collection: str, record: dict[str, Any], action: str, payload: dict[str, Any], left: str
) -> None:
    waits = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    async with ats.pipeline.work("acme", actor="ats", cause="sync") as unit:
        await ats.stored.raw(unit, collection, [record])
        delivery = asyncio.create_task(ats.deliver(action, payload))

        async def took_its_turn() -> bool:
            return delivery.done() or bool(await ats.rows(waits))

        await eventually(took_its_turn, within=60, what="the delivery")
    assert await delivery == ("handled", None)
    assert await ats.rows(left) == []


async def test_what_comes_late_about_a_merged_person_goes_once_they_are_erased(ats: Deliverer) -> None:
    await ats.deliver("merge_candidate", {"person": {"id": 2, "new_candidate_id": 5}})
    await ats.deliver("candidate_anonymized", {"candidate_id": 5})
    merged = ats.mapper.id("people", 2)
    async with ats.pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(
            SQL["store_delivery"], "greenhouse", "late", "ping", b"Kate", unit.now, "waiting", None, merged, None
        )
        await unit.execute(SQL["finish_delivery"], "greenhouse", "late", "handled", None)
    assert await ats.rows("SELECT body FROM delivery WHERE delivery_id = 'late'") == [(b"",)]


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
    ats: Deliverer, action: str, payload: object, caplog: pytest.LogCaptureFixture
) -> None:
    state, reason = await ats.deliver(action, payload)
    assert state in ("failed", "unknown")
    assert reason
    assert await ats.rows(CARDS) == [("James Ford",), ("Kate Austen",)]
    assert [record.levelname for record in caplog.records if action in record.getMessage()] == ["ERROR"]
    assert ats.comparison_wanted.is_set()
    assert await ats.rows("SELECT requested_at IS NOT NULL FROM comparison") == [(True,)]
    async with ats.pipeline.read_session("acme") as session:
        status = json.loads(await session.fetchval(SQL["sync_status"], ["greenhouse"], ["greenhouse"]))
    [connection] = status["connections"]
    assert (connection["unapplied_endings"], connection["unapplied_ending_kinds"]) == (1, [action])


async def test_an_unknown_change_raises_no_alert(ats: Deliverer) -> None:
    assert (await ats.deliver("candidate_stage_change", {"application": 7}))[0] == "failed"
    assert not ats.comparison_wanted.is_set()


@pytest.mark.parametrize("example", sorted(path.stem for path in _EXAMPLES.glob("*.json")))
async def test_every_documented_delivery_is_applied_to_what_it_names(ats: Deliverer, example: str) -> None:
    """What the vendor says has ended has ended; what changed is ingested, or read soon."""
    said = json.loads((_EXAMPLES / f"{example}.json").read_bytes())
    kind = KINDS[said["action"]]
    if kind.meaning is Meaning.APPLICATION_CHANGED:
        said["payload"]["application"] |= {"current_stage": {"id": 31}, "jobs": [{"id": 3}], "status": "active"}
        said["payload"]["application"].setdefault("applied_at", _AT)
        said["payload"]["application"].setdefault("last_activity_at", _AT)
    if kind.meaning is Meaning.PERSON_MERGED:
        survivor = said["payload"]["person"]["new_candidate_id"]
        await ats.ingest("people", person(survivor, "Desmond", "Hume"))
    assert await ats.deliver(said["action"], said["payload"]) == ("handled", None)
    ended = await ats.rows("SELECT collection FROM ended_record")
    match kind.meaning:
        case Meaning.LISTS_CHANGED:
            assert ats.lists_wanted.is_set()
        case Meaning.APPLICATION_CHANGED:
            number = str(said["payload"]["application"]["id"])
            assert await ats.rows("SELECT version > 0 FROM application WHERE external_id = $1", number) == [(True,)]
        case Meaning.NOTHING_KEPT | Meaning.PING:
            assert ended == []
        case _:
            assert (kind.collection,) in ended


def test_an_unknown_kind_whose_name_suggests_an_ending_counts_as_one() -> None:
    for action in ("note_deleted", "remove_opening", "candidate_anonymised", "merge_prospects", "purge_candidate"):
        assert kind_of(action).ends_something, action
    for action in ("candidate_tagged", "moon_phase_changed", "ping", "job_updated", "offer_created"):
        assert not kind_of(action).ends_something, action


# Text ------------------------------------------------------------------------------------------------------


async def test_text_that_cannot_be_stored_does_not_prevent_an_ending(ats: Deliverer) -> None:
    body = (
        b'{"action":"delete_candidate","payload":{"person":{"id":2,"first_name":"Ana \\ud83d","last_name":"\\u0000"}}}'
    )
    async with ats.pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(
            SQL["store_delivery"], "greenhouse", "raw", "delete_candidate", body, unit.now, "waiting", None, None, None
        )
    ats.deliveries.worker.wake()

    async def erased() -> bool:
        return await ats.rows(CARDS) == [("James Ford",)]

    await eventually(erased, within=60, what="the deletion")
