"""Harvest records turned into rows: the only module that knows the names of Harvest's fields."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rapport.contracts.hiring import ApplicationStatus, JobStatus, Origin, TeamRole
from rapport.kit.identity import derived_id
from rapport.pipeline.ats.connection import Connection
from rapport.pipeline.ats.harvest import Record
from rapport.pipeline.domain.stage_kind import stage_kind

Row = tuple[Any, ...]

FROM_DELIVERY = "from_delivery"
"""Marks a record made of what a delivery says: of two of the same moment, the ATS's own record is the newer one."""


class UnreadableError(ValueError):
    """A record is not what it should be; its argument names the field, never its value."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns one connection's records into rows; ids are derived, so that a record read again is the same row."""

    connection: Connection

    def id(self, collection: str, external_id: object) -> UUID:
        """The id under which we keep a record of the ATS."""
        if external_id is None or isinstance(external_id, dict | list):
            raise UnreadableError(f"an id of {collection} is missing")
        return derived_id(self.connection.org_id, self.connection.name, collection, external_id)

    def reference(self, collection: str, external_id: object) -> UUID | None:
        """As :meth:`id`, for a reference that may be empty."""
        return None if external_id is None else self.id(collection, external_id)

    def user(self, r: Record) -> Row:
        """A user of the ATS."""
        name = r.get("name") or " ".join(filter(None, (r.get("first_name"), r.get("last_name"))))
        email = r.get("primary_email") or r.get("primary_email_address") or ""
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
        return (self.id("departments", r["id"]), r["name"])

    def office(self, r: Record) -> Row:
        """An office."""
        return (self.id("offices", r["id"]), r["name"])

    def source(self, r: Record) -> Row:
        """Where applications come from."""
        kind = r.get("type")
        kind = kind.get("name") if isinstance(kind, dict) else kind
        return (self.id("sources", r["id"]), r["name"], origin(f"{kind or ''} {r['name']}"))

    def referrer(self, r: Record) -> Row:
        """Who is credited with applications."""
        return (self.id("referrers", r["id"]), self.reference("users", r.get("user_id")))

    def rejection_reason(self, r: Record) -> Row:
        """Why an application ended, and who ended it."""
        kind = r.get("type")
        kind = (kind.get("name") if isinstance(kind, dict) else kind) or ""
        said = f"{kind} {r['name']}".lower()
        return (self.id("rejection_reasons", r["id"]), r["name"], any(word in said for word in _BY_CANDIDATE))

    def job(self, r: Record) -> Row:
        """A job."""
        office = next(iter(r.get("office_ids") or []), None)
        return (
            self.id("jobs", r["id"]),
            self.connection.name,
            str(r["id"]),
            r["name"],
            JobStatus(r["status"]) if r["status"] in set(JobStatus) else JobStatus.DRAFT,
            self.reference("departments", r.get("department_id")),
            self.reference("offices", office),
            _time(r, "opened_at"),
            _time(r, "closed_at"),
            _needed_time(r, "created_at"),
        )

    def opening(self, r: Record) -> Row:
        """A seat of a job."""
        return (
            self.id("openings", r["id"]),
            self.id("jobs", r["job_id"]),
            self.reference("applications", r.get("application_id")),
            r["status"],
            _time(r, "opened_at"),
            _time(r, "closed_at"),
        )

    def job_stage(self, r: Record, *, last_position: int) -> Row:
        """A stage of a job; its kind follows from its name."""
        position = r["sort_order"]
        kind = stage_kind(r["name"], position=position, last_position=last_position)
        return (
            self.id("job_interview_stages", r["id"]),
            self.id("jobs", r["job_id"]),
            str(r["id"]),
            r["name"],
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
            raise UnreadableError("type is not one we know")
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
        addresses = r.get("addresses") or []
        links = [
            a["value"]
            for k in ("social_media_addresses", "website_addresses")
            for a in r.get(k) or []
            if a.get("value")
        ]
        return (
            self.id("candidates", r["id"]),
            self.connection.name,
            str(r["id"]),
            r.get("first_name") or "",
            r.get("last_name") or "",
            r.get("title"),
            r.get("company"),
            next((a["value"] for a in addresses if a.get("value")), None),
            _contact_points(r.get("email_addresses")),
            _contact_points(r.get("phone_numbers")),
            json.dumps(links),
            json.dumps([t if isinstance(t, str) else t["name"] for t in r.get("tags") or []]),
            _needed_time(r, "created_at"),
            _time(r, "last_activity_at", "last_activity"),
            _time(r, "updated_at", "last_activity", "created_at"),
            bool(r.get("can_email", True)),
        )

    def application(self, r: Record, by_candidate: Callable[[UUID | None], bool]) -> Row | None:
        """An application; None for a prospect, who pursues no job yet."""
        stage_id = self.stage_of(r)
        if r.get("job_id") is None or stage_id is None or r["status"] == "converted":
            return None
        reason = self.reference("rejection_reasons", r.get("rejection_reason_id"))
        status = _STATUSES.get(r["status"])
        if status is None:
            raise UnreadableError("status is not one we know")
        if status is ApplicationStatus.REJECTED and by_candidate(reason):
            status = ApplicationStatus.WITHDRAWN
        ended = {ApplicationStatus.ACTIVE: None, ApplicationStatus.HIRED: "last_activity_at"}.get(status, "rejected_at")
        return (
            self.id("applications", r["id"]),
            self.connection.name,
            str(r["id"]),
            self.id("candidates", r["candidate_id"]),
            self.reference("sources", r.get("source_id")),
            self.reference("users", r.get("credited_user_id")),
            _needed_time(r, "created_at"),
            _time(r, "last_activity_at"),
            self.id("jobs", r["job_id"]),
            stage_id,
            status,
            _time(r, "current_stage_at"),
            _time(r, ended) if ended else None,
            reason,
            _needed_time(r, "updated_at"),
            self.reference("referrers", r.get("referrer_id")),
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
            r["status"],
            _time(r, "starts_at"),
            _time(r, "ends_at"),
        )

    def interviewer(self, r: Record) -> Row:
        """Who interviews."""
        return (
            self.id("interviewers", r["id"]),
            self.id("interviews", r["interview_id"]),
            self.id("users", r["user_id"]),
        )

    def scorecard(self, r: Record) -> Row:
        """What an interviewer found."""
        return (
            self.id("scorecards", r["id"]),
            self.id("applications", r["application_id"]),
            self.reference("interviews", r.get("interview_id")),
            self.reference("users", r.get("interviewer_id")),
            _time(r, "submitted_at"),
            r.get("candidate_rating"),
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
        raise UnreadableError(f"{field} is not a time") from None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def _needed_time(r: Record, field: str) -> datetime:
    found = _time(r, field)
    if found is None:
        raise UnreadableError(f"{field} is missing")
    return found


def _contact_points(points: Sequence[dict[str, Any]] | None) -> str:
    return json.dumps([{"value": p["value"], "type": p.get("type")} for p in points or [] if p.get("value")])
