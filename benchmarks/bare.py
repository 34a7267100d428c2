"""The same SQL without anything around it: aiohttp and asyncpg, and what the database wrote is passed on as it is.

There is no token, no broker, no GraphQL and no trace; the organisation is set for row-level security.
"""

import asyncio
import os
from uuid import UUID

import asyncpg
import orjson
import uvloop
from aiohttp import web

from rapport.kit.database.pagination import BEFORE_ALL, BEYOND_ALL
from rapport.kit.database.queries import Queries

_SETTINGS = {"timezone": "UTC", "plan_cache_mode": "force_generic_plan", "jit": "off"}  # as the services have them
_YES = True


class Bare:
    """Answers board and person."""

    def __init__(self, pools: dict[str, asyncpg.Pool]) -> None:
        """A pool for each service's database."""
        self._pools = pools
        self._sql = {service: Queries(f"rapport.{service}") for service in pools}

    async def _one(self, service: str, name: str, *arguments: object) -> str:
        async with self._pools[service].acquire() as connection:
            await connection.execute("SELECT set_config('rapport.org_id', $1, false)", os.environ["ORG"])
            return await connection.fetchval(self._sql[service][name], *arguments)

    async def _rows(self, service: str, name: str, *arguments: object) -> str:
        async with self._pools[service].acquire() as connection:
            await connection.execute("SELECT set_config('rapport.org_id', $1, false)", os.environ["ORG"])
            rows = await connection.fetch(self._sql[service][name], *arguments)
        return orjson.dumps([dict(row) for row in rows], default=str).decode()

    async def board(self, request: web.Request) -> web.Response:
        """A job's board."""
        asked = orjson.loads(await request.read())
        arguments = (None, UUID(asked["id"]), None, *BEFORE_ALL, asked["first"], None)
        return _json(await self._one("pipeline", "get_board", *arguments))

    async def person(self, request: web.Request) -> web.Response:
        """A person with their applications, and the feed with what it is about."""
        asked = orjson.loads(await request.read())
        person = UUID(asked["id"])
        people, _, feed = await asyncio.gather(
            self._one("pipeline", "get_people_by_ids", None, [person], _YES),
            self._one("pipeline", "sees_person", person, None),
            self._one("pipeline", "get_activity", None, person, *BEYOND_ALL, asked["first"]),
        )
        entries = [edge["node"] for edge in orjson.loads(feed)["edges"]]

        def named(key: str) -> list[UUID]:
            return [UUID(found) for found in {entry.get(key) for entry in entries} if found]

        about = await asyncio.gather(
            self._one("pipeline", "get_jobs_by_ids", None, named("job_id")),
            self._one("outreach", "get_messages_by_ids", _YES, UUID(int=0), _YES, named("message_id")),
            *(
                self._rows("reviews", name, named("review_id"))
                for name in ("reviews_by_ids", "reviewers_of_reviews", "items_of_reviews", "verdicts_of_reviews")
            ),
        )
        return _json(f"[{','.join((people, feed, *about))}]")


def _json(text: str) -> web.Response:
    return web.Response(body=text.encode(), content_type="application/json")


async def main() -> None:
    """Serve until killed."""
    services = ("pipeline", "reviews", "outreach")
    size = int(os.environ["CONNECTIONS"])
    pools = {
        service: await asyncpg.create_pool(
            os.environ[service.upper()], min_size=0, max_size=size, server_settings=_SETTINGS, reset=_no_reset
        )
        for service in services
    }
    bare, application = Bare(pools), web.Application()
    application.add_routes([web.post("/board", bare.board), web.post("/person", bare.person)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
    await asyncio.Event().wait()


async def _no_reset(_: asyncpg.Connection) -> None:
    """As the services have it: the organisation is the only state, and set on every use."""


if __name__ == "__main__":
    uvloop.run(main())
