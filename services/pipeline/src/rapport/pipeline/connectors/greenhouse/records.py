"""Harvest's records mapped to neutral ones: the only module that knows the names of Harvest's fields."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from rapport.contracts.addresses import comparable_address
from rapport.contracts.text import clean_identifier
from rapport.contracts.vocabulary import ApplicationStatus, AttachmentKind, JobStatus, OfferStatus, Origin, TeamRole
from rapport.kit.identity import derived_id
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.connector import (
    MalformedRecordError,
    RecordPage,
    SkippedRecord,
    record_id,
)
from rapport.pipeline.domain.records import (
    ApplicationRecord,
    AttachmentRecord,
    Collection,
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
    NewPerson,
    OfferRecord,
    OfficeRecord,
    OpeningRecord,
    PersonRecord,
    Record,
    RecordRef,
    ReferrerRecord,
    RejectionReasonRecord,
    ScorecardAttribute,
    ScorecardRecord,
    SourceRecord,
    StageEntryRecord,
    StageRecord,
    TeamMemberRecord,
    UserRecord,
)

Json = Mapping[str, Any]

PATHS: Mapping[Collection, str] = {
    Collection.USERS: "users",
    Collection.DEPARTMENTS: "departments",
    Collection.OFFICES: "offices",
    Collection.SOURCES: "sources",
    Collection.REFERRERS: "referrers",
    Collection.REJECTION_REASONS: "rejection_reasons",
    Collection.CUSTOM_FIELDS: "custom_fields",
    Collection.JOBS: "jobs",
    Collection.JOB_STAGES: "job_interview_stages",
    Collection.HIRING_MANAGERS: "job_hiring_managers",
    Collection.JOB_OWNERS: "job_owners",
    Collection.OPENINGS: "openings",
    Collection.PEOPLE: "candidates",
    Collection.EMPLOYMENTS: "candidate_employments",
    Collection.EDUCATIONS: "candidate_educations",
    Collection.ATTACHMENTS: "attachments",
    Collection.APPLICATIONS: "applications",
    Collection.STAGE_ENTRIES: "application_stages",
    Collection.INTERVIEWS: "interviews",
    Collection.INTERVIEWERS: "interviewers",
    Collection.SCORECARDS: "scorecards",
    Collection.OFFERS: "offers",
    Collection.DEMOGRAPHIC_SETS: "demographic_question_sets",
    Collection.DEMOGRAPHIC_QUESTIONS: "demographic_questions",
    Collection.DEMOGRAPHIC_OPTIONS: "demographic_answer_options",
    Collection.DEMOGRAPHIC_ANSWERS: "demographic_answers",
}
"""What Harvest calls each collection, in reading order: what others refer to comes first."""

_MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError)
"""What mapping raises for a record that is not what it should be."""


@dataclass(frozen=True, slots=True)
class GreenhouseMapper:
    """Maps one connection's records."""

    connection: Connection

    def id(self, collection: Collection, external_id: object) -> UUID:
        """The id of a record here."""
        return record_id(self.connection, collection, external_id)

    def page(self, collection: Collection, raws: Iterable[Json], next_page: str | None = None) -> RecordPage:
        """Map a list; malformed records and prospects are set aside."""
        records: list[Record] = []
        skipped: list[SkippedRecord] = []
        for raw in raws:
            try:
                record = self.record(collection, raw)
            except _MALFORMED as problem:
                skipped.append(self._skipped(collection, raw, _reason(problem)))
            else:
                if record is None:
                    skipped.append(self._skipped(collection, raw, None))
                else:
                    records.append(record)
        return RecordPage(records, skipped, next_page)

    def record(self, collection: Collection, raw: Json) -> Record | None:
        """Map one record; None for a prospect among the applications.

        Raises:
            Exception: one of several for a record that is not what it should be.
        """
        mappers: Mapping[Collection, Callable[[Json], Record | None]] = {
            Collection.USERS: self.user,
            Collection.DEPARTMENTS: self.department,
            Collection.OFFICES: self.office,
            Collection.SOURCES: self.source,
            Collection.REFERRERS: self.referrer,
            Collection.REJECTION_REASONS: self.rejection_reason,
            Collection.CUSTOM_FIELDS: self.custom_field,
            Collection.JOBS: self.job,
            Collection.JOB_STAGES: self.job_stage,
            Collection.HIRING_MANAGERS: self.hiring_manager,
            Collection.JOB_OWNERS: self.owner,
            Collection.OPENINGS: self.opening,
            Collection.PEOPLE: self.person,
            Collection.EMPLOYMENTS: self.employment,
            Collection.EDUCATIONS: self.education,
            Collection.ATTACHMENTS: self.attachment,
            Collection.APPLICATIONS: self.application,
            Collection.STAGE_ENTRIES: self.stage_entry,
            Collection.INTERVIEWS: self.interview,
            Collection.INTERVIEWERS: self.interviewer,
            Collection.SCORECARDS: self.scorecard,
            Collection.OFFERS: self.offer,
            Collection.DEMOGRAPHIC_SETS: self.demographic_set,
            Collection.DEMOGRAPHIC_QUESTIONS: self.demographic_question,
            Collection.DEMOGRAPHIC_OPTIONS: self.demographic_option,
            Collection.DEMOGRAPHIC_ANSWERS: self.demographic_answer,
        }
        return mappers[collection](raw)

    def user(self, r: Json) -> UserRecord:
        """A user of the ATS."""
        name = _text(r, "name") or " ".join(filter(None, (_text(r, "first_name"), _text(r, "last_name"))))
        return UserRecord(
            **self._identity(Collection.USERS, r),
            name=name,
            email=comparable_address(_text(r, "primary_email", "primary_email_address") or ""),
            site_admin=bool(r.get("site_admin")),
            active=not (r.get("deactivated") or r.get("disabled")),
        )

    def department(self, r: Json) -> DepartmentRecord:
        """A department."""
        return DepartmentRecord(**self._identity(Collection.DEPARTMENTS, r), name=_name(r))

    def office(self, r: Json) -> OfficeRecord:
        """An office."""
        return OfficeRecord(**self._identity(Collection.OFFICES, r), name=_name(r))

    def source(self, r: Json) -> SourceRecord:
        """Where applications come from."""
        name = _name(r)
        return SourceRecord(
            **self._identity(Collection.SOURCES, r), name=name, origin=origin(f"{_type_name(r)} {name}")
        )

    def referrer(self, r: Json) -> ReferrerRecord:
        """Who is credited with applications."""
        user_id = self._optional_id(Collection.USERS, r.get("user_id"))
        return ReferrerRecord(**self._identity(Collection.REFERRERS, r), user_id=user_id)

    def rejection_reason(self, r: Json) -> RejectionReasonRecord:
        """Why an application ended, and who ended it."""
        name = _name(r)
        words = f"{_type_name(r)} {name}".lower()
        return RejectionReasonRecord(
            **self._identity(Collection.REJECTION_REASONS, r),
            name=name,
            by_candidate=any(phrase in words for phrase in _BY_CANDIDATE),
        )

    def custom_field(self, r: Json) -> CustomFieldRecord | None:
        """A field of candidates; None for one of anything else."""
        if r.get("field_type") != "candidate":
            return None
        return CustomFieldRecord(
            **self._identity(Collection.CUSTOM_FIELDS, r),
            name=_name(r),
            key=_required_text(r, "name_key"),
            active=r.get("active") is not False,
            private=bool(r.get("private")),
        )

    def job(self, r: Json) -> JobRecord:
        """A job; one of unknown status is a draft."""
        status = _text(r, "status")
        return JobRecord(
            **self._identity(Collection.JOBS, r),
            title=_name(r),
            status=JobStatus(status) if status in set(JobStatus) else JobStatus.DRAFT,
            department_id=self._optional_id(Collection.DEPARTMENTS, r.get("department_id")),
            office_id=self._optional_id(Collection.OFFICES, next(iter(_list(r, "office_ids")), None)),
            opened_at=_optional_time(r, "opened_at"),
            closed_at=_optional_time(r, "closed_at"),
            created_at=_required_time(r, "created_at"),
        )

    def opening(self, r: Json) -> OpeningRecord:
        """A seat of a job."""
        return OpeningRecord(
            **self._identity(Collection.OPENINGS, r),
            job_id=self.id(Collection.JOBS, r["job_id"]),
            application_id=self._reference(Collection.APPLICATIONS, r.get("application_id")),
            status=_required_text(r, "status"),
            opened_at=_optional_time(r, "opened_at"),
            closed_at=_optional_time(r, "closed_at"),
        )

    def job_stage(self, r: Json) -> StageRecord:
        """A stage of a job; active unless the ATS says otherwise."""
        position = r["sort_order"]
        if not isinstance(position, int):
            raise MalformedRecordError("sort_order is not a number")
        return StageRecord(
            **self._identity(Collection.JOB_STAGES, r),
            job_id=self.id(Collection.JOBS, r["job_id"]),
            name=_name(r),
            position=position,
            active=r.get("active") is not False,
        )

    def hiring_manager(self, r: Json) -> TeamMemberRecord:
        """A hiring manager of a job."""
        return self._team_member(Collection.HIRING_MANAGERS, r, TeamRole.HIRING_MANAGER)

    def owner(self, r: Json) -> TeamMemberRecord:
        """A recruiter, coordinator or sourcer of a job."""
        if r["type"] not in set(TeamRole):
            raise MalformedRecordError("type is unknown")
        return self._team_member(Collection.JOB_OWNERS, r, TeamRole(r["type"]))

    def person(self, r: Json, *, listed: bool = True) -> PersonRecord:
        """A candidate or prospect. ``listed``: from a list, not from a webhook."""
        first_name, last_name = _text(r, "first_name") or "", _text(r, "last_name") or ""
        return PersonRecord(
            **self._identity(Collection.PEOPLE, r, listed=listed),
            first_name=first_name,
            last_name=last_name,
            title=_text(r, "title"),
            company=_text(r, "company"),
            location=next((point.value for point in _points(r, "addresses")), None),
            emails=_points(r, "email_addresses", clean=clean_identifier),
            phones=_points(r, "phone_numbers"),
            links=[p.value for field in ("social_media_addresses", "website_addresses") for p in _points(r, field)],
            tags=_tags(r),
            added_at=_required_time(r, "created_at"),
            last_activity_at=_optional_time(r, "last_activity_at", "last_activity"),
            updated_at=_time(r, "updated_at", "last_activity", "created_at"),
            may_be_emailed=bool(r.get("can_email", True)),
            recruiter_id=self._optional_id(Collection.USERS, r.get("recruiter_id")),
            coordinator_id=self._optional_id(Collection.USERS, r.get("coordinator_id")),
            is_private=bool(r.get("is_private")),
            websites=[point.value for point in _points(r, "website_addresses")],
            custom_fields=_custom_fields(r),
            listed=listed,
            # The ATS leaves the word for a first name and the id for a last name.
            anonymized=first_name.strip("()").lower() == "anonymized" and last_name == str(r["id"]),
        )

    def employment(self, r: Json) -> EmploymentRecord:
        """A job that a person holds or held."""
        return EmploymentRecord(
            **self._identity(Collection.EMPLOYMENTS, r),
            person_id=self.id(Collection.PEOPLE, r["candidate_id"]),
            company=_text(r, "company_name"),
            title=_text(r, "title"),
            started_on=_optional_date(r, "start_date"),
            ended_on=_optional_date(r, "end_date"),
        )

    def education(self, r: Json) -> EducationRecord:
        """What a person studied."""
        return EducationRecord(
            **self._identity(Collection.EDUCATIONS, r),
            person_id=self.id(Collection.PEOPLE, r["candidate_id"]),
            school=_text(r, "school_name"),
            degree=_text(r, "degree"),
            discipline=_text(r, "discipline"),
            started_on=_optional_date(r, "start_date"),
            ended_on=_optional_date(r, "end_date"),
        )

    def attachment(self, r: Json) -> AttachmentRecord:
        """A file about a person. Its address is not kept: it is a key to the file, and soon expires.

        Public is what the account shows to everybody who sees the person: neither what is for its admins only, nor
        the papers of an offer, which name a salary.
        """
        kind = _text(r, "type") or ""
        return AttachmentRecord(
            **self._identity(Collection.ATTACHMENTS, r),
            person_id=self.id(Collection.PEOPLE, r["candidate_id"]),
            application_id=self._optional_id(Collection.APPLICATIONS, r.get("application_id")),
            name=_required_text(r, "filename"),
            kind=_ATTACHMENT_KINDS.get(kind, AttachmentKind.OTHER),
            public=kind not in _FOR_ADMINS and (_text(r, "visibility") or "public") == "public",
            added_at=_required_time(r, "created_at"),
        )

    def application(self, r: Json, *, listed: bool = True) -> ApplicationRecord | None:
        """An application; None for a prospect. ``listed``: from a list, not from a webhook."""
        stage_id = self._stage_of(r)
        if r.get("job_id") is None or stage_id is None or r["status"] == "converted":
            return None
        status = _STATUSES.get(_required_text(r, "status"))
        if status is None:
            raise MalformedRecordError("status is unknown")
        closed = {ApplicationStatus.ACTIVE: None, ApplicationStatus.HIRED: "last_activity_at"}.get(
            status, "rejected_at"
        )
        return ApplicationRecord(
            **self._identity(Collection.APPLICATIONS, r, listed=listed),
            person=RecordRef(self.id(Collection.PEOPLE, r["candidate_id"]), str(r["candidate_id"])),
            job_id=self.id(Collection.JOBS, r["job_id"]),
            stage_id=stage_id,
            status=status,
            source_id=self._optional_id(Collection.SOURCES, r.get("source_id")),
            credited_user_id=self._optional_id(Collection.USERS, r.get("credited_user_id")),
            referrer_id=self._optional_id(Collection.REFERRERS, r.get("referrer_id")),
            rejection_reason_id=self._optional_id(Collection.REJECTION_REASONS, r.get("rejection_reason_id")),
            applied_at=_required_time(r, "created_at"),
            last_activity_at=_optional_time(r, "last_activity_at"),
            stage_entered_at=_optional_time(r, "current_stage_at"),
            closed_at=_optional_time(r, closed) if closed else None,
            updated_at=_required_time(r, "updated_at"),
            listed=listed,
        )

    def stage_entry(self, r: Json) -> StageEntryRecord:
        """One entry into a stage."""
        return StageEntryRecord(
            **self._identity(Collection.STAGE_ENTRIES, r),
            application_id=self.id(Collection.APPLICATIONS, r["application_id"]),
            stage_id=self.id(Collection.JOB_STAGES, r["job_interview_stage_id"]),
            entered_at=_required_time(r, "entered_at"),
        )

    def interview(self, r: Json) -> InterviewRecord:
        """A scheduled or finished interview."""
        return InterviewRecord(
            **self._identity(Collection.INTERVIEWS, r),
            application_id=self.id(Collection.APPLICATIONS, r["application_id"]),
            name=_text(r, "name"),
            status=_required_text(r, "status"),
            starts_at=_optional_time(r, "starts_at"),
            ends_at=_optional_time(r, "ends_at"),
        )

    def interviewer(self, r: Json) -> InterviewerRecord:
        """Who interviews."""
        return InterviewerRecord(
            **self._identity(Collection.INTERVIEWERS, r),
            interview_id=self.id(Collection.INTERVIEWS, r["interview_id"]),
            user_id=self.id(Collection.USERS, r["user_id"]),
        )

    def scorecard(self, r: Json) -> ScorecardRecord:
        """An interviewer's verdict."""
        return ScorecardRecord(
            **self._identity(Collection.SCORECARDS, r),
            application_id=self.id(Collection.APPLICATIONS, r["application_id"]),
            interview_id=self._optional_id(Collection.INTERVIEWS, r.get("interview_id")),
            user_id=self._optional_id(Collection.USERS, r.get("interviewer_id")),
            submitted_at=_optional_time(r, "submitted_at"),
            rating=_text(r, "candidate_rating"),
            interview_name=_text(r, "interview_name"),
            interviewed_at=_optional_time(r, "interviewed_at"),
            # Not its questions: among their answers is what the interviewer noted for themselves.
            notes=_text(r, "notes"),
            attributes=[
                ScorecardAttribute(name, _text(one, "type"), _text(one, "rating"), _text(one, "note"))
                for one in _list(r, "attributes")
                if isinstance(one, dict) and (name := _text(one, "name"))
            ],
        )

    def offer(self, r: Json) -> OfferRecord:
        """One version of an offer. Why it was declined is a field of the account's own, if it has one."""
        status, sent_at = _OFFER_STATUSES.get(_required_text(r, "status")), _time(r, "sent_at", "sent_on")
        version = r.get("version")
        if status is None:
            raise MalformedRecordError("status is unknown")
        if not isinstance(version, int):
            raise MalformedRecordError("version is not a number")
        declined = _custom_text(r, _DECLINE_REASON) if status is OfferStatus.DECLINED else None
        return OfferRecord(
            **self._identity(Collection.OFFERS, r),
            application_id=self.id(Collection.APPLICATIONS, r["application_id"]),
            version=version,
            status=OfferStatus.SENT if status is OfferStatus.DRAFT and sent_at else status,
            created_at=_required_time(r, "created_at"),
            sent_at=sent_at,
            resolved_at=_optional_time(r, "resolved_at"),
            starts_on=_optional_date(r, "starts_on"),
            decline_reason_id=_reason_id(self.connection, declined) if declined else None,
            decline_reason=declined,
        )

    def demographic_set(self, r: Json) -> DemographicSetRecord:
        """Questions that are asked together."""
        return DemographicSetRecord(
            **self._identity(Collection.DEMOGRAPHIC_SETS, r), title=_as_text(r.get("title")) or ""
        )

    def demographic_question(self, r: Json) -> DemographicQuestionRecord:
        """A question; active unless the ATS says otherwise."""
        return DemographicQuestionRecord(
            **self._identity(Collection.DEMOGRAPHIC_QUESTIONS, r),
            set_id=self._optional_id(Collection.DEMOGRAPHIC_SETS, r.get("demographic_question_set_id")),
            name=_name(r),
            active=r.get("active") is not False,
        )

    def demographic_option(self, r: Json) -> DemographicOptionRecord:
        """An answer that one may choose; active unless the ATS says otherwise."""
        return DemographicOptionRecord(
            **self._identity(Collection.DEMOGRAPHIC_OPTIONS, r),
            question_id=self.id(Collection.DEMOGRAPHIC_QUESTIONS, r["demographic_question_id"]),
            name=_name(r),
            active=r.get("active") is not False,
        )

    def demographic_answer(self, r: Json) -> DemographicAnswerRecord:
        """What somebody chose. A changed answer was given when it was changed; what was written freely is not read."""
        answered_at = _optional_time(r, "updated_at", "created_at")
        if answered_at is None:
            raise MalformedRecordError("created_at is missing")
        return DemographicAnswerRecord(
            **self._identity(Collection.DEMOGRAPHIC_ANSWERS, r),
            application_id=self.id(Collection.APPLICATIONS, r["application_id"]),
            question_id=self.id(Collection.DEMOGRAPHIC_QUESTIONS, r["demographic_question_id"]),
            option_id=self._optional_id(Collection.DEMOGRAPHIC_OPTIONS, r.get("demographic_answer_option_id")),
            answered_at=answered_at,
        )

    def _team_member(self, collection: Collection, r: Json, role: TeamRole) -> TeamMemberRecord:
        return TeamMemberRecord(
            **self._identity(collection, r),
            job_id=self.id(Collection.JOBS, r["job_id"]),
            user_id=self.id(Collection.USERS, r["user_id"]),
            role=role,
            responsible=bool(r.get("responsible")),
            collection=collection,
        )

    def _identity(self, collection: Collection, r: Json, *, listed: bool = True) -> dict[str, Any]:
        return {
            "id": self.id(collection, r["id"]),
            "external_id": str(r["id"]),
            "changed_at": _optional_time(r, "updated_at") if listed else None,
        }

    def _stage_of(self, r: Json) -> UUID | None:
        """The stage an application's record names, by either of its two fields."""
        stage = r.get("stage_id")
        return self._reference(Collection.JOB_STAGES, r.get("job_interview_stage_id") if stage is None else stage)

    def _reference(self, collection: Collection, external_id: object) -> UUID | None:
        return None if external_id is None else self.id(collection, external_id)

    def _optional_id(self, collection: Collection, external_id: object) -> UUID | None:
        """As :meth:`_reference`, for what a record makes sense without: None if it is no id."""
        return self.id(collection, external_id) if isinstance(external_id, int | str) else None

    def _skipped(self, collection: Collection, r: Json, reason: str | None) -> SkippedRecord:
        external_id = r.get("id")
        if not isinstance(external_id, int | str):
            return SkippedRecord(None, "without id", reason)
        # A NUL character is never part of an id, and cannot be stored.
        return SkippedRecord(self.id(collection, external_id), str(external_id).replace("\x00", "")[:100], reason)


def address_of_file(r: Json) -> str | None:
    """Where the file of an attachment is, for the moment."""
    return _text(r, "url")


def candidate_body(person: NewPerson) -> dict[str, object]:
    """What is sent to Harvest to create a candidate."""
    points = {
        "email_addresses": [{"value": each, "type": "personal"} for each in person.emails],
        "phone_numbers": [{"value": each, "type": "mobile"} for each in person.phones],
        "social_media_addresses": [{"value": each} for each in person.links],
    }
    named = {"title": person.title, "company": person.company}
    return {
        "first_name": person.first_name,
        "last_name": person.last_name,
        **{name: value for name, value in named.items() if value},
        **{name: values for name, values in points.items() if values},
    }


def _reason(problem: Exception) -> str:
    """What is malformed, by the names of fields only: their values may be personal."""
    if isinstance(problem, MalformedRecordError):
        return str(problem)
    if isinstance(problem, KeyError):
        return f"{problem.args[0]} is missing"
    return type(problem).__name__


_BY_CANDIDATE = ("they rejected us", "withdrew", "withdrawn", "declined", "accepted another", "not interested")

_ORIGINS = (
    (Origin.REFERRAL, r"referral|referred"),
    (Origin.AGENCY, r"agenc|headhunt|staffing"),
    (Origin.INTERNAL, r"internal"),
    (Origin.SOURCED, r"prospecting|sourc|outbound|social media"),
    (Origin.APPLIED, r"third-party|(?:job ?)?board|company marketing|career|attend event|applied|website|ads?\b"),
)
"""Word prefixes in a source's type and name; the first match decides."""


def origin(words: str) -> Origin:
    """How an application came about, by the words in its source's type and name."""
    matches = (kind for kind, prefixes in _ORIGINS if re.search(rf"\b(?:{prefixes})", words, re.IGNORECASE))
    return next(matches, Origin.UNKNOWN)


_ATTACHMENT_KINDS = {
    "resume": AttachmentKind.RESUME,
    "cover_letter": AttachmentKind.COVER_LETTER,
    "take_home_test": AttachmentKind.TEST,
}
_OFFER_STATUSES = {
    "Created": OfferStatus.DRAFT,
    "Accepted": OfferStatus.ACCEPTED,
    "Rejected": OfferStatus.DECLINED,
    "Deprecated": OfferStatus.SUPERSEDED,
}
_DECLINE_REASON = "decline_reason"
"""The key of the offers' field that says why one was declined."""
_FOR_ADMINS = frozenset({"admin_only", "offer_packet", "offer_letter", "signed_offer_letter"})
"""Types of files that only some users of the account see."""

_STATUSES = {
    "active": ApplicationStatus.ACTIVE,
    "in_process": ApplicationStatus.ACTIVE,
    "rejected": ApplicationStatus.REJECTED,
    "hired": ApplicationStatus.HIRED,
}


def _time(r: Json, *fields: str) -> datetime | None:
    """The first of these times that is set, in UTC; a date is its midnight."""
    field = next((field for field in fields if r.get(field)), None)
    if field is None:
        return None
    try:
        parsed = datetime.fromisoformat(r[field])
    except (TypeError, ValueError):
        raise MalformedRecordError(f"{field} is not a time") from None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def _required_time(r: Json, field: str) -> datetime:
    moment = _time(r, field)
    if moment is None:
        raise MalformedRecordError(f"{field} is missing")
    return moment


def _optional_time(r: Json, *fields: str) -> datetime | None:
    """As :func:`_time`, for a time that a record makes sense without: None if it is malformed."""
    try:
        return _time(r, *fields)
    except MalformedRecordError:
        return None


def _optional_date(r: Json, field: str) -> date | None:
    """A day as it is written, whether or not a time of day follows; None if it is malformed."""
    text = r.get(field)
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def _text(r: Json, *fields: str) -> str | None:
    """The first of these texts that is set; a number counts as its digits, anything else as nothing."""
    return next((text for field in fields if (text := _as_text(r.get(field)))), None)


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _required_text(r: Json, field: str) -> str:
    text = _text(r, field)
    if text is None:
        raise MalformedRecordError(f"{field} is missing")
    return text


def _name(r: Json) -> str:
    """A required field whose malformed value counts as empty."""
    return _as_text(r["name"]) or ""


def _type_name(r: Json) -> str:
    kind = r.get("type")
    return _as_text(kind.get("name") if isinstance(kind, dict) else kind) or ""


def _list(r: Json, field: str) -> Sequence[Any]:
    value = r.get(field)
    return value if isinstance(value, list) else ()


def _points(r: Json, field: str, *, clean: Callable[[str], str] = str) -> list[ContactPoint]:
    """Values with their types; empty and malformed ones are left out."""
    points = [item if isinstance(item, dict) else {"value": item} for item in _list(r, field)]
    read = (ContactPoint(clean(_text(point, "value") or ""), _text(point, "type")) for point in points)
    return [point for point in read if point.value]


def _reason_id(connection: Connection, words: str) -> UUID:
    """The id of a reason that the account knows by its words only."""
    return derived_id(connection.org_id, "decline reason", words.casefold())


def _custom_text(r: Json, key: str) -> str | None:
    """The value of one of the account's own fields."""
    return _custom_fields(r).get(key)


def _custom_fields(r: Json) -> dict[str, str]:
    """The values of the account's own fields; each may be wrapped with the field's name and type, or be several."""
    fields = r.get("custom_fields")
    read = {key: _custom_value(value) for key, value in fields.items()} if isinstance(fields, dict) else {}
    return {key: value for key, value in read.items() if value}


def _custom_value(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(filter(None, map(_as_text, value))) or None
    return _as_text(value)


def _tags(r: Json) -> list[str]:
    tags = (_text(tag, "name") if isinstance(tag, dict) else _as_text(tag) for tag in _list(r, "tags"))
    return [tag for tag in tags if tag]
