"""Rows of an import, checked and carried out; a slice of them in one unit of work."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from rapport.contracts.identity import UserId
from rapport.contracts.vocabulary import ImportOutcome, PersonSource
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.kit.identity import derived_id, new_id
from rapport.pipeline.crm import recording
from rapport.pipeline.domain.contact_points import ContactKey
from rapport.pipeline.domain.import_rows import PersonRow, RowPlan, read_row
from rapport.pipeline.domain.matching import Candidate, recognise
from rapport.pipeline.domain.names import can_be_one
from rapport.pipeline.imports.files import FileRow
from rapport.pipeline.store import SQL, crm, imports
from rapport.pipeline.store.crm import NewPerson, Point, ProbableDuplicate
from rapport.pipeline.store.imports import AppliedRow, CheckedRow, EarlierRow, LockedImport, StoredRow


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the file, and what it says."""

    number: int
    line: int
    cells: Sequence[str]
    person: PersonRow


def plan_of(import_: LockedImport) -> RowPlan:
    """How the rows of an import are read."""
    options = import_.options
    assert options is not None
    fields = tuple(column.field for column in import_.columns)
    return RowPlan(fields, options.date_format, options.region, options.tags)


def read_file_row(number: int, row: FileRow, plan: RowPlan) -> ReadRow:
    """What a row of the file says."""
    if row.problem:
        return ReadRow(number, row.line, row.cells, PersonRow(problems=[row.problem]))
    return ReadRow(number, row.line, row.cells, read_row(row.cells, row.line, plan))


def read_stored_row(row: StoredRow, plan: RowPlan) -> ReadRow:
    """What a row that was stored says."""
    return ReadRow(row.number, row.line, row.cells, read_row(row.cells, row.line, plan, points=row.points))


async def check(
    unit: UnitOfWork, import_: LockedImport, rows: Sequence[ReadRow], *, remember: bool = True
) -> list[CheckedRow]:
    """What rows would lead to.

    Args:
        unit: in which the keys of the rows are kept, for those that follow.
        import_: which import.
        rows: to be checked, in the order of the file.
        remember: whether the file's other rows count; once they were imported, their people are known.
    """
    readable = [row for row in rows if not row.person.is_refused]
    known = await _known(unit, import_, [key for row in readable for key in row.person.keys])
    found = {row.number: recognise(row.person.name, row.person.keys, known).person_id for row in readable}
    keys = ((key, EarlierRow(row.number, row.person.name)) for row in readable for key in row.person.keys)
    earlier = await imports.first_with_keys(unit, import_.id, keys) if remember else {}
    changed = await _changed_among(unit, import_, [(row, person) for row in readable if (person := found[row.number])])
    checked = []
    for row in rows:
        person_id = found.get(row.number)
        if row.person.is_refused:
            outcome = ImportOutcome.REFUSED
        elif person_id:
            outcome = ImportOutcome.CHANGED if row.number in changed else ImportOutcome.KNOWN
        else:
            outcome = ImportOutcome.REPEATED if _is_repeated(row, earlier) else ImportOutcome.NEW
        # Of a row that is refused, keys are kept as well: by them it is found when its person is erased.
        checked.append(
            CheckedRow(row.number, row.line, row.cells, row.person.points, outcome, row.person.problems, person_id)
        )
    return checked


def _is_repeated(row: ReadRow, earlier: Mapping[ContactKey, EarlierRow]) -> bool:
    firsts = (earlier[key] for key in row.person.keys if key in earlier)
    return any(first.number < row.number and can_be_one(first.name, row.person.name) for first in firsts)


async def _known(
    session: ReadSession, import_: LockedImport, keys: Sequence[ContactKey]
) -> dict[ContactKey, list[Candidate]]:
    """Who has these contact points, as far as whoever began the import sees them."""
    found = await crm.matches(session, keys, UserId(import_.created_by))
    return {key: [Candidate(m.person_id, m.name, m.visible) for m in matches] for key, matches in found.items()}


async def _changed_among(session: ReadSession, import_: LockedImport, rows: Sequence[tuple[ReadRow, UUID]]) -> set[int]:
    """Rows of known people that say something new of them."""
    people = {person_id for _, person_id in rows}
    details = await imports.details_of(session, people) if people else {}
    tags = await imports.tag_keys(session, (tag for row, _ in rows for tag in row.person.tags)) if rows else {}
    notes = {row.number: _note_id(session.org_id, person, note) for row, person in rows if (note := row.person.note)}
    known_notes = await imports.existing_notes(session, notes.values()) if notes else set()
    project_id = import_.options.project_id if import_.options else None
    in_project = await imports.in_project(session, project_id, people) if project_id and people else people
    changed = set[int]()
    for row, person_id in rows:
        has = details.get(person_id)
        if has is None:
            continue
        new_keys = any(imports.written(key) not in has.keys for key in row.person.keys)
        new_tags = any(tags[tag] not in has.tags for tag in row.person.tags)
        new_note = row.number in notes and notes[row.number] not in known_notes
        if new_keys or new_tags or new_note or person_id not in in_project:
            changed.add(row.number)
    return changed


async def apply(unit: UnitOfWork, import_: LockedImport, rows: Sequence[ReadRow]) -> bool:
    """Import rows: create whom they name, or add to whom they name what is not known of them.

    Returns:
        False if somebody whom they name was erased this very moment: nothing was done, and they are to be tried again.
    """
    known = await _known(unit, import_, [key for row in rows for key in row.person.keys])
    new = dict[UUID, ReadRow]()
    named = dict[int, UUID]()
    pairs = list[ProbableDuplicate]()
    for row in rows:
        recognised = recognise(row.person.name, row.person.keys, known)
        person_id = recognised.person_id
        if person_id is None:
            person_id = new_id()
            new[person_id] = row
            pairs += [ProbableDuplicate(person_id, s.person_id, s.reason, s.score) for s in recognised.suspicions]
        named[row.number] = person_id
        for key in row.person.keys:
            sharing = known.setdefault(key, [])
            if all(candidate.person_id != person_id for candidate in sharing):
                sharing.append(Candidate(person_id, row.person.name))
    earlier = {person_id for person_id in named.values() if person_id not in new}
    locked = await imports.lock_people(unit, earlier)
    if locked.keys() != earlier:
        return False
    changed = await _record(unit, import_, rows, named, new)
    await crm.record_duplicates(unit, pairs)
    first = {person_id for person_id, import_id in locked.items() if import_id == import_.id}
    applied = []
    for row in rows:
        person_id = named[row.number]
        applied.append(AppliedRow(row.number, _became(person_id, new, first, changed), person_id))
        first.add(person_id)
    await imports.mark_applied(unit, import_.id, applied)
    return True


async def _record(
    unit: UnitOfWork,
    import_: LockedImport,
    rows: Sequence[ReadRow],
    named: Mapping[int, UUID],
    new: Mapping[UUID, ReadRow],
) -> set[UUID]:
    """Write what rows say of people; answers of whom anything changed."""
    options = import_.options
    assert options is not None
    by, import_id = import_.created_by, import_.id
    points = defaultdict[bool, list[Point]](list)
    tags = defaultdict[bool, list[tuple[UUID, str]]](list)
    for row in rows:
        person_id = named[row.number]
        points[person_id in new] += [Point(person_id, key, value) for key, value in row.person.points]
        tags[person_id in new] += [(person_id, tag) for tag in row.person.tags]
    people = [_new_person(person_id, row.person) for person_id, row in new.items()]
    await recording.create_people(
        unit, people, points[True], tags[True], by=by, source=PersonSource.IMPORT, import_id=import_id
    )
    changed = await recording.add_details(unit, points[False], tags[False], by=by, import_id=import_id)
    notes = {
        _note_id(unit.org_id, named[row.number], row.person.note): (named[row.number], row.person.note)
        for row in rows
        if row.person.note
    }
    written = await recording.add_notes(
        unit,
        [(note_id, *note) for note_id, note in notes.items()],
        author_id=by,
        visibility=options.note_visibility,
        import_id=import_id,
    )
    changed |= written
    if options.project_id and await unit.fetchrow(SQL["lock_project"], options.project_id):
        added, _ = await recording.change_project_people(
            unit, options.project_id, add=sorted(set(named.values())), by=by, import_id=import_id
        )
        changed |= added
    return changed


def _became(person_id: UUID, new: Mapping[UUID, ReadRow], first: set[UUID], changed: set[UUID]) -> ImportOutcome:
    if person_id in first:
        return ImportOutcome.REPEATED
    if person_id in new:
        return ImportOutcome.NEW
    return ImportOutcome.CHANGED if person_id in changed else ImportOutcome.KNOWN


def _new_person(person_id: UUID, person: PersonRow) -> NewPerson:
    return NewPerson(
        id=person_id,
        first_name=person.first_name,
        last_name=person.last_name,
        title=person.title,
        company=person.company,
        location=person.location,
        added_at=person.added_at,
    )


def _note_id(org_id: str, person_id: UUID, note: str) -> UUID:
    """By what it says: the same file imported again writes no note a second time."""
    return derived_id("imported note", org_id, person_id, hashlib.sha256(note.encode()).hexdigest())
