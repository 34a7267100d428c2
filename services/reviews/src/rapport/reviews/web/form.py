"""The page's forms: read as fields, turned into requests, and their errors in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from aiohttp import web
from pydantic import ValidationError

from rapport.contracts.refusals import Invalid, Refusal, VerdictConflict
from rapport.contracts.reviews import MAX_NOTE, GiveVerdict, TakeBackVerdict
from rapport.contracts.vocabulary import NoteVisibility
from rapport.kit import json_text
from rapport.reviews.web.labels import VERDICTS
from rapport.reviews.web.view import READERS, Entry

MAX_BODY = 512 * 1024
"""Bytes of a form: a note that is many times too long is still handed back to its author."""
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_FIELDS = frozenset({"person_id", "verdict", "note", "visibility", "version"})

_RequestT = TypeVar("_RequestT", GiveVerdict, TakeBackVerdict)


class FormError(Exception):
    """A form that cannot be accepted, in words for the reviewer."""

    def __init__(self, message: str, *, status: int = 400, field: str | None = None) -> None:
        """``field`` is the one to correct, if one is."""
        super().__init__(message)
        self.message = message
        self.status = status
        self.field = field


class ConflictError(FormError):
    """The reviewer has given a newer verdict elsewhere."""

    def __init__(self, conflict: VerdictConflict) -> None:
        """``conflict`` holds the newer verdict."""
        super().__init__("You gave a newer verdict in another tab or on another device.", status=409, field="version")
        self.conflict = conflict


class LinkClosedError(Exception):
    """The link does not open the page, or no longer."""

    def __init__(self, reason: str, *, closed_by: str | None = None, closed_at: datetime | None = None) -> None:
        """``reason`` is ``unknown``, ``closed`` or a ``LinkState``; the rest is known of a cancelled review."""
        super().__init__(reason)
        self.reason = reason
        self.closed_by = closed_by
        self.closed_at = closed_at
        self.status = 404 if reason == "unknown" else 410


def wants_json(request: web.Request) -> bool:
    """Whether the page's script sent this, not the browser."""
    return request.content_type == _JSON or request.headers.get("Accept") == _JSON


async def read_fields(request: web.Request) -> dict[str, str]:
    """The fields of a form or of a JSON object.

    Raises:
        FormError: the body is something else, too large, or has other fields.
    """
    try:
        if wants_json(request):
            fields = json_text.loads(await request.read())
        elif request.content_type == _FORM:
            fields = dict(await request.post())
        else:
            raise FormError("Only forms and JSON are understood here.", status=415)
    except web.HTTPRequestEntityTooLarge:
        raise FormError(f"The form is too large: a note has at most {MAX_NOTE:,} characters.", status=413) from None
    except (ValueError, LookupError):
        raise FormError("The request cannot be read.") from None
    if not isinstance(fields, dict):
        raise FormError("The request cannot be read: it must be an object.")
    for name, value in fields.items():
        if name not in _FIELDS or not isinstance(value, str):
            raise FormError(f"The request cannot be read: {name[:40]!r}.", field=name[:40])
    return fields


async def typed_note(request: web.Request) -> str:
    """The note in the fields, even if the others are invalid."""
    try:
        return (await read_fields(request)).get("note", "")
    except FormError:
        return ""


def verdict_in(review_id: UUID, fields: Mapping[str, str]) -> GiveVerdict:
    """The verdict that a form gives.

    Raises:
        FormError: a field is missing or wrong.
    """
    values: dict[str, Any] = {**_identity(fields), "verdict": fields.get("verdict")}
    if "note" in fields:
        # Browsers send line ends as CR LF; a note counts as many characters as its author typed.
        values["note"] = fields["note"].replace("\r\n", "\n")
    if "visibility" in fields:
        values["visibility"] = fields["visibility"]
    return _validated(GiveVerdict, review_id=review_id, **values)


def withdrawal_in(review_id: UUID, fields: Mapping[str, str]) -> TakeBackVerdict:
    """The verdict that a form takes back; its other fields are ignored.

    Raises:
        FormError: a field is missing or wrong.
    """
    return _validated(TakeBackVerdict, review_id=review_id, **_identity(fields))


def entries_in(fields: Mapping[str, str]) -> dict[UUID, Entry]:
    """What was typed, by person, as far as the fields are valid."""
    try:
        person_id = UUID(fields.get("person_id", ""))
    except ValueError:
        return {}
    known = fields.get("visibility") in set(NoteVisibility)
    visibility = NoteVisibility(fields["visibility"]) if known else NoteVisibility.HIRING_TEAM
    return {person_id: Entry(fields.get("note", ""), visibility)}


def error_of(refusal: Refusal) -> Exception:
    """A refusal as the page reports it."""
    match refusal:
        case VerdictConflict():
            return ConflictError(refusal)
        case Invalid(problems=problems):
            field = problems[0].path
            subject = "The note " if field == "note" else ""
            text = f"{subject}{problems[0].message}"
            return FormError(f"{text[:1].upper()}{text[1:]}.", field=field)
        case _ if refusal.kind == "not_found":
            return FormError("This person is not part of the review.", field="person_id")
        case _:
            return LinkClosedError("closed")


def _identity(fields: Mapping[str, str]) -> dict[str, Any]:
    return {"person_id": fields.get("person_id"), "expected_version": fields.get("version") or 0}


def _validated(request_type: type[_RequestT], **values: Any) -> _RequestT:
    try:
        return request_type(**values)
    except ValidationError as problem:
        field = str(problem.errors(include_input=False)[0]["loc"][0])
        raise FormError(_FIELD_ERRORS.get(field, "The request cannot be read."), field=field) from None


_FIELD_ERRORS = {
    "person_id": "The id of the person is missing or invalid.",
    "verdict": f"Choose one of: {', '.join(verdict.value for verdict in VERDICTS)}.",
    "note": f"The note is too long to be saved: at most {MAX_NOTE:,} characters. Nothing is lost; please shorten it.",
    "visibility": f"Who may read the note: choose one of {', '.join(v.value for v in READERS)}.",
}
