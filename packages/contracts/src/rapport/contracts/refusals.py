"""Typed refusals: expected failures are values, never strings in exceptions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from rapport.contracts.vocabulary import ApplicationAction, ApplicationStatus, NoteVisibility, SyncState, Verdict


class _Refusal(BaseModel):
    model_config = ConfigDict(frozen=True)


class NotFound(_Refusal):
    """Nothing by that id that the viewer may see; foreign and unknown ids look alike."""

    kind: Literal["not_found"] = "not_found"
    what: str
    id: str


class Forbidden(_Refusal):
    """The viewer sees the thing but may not do this to it."""

    kind: Literal["forbidden"] = "forbidden"
    reason: str


class InputProblemCode(StrEnum):
    """What is wrong with a field of the input, for programs."""

    REQUIRED = "required"
    """The field must be given."""
    UNKNOWN_FIELD = "unknown_field"
    """There is no such field."""
    TOO_SHORT = "too_short"
    """The text is too short, or empty."""
    TOO_LONG = "too_long"
    """The text is too long."""
    TOO_FEW = "too_few"
    """The list has too few items."""
    TOO_MANY = "too_many"
    """The list has too many items."""
    OUT_OF_RANGE = "out_of_range"
    """The number or the time is outside the allowed range."""
    TIME_ZONE_REQUIRED = "time_zone_required"
    """The time has no time zone."""
    NOT_ALLOWED = "not_allowed"
    """The value is none of the allowed ones."""
    MALFORMED = "malformed"
    """The value does not have the documented form."""
    INVALID_ID = "invalid_id"
    """The value is not an id, or the id of another kind of thing."""
    NOT_FOUND = "not_found"
    """There is no such thing, or it does not belong to what else the input names."""
    USER_LEFT = "user_left"
    """The user no longer belongs to the organisation."""
    NO_ADDRESS = "no_address"
    """There is no mail address that can be used."""
    KEY_REUSED = "key_reused"
    """The idempotency key was used for another request."""
    WRONG_STATE = "wrong_state"
    """What it names is in a state that does not allow this, or in the wanted one already."""
    INVALID = "invalid"
    """The value cannot be accepted as things stand; the message says why."""


class FieldProblem(BaseModel):
    """One thing wrong with the input, and where: ``path`` is dotted, from the request's root."""

    model_config = ConfigDict(frozen=True)

    path: str
    message: str
    """For people; continues the field's name, as "must not be empty"."""
    code: InputProblemCode = InputProblemCode.INVALID
    """For programs."""


class Invalid(_Refusal):
    """The request cannot be understood or makes no sense, field by field."""

    kind: Literal["invalid"] = "invalid"
    problems: tuple[FieldProblem, ...]

    @classmethod
    def because(cls, path: str, message: str, code: InputProblemCode = InputProblemCode.INVALID) -> "Invalid":
        """A refusal with a single problem."""
        return cls(problems=(FieldProblem(path=path, message=message, code=code),))


class ApplicationState(BaseModel):
    """Where an application stands now: what a move is decided on, and what a conflict shows."""

    model_config = ConfigDict(frozen=True)

    application_id: UUID
    job_id: UUID
    person_id: UUID
    stage_id: UUID
    status: ApplicationStatus
    version: int
    sync: SyncState
    ats_stage_id: UUID | None = None
    refused_action: ApplicationAction | None = None


class StageConflict(_Refusal):
    """The application is no longer where the request believed it to be; nothing was changed.

    ``ats_changed``: it was to settle a conflict with the ATS, which is settled already, or is about another stage by
    now. ``reopened``: it is not closed any more. ``job_closed``: its job is closed, and nobody else is hired for it.
    """

    kind: Literal["stage_conflict"] = "stage_conflict"
    reason: Literal["moved", "closed", "ats_changed", "reopened", "job_closed"]
    current: ApplicationState
    changed_by: UUID | None = None
    """The user who changed it last; absent if it was the ATS, or nobody needs to be named."""


class VerdictState(BaseModel):
    """A reviewer's own verdict as it is now: what a conflict shows."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict
    note: str | None
    visibility: NoteVisibility
    given_at: datetime
    version: int


class VerdictConflict(_Refusal):
    """The reviewer's verdict is not the one that the request had seen; nothing was changed."""

    kind: Literal["verdict_conflict"] = "verdict_conflict"
    current: VerdictState | None
    """Absent if it was taken back, or never given."""


class ReviewState(BaseModel):
    """What may be amended of a review, as it is now."""

    model_config = ConfigDict(frozen=True)

    version: int
    note: str | None
    due_at: datetime | None


class ReviewConflict(_Refusal):
    """What the request would overwrite was amended since the version that it had seen; nothing was changed."""

    kind: Literal["review_conflict"] = "review_conflict"
    current: ReviewState


class NoteState(BaseModel):
    """A note as it is now: what a conflict shows its author."""

    model_config = ConfigDict(frozen=True)

    version: int
    body: str
    visibility: NoteVisibility
    edited_at: datetime | None


class NoteConflict(_Refusal):
    """The note was changed since the version that the request had seen; nothing was changed."""

    kind: Literal["note_conflict"] = "note_conflict"
    current: NoteState


class AgreedActionState(BaseModel):
    """An agreed action as it is now: what a conflict shows."""

    model_config = ConfigDict(frozen=True)

    version: int
    text: str | None
    owner_id: UUID
    due_on: date
    done_at: datetime | None


class AgreedActionConflict(_Refusal):
    """The action was changed since the version that the request had seen; nothing was changed."""

    kind: Literal["agreed_action_conflict"] = "agreed_action_conflict"
    current: AgreedActionState


class AssignmentConflict(_Refusal):
    """Somebody else looks after the person than the request had seen; nothing was changed."""

    kind: Literal["assignment_conflict"] = "assignment_conflict"
    current: UUID | None
    """The user who does now; absent if nobody does."""


class TemplateState(BaseModel):
    """A message template as it is now: what a conflict shows."""

    model_config = ConfigDict(frozen=True)

    version: int
    name: str
    subject: str
    body: str
    saved_by: UUID


class TemplateConflict(_Refusal):
    """The template was changed since the version that the request had seen; nothing was changed."""

    kind: Literal["template_conflict"] = "template_conflict"
    current: TemplateState


class TooSoon(_Refusal):
    """It was done a moment ago, and may be done again only after a while."""

    kind: Literal["too_soon"] = "too_soon"
    reason: str
    again_at: datetime


Refusal = (
    NotFound
    | Forbidden
    | Invalid
    | StageConflict
    | VerdictConflict
    | ReviewConflict
    | NoteConflict
    | AgreedActionConflict
    | AssignmentConflict
    | TemplateConflict
    | TooSoon
)

refusals: TypeAdapter[Refusal] = TypeAdapter(Annotated[Refusal, Field(discriminator="kind")])
"""Reads a refusal from JSON by its ``kind``."""
