"""People created here, and what is recorded here of all of them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rapport.contracts.identity import UserId
from rapport.contracts.vocabulary import AtsNoteState, ContactConsent, ContactKind, DuplicateReason, NoteVisibility
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.kit.identity import new_id
from rapport.pipeline.domain.alike import NAME, Described, name_keys
from rapport.pipeline.domain.contact_points import ContactKey, contact_key
from rapport.pipeline.store import SQL


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to be created."""

    id: UUID
    first_name: str
    last_name: str
    title: str | None = None
    company: str | None = None
    location: str | None = None
    added_at: datetime | None = None
    """When they became known; now, if not given."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Point:
    """A contact point of a person, with the key by which it is recognised."""

    person_id: UUID
    key: ContactKey
    value: str
    type: str | None = None
    consent: ContactConsent = ContactConsent.UNKNOWN


@dataclass(frozen=True, slots=True)
class Match:
    """A person who has one of the contact points in question."""

    person_id: UUID
    name: str
    kind: ContactKind
    visible: bool
    """To whom it was asked for."""


@dataclass(frozen=True, slots=True)
class ProbableDuplicate:
    """Two people who may be one."""

    one: UUID
    other: UUID
    reason: DuplicateReason
    score: float


@dataclass(frozen=True, slots=True)
class LockedNote:
    """A note that the unit of work has locked."""

    id: UUID
    person_id: UUID
    job_id: UUID | None
    author_id: UUID
    visibility: NoteVisibility
    body: str
    created_at: datetime
    edited_at: datetime | None
    version: int
    application_id: UUID | None
    """With which the ATS is to have it, if it is."""
    ats_state: AtsNoteState | None
    ats_reason: str | None


async def seen_among(
    session: ReadSession, ids: Sequence[UUID], scope: UserId | None, private: UserId | None
) -> set[UUID]:
    """Those of these people whom a viewer sees.

    Args:
        session: of the organisation.
        ids: of the people.
        scope: the user whose hiring teams limit whom, if they do.
        private: the user who must be close to private people; None for one who sees everybody.
    """
    return {row["id"] for row in await session.fetch(SQL["sees_person"], list(ids), scope, private)}


async def lock_person(unit: UnitOfWork, person_id: UUID, private: UserId | None) -> bool:
    """Whether there is such a person whom the viewer sees, locked until the end of the unit of work."""
    return await unit.fetchval(SQL["lock_current_person"], person_id, private) is not None


async def create_people(
    unit: UnitOfWork, people: Sequence[NewPerson], *, by: UUID, import_id: UUID | None = None
) -> set[UUID]:
    """Create people; answers the ids of those who are new."""
    rows = ((p.id, p.first_name, p.last_name, p.title, p.company, p.location, p.added_at) for p in people)
    created = await unit.fetch(SQL["create_people"], *transpose(rows, 7), unit.now, by, import_id)
    return {row["id"] for row in created}


async def matches(
    session: ReadSession, keys: Iterable[ContactKey], private: UserId | None
) -> dict[ContactKey, list[Match]]:
    """Who has contact points with these keys; those known longest first.

    Args:
        session: of the organisation.
        keys: of the contact points.
        private: the user who must be close to private people to see them; None for one who sees everybody.
    """
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return {}
    columns = transpose(((key.kind, key.key) for key in wanted), 2)
    found = defaultdict[ContactKey, list[Match]](list)
    for row in await session.fetch(SQL["people_with_keys"], *columns, private):
        key = ContactKey(ContactKind(row["kind"]), row["key"])
        found[key].append(Match(row["id"], row["name"], key.kind, row["visible"]))
    return dict(found)


async def add_points(
    unit: UnitOfWork, points: Sequence[Point], *, by: UUID, import_id: UUID | None = None
) -> set[tuple[UUID, ContactKind]]:
    """Record contact points; what the ATS says already is left out. Answers what changed, by person and kind."""
    if not points:
        return set()
    people = sorted({point.person_id for point in points})
    rows = await unit.fetch(SQL["keys_of_people"], people)
    in_ats = {(row["person_id"], row["kind"], row["key"]) for row in rows}
    new = dict[tuple[UUID, ContactKey], Point]()
    for point in points:
        if (point.person_id, *point.key) not in in_ats:
            # The first one says it, where one is named twice: a statement may not change a row two times.
            new.setdefault((point.person_id, point.key), point)
    if not new:
        return set()
    columns = transpose(
        (
            (
                new_id(),
                p.person_id,
                p.key.kind,
                p.value,
                p.key.key,
                p.type,
                p.consent,
            )
            for p in new.values()
        ),
        7,
    )
    changed = await unit.fetch(SQL["add_contact_points"], *columns, by, unit.now, import_id)
    return {(row["person_id"], ContactKind(row["kind"])) for row in changed}


async def add_tags(
    unit: UnitOfWork, tags: Sequence[tuple[UUID, str]], *, by: UUID, import_id: UUID | None = None
) -> set[UUID]:
    """Add tags to people; answers who got any."""
    if not tags:
        return set()
    rows = await unit.fetch(SQL["add_tags"], *transpose(tags, 2), by, unit.now, import_id)
    return {row["person_id"] for row in rows}


async def remove_tags(unit: UnitOfWork, person_id: UUID, tags: Sequence[str]) -> bool:
    """Remove tags that were added here; answers whether there were any."""
    return bool(tags) and bool(await unit.fetch(SQL["remove_tags"], person_id, list(tags)))


async def next_versions(unit: UnitOfWork, people: Iterable[UUID]) -> dict[UUID, int]:
    """The versions of the next events about these people."""
    return {row["id"]: row["version"] for row in await unit.fetch(SQL["count_person_changes"], sorted(people))}


async def record_duplicates(unit: UnitOfWork, pairs: Sequence[ProbableDuplicate]) -> None:
    """Keep pairs for somebody to decide about."""
    if pairs:
        rows = ((p.one, p.other, p.reason, p.score) for p in pairs)
        await unit.execute(SQL["record_probable_duplicates"], *transpose(rows, 4), unit.now)


async def refresh_keys(unit: UnitOfWork, *, limit: int, region: str | None = None) -> int:
    """Compute the keys of people whose names or addresses in the ATS changed; answers of how many."""
    rows = await unit.fetch(SQL["people_with_stale_keys"], limit)
    keys = {
        (row["id"], key.kind.value, key.key)
        for row in rows
        for kind, value in _addresses(row["emails"], row["phones"], row["links"])
        if (key := contact_key(kind, value, region=region))
    } | {
        (row["id"], NAME, key)
        for row in rows
        for key in name_keys(Described(row["name"], row["company"], row["location"]))
    }
    columns = transpose(keys, 3)
    if rows:
        await unit.execute(SQL["replace_keys"], [row["id"] for row in rows], *columns)
    return len(rows)


def _addresses(emails: str, phones: str, links: Sequence[str]) -> Iterable[tuple[ContactKind, str]]:
    yield from ((ContactKind.EMAIL, point["value"]) for point in json.loads(emails))
    yield from ((ContactKind.PHONE, point["value"]) for point in json.loads(phones))
    yield from ((ContactKind.LINK, link) for link in links)


async def add_notes(
    unit: UnitOfWork,
    notes: Sequence[tuple[UUID, UUID, str]],
    *,
    job_id: UUID | None,
    author_id: UUID,
    visibility: NoteVisibility,
    import_id: UUID | None = None,
) -> list[tuple[UUID, UUID]]:
    """Store notes (id, person, text); answers the id and the person of those that are new."""
    if not notes:
        return []
    ids, people, bodies = transpose(notes, 3)
    rows = await unit.fetch(SQL["add_notes"], ids, people, job_id, author_id, visibility, unit.now, bodies, import_id)
    return [(row["id"], row["person_id"]) for row in rows]


async def queue_note_write(
    unit: UnitOfWork, note_id: UUID, connection: str, application_id: UUID, user_id: UUID
) -> None:
    """Queue a new note for the ATS."""
    cause, traceparent = unit.metadata.cause, unit.metadata.traceparent
    arguments = (note_id, connection, application_id, user_id, unit.now, cause, traceparent)
    await unit.execute(SQL["queue_note_write"], *arguments)


async def lock_note(unit: UnitOfWork, note_id: UUID) -> LockedNote | None:
    """The note, locked until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_note"], note_id)
    if row is None:
        return None
    return LockedNote(
        row["id"],
        row["person_id"],
        row["job_id"],
        row["author_id"],
        NoteVisibility(row["visibility"]),
        row["body"],
        row["created_at"],
        row["edited_at"],
        row["version"],
        row["application_id"],
        AtsNoteState(state) if (state := row["ats_state"]) else None,
        row["ats_reason"],
    )
