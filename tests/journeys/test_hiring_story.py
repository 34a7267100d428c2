"""The hiring story of the documentation, executed step by step; then no personal data may be left behind."""

import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import pytest
import pytest_asyncio

from rapport.local.waiting import eventually
from rapport.testing.stack import ALL_SERVICES, Stack
from tests.support.story import Names, Step, steps_of
from tests.support.stream import cursor_at_end

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 200
SERVICES = ALL_SERVICES
STORY = Path(__file__).parents[2] / "docs" / "hiring-story.md"
NOTE = "Let us talk to them soon."
"""What the hiring manager writes on the page."""
_WITHIN = 30.0


class StoryRun:
    """One execution of the story."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.names = Names()
        self.link = ""
        self._sockets: dict[str, Any] = {}

    async def carry_out(self, step: Step) -> None:
        """Execute a step and check its result."""
        match step.kind:
            case "do":
                await self._happenings[step.who](self)
            case "watch":
                await self._watch(step)
            case "receives":
                received = await self._sockets[step.who].receive_json(timeout=_WITHIN)
                self._compare(step, _without_cost(received["payload"]))
            case _:
                await self._ask(step)

    async def _ask(self, step: Step) -> None:
        operation = self.names.put_into(step.operation)
        if operation.startswith("mutation"):
            self._compare(step, _without_cost(await self.stack.execute(operation, role=step.who)))
            return
        difference: list[str | None] = []

        async def so() -> bool:
            response = _without_cost(await self.stack.execute(operation, role=step.who))
            difference[:] = [self.names.learn(step.answer, response)]
            return difference == [None]

        try:
            await eventually(so, within=_WITHIN, what="the answer")
        except TimeoutError:
            pytest.fail(f"{STORY.name}:{step.line}: {difference[0]}")

    def _compare(self, step: Step, found: Any) -> None:
        if difference := self.names.learn(step.answer, found):
            pytest.fail(f"{STORY.name}:{step.line}: {difference}")

    async def _watch(self, step: Step) -> None:
        socket = await self.stack.session.ws_connect(self.stack.graphql_url, protocols=["graphql-transport-ws"])
        token = self.stack.token(step.who)
        await socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        assert (await socket.receive_json(timeout=_WITHIN))["type"] == "connection_ack"
        after = f', after: "{await cursor_at_end(self.stack)}")'
        payload = {"query": self.names.put_into(step.operation).replace(")", after, 1)}
        await socket.send_json({"id": "1", "type": "subscribe", "payload": payload})
        self._sockets[step.who] = socket

    async def close(self) -> None:
        for socket in self._sockets.values():
            await socket.close()

    async def _page(self, place: str = "") -> str:
        async with self.stack.session.get(f"{self.link}{place}") as response:
            assert response.status == 200
            return await response.text()

    async def _open_the_link(self) -> None:
        mail = await self._mail(self.stack.emails["hiring_manager"][0], self.names.known["title"])
        found = re.search(r"http://\S+/r/\S+", mail["text"])
        assert found, mail["text"]
        self.link = found.group()
        pages = {await self._page() for _ in range(3)}
        assert len(pages) == 1
        assert self.names.known["firstName"] in pages.pop()

    async def _decide(self) -> None:
        shown = re.findall(r'name="person_id" value="([0-9a-f-]{36})"', await self._page())
        first, second = dict.fromkeys(shown)
        for person, verdict, note in ((first, "approved", NOTE), (second, "rejected", "")):
            form = {"person_id": person, "verdict": verdict, "note": note, "visibility": "hiring_team"}
            async with self.stack.session.post(f"{self.link}/verdicts", data=form) as response:
                assert response.status == 200

    async def _finish(self) -> None:
        async with self.stack.session.post(f"{self.link}/finish") as response:
            assert "This review is complete" in await response.text()
        await self._mail(self.stack.emails["recruiter"][0], self.names.known["title"])

    async def _answer(self) -> None:
        [mail] = [await self._mail_of("first")]
        await self.stack.answer(mail, "interested")

    async def _unsubscribe(self) -> None:
        person = self.names.known["second"]
        sent = """
        mutation ($id: ID!) {
          sendMessage(input: {personId: $id, subject: "Thank you", body: "It goes to somebody else."}) { __typename }
        }"""
        await self.stack.data(sent, role="recruiter", id=person)
        mail = await self._mail_of("second")
        address = dict(mail["headers"])["List-Unsubscribe"].strip("<>")
        async with self.stack.session.post(address, data={"List-Unsubscribe": "One-Click"}) as response:
            assert response.status == 200

    async def _mail_of(self, candidate: str) -> dict[str, Any]:
        query = "query ($id: ID!) { person(id: $id) { emails { value } } }"
        person = (await self.stack.data(query, id=self.names.known[candidate]))["person"]
        return await self._mail(person["emails"][0]["value"], "")

    async def _mail(self, to: str, subject: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = []

        async def arrived() -> bool:
            found[:] = [mail for mail in await self.stack.mail(to=to) if subject in mail["subject"]]
            return bool(found)

        await eventually(arrived, within=_WITHIN, what=f"a mail to {to}")
        return found[0]

    _happenings: ClassVar[dict[str, Callable[["StoryRun"], Awaitable[None]]]] = {
        "the hiring manager opens the link in the mail": _open_the_link,
        "the hiring manager approves the first with a note, and rejects the second": _decide,
        "the hiring manager finishes the review": _finish,
        "the candidate replies that they are interested": _answer,
        "the other candidate gets a message and unsubscribes with one click": _unsubscribe,
    }


def _without_cost(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as the page shows it: what each operation costs is in docs/api.md."""
    return {name: value for name, value in answer.items() if name != "extensions"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def run(stack: Stack) -> AsyncIterator[StoryRun]:
    """The story, executed to its end."""
    telling = StoryRun(stack)
    try:
        for step in steps_of(STORY):
            await telling.carry_out(step)
        yield telling
    finally:
        await telling.close()


async def test_the_hiring_story_of_the_docs_works(run: StoryRun) -> None:
    assert {"review", "message", "unwanted"} <= run.names.known.keys()


async def test_events_logs_and_spans_have_no_personal_data(run: StoryRun) -> None:
    private = await _private_words(run)
    assert len(private) > 15
    for where, text in await _left_behind(run.stack):
        assert [word for word in private if word in text] == [], where


async def _private_words(run: StoryRun) -> set[str]:
    """Names, addresses, texts and links of people."""
    stack, known = run.stack, run.names.known
    words = {
        NOTE,
        run.link.rpartition("/")[2],
        *(known[name] for name in ("managerName", "firstName", "secondName")),
    }
    words |= {address for addresses in stack.emails.values() for address in addresses}
    for service, sql in (
        ("outreach", "SELECT to_address AS a, subject AS b, left(body, 40) AS c FROM message"),
        ("outreach", "SELECT subject AS a, left(text, 40) AS b, NULL AS c FROM reply"),
        ("reviews", "SELECT note AS a, requester_name AS b, requester_email AS c FROM review"),
        ("pipeline", "SELECT first_name || ' ' || last_name AS a, emails -> 0 ->> 'value' AS b, NULL AS c FROM person"),
    ):
        for row in await stack.rows(service, sql):
            words |= {str(value) for value in row.values() if value and len(str(value)) > 5}
    return words


async def _left_behind(stack: Stack) -> list[tuple[str, str]]:
    """Everything that others can read: events, logs, spans."""
    found = [(f"log of {name}", program.log) for name, program in stack.programs.items()]
    for service in stack.databases:
        events = await stack.rows(service, "SELECT subject, body FROM outbox")
        found.extend((event["subject"], event["body"]) for event in events)
    with closing(sqlite3.connect(stack.company.with_name("traces.sqlite"))) as traces:
        rows = traces.execute("SELECT name, status, details FROM span").fetchall()
    assert len(rows) > 100
    return found + [(f"span {name}", f"{name} {status} {details}") for name, status, details in rows]
