"""A new person applies."""

from dataclasses import dataclass

from rapport.sandbox.company.applicants import Person, files_of
from rapport.sandbox.company.batch_writer import structure
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
    first = change.one(
        "SELECT * FROM job_interview_stages WHERE job_id = ? AND active ORDER BY sort_order LIMIT 1", job
    )
    if first is None:
        raise Refused(422, f"Job {job} has no stages.")
    team = _team(change, job)
    candidate = _candidate(change, person, team)
    application = change.insert(
        "applications",
        candidate_id=candidate,
        job_id=job,
        stage_id=first["id"],
        stage_name=first["name"],
        status="active",
        prospect=0,
        origin=origin.name,
        source_id=origin.source,
        referrer_id=origin.referrer,
        location=structure({"address": person.location}),
        custom_fields="{}",
        current_stage_at=change.at,
        last_activity_at=change.at,
        **team,
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
