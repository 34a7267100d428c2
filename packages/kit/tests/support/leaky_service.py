"""A service in which everything fails, with the same secret in every error's message."""

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

from aiohttp import web
from pydantic import BaseModel

from rapport.contracts.authorisation import EVERYBODY, Rule
from rapport.contracts.events import Event
from rapport.contracts.requests import Request
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import RetryLater
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.runtime.process import main
from rapport.kit.runtime.service import open_service
from rapport.kit.runtime.settings import ServiceSettings, from_environment

SECRET = "Kate Austen, kate@example.com"
_CAST = Statement("SELECT $1::text::integer")


class Ask(Request[BaseModel]):
    service: ClassVar[str] = "pipeline"
    rule: ClassVar[Rule] = EVERYBODY

    how: str


class Failing:
    """A reaction that fails."""

    consumer = "analytics-funnel"

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        raise RetryLater(SECRET) if events[0].aggregateversion > 1 else ValueError(SECRET)


async def fail(database: Database, how: str) -> BaseModel:
    """Fail in one of the ways there are."""
    if how == "in the database":
        async with database.work("acme", actor="system:test", cause="test") as unit:
            await unit.execute(_CAST, SECRET)
    if how == "while reading":
        async with database.read_session("acme") as reading:
            await reading.fetchval(_CAST, SECRET)
    if how == "in a group":
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(database, "plainly"))
    if how == "after another":
        try:
            await fail(database, "plainly")
        except ValueError as problem:
            raise RuntimeError(f"again: {SECRET}") from problem
    if how == "in a forgotten task":
        asyncio.create_task(fail(database, "plainly"))  # noqa: RUF006 - forgotten on purpose
        await asyncio.sleep(0.05)
        return BaseModel()
    if how == "for good":
        raise SystemExit(SECRET)
    raise ValueError(SECRET)


async def serve() -> None:
    """Serve until told to stop, or until a part of it ends by an error."""
    async with open_service("pipeline", from_environment(ServiceSettings)) as service:
        ended = asyncio.Event()

        async def answer(request: Ask, _: RequestContext) -> BaseModel:
            if request.how == "for good":
                ended.set()
                return BaseModel()
            return await fail(service.database, request.how)

        async def page(_: web.Request) -> web.Response:
            await fail(service.database, "plainly")
            raise AssertionError

        async def part() -> None:
            await ended.wait()
            await fail(service.database, "plainly")

        service.requests.handle(Ask, answer)
        service.application.add_routes([web.get("/fail", page)])
        await service.serve(part(), reactions=[Failing()])


if __name__ == "__main__":
    main("leaky_service", {"serve": serve})
