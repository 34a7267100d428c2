"""Board and person: the SQL alone, the request through NATS, and GraphQL through the gateway."""

import asyncio
import base64
from uuid import UUID

import asyncpg
from measuring import a_stack, rounds, say

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import GetBoard, GetPeopleByIds
from rapport.contracts.requests import Page
from rapport.kit.queries import Queries
from rapport.kit.requests import RequestClient
from rapport.local.testing.stack import Stack

_SQL = Queries("rapport.pipeline")
_WITH_HISTORY = True
_JOBS = "{ jobs(status: OPEN, first: 50) { nodes { id title board { columns { count } } } } }"
_BOARD = """query($id: ID!) { board(jobId: $id) { job { title } columns { stage { name kind } count
  cards(first: 50) { edges { node { personName personTitle personCompany origin source stageEnteredAt
  lastActivityAt nextInterviewAt scorecardsSubmitted scorecardsDue sync version applicationId } } } } } }"""
_PERSON = """query($id: ID!) { person(id: $id) { name title company location emails { value }
  applications { status appliedAt stage { name } job { title } history { kind occurredAt toStage { name } } } } }"""


def _uuid(global_id: str) -> UUID:
    return UUID(base64.urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4)).decode().split(":", 1)[1])


async def _measure(stack: Stack) -> None:
    jobs = (await stack.data(_JOBS))["jobs"]["nodes"]
    job = max(jobs, key=lambda j: sum(c["count"] for c in j["board"]["columns"]))
    cards = sum(c["count"] for c in job["board"]["columns"])
    person = (await stack.data("{ people(first: 1) { nodes { id } } }"))["people"]["nodes"][0]["id"]
    job_id, person_id = _uuid(job["id"]), _uuid(person)
    planned_once = {"plan_cache_mode": "force_generic_plan", "jit": "off"}  # as the service has it
    url = stack.databases["pipeline"].url
    database = await asyncpg.create_pool(url, min_size=4, max_size=4, server_settings=planned_once)
    broker = await stack.nats.connect("gateway")
    client = RequestClient(broker)
    viewer = Viewer(org_id="acme", user_id=UserId(UUID(int=0)), roles=frozenset({Role.ADMIN}))

    async def sql(name: str, *arguments: object) -> None:
        async with database.acquire() as connection:
            await connection.execute("SELECT set_config('rapport.org_id', 'acme', false)")
            await connection.fetchval(_SQL[name], *arguments)

    say(f"\nboard of {cards} cards")
    await rounds(
        {
            "SQL alone (asyncpg)": lambda: sql("get_board", None, job_id, None, None, None, 50),
            "request through NATS, bytes": lambda: client.ask_raw(
                GetBoard(job_id=job_id, page=Page(first=50)), viewer, deadline=10
            ),
            "GraphQL through the gateway": lambda: stack.data(_BOARD, id=job["id"]),
        },
        seconds=2,
        times=3,
        concurrency=4,
    )
    say("\nperson with history")
    await rounds(
        {
            "SQL alone (asyncpg)": lambda: sql("get_people_by_ids", None, [person_id], _WITH_HISTORY),
            "request through NATS, bytes": lambda: client.ask_raw(
                GetPeopleByIds(ids=(person_id,), include_applications=_WITH_HISTORY), viewer, deadline=10
            ),
            "GraphQL through the gateway": lambda: stack.data(_PERSON, id=person),
        },
        seconds=2,
        times=3,
        concurrency=4,
    )
    await broker.close()
    await database.close()


async def main() -> None:
    """Fill a stack, then measure."""
    async with a_stack(5000) as stack:
        await stack.synced()
        await _measure(stack)


asyncio.run(main())
