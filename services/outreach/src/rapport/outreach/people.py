"""Erased and merged people: what becomes of their messages and suppressions."""

from uuid import UUID

from rapport.contracts.events import (
    Event,
    PersonErased,
    PersonMerged,
    PersonUnmerged,
    SuppressionLifted,
    SuppressionRecorded,
)
from rapport.contracts.vocabulary import Blocker, PersonField, SuppressionReason
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.kit.identity import derived_id
from rapport.outreach.domain import message as domain
from rapport.outreach.recording import change, suppress
from rapport.outreach.store import SQL, messages, ownership, people, suppressions
from rapport.outreach.store.people import ActiveSuppression, SuppressionSince
from rapport.outreach.store.suppressions import NewSuppression


async def erase(unit: UnitOfWork, person_id: UUID, erased: PersonErased) -> None:
    """Erase names, addresses and texts, and suppress the person and every address we wrote to."""
    await people.lock_messages(unit, person_id)
    if erased.whole:
        await suppress(unit, await _erasure_of(unit, person_id))
        await _call_off(unit, person_id, Blocker.SUPPRESSED)
        await people.erase(unit, person_id, addresses=True, texts=True)
        return
    addresses = PersonField.EMAILS in erased.fields
    if addresses:
        await _call_off(unit, person_id, Blocker.NO_ADDRESS)
    if addresses or PersonField.CORRESPONDENCE in erased.fields:
        texts = PersonField.CORRESPONDENCE in erased.fields
        await people.erase(unit, person_id, addresses=addresses, texts=texts)


async def merge(unit: UnitOfWork, event: Event[PersonMerged]) -> None:
    """Move messages and suppressions of the duplicate to the survivor.

    A merged person was not erased, even if an erasure came first: that was the deletion of a copy.
    """
    person_id, survivor = event.subject, event.data.into_person_id
    await _lock(unit, person_id, survivor)
    if not await people.save_record(unit, person_id, survivor, since=unit.now, version=event.aggregateversion):
        return  # it was undone since
    known = {each.reason for each in await people.active_suppressions(unit, survivor)}
    for entry in await people.active_suppressions(unit, person_id):
        if entry.reason is SuppressionReason.ERASED:
            await _lift(unit, person_id, entry)
        elif entry.reason not in known:
            await _copy(unit, entry, derived_id("merged", event.id, entry.id), survivor)
    await people.move(unit, person_id, survivor)
    await ownership.wake(unit, survivor)
    if SuppressionReason.ERASED in known:
        await people.erase(unit, survivor, addresses=True, texts=True)


async def unmerge(unit: UnitOfWork, event: Event[PersonUnmerged]) -> None:
    """Give a person back what is theirs: what was so before the merge, and what came to their records since.

    What users recorded by hand meanwhile was said of the one person that both were: it holds for both.
    """
    person_id, other = event.subject, event.data.from_person_id
    records = frozenset(event.data.record_ids)
    await _lock(unit, other, person_id)
    since = await people.merged_since(unit, person_id)
    if not await people.save_record(unit, person_id, person_id, since=unit.now, version=event.aggregateversion):
        return
    await people.give_back(unit, person_id, other, sorted(records))
    if since is not None:
        await people.repeat_takeovers(unit, person_id, other, since)
    for each in (person_id, other):
        await ownership.wake(unit, each)
    if since is None:
        return  # this service never heard of the merge
    theirs = {each.reason for each in await people.active_suppressions(unit, person_id)}
    for entry in await people.suppressions_since(unit, other, since):
        if entry.copied_person_id == person_id:
            await _undo_copy(unit, person_id, other, entry)
        elif entry.whole_person and not entry.lifted and (entry.record_id in records or entry.record_id is None):
            if entry.reason not in theirs:
                await _copy(unit, entry, derived_id("unmerged", event.id, entry.id), person_id)
            if entry.record_id is not None:
                await _lift(unit, other, entry)


async def _lock(unit: UnitOfWork, person_id: UUID, other: UUID) -> None:
    """Messages first, then their recipients, in the order of a hand-over, to avoid deadlocks."""
    await people.lock_messages(unit, person_id)
    for recipient in sorted((person_id, other)):
        await suppressions.lock_recipients(unit, recipient, [])


async def _undo_copy(unit: UnitOfWork, person_id: UUID, other: UUID, copy: SuppressionSince) -> None:
    """The copy ends with the merge. Lifted by a user before, it was the entry of the person that they lifted."""
    if not copy.lifted:
        await _lift(unit, other, copy)
    elif copy.lifted_by is not None and copy.copied_from is not None:
        original = await suppressions.lock_suppression(unit, copy.copied_from)
        if original and original.lifted_at is None:
            await _lift(unit, person_id, ActiveSuppression(copy.copied_from, copy.reason, original.version))


async def _erasure_of(unit: UnitOfWork, person_id: UUID) -> NewSuppression:
    return NewSuppression(
        derived_id("erased", unit.org_id, person_id, unit.metadata.cause),
        person_id,
        whole_person=True,
        reason=SuppressionReason.ERASED,
        recorded_by=None,
        message_id=None,
        addresses=await people.addresses(unit, person_id),
    )


async def _call_off(unit: UnitOfWork, person_id: UUID, blocker: Blocker) -> None:
    for message_id in await people.scheduled(unit, person_id):
        held = await messages.lock(unit, message_id)
        if held:
            await change(unit, held, domain.fail(held, blocker))


async def _lift(unit: UnitOfWork, person_id: UUID, entry: ActiveSuppression | SuppressionSince) -> None:
    await unit.execute(SQL["lift_suppression"], entry.id, unit.now, None)
    unit.record(
        SuppressionLifted(person_id=person_id, reason=entry.reason, whole_person=True),
        aggregate_id=entry.id,
        version=entry.version + 1,
        occurred_at=unit.now,
    )


async def _copy(
    unit: UnitOfWork, entry: ActiveSuppression | SuppressionSince, copied_id: UUID, person_id: UUID
) -> None:
    await people.copy(unit, entry.id, copied_id, person_id)
    unit.record(
        SuppressionRecorded(person_id=person_id, reason=entry.reason, whole_person=True),
        aggregate_id=copied_id,
        version=1,
        occurred_at=unit.now,
    )
