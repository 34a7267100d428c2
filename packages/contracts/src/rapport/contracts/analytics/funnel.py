"""The funnel of a job: how many applications reached each kind of stage, and what became of them."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import SEE_JOBS, Rule
from rapport.contracts.requests import Request, Result
from rapport.contracts.vocabulary import RateDifference, StageKind

MAX_JOBS = 50
"""The most jobs one request may ask about."""


MIN_COMPARED = 20
"""How many must have been decided on, on either side, before two rates are compared."""
MIN_COMPARED_JOBS = 3
"""How many jobs the other departments must have before their numbers are shown: of fewer, it would be clear whose."""


class Rate(Result):
    """A proportion with its 95 % Wilson score interval; without a denominator there is no value."""

    numerator: int
    denominator: int
    value: float | None
    low: float | None
    high: float | None


class FunnelStage(Result):
    """One kind of stage. ``reached = advanced + exited + waiting``, except for ``hired``, which is the end."""

    kind: StageKind
    reached: int
    """Entered this kind of stage or any later one."""
    skipped: int
    """Of those reached, how many never entered this kind itself."""
    advanced: int
    """Reached a later kind."""
    exited: int
    """Got no further than here and were rejected or withdrew."""
    waiting: int
    """Got no further than here and are still active."""
    passthrough_decided: Rate | None
    """advanced / (advanced + exited); absent for the last kind."""
    passthrough_entered: Rate | None
    """advanced / reached; absent for the last kind."""


class Funnel(Result):
    job_id: UUID
    definition: str
    """Name and version of the way of counting."""
    entered_from: datetime | None
    entered_until: datetime | None
    as_of: datetime
    """When the newest event counted here was recorded."""
    applications: int
    stages: tuple[FunnelStage, ...]
    """The kinds this job's process has, in order."""


class ComparedStage(Result):
    """How many of those decided on went on from one kind of stage, in a job and elsewhere."""

    kind: StageKind
    job: Rate
    """In the job."""
    others: Rate | None
    """In the other departments together; null if these have fewer than ``MIN_COMPARED_JOBS`` jobs."""
    difference: RateDifference
    """Whether the job's rate is higher. With 95 % confidence, by Newcombe's interval of the difference; too few to say
    below ``MIN_COMPARED`` on either side."""


class PassthroughComparison(Result):
    """A job's passthrough rates beside those of the jobs of other departments."""

    job_id: UUID
    definition: str
    """Name and version of the way of comparing."""
    entered_from: datetime | None
    entered_until: datetime | None
    as_of: datetime
    """When the newest event counted here was recorded."""
    jobs: int
    """How many jobs of other departments are counted."""
    stages: tuple[ComparedStage, ...]
    """The kinds the job's process has, in order, without the last."""


class GetPassthroughComparison(Request[PassthroughComparison]):
    """A job's passthrough rates against the other departments, over the applications received in the window.

    Who sees the job sees the numbers of the others: all jobs of all other departments together.
    """

    rule: ClassVar[Rule] = SEE_JOBS

    service: ClassVar[str] = "analytics"

    job_id: UUID
    entered_from: datetime | None = None
    entered_until: datetime | None = None


class Funnels(Result):
    items: tuple[Funnel, ...]


class GetFunnels(Request[Funnels]):
    """Funnels of these jobs; those unknown or not visible to the viewer are left out.

    A cohort view: applications received in [entered_from, entered_until), followed to the end.
    """

    rule: ClassVar[Rule] = SEE_JOBS

    service: ClassVar[str] = "analytics"

    job_ids: tuple[UUID, ...] = Field(max_length=MAX_JOBS)
    entered_from: datetime | None = None
    entered_until: datetime | None = None
