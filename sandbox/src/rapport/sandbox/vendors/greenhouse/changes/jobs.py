"""Changes of a job: opened like another one, closed, opened again."""

from rapport.sandbox.vendors.greenhouse.changes import applications
from rapport.sandbox.vendors.greenhouse.changes.change import Change
from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS
from rapport.sandbox.vendors.greenhouse.refusals import Refused
from rapport.sandbox.vendors.greenhouse.webhooks import payloads

_COPIED = (
    ("job_interview_stages", "name, kind, active, sort_order"),
    ("job_hiring_managers", "user_id, responsible"),
    ("job_owners", "user_id, type, responsible"),
    ("user_job_permissions", "user_id, role_id"),
)


def open_like(change: Change, template: int, name: str) -> int:
    """Open a job with the stages and the team of another one, and one opening."""
    row = change.find("jobs", template)
    job = change.insert(
        "jobs",
        name=name,
        status="open",
        department_id=row["department_id"],
        office_ids=row["office_ids"],
        copied_from_id=template,
        confidential=0,
        is_template=0,
        evergreen=0,
        custom_fields=row["custom_fields"],
        opened_at=change.at,
    )
    change.update("jobs", job, requisition_id=f"REQ-{job}")
    for collection, columns in _COPIED:
        for copied in change.all(f'SELECT {columns} FROM "{collection}" WHERE job_id = ? ORDER BY id', template):  # noqa: S608
            change.insert(collection, job_id=job, **dict(copied))
    change.insert("openings", job_id=job, opening_id=f"{job}-1", status="open", opened_at=change.at)
    change.note_write(f"job {job} opened: {name}")
    change.tell("job_created", {"job": payloads.job_with_team(change.connection, job)})
    return job


def set_status(change: Change, job: int, status: str) -> None:
    """Close a job or open it again; applications that are active stay so."""
    change.find("jobs", job)
    if status not in ("open", "closed"):
        raise Refused(422, "status must be open or closed.")
    change.update("jobs", job, status=status, closed_at=change.at if status == "closed" else None)
    change.note_write(f"job {job}: {status}")
    change.tell("job_updated", {"job": payloads.job_with_team(change.connection, job)})


def delete(change: Change, job: int) -> None:
    """Delete a closed job with its stages, posts and applications; no other webhook is sent for these."""
    row = change.find("jobs", job)
    if row["status"] != "closed":
        raise Refused(422, "Only a closed job can be deleted.")
    for application in change.all("SELECT id FROM applications WHERE job_id = ?", job):
        applications.remove_parts(change, application["id"])
        change.remove("applications", application["id"])
    for name, collection in COLLECTIONS.items():
        if "job_id" in collection.stored:
            change.remove_all(name, "job_id", job)
    change.remove("jobs", job)
    change.note_write(f"job {job} deleted")
    change.tell("job_deleted", payloads.deleted_job(row))


def delete_stage(change: Change, stage: int) -> None:
    """Remove a stage from its job; it must be empty."""
    row = change.find("job_interview_stages", stage)
    if change.one("SELECT id FROM applications WHERE stage_id = ? LIMIT 1", stage):
        raise Refused(422, "A stage with candidates in it cannot be deleted.")
    change.remove("job_interview_stages", stage)
    change.note_write(f"stage {stage} deleted")
    change.tell("job_interview_stage_deleted", payloads.deleted_stage(row))
