"""Changes of a candidate: corrected, merged, anonymised, deleted."""

from rapport.local.ats.changes.change import Change, Row
from rapport.local.ats.collections import COLLECTIONS
from rapport.local.ats.refusals import Refused
from rapport.local.ats.webhooks import payloads

_CORRECTABLE = frozenset({"first_name", "last_name", "preferred_name", "title", "company"})
_OF_APPLICATION = tuple(
    name for name, collection in COLLECTIONS.items() if "application_id" in collection.stored and name != "openings"
)
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


def merge(change: Change, duplicate: int, into: int) -> None:
    """Merge two records of one person. The duplicate is deleted, and the vendor sends both events."""
    if duplicate == into:
        raise Refused(422, "A candidate cannot be merged with itself.")
    gone, applications = change.find("candidates", duplicate), _applications(change, duplicate)
    change.find("candidates", into)
    for name in _OF_CANDIDATE:
        for row in change.all(f'SELECT id FROM "{name}" WHERE candidate_id = ?', duplicate):  # noqa: S608
            change.update(name, row["id"], candidate_id=into)
    change.remove("candidates", duplicate)
    change.update("candidates", into, last_activity_at=change.at)
    change.note_write(f"candidate {duplicate} merged into {into}")
    change.tell("delete_candidate", payloads.deleted_candidate(gone, []))
    change.tell(
        "candidate_merged",
        {
            "candidate": payloads.candidate(change.connection, into),
            "old_candidate_id": duplicate,
            "new_candidate_id": into,
            "application_ids": applications,
        },
    )


def anonymise(change: Change, candidate: int) -> None:
    """Take away what identifies a person; the applications stay."""
    change.find("candidates", candidate)
    change.update(
        "candidates",
        candidate,
        first_name="(anonymized)",
        last_name="(anonymized)",
        preferred_name=None,
        title=None,
        company=None,
        can_email=0,
        tags="[]",
        email_addresses="[]",
        phone_numbers="[]",
        addresses="[]",
        social_media_addresses="[]",
        website_addresses="[]",
    )
    for name in ("candidate_educations", "candidate_employments", "applied_candidate_tags", "notes"):
        _remove_all(change, name, "candidate_id", candidate)
    change.note_write(f"candidate {candidate} anonymised")
    change.tell(
        "candidate_anonymized", {"candidate": {"id": candidate, "application_ids": _applications(change, candidate)}}
    )


def delete(change: Change, candidate: int) -> None:
    """Delete a person with everything about them. An opening they filled stays filled."""
    row: Row = change.find("candidates", candidate)
    applications = _applications(change, candidate)
    for application in applications:
        for interview in change.all("SELECT id FROM interviews WHERE application_id = ?", application):
            _remove_all(change, "interviewers", "interview_id", interview["id"])
        for name in _OF_APPLICATION:
            _remove_all(change, name, "application_id", application)
    for name in _OF_CANDIDATE:
        _remove_all(change, name, "candidate_id", candidate)
    change.remove("candidates", candidate)
    change.note_write(f"candidate {candidate} deleted")
    change.tell("delete_candidate", payloads.deleted_candidate(row, applications))


def _applications(change: Change, candidate: int) -> list[int]:
    rows = change.all("SELECT id FROM applications WHERE candidate_id = ? ORDER BY id", candidate)
    return [row["id"] for row in rows]


def _remove_all(change: Change, collection: str, column: str, number: int) -> None:
    for row in change.all(f'SELECT id FROM "{collection}" WHERE "{column}" = ?', number):  # noqa: S608 - our names
        change.remove(collection, row["id"])
