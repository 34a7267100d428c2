"""Merges records of one person, and undoes it: rows, applications, cards and events, in one unit of work.

Requests of users, merges in the ATS and the ends of records all pass here. A record keeps what it says itself, and an
application the record it has in the ATS, so that undoing a merge gives each what is its own, and what came meanwhile to
the record that it came to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from rapport.contracts.events import PersonMerged, PersonUnmerged
from rapport.contracts.vocabulary import MergedField, MergeOrigin
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.pipeline.domain.merging import NOTHING, Merge, MergedInto, Unmerged, merged_profile, regrouped, root, roots
from rapport.pipeline.recording import refresh_cards
from rapport.pipeline.store import SQL, merges
from rapport.pipeline.store.merges import LockedRecord, MovedApplication

Records = dict[UUID, LockedRecord]


class Regrouping:
    """The records of some people, locked, while it is decided anew who is who.

    Merges are added and ended first; :meth:`apply` then writes what follows from all of them.
    """

    def __init__(self, unit: UnitOfWork, records: Records, in_force: Sequence[Merge]) -> None:
        """Made by :func:`regrouping`."""
        self._unit = unit
        self.records = records
        self.merges = list(in_force)
        self._before = {record.id: record.root for record in records.values()}

    def root(self, record: UUID) -> UUID:
        """Which record stands for the person of this one, as decided so far."""
        return root(record, self.merges)

    def merge_of(self, record: UUID) -> Merge | None:
        """The merge of a record into another, if it does not stand for a person of its own."""
        return next((merge for merge in self.merges if merge.merged_id == record), None)

    async def add(self, merge: Merge, *, by: UUID | None = None) -> None:
        """Merge two people, or a record into a person. The merged record must not be merged already."""
        await merges.insert(self._unit, merge, by=by)
        self.merges.append(merge)

    async def end(self, ended: Iterable[Merge], *, by: UUID | None = None) -> None:
        """Undo merges."""
        gone = list(ended)
        await merges.end(self._unit, gone, self._unit.now, by=by)
        self.merges = [merge for merge in self.merges if merge not in gone]

    def path(self, record: UUID) -> Sequence[Merge]:
        """The merges that lead from a record to the one that stands for its person."""
        merge = self.merge_of(record)
        return [merge, *self.path(merge.survivor_id)] if merge else []

    def in_ats(self, record: UUID) -> UUID:
        """The record that the ATS has by now for one which it may have merged."""
        merge = self.merge_of(record)
        return self.in_ats(merge.survivor_id) if merge and merge.origin is MergeOrigin.ATS else record

    async def take_over(self, merged: UUID, by: UUID) -> None:
        """The ATS is about to merge a record into ``by``: what was said of it holds for that one from now on."""
        for merge in [each for each in self.merges if each.survivor_id == merged and each.origin is MergeOrigin.USER]:
            await self._rewrite(merge, replace(merge, survivor_id=by))
        into = self.merge_of(merged)
        if into is None:
            return
        self.merges.remove(into)
        if into.origin is MergeOrigin.ATS or self.root(by) == self.root(into.survivor_id):
            await merges.end(self._unit, [into], self._unit.now, by=None)
        else:
            await self._let_stand(by)
            self.merges.append(into)
            await self._rewrite(into, replace(into, merged_id=by))

    async def _let_stand(self, record: UUID) -> None:
        """A record stands for its person from now on, who has the same records and shows the same."""
        # From the one that stood on: no record is merged twice meanwhile.
        for merge in reversed(self.path(record)):
            turned = replace(
                merge,
                survivor_id=merge.merged_id,
                merged_id=merge.survivor_id,
                taken=frozenset(MergedField) - merge.taken,
            )
            await self._rewrite(merge, turned)

    async def _rewrite(self, merge: Merge, by: Merge) -> None:
        await merges.rewrite(self._unit, by)
        self.merges[self.merges.index(merge)] = by

    async def forget(self, record: UUID) -> None:
        """The ATS has merged a record: it says nothing any more."""
        await self._unit.execute(SQL["empty_merged"], record, self._unit.now)
        if known := self.records.get(record):
            self.records[record] = replace(known, profile=NOTHING)

    async def apply(self) -> Sequence[MovedApplication]:
        """Write who stands for whom and publish what changed; returns the applications that changed their person."""
        unit = self._unit
        after = roots({*self.records, *(merge.merged_id for merge in self.merges)}, self.merges)
        merged_into, unmerged = regrouped(self._before, {id_: after[id_] for id_ in self.records})
        changed = {each.person_id for each in merged_into} | {each.person_id for each in unmerged}
        records = {
            id_: replace(record, version=record.version + 1) if id_ in changed else record
            for id_, record in self.records.items()
        }
        profiles = {id_: record.profile for id_, record in records.items()}
        several = {root_ for id_, root_ in after.items() if root_ != id_} & set(records)
        shown = {id_: merged_profile(id_, profiles, self.merges) for id_ in several}
        await merges.save(unit, records.values(), after, shown)
        moved = await merges.regroup_applications(unit, after)
        self._publish(records, merged_into, unmerged, moved)
        return moved

    def _publish(
        self,
        records: Records,
        merged_into: Sequence[MergedInto],
        unmerged: Sequence[Unmerged],
        moved: Sequence[MovedApplication],
    ) -> None:
        for each in merged_into:
            by = self.merge_of(each.person_id)
            theirs = [m.id for m in moved if self._before.get(m.record_id, m.record_id) == each.person_id]
            self._unit.record(
                PersonMerged(
                    into_person_id=each.into_id,
                    application_ids=tuple(sorted(theirs)),
                    merge_id=by.id if by else None,
                ),
                aggregate_id=each.person_id,
                version=records[each.person_id].version,
                occurred_at=self._unit.now,
            )
        for one in unmerged:
            self._unit.record(
                PersonUnmerged(
                    from_person_id=one.from_id,
                    record_ids=tuple(sorted(one.record_ids)),
                    application_ids=tuple(sorted(m.id for m in moved if m.person_id == one.person_id)),
                ),
                aggregate_id=one.person_id,
                version=records[one.person_id].version,
                occurred_at=self._unit.now,
            )


async def regrouping(unit: UnitOfWork, ids: Sequence[UUID]) -> Regrouping:
    """Lock all records of the people to whom these belong."""
    records = await merges.lock(unit, ids)
    return Regrouping(unit, records, await merges.of_records(unit, {*records, *ids}))


async def merge_as_the_ats_does(unit: UnitOfWork, merge: Merge) -> Sequence[MovedApplication] | None:
    """The ATS has merged a record into another; what users said of the two holds for what they are now.

    Returns:
        The applications that changed their person; None if the ATS had merged the two already.
    """
    people = await regrouping(unit, [merge.merged_id, merge.survivor_id])
    into = people.merge_of(merge.merged_id)
    if into and into.origin is MergeOrigin.ATS and people.root(merge.survivor_id) == people.root(merge.merged_id):
        return None
    path = people.path(merge.survivor_id)
    below = next((at for at, each in enumerate(path, 1) if each.survivor_id == merge.merged_id), 0)
    if below:
        # The survivor is part of the merged record: users are overruled, and a merge in the ATS was the reverse.
        by_users = [each for each in path[:below] if each.origin is MergeOrigin.USER]
        if not by_users:
            return None
        await people.end(by_users[-1:])
    await people.take_over(merge.merged_id, by=people.in_ats(merge.survivor_id))
    await people.add(merge)
    await people.forget(merge.merged_id)
    return await people.apply()


async def unmerge_ended(unit: UnitOfWork, record_ids: Sequence[UUID]) -> None:
    """Undo what users merged these records with: they end with what the ATS merged into them, and the others stay."""
    people = await regrouping(unit, record_ids)
    ending = {record for record in people.records if people.in_ats(record) in record_ids} | set(record_ids)
    touched = [m for m in people.merges if m.origin is MergeOrigin.USER and ending & {m.survivor_id, m.merged_id}]
    if touched:
        await people.end(touched)
        await refresh_cards(unit, [moved.id for moved in await people.apply()])


async def show_together(unit: UnitOfWork, record_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Records were read again: people with several show what these say together; returns who they are."""
    survivors = await merges.survivors_among(unit, record_ids)
    if survivors:
        people = await regrouping(unit, survivors)
        await people.apply()
    return survivors
