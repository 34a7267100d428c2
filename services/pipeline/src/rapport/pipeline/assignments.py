"""Who looks after people. The ATS is asked within the request: what it does not do is not done here either."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from rapport.contracts.pipeline import Assigned, AssignPerson
from rapport.contracts.refusals import AssignmentConflict, InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import Responsibility
from rapport.kit.database.unit_of_work import Database
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.connectors.connector import AtsConnector, AtsRefusedError, AtsUnavailableError
from rapport.pipeline.domain.records import Collection, PersonRecord
from rapport.pipeline.privacy import private_to
from rapport.pipeline.store import SQL
from rapport.pipeline.sync.ingest import Ingest

_PATIENCE = 4.0
"""Seconds for the ATS: the client waits five."""


class AssignmentRequests:
    """Serves the gateway."""

    def __init__(self, database: Database, connectors: Sequence[AtsConnector]) -> None:
        """``connectors`` are asked to change it in the ATS."""
        self._database = database
        self._connectors = {(str(c.connection.org_id), c.connection.name): c for c in connectors}

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(AssignPerson, self.assign_person)

    async def assign_person(
        self, request: AssignPerson, context: RequestContext
    ) -> Assigned | AssignmentConflict | Invalid | NotFound:
        """Ask the ATS, and store what it answers as if it had been read."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            await unit.execute(SQL["lock_assigning"], request.person_id)
            asked = (request.person_id, private_to(viewer), request.user_id, viewer.user_id)
            row = await unit.fetchrow(SQL["person_to_assign"], *asked)
            if row is None:
                return NotFound(what="person", id=str(request.person_id))
            now = {each: row[f"{each}_id"] for each in Responsibility}
            if now[request.responsibility] != request.user_id:
                if refused := _decide(request, row, now[request.responsibility]):
                    return refused
                connector = self._connectors.get((viewer.org_id, row["connection"]))
                if connector is None:
                    raise ServiceUnavailableError("the ATS")
                record = await _ask(connector, request, row)
                if isinstance(record, Invalid):
                    return record
                await Ingest(connector).ingest(unit, Collection.PEOPLE, [record])
                now[request.responsibility] = request.user_id
        recruiter, coordinator = (now[each] for each in (Responsibility.RECRUITER, Responsibility.COORDINATOR))
        return Assigned(person_id=request.person_id, recruiter_id=recruiter, coordinator_id=coordinator)


def _decide(request: AssignPerson, row: asyncpg.Record, current: UUID | None) -> AssignmentConflict | Invalid | None:
    """Why the ATS is not even asked."""
    if current != request.seen_user_id:
        return AssignmentConflict(current=current)
    if not row["connection"]:
        message = "is not in the ATS, which says who looks after people"
        return Invalid.because("person_id", message, InputProblemCode.WRONG_STATE)
    if request.user_id is not None and row["user_ref"] is None:
        return Invalid.because("user_id", "is no user of the ATS, or has left", InputProblemCode.NOT_FOUND)
    if row["viewer_ref"] is None:
        return Invalid.because("person_id", "is in an ATS that does not know you", InputProblemCode.NOT_ALLOWED)
    return None


async def _ask(connector: AtsConnector, request: AssignPerson, row: asyncpg.Record) -> PersonRecord | Invalid:
    """What the ATS has of the person afterwards; or why it refused."""
    users = {"to": row["user_ref"], "user": row["viewer_ref"]}
    try:
        async with asyncio.timeout(_PATIENCE):
            return await connector.assign(row["external_id"], request.responsibility, **users)
    except AtsRefusedError as problem:
        return Invalid.because("user_id", f"was refused by the ATS: {problem}", InputProblemCode.NOT_ALLOWED)
    except (AtsUnavailableError, TimeoutError) as problem:
        # It may have been carried out: then it is read from there, and asked again, it is so already.
        raise ServiceUnavailableError("the ATS") from problem
