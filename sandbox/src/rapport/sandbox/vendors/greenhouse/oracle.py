"""What really happened, for oracles: read from the company's file, not from what the API shows of it.

The API has no kinds of stages, lists may lag, and a sync may have missed something. An oracle compares what
others make of the protocol with this.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StageEntry:
    """One entry into a stage. `position` is the stage's place in its job; kinds may repeat within a job."""

    stage_id: int
    name: str
    kind: str
    position: int
    entered_at: datetime
    exited_at: datetime | None


@dataclass(frozen=True, slots=True)
class TrueApplication:
    """The whole history of one application; prospects are not applications.

    `ended_at` is when it was rejected or hired. `withdrew`: a rejected application that the person withdrew.
    Everything until the moment of reading is here, live changes included.
    """

    application_id: int
    candidate_id: int
    job_id: int
    origin: str
    source_id: int
    status: str
    withdrew: bool
    applied_at: datetime
    ended_at: datetime | None
    entries: tuple[StageEntry, ...]


@dataclass(frozen=True, slots=True)
class TrueJob:
    """A job and its stages, first to last, as (stage id, name, kind)."""

    job_id: int
    name: str
    department_id: int
    evergreen: bool
    stages: tuple[tuple[int, str, str], ...]


_APPLICATIONS = """
SELECT a.id, a.candidate_id, a.job_id, a.origin, a.source_id, a.status, a.created_at, a.rejected_at, a.hired_at,
       a.rejection_reason_id IN (SELECT id FROM rejection_reasons WHERE json_extract(type, '$.id') = 2) AS withdrew
FROM applications a WHERE a.job_id = ? AND NOT a.prospect ORDER BY a.id
"""
_ENTRIES = """
SELECT e.application_id, e.job_interview_stage_id, s.name, s.kind, s.sort_order, e.entered_at, e.exited_at
FROM applications a
JOIN application_stages e ON e.application_id = a.id
JOIN job_interview_stages s ON s.id = e.job_interview_stage_id
WHERE a.job_id = ? ORDER BY a.id, e.entered_at, e.id
"""


def true_jobs(company: Path) -> list[TrueJob]:
    """Return every job with its stages and their true kinds."""
    with closing(_open(company)) as connection:
        stages: dict[int, list[tuple[int, str, str]]] = {}
        for row in connection.execute("SELECT * FROM job_interview_stages ORDER BY job_id, sort_order"):
            stages.setdefault(row["job_id"], []).append((row["id"], row["name"], row["kind"]))
        return [
            TrueJob(row["id"], row["name"], row["department_id"], bool(row["evergreen"]), tuple(stages[row["id"]]))
            for row in connection.execute("SELECT * FROM jobs ORDER BY id")
        ]


def true_applications(company: Path, job_id: int) -> list[TrueApplication]:
    """Return the applications to a job, each with its ordered entries into stages."""
    with closing(_open(company)) as connection:
        entries: dict[int, list[StageEntry]] = {}
        for row in connection.execute(_ENTRIES, (job_id,)):
            entries.setdefault(row["application_id"], []).append(_entry(row))
        return [
            _application(row, tuple(entries.get(row["id"], ()))) for row in connection.execute(_APPLICATIONS, (job_id,))
        ]


def all_true_applications(company: Path) -> Iterator[TrueApplication]:
    """Yield every application, job after job, so that no more than one job's are in memory."""
    for job in true_jobs(company):
        yield from true_applications(company, job.job_id)


def stage_kinds(company: Path) -> dict[int, str]:
    """Return the true kind of each stage by its id."""
    return {stage: kind for job in true_jobs(company) for stage, _, kind in job.stages}


def _open(company: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{company}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def _entry(row: sqlite3.Row) -> StageEntry:
    return StageEntry(
        row["job_interview_stage_id"],
        row["name"],
        row["kind"],
        row["sort_order"],
        _moment(row["entered_at"]),
        None if row["exited_at"] is None else _moment(row["exited_at"]),
    )


def _application(row: sqlite3.Row, entries: tuple[StageEntry, ...]) -> TrueApplication:
    ended_at = row["rejected_at"] if row["status"] == "rejected" else row["hired_at"]
    return TrueApplication(
        application_id=row["id"],
        candidate_id=row["candidate_id"],
        job_id=row["job_id"],
        origin=row["origin"],
        source_id=row["source_id"],
        status=row["status"],
        withdrew=bool(row["withdrew"]),
        applied_at=_moment(row["created_at"]),
        ended_at=None if ended_at is None else _moment(ended_at),
        entries=entries,
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000)
