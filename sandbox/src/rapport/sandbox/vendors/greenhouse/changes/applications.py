"""An application deleted: it was created by mistake, or twice."""

from rapport.sandbox.vendors.greenhouse.changes.change import Change
from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS
from rapport.sandbox.vendors.greenhouse.webhooks import payloads

_PARTS = tuple(
    name for name, collection in COLLECTIONS.items() if "application_id" in collection.stored and name != "openings"
)
_STAYING = frozenset({"scorecards", "notes", "attachments"})
"""What belongs to the person as much: it outlives the application."""


def delete(change: Change, number: int) -> None:
    """Delete one application; the person stays, and so do the scorecards about them."""
    row = change.find("applications", number)
    detail = change.one("SELECT rejected_by_id FROM rejection_details WHERE application_id = ?", number)
    remove_parts(change, number, keeping=_STAYING)
    change.remove("applications", number)
    change.note_write("application deleted", number)
    rejected_by = detail["rejected_by_id"] if detail else None
    change.tell("delete_application", payloads.deleted_application(row, rejected_by))


def remove_parts(change: Change, number: int, *, keeping: frozenset[str] = frozenset()) -> None:
    """Delete what there is only because of an application."""
    for interview in change.all("SELECT id FROM interviews WHERE application_id = ?", number):
        change.remove_all("interviewers", "interview_id", interview["id"])
    for name in _PARTS:
        if name not in keeping:
            change.remove_all(name, "application_id", number)
