"""What people said of themselves, as far as others may be told of it, and what it was used for."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from rapport.contracts.pipeline import DemographicQuestion, PeopleFilter
from rapport.contracts.vocabulary import DiversityUseKind
from rapport.kit.database.pagination import Keyset
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.kit.identity import new_id
from rapport.pipeline.domain.diversity import Group, Option
from rapport.pipeline.store import SQL

_questions = TypeAdapter(tuple[DemographicQuestion, ...])


@dataclass(frozen=True, slots=True)
class Sourcing:
    """Whether people may be found by what they said of themselves, and by which answers."""

    on: bool
    group: Group
    consent: UUID | None
    chosen_at: datetime | None
    """When the answers were chosen."""
    changed_at: datetime
    changed_by: UUID
    secret: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What was done: a search, or a change."""

    user_id: UUID
    kind: DiversityUseKind
    people: int | None = None
    filter: PeopleFilter | None = None
    with_text: bool = False
    group: Group | None = None
    consent: UUID | None = None


async def sourcing(session: ReadSession) -> Sourcing | None:
    """What an admin chose last; None if none ever did."""
    row = await session.fetchrow(SQL["get_diversity_sourcing"])
    return None if row is None else _sourcing(row)


async def lock(unit: UnitOfWork, by: UUID) -> Sourcing:
    """The same, off and empty if there is none yet; nobody else changes it until the end of the unit of work."""
    await unit.execute(SQL["lock_diversity_sourcing"])
    return await sourcing(unit) or Sourcing(
        on=False,
        group=frozenset(),
        consent=None,
        chosen_at=None,
        changed_at=unit.now,
        changed_by=by,
        secret=secrets.token_bytes(16),
    )


async def save(unit: UnitOfWork, changed: Sourcing) -> None:
    """Store what became of it."""
    await unit.execute(
        SQL["save_diversity_sourcing"],
        changed.on,
        sorted(changed.group),
        changed.consent,
        changed.chosen_at,
        changed.changed_at,
        changed.changed_by,
        changed.secret,
    )


async def questions(session: ReadSession) -> tuple[DemographicQuestion, ...]:
    """What the ATS asks people about themselves."""
    return _questions.validate_json(await session.fetchval(SQL["demographic_questions"]))


async def options(session: ReadSession) -> dict[UUID, Option]:
    """What each answer answers, with names as the ATS has them; a question that is not known is called by its id."""
    return {
        _id(row["id"]): Option(
            name=row["name"],
            question=_id(row["question_id"]),
            question_name=row["question_name"] or str(row["question_id"]),
            set=row["set_id"] and _id(row["set_id"]),
        )
        for row in await session.fetch(SQL["demographic_options"])
    }


async def consent_words(session: ReadSession, consent: UUID) -> tuple[str, str] | None:
    """The question by which people agree, and its answer."""
    row = await session.fetchrow(SQL["diversity_consent"], consent)
    return None if row is None else (row["question"], row["answer"])


async def choices(session: ReadSession) -> list[tuple[Group, UUID | None]]:
    """Every choice that there ever was, the first one first."""
    rows = await session.fetch(SQL["diversity_choices"])
    return [(_group(row["option_ids"]), row["consent_option_id"]) for row in rows]


async def people(session: ReadSession, group: Group, consent: UUID) -> list[UUID]:
    """Who gave one of these answers and agreed."""
    return [_id(row["id"]) for row in await session.fetch(SQL["diversity_people"], sorted(group), consent)]


async def answers(session: ReadSession, among: Group, consent: UUID) -> Mapping[Group, int]:
    """How many people, of those who agreed, gave exactly which of these answers."""
    rows = await session.fetch(SQL["diversity_answers"], sorted(among), consent)
    return {_group(row["option_ids"]): row["people"] for row in rows}


async def record(unit: UnitOfWork, use: Use) -> None:
    """Remember a use, or a change."""
    await unit.execute(
        SQL["record_diversity_use"],
        new_id(),
        unit.now,
        use.user_id,
        use.kind,
        use.people,
        use.filter.model_dump_json(exclude_none=True) if use.filter else None,
        use.with_text,
        None if use.group is None else sorted(use.group),
        use.consent,
    )


async def uses(session: ReadSession, after: Keyset, first: int) -> str:
    """A page of the uses and changes, as JSON."""
    return str(await session.fetchval(SQL["get_diversity_uses"], *after, first))


def _sourcing(row: asyncpg.Record) -> Sourcing:
    return Sourcing(
        on=row["is_on"],
        group=_group(row["option_ids"]),
        consent=row["consent_option_id"] and _id(row["consent_option_id"]),
        chosen_at=row["chosen_at"],
        changed_at=row["changed_at"],
        changed_by=_id(row["changed_by"]),
        secret=row["secret"],
    )


def _group(ids: list[UUID]) -> Group:
    return frozenset(map(_id, ids))


def _id(value: UUID) -> UUID:
    return UUID(int=value.int)
