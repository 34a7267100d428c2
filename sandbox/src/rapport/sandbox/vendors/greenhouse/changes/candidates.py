"""Changes of a candidate: corrected, merged, anonymised, deleted."""

from collections.abc import Sequence

from rapport.sandbox.vendors.greenhouse.changes import applications
from rapport.sandbox.vendors.greenhouse.changes.change import Change, Row
from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS
from rapport.sandbox.vendors.greenhouse.refusals import Refused
from rapport.sandbox.vendors.greenhouse.webhooks import payloads

_CORRECTABLE = frozenset({"first_name", "last_name", "preferred_name", "title", "company"})
_OF_CANDIDATE = tuple(name for name, collection in COLLECTIONS.items() if "candidate_id" in collection.stored)


def correct(change: Change, candidate: int, **fields: str) -> None:
    """Change what is known about a person."""
    change.find("candidates", candidate)
    unknown = sorted(set(fields) - _CORRECTABLE)
    if unknown or not fields:
        raise Refused(422, f"Only {', '.join(sorted(_CORRECTABLE))} can be corrected.")
    change.update("candidates", candidate, **fields)
    change.note_write(f"candidate {candidate} corrected")
    change.tell("update_candidate", {"candidate": payloads.candidate(change.connection, candidate)})


ASSIGNABLE = frozenset({"recruiter_id", "coordinator_id"})


def assign(change: Change, candidate: int, **users: int | None) -> None:
    """Say who looks after a person: users of the account who have not left, or nobody."""
    change.find("candidates", candidate)
    for name, user in users.items():
        row = None if user is None else change.one("SELECT deactivated FROM users WHERE id = ?", user)
        if user is not None and (row is None or row["deactivated"]):
            raise Refused(422, f"{name} {user} does not exist or is deactivated.")
    change.update("candidates", candidate, **users)
    change.note_write(f"candidate {candidate} assigned")
    change.tell("update_candidate", {"candidate": payloads.candidate(change.connection, candidate)})


NOTE_VISIBILITIES = ("admin_only", "private", "public")


def add_note(change: Change, candidate: int, application: int | None, body: str, visibility: str) -> int:
    """Write a note about a person, perhaps with one of their applications. No webhook says so, as with the vendor."""
    change.find("candidates", candidate)
    if application is not None and change.find("applications", application)["candidate_id"] != candidate:
        raise Refused(422, f"Application {application} is not one of candidate {candidate}.")
    number = change.insert(
        "notes",
        candidate_id=candidate,
        application_id=application,
        user_id=change.user,
        body=body,
        visibility=visibility,
        type="NOTE",
    )
    change.note_write("note added", application)
    return number


def merge(change: Change, duplicate: int, into: int) -> None:
    """Merge two records of one person: the duplicate goes, what belonged to it becomes the other's.

    Where both had applied for a job, one application goes, which has an event of its own. That the duplicate is gone
    is sent as the merge alone, as the vendor does for endpoints that subscribe to merges.
    """
    if duplicate == into:
        raise Refused(422, "A candidate cannot be merged with itself.")
    gone = change.find("candidates", duplicate)
    change.find("candidates", into)
    twice = change.all(
        "SELECT a.id FROM applications a WHERE a.candidate_id = ? AND a.job_id IN"
        " (SELECT job_id FROM applications WHERE candidate_id = ?) ORDER BY a.id",
        duplicate,
        into,
    )
    for application in twice:
        applications.delete(change, application["id"])
    for name in _OF_CANDIDATE:
        for row in change.all(f'SELECT id FROM "{name}" WHERE candidate_id = ?', duplicate):  # noqa: S608
            change.update(name, row["id"], candidate_id=into)
    change.remove("candidates", duplicate)
    change.update("candidates", into, last_activity_at=change.at)
    change.note_write(f"candidate {duplicate} merged into {into}")
    change.tell("merge_candidate", payloads.merged_candidate(gone, into))


_ANONYMIZED: dict[str, dict[str, object]] = {
    "full_name": {"first_name": "Anonymized", "preferred_name": None},
    "current_title": {"title": None},
    "current_company": {"company": None},
    "email_addresses": {"email_addresses": "[]", "can_email": 0},
    "phone_numbers": {"phone_numbers": "[]"},
    "addresses": {"addresses": "[]"},
    "social_media_links": {"social_media_addresses": "[]"},
    "websites": {"website_addresses": "[]"},
    "tags": {"tags": "[]"},
}
"""What is taken away of a candidate's record, by the vendor's names for it."""
_ANONYMIZED_LISTS = {
    "attachments": "attachments",
    "education": "candidate_educations",
    "employment": "candidate_employments",
    "notes": "notes",
}


def anonymise(change: Change, candidate: int, fields: Sequence[str] | None = None) -> None:
    """Take away what identifies a person, or some of it; the applications stay."""
    change.find("candidates", candidate)
    known = [*_ANONYMIZED, *_ANONYMIZED_LISTS]
    wanted = known if fields is None else list(fields)
    if not wanted or set(wanted) - set(known):
        raise Refused(422, f"Only {', '.join(known)} can be anonymized.")
    values: dict[str, object] = {}
    for field in wanted:
        values |= _ANONYMIZED.get(field, {})
    if "full_name" in wanted:
        values["last_name"] = str(candidate)
    change.update("candidates", candidate, **values)
    for field in wanted:
        if field in _ANONYMIZED_LISTS:
            change.remove_all(_ANONYMIZED_LISTS[field], "candidate_id", candidate)
    if "tags" in wanted:
        change.remove_all("applied_candidate_tags", "candidate_id", candidate)
    change.note_write(f"candidate {candidate} anonymised")
    change.tell("candidate_anonymized", payloads.anonymized_candidate(candidate, wanted))


def delete(change: Change, candidate: int) -> None:
    """Delete a person with everything about them. An opening they filled stays filled."""
    row: Row = change.find("candidates", candidate)
    gone = _applications(change, candidate)
    for application in gone:
        applications.remove_parts(change, application)
    for name in _OF_CANDIDATE:
        change.remove_all(name, "candidate_id", candidate)
    change.remove("candidates", candidate)
    change.note_write(f"candidate {candidate} deleted")
    change.tell("delete_candidate", payloads.deleted_candidate(row, gone))


def _applications(change: Change, candidate: int) -> list[int]:
    rows = change.all("SELECT id FROM applications WHERE candidate_id = ? ORDER BY id", candidate)
    return [row["id"] for row in rows]
