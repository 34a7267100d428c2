"""An ATS's records in Rapport's own terms: what each connector maps the vendor's records to.

A new field is one line here, one in the connector's mapper, one in the store and a column.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from rapport.contracts.vocabulary import (
    ApplicationStatus,
    AttachmentKind,
    JobStatus,
    OfferStatus,
    Origin,
    PersonField,
    TeamRole,
)


class Collection(StrEnum):
    """The lists of an ATS. The values are stored, and ids are derived from them."""

    USERS = "users"
    DEPARTMENTS = "departments"
    OFFICES = "offices"
    SOURCES = "sources"
    REFERRERS = "referrers"
    REJECTION_REASONS = "rejection_reasons"
    CUSTOM_FIELDS = "custom_fields"
    JOBS = "jobs"
    JOB_STAGES = "job_stages"
    HIRING_MANAGERS = "hiring_managers"
    JOB_OWNERS = "job_owners"
    OPENINGS = "openings"
    PEOPLE = "people"
    EMPLOYMENTS = "employments"
    EDUCATIONS = "educations"
    ATTACHMENTS = "attachments"
    APPLICATIONS = "applications"
    STAGE_ENTRIES = "stage_entries"
    INTERVIEWS = "interviews"
    INTERVIEWERS = "interviewers"
    SCORECARDS = "scorecards"
    OFFERS = "offers"
    DEMOGRAPHIC_SETS = "demographic_sets"
    DEMOGRAPHIC_QUESTIONS = "demographic_questions"
    DEMOGRAPHIC_OPTIONS = "demographic_options"
    DEMOGRAPHIC_ANSWERS = "demographic_answers"


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record by its id here and its id in the ATS."""

    id: UUID
    external_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record has."""

    id: UUID
    """Derived from the connection, the collection and the ATS's id: a record read again is the same row."""
    external_id: str
    changed_at: datetime | None = None
    """When the ATS last changed it, if it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRecord(Record):
    """A user of the ATS."""

    name: str
    email: str
    site_admin: bool
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRecord(Record):
    """A department."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRecord(Record):
    """An office."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord(Record):
    """Where applications come from."""

    name: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferrerRecord(Record):
    """Who is credited with applications: a user or an outside person."""

    user_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionReasonRecord(Record):
    """Why an application ended. ``by_candidate``: they declined."""

    name: str
    by_candidate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFieldRecord(Record):
    """A field that the account made up for people. ``private``: the ATS shows it to some of its users only."""

    name: str
    key: str
    active: bool
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord(Record):
    """A job."""

    title: str
    status: JobStatus
    department_id: UUID | None
    office_id: UUID | None
    opened_at: datetime | None
    closed_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRecord(Record):
    """A stage of a job's process; ``position`` counts from 0."""

    job_id: UUID
    name: str
    position: int
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMemberRecord(Record):
    """A user's role in a job's hiring team; ``collection`` is the list that says so."""

    job_id: UUID
    user_id: UUID
    role: TeamRole
    responsible: bool
    collection: Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRecord(Record):
    """A seat of a job; ``application_id`` is who filled it."""

    job_id: UUID
    application_id: UUID | None
    status: str
    opened_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """An e-mail address or a phone number. ``type`` is the ATS's word: work, home ..."""

    value: str
    type: str | None
    record_id: UUID | None = None
    """The record that it belongs to, where a person shows those of several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord(Record):
    """A candidate or prospect."""

    first_name: str
    last_name: str
    title: str | None
    company: str | None
    location: str | None
    emails: Sequence[ContactPoint]
    phones: Sequence[ContactPoint]
    links: Sequence[str]
    tags: Sequence[str]
    added_at: datetime
    last_activity_at: datetime | None
    updated_at: datetime | None
    may_be_emailed: bool
    recruiter_id: UUID | None = None
    coordinator_id: UUID | None = None
    is_private: bool = False
    """Only those who work on them see them."""
    websites: Sequence[str] = ()
    """Those of the links that are pages of their own."""
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    """Values of the account's own fields, by key."""
    listed: bool = True
    """From the ATS's list, not from a webhook, which does not say when the person last changed."""
    anonymized: bool = False
    """The record is all that the ATS's anonymization left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentRecord(Record):
    """A job that a person holds, or held; without an end they still hold it."""

    person_id: UUID
    company: str | None
    title: str | None
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EducationRecord(Record):
    """What a person studied, and where."""

    person_id: UUID
    school: str | None
    degree: str | None
    discipline: str | None
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRecord(Record):
    """That there is a file about a person; ``public``: everybody who sees the person may open it."""

    person_id: UUID
    application_id: UUID | None
    name: str
    kind: AttachmentKind
    public: bool
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRecord(Record):
    """A person's application for a job."""

    person: RecordRef
    job_id: UUID
    stage_id: UUID
    status: ApplicationStatus
    """A rejection by the candidate is a withdrawal; the store knows the reasons and decides."""
    source_id: UUID | None
    credited_user_id: UUID | None
    referrer_id: UUID | None
    rejection_reason_id: UUID | None
    applied_at: datetime
    last_activity_at: datetime | None
    stage_entered_at: datetime | None
    closed_at: datetime | None
    updated_at: datetime
    listed: bool = True
    """From the ATS's list: of two states of one moment it outweighs the one in a webhook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageEntryRecord(Record):
    """That an application entered a stage."""

    application_id: UUID
    stage_id: UUID
    entered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewRecord(Record):
    """A scheduled or finished interview."""

    application_id: UUID
    name: str | None
    status: str
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewerRecord(Record):
    """Who interviews."""

    interview_id: UUID
    user_id: UUID


@dataclass(frozen=True, slots=True)
class ScorecardAttribute:
    """What a scorecard says of one attribute. ``type`` is the ATS's word: Skills, Qualifications ..."""

    name: str
    type: str | None
    rating: str | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorecardRecord(Record):
    """An interviewer's verdict, without what they noted for themselves."""

    application_id: UUID
    interview_id: UUID | None
    user_id: UUID | None
    submitted_at: datetime | None
    rating: str | None
    interview_name: str | None
    interviewed_at: datetime | None
    notes: str | None
    attributes: Sequence[ScorecardAttribute]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRecord(Record):
    """One version of an offer, without what it offers. A replaced and a withdrawn one are both ``superseded``."""

    application_id: UUID
    version: int
    status: OfferStatus
    created_at: datetime
    sent_at: datetime | None
    resolved_at: datetime | None
    starts_on: date | None
    decline_reason_id: UUID | None
    decline_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemographicSetRecord(Record):
    """Questions about themselves that people are asked together when they apply."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemographicQuestionRecord(Record):
    """One of these questions."""

    set_id: UUID | None
    name: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DemographicOptionRecord(Record):
    """An answer that one may choose."""

    question_id: UUID
    name: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DemographicAnswerRecord(Record):
    """What somebody chose when they applied; an answer in free text has no option, and its text is not taken."""

    application_id: UUID
    question_id: UUID
    option_id: UUID | None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What is sent to an ATS to create a person."""

    first_name: str
    last_name: str
    title: str | None
    company: str | None
    emails: Sequence[str]
    phones: Sequence[str]
    links: Sequence[str]


@dataclass(frozen=True, slots=True)
class Anonymized:
    """What an anonymization erased. ``unknown``: it included fields that Rapport does not know."""

    whole: bool
    fields: frozenset[PersonField] = frozenset()
    interviews: bool = False
    sources: bool = False
    reasons: bool = False
    offers: bool = False
    unknown: bool = False
