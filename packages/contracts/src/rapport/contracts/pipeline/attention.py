"""What needs attention, and what decides when it does: working hours, absences, thresholds."""

from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from rapport.contracts.authorisation import (
    EVERYBODY,
    OWN_ABSENCES,
    SEE_APPLICATIONS,
    SET_THRESHOLDS,
    SNOOZE_FLAGS,
    Rule,
)
from rapport.contracts.pipeline.progress import SeenBy
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import Page, Result
from rapport.contracts.text import CLEANED
from rapport.contracts.vocabulary import AttentionReason, Severity

MAX_SNOOZE_NOTE = 500
"""Characters of why a flag is snoozed."""
MAX_THRESHOLD = 10_000.0
"""Hours or days of working time."""
MAX_ABSENCE = timedelta(days=366)
"""How long an absence may be."""

Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of the day, as HH:MM."""
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_SNOOZE_NOTE), CLEANED]


class Flag(Result):
    """A reason for which an application needs attention."""

    id: UUID
    application_id: UUID
    person_id: UUID
    job_id: UUID
    stage_id: UUID
    reason: AttentionReason
    severity: Severity
    """How late it is."""
    since: datetime
    """Since when somebody owes it."""
    yellow_at: datetime
    """When it became late, in the working time of who must act."""
    red_at: datetime | None
    """When it becomes, or became, too late; null if they do not work before."""
    owner_id: UUID | None
    """Who must act; null if nobody is known."""
    raised_at: datetime
    """When it was noticed."""
    snoozed_until: datetime | None
    snoozed_by: UUID | None
    snooze_note: str | None
    """Why."""
    seen_by: tuple[SeenBy, ...] = ()
    """Of a decision that is owed: who has marked the outcome of an interview as seen since, the latest first; at most
    20."""


class FlagEdge(Result):
    cursor: tuple[str, ...]
    node: Flag


class FlagPage(Result):
    edges: tuple[FlagEdge, ...]
    has_next: bool


class FlagCounts(Result):
    """How many flags there are; those that are snoozed are counted by themselves."""

    red: int
    """Those that are red."""
    yellow: int
    """Those that are yellow."""
    snoozed: int
    """Those that are snoozed, red or yellow."""


class GetAttention(PipelineRequest[FlagPage]):
    """What needs attention, red before yellow, and of each what is late longest first."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    job_id: UUID | None = None
    application_id: UUID | None = None
    owner_id: UUID | None = None
    """Only what this user must do."""
    reason: AttentionReason | None = None
    snoozed: bool = False
    """Those that are snoozed instead."""
    presentable: bool = False
    """Leave out private people, whoever asks: for a screen that others see as well."""
    page: Page = Page()


class GetAttentionCounts(PipelineRequest[FlagCounts]):
    """How much needs attention: of what :class:`GetAttention` lists."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    job_id: UUID | None = None
    application_id: UUID | None = None
    owner_id: UUID | None = None
    reason: AttentionReason | None = None
    presentable: bool = False


class SnoozeFlag(PipelineRequest[Flag]):
    """Hear of a flag later, or again at once. It comes back by itself, and is gone if nothing is owed any more."""

    rule: ClassVar[Rule] = SNOOZE_FLAGS

    flag_id: UUID
    until: AwareDatetime | None
    """Null to hear of it at once."""
    note: Note | None = None
    """Why; needed to snooze it."""


class WorkingHours(Result):
    """The hours of a week."""

    user_id: UUID | None
    """Whose; null for those of everybody who has none of their own."""
    zone: str
    """Of the IANA time zone database."""
    weekdays: tuple[int, ...]
    """Monday is 1, Sunday 7."""
    begins: Clock
    ends: Clock
    country: str | None
    """Whose public holidays are free, as ISO 3166-1 names it."""
    subdivision: str | None
    """The part of the country, as ISO 3166-2 names it without the country."""
    changed_by: UUID | None
    """Null if nobody has set them."""
    changed_at: datetime | None


class Absence(Result):
    """Days on which somebody does not work; both are included."""

    id: UUID
    user_id: UUID
    first_day: date
    last_day: date


class Threshold(Result):
    """How much working time passes until something is late, and until it is too late."""

    job_id: UUID | None
    """For which job; null for all that have none of their own."""
    reason: AttentionReason
    yellow: float
    """Until it is late."""
    red: float
    """Until it is too late."""
    in_days: bool
    """Working days; else working hours."""
    changed_by: UUID | None
    """Null for what holds where nobody has set anything."""
    changed_at: datetime | None


class AttentionSettings(Result):
    """What decides when something is late."""

    organisation: WorkingHours
    viewer: WorkingHours | None
    """Of the viewer, if they have hours of their own."""
    absences: tuple[Absence, ...]
    """Of the viewer, those that are not over; the next one first."""
    thresholds: tuple[Threshold, ...]
    """Of all jobs, and those of the job that was asked for."""


class GetAttentionSettings(PipelineRequest[AttentionSettings]):
    """The viewer's and the organisation's working hours, and the thresholds."""

    rule: ClassVar[Rule] = EVERYBODY

    job_id: UUID | None = None


class SetWorkingHours(PipelineRequest[AttentionSettings]):
    """Say when one works, or as an admin when people work who have not said so."""

    rule: ClassVar[Rule] = EVERYBODY

    organisation: bool = False
    """For everybody who has no hours of their own; else for the viewer."""
    zone: Annotated[str, StringConstraints(max_length=64)]
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(min_length=1, max_length=7)
    begins: Clock
    ends: Clock
    country: Annotated[str, StringConstraints(max_length=2)] | None = None
    subdivision: Annotated[str, StringConstraints(max_length=6)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begins >= self.ends:
            raise ValueError("a working day begins before it ends")
        return self


class RemoveWorkingHours(PipelineRequest[AttentionSettings]):
    """Work when everybody does, or as an admin have everybody work when nobody has said anything."""

    rule: ClassVar[Rule] = EVERYBODY

    organisation: bool = False
    """Those for everybody; else the viewer's own."""


class RecordAbsence(PipelineRequest[AttentionSettings]):
    """One does not work on these days: what one owes is not late because of them."""

    rule: ClassVar[Rule] = EVERYBODY

    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not timedelta() <= self.last_day - self.first_day <= MAX_ABSENCE:
            raise ValueError("an absence begins before it ends, at most a year later")
        return self


class RemoveAbsence(PipelineRequest[AttentionSettings]):
    """One works after all."""

    rule: ClassVar[Rule] = OWN_ABSENCES

    absence_id: UUID


class SetThreshold(PipelineRequest[AttentionSettings]):
    """When something is late, and when too late; for all jobs or for one. For admins."""

    rule: ClassVar[Rule] = SET_THRESHOLDS

    job_id: UUID | None = None
    reason: AttentionReason
    yellow: float | None = Field(default=None, ge=0, le=MAX_THRESHOLD)
    """Null, as ``red``, to go back to what holds otherwise."""
    red: float | None = Field(default=None, ge=0, le=MAX_THRESHOLD)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.yellow is None) != (self.red is None):
            raise ValueError("yellow and red are set together")
        if self.yellow is not None and self.red is not None and self.yellow > self.red:
            raise ValueError("something is late before it is too late")
        return self
