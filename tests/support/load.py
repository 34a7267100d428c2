"""Users at work: moves, reviews and messages, one after the other, and which were acknowledged.

A request without a response is repeated under the same key, as a client should. One that never got a response is
uncertain: its effect is neither expected nor forbidden afterwards.
"""

import asyncio
import itertools
import os
import random
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from rapport.testing.stack import Stack

_ANSWER_WITHIN = 8.0
_GIVE_UP_AFTER = 90.0
_PAUSE = float(os.environ.get("FAULT_PAUSE_SECONDS", "0.1"))
"""Between the requests of a user; shorter when run by hand, for more of the same."""

_CARDS = """
{ jobs(first: 20, filter: {status: OPEN}) { nodes { id stages { id kind active }
  board { columns { stage { id } cards(first: 6) { nodes { application { id stage { id } } } } } } } } }
"""
_PEOPLE = "{ people(first: 200) { nodes { id mayBeEmailed emails { value } } } }"
_MOVE = "mutation ($input: MoveApplicationInput!) { moveApplication(input: $input) { __typename } }"
_REVIEW = "mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename ... on Review { id } } }"
_VERDICT = "mutation ($input: GiveVerdictInput!) { giveVerdict(input: $input) { __typename } }"
_SEND = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename ... on Message { id } } }"


@dataclass
class Accepted:
    """The writes that were acknowledged to clients."""

    moves: list[tuple[str, str]] = field(default_factory=list)
    """Applications and the stages they were moved to, in order."""
    reviews: list[str] = field(default_factory=list)
    verdicts: dict[tuple[str, str], str] = field(default_factory=dict)
    """The verdict last given, by review and person."""
    messages: dict[str, str] = field(default_factory=dict)
    """Messages, each with a subject that no other has."""
    uncertain: int = 0


class Load:
    """Three users who work until they are stopped."""

    def __init__(self, stack: Stack, accepted: Accepted, seed: int) -> None:
        """The seed decides what they do; acknowledged writes are added to ``accepted``."""
        self._stack = stack
        self._random = random.Random(seed)
        self._numbers = itertools.count()
        self._stop = asyncio.Event()
        self._seed = seed
        self.accepted = accepted

    async def prepare(self) -> None:
        """Load the users and people."""
        await self.learn_the_boards()
        people = (await self._stack.data(_PEOPLE))["people"]["nodes"]
        self._reachable = [person["id"] for person in people if person["mayBeEmailed"] and person["emails"]]
        self._reviewer = (await self._stack.data("{ me { id } }", role="hiring_manager"))["me"]["id"]

    async def learn_the_boards(self) -> None:
        """Load the cards that can be moved."""
        self._jobs = (await self._stack.data(_CARDS))["jobs"]["nodes"]

    async def move_one(self) -> None:
        """Move a card, once, insisting on an answer."""
        async for _ in self._movers():
            return

    def stop(self) -> None:
        """Stop after the current requests."""
        self._stop.set()

    async def run(self) -> None:
        """Work until stopped."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._again_and_again(self._movers()))
            group.create_task(self._again_and_again(self._reviewers()))
            group.create_task(self._again_and_again(self._writers()))

    async def _again_and_again(self, work: Any) -> None:
        async for _ in work:
            if self._stop.is_set():
                return
            await asyncio.sleep(_PAUSE)

    async def _movers(self) -> Any:
        where = {
            card["application"]["id"]: (column["stage"]["id"], job)
            for job in self._jobs
            for column in job["board"]["columns"]
            for card in column["cards"]["nodes"]
        }
        while True:
            application = self._random.choice(list(where))
            stage, job = where[application]
            others = [s["id"] for s in job["stages"] if s["active"] and s["kind"] != "HIRED" and s["id"] != stage]
            to = self._random.choice(others)
            given = {"applicationId": application, "fromStageId": stage, "toStageId": to}
            result = await self._answered(_MOVE, given, "admin")
            if result and result["moveApplication"]["__typename"] == "MoveApplicationSuccess":
                where[application] = (to, job)
                self.accepted.moves.append((application, to))
            else:
                del where[application]
            yield

    async def _reviewers(self) -> Any:
        while True:
            people = self._random.sample(self._reachable, 2)
            given = {
                "personIds": people,
                "reviewerIds": [self._reviewer],
                "jobId": self._random.choice(self._jobs)["id"],
            }
            result = await self._answered(_REVIEW, given, "recruiter")
            if result and result["requestReview"]["__typename"] == "Review":
                review = result["requestReview"]["id"]
                self.accepted.reviews.append(review)
                yield
                for person in people:
                    verdict = self._random.choice(("APPROVED", "REJECTED", "STARRED"))
                    said = {"reviewId": review, "personId": person, "verdict": verdict}
                    if await self._answered(_VERDICT, said, "hiring_manager", keyed=False):
                        self.accepted.verdicts[review, person] = verdict
                    yield
            yield

    async def _writers(self) -> Any:
        while True:
            subject = f"Message {self._seed}-{next(self._numbers)}"
            given = {"personId": self._random.choice(self._reachable), "subject": subject, "body": "Hello"}
            result = await self._answered(_SEND, given, "recruiter")
            if result and result["sendMessage"]["__typename"] == "Message":
                self.accepted.messages[result["sendMessage"]["id"]] = subject
            yield

    async def _answered(self, query: str, given: dict[str, Any], role: str, *, keyed: bool = True) -> Any:
        """Retry until there is a response, under the same key; None if there is none in time."""
        key = {"idempotencyKey": f"load-{self._seed}-{next(self._numbers)}"} if keyed else {}
        deadline = asyncio.get_running_loop().time() + _GIVE_UP_AFTER
        while asyncio.get_running_loop().time() < deadline:
            try:
                async with asyncio.timeout(_ANSWER_WITHIN):
                    response = await self._stack.execute(query, role=role, input=given | key)
                if "errors" not in response and response.get("data"):
                    return response["data"]
            except (TimeoutError, aiohttp.ClientError, ValueError):
                pass
            await asyncio.sleep(0.2)
        self.accepted.uncertain += 1
        return None
