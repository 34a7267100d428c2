"""Changes of the company itself: departments and offices that are given up."""

import json

from rapport.sandbox.vendors.greenhouse.changes.change import Change
from rapport.sandbox.vendors.greenhouse.webhooks import payloads


def delete_department(change: Change, department: int) -> None:
    """Give a department up; its jobs are in none then."""
    row = change.find("departments", department)
    children = [each["id"] for each in change.all("SELECT id FROM departments WHERE parent_id = ?", department)]
    for job in change.all("SELECT id FROM jobs WHERE department_id = ?", department):
        change.update("jobs", job["id"], department_id=None)
    for child in children:
        change.update("departments", child, parent_id=None)
    change.remove("departments", department)
    change.note_write(f"department {department} deleted")
    change.tell("department_deleted", payloads.deleted_department(row, children))


def delete_office(change: Change, office: int) -> None:
    """Give an office up; its jobs are elsewhere, or nowhere."""
    row = change.find("offices", office)
    children = [each["id"] for each in change.all("SELECT id FROM offices WHERE parent_id = ?", office)]
    for job in change.all("SELECT id, office_ids FROM jobs"):
        at = json.loads(job["office_ids"])
        if office in at:
            change.update("jobs", job["id"], office_ids=json.dumps([each for each in at if each != office]))
    for child in children:
        change.update("offices", child, parent_id=None)
    change.remove("offices", office)
    change.note_write(f"office {office} deleted")
    change.tell("office_deleted", payloads.deleted_office(row, children))
