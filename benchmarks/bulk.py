"""Many applications rejected at once: how fast here, how fast in the ATS, and what others wait for meanwhile."""

import asyncio
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from measuring import Report, a_stack, numbers

from rapport.gateway.graph.ids import parse_id
from rapport.local.waiting import eventually
from rapport.testing.stack import Stack

_PEOPLE = 400
_WITHIN = 900.0
_LIMIT, _WINDOW = 200, 10
"""Of the sandbox ATS: requests in so many seconds."""
_EVERY = 2.0
"""Seconds between the moves of somebody else."""
_JOB = "{ jobs(first: 1, filter: {status: OPEN}) { nodes { id } } }"
_BOARD = """
query($id: ID!, $after: String, $stage: ID) { board(jobId: $id) { columns(stageId: $stage) { stage { id acceptsMoves }
  cards(first: 100, after: $after) { nodes { applicationId } pageInfo { endCursor hasNextPage } } } } }
"""
_CHANGE = (
    "mutation($input: ChangeApplicationsInput!) { changeApplications(input: $input) { ... on BulkAction { id } } }"
)
_ACTION = "query($id: ID!) { node(id: $id) { ... on BulkAction { state outcomes { outcome people } } } }"
_MOVE = "mutation($input: MoveApplicationInput!) { moveApplication(input: $input) { __typename } }"
_SYNC = "query($id: ID!) { application(id: $id) { sync { state } } }"


async def _fill(stack: Stack, job: str, ref: int, number: int) -> None:
    for at in range(number):
        person = {"first_name": f"Number {at:03}", "last_name": "Example"}
        await stack.control("changes", change="apply", job_id=ref, **person)

    async def there() -> bool:
        found = await stack.data("query($id: ID!) { job(id: $id) { activeApplications } }", id=job)
        return bool(found["job"]["activeApplications"] >= number)

    await eventually(there, within=_WITHIN, what="everybody who applied")


async def _cards(stack: Stack, job: str, stage: str) -> list[str]:
    cards: list[str] = []
    after: str | None = None
    while True:
        found = await stack.data(_BOARD, role="recruiter", id=job, stage=stage, after=after)
        [column] = found["board"]["columns"]
        cards += [card["applicationId"] for card in column["cards"]["nodes"]]
        if not column["cards"]["pageInfo"]["hasNextPage"]:
            return cards
        after = column["cards"]["pageInfo"]["endCursor"]


async def _moved(stack: Stack, card: str, frm: str, to: str) -> float:
    """Seconds until the ATS has a move of somebody else."""
    began = time.monotonic()
    await stack.data(_MOVE, role="coordinator", input={"applicationId": card, "fromStageId": frm, "toStageId": to})

    async def synced() -> bool:
        found = await stack.data(_SYNC, role="coordinator", id=card)
        return bool(found["application"]["sync"]["state"] == "SYNCED")

    await eventually(synced, within=_WITHIN, what="a move in the ATS")
    return time.monotonic() - began


def _said(seconds: Sequence[float]) -> str:
    return f"median {median(seconds):.2f} s, longest {max(seconds):.2f} s, of {len(seconds)} moves"


async def main(number: int) -> None:
    """Reject that many, and print how it went."""
    report = Report("bulk")
    async with a_stack(_PEOPLE) as stack:
        await stack.synced()
        job = (await stack.data(_JOB, role="recruiter"))["jobs"]["nodes"][0]["id"]
        [row] = await stack.rows("pipeline", "SELECT external_id FROM job WHERE id = $1", parse_id(job, "")[1])
        await _fill(stack, job, int(row["external_id"]), number + 20)
        columns = (await stack.data(_BOARD, role="recruiter", id=job))["board"]["columns"]
        first, second = [c["stage"]["id"] for c in columns if c["stage"]["acceptsMoves"]][:2]
        *many, one = (await _cards(stack, job, first))[: number + 1]
        places = [first, second]

        async def move() -> float:
            took = await _moved(stack, one, *places)
            places.reverse()
            return took

        report.say(f"{number} applications; the ATS allows {_LIMIT} requests in {_WINDOW} seconds")
        report.say(f"somebody else's move in the ATS before:    {_said([await move() for _ in range(5)])}")
        reasons = (await stack.data("{ closeReasons { id closedBy } }", role="recruiter"))["closeReasons"]
        reason = next(each["id"] for each in reasons if each["closedBy"] == "ORGANISATION")
        seen = [{"applicationId": card, "stageId": first} for card in many]
        action = {"kind": "REJECT_APPLICATIONS", "rejection": {"reasonId": reason}}
        began = time.monotonic()
        started = await stack.data(_CHANGE, role="recruiter", input={"applications": seen, "action": action})
        answered = time.monotonic() - began

        async def done() -> Any:
            node = (await stack.data(_ACTION, role="recruiter", id=started["changeApplications"]["id"]))["node"]
            return node if node["state"] == "DONE" else None

        doing = asyncio.create_task(eventually(done, within=_WITHIN, what="the end of the action"))
        doing.add_done_callback(
            lambda _: report.say(f"done in Rapport:  {_rate(number, began)}; begun in {answered:.2f} s")
        )
        meanwhile: list[float] = []
        while (
            await stack.rows("pipeline", "SELECT 1 FROM ats_write WHERE state = 'waiting' LIMIT 1") or not doing.done()
        ):
            meanwhile.append(await move())
            await asyncio.sleep(_EVERY)
        assert (await doing)["outcomes"] == [{"outcome": "DONE", "people": number}]
        report.say(f"done in the ATS:  {_rate(number, began)}")
        report.say(f"somebody else's move in the ATS meanwhile: {_said(meanwhile)}")
    report.end()


def _rate(number: int, began: float) -> str:
    took = time.monotonic() - began
    return f"{took:6.1f} s {number / took:6.1f}/s"


if __name__ == "__main__":
    asyncio.run(main(int(numbers(500)[0])))
