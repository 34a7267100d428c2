"""Access follows the ATS: it begins and ends with the roles and hiring teams there."""

import sqlite3
from contextlib import closing

import pytest

from rapport.local.waiting import eventually
from rapport.testing.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 400

_JOBS = "{ jobs(first: 100) { nodes { id } } }"
_PEOPLE = "query($job: ID) { people(first: 5, jobId: $job) { nodes { id } } }"
_SYNC = 'mutation { startSync(input: {connection: "greenhouse"}) { __typename } }'


async def _jobs(stack: Stack, role: str, number: int = 0) -> set[str]:
    return {job["id"] for job in (await stack.data(_JOBS, role=role, number=number))["jobs"]["nodes"]}


async def test_applicants_of_a_hidden_job_cannot_be_listed(stack: Stack) -> None:
    foreign = next(iter(await _jobs(stack, "admin") - await _jobs(stack, "hiring_manager")))
    response = await stack.execute(_PEOPLE, role="hiring_manager", job=foreign)
    assert [error["extensions"]["code"] for error in response["errors"]] == ["NOT_FOUND"]


async def test_a_user_who_leaves_a_hiring_team_no_longer_sees_its_jobs(stack: Stack) -> None:
    before = await _jobs(stack, "hiring_manager", 1)
    assert before
    email = stack.emails["hiring_manager"][1]
    with closing(sqlite3.connect(stack.company)) as company, company:
        [left] = company.execute(
            "SELECT job_id FROM job_hiring_managers WHERE user_id = (SELECT id FROM users WHERE primary_email = ?)"
            " LIMIT 1",
            (email,),
        ).fetchone()
        company.execute(
            "DELETE FROM job_hiring_managers WHERE job_id = ? AND user_id ="
            " (SELECT id FROM users WHERE primary_email = ?)",
            (left, email),
        )
    await stack.data(_SYNC)

    async def gone() -> bool:
        return len(await _jobs(stack, "hiring_manager", 1)) == len(before) - 1

    await eventually(gone, within=60, what="the loss of access")
    assert await _jobs(stack, "hiring_manager", 1) < before
