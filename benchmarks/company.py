"""What is read in the benchmarks: a board with full columns, and a person with whom much has happened.

Both are made as in life: people apply at the ATS, and everything else is asked of the gateway.
"""

import asyncio
import base64
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from rapport.local.waiting import eventually
from rapport.testing.stack import Stack

STAGES, CARDS, ENTRIES = 6, 50, 30
_REVIEWS, _MESSAGES = 4, 4
_AT_ONCE = 8
_WITHIN = 180.0

_JOBS = "{ jobs(first: 50, filter: {status: OPEN}) { nodes { id title stages { id active } } } }"
_CARDS = """query($id: ID!, $after: String, $stage: ID) { board(jobId: $id) { columns(stageId: $stage) {
  stage { id } count cards(first: 200, after: $after) {
    nodes { applicationId sync person { id } } pageInfo { hasNextPage endCursor } } } } }"""
_MOVE = """mutation($input: MoveApplicationInput!) { moveApplication(input: $input) {
  __typename ... on Refusal { message } } }"""
_REACHABLE = """query($ids: ID!) { person(id: $ids) { id mayBeEmailed emails { value } } }"""
_ASK = "mutation($input: RequestReviewInput!) { requestReview(input: $input) { __typename ... on Review { id } } }"
_SAY = "mutation($input: GiveVerdictInput!) { giveVerdict(input: $input) { __typename } }"
_SEND = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Message { id } } }"
_FEED = "query($id: ID!) { person(id: $id) { activity(first: 100) { nodes { __typename } } } }"

_ResultT = TypeVar("_ResultT")


@dataclass(frozen=True)
class Screens:
    """What is asked for, by the ids that clients know."""

    job: str
    person: str


def uuid_of(global_id: str) -> UUID:
    """The id that the services and their tables know a thing by."""
    return UUID(base64.urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode().split(":", 1)[1])


async def filled(stack: Stack) -> Screens:
    """Wait for the first synchronisation, then fill a board and a person's feed."""
    await stack.synced()
    jobs = (await stack.data(_JOBS))["jobs"]["nodes"]
    job = min((j for j in jobs if _active(j) >= STAGES), key=_active)
    stages = [stage["id"] for stage in job["stages"] if stage["active"]][:STAGES]
    await _fill_board(stack, job["id"], stages)
    return Screens(job["id"], await _fill_feed(stack, job["id"], stages))


def _active(job: dict[str, Any]) -> int:
    return sum(stage["active"] for stage in job["stages"])


async def _fill_board(stack: Stack, job: str, stages: list[str]) -> None:
    [row] = await stack.rows("pipeline", "SELECT external_id FROM job WHERE id = $1", uuid_of(job))
    board = await _board(stack, job)
    missing = STAGES * CARDS - sum(min(len(board.get(stage, ())), CARDS) for stage in stages)
    for number in range(missing):
        person = {"first_name": f"Ada{number}", "last_name": "Berg", "title": "Engineer", "company": "Fernhill"}
        await stack.control("changes", change="apply", job_id=int(row["external_id"]), **person)

    async def all_there() -> bool:
        return len((await _board(stack, job))[stages[0]]) >= missing + len(board.get(stages[0], ()))

    await eventually(all_there, within=_WITHIN, what="everybody who applied")
    board = await _board(stack, job)
    spare = [card["applicationId"] for card in board[stages[0]][CARDS:]]
    places = [stage for stage in stages[1:] for _ in range(CARDS - len(board.get(stage, ())))]
    moves = zip(spare, places, strict=False)
    await _few_at_once(_move(stack, application, stages[0], to) for application, to in moves)

    async def quiet() -> bool:
        cards = [card for column in (await _board(stack, job)).values() for card in column]
        return all(card["sync"] == "SYNCED" for card in cards)

    await eventually(quiet, within=_WITHIN, what="the ATS's word on every move")


async def _board(stack: Stack, job: str) -> dict[str, list[dict[str, Any]]]:
    """All cards of each stage."""
    columns = (await stack.data(_CARDS, id=job))["board"]["columns"]
    found = {}
    for column in columns:
        stage, cards = column["stage"]["id"], column["cards"]
        found[stage] = list(cards["nodes"])
        while cards["pageInfo"]["hasNextPage"]:
            after = cards["pageInfo"]["endCursor"]
            [more] = (await stack.data(_CARDS, id=job, stage=stage, after=after))["board"]["columns"]
            cards = more["cards"]
            found[stage] += cards["nodes"]
    return found


async def _move(stack: Stack, application: str, from_stage: str, to_stage: str) -> None:
    given = {"applicationId": application, "fromStageId": from_stage, "toStageId": to_stage}
    answer = (await stack.data(_MOVE, input=given))["moveApplication"]
    if answer["__typename"] != "MoveApplicationSuccess":
        raise AssertionError(answer)


async def _fill_feed(stack: Stack, job: str, stages: list[str]) -> str:
    """Ask for reviews of somebody, write to them, and move them about until enough has happened with them."""
    person, application, stage = await _somebody(stack, job, stages)
    await stack.rows(
        "outreach",
        "INSERT INTO limits (org_id, spacing_seconds, person_per_day, person_per_week) VALUES ('acme', 0, 100, 100)",
    )
    roles = [role for role in ("recruiter", "hiring_manager", "coordinator") if role in stack.tokens]
    reviewers = [(await stack.data("{ me { id } }", role=role))["me"]["id"] for role in roles]
    for number in range(_REVIEWS):
        about = {
            "jobId": job,
            "personIds": [person],
            "reviewerIds": reviewers,
            "note": f"Round {number}: whom to meet?",
        }
        review = (await stack.data(_ASK, role="recruiter", input=about))["requestReview"]["id"]
        for role in roles:
            said = {"reviewId": review, "personId": person, "verdict": "APPROVED", "note": "Clear and to the point."}
            await stack.data(_SAY, role=role, input=said)
    for number in range(_MESSAGES):
        message = {"personId": person, "jobId": job, "subject": f"Next step {number}", "body": "Shall we talk?"}
        sent = (await stack.data(_SEND, role="recruiter", input=message))["sendMessage"]
        if sent["__typename"] != "Message":
            raise AssertionError(sent)
    published = _REVIEWS * (1 + len(roles)) + _MESSAGES
    for _ in range(_whole_rounds(ENTRIES - published)):
        to = stages[(stages.index(stage) + 1) % STAGES]
        await _move(stack, application, stage, to)
        stage = to

    async def enough() -> bool:
        return len((await stack.data(_FEED, id=person))["person"]["activity"]["nodes"]) >= ENTRIES

    await eventually(enough, within=_WITHIN, what="a feed of that length")
    return person


def _whole_rounds(moves: int) -> int:
    """So many moves, or a few more: in the end the card is where it was, and its column is full."""
    return -(-max(moves, 1) // STAGES) * STAGES


async def _somebody(stack: Stack, job: str, stages: list[str]) -> tuple[str, str, str]:
    """Somebody on the board who may be written to: themselves, their application and its stage."""
    for stage, cards in (await _board(stack, job)).items():
        for card in cards if stage in stages else ():
            person = (await stack.data(_REACHABLE, ids=card["person"]["id"]))["person"]
            if person["mayBeEmailed"] and person["emails"]:
                return person["id"], card["applicationId"], stage
    raise AssertionError("nobody on the board may be written to")


async def _few_at_once(doing: Iterable[Awaitable[_ResultT]]) -> list[_ResultT]:
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(each: Awaitable[_ResultT]) -> _ResultT:
        async with turn:
            return await each

    return await asyncio.gather(*(one(each) for each in doing))
