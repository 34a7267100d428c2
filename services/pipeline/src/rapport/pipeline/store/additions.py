"""People added to jobs, on their way to the ATS."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from rapport.contracts.pipeline import JobAddition
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import AdditionState, JobStatus
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.pipeline.domain.records import NewPerson
from rapport.pipeline.store import SQL
from rapport.pipeline.store.bulk import is_bulk


@dataclass(frozen=True, slots=True)
class Addable:
    """A locked person and a job: what decides on whether they may be added to it."""

    connection: str
    job: JobStatus
    pursued: bool


@dataclass(frozen=True, slots=True)
class Addition:
    """A person to add to a job; the references are the ATS's ids, None if unknown."""

    id: UUID
    person_id: UUID
    job_id: UUID
    user_id: UUID
    requested_at: datetime
    attempts: int
    unanswered: bool
    cause: str
    traceparent: str | None
    job_ref: str | None
    user_ref: str | None
    person_ref: str | None


async def lock_addable(unit: UnitOfWork, person_id: UUID, job_id: UUID, private_to: UUID | None) -> Addable | None:
    """A person whom the viewer may see, locked, and a job; None if one of them is not there."""
    row = await unit.fetchrow(SQL["person_to_add"], person_id, job_id, private_to)
    return Addable(row["connection"], JobStatus(row["status"]), row["pursued"]) if row else None


async def not_open(session: ReadSession, job_id: UUID) -> NotFound | Invalid | None:
    """Why nobody may be added to a job; None if people may."""
    status = await session.fetchval(SQL["status_of_shown_job"], job_id)
    if status is None:
        return NotFound(what="job", id=str(job_id))
    if JobStatus(status) is not JobStatus.OPEN:
        return Invalid.because("job_id", "is not open", InputProblemCode.WRONG_STATE)
    return None


async def queue(
    unit: UnitOfWork, addition_id: UUID, addable: Addable, *, person_id: UUID, job_id: UUID, user_id: UUID
) -> JobAddition:
    """Queue it, unless the same request did so, or the person is being added to the job already.

    People who are added in bulk wait for those who are added alone.
    """
    await unit.execute(
        SQL["queue_addition"],
        addition_id,
        addable.connection,
        person_id,
        job_id,
        user_id,
        unit.now,
        unit.metadata.cause,
        unit.metadata.traceparent,
        is_bulk(unit.metadata.cause),
    )
    found = await find(unit, addition_id, person_id, job_id)
    assert found is not None
    return found


async def find(session: ReadSession, addition_id: UUID, person_id: UUID, job_id: UUID) -> JobAddition | None:
    """What was made of a request, or what of this person and this job is under way."""
    row = await session.fetchrow(SQL["addition"], addition_id, person_id, job_id)
    return JobAddition(**{**row, "state": AdditionState(row["state"])}) if row else None


async def claim(unit: UnitOfWork, connection: str, *, lease_seconds: float) -> Addition | None:
    """The oldest due one, claimed for ``lease_seconds``."""
    row = await unit.fetchrow(SQL["claim_addition"], connection, lease_seconds)
    return Addition(**row) if row else None


async def person_for_ats(session: ReadSession, person_id: UUID) -> NewPerson | None:
    """What is sent to the ATS to create a person; None if they are gone."""
    row = await session.fetchrow(SQL["person_for_ats"], person_id)
    return _new_person(row) if row else None


def _new_person(row: asyncpg.Record) -> NewPerson:
    emails, phones = ([point["value"] for point in json.loads(row[name]) or ()] for name in ("emails", "phones"))
    return NewPerson(
        row["first_name"], row["last_name"], row["title"], row["company"], emails, phones, list(row["links"] or ())
    )
