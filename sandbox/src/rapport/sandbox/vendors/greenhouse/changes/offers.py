"""Offers: made, sent, declined. Acceptance is a hire."""

from datetime import UTC, datetime, timedelta

import orjson

from rapport.sandbox.vendors.greenhouse.changes.change import Change, Row
from rapport.sandbox.vendors.greenhouse.refusals import Refused
from rapport.sandbox.vendors.greenhouse.webhooks import payloads

_NOTICE = timedelta(days=45)


def make(change: Change, application: int) -> int:
    """Write the next version of an offer; the one before is out of date with it."""
    row = change.find("applications", application)
    if row["status"] != "active":
        raise Refused(422, f"The application is {row['status']}, not active.")
    before = change.one("SELECT * FROM offers WHERE application_id = ? ORDER BY version DESC LIMIT 1", application)
    if before is not None and before["status"] == "Created":
        change.update("offers", before["id"], status="Deprecated", resolved_at=change.at)
        change.tell("offer_updated", payloads.offer(change.connection, before["id"]))
    offer = change.insert(
        "offers",
        application_id=application,
        job_id=row["job_id"],
        candidate_id=row["candidate_id"],
        user_id=change.user,
        version=1 + (before["version"] if before else 0),
        status="Created",
        starts_on=_day(change.at, _NOTICE),
        custom_fields='{"employment_type":"Full-time"}',
    )
    change.update("applications", application, last_activity_at=change.at)
    change.note_write("offer made", application)
    change.tell("offer_created", payloads.offer(change.connection, offer))
    return offer


def send(change: Change, offer: int) -> None:
    """Send an offer that has been made."""
    row = _open(change, offer)
    change.update("offers", offer, sent_at=change.at, sent_on=_day(change.at))
    change.note_write("offer sent", row["application_id"])
    change.tell("offer_updated", payloads.offer(change.connection, offer))


def decline(change: Change, offer: int, reason: str | None = None) -> None:
    """Note that an offer was declined, and why if that is known."""
    row = _open(change, offer)
    fields = {**orjson.loads(row["custom_fields"] or "{}"), **({"decline_reason": reason} if reason else {})}
    own = orjson.dumps(fields).decode()
    change.update("offers", offer, status="Rejected", resolved_at=change.at, custom_fields=own)
    change.note_write("offer declined", row["application_id"])
    change.tell("offer_updated", payloads.offer(change.connection, offer))


def delete(change: Change, offer: int) -> None:
    """Delete an offer as if it had never been made."""
    row = change.find("offers", offer)
    change.remove("offers", offer)
    change.note_write("offer deleted", row["application_id"])
    change.tell("offer_deleted", payloads.deleted_offer(row))


def _open(change: Change, offer: int) -> Row:
    row = change.find("offers", offer)
    if row["status"] != "Created":
        raise Refused(422, f"The offer is {row['status']}.")
    return row


def _day(moment: int, later: timedelta = timedelta()) -> str:
    return (datetime.fromtimestamp(moment / 1000, UTC) + later).date().isoformat()
