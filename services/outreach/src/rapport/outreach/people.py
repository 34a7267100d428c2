"""Erased and merged people: what becomes of their messages and suppressions."""

from uuid import UUID

from rapport.contracts.events import PersonErased, PersonMerged, SuppressionLifted, SuppressionRecorded
from rapport.contracts.vocabulary import Blocker, PersonField, SuppressionReason
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.kit.identity import derived_id
from rapport.outreach.domain import message as domain
from rapport.outreach.recording import change, suppress
from rapport.outreach.store import SQL, messages, people, suppressions
from rapport.outreach.store.people import ActiveSuppression
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


async def merge(unit: UnitOfWork, person_id: UUID, merged: PersonMerged) -> None:
    """Move messages and suppressions of the duplicate to the survivor.

    A merged person was not erased, even if an erasure came first: that was the deletion of a copy.
    """
    survivor = merged.into_person_id
    await people.lock_messages(unit, person_id)
    await suppressions.lock_recipients(unit, person_id, [])
    await suppressions.lock_recipients(unit, survivor, [])
    known = {each.reason for each in await people.active_suppressions(unit, survivor)}
    for entry in await people.active_suppressions(unit, person_id):
        if entry.reason is SuppressionReason.ERASED:
            await _lift(unit, person_id, entry)
        elif entry.reason not in known:
            await _copy(unit, entry, survivor)
    await people.move(unit, person_id, survivor)
    if SuppressionReason.ERASED in known:
        await people.erase(unit, survivor, addresses=True, texts=True)


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


async def _lift(unit: UnitOfWork, person_id: UUID, entry: ActiveSuppression) -> None:
    await unit.execute(SQL["lift_suppression"], entry.id, unit.now, None)
    unit.record(
        SuppressionLifted(person_id=person_id, reason=entry.reason, whole_person=True),
        aggregate_id=entry.id,
        version=entry.version + 1,
        occurred_at=unit.now,
    )


async def _copy(unit: UnitOfWork, entry: ActiveSuppression, survivor: UUID) -> None:
    copied_id = derived_id("merged", entry.id, survivor)
    await people.copy(unit, entry.id, copied_id, survivor)
    unit.record(
        SuppressionRecorded(person_id=survivor, reason=entry.reason, whole_person=True),
        aggregate_id=copied_id,
        version=1,
        occurred_at=unit.now,
    )
