"""Board and person through the gateway, beside PostGraphile, Mercurius and the same SQL with nothing around it.

benchmarks/reads.py [--keep] [seconds of a round] [rounds]
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from company import CARDS, ENTRIES, Screens, filled, uuid_of
from load import UNSEEN
from measuring import Contender, Load, Report, a_stack, load_generator, numbers, rounds
from servers import bare, peer, peers_installed, tables_for_peers

from rapport.testing.stack import Stack

_PEOPLE = 1000
_WARMED_UP = 1.5
_CONNECTIONS = (16, 4)
_CARD = """personName personTitle personCompany origin source stageEnteredAt lastActivityAt nextInterviewAt
  scorecardsSubmitted scorecardsDue sync version applicationId"""
PROGRAMS = ("gateway", "pipeline", "reviews", "outreach", "postgres", "nats", "sandbox")
"""What answers through the gateway; the sandbox takes the traces."""
_GATEWAY = {
    "board": f"""query Board($id: ID!) {{ board(jobId: $id) {{ job {{ title }} columns {{ stage {{ name kind }} count
      cards(first: {CARDS}) {{ nodes {{ {_CARD} }} }} }} }} }}""",
    "person": f"""query Person($id: ID!) {{ person(id: $id) {{ name title company location emails {{ value }}
      applications {{ status appliedAt stage {{ name }} job {{ title }}
        history {{ kind occurredAt fromStage {{ name }} toStage {{ name }} }} }}
      activity(first: {ENTRIES}) {{ nodes {{ __typename id occurredAt
        ... on ApplicationReceived {{ stage {{ name }} }} ... on ApplicationClosed {{ stage {{ name }} }}
        ... on StageChanged {{ fromStage {{ name }} toStage {{ name }} }}
        ... on ReviewRequested {{ review {{ note status createdAt }} }} ... on VerdictGiven {{ given }}
        ... on MessageActivity {{ message {{ subject state }} }} }} }} }} }}""",
}
_POSTGRAPHILE = {
    "board": f"""query Board($id: UUID!) {{ board: jobByOrgIdAndRowId(orgId: "acme", rowId: $id) {{ title
      stages(orderBy: [POSITION_ASC]) {{ nodes {{ name kind
        cards(first: {CARDS}, orderBy: [STAGE_ENTERED_AT_ASC, APPLICATION_ID_ASC]) {{
          totalCount nodes {{ {_CARD} }} }} }} }} }} }}""",
    "person": f"""query Person($id: UUID!) {{ person: personByOrgIdAndRowId(orgId: "acme", rowId: $id) {{
      firstName lastName title company location emails
      applications(orderBy: [APPLIED_AT_DESC]) {{ nodes {{ status appliedAt stage {{ name }} job {{ title }}
        history(orderBy: [OCCURRED_AT_ASC, VERSION_ASC]) {{ nodes {{
          kind occurredAt fromStage {{ name }} toStage {{ name }} }} }} }} }}
      activity(first: {ENTRIES}, orderBy: [OCCURRED_AT_DESC, ROW_ID_DESC]) {{ nodes {{
        kind id: rowId occurredAt fromStage {{ name }} toStage {{ name }} review {{ note status createdAt }} verdict
        message {{ subject state }} }} }} }} }}""",
}
_MERCURIUS = {
    "board": f"""query Board($id: ID!) {{ board(jobId: $id) {{ title columns {{ stage {{ name kind }} count
      cards(first: {CARDS}) {{ {_CARD} }} }} }} }}""",
    "person": f"""query Person($id: ID!) {{ person(id: $id) {{
      firstName lastName title company location emails {{ value }}
      applications {{ status appliedAt stage {{ name }} job {{ title }}
        history {{ kind occurredAt fromStage {{ name }} toStage {{ name }} }} }}
      activity(first: {ENTRIES}) {{ kind id occurredAt fromStage {{ name }} toStage {{ name }}
        review {{ note status createdAt }} verdict message {{ subject state }} }} }} }}""",
}


def graphql(
    name: str, url: str, query: str, id_: object, programs: tuple[str, ...], headers: Mapping[str, str] | None = None
) -> Contender:
    """A server that answers a GraphQL query about one thing."""
    body = json.dumps({"query": query, "variables": {"id": str(id_)}}).encode()
    return Contender(name, url, body, programs, headers or {})


def of_gateway(stack: Stack, screen: str, id_: str, name: str = "gateway", *, url: str = "") -> Contender:
    """The gateway, asked as an admin; the stack's own unless another's address is given."""
    token = {"Authorization": f"Bearer {stack.token('admin')}"}
    return graphql(name, url or stack.graphql_url, _GATEWAY[screen], id_, PROGRAMS, token)


async def _contenders(stack: Stack, stay: AsyncExitStack) -> Callable[[str, str], list[Contender]]:
    """Start everybody; who is asked for a screen, PostGraphile first."""
    plain = await stay.enter_async_context(bare(stack))
    uncached = await stay.enter_async_context(stack.another("gateway", RESPONSE_CACHE_SECONDS="0"))
    urls = {}
    if peers_installed():
        await tables_for_peers(stack)
        for name in ("postgraphile", "mercurius"):
            urls[name] = await stay.enter_async_context(peer(stack, name))

    def of(screen: str, id_: str) -> list[Contender]:
        uuid, first = uuid_of(id_), CARDS if screen == "board" else ENTRIES
        asked = json.dumps({"id": str(uuid), "first": first}).encode()
        found = (
            [
                graphql(
                    "PostGraphile", urls["postgraphile"], _POSTGRAPHILE[screen], uuid, ("postgraphile", "postgres")
                ),
                graphql(
                    "Mercurius, JIT and loaders", urls["mercurius"], _MERCURIUS[screen], uuid, ("mercurius", "postgres")
                ),
            ]
            if urls
            else []
        )
        return [
            *found,
            Contender("bare aiohttp and asyncpg", f"{plain}/{screen}", asked, ("bare", "postgres")),
            of_gateway(stack, screen, id_, "gateway, uncached", url=f"{uncached.url}/graphql"),
            of_gateway(stack, screen, id_, "gateway, cached"),
        ]

    return of


async def _answer(stack: Stack, contender: Contender) -> Any:
    headers = {"Content-Type": "application/json", "Connection": "close", **contender.headers}
    async with stack.session.post(contender.url, data=contender.body, headers=headers) as response:
        answer = await response.json(content_type=None)
    if response.status != 200 or (isinstance(answer, dict) and "errors" in answer):
        raise AssertionError(f"{contender.name}: {str(answer)[:500]}")
    return answer


def _ids(answer: Any) -> list[str]:
    """The ids of all cards or entries of a response of any shape, in order."""
    found = []
    match answer:
        case {"applicationId": str(one)} | {"application_id": str(one), "person_name": _}:
            found.append(one)
        case {"id": str(one), "occurredAt": _} | {"id": str(one), "kind": _, "person_id": _, "occurred_at": _}:
            found.append(one)
        case dict():
            found += [one for part in answer.values() for one in _ids(part)]
        case list():
            found += [one for part in answer for one in _ids(part)]
    return found


async def _agreed(stack: Stack, contenders: list[Contender]) -> int:
    """How many cards or entries everybody answers, if those are the same in the same order."""
    lists = []
    for contender in contenders:
        ids = _ids(await _answer(stack, contender))
        lists.append([one if "-" in one else str(uuid_of(one)) for one in ids])
    for contender, ids in zip(contenders, lists, strict=True):
        if ids != lists[0] or not ids:
            raise AssertionError(f"{contender.name} answers other things than {contenders[0].name}")
    return len(lists[0])


async def _measure(report: Report, load: Load, screen: str, contenders: list[Contender], found: int) -> None:
    many = "cards" if screen == "board" else "entries in the feed"
    report.say(f"\n{screen}: {found} {many}, the same from everybody")
    await _in_turns(report, load, contenders, _CONNECTIONS)


async def _in_turns(report: Report, load: Load, contenders: list[Contender], each: Sequence[int]) -> None:
    """Warm everybody up, then ask them over as many connections as each time is said."""
    for contender in contenders:
        await load.run(contender, seconds=_WARMED_UP, connections=max(_CONNECTIONS))
    seconds, times = numbers(2.0, 3)
    for connections in each:
        await rounds(report, contenders, load, seconds=seconds, times=int(times), connections=connections)


async def _measure_unseen(report: Report, load: Load, contenders: list[Contender]) -> None:
    """The board with a card in each column, asked in words that are always others."""
    report.say("\na document never seen before: the board with one card in each column")
    unseen = [
        replace(
            each,
            body=each.body.replace(b"query Board(", b"query Board%b(" % UNSEEN.encode()).replace(
                b"first: %d" % CARDS, b"first: 1"
            ),
        )
        for each in contenders
        if b"query Board(" in each.body
    ]
    await _in_turns(report, load, unseen, _CONNECTIONS[-1:])


async def main() -> None:
    """Fill a stack, start everybody else, see that all answer the same, then measure."""
    report = Report("reads")
    async with AsyncExitStack() as stay:
        stack = await stay.enter_async_context(a_stack(_PEOPLE, MAIL_POLL_SECONDS="30"))
        screens: Screens = await filled(stack)
        load = await stay.enter_async_context(load_generator())
        contenders_of = await _contenders(stack, stay)
        for screen, id_ in (("board", screens.job), ("person", screens.person)):
            contenders = contenders_of(screen, id_)
            await _measure(report, load, screen, contenders, await _agreed(stack, contenders))
        await _measure_unseen(report, load, contenders_of("board", screens.job))
    report.end()


if __name__ == "__main__":
    asyncio.run(main())
