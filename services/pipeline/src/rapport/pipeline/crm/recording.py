"""Writes what is recorded here of people: rows and events in one unit of work.

Requests and imports record here. Whoever adds something to people has locked them, or has just created them.
"""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from rapport.contracts.events import NoteAdded, PersonCreated, PersonDetailsChanged, ProjectPeopleChanged
from rapport.contracts.vocabulary import ContactKind, NoteVisibility, PersonField, PersonSource
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.pipeline.store import SQL, crm
from rapport.pipeline.store.crm import NewPerson, Point

_FIELDS = {
    ContactKind.EMAIL: PersonField.EMAILS,
    ContactKind.PHONE: PersonField.PHONES,
    ContactKind.LINK: PersonField.LINKS,
}


async def create_people(
    unit: UnitOfWork,
    people: Sequence[NewPerson],
    points: Sequence[Point],
    tags: Sequence[tuple[UUID, str]],
    *,
    by: UUID,
    source: PersonSource,
    import_id: UUID | None = None,
) -> set[UUID]:
    """Create people with what is known of them; answers the ids of those who are new."""
    created = await crm.create_people(unit, people, by=by, import_id=import_id)
    await crm.add_points(unit, [p for p in points if p.person_id in created], by=by, import_id=import_id)
    await crm.add_tags(unit, [t for t in tags if t[0] in created], by=by, import_id=import_id)
    for person_id in sorted(created):
        unit.record(
            PersonCreated(source=source, import_id=import_id), aggregate_id=person_id, version=1, occurred_at=unit.now
        )
    return created


async def add_details(
    unit: UnitOfWork,
    points: Sequence[Point],
    tags: Sequence[tuple[UUID, str]],
    *,
    by: UUID,
    import_id: UUID | None = None,
) -> set[UUID]:
    """Add contact points and tags to people who are known; answers of whom anything changed."""
    changed = defaultdict[UUID, set[PersonField]](set)
    for person_id, kind in await crm.add_points(unit, points, by=by, import_id=import_id):
        changed[person_id].add(_FIELDS[kind])
    for person_id in await crm.add_tags(unit, tags, by=by, import_id=import_id):
        changed[person_id].add(PersonField.TAGS)
    await record_details(unit, changed, import_id=import_id)
    return set(changed)


async def record_details(
    unit: UnitOfWork, changed: dict[UUID, set[PersonField]], *, import_id: UUID | None = None
) -> None:
    """Publish that these fields of people changed."""
    versions = await crm.next_versions(unit, changed) if changed else {}
    for person_id, version in sorted(versions.items()):
        unit.record(
            PersonDetailsChanged(fields=tuple(sorted(changed[person_id])), import_id=import_id),
            aggregate_id=person_id,
            version=version,
            occurred_at=unit.now,
        )


def field_of(kind: ContactKind) -> PersonField:
    """The field of a person that a contact point belongs to."""
    return _FIELDS[kind]


async def change_project_people(
    unit: UnitOfWork,
    project_id: UUID,
    *,
    add: Sequence[UUID] = (),
    remove: Sequence[UUID] = (),
    by: UUID,
    import_id: UUID | None = None,
) -> tuple[set[UUID], set[UUID]]:
    """Add and remove people of a locked project; answers who is in it now and was not, and the reverse."""
    added = {
        row["person_id"]
        for row in (
            await unit.fetch(SQL["add_to_project"], project_id, list(add), by, unit.now, import_id) if add else []
        )
    }
    removed = {
        row["person_id"]
        for row in (await unit.fetch(SQL["remove_from_project"], project_id, list(remove)) if remove else [])
    }
    if added or removed:
        version = await unit.fetchval(SQL["count_project_change"], project_id, unit.now)
        unit.record(
            ProjectPeopleChanged(added=tuple(sorted(added)), removed=tuple(sorted(removed)), import_id=import_id),
            aggregate_id=project_id,
            version=version,
            occurred_at=unit.now,
        )
    return added, removed


async def add_notes(
    unit: UnitOfWork,
    notes: Sequence[tuple[UUID, UUID, str]],
    *,
    job_id: UUID | None = None,
    author_id: UUID,
    visibility: NoteVisibility,
    import_id: UUID | None = None,
) -> set[UUID]:
    """Write notes (id, person, text); answers about whom there are new ones."""
    new = await crm.add_notes(
        unit, notes, job_id=job_id, author_id=author_id, visibility=visibility, import_id=import_id
    )
    for note_id, person_id in sorted(new):
        unit.record(
            NoteAdded(person_id=person_id, job_id=job_id, visibility=visibility, import_id=import_id),
            aggregate_id=note_id,
            version=1,
            occurred_at=unit.now,
        )
    return {person_id for _, person_id in new}
