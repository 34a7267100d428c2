"""Greenhouse's records mapped: what they may lack, how they may vary, and what is malformed."""

import logging
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rapport.contracts.pipeline import SyncStatus
from rapport.contracts.vocabulary import ApplicationStatus, AttachmentKind, JobStatus, OfferStatus, Origin, TeamRole
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper, origin
from rapport.pipeline.domain.records import (
    ApplicationRecord,
    AttachmentRecord,
    Collection,
    ContactPoint,
    DemographicAnswerRecord,
    DemographicOptionRecord,
    DemographicQuestionRecord,
    EducationRecord,
    EmploymentRecord,
    OfferRecord,
    PersonRecord,
    RecordRef,
    ScorecardAttribute,
    ScorecardRecord,
)
from rapport.pipeline.store import SQL
from services.pipeline.tests.support.raw_ingest import RawIngest

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


def application(mapper: GreenhouseMapper, record: Record) -> ApplicationRecord:
    mapped = mapper.application(record)
    assert mapped is not None
    return mapped


def reason(mapper: GreenhouseMapper, collection: Collection, record: Record) -> str | None:
    """Why a record is malformed."""
    [skipped] = mapper.page(collection, [record]).skipped
    return skipped.reason


# People ----------------------------------------------------------------------------------------------------


def test_every_field_of_a_person_is_mapped(mapper: GreenhouseMapper) -> None:
    assert mapper.person(candidate()) == PersonRecord(
        id=mapper.id(Collection.PEOPLE, 53883394),
        external_id="53883394",
        changed_at=datetime(2017, 9, 28, 12, 29, 30, 497000, UTC),
        first_name="John",
        last_name="Locke",
        title="Customer Success Representative",
        company="The Tustin Box Company",
        location="123 City Street\nNew York, Ny 10001",
        emails=[ContactPoint("test@work.com", "work")],
        phones=[ContactPoint("555-555-5555", "mobile")],
        links=["twitter.com/test", "mysite.com"],
        tags=["Python", "Ruby"],
        added_at=datetime(2017, 8, 15, 3, 31, 46, 591000, UTC),
        last_activity_at=datetime(2017, 9, 28, 12, 29, 30, 481000, UTC),
        updated_at=datetime(2017, 9, 28, 12, 29, 30, 497000, UTC),
        may_be_emailed=True,
        websites=["mysite.com"],
    )


def test_an_object_for_links_leaves_the_others_intact(mapper: GreenhouseMapper) -> None:
    intact, read = mapper.person(candidate()), mapper.person(candidate(website_addresses={"value": "x"}))
    assert read == replace(intact, links=["twitter.com/test"], websites=[])


def test_the_accounts_own_fields_are_read_as_texts(mapper: GreenhouseMapper) -> None:
    fields = {
        "level": "Senior",
        "remote": {"name": "Remote", "type": "yes_no", "value": True},
        "skills": {"name": "Skills", "type": "multi_select", "value": ["Go", None, "SQL"]},
        "years": 7,
        "empty": {"name": "Empty", "value": None},
        "odd": [[]],
    }
    read = mapper.person(candidate(custom_fields=fields))
    assert read.custom_fields == {"level": "Senior", "remote": "Yes", "skills": "Go, SQL", "years": "7"}
    assert mapper.person(candidate(custom_fields=["level"])).custom_fields == {}


def test_a_person_with_few_fields_is_mapped(mapper: GreenhouseMapper) -> None:
    person = mapper.person({"id": 1, "created_at": "2017-08-15T03:31:46Z"})
    assert (person.first_name, person.last_name, person.title, person.company, person.location) == (
        "", "", None, None, None,
    )  # fmt: skip
    assert (person.emails, person.phones, person.links, person.tags) == ([], [], [], [])
    assert person.last_activity_at is None
    assert person.updated_at == person.added_at


def test_empty_contact_points_are_left_out(mapper: GreenhouseMapper) -> None:
    person = mapper.person(
        candidate(
            email_addresses=[{"value": ""}, {"value": None, "type": "work"}, {"value": "a@b.example"}],
            phone_numbers=None,
            addresses=[{"value": None}, {"value": "Berlin"}],
            website_addresses=[{"value": None}, {}],
        )
    )
    assert person.emails == [ContactPoint("a@b.example", None)]
    assert (person.location, person.phones, person.links) == ("Berlin", [], ["twitter.com/test"])


def test_tags_may_be_texts_or_records(mapper: GreenhouseMapper) -> None:
    assert mapper.person(candidate(tags=["Go", {"id": 3, "name": "Remote"}])).tags == ["Go", "Remote"]


@pytest.mark.parametrize(
    ("malformed", "field", "value"),
    [
        pytest.param({"first_name": {"text": "John"}}, "first_name", "", id="an object for a name"),
        pytest.param({"last_name": 7}, "last_name", "7", id="a number for a name"),
        pytest.param({"title": ["CEO"]}, "title", None, id="a list for a title"),
        pytest.param({"company": False}, "company", None, id="a flag for a company"),
        pytest.param({"addresses": "Berlin"}, "location", None, id="a text for addresses"),
        pytest.param(
            {"email_addresses": [7, None, {"value": {}}, "a@b.example"]},
            "emails",
            [ContactPoint("7", None), ContactPoint("a@b.example", None)],
            id="odd addresses",
        ),
        pytest.param(
            {"phone_numbers": [{"value": 5551234, "type": 3}]},
            "phones",
            [ContactPoint("5551234", "3")],
            id="a number for a number",
        ),
        pytest.param({"tags": [7, None, {"id": 1}, {"name": []}, "Go"]}, "tags", ["7", "Go"], id="odd tags"),
        pytest.param({"last_activity_at": "soon"}, "last_activity_at", None, id="no time"),
    ],
)
def test_a_malformed_optional_field_leaves_the_others_intact(
    mapper: GreenhouseMapper, malformed: Record, field: str, value: object
) -> None:
    intact = mapper.person(candidate())
    assert mapper.person(candidate(**malformed)) == replace(intact, **{field: value})


def test_addresses_are_cleaned_of_invisible_characters(mapper: GreenhouseMapper) -> None:
    person = mapper.person(candidate(email_addresses=[{"value": " \u200bAna@Example.org\u2060 ", "type": 5}]))
    assert person.emails == [ContactPoint("Ana@Example.org", "5")]


# Applications ----------------------------------------------------------------------------------------------


def test_an_application_is_mapped(mapper: GreenhouseMapper) -> None:
    mapped = application(mapper, applied())
    assert mapped.id == mapper.id(Collection.APPLICATIONS, 985314)
    assert mapped.person == RecordRef(mapper.id(Collection.PEOPLE, 978031), "978031")
    assert (mapped.job_id, mapped.stage_id) == (
        mapper.id(Collection.JOBS, 123),
        mapper.id(Collection.JOB_STAGES, 62828),
    )
    assert (mapped.status, mapped.closed_at) == (ApplicationStatus.ACTIVE, None)
    assert mapped.stage_entered_at == datetime(2016, 4, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("status", ["active", "in_process"])
def test_an_active_application_has_two_status_names(mapper: GreenhouseMapper, status: str) -> None:
    assert application(mapper, applied(status=status)).status is ApplicationStatus.ACTIVE


def test_the_stage_has_two_field_names(mapper: GreenhouseMapper) -> None:
    same = mapper.application(applied())
    assert mapper.application(without(applied(job_interview_stage_id=62828), "stage_id")) == same
    assert mapper.application(applied(stage_id=None, job_interview_stage_id=62828)) == same
    assert mapper.application(applied(job_interview_stage_id=62828)) == same


def test_numeric_and_text_ids_are_equal(mapper: GreenhouseMapper) -> None:
    texts = applied(id="985314", candidate_id="978031", job_id="123", stage_id="62828", source_id="1871")
    assert mapper.application(texts) == mapper.application(applied())


async def test_a_rejection_by_the_candidate_is_a_withdrawal(pipeline: Database, ingest: RawIngest) -> None:
    reasons = ({"id": 8, "name": "Withdrew"}, {"id": 9, "name": "Lacking skills"})
    await take(pipeline, ingest, "rejection_reasons", *reasons)
    rejected = {"status": "rejected", "rejected_at": "2016-08-17T21:08:29.686Z"}
    await take(
        pipeline,
        ingest,
        "applications",
        *(applied(id=n, rejection_reason_id=reason, **rejected) for n, reason in ((1, 8), (2, 9), (3, None))),
    )
    statuses = Statement("SELECT external_id, ats_status FROM application ORDER BY external_id")
    assert await stored(pipeline, statuses) == [("1", "withdrawn"), ("2", "rejected"), ("3", "rejected")]


@pytest.mark.parametrize(
    "prospect",
    [
        applied(job_id=None, stage_id=None, prospect=True),
        without(applied(prospect=True), "job_id", "stage_id"),
        applied(status="converted"),
    ],
)
def test_a_prospect_is_not_an_application(mapper: GreenhouseMapper, prospect: Record) -> None:
    page = mapper.page(Collection.APPLICATIONS, [prospect])
    assert page.records == []
    assert reason(mapper, Collection.APPLICATIONS, prospect) is None
    assert page.ids == [mapper.id(Collection.APPLICATIONS, 985314)]


def test_an_unknown_status_is_malformed(mapper: GreenhouseMapper) -> None:
    assert reason(mapper, Collection.APPLICATIONS, applied(status="on_the_moon")) == "status is unknown"


@pytest.mark.parametrize("field", ["candidate_id", "created_at", "updated_at"])
def test_an_application_without_a_required_field_is_malformed(mapper: GreenhouseMapper, field: str) -> None:
    for record in (without(applied(), field), applied(**{field: None})):
        assert reason(mapper, Collection.APPLICATIONS, record)


@pytest.mark.parametrize("value", ["yesterday", 1_700_000_000, "2016-13-01T00:00:00Z", {"date": "2016-01-01"}])
def test_an_invalid_time_is_malformed_and_never_quoted(mapper: GreenhouseMapper, value: object) -> None:
    assert reason(mapper, Collection.APPLICATIONS, applied(updated_at=value)) == "updated_at is not a time"


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
    ("value", "status"), [("open", JobStatus.OPEN), ("closed", JobStatus.CLOSED), ("draft", JobStatus.DRAFT)]
)
def test_a_jobs_status_is_mapped(mapper: GreenhouseMapper, value: str, status: JobStatus) -> None:
    assert mapper.job(job(status=value)).status is status


def test_a_job_of_unknown_status_is_a_draft(mapper: GreenhouseMapper) -> None:
    assert mapper.job(job(status="pending_approval")).status is JobStatus.DRAFT


def test_a_job_without_department_office_or_dates_is_a_job(mapper: GreenhouseMapper) -> None:
    mapped = mapper.job(
        {"id": 1, "name": "A", "status": "open", "created_at": "2013-12-10T14:42:58Z", "office_ids": None}
    )
    assert (mapped.department_id, mapped.office_id, mapped.opened_at, mapped.closed_at) == (None, None, None, None)


def test_a_stage_is_active_unless_the_ats_says_otherwise(mapper: GreenhouseMapper) -> None:
    stage = {"id": 72200, "job_id": 98765, "name": "Face to Face", "sort_order": 4}
    mapped = mapper.job_stage(stage)
    assert (mapped.external_id, mapped.name, mapped.position, mapped.active) == ("72200", "Face to Face", 4, True)
    assert mapper.job_stage(stage | {"active": None}).active is True
    assert mapper.job_stage(stage | {"active": False}).active is False


@pytest.mark.parametrize("value", ["recruiter", "coordinator", "sourcer"])
def test_owners_have_roles(mapper: GreenhouseMapper, value: str) -> None:
    member = mapper.owner({"id": 1, "job_id": 2, "user_id": 3, "type": value, "responsible": True})
    assert (member.role, member.responsible) == (TeamRole(value), True)


def test_an_owner_with_an_unknown_role_is_malformed(mapper: GreenhouseMapper) -> None:
    record = {"id": 1, "job_id": 2, "user_id": 3, "type": "astronaut"}
    assert reason(mapper, Collection.JOB_OWNERS, record) == "type is unknown"


def test_a_user_may_lack_name_and_address(mapper: GreenhouseMapper) -> None:
    named = mapper.user(
        {"id": 112, "first_name": "Juliet", "last_name": "Burke", "primary_email_address": "j@example.com"}
    )
    assert (named.name, named.email, named.site_admin, named.active) == ("Juliet Burke", "j@example.com", False, True)
    deactivated = mapper.user({"id": 1, "name": "X", "deactivated": True, "site_admin": True})
    assert (deactivated.name, deactivated.email, deactivated.site_admin, deactivated.active) == ("X", "", True, False)
    disabled = mapper.user({"id": 1, "disabled": True})
    assert (disabled.name, disabled.email, disabled.active) == ("", "", False)


@pytest.mark.parametrize("collection", [Collection.INTERVIEWERS, Collection.STAGE_ENTRIES, Collection.OPENINGS])
def test_a_missing_reference_is_malformed(mapper: GreenhouseMapper, collection: Collection) -> None:
    record = {"id": 1, "interview_id": None, "user_id": None, "application_id": None, "job_id": None, "status": "open"}
    assert reason(mapper, collection, record | {"job_interview_stage_id": None, "entered_at": "2013-12-10T14:42:58Z"})


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


async def take(pipeline: Database, ingest: RawIngest, collection: str, *records: Record) -> None:
    async with pipeline.work("acme", actor="ats", cause="sync") as unit:
        await ingest.raw(unit, collection, records)


async def stored(pipeline: Database, statement: Statement, *arguments: Any) -> list[tuple[Any, ...]]:
    async with pipeline.read_session("acme") as session:
        return [tuple(row) for row in await session.fetch(statement, *arguments)]


async def unread_in_status(pipeline: Database) -> int:
    async with pipeline.read_session("acme") as session:
        response = await session.fetchval(SQL["sync_status"], ["greenhouse"], ["greenhouse"])
    return SyncStatus.model_validate_json(response).connections[0].unread_records


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
    pipeline: Database, ingest: RawIngest, broken: Record, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await take(pipeline, ingest, "people", *(candidate(id=n) for n in range(1, 5)), broken, candidate(id=6))
    assert [row[0] for row in await stored(pipeline, _PEOPLE)] == ["1", "2", "3", "4", "6"]
    assert await stored(pipeline, _UNREAD) == [("people", "5", reason)]
    assert await unread_in_status(pipeline) == 1
    assert caplog.messages == [f"people 5 of greenhouse is malformed: {reason}"]


async def test_a_record_that_was_corrected_is_no_longer_counted(pipeline: Database, ingest: RawIngest) -> None:
    await take(pipeline, ingest, "people", candidate(id=5, created_at="soon"), candidate(id=6))
    await take(pipeline, ingest, "people", candidate(id=5))
    assert [row[0] for row in await stored(pipeline, _PEOPLE)] == ["5", "6"]
    assert await unread_in_status(pipeline) == 0


async def test_a_record_that_became_malformed_keeps_its_last_state(pipeline: Database, ingest: RawIngest) -> None:
    await take(pipeline, ingest, "people", candidate(id=5))
    broken = candidate(id=5, first_name="Ben", updated_at="2027-01-01T00:00:00Z", created_at=7)
    await take(pipeline, ingest, "people", broken)
    assert await stored(pipeline, _PEOPLE) == [("5", "John")]


async def test_a_page_of_malformed_records_is_ingested(pipeline: Database, ingest: RawIngest) -> None:
    await take(pipeline, ingest, "people", *({"id": n} for n in range(5)), {})
    assert await unread_in_status(pipeline) == 6


async def test_a_record_listed_twice_in_a_page_is_ingested_once(pipeline: Database, ingest: RawIngest) -> None:
    await take(pipeline, ingest, "people", candidate(id=5), candidate(id="5"), candidate(id=5))
    assert [row[0] for row in await stored(pipeline, _PEOPLE)] == ["5"]
    assert await unread_in_status(pipeline) == 0


async def test_an_application_of_unknown_status_does_not_hold_up_its_page(
    pipeline: Database, ingest: RawIngest
) -> None:
    await take(pipeline, ingest, "applications", applied(id=1), applied(id=2, status="archived"), applied(id=3))
    found = await stored(pipeline, Statement("SELECT external_id FROM application ORDER BY external_id"))
    assert found == [("1",), ("3",)]
    assert await stored(pipeline, _UNREAD) == [("applications", "2", "status is unknown")]


def test_users_are_matched_by_the_canonical_form_of_their_address(connection: Connection) -> None:
    declared = connection.model_dump() | {"roles": {"Zoë@Bücher.example.": ["executive"]}}
    ours = Connection.model_validate(declared)
    user = GreenhouseMapper(ours).user({"id": 1, "name": "Zoë", "primary_email": " ZOË@bu\u0308cher.example"})
    assert user.email == "zoë@xn--bcher-kva.example"
    assert list(ours.roles) == [user.email]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2012-08-15", date(2012, 8, 15)),
        ("2012-08-15T00:00:00.000Z", date(2012, 8, 15)),
        ("August 2012", None),
        (2012, None),
        (None, None),
    ],
)
def test_a_job_is_read_whatever_its_dates_are(mapper: GreenhouseMapper, written: object, read: date | None) -> None:
    raw = {"id": 7, "candidate_id": 978031, "company_name": "DHARMA", "title": "", "start_date": written}
    expected = EmploymentRecord(
        id=mapper.id(Collection.EMPLOYMENTS, 7),
        external_id="7",
        person_id=mapper.id(Collection.PEOPLE, 978031),
        company="DHARMA",
        title=None,
        started_on=read,
        ended_on=None,
    )
    assert mapper.page(Collection.EMPLOYMENTS, [raw]).records == [expected]


def test_an_education_is_read_with_what_there_is_of_it(mapper: GreenhouseMapper) -> None:
    raw = {"id": 7, "candidate_id": 978031, "school_name": "Oxford", "degree": None, "end_date": "1994-06-30"}
    expected = EducationRecord(
        id=mapper.id(Collection.EDUCATIONS, 7),
        external_id="7",
        person_id=mapper.id(Collection.PEOPLE, 978031),
        school="Oxford",
        degree=None,
        discipline=None,
        started_on=None,
        ended_on=date(1994, 6, 30),
    )
    assert mapper.page(Collection.EDUCATIONS, [raw]).records == [expected]
    assert mapper.page(Collection.EDUCATIONS, [{"id": 7}]).skipped[0].reason == "candidate_id is missing"


@pytest.mark.parametrize(
    ("said", "kind", "public"),
    [
        ({"type": "resume"}, AttachmentKind.RESUME, True),
        ({"type": "cover_letter", "visibility": "public"}, AttachmentKind.COVER_LETTER, True),
        ({"type": "resume", "visibility": "admin_only"}, AttachmentKind.RESUME, False),
        ({"type": "admin_only"}, AttachmentKind.OTHER, False),
        ({"type": "offer_packet"}, AttachmentKind.OTHER, False),
        ({"type": "invented"}, AttachmentKind.OTHER, True),
        ({}, AttachmentKind.OTHER, True),
    ],
)
def test_a_file_is_public_unless_the_account_shows_it_to_some_only(
    mapper: GreenhouseMapper, said: Record, kind: AttachmentKind, public: bool
) -> None:
    raw = {"id": 7, "candidate_id": 978031, "filename": "CV.pdf", "created_at": "2026-03-01T00:00:00Z"} | said
    [read] = mapper.page(Collection.ATTACHMENTS, [raw | {"url": "https://store.invalid/?Signature=key"}]).records
    assert isinstance(read, AttachmentRecord)
    assert (read.kind, read.public, read.name) == (kind, public, "CV.pdf")
    assert "Signature" not in repr(read)


def offer(**more: Any) -> Record:
    usual = {"id": 7, "application_id": 985314, "version": 2, "status": "Created", "created_at": "2026-03-01T00:00:00Z"}
    return usual | more


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, OfferStatus.DRAFT),
        ({"sent_at": "2026-03-02T09:00:00Z"}, OfferStatus.SENT),
        ({"sent_on": "2026-03-02"}, OfferStatus.SENT),
        ({"status": "Accepted"}, OfferStatus.ACCEPTED),
        ({"status": "Rejected"}, OfferStatus.DECLINED),
        ({"status": "Deprecated", "sent_at": "2026-03-02T09:00:00Z"}, OfferStatus.SUPERSEDED),
    ],
)
def test_what_became_of_an_offer_is_read(mapper: GreenhouseMapper, said: Record, status: OfferStatus) -> None:
    [read] = mapper.page(Collection.OFFERS, [offer(**said)]).records
    assert isinstance(read, OfferRecord)
    assert (read.status, read.version) == (status, 2)


def test_why_an_offer_was_declined_is_the_same_reason_however_it_is_written(mapper: GreenhouseMapper) -> None:
    fields: tuple[object, ...] = (
        {"decline_reason": "Compensation"},
        {"decline_reason": {"name": "Decline Reason", "type": "short_text", "value": "compensation"}},
        {"salary": 1},
        None,
    )
    read = mapper.page(Collection.OFFERS, [offer(status="Rejected", custom_fields=each) for each in fields]).records
    reasons = [(one.decline_reason, one.decline_reason_id) for one in read if isinstance(one, OfferRecord)]
    assert [reason for reason, _ in reasons] == ["Compensation", "compensation", None, None]
    assert reasons[0][1] == reasons[1][1]
    assert [id_ is None for _, id_ in reasons] == [False, False, True, True]
    assert "salary" not in repr(read)


@pytest.mark.parametrize(
    "wrong", [{"status": "Invented"}, {"status": None}, {"version": "two"}, {"application_id": None}]
)
def test_an_offer_that_says_nothing_is_set_aside(mapper: GreenhouseMapper, wrong: Record) -> None:
    page = mapper.page(Collection.OFFERS, [offer(**wrong)])
    assert (len(page.records), len(page.skipped)) == (0, 1)


def test_a_scorecard_is_read_without_what_the_interviewer_noted_for_themselves(mapper: GreenhouseMapper) -> None:
    raw = {
        "id": 7,
        "application_id": 985314,
        "notes": "Solid.",
        "interview_name": "Onsite",
        "attributes": [
            {"name": "Communication", "type": "Skills", "rating": "yes", "note": "Clear."},
            {"name": None, "rating": "no"},
            "Ownership",
        ],
        "questions": [{"question": "Private Notes", "answer": "Reminds me of my uncle."}],
        "private_notes": "Reminds me of my uncle.",
    }
    [read] = mapper.page(Collection.SCORECARDS, [raw]).records
    assert isinstance(read, ScorecardRecord)
    assert (read.notes, read.interview_name) == ("Solid.", "Onsite")
    assert read.attributes == [ScorecardAttribute("Communication", "Skills", "yes", "Clear.")]
    assert "uncle" not in repr(read)


def test_what_somebody_said_of_themselves_is_read_without_what_they_wrote_freely(mapper: GreenhouseMapper) -> None:
    raw = {
        "id": 5,
        "application_id": 985314,
        "demographic_question_id": 2,
        "demographic_answer_option_id": 21,
        "free_form_text": "Something personal",
        "created_at": "2026-03-01T10:00:00Z",
        "updated_at": "2026-03-02T10:00:00Z",
    }
    free = raw | {"id": 6, "demographic_answer_option_id": None}
    page = mapper.page(Collection.DEMOGRAPHIC_ANSWERS, [raw, free, {"id": 7}, raw | {"application_id": None}])
    assert (len(page.records), len(page.skipped)) == (2, 2)
    chosen, written = page.records
    assert isinstance(chosen, DemographicAnswerRecord)
    assert isinstance(written, DemographicAnswerRecord)
    assert chosen.option_id == mapper.id(Collection.DEMOGRAPHIC_OPTIONS, 21)
    assert chosen.answered_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert written.option_id is None
    assert "personal" not in repr(page)


def test_the_questions_about_oneself_are_read_with_their_answers(mapper: GreenhouseMapper) -> None:
    [question] = mapper.page(
        Collection.DEMOGRAPHIC_QUESTIONS,
        [{"id": 2, "name": "Gender", "demographic_question_set_id": 1, "active": False}],
    ).records
    [option] = mapper.page(
        Collection.DEMOGRAPHIC_OPTIONS, [{"id": 21, "name": "Woman", "demographic_question_id": 2}]
    ).records
    assert isinstance(question, DemographicQuestionRecord)
    assert isinstance(option, DemographicOptionRecord)
    assert (question.name, question.active, option.name, option.active) == ("Gender", False, "Woman", True)
    assert question.set_id == mapper.id(Collection.DEMOGRAPHIC_SETS, 1)
    assert option.question_id == question.id
