"""A service whose read model says in every row by which version it was built, and whose rebuild a test can hold."""

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import BaseModel
from pydantic_settings import BaseSettings

from rapport.contracts.authorisation import EVERYBODY, Rule
from rapport.contracts.events import Event
from rapport.contracts.requests import Request
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.runtime.process import main
from rapport.kit.runtime.service import open_service, rebuild_service
from rapport.kit.runtime.settings import ServiceSettings, from_environment

HOLD = 0x686F_6C64
"""Advisory lock: a rebuild goes on only when nobody else holds it."""


class Jobs(BaseModel):
    """By which version the row of each job was built."""

    versions: tuple[int, ...]


class GetVersions(Request[Jobs]):
    service: ClassVar[str] = "analytics"
    rule: ClassVar[Rule] = EVERYBODY


class JobVersions:
    """A row for each job, with the version of this model."""

    consumer = "analytics-funnel"
    tables = ("job",)
    _apply = Statement(
        "INSERT INTO job (org_id, id, version, kinds, team) SELECT current_org(), unnest($1::uuid[]), $2, '{}', '{}'"
        " ON CONFLICT (org_id, id) DO UPDATE SET version = excluded.version"
    )
    _wait = Statement("SELECT pg_advisory_xact_lock_shared($1)")

    def __init__(self, version: int) -> None:
        self.version = version

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        if unit.metadata.actor == "system:rebuild":
            await unit.execute(self._wait, HOLD)
        await unit.execute(self._apply, sorted({event.subject for event in events}), self.version)


class _Model(BaseSettings):
    model_version: int


async def serve() -> None:
    """Serve until told to stop."""
    async with open_service("analytics", from_environment(ServiceSettings)) as service:

        async def answer(_: GetVersions, context: RequestContext) -> Jobs:
            async with service.database.read_session(context.viewer.org_id) as session:
                rows = await session.fetch(Statement("SELECT version FROM job ORDER BY version"))
            return Jobs(versions=tuple(row["version"] for row in rows))

        service.requests.handle(GetVersions, answer)
        await service.serve(reactions=[JobVersions(from_environment(_Model).model_version)])


async def rebuild() -> None:
    """Rebuild by command."""
    await rebuild_service("analytics", JobVersions(from_environment(_Model).model_version))


if __name__ == "__main__":
    main("versioned_service", {"serve": serve, "rebuild": rebuild})
