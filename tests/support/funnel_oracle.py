"""An oracle for funnels: counts each application of the ATS in a straightforward loop."""

from dataclasses import dataclass
from pathlib import Path

from rapport.contracts.vocabulary import StageKind
from rapport.kit.identity import derived_id
from rapport.sandbox.vendors.greenhouse.oracle import TrueApplication, true_applications, true_jobs
from rapport.testing.stack import CONNECTION, ORGANISATION


@dataclass
class Counted:
    """What an oracle counts, by going through the applications one by one."""

    kind: str
    reached: int = 0
    skipped: int = 0
    advanced: int = 0
    exited: int = 0
    waiting: int = 0


def count(applications: list[TrueApplication], kinds: list[StageKind]) -> list[Counted]:
    """The funnel of these applications through these kinds of stages."""
    counted = []
    for number, kind in enumerate(kinds):
        row = Counted(kind.name)
        later = kinds[number + 1 :]
        for application in applications:
            entered = {StageKind(entry.kind) for entry in application.entries}
            if application.status == "hired":
                entered.add(StageKind.HIRED)
            passed = any(k in entered for k in later)
            if kind not in entered and not passed:
                continue
            row.reached += 1
            row.skipped += kind not in entered
            if not later:
                continue
            if passed:
                row.advanced += 1
            elif application.status == "active":
                row.waiting += 1
            else:
                row.exited += 1
        if not later:
            row.skipped = 0
        counted.append(row)
    return counted


def true_funnels(company: Path) -> dict[str, tuple[int, list[Counted]]]:
    """By our id of each job: how many applied, and its funnel."""
    expected = {}
    for job in true_jobs(company):
        kinds = sorted({StageKind(kind) for _, _, kind in job.stages} | {StageKind.HIRED}, key=lambda k: k.rank)
        applications = true_applications(company, job.job_id)
        our_id = derived_id(ORGANISATION, CONNECTION, "jobs", job.job_id)
        expected[str(our_id)] = (len(applications), count(applications, kinds))
    return expected
