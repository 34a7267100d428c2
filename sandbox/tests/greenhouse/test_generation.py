"""A company is generated once, completely, and always the same."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from rapport.sandbox.company.generation import generate, generated
from rapport.sandbox.company.parameters import Parameters

NOW = datetime(2026, 10, 1, tzinfo=UTC)
SMALL = Parameters(now=NOW, people=300)


def _count(path, question):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchone()[0]


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(tmp_path):
    paths = [tmp_path / name for name in ("one", "same", "other")]
    generate(paths[0], SMALL)
    generate(paths[1], SMALL)
    generate(paths[2], Parameters(now=NOW, people=300, seed=2))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    names = "SELECT group_concat(first_name || last_name) FROM candidates"
    assert _count(paths[0], names) != _count(paths[2], names)


def test_a_complete_file_is_left_alone(tmp_path):
    path = tmp_path / "company.sqlite"
    generate(path, SMALL)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE jobs SET name = 'Kept'")
        connection.commit()
    generate(path, SMALL)
    assert _count(path, "SELECT count(*) FROM jobs WHERE name <> 'Kept'") == 0
    assert generated(path) == SMALL


def test_a_company_of_other_parameters_is_recreated(tmp_path):
    path = tmp_path / "company.sqlite"
    generate(path, SMALL)
    later = Parameters(now=NOW + timedelta(days=1), people=300)
    generate(path, later)
    assert generated(path) == later


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, None])
def test_a_half_written_company_is_recreated(tmp_path, content):
    path = tmp_path / "company.sqlite"
    if content is None:
        generate(path, SMALL)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DELETE FROM remembered")
            connection.commit()
    else:
        path.write_bytes(content)
    assert generated(path) is None
    generate(path, SMALL)
    assert generated(path) == SMALL


def test_there_are_as_many_people_and_applications_as_asked(company):
    assert _count(company, "SELECT count(*) FROM candidates") == 5_000
    assert _count(company, "SELECT count(*) FROM applications WHERE NOT prospect") == 8_000
    assert _count(company, "SELECT count(DISTINCT candidate_id) FROM applications WHERE NOT prospect") == 5_000
    assert _count(company, "SELECT count(*) FROM jobs") == 12
    assert _count(company, "SELECT count(*) FROM departments") == 3
    assert _count(company, "SELECT count(*) FROM users") == 25


def test_history_ends_now_and_is_two_years_long(company):
    parameters = generated(company)
    assert parameters is not None
    now = parameters.end
    assert 0 <= now - _count(company, "SELECT max(created_at) FROM applications") < 86_400_000
    first = _count(company, "SELECT min(created_at) FROM applications WHERE NOT prospect")
    assert (now - first) / 86_400_000 == pytest.approx(730, abs=2)
    for table in ("applications", "application_stages", "candidates", "offers", "openings", "scorecards"):
        assert _count(company, f"SELECT max(updated_at) FROM {table}") <= now


def test_there_are_dozens_of_stage_names_and_five_to_nine_stages_a_job(company):
    assert _count(company, "SELECT count(DISTINCT name) FROM job_interview_stages") >= 24
    sizes = "SELECT count(*) AS size FROM job_interview_stages GROUP BY job_id"
    assert _count(company, f"SELECT min(size) FROM ({sizes})") >= 5
    assert _count(company, f"SELECT max(size) FROM ({sizes})") <= 9


def test_every_kind_of_stage_has_active_applications(company):
    kinds = (
        "SELECT count(DISTINCT s.kind) FROM applications a JOIN job_interview_stages s ON s.id = a.stage_id"
        " WHERE a.status = 'active'"
    )
    assert _count(company, kinds) == 5
    assert _count(company, "SELECT count(*) FROM offers WHERE status = 'Created' AND sent_at IS NOT NULL") > 0
    assert _count(company, "SELECT count(*) FROM offers WHERE status = 'Rejected'") > 10


def test_a_submission_leads_to_at_most_one_hire(company):
    twice = (
        "SELECT count(*) FROM (SELECT 1 FROM applications WHERE status = 'hired'"
        " GROUP BY candidate_id, created_at HAVING count(*) > 1)"
    )
    assert _count(company, twice) == 0


def test_a_returning_applicant_was_rejected_before(company):
    still_open = (
        "SELECT count(*) FROM applications later JOIN applications before USING (candidate_id)"
        " WHERE NOT later.prospect AND NOT before.prospect AND before.created_at < later.created_at"
        " AND (before.status <> 'rejected' OR before.rejected_at > later.created_at)"
    )
    assert _count(company, still_open) == 0


def test_closed_jobs_have_no_active_applications(company):
    assert _count(company, "SELECT count(*) FROM jobs WHERE status = 'closed'") >= 3
    assert _count(company, "SELECT count(*) FROM jobs WHERE evergreen") >= 2
    active = (
        "SELECT count(*) FROM applications a JOIN jobs j ON j.id = a.job_id"
        " WHERE j.status = 'closed' AND (a.status = 'active' OR a.created_at > j.closed_at)"
    )
    assert _count(company, active) == 0


def test_addresses_are_not_deliverable(company):
    everyone = "SELECT count(*) FROM candidates WHERE email_addresses NOT LIKE '%@example.%'"
    assert _count(company, everyone) == 0
    assert _count(company, "SELECT count(*) FROM users WHERE primary_email NOT LIKE '%@example.com'") == 0


@pytest.mark.parametrize(
    "wrong",
    [{"people": 1000, "applications": 1050}, {"now": datetime(2026, 1, 1)}],  # noqa: DTZ001 - that is the point
)
def test_impossible_parameters_are_refused(wrong):
    with pytest.raises(ValueError):
        Parameters(**({"now": NOW} | wrong))
