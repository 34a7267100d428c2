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


async def test_every_jobs_funnel_equals_the_recorded_history(stack: Stack) -> None:
    expected = true_funnels(stack.company)

    async def all_counted() -> bool:
        jobs = (await stack.data(_FUNNELS, first=100))["jobs"]["edges"]
        return sum((e["node"]["funnel"] or {"applications": 0})["applications"] for e in jobs) == sum(
            count for count, _ in expected.values()
        )

    await eventually(all_counted, within=60, what="the counting of every application")
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
    assert found == expected


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


def _uuid(global_id: str) -> str:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode().split(":", 1)[1]
