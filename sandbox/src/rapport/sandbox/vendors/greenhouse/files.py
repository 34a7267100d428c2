"""Files of candidates behind addresses that are signed and expire, as the vendor's store of files has them.

Known from the vendor's documentation: an attachment's `url` is a signed address with another host, good for some days,
and needs no token. Assumed: that it is signed anew with every answer. Ours is good for a quarter of an hour, so that
whoever keeps one notices.
"""

import hashlib
import hmac
import secrets
import sqlite3
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from rapport.sandbox.company.resumes import pdf
from rapport.sandbox.vendors.greenhouse.refusals import Refused

_LIFETIME = 900_000  # milliseconds


@dataclass(frozen=True)
class FileAddresses:
    """Signs addresses and recognises its own."""

    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def sign(self, address: str, number: int, now: int) -> str:
        """Return the address of an attachment's file below that of the sandbox, from now on."""
        expires = now + _LIFETIME
        query = urlencode({"Expires": expires, "Signature": self._signature(number, expires)})
        return f"{address}/files/{number}?{query}"

    def check(self, number: int, query: str, now: int) -> None:
        """Refuse an address that is not ours, or has expired."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(f"?{query}").query).items()}
        expires = given.get("Expires", "")
        known = expires.isdecimal() and hmac.compare_digest(
            given.get("Signature", ""), self._signature(number, int(expires))
        )
        if not known:
            raise Refused(403, "SignatureDoesNotMatch")
        if int(expires) < now:
            raise Refused(403, "Request has expired")

    def _signature(self, number: int, expires: int) -> str:
        return hmac.new(self._secret, f"{number}:{expires}".encode(), hashlib.sha256).hexdigest()


def file_of(connection: sqlite3.Connection, number: int) -> bytes:
    """Write the file of an attachment: what the candidate's record says, on a page."""
    attachment = connection.execute("SELECT * FROM attachments WHERE id = ?", (number,)).fetchone()
    if attachment is None:
        raise Refused(404, "NoSuchKey")
    candidate = attachment["candidate_id"]
    person = connection.execute("SELECT * FROM candidates WHERE id = ?", (candidate,)).fetchone()
    name = f"{person['first_name']} {person['last_name']}"
    if attachment["type"] != "resume":
        return pdf((name, "", "Dear team,", "", "I would like to work with you.", "", f"Yours, {name}"))
    jobs = connection.execute(
        "SELECT * FROM candidate_employments WHERE candidate_id = ? ORDER BY start_date DESC", (candidate,)
    )
    schools = connection.execute(
        "SELECT * FROM candidate_educations WHERE candidate_id = ? ORDER BY start_date DESC", (candidate,)
    )
    lines = [name, f"{person['title'] or ''}, {person['company'] or ''}".strip(", "), "", "EXPERIENCE"]
    lines += [
        f"{row['start_date']} - {row['end_date'] or 'now'}   {row['title']}, {row['company_name']}" for row in jobs
    ]
    lines += ["", "EDUCATION"]
    lines += [
        f"{row['end_date'] or ''}   {row['degree']}, {row['discipline']}, {row['school_name']}" for row in schools
    ]
    return pdf(lines)
