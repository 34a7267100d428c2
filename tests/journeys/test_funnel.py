"""The funnel of every job, computed by analytics from events, against an oracle over the ATS.

`FUNNEL_PEOPLE=5000` makes the company as large as that of the demo.
"""

import os

import pytest

from rapport.local.waiting import eventually
from rapport.testing.stack import Stack
from tests.support.funnel_oracle import Counted, true_funnels

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = int(os.environ.get("FUNNEL_PEOPLE", "1500"))

_FUNNELS = """
query Funnels($first: Int!) {
  jobs(first: $first) { edges { node {
    id title
    funnel { applications definition stages {
      kind reached skipped advanced exited waiting
      passthroughDecided { numerator denominator value low high }
      passthroughEntered { numerator denominator value low high }
    } }
  } } }
}
"""


_ACTIVE = """
{ jobs(first: 10, filter: {status: OPEN}) { nodes { board { columns {
  stage { id } cards(first: 1) { nodes { applicationId } } } } } } }
"""


async def test_every_jobs_funnel_equals_the_recorded_history(stack: Stack) -> None:
    expected = true_funnels(stack.company)

    async def all_counted() -> bool:
        jobs = (await stack.data(_FUNNELS, first=100))["jobs"]["edges"]
        return sum((e["node"]["funnel"] or {"applications": 0})["applications"] for e in jobs) == sum(
            count for count, _ in expected.values()
        )

    await eventually(all_counted, within=60, what="the counting of every application")
    assert await _found(stack) == expected


async def test_what_is_closed_reopened_and_hired_here_is_counted_once_as_it_ends(stack: Stack) -> None:
    cards = [
        (card["applicationId"], column["stage"]["id"])
        for job in (await stack.data(_ACTIVE, role="admin"))["jobs"]["nodes"]
        for column in job["board"]["columns"]
        for card in column["cards"]["nodes"]
    ][:6]
    reasons = (await stack.data("{ closeReasons { id closedBy } }", role="admin"))["closeReasons"]
    ours = next(reason["id"] for reason in reasons if reason["closedBy"] == "ORGANISATION")
    theirs = next(reason["id"] for reason in reasons if reason["closedBy"] == "PERSON")

    async def did(name: str, **given: object) -> None:
        taken = f"{name[0].upper()}{name[1:]}Input!"
        mutation = f"mutation ($input: {taken}) {{ {name}(input: $input) {{ __typename }} }}"
        result = (await stack.data(mutation, role="recruiter", input=given))[name]
        assert result["__typename"] == "ApplicationChanged"

    stays, reopened, twice, withdrawn, hired, _ = cards
    for application, stage in (stays, reopened, twice):
        await did("rejectApplication", applicationId=application, stageId=stage, reasonId=ours)
    for application, _ in (reopened, twice):
        await did("reopenApplication", applicationId=application)
    await did("rejectApplication", applicationId=twice[0], stageId=twice[1], reasonId=ours)
    await did("withdrawApplication", applicationId=withdrawn[0], stageId=withdrawn[1], reasonId=theirs)
    await did("hireApplication", applicationId=hired[0], stageId=hired[1])

    async def written() -> bool:
        return not await stack.rows("pipeline", "SELECT FROM ats_write WHERE state = 'waiting' LIMIT 1")

    await eventually(written, within=60, what="the writing to the ATS")
    assert await stack.rows("pipeline", "SELECT FROM ats_write WHERE state = 'refused'") == []
    expected = true_funnels(stack.company)

    async def counted() -> bool:
        return await _found(stack) == expected

    await eventually(counted, within=60, what="the funnels of the ATS")


async def test_passthroughs_have_their_counts_and_intervals(stack: Stack) -> None:
    for edge in (await stack.data(_FUNNELS, first=100))["jobs"]["edges"]:
        for stage in edge["node"]["funnel"]["stages"]:
            decided, entered = stage["passthroughDecided"], stage["passthroughEntered"]
            if stage["kind"] == "HIRED":
                assert decided is None
                assert entered is None
                continue
            assert (decided["numerator"], decided["denominator"]) == (
                stage["advanced"],
                stage["advanced"] + stage["exited"],
            )
            assert (entered["numerator"], entered["denominator"]) == (stage["advanced"], stage["reached"])
            for rate in (decided, entered):
                if rate["denominator"]:
                    assert 0 <= rate["low"] <= rate["value"] <= rate["high"] <= 1


async def _found(stack: Stack) -> dict[str, tuple[int, list[Counted]]]:
    """Every job's funnel as analytics counts it."""
    found = {}
    for edge in (await stack.data(_FUNNELS, first=100))["jobs"]["edges"]:
        job = edge["node"]
        found[_uuid(job["id"])] = (
            job["funnel"]["applications"],
            [
                Counted(s["kind"], s["reached"], s["skipped"], s["advanced"], s["exited"], s["waiting"])
                for s in job["funnel"]["stages"]
            ],
        )
    return found


def _uuid(global_id: str) -> str:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode().split(":", 1)[1]
