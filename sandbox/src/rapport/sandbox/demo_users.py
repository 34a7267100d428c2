"""The people demos log in as."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DemoUser:
    """One of the company's users, and what makes them worth logging in as."""

    user_id: int
    email: str
    name: str
    role: str
    about: str


_BUSIEST = """
SELECT j.id, j.name FROM jobs j JOIN applications a ON a.job_id = j.id AND a.status = 'active'
WHERE j.status = 'open' GROUP BY j.id ORDER BY count(*) DESC, j.id LIMIT 1
"""
_MANAGERS = """
SELECT u.*, count(*) AS jobs, max(m.job_id = :job) AS has_busiest
FROM users u JOIN job_hiring_managers m ON m.user_id = u.id GROUP BY u.id ORDER BY u.id
"""
_OWNERS = """
SELECT u.*, count(*) AS jobs, max(o.job_id = :job) AS has_busiest
FROM users u JOIN job_owners o ON o.user_id = u.id AND o.type = :type GROUP BY u.id ORDER BY has_busiest DESC, u.id
"""
_INTERVIEWERS = """
SELECT u.*, count(DISTINCT j.id) AS jobs
FROM users u
JOIN interviewers v ON v.user_id = u.id
JOIN interviews i ON i.id = v.interview_id
JOIN applications a ON a.id = i.application_id AND a.status = 'active'
JOIN jobs j ON j.id = a.job_id AND j.status = 'open'
WHERE u.role = 'interviewer' GROUP BY u.id ORDER BY jobs DESC, u.id
"""


def demo_users(company: Path) -> list[DemoUser]:
    """Return one of each role there is, and a second hiring manager who must not see the busiest job."""
    with closing(sqlite3.connect(f"file:{company}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        job = connection.execute(_BUSIEST).fetchone()
        return [
            _of_role(connection, "admin", "Sees and configures everything"),
            *(_owner(connection, job, kind) for kind in ("recruiter", "sourcer", "coordinator")),
            *_managers(connection, job),
            _of_role(connection, "executive", "Reads reports across the company"),
            *_interviewers(connection),
        ]


def _of_role(connection: sqlite3.Connection, role: str, about: str) -> DemoUser:
    row = connection.execute("SELECT * FROM users WHERE role = ? ORDER BY id LIMIT 1", (role,)).fetchone()
    return _demo_user(row, about)


def _owner(connection: sqlite3.Connection, job: sqlite3.Row, kind: str) -> DemoUser:
    row = connection.execute(_OWNERS, {"job": job["id"], "type": kind}).fetchone()
    return _demo_user(row, f"Responsible {kind} of {row['jobs']} jobs, among them {job['name']}")


def _managers(connection: sqlite3.Connection, job: sqlite3.Row) -> list[DemoUser]:
    rows = connection.execute(_MANAGERS, {"job": job["id"]}).fetchall()
    with_it = next(row for row in rows if row["has_busiest"])
    without = next(row for row in rows if not row["has_busiest"])
    return [
        _demo_user(with_it, f"Hiring manager of {with_it['jobs']} jobs, among them {job['name']}, the busiest"),
        _demo_user(without, f"Hiring manager of {without['jobs']} other jobs"),
    ]


def _interviewers(connection: sqlite3.Connection) -> list[DemoUser]:
    """The one of most jobs; a small company may have nobody who is interviewed now."""
    row = connection.execute(_INTERVIEWERS).fetchone()
    if row is None:
        return []
    jobs = "an open job" if row["jobs"] == 1 else f"{row['jobs']} open jobs"
    return [_demo_user(row, f"Interviews for {jobs}, is on no hiring team, and decides where asked to")]


def _demo_user(row: sqlite3.Row, about: str) -> DemoUser:
    return DemoUser(row["id"], row["primary_email"], row["name"], row["role"], about)
