"""Changes of a job: opened like another one, closed, opened again."""

from rapport.local.ats.changes.change import Change
from rapport.local.ats.refusals import Refused
from rapport.local.ats.webhooks import payloads

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
