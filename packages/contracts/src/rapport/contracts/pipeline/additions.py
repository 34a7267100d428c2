"""People added to jobs: the ATS creates their applications."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import ADD_TO_JOBS, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import MAX_IDS, Result
from rapport.contracts.vocabulary import AdditionState


class JobAddition(Result):
    """A person who was added to a job, whose application the ATS is to create."""

    id: UUID
    person_id: UUID
    """As asked for: a person who was merged since is named by the record that they had then."""
    job_id: UUID
    state: AdditionState
    requested_by: UUID
    requested_at: datetime
    reason: str | None
    """Why the ATS refused, in its own words; only if it did."""
    application_id: UUID | None
    """The application; only once the ATS has created it."""


class AddToJob(PipelineRequest[JobAddition]):
    """Put a person into the process of an open job; whoever the ATS does not know is created there as well.

    Somebody who is being added to the job already is not added twice: the result is what is under way.
    """

    rule: ClassVar[Rule] = ADD_TO_JOBS

    person_id: UUID
    job_id: UUID


class JobAdditions(Result):
    items: tuple[JobAddition, ...]


class GetJobAdditions(PipelineRequest[JobAdditions]):
    """To which jobs these people were added, as far as it waits for the ATS or was refused by it, the newest first."""

    rule: ClassVar[Rule] = ADD_TO_JOBS

    person_ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
