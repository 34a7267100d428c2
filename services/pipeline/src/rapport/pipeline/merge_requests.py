"""The requests about merges: who is one person, decided by users."""

from uuid import UUID

from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import GetMerges, MergedPerson, MergePeople, UndoMerge, UnmergedPeople
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound, Refusal
from rapport.contracts.vocabulary import MergeOrigin
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork
from rapport.kit.identity import new_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.domain.merging import Merge
from rapport.pipeline.merging import Regrouping, regrouping
from rapport.pipeline.privacy import private_to
from rapport.pipeline.recording import refresh_cards
from rapport.pipeline.store import SQL, crm, duplicates, merges


class MergeRequests:
    """Serves the gateway."""

    def __init__(self, database: Database) -> None:
        """On the service's database."""
        self._database = database

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetMerges, self.get_merges)
        server.handle(MergePeople, self.merge_people)
        server.handle(UndoMerge, self.undo_merge)

    async def get_merges(self, request: GetMerges, context: RequestContext) -> Json:
        """The merges in force of these people."""
        async with self._database.read_session(context.viewer.org_id) as session:
            scope = request.rule.scope_user(context.viewer)
            return Json(
                await session.fetchval(SQL["get_merges"], scope, list(request.person_ids), private_to(context.viewer))
            )

    async def merge_people(self, request: MergePeople, context: RequestContext) -> MergedPerson | Refusal:
        """Merge two people, unless they are one already."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            people = await regrouping(unit, [request.survivor_id, request.merged_id])
            for person in (request.survivor_id, request.merged_id):
                if not _is_somebody(people, person) or not await _is_seen(unit, people.root(person), viewer):
                    return NotFound(what="person", id=str(person))
            if known := await unit.fetchval(SQL["merge_with_key"], viewer.user_id, context.key):
                return await _earlier(unit, known, people, request)
            survivor, merged = people.root(request.survivor_id), people.root(request.merged_id)
            if survivor == merged:
                return Invalid.because("merged_id", "is the same person already", InputProblemCode.WRONG_STATE)
            merge = Merge(new_id(), survivor, merged, MergeOrigin.USER, unit.now, frozenset(request.taken))
            await people.add(merge, by=viewer.user_id)
            await _apply(unit, people)
        return MergedPerson(merge_id=merge.id, person_id=survivor)

    async def undo_merge(self, request: UndoMerge, context: RequestContext) -> UnmergedPeople | Refusal:
        """Undo a merge of a user's; one that is undone already stays so."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            found = await merges.get(unit, request.merge_id)
            if found is None:
                return NotFound(what="merge", id=str(request.merge_id))
            survivor, restored = found.survivor_id, found.merged_id
            people = await regrouping(unit, [survivor, restored])
            for person in {people.root(survivor), people.root(restored)}:
                if _is_somebody(people, person) and not await _is_seen(unit, person, viewer):
                    return NotFound(what="merge", id=str(request.merge_id))
            merge = next((each for each in people.merges if each.id == request.merge_id), None)
            if merge and merge.origin is MergeOrigin.ATS:
                return Invalid.because(
                    "merge_id", "was merged in the ATS, and is one record there", InputProblemCode.NOT_ALLOWED
                )
            if merge:
                await people.end([merge], by=viewer.user_id)
                await _apply(unit, people)
                await duplicates.keep_apart(unit, people.root(survivor), people.root(restored), by=viewer.user_id)
            if people.root(survivor) == people.root(restored) or not _is_somebody(people, restored):
                # Undone before, and they have been merged again, or erased since.
                return Invalid.because("merge_id", "is no longer in force", InputProblemCode.WRONG_STATE)
        return UnmergedPeople(person_id=people.root(survivor), restored_id=people.root(restored))


async def _is_seen(session: ReadSession, person: UUID, viewer: Viewer) -> bool:
    return bool(await crm.seen_among(session, [person], None, private_to(viewer)))


def _is_somebody(people: Regrouping, record: UUID) -> bool:
    stands = people.records.get(people.root(record))
    return stands is not None and not stands.ended


async def _earlier(
    session: ReadSession, merge_id: UUID, people: Regrouping, request: MergePeople
) -> MergedPerson | Invalid:
    """What an earlier request with the same key did."""
    found = await merges.get(session, merge_id)
    wanted = {request.survivor_id, request.merged_id}
    if found is None or not wanted <= people.records.keys() or wanted != {found.survivor_id, found.merged_id}:
        return Invalid.because("idempotency_key", "was used for another merge", InputProblemCode.KEY_REUSED)
    return MergedPerson(merge_id=merge_id, person_id=people.root(request.survivor_id))


async def _apply(unit: UnitOfWork, people: Regrouping) -> None:
    moved = await people.apply()
    rows = await unit.fetch(SQL["applications_of_people"], list(people.records))
    await refresh_cards(unit, sorted({*(one.id for one in moved), *(row["id"] for row in rows)}))
