"""GreenhouseApi's records as rows: what they may lack, how they may differ, and what is not read as something else."""

import json
import logging
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from rapport.contracts.pipeline import SyncStatus
from rapport.contracts.vocabulary import ApplicationStatus, JobStatus, Origin, StageKind, TeamRole
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper, MalformedRecordError, origin
from rapport.pipeline.store import SQL
from rapport.pipeline.sync.ingest import MALFORMED_RECORD, Ingest

Record = dict[str, Any]


def candidate(**more: Any) -> Record:
    return {
        "id": 53883394,
        "first_name": "John",
        "last_name": "Locke",
        "company": "The Tustin Box Company",
        "title": "Customer Success Representative",
        "created_at": "2017-08-15T03:31:46.591Z",
        "updated_at": "2017-09-28T12:29:30.497Z",
        "last_activity_at": "2017-09-28T12:29:30.481Z",
        "phone_numbers": [{"value": "555-555-5555", "type": "mobile"}],
        "addresses": [{"value": "123 City Street\nNew York, Ny 10001", "type": "home"}],
        "email_addresses": [{"value": "test@work.com", "type": "work"}],
        "website_addresses": [{"value": "mysite.com", "type": "personal"}],
        "social_media_addresses": [{"value": "twitter.com/test"}],
        "tags": ["Python", "Ruby"],
    } | more


def applied(**more: Any) -> Record:
    return {
        "id": 985314,
        "candidate_id": 978031,
        "job_id": 123,
        "stage_id": 62828,
        "source_id": 1871,
        "referrer_id": None,
        "rejection_reason_id": None,
        "status": "active",
        "prospect": False,
        "created_at": "2016-03-26T20:11:39.000Z",
        "updated_at": "2016-08-27T16:13:15.000Z",
        "last_activity_at": "2016-08-27T16:13:15.000Z",
        "current_stage_at": "2016-04-01T09:00:00.000Z",
        "rejected_at": None,
    } | more


def without(record: Record, *fields: str) -> Record:
    return {name: value for name, value in record.items() if name not in fields}


def nobody(_: UUID | None) -> bool:
    return False


def status_of(row: tuple[Any, ...] | None) -> ApplicationStatus:
    assert row is not None
    found: ApplicationStatus = row[10]
    return found


# People ----------------------------------------------------------------------------------------------------


def test_every_field_of_a_person_is_mapped(mapper: GreenhouseMapper) -> None:
    row = mapper.person(candidate())
    assert row[0] == mapper.id("candidates", 53883394)
    assert row[1:8] == (
        "greenhouse",
        "53883394",
        "John",
        "Locke",
        "Customer Success Representative",
        "The Tustin Box Company",
        "123 City Street\nNew York, Ny 10001",
    )
    assert json.loads(row[8]) == [{"value": "test@work.com", "type": "work"}]
    assert json.loads(row[10]) == ["twitter.com/test", "mysite.com"]
    assert json.loads(row[11]) == ["Python", "Ruby"]
    assert row[12] == datetime(2017, 8, 15, 3, 31, 46, 591000, UTC)


def test_a_person_with_few_fields_is_mapped(mapper: GreenhouseMapper) -> None:
    row = mapper.person({"id": 1, "created_at": "2017-08-15T03:31:46Z"})
    assert row[3:12] == ("", "", None, None, None, "[]", "[]", "[]", "[]")
    assert row[13] is None
    assert row[14] == row[12]


def test_empty_contact_points_are_left_out(mapper: GreenhouseMapper) -> None:
    row = mapper.person(
        candidate(
            email_addresses=[{"value": ""}, {"value": None, "type": "work"}, {"value": "a@b.example"}],
            phone_numbers=None,
            addresses=[{"value": None}, {"value": "Berlin"}],
            website_addresses=[{"value": None}, {}],
        )
    )
    assert json.loads(row[8]) == [{"value": "a@b.example", "type": None}]
    assert (row[7], row[9], json.loads(row[10])) == ("Berlin", "[]", ["twitter.com/test"])


def test_tags_may_be_texts_or_records(mapper: GreenhouseMapper) -> None:
    assert json.loads(mapper.person(candidate(tags=["Go", {"id": 3, "name": "Remote"}]))[11]) == ["Go", "Remote"]


@pytest.mark.parametrize(
    ("spoiled", "column", "left"),
    [
        pytest.param({"first_name": {"text": "John"}}, 3, "", id="an object for a name"),
        pytest.param({"last_name": 7}, 4, "7", id="a number for a name"),
        pytest.param({"title": ["CEO"]}, 5, None, id="a list for a title"),
        pytest.param({"company": False}, 6, None, id="a flag for a company"),
        pytest.param({"addresses": "Berlin"}, 7, None, id="a text for addresses"),
        pytest.param({"email_addresses": [7, None, {"value": {}}, "a@b.example"]}, 8, None, id="odd addresses"),
        pytest.param({"phone_numbers": [{"value": 5551234, "type": 3}]}, 9, None, id="a number for a number"),
        pytest.param({"website_addresses": {"value": "x"}}, 10, None, id="an object for links"),
        pytest.param({"tags": [7, None, {"id": 1}, {"name": []}, "Go"]}, 11, None, id="odd tags"),
        pytest.param({"last_activity_at": "soon"}, 13, None, id="no time"),
    ],
)
def test_a_malformed_optional_field_leaves_the_others_intact(
    mapper: GreenhouseMapper, spoiled: Record, column: int, left: str | None
) -> None:
    whole, row = mapper.person(candidate()), mapper.person(candidate(**spoiled))
    assert [n for n, (one, other) in enumerate(zip(whole, row, strict=True)) if one != other] == [column]
    if left is not None:
        assert row[column] == left


def test_valid_items_of_a_partly_malformed_list_are_kept(mapper: GreenhouseMapper) -> None:
    row = mapper.person(
        candidate(
            email_addresses=[7, {"value": " \u200bAna@Example.org\u2060 ", "type": 5}, "b@c.example"],
            phone_numbers=[{"value": 5551234}],
            tags=[7, {"name": "Go"}, [], "C"],
        )
    )
    assert [point["value"] for point in json.loads(row[8])] == ["7", "Ana@Example.org", "b@c.example"]
    assert json.loads(row[9]) == [{"value": "5551234", "type": None}]
    assert json.loads(row[11]) == ["7", "Go", "C"]


# Applications ----------------------------------------------------------------------------------------------


def test_an_application_is_mapped(mapper: GreenhouseMapper) -> None:
    row = mapper.application(applied(), nobody)
    assert row is not None
    assert row[0] == mapper.id("applications", 985314)
    assert row[8:13] == (
        mapper.id("jobs", 123),
        mapper.id("job_interview_stages", 62828),
        ApplicationStatus.ACTIVE,
        datetime(2016, 4, 1, 9, tzinfo=UTC),
        None,
    )


@pytest.mark.parametrize("said", ["active", "in_process"])
def test_an_active_application_has_two_status_names(mapper: GreenhouseMapper, said: str) -> None:
    assert status_of(mapper.application(applied(status=said), nobody)) is ApplicationStatus.ACTIVE


def test_the_stage_has_two_field_names(mapper: GreenhouseMapper) -> None:
    same = mapper.application(applied(), nobody)
    assert mapper.application(without(applied(job_interview_stage_id=62828), "stage_id"), nobody) == same
    assert mapper.application(applied(stage_id=None, job_interview_stage_id=62828), nobody) == same
    assert mapper.application(applied(job_interview_stage_id=62828), nobody) == same


def test_numeric_and_text_ids_are_equal(mapper: GreenhouseMapper) -> None:
    texts = applied(id="985314", candidate_id="978031", job_id="123", stage_id="62828", source_id="1871")
    assert mapper.application(texts, nobody) == mapper.application(applied(), nobody)


def test_a_rejection_by_the_candidate_is_a_withdrawal(mapper: GreenhouseMapper) -> None:
    record = applied(status="rejected", rejection_reason_id=8, rejected_at="2016-08-17T21:08:29.686Z")
    reason = mapper.id("rejection_reasons", 8)
    row = mapper.application(record, {reason}.__contains__)
    assert status_of(row) is ApplicationStatus.WITHDRAWN
    assert status_of(mapper.application(record, nobody)) is ApplicationStatus.REJECTED
    assert row is not None
    assert row[12] == datetime(2016, 8, 17, 21, 8, 29, 686000, UTC)


@pytest.mark.parametrize(
    "prospect",
    [
        applied(job_id=None, stage_id=None, prospect=True),
        without(applied(prospect=True), "job_id", "stage_id"),
        applied(status="converted"),
    ],
)
def test_a_prospect_is_not_an_application(mapper: GreenhouseMapper, prospect: Record) -> None:
    assert mapper.application(prospect, nobody) is None


def test_an_unknown_status_is_malformed(mapper: GreenhouseMapper) -> None:
    with pytest.raises(MalformedRecordError, match=r"^status is not one we know$"):
        mapper.application(applied(status="on_the_moon"), nobody)


@pytest.mark.parametrize("field", ["candidate_id", "created_at", "updated_at"])
def test_an_application_without_a_required_field_is_malformed(mapper: GreenhouseMapper, field: str) -> None:
    for record in (without(applied(), field), applied(**{field: None})):
        with pytest.raises(MALFORMED_RECORD):
            mapper.application(record, nobody)


@pytest.mark.parametrize("said", ["yesterday", 1_700_000_000, "2016-13-01T00:00:00Z", {"date": "2016-01-01"}])
def test_an_invalid_time_is_malformed_and_never_quoted(mapper: GreenhouseMapper, said: object) -> None:
    with pytest.raises(MalformedRecordError, match=r"^updated_at is not a time$"):
        mapper.application(applied(updated_at=said), nobody)


# Jobs, stages, teams ---------------------------------------------------------------------------------------


def job(**more: Any) -> Record:
    return {
        "id": 6404,
        "name": "Archaeologist",
        "status": "closed",
        "department_id": None,
        "office_ids": [],
        "created_at": "2013-12-10T14:42:58Z",
        "opened_at": "2013-12-11T14:42:58Z",
        "closed_at": "2013-12-12T14:42:58Z",
    } | more


@pytest.mark.parametrize(
    ("said", "status"), [("open", JobStatus.OPEN), ("closed", JobStatus.CLOSED), ("draft", JobStatus.DRAFT)]
)
def test_a_jobs_status_is_mapped(mapper: GreenhouseMapper, said: str, status: JobStatus) -> None:
    assert mapper.job(job(status=said))[4] is status


def test_a_job_of_unknown_status_is_a_draft(mapper: GreenhouseMapper) -> None:
    assert mapper.job(job(status="pending_approval"))[4] is JobStatus.DRAFT


def test_a_job_without_department_office_or_dates_is_a_job(mapper: GreenhouseMapper) -> None:
    row = mapper.job({"id": 1, "name": "A", "status": "open", "created_at": "2013-12-10T14:42:58Z", "office_ids": None})
    assert row[5:9] == (None, None, None, None)


def test_a_stage_is_active_unless_the_ats_says_otherwise(mapper: GreenhouseMapper) -> None:
    stage = {"id": 72200, "job_id": 98765, "name": "Face to Face", "sort_order": 4}
    row = mapper.job_stage(stage, last_position=6)
    assert row[2:] == ("72200", "Face to Face", StageKind.ONSITE, 4, True)
    assert mapper.job_stage(stage | {"active": None}, last_position=6)[6] is True
    assert mapper.job_stage(stage | {"active": False}, last_position=6)[6] is False


@pytest.mark.parametrize("said", ["recruiter", "coordinator", "sourcer"])
def test_owners_have_roles(mapper: GreenhouseMapper, said: str) -> None:
    row = mapper.owner({"id": 1, "job_id": 2, "user_id": 3, "type": said, "responsible": True})
    assert row[3:5] == (TeamRole(said), True)


def test_an_owner_with_an_unknown_role_is_malformed(mapper: GreenhouseMapper) -> None:
    with pytest.raises(MalformedRecordError, match=r"^type is not one we know$"):
        mapper.owner({"id": 1, "job_id": 2, "user_id": 3, "type": "astronaut"})


def test_a_user_may_lack_name_and_address(mapper: GreenhouseMapper) -> None:
    named = {"id": 112, "first_name": "Juliet", "last_name": "Burke", "primary_email_address": "j@example.com"}
    assert mapper.user(named)[2:] == ("112", "Juliet Burke", "j@example.com", False, True)
    assert mapper.user({"id": 1, "name": "X", "deactivated": True, "site_admin": True})[2:] == (
        "1",
        "X",
        "",
        True,
        False,
    )
    assert mapper.user({"id": 1, "disabled": True})[2:] == ("1", "", "", False, False)


@pytest.mark.parametrize("collection", ["interviewers", "application_stages", "openings"])
def test_a_missing_reference_is_malformed(mapper: GreenhouseMapper, collection: str) -> None:
    mappers = {"interviewers": mapper.interviewer, "application_stages": mapper.stage_entry, "openings": mapper.opening}
    record = {"id": 1, "interview_id": None, "user_id": None, "application_id": None, "job_id": None, "status": "open"}
    with pytest.raises(MALFORMED_RECORD):
        mappers[collection](record | {"job_interview_stage_id": None, "entered_at": "2013-12-10T14:42:58Z"})


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Referrals Employee Referral", Origin.REFERRAL),
        ("Agencies Robert Half", Origin.AGENCY),
        ("Internal Applicant Internal", Origin.INTERNAL),
        ("Prospecting LinkedIn (Prospecting)", Origin.SOURCED),
        ("Social Media Twitter", Origin.SOURCED),
        ("Third-party boards Indeed", Origin.APPLIED),
        ("Company marketing Jobs page on your website", Origin.APPLIED),
        ("Attend Events Meetups", Origin.APPLIED),
        ("Other Jobs Ad", Origin.APPLIED),
        ("Other Leadership", Origin.UNKNOWN),
        ("Other Other", Origin.UNKNOWN),
        ("", Origin.UNKNOWN),
    ],
)
def test_a_sources_name_and_type_determine_the_origin(words: str, expected: Origin) -> None:
    assert origin(words) is expected


# Pages with a record that cannot be read --------------------------------------------------------------------

_PEOPLE = Statement("SELECT external_id, first_name FROM person ORDER BY external_id::bigint")
_UNREAD = Statement("SELECT collection, external_id, reason FROM unread_record ORDER BY external_id")


async def take(pipeline: Database, ingest: Ingest, collection: str, *records: Record) -> None:
    async with pipeline.work("acme", actor="ats", cause="sync") as unit:
        await ingest.ingest_page(unit, collection, records)


async def stored(pipeline: Database, statement: Statement, *arguments: Any) -> list[tuple[Any, ...]]:
    async with pipeline.read_session("acme") as session:
        return [tuple(row) for row in await session.fetch(statement, *arguments)]


async def unread_in_status(pipeline: Database) -> int:
    async with pipeline.read_session("acme") as session:
        answer = await session.fetchval(SQL["sync_status"], ["greenhouse"], ["greenhouse"])
    return SyncStatus.model_validate_json(answer).connections[0].unread_records


BROKEN = [
    pytest.param(without(candidate(id=5), "created_at"), "created_at is missing", id="a field is missing"),
    pytest.param(candidate(id=5, created_at="soon"), "created_at is not a time", id="not a time"),
    pytest.param(
        candidate(id=5, first_name="Jo\x00hn"), "CharacterNotInRepertoireError", id="a text no database takes"
    ),
    pytest.param(candidate(id=5, tags=["a\x00"]), "UntranslatableCharacterError", id="a tag no database takes"),
    pytest.param(candidate(id=5, updated_at={"at": 7}), "updated_at is not a time", id="another type"),
]


@pytest.mark.parametrize(("broken", "reason"), BROKEN)
async def test_a_malformed_record_is_skipped_and_noted_while_the_others_pass(
    pipeline: Database, ingest: Ingest, broken: Record, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await take(pipeline, ingest, "candidates", *(candidate(id=n) for n in range(1, 5)), broken, candidate(id=6))
    assert [row[0] for row in await stored(pipeline, _PEOPLE)] == ["1", "2", "3", "4", "6"]
    assert await stored(pipeline, _UNREAD) == [("candidates", "5", reason)]
    assert await unread_in_status(pipeline) == 1
    assert caplog.messages == [f"candidates 5 of greenhouse could not be read: {reason}"]


async def test_a_record_that_was_corrected_is_no_longer_counted(pipeline: Database, ingest: Ingest) -> None:
    await take(pipeline, ingest, "candidates", candidate(id=5, created_at="soon"), candidate(id=6))
    await take(pipeline, ingest, "candidates", candidate(id=5))
    assert [row[0] for row in await stored(pipeline, _PEOPLE)] == ["5", "6"]
    assert await unread_in_status(pipeline) == 0


async def test_a_record_that_became_malformed_keeps_its_last_state(pipeline: Database, ingest: Ingest) -> None:
    await take(pipeline, ingest, "candidates", candidate(id=5))
    broken = candidate(id=5, first_name="Ben", updated_at="2027-01-01T00:00:00Z", created_at=7)
    await take(pipeline, ingest, "candidates", broken)
    assert await stored(pipeline, _PEOPLE) == [("5", "John")]


async def test_a_page_of_malformed_records_is_ingested(pipeline: Database, ingest: Ingest) -> None:
    await take(pipeline, ingest, "candidates", *({"id": n} for n in range(5)), {})
    assert await unread_in_status(pipeline) == 6


async def test_a_record_listed_twice_in_a_page_is_ingested_once(pipeline: Database, ingest: Ingest) -> None:
    await take(pipeline, ingest, "candidates", candidate(id=5), candidate(id="5"), candidate(id=5))
    assert [row[0] for row in await stored(pipeline, _PEOPLE)] == ["5"]
    assert await unread_in_status(pipeline) == 0


async def test_an_application_of_unknown_status_does_not_hold_up_its_page(pipeline: Database, ingest: Ingest) -> None:
    await take(pipeline, ingest, "applications", applied(id=1), applied(id=2, status="archived"), applied(id=3))
    found = await stored(pipeline, Statement("SELECT external_id FROM application ORDER BY external_id"))
    assert found == [("1",), ("3",)]
    assert await stored(pipeline, _UNREAD) == [("applications", "2", "status is not one we know")]


async def test_a_delivery_is_ingested_all_or_nothing(pipeline: Database, ingest: Ingest) -> None:
    async with pipeline.work("acme", actor="ats", cause="delivery") as unit:
        with pytest.raises(MALFORMED_RECORD):
            async with unit.attempt():
                await ingest.ingest(unit, "candidates", [candidate(id=1), {"id": 2}])
    assert await stored(pipeline, _PEOPLE) == []
    assert await unread_in_status(pipeline) == 0


def test_users_are_matched_by_the_canonical_form_of_their_address(connection: Connection) -> None:
    declared = connection.model_dump() | {"roles": {"Zoë@Bücher.example.": ["executive"]}}
    ours = Connection.model_validate(declared)
    row = GreenhouseMapper(ours).user({"id": 1, "name": "Zoë", "primary_email": " ZOË@bu\u0308cher.example"})
    assert row[4] == "zoë@xn--bcher-kva.example"
    assert list(ours.roles) == [row[4]]
