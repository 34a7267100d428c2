"""The ATS's records as rows: the only place that knows the order of columns."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from rapport.contracts.vocabulary import StageKind
from rapport.kit.database.unit_of_work import UnitOfWork, transpose
from rapport.pipeline.domain.records import (
    ApplicationRecord,
    AttachmentRecord,
    ContactPoint,
    CustomFieldRecord,
    DemographicAnswerRecord,
    DemographicOptionRecord,
    DemographicQuestionRecord,
    DemographicSetRecord,
    DepartmentRecord,
    EducationRecord,
    EmploymentRecord,
    InterviewerRecord,
    InterviewRecord,
    JobRecord,
    OfferRecord,
    OfficeRecord,
    OpeningRecord,
    PersonRecord,
    Record,
    ReferrerRecord,
    RejectionReasonRecord,
    ScorecardRecord,
    SourceRecord,
    StageEntryRecord,
    StageRecord,
    TeamMemberRecord,
    UserRecord,
)
from rapport.pipeline.store import SQL

Row = tuple[Any, ...]


async def upsert(unit: UnitOfWork, connection: str, records: Sequence[Record]) -> list[UUID]:
    """Insert or update records of one kind; returns the ids of those that are new or different, where it matters."""
    if not records:
        return []
    statement, row = _STATEMENTS[type(records[0])]
    return await _upsert(unit, statement, [row(connection, record) for record in records])


async def upsert_stages(unit: UnitOfWork, stages: Sequence[StageRecord], kinds: Mapping[UUID, StageKind]) -> list[UUID]:
    """Insert or update stages, whose kinds were derived from their names."""
    rows = [(s.id, s.job_id, s.external_id, s.name, kinds[s.id], s.position, s.active) for s in stages]
    return await _upsert(unit, "upsert_job_stage", rows)


async def _upsert(unit: UnitOfWork, statement: str, rows: Sequence[Row]) -> list[UUID]:
    # Ordered, so that two units of work cannot deadlock; unique, since one statement cannot write a row twice.
    in_order = sorted({row[0]: row for row in rows}.items())
    changed = await unit.fetch(SQL[statement], *transpose((row for _, row in in_order), len(rows[0])))
    return [row["id"] for row in changed]


def _user(connection: str, r: UserRecord) -> Row:
    return r.id, connection, r.external_id, r.name, r.email, r.site_admin, r.active


def _named(connection: str, r: DepartmentRecord | OfficeRecord) -> Row:
    return r.id, r.name, connection, r.external_id


def _source(connection: str, r: SourceRecord) -> Row:
    return r.id, r.name, r.origin, connection, r.external_id


def _referrer(connection: str, r: ReferrerRecord) -> Row:
    return r.id, r.user_id, connection, r.external_id


def _rejection_reason(connection: str, r: RejectionReasonRecord) -> Row:
    return r.id, r.name, r.by_candidate, connection, r.external_id


def _custom_field(connection: str, r: CustomFieldRecord) -> Row:
    return r.id, connection, r.external_id, r.name, r.key, r.active, r.private


def _job(connection: str, r: JobRecord) -> Row:
    return (
        r.id,
        connection,
        r.external_id,
        r.title,
        r.status,
        r.department_id,
        r.office_id,
        r.opened_at,
        r.closed_at,
        r.created_at,
    )


def _team_member(connection: str, r: TeamMemberRecord) -> Row:
    return r.id, r.job_id, r.user_id, r.role, r.responsible, connection, r.collection


def _opening(_: str, r: OpeningRecord) -> Row:
    return r.id, r.job_id, r.application_id, r.status, r.opened_at, r.closed_at, r.external_id


def _person(connection: str, r: PersonRecord) -> Row:
    return (
        r.id,
        connection,
        r.external_id,
        r.first_name,
        r.last_name,
        r.title,
        r.company,
        r.location,
        _contact_points(r.emails),
        _contact_points(r.phones),
        json.dumps(list(r.links)),
        json.dumps(list(r.tags)),
        r.added_at,
        r.last_activity_at,
        r.updated_at,
        r.may_be_emailed,
        r.listed,
        r.recruiter_id,
        r.coordinator_id,
        r.is_private,
        json.dumps(list(r.websites)),
        json.dumps(dict(r.custom_fields)),
    )


def _contact_points(points: Sequence[ContactPoint]) -> str:
    return json.dumps([{"value": point.value, "type": point.type} for point in points])


def _employment(connection: str, r: EmploymentRecord) -> Row:
    return r.id, connection, r.external_id, r.person_id, r.company, r.title, r.started_on, r.ended_on


def _education(connection: str, r: EducationRecord) -> Row:
    return r.id, connection, r.external_id, r.person_id, r.school, r.degree, r.discipline, r.started_on, r.ended_on


def _attachment(connection: str, r: AttachmentRecord) -> Row:
    return (
        r.id,
        connection,
        r.external_id,
        r.person_id,
        r.application_id,
        r.name,
        r.kind,
        r.public,
        r.added_at,
    )


def _application(connection: str, r: ApplicationRecord) -> Row:
    return (
        r.id,
        connection,
        r.external_id,
        r.person.id,
        r.source_id,
        r.credited_user_id,
        r.applied_at,
        r.last_activity_at,
        r.job_id,
        r.stage_id,
        r.status,
        r.stage_entered_at,
        r.closed_at,
        r.rejection_reason_id,
        r.updated_at,
        r.referrer_id,
        r.listed,
    )


def _stage_entry(_: str, r: StageEntryRecord) -> Row:
    return r.id, r.application_id, r.stage_id, r.entered_at, r.external_id


def _interview(_: str, r: InterviewRecord) -> Row:
    return r.id, r.application_id, r.status, r.starts_at, r.ends_at, r.external_id, r.name


def _interviewer(_: str, r: InterviewerRecord) -> Row:
    return r.id, r.interview_id, r.user_id, r.external_id


def _scorecard(_: str, r: ScorecardRecord) -> Row:
    return (
        r.id,
        r.application_id,
        r.interview_id,
        r.user_id,
        r.submitted_at,
        r.rating,
        r.external_id,
        r.interview_name,
        r.interviewed_at,
        r.notes,
        json.dumps([asdict(attribute) for attribute in r.attributes]),
    )


def _offer(_: str, r: OfferRecord) -> Row:
    return (
        r.id,
        r.external_id,
        r.application_id,
        r.version,
        r.status,
        r.created_at,
        r.sent_at,
        r.resolved_at,
        r.starts_on,
        r.decline_reason_id,
        r.decline_reason,
    )


def _demographic_set(connection: str, r: DemographicSetRecord) -> Row:
    return r.id, connection, r.external_id, r.title


def _demographic_question(connection: str, r: DemographicQuestionRecord) -> Row:
    return r.id, connection, r.external_id, r.set_id, r.name, r.active


def _demographic_option(connection: str, r: DemographicOptionRecord) -> Row:
    return r.id, connection, r.external_id, r.question_id, r.name, r.active


def _demographic_answer(_: str, r: DemographicAnswerRecord) -> Row:
    return r.id, r.external_id, r.application_id, r.question_id, r.option_id, r.answered_at


_STATEMENTS: Mapping[type[Record], tuple[str, Callable[[str, Any], Row]]] = {
    UserRecord: ("upsert_user_account", _user),
    DepartmentRecord: ("upsert_department", _named),
    OfficeRecord: ("upsert_office", _named),
    SourceRecord: ("upsert_source", _source),
    ReferrerRecord: ("upsert_referrer", _referrer),
    RejectionReasonRecord: ("upsert_rejection_reason", _rejection_reason),
    CustomFieldRecord: ("upsert_custom_field", _custom_field),
    JobRecord: ("upsert_job", _job),
    TeamMemberRecord: ("upsert_job_team", _team_member),
    OpeningRecord: ("upsert_opening", _opening),
    PersonRecord: ("upsert_person", _person),
    EmploymentRecord: ("upsert_employment", _employment),
    EducationRecord: ("upsert_education", _education),
    AttachmentRecord: ("upsert_attachment", _attachment),
    ApplicationRecord: ("upsert_application", _application),
    StageEntryRecord: ("upsert_stage_entry", _stage_entry),
    InterviewRecord: ("upsert_interview", _interview),
    InterviewerRecord: ("upsert_interviewer", _interviewer),
    ScorecardRecord: ("upsert_scorecard", _scorecard),
    OfferRecord: ("upsert_offer", _offer),
    DemographicSetRecord: ("upsert_demographic_set", _demographic_set),
    DemographicQuestionRecord: ("upsert_demographic_question", _demographic_question),
    DemographicOptionRecord: ("upsert_demographic_option", _demographic_option),
    DemographicAnswerRecord: ("upsert_demographic_answer", _demographic_answer),
}
