"""People who may be one: found in the background, decided by users."""

from collections.abc import Sequence
from uuid import UUID

from rapport.contracts.pipeline import GetProbableDuplicates, KeepApart, KeptApart
from rapport.contracts.refusals import Invalid, NotFound
from rapport.kit.database.pagination import place
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.kit.runtime.worker import Worker
from rapport.pipeline.privacy import private_to
from rapport.pipeline.store import crm, duplicates, imports

_AT_ONCE = 100
_FIRST = (2.0, UUID(int=0))
"""Before the likeliest pair."""


class DuplicateFinder:
    """Compares people with those whom they may be, whenever what they are recognised by has changed."""

    def __init__(self, database: Database, org_ids: Sequence[str]) -> None:
        """Nothing runs before ``worker.run``."""
        self._database = database
        self._org_ids = tuple(sorted(set(org_ids)))
        self.worker = Worker("duplicates", self.step)

    async def step(self) -> bool:
        """Compare some people of each organisation; whether there were any."""
        return any([await self._step(org_id) for org_id in self._org_ids])

    async def _step(self, org_id: str) -> bool:
        async with self._database.work(org_id, actor="system:duplicates", cause="people", traced=False) as unit:
            # Nobody is found by keys that are not computed yet.
            if await crm.refresh_keys(unit, limit=_AT_ONCE):
                return True
            # Whom an import brings is compared once all of them are there; until then the import needs the machine.
            if await imports.is_running(unit):
                return False
            return await duplicates.find(unit, limit=_AT_ONCE) > 0


class DuplicateRequests:
    """Serves the gateway."""

    def __init__(self, database: Database) -> None:
        """On the service's database."""
        self._database = database

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetProbableDuplicates, self.get_probable_duplicates)
        server.handle(KeepApart, self.keep_apart)

    async def get_probable_duplicates(self, request: GetProbableDuplicates, context: RequestContext) -> Json | Invalid:
        """A page of the pairs."""
        after = place(request.page, float, begins=_FIRST)
        if isinstance(after, Invalid):
            return after
        arguments = (after, request.page.first, private_to(context.viewer))
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await duplicates.page(session, *arguments, include_total=request.include_total))

    async def keep_apart(self, request: KeepApart, context: RequestContext) -> KeptApart | NotFound:
        """Two people are two, or may be one again."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            pair = await duplicates.shown(unit, request.duplicate_id, private_to(viewer))
            if pair is None:
                return NotFound(what="probable duplicate", id=str(request.duplicate_id))
            if request.apart:
                await duplicates.keep_apart(unit, *pair, by=viewer.user_id)
            else:
                await duplicates.suspect_again(unit, request.duplicate_id)
        return KeptApart(duplicate_id=request.duplicate_id)
