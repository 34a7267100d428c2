"""Changes of an application: moved, rejected, unrejected, hired."""

from rapport.sandbox.vendors.greenhouse.changes.change import Change, Row
from rapport.sandbox.vendors.greenhouse.refusals import Refused
from rapport.sandbox.vendors.greenhouse.webhooks import payloads


def move(change: Change, number: int, from_stage: int, to_stage: int | None) -> None:
    """Move an active application out of the stage it is expected in; without a target, into the next one."""
    application = _active(change, number)
    if application["stage_id"] != from_stage:
        raise Refused(
            422,
            f"from_stage_id {from_stage} is not the application's current stage; it is {application['stage_id']}.",
        )
    target = _target(change, application, to_stage)
    _enter(change, application, target)
    change.note_write(f"moved to {target['name']}", number)
    change.tell("candidate_stage_change", {"application": payloads.application(change.connection, number)})


def transfer(change: Change, number: int, from_stage: int, to_job: int) -> None:
    """Move an active application out of the stage it is expected in, into the first stage of another job."""
    application = _active(change, number)
    if application["stage_id"] != from_stage:
        raise Refused(
            422,
            f"from_stage_id {from_stage} is not the application's current stage; it is {application['stage_id']}.",
        )
    job = change.one("SELECT status FROM jobs WHERE id = ?", to_job)
    if job is None or job["status"] != "open":
        raise Refused(422, f"to_job_id {to_job} is not an open job.")
    if change.one(
        "SELECT id FROM applications WHERE candidate_id = ? AND job_id = ? AND status = 'active' AND NOT prospect",
        application["candidate_id"],
        to_job,
    ):
        raise Refused(422, f"The candidate is active on job {to_job} already.")
    target = first_stage(change, to_job)
    _enter(change, application, target, job_id=to_job)
    change.note_write(f"transferred to {target['name']} of job {to_job}", number)
    change.tell("candidate_stage_change", {"application": payloads.application(change.connection, number)})


def first_stage(change: Change, job: int) -> Row:
    """Where applications for a job begin."""
    first = change.one(
        "SELECT * FROM job_interview_stages WHERE job_id = ? AND active ORDER BY sort_order LIMIT 1", job
    )
    if first is None:
        raise Refused(422, f"Job {job} has no stages.")
    return first


def _active(change: Change, number: int) -> Row:
    application = change.find("applications", number)
    if application["status"] != "active":
        raise Refused(422, f"The application is {application['status']}, not active.")
    if application["prospect"]:
        raise Refused(422, "A prospect has no stages of a job.")
    return application


def _target(change: Change, application: Row, to_stage: int | None) -> Row:
    if to_stage is None:
        following = change.one(
            "SELECT target.* FROM job_interview_stages current JOIN job_interview_stages target USING (job_id)"
            " WHERE current.id = ? AND target.sort_order > current.sort_order AND target.active"
            " ORDER BY target.sort_order LIMIT 1",
            application["stage_id"],
        )
        if following is None:
            raise Refused(422, "The application is in the last stage.")
        return following
    target = change.one("SELECT * FROM job_interview_stages WHERE id = ?", to_stage)
    if target is None or target["job_id"] != application["job_id"] or not target["active"]:
        raise Refused(422, f"to_stage_id {to_stage} is not an active stage of job {application['job_id']}.")
    if to_stage == application["stage_id"]:
        raise Refused(422, "The application is in that stage already.")
    return target


def _enter(change: Change, application: Row, target: Row, **values: object) -> None:
    current = _current_entry(change, application["id"])
    if current is not None:
        change.update("application_stages", current["id"], exited_at=change.at)
    change.insert(
        "application_stages",
        application_id=application["id"],
        job_interview_stage_id=target["id"],
        moved_by_id=change.user,
        entered_at=change.at,
    )
    change.update(
        "applications",
        application["id"],
        stage_id=target["id"],
        stage_name=target["name"],
        current_stage_at=change.at,
        last_activity_at=change.at,
        **values,
    )
    _touch(change, application)


def _current_entry(change: Change, application: int) -> Row | None:
    return change.one(
        "SELECT * FROM application_stages WHERE application_id = ? AND exited_at IS NULL ORDER BY id DESC LIMIT 1",
        application,
    )


def _touch(change: Change, application: Row) -> None:
    change.update("candidates", application["candidate_id"], last_activity_at=change.at)


def reject(change: Change, number: int, reason: int, notes: str | None) -> None:
    """Reject an active application; it stays in the stage it was in."""
    application = _active_or_prospect(change, number)
    found = change.one("SELECT * FROM rejection_reasons WHERE id = ?", reason)
    if found is None:
        raise Refused(422, f"rejection_reason_id {reason} does not exist.")
    change.insert(
        "rejection_details",
        application_id=number,
        rejection_reason_id=reason,
        rejected_by_id=change.user,
        notes=notes,
        custom_fields="{}",
        rejected_at=change.at,
    )
    _end(change, application, status="rejected", rejected_at=change.at, rejection_reason_id=reason)
    change.note_write(f"rejected: {found['name']}", number)
    change.tell("reject_candidate", {"application": payloads.application(change.connection, number)})


def _active_or_prospect(change: Change, number: int) -> Row:
    application = change.find("applications", number)
    if application["status"] != "active":
        raise Refused(422, f"The application is {application['status']}, not active.")
    return application


def _end(change: Change, application: Row, **values: object) -> None:
    change.update("applications", application["id"], last_activity_at=change.at, **values)
    current = _current_entry(change, application["id"])
    if current is not None:
        change.update("application_stages", current["id"], ended_at=change.at)
    _touch(change, application)


def unreject(change: Change, number: int) -> None:
    """Take a rejection back; the application goes on in the stage it was rejected in."""
    application = change.find("applications", number)
    if application["status"] != "rejected":
        raise Refused(422, f"The application is {application['status']}, not rejected.")
    for detail in change.all("SELECT id FROM rejection_details WHERE application_id = ?", number):
        change.remove("rejection_details", detail["id"])
    change.update(
        "applications",
        number,
        status="active",
        rejected_at=None,
        rejection_reason_id=None,
        last_activity_at=change.at,
    )
    current = _current_entry(change, number)
    if current is not None:
        change.update("application_stages", current["id"], ended_at=None)
    _touch(change, application)
    change.note_write("unrejected", number)
    change.tell("unreject_candidate", {"application": payloads.application(change.connection, number)})


def hire(change: Change, number: int, opening: int | None = None, starts_on: str | None = None) -> None:
    """Hire: accept the offer that is out and fill an opening of the job; the offer keeps when the person begins."""
    application = _active(change, number)
    filled = _opening(change, application, opening)
    _accept_offer(change, number, starts_on)
    if filled is not None:
        reason = change.one("SELECT id FROM close_reasons ORDER BY id LIMIT 1")
        change.update(
            "openings",
            filled["id"],
            status="closed",
            closed_at=change.at,
            application_id=number,
            close_reason_id=reason["id"] if reason else None,
        )
    _end(change, application, status="hired", hired_at=change.at)
    change.note_write("hired", number)
    payload = payloads.application(change.connection, number)
    payload["opening"] = {"opening_id": filled["opening_id"], "custom_fields": []} if filled else None
    change.tell("hire_candidate", {"application": payload})


def _opening(change: Change, application: Row, opening: int | None) -> Row | None:
    if opening is None:
        return change.one(
            "SELECT * FROM openings WHERE job_id = ? AND status = 'open' ORDER BY opened_at, id LIMIT 1",
            application["job_id"],
        )
    found = change.one("SELECT * FROM openings WHERE id = ?", opening)
    if found is None or found["job_id"] != application["job_id"] or found["status"] != "open":
        raise Refused(422, f"opening_id {opening} is not an open opening of job {application['job_id']}.")
    return found


def _accept_offer(change: Change, application: int, starts_on: str | None) -> None:
    offer = change.one(
        "SELECT id, sent_at, starts_on FROM offers WHERE application_id = ? AND status = 'Created'"
        " ORDER BY version DESC LIMIT 1",
        application,
    )
    if offer is not None:
        sent = offer["sent_at"] or change.at
        starts_on = starts_on or offer["starts_on"]
        change.update(
            "offers", offer["id"], status="Accepted", sent_at=sent, resolved_at=change.at, starts_on=starts_on
        )
        change.tell("offer_updated", payloads.offer(change.connection, offer["id"]))
