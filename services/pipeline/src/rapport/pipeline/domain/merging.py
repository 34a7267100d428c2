"""Which records are one person, and what they say together.

Records and merges form a forest: a record that does not stand for a person of its own has one merge in force, whose
survivor is another record. The root of a record is the one that stands for the person.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from rapport.contracts.addresses import comparable_address
from rapport.contracts.vocabulary import MergedField, MergeOrigin
from rapport.pipeline.domain.records import ContactPoint

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge in force of one record, and all that were merged into it, into another."""

    id: UUID
    survivor_id: UUID
    merged_id: UUID
    origin: MergeOrigin
    merged_at: datetime
    taken: frozenset[MergedField] = frozenset()
    """The fields that come from the merged side although the survivor has them too."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a record says of its person, as far as merging concerns it."""

    first_name: str
    last_name: str
    title: str | None
    company: str | None
    location: str | None
    emails: Sequence[ContactPoint]
    phones: Sequence[ContactPoint]
    links: Sequence[str]
    tags: Sequence[str]
    may_be_emailed: bool | None
    websites: Sequence[str] = ()
    custom_fields: Mapping[str, Any] = field(default_factory=dict)
    recruiter_id: UUID | None = None
    coordinator_id: UUID | None = None
    is_private: bool = False


NOTHING = Profile("", "", None, None, None, (), (), (), (), None)
"""What a record says that the ATS has merged into another."""


@dataclass(frozen=True, slots=True)
class MergedInto:
    """A person was found to be another one."""

    person_id: UUID
    into_id: UUID


@dataclass(frozen=True, slots=True)
class Unmerged:
    """A record stands for a person of its own again, together with the records that had been merged into it."""

    person_id: UUID
    from_id: UUID
    record_ids: frozenset[UUID]


def root(record: UUID, merges: Iterable[Merge]) -> UUID:
    """The record that stands for the person of a record."""
    survivor = {merge.merged_id: merge.survivor_id for merge in merges}
    while record in survivor:
        record = survivor[record]
    return record


def roots(records: Iterable[UUID], merges: Sequence[Merge]) -> dict[UUID, UUID]:
    """The root of each record."""
    return {record: root(record, merges) for record in records}


def regrouped(
    before: Mapping[UUID, UUID], after: Mapping[UUID, UUID]
) -> tuple[Sequence[MergedInto], Sequence[Unmerged]]:
    """What changed about who is who, given the root of each record before and after.

    Told of people, not of records: a subscriber that keeps what belongs to a person moves it once.
    """
    merged_into = [
        MergedInto(record, after[record]) for record in sorted(after) if before[record] == record != after[record]
    ]
    unmerged = [
        Unmerged(record, before[record], frozenset(other for other in after if after[other] == record))
        for record in sorted(after)
        if before[record] != record == after[record]
    ]
    return merged_into, unmerged


def merged_profile(record: UUID, profiles: Mapping[UUID, Profile], merges: Sequence[Merge]) -> Profile:
    """What a record and all that were merged into it say together; of two merges into one record the earlier first."""
    own = profiles[record]
    profile = replace(own, emails=_of(record, own.emails), phones=_of(record, own.phones))
    into_it = sorted((m for m in merges if m.survivor_id == record), key=lambda m: (m.merged_at, m.id))
    for merge in into_it:
        if merge.merged_id in profiles:
            profile = _joined(profile, merged_profile(merge.merged_id, profiles, merges), merge.taken)
    return profile


def _joined(survivor: Profile, merged: Profile, taken: frozenset[MergedField]) -> Profile:
    survivor_is_named = survivor.first_name or survivor.last_name
    merged_is_named = merged.first_name or merged.last_name
    named = merged if merged_is_named and (MergedField.NAME in taken or not survivor_is_named) else survivor

    def chosen(ours: str | None, theirs: str | None, one: MergedField) -> str | None:
        return theirs if theirs and (one in taken or not ours) else ours

    return replace(
        survivor,
        first_name=named.first_name,
        last_name=named.last_name,
        title=chosen(survivor.title, merged.title, MergedField.TITLE),
        company=chosen(survivor.company, merged.company, MergedField.COMPANY),
        location=chosen(survivor.location, merged.location, MergedField.LOCATION),
        emails=_union(survivor.emails, merged.emails, key=lambda point: comparable_address(point.value)),
        phones=_union(survivor.phones, merged.phones, key=_digits),
        links=_union(survivor.links, merged.links, key=_address),
        websites=_union(survivor.websites, merged.websites, key=_address),
        custom_fields={**merged.custom_fields, **survivor.custom_fields},
        recruiter_id=survivor.recruiter_id or merged.recruiter_id,
        coordinator_id=survivor.coordinator_id or merged.coordinator_id,
        # What may not be seen of one record may not be seen of the person.
        is_private=survivor.is_private or merged.is_private,
        tags=_union(survivor.tags, merged.tags, key=lambda tag: tag.lower()),
        # Whoever said no on one record said no; that nothing is known of the other record is no answer.
        may_be_emailed=_agreement(survivor.may_be_emailed, merged.may_be_emailed),
    )


def _of(record: UUID, points: Sequence[ContactPoint]) -> tuple[ContactPoint, ...]:
    return tuple(replace(point, record_id=record) for point in points)


def _union(ours: Sequence[T], theirs: Sequence[T], *, key: Callable[[T], object]) -> tuple[T, ...]:
    """Ours, then those of theirs that differ from all before."""
    by_key: dict[object, T] = {}
    for each in (*ours, *theirs):
        by_key.setdefault(key(each), each)
    return tuple(by_key.values())


def _address(link: str) -> str:
    return link.rstrip("/").lower()


def _digits(phone: ContactPoint) -> str:
    return "".join(filter(str.isdigit, phone.value)) or phone.value


def _agreement(ours: bool | None, theirs: bool | None) -> bool | None:  # noqa: FBT001 - two answers of one kind
    if ours is False or theirs is False:
        return False
    return ours if theirs is None else theirs
