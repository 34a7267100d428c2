"""Generates a company into one SQLite file: everything that happened until `now`, in order of time."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rapport.sandbox.company.applicants import Applicants, prospect_since
from rapport.sandbox.company.applying import Applications
from rapport.sandbox.company.arrivals import FormerApplicants, Returning, Submission, submissions
from rapport.sandbox.company.batch_writer import Sheets
from rapport.sandbox.company.evidence import Evidence
from rapport.sandbox.company.journeys import Journey, Journeys, bursts
from rapport.sandbox.company.organisation import Job, Organisation, organise
from rapport.sandbox.company.parameters import DAY, Parameters, from_text
from rapport.sandbox.company.random_source import chance
from rapport.sandbox.company.reference_data import furnish
from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS, indexes, table_of
from rapport.sandbox.vendors.greenhouse.live_tables import live_tables

_COMPLETE = "complete for"
_WAS_PROSPECT = 0.25  # of sourced people were in the pool of prospects before they applied
_IS_PROSPECT = 0.005  # of people are in the pool for another time
_REPORTED = 1000


def generate(path: Path, parameters: Parameters, report: Callable[[int], None] = lambda _: None) -> None:
    """Make sure the file holds this company; a file that is half-written or of another company is recreated.

    `report` is called now and then with the number of people so far.
    """
    if _remembered(path) == parameters.as_text():
        return
    for leftover in (path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal"))):
        leftover.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    try:
        _write(connection, parameters, report)
    finally:
        connection.close()


def is_of_another_version(path: Path) -> bool:
    """Whether a complete file was made by another version of the generation."""
    text = _remembered(path)
    return text is not None and from_text(text) is None


def generated(path: Path) -> Parameters | None:
    """Return what a complete file was made from, or None if there is no such file of this version."""
    text = _remembered(path)
    return None if text is None else from_text(text)


def _remembered(path: Path) -> str | None:
    if not path.exists():
        return None
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found = connection.execute("SELECT value FROM remembered WHERE name = ?", (_COMPLETE,)).fetchone()
    except sqlite3.DatabaseError:
        return None  # it stopped before the table was there, or it is no database at all
    finally:
        connection.close()
    return str(found[0]) if found else None


def _write(connection: sqlite3.Connection, parameters: Parameters, report: Callable[[int], None]) -> None:
    # Nothing is lost if the machine stops: the file is not complete before the last line is written.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    for collection in COLLECTIONS.values():
        connection.execute(table_of(collection))
    connection.execute("CREATE TABLE remembered (name TEXT PRIMARY KEY, value TEXT)")
    _History(Sheets(connection), parameters).write(report)
    for statement in (*indexes(), *live_tables()):
        connection.execute(statement)
    events = {"seed": str(parameters.seed), "now": parameters.now.isoformat(), _COMPLETE: parameters.as_text()}
    connection.executemany("INSERT INTO remembered VALUES (?, ?)", events.items())
    connection.commit()


class _History:
    """Writes what happened, one submission after the other."""

    def __init__(self, sheets: Sheets, parameters: Parameters) -> None:
        self._sheets = sheets
        self._parameters = parameters
        self._organisation = _with_bursts(organise(parameters), parameters)
        reference_data = furnish(sheets, parameters, self._organisation)
        self._people = Applicants(sheets, parameters, reference_data)
        self._applications = Applications(sheets, parameters, reference_data, Evidence(sheets, parameters))
        self._journeys = Journeys(parameters)
        self._random = chance(parameters.seed, "history")

    def write(self, report: Callable[[int], None]) -> None:
        former = FormerApplicants(self._parameters)
        people = 0
        for submission in submissions(self._parameters, self._organisation.jobs, former):
            candidate, journeys = self._submit(submission)
            people += submission.returning is None
            if people % _REPORTED == 0:
                report(people)
            if all(journey.status == "rejected" for journey in journeys):
                free_from = max(journey.ended_at or 0 for journey in journeys)
                former.remember(Returning(candidate, free_from, submission.jobs[0].department))
        for job in self._organisation.jobs:
            self._applications.leave_open(job)
        self._sheets.flush()

    def _submit(self, submission: Submission) -> tuple[int, list[Journey]]:
        journeys: list[Journey] = []
        for job in submission.jobs:
            free = all(journey.status != "hired" for journey in journeys)
            journeys.append(self._journeys.begin(job, submission.origin, submission.at, may_be_hired=free))
        last_active = max(journey.ended_at or journey.last.entered_at for journey in journeys)
        candidate = self._candidate(submission, last_active)
        numbers = [
            self._applications.write(candidate, job, journey)
            for job, journey in zip(submission.jobs, journeys, strict=True)
        ]
        if submission.returning is None:
            self._people.identify(candidate, numbers[0], submission.at)
        return candidate, journeys

    def _candidate(self, submission: Submission, last_active: int) -> int:
        if submission.returning is not None:
            self._sheets.touch_candidate(submission.returning.candidate, last_active)
            return submission.returning.candidate
        job, draw = submission.jobs[0], self._random.random()
        sourced_before = submission.origin == "sourced" and draw < _WAS_PROSPECT
        first_seen = prospect_since(submission.at, draw / _WAS_PROSPECT) if sourced_before else submission.at
        candidate = self._people.introduce(job, first_seen=first_seen, last_active=last_active)
        if sourced_before:
            self._people.was_prospect(candidate, job, since=first_seen, converted_at=submission.at)
        elif draw > 1 - _IS_PROSPECT:
            self._people.was_prospect(candidate, job, since=submission.at, converted_at=None)
        return candidate


def _with_bursts(organisation: Organisation, parameters: Parameters) -> Organisation:
    """Plan the bulk rejections of each job from how many applications it will get a day."""
    random = chance(parameters.seed, "bursts")
    open_days = {job.id: max(1.0, _days_open(job, parameters)) for job in organisation.jobs}
    together = sum(job.weight * open_days[job.id] for job in organisation.jobs)
    planned: list[Job] = []
    for job in organisation.jobs:
        moments, reach = bursts(random, job, parameters.applications * job.weight / together)
        planned.append(replace(job, bursts=moments, burst_reach=reach))
    return replace(organisation, jobs=tuple(planned))


def _days_open(job: Job, parameters: Parameters) -> float:
    return (min(job.applications_until, parameters.end) - max(job.opened_at, parameters.start)) / DAY
