"""The generated company has the published figures, with any seed."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest

from rapport.sandbox.company.figures import APPLICATIONS_PER_HIRE, DAYS_TO_REJECTION, PER_HIRE, origin_mix, reach
from rapport.sandbox.company.generation import generate
from rapport.sandbox.company.parameters import Parameters
from rapport.sandbox.vendors.greenhouse.oracle import TrueApplication, all_true_applications

_PLACE = {"applied": 0, "screen": 1, "interview": 1, "onsite": 2, "offer": 3}
_NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_A_DAY = timedelta(days=1)

# With some 93 hires in a company of the default size, one hire more or less moves a figure of an origin by a few
# in a hundred, and that of the agencies, who make eight of them, by twelve.
EXPECTED: Mapping[str, tuple[float, float]] = {
    **{f"{stage} per hire": (number, 0.10) for stage, number in PER_HIRE.items()},
    **{f"{origin} per hire of {origin}": (number, 0.20) for origin, number in APPLICATIONS_PER_HIRE.items()},
    "agency per hire of agency": (APPLICATIONS_PER_HIRE["agency"], 0.35),
    **{f"decile {place} of days to rejection": (days, 0.08) for place, days in enumerate(DAYS_TO_REJECTION, 1)},
    "share of rejections in bursts": (0.12, 0.15),
    "share of submissions by people who return": (0.09, 0.02),
    "share of hires without an interview": (0.25, 0.15),
    "share of interviews without a scorecard": (0.28, 0.05),
}


def measure(company: Path) -> dict[str, float]:
    """Measure the figures, from the truth and from the file."""
    applications = list(all_true_applications(company))
    return {
        **_funnel(applications),
        **_origins(applications),
        **_deciles(applications),
        "share of submissions by people who return": _returning(applications),
        **_from_file(company),
    }


def _funnel(applications: list[TrueApplication]) -> dict[str, float]:
    hired = sum(each.status == "hired" for each in applications)
    furthest = [max(_PLACE[entry.kind] for entry in each.entries) for each in applications]
    reached = {stage: sum(place >= least for place in furthest) for stage, least in _PLACE.items()}
    return {f"{stage} per hire": reached.get(stage, hired) / hired for stage in PER_HIRE}


def _origins(applications: list[TrueApplication]) -> dict[str, float]:
    applied = Counter(each.origin for each in applications)
    hired = Counter(each.origin for each in applications if each.status == "hired")
    return {f"{origin} per hire of {origin}": applied[origin] / hired[origin] for origin in APPLICATIONS_PER_HIRE}


def _deciles(applications: list[TrueApplication]) -> dict[str, float]:
    days = sorted((each.ended_at - each.applied_at) / _A_DAY for each in applications if each.status == "rejected")
    return {f"decile {place} of days to rejection": days[len(days) * place // 10] for place in range(1, 10)}


def _returning(applications: list[TrueApplication]) -> float:
    submissions = sorted({(each.candidate_id, each.applied_at) for each in applications})
    later = sum(len(list(times)) - 1 for _, times in groupby(submissions, key=lambda each: each[0]))
    return later / len(submissions)


def _from_file(company: Path) -> dict[str, float]:
    with closing(sqlite3.connect(company)) as connection:
        rejections = connection.execute(
            "SELECT a.job_id, d.rejected_by_id, d.rejected_at FROM rejection_details d"
            " JOIN applications a ON a.id = d.application_id ORDER BY 1, 2, 3"
        ).fetchall()
        (without_interview,) = connection.execute(
            "SELECT avg(id NOT IN (SELECT application_id FROM interviews)) FROM applications WHERE status = 'hired'"
        ).fetchone()
        (without_scorecard,) = connection.execute(
            "SELECT avg(id NOT IN (SELECT interview_id FROM scorecards)) FROM interviews WHERE status <> 'scheduled'"
        ).fetchone()
    return {
        "share of rejections in bursts": _in_bursts(rejections) / len(rejections),
        "share of hires without an interview": without_interview,
        "share of interviews without a scorecard": without_scorecard,
    }


def _in_bursts(rejections: list[tuple[int, int, int]]) -> int:
    """Count the rejections that one user made with at least three others of the job within a minute."""
    bursts = 0
    for _, made in groupby(rejections, key=lambda each: each[:2]):
        run: list[int] = []
        for _, _, at in [*made, (0, 0, 1 << 60)]:
            if run and at - run[0] > 60_000:
                bursts += len(run) if len(run) >= 4 else 0
                run = []
            run.append(at)
    return bursts


def deviations(measured: Mapping[str, float]) -> dict[str, float]:
    """Return the figures that deviate from the published ones."""
    return {
        name: measured[name]
        for name, (expected, tolerance) in EXPECTED.items()
        if abs(measured[name] - expected) > tolerance * expected
    }


def test_a_generated_company_has_the_published_figures(company):
    assert deviations(measure(company)) == {}


@pytest.mark.parametrize("seed", [2, 20261101])
def test_a_company_of_another_seed_has_the_published_figures_too(tmp_path, seed):
    path = tmp_path / "company.sqlite"
    generate(path, Parameters(now=_NOW, seed=seed))
    assert deviations(measure(path)) == {}


@pytest.mark.parametrize(
    ("distortion", "noticed"),
    [
        (
            "UPDATE applications SET status = 'rejected', rejected_at = hired_at WHERE status = 'hired' AND id % 4 = 0",
            "applied per hire",
        ),
        (
            "UPDATE applications SET origin = 'applied' WHERE origin = 'referral' AND status = 'hired' AND id % 3 = 0",
            "referral per hire of referral",
        ),
        (
            "UPDATE applications SET rejected_at = rejected_at + 86400000 WHERE status = 'rejected'",
            "decile 1 of days to rejection",
        ),
        ("UPDATE rejection_details SET rejected_at = id * 3600000", "share of rejections in bursts"),
        ("UPDATE applications SET candidate_id = id WHERE NOT prospect", "share of submissions by people who return"),
        (
            "DELETE FROM interviews WHERE application_id IN (SELECT id FROM applications WHERE status = 'hired')",
            "share of hires without an interview",
        ),
        ("DELETE FROM scorecards WHERE id % 5 = 0", "share of interviews without a scorecard"),
        ("UPDATE job_interview_stages SET kind = 'screen' WHERE kind = 'onsite'", "onsite per hire"),
    ],
)
def test_the_measurements_tell_a_different_company_apart(company, tmp_path, distortion, noticed):
    copy = shutil.copy(company, tmp_path / "distorted.sqlite")
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(distortion)
        connection.commit()
    assert noticed in deviations(measure(copy))


def test_the_mix_of_origins_gives_the_overall_figure():
    mix, hired = origin_mix(), {origin: 1 / number for origin, number in APPLICATIONS_PER_HIRE.items()}
    assert sum(mix.values()) == pytest.approx(1)
    assert min(mix.values()) > 0
    assert sum(mix[origin] * hired[origin] for origin in mix) == pytest.approx(1 / 86)


def test_every_origin_passes_fewer_at_each_stage_and_the_mix_the_published_number():
    mix, reached = origin_mix(), reach()
    for stages in reached.values():
        rates = [stages[stage] for stage in PER_HIRE]
        assert rates == sorted(rates, reverse=True)
        assert rates[0] == 1
    for stage, number in PER_HIRE.items():
        assert sum(mix[origin] * reached[origin][stage] for origin in mix) == pytest.approx(number / 86)
