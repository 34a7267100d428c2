"""GreenhouseApi records turned into rows: the only module that knows the names of GreenhouseApi's fields."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rapport.contracts.addresses import comparable_address
from rapport.contracts.text import clean_identifier
from rapport.contracts.vocabulary import ApplicationStatus, JobStatus, Origin, TeamRole
from rapport.kit.identity import derived_id
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.api import Record
from rapport.pipeline.domain.stage_kind import stage_kind

Row = tuple[Any, ...]

FROM_DELIVERY = "from_delivery"
"""Marks a record made of what a delivery says: of two of the same moment, the ATS's own record is the newer one."""


class MalformedRecordError(ValueError):
    """A record is not what it should be; its argument names the field, never its value."""


@dataclass(frozen=True, slots=True)
class GreenhouseMapper:
    """Turns one connection's records into rows; ids are derived, so that a record read again is the same row."""

    connection: Connection

    def id(self, collection: str, external_id: object) -> UUID:
        """The id under which we keep a record of the ATS."""
        if external_id is None or isinstance(external_id, dict | list):
            raise MalformedRecordError(f"an id of {collection} is missing")
        return derived_id(self.connection.org_id, self.connection.name, collection, external_id)

    def reference(self, collection: str, external_id: object) -> UUID | None:
        """As :meth:`id`, for a reference that may be empty."""
        return None if external_id is None else self.id(collection, external_id)

    def detail(self, collection: str, external_id: object) -> UUID | None:
        """As :meth:`reference`, for what a record makes sense without: none if it is no id."""
        return self.id(collection, external_id) if isinstance(external_id, int | str) else None

    def changed_at(self, r: Record) -> datetime | None:
        """When the ATS last changed a record, if it says."""
        return None if r.get(FROM_DELIVERY) else _time(r, "updated_at")

    def is_anonymized(self, r: Record) -> bool:
        """Whether a candidate's record is all that the ATS's anonymization left: a word, and the id for a name."""
        first, last = _text(r, "first_name"), _text(r, "last_name")
        return (first or "").strip("()").lower() == "anonymized" and last == str(r["id"])

    def user(self, r: Record) -> Row:
        """A user of the ATS."""
        name = _text(r, "name") or " ".join(filter(None, (_text(r, "first_name"), _text(r, "last_name"))))
        email = comparable_address(_text(r, "primary_email", "primary_email_address") or "")
        active = not (r.get("deactivated") or r.get("disabled"))
        return (
            self.id("users", r["id"]),
            self.connection.name,
            str(r["id"]),
            name,
            email,
            bool(r.get("site_admin")),
            active,
        )

    def department(self, r: Record) -> Row:
        """A department."""
        return (self.id("departments", r["id"]), _name(r), self.connection.name, str(r["id"]))

    def office(self, r: Record) -> Row:
        """An office."""
        return (self.id("offices", r["id"]), _name(r), self.connection.name, str(r["id"]))

    def source(self, r: Record) -> Row:
        """Where applications come from."""
        name = _name(r)
        how = origin(f"{_type_name(r)} {name}")
        return (self.id("sources", r["id"]), name, how, self.connection.name, str(r["id"]))

    def referrer(self, r: Record) -> Row:
        """Who is credited with applications."""
        user_id = self.detail("users", r.get("user_id"))
        return (self.id("referrers", r["id"]), user_id, self.connection.name, str(r["id"]))

    def rejection_reason(self, r: Record) -> Row:
        """Why an application ended, and who ended it."""
        name = _name(r)
        said = f"{_type_name(r)} {name}".lower()
        by_candidate = any(word in said for word in _BY_CANDIDATE)
        return (self.id("rejection_reasons", r["id"]), name, by_candidate, self.connection.name, str(r["id"]))

    def job(self, r: Record) -> Row:
        """A job."""
        office = next(iter(_list(r, "office_ids")), None)
        status = _text(r, "status")
        return (
            self.id("jobs", r["id"]),
            self.connection.name,
            str(r["id"]),
            _name(r),
            JobStatus(status) if status in set(JobStatus) else JobStatus.DRAFT,
            self.detail("departments", r.get("department_id")),
            self.detail("offices", office),
            _optional_time(r, "opened_at"),
            _optional_time(r, "closed_at"),
            _needed_time(r, "created_at"),
        )

    def opening(self, r: Record) -> Row:
        """A seat of a job."""
        return (
            self.id("openings", r["id"]),
            self.id("jobs", r["job_id"]),
            self.reference("applications", r.get("application_id")),
            _needed_text(r, "status"),
            _optional_time(r, "opened_at"),
            _optional_time(r, "closed_at"),
            str(r["id"]),
        )

    def job_stage(self, r: Record, *, last_position: int) -> Row:
        """A stage of a job; its kind follows from its name."""
        position, name = r["sort_order"], _name(r)
        kind = stage_kind(name, position=position, last_position=last_position)
        return (
            self.id("job_interview_stages", r["id"]),
            self.id("jobs", r["job_id"]),
            str(r["id"]),
            name,
            kind,
            position,
            r.get("active") is not False,
        )

    def hiring_manager(self, r: Record) -> Row:
        """A hiring manager of a job."""
        return self._team("job_hiring_managers", r, TeamRole.HIRING_MANAGER)

    def owner(self, r: Record) -> Row:
        """A recruiter, coordinator or sourcer of a job."""
        if r["type"] not in set(TeamRole):
            raise MalformedRecordError("type is not one we know")
        return self._team("job_owners", r, TeamRole(r["type"]))

    def _team(self, collection: str, r: Record, role: TeamRole) -> Row:
        return (
            self.id(collection, r["id"]),
            self.id("jobs", r["job_id"]),
            self.id("users", r["user_id"]),
            role,
            bool(r.get("responsible")),
            self.connection.name,
            collection,
        )

    def person(self, r: Record) -> Row:
        """A candidate or prospect."""
        links = [v for k in ("social_media_addresses", "website_addresses") for v, _ in _points(r, k)]
        return (
            self.id("candidates", r["id"]),
            self.connection.name,
            str(r["id"]),
            _text(r, "first_name") or "",
            _text(r, "last_name") or "",
            _text(r, "title"),
            _text(r, "company"),
            next((value for value, _ in _points(r, "addresses")), None),
            _contact_points(_points(r, "email_addresses", clean=clean_identifier)),
            _contact_points(_points(r, "phone_numbers")),
            json.dumps(links),
            json.dumps(_tags(r)),
            _needed_time(r, "created_at"),
            _optional_time(r, "last_activity_at", "last_activity"),
            _time(r, "updated_at", "last_activity", "created_at"),
            bool(r.get("can_email", True)),
            not r.get(FROM_DELIVERY),
        )

    def application(self, r: Record, by_candidate: Callable[[UUID | None], bool]) -> Row | None:
        """An application; None for a prospect, who pursues no job yet."""
        stage_id = self.stage_of(r)
        if r.get("job_id") is None or stage_id is None or r["status"] == "converted":
            return None
        reason = self.detail("rejection_reasons", r.get("rejection_reason_id"))
        status = _STATUSES.get(_needed_text(r, "status"))
        if status is None:
            raise MalformedRecordError("status is not one we know")
        if status is ApplicationStatus.REJECTED and by_candidate(reason):
            status = ApplicationStatus.WITHDRAWN
        ended = {ApplicationStatus.ACTIVE: None, ApplicationStatus.HIRED: "last_activity_at"}.get(status, "rejected_at")
        return (
            self.id("applications", r["id"]),
            self.connection.name,
            str(r["id"]),
            self.id("candidates", r["candidate_id"]),
            self.detail("sources", r.get("source_id")),
            self.detail("users", r.get("credited_user_id")),
            _needed_time(r, "created_at"),
            _optional_time(r, "last_activity_at"),
            self.id("jobs", r["job_id"]),
            stage_id,
            status,
            _optional_time(r, "current_stage_at"),
            _optional_time(r, ended) if ended else None,
            reason,
            _needed_time(r, "updated_at"),
            self.detail("referrers", r.get("referrer_id")),
            not r.get(FROM_DELIVERY),
        )

    def stage_of(self, r: Record) -> UUID | None:
        """The stage an application's record names, by either of its two names."""
        named = r.get("stage_id")
        return self.reference("job_interview_stages", r.get("job_interview_stage_id") if named is None else named)

    def in_stage_since(self, r: Record, stage_id: UUID) -> datetime | None:
        """Since when an application's record has it in a stage; None if it has it elsewhere, or does not say."""
        return _time(r, "current_stage_at") if self.stage_of(r) == stage_id else None

    def stage_entry(self, r: Record) -> Row:
        """One entry into a stage."""
        return (
            self.id("application_stages", r["id"]),
            self.id("applications", r["application_id"]),
            self.id("job_interview_stages", r["job_interview_stage_id"]),
            _needed_time(r, "entered_at"),
            str(r["id"]),
        )

    def interview(self, r: Record) -> Row:
        """A scheduled or finished interview."""
        return (
            self.id("interviews", r["id"]),
            self.id("applications", r["application_id"]),
            _needed_text(r, "status"),
            _optional_time(r, "starts_at"),
            _optional_time(r, "ends_at"),
            str(r["id"]),
        )

    def interviewer(self, r: Record) -> Row:
        """Who interviews."""
        return (
            self.id("interviewers", r["id"]),
            self.id("interviews", r["interview_id"]),
            self.id("users", r["user_id"]),
            str(r["id"]),
        )

    def scorecard(self, r: Record) -> Row:
        """What an interviewer found."""
        return (
            self.id("scorecards", r["id"]),
            self.id("applications", r["application_id"]),
            self.detail("interviews", r.get("interview_id")),
            self.detail("users", r.get("interviewer_id")),
            _optional_time(r, "submitted_at"),
            _text(r, "candidate_rating"),
            str(r["id"]),
        )


_BY_CANDIDATE = ("they rejected us", "withdrew", "withdrawn", "declined", "accepted another", "not interested")

_ORIGINS = (
    (Origin.REFERRAL, r"referral|referred"),
    (Origin.AGENCY, r"agenc|headhunt|staffing"),
    (Origin.INTERNAL, r"internal"),
    (Origin.SOURCED, r"prospecting|sourc|outbound|social media"),
    (Origin.APPLIED, r"third-party|(?:job ?)?board|company marketing|career|attend event|applied|website|ads?\b"),
)
"""Beginnings of words in a source's type and name; the first that is there decides."""


def origin(words: str) -> Origin:
    """How an application came about, told from its source's type and name."""
    found = (kind for kind, signs in _ORIGINS if re.search(rf"\b(?:{signs})", words, re.IGNORECASE))
    return next(found, Origin.UNKNOWN)


_STATUSES = {
    "active": ApplicationStatus.ACTIVE,
    "in_process": ApplicationStatus.ACTIVE,
    "rejected": ApplicationStatus.REJECTED,
    "hired": ApplicationStatus.HIRED,
}


def _time(r: Record, *fields: str) -> datetime | None:
    """The first of these times that is given, in UTC; a mere date is its midnight."""
    field = next((field for field in fields if r.get(field)), None)
    if field is None:
        return None
    try:
        parsed = datetime.fromisoformat(r[field])
    except (TypeError, ValueError):
        raise MalformedRecordError(f"{field} is not a time") from None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def _needed_time(r: Record, field: str) -> datetime:
    found = _time(r, field)
    if found is None:
        raise MalformedRecordError(f"{field} is missing")
    return found


def _optional_time(r: Record, *fields: str) -> datetime | None:
    """As :func:`_time`, for a time that a record makes sense without: none if it cannot be read."""
    try:
        return _time(r, *fields)
    except MalformedRecordError:
        return None


def _text(r: Record, *fields: str) -> str | None:
    """The first of these texts that is given; a number is read as its digits, anything else as nothing."""
    return next((text for field in fields if (text := _as_text(r.get(field)))), None)


def _as_text(value: object) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _needed_text(r: Record, field: str) -> str:
    found = _text(r, field)
    if found is None:
        raise MalformedRecordError(f"{field} is missing")
    return found


def _name(r: Record) -> str:
    """What a record is called; one whose name cannot be read has none, one without a name is no such record."""
    return _as_text(r["name"]) or ""


def _type_name(r: Record) -> str:
    kind = r.get("type")
    return _as_text(kind.get("name") if isinstance(kind, dict) else kind) or ""


def _list(r: Record, field: str) -> Sequence[Any]:
    said = r.get(field)
    return said if isinstance(said, list) else ()


def _points(r: Record, field: str, *, clean: Callable[[str], str] = str) -> list[tuple[str, str | None]]:
    """Values with their types; those that are empty or cannot be read are left out."""
    points = [each if isinstance(each, dict) else {"value": each} for each in _list(r, field)]
    read = [(clean(_text(point, "value") or ""), _text(point, "type")) for point in points]
    return [(value, kind) for value, kind in read if value]


def _contact_points(points: Sequence[tuple[str, str | None]]) -> str:
    return json.dumps([{"value": value, "type": kind} for value, kind in points])


def _tags(r: Record) -> list[str]:
    tags = (_text(each, "name") if isinstance(each, dict) else _as_text(each) for each in _list(r, "tags"))
    return [tag for tag in tags if tag]
