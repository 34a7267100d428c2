"""A new person applies."""

from dataclasses import dataclass

from rapport.sandbox.company.applicants import Person, files_of
from rapport.sandbox.company.batch_writer import structure
from rapport.sandbox.vendors.greenhouse.changes import progress
from rapport.sandbox.vendors.greenhouse.changes.change import Change, Row
from rapport.sandbox.vendors.greenhouse.refusals import Refused
from rapport.sandbox.vendors.greenhouse.webhooks import payloads


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an application comes from; `name` is what the truth calls it."""

    name: str
    source: int
    referrer: int | None = None


def apply(change: Change, person: Person, job: int, origin: Origin) -> int:
    """Write a new candidate with an application in the first stage of the job; return the application's number."""
    team = _team(change, job)
    return _enter_process(
        change,
        _candidate(change, person, team),
        job,
        origin=origin.name,
        source_id=origin.source,
        referrer_id=origin.referrer,
        location=structure({"address": person.location}),
        **team,
    )


def add(change: Change, candidate: int, job: int) -> int:
    """Put a candidate into the first stage of an open job; return the application's number."""
    change.find("candidates", candidate)
    found = change.one("SELECT status FROM jobs WHERE id = ?", job)
    if found is None or found["status"] != "open":
        raise Refused(422, f"job_id {job} is not an open job.")
    if change.one(
        "SELECT id FROM applications WHERE candidate_id = ? AND job_id = ? AND status = 'active' AND NOT prospect",
        candidate,
        job,
    ):
        raise Refused(422, f"The candidate is active on job {job} already.")
    return _enter_process(change, candidate, job, origin="sourced")


def create(change: Change, **fields: object) -> int:
    """Write a new candidate; return their number."""
    row = change.one("SELECT max(id) AS last FROM candidates")
    number = 1 + int(row["last"] if row else 0)
    change.insert("candidates", id=number, is_private=0, can_email=1, last_activity_at=change.at, **fields)
    change.note_write(f"candidate {number} created")
    return number


def _enter_process(change: Change, candidate: int, job: int, *, origin: str, **values: object) -> int:
    first = progress.first_stage(change, job)
    application = change.insert(
        "applications",
        candidate_id=candidate,
        job_id=job,
        stage_id=first["id"],
        stage_name=first["name"],
        status="active",
        prospect=0,
        origin=origin,
        custom_fields="{}",
        current_stage_at=change.at,
        last_activity_at=change.at,
        **values,
    )
    change.insert(
        "application_stages", application_id=application, job_interview_stage_id=first["id"], entered_at=change.at
    )
    change.note_write(f"applied: {first['name']}", application)
    change.tell("new_candidate_application", {"application": payloads.application(change.connection, application)})
    return application


def _candidate(change: Change, person: Person, team: dict[str, int]) -> int:
    row = change.one("SELECT max(id) AS last FROM candidates")
    number = 1 + int(row["last"] if row else 0)
    change.insert("candidates", id=number, last_activity_at=change.at, **team, **person.profile(number, ()))
    for file in files_of(person, number):
        change.insert("attachments", **file)
    return number


def _team(change: Change, job: int) -> dict[str, int]:
    owners: list[Row] = change.all(
        "SELECT type, user_id FROM job_owners"
        " WHERE job_id = ? AND responsible AND type IN ('recruiter', 'coordinator')",
        job,
    )
    return {f"{owner['type']}_id": owner["user_id"] for owner in owners}
