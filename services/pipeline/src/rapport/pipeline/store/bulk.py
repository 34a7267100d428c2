"""Actions on many people, and what became of each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from rapport.contracts.events import BulkActionChanged
from rapport.contracts.identity import UserId
from rapport.contracts.pipeline import BulkAction, BulkActions, PeopleAction
from rapport.contracts.vocabulary import BulkActionKind, BulkActionState, BulkOutcome
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.pipeline.store import SQL


@dataclass(slots=True)
class LockedAction:
    """An action that the unit of work has locked."""

    id: UUID
    action: PeopleAction
    requested_by: UUID
    private_to: UserId | None
    """The user who must be close to private people; None for one who sees everybody."""
    state: BulkActionState
    people: int
    result_id: UUID | None
    version: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A selected person, and what would become of them."""

    number: int
    person_id: UUID
    expected: BulkOutcome
    in_process: bool


async def check(
    session: ReadSession, ids: Sequence[UUID], action: PeopleAction, private: UserId | None
) -> list[Checked]:
    """What would become of these people."""
    rows = await session.fetch(
        SQL["check_bulk_people"], list(ids), private, action.project_id, action.tag, action.job_id
    )
    return [Checked(row["number"], row["id"], _expected(row, action.kind), row["in_process"]) for row in rows]


def _expected(row: asyncpg.Record, kind: BulkActionKind) -> BulkOutcome:
    if not row["is_visible"]:
        return BulkOutcome.NOT_FOUND
    return BulkOutcome.UNCHANGED if _is_so(row, kind) else BulkOutcome.DONE


def _is_so(row: asyncpg.Record, kind: BulkActionKind) -> bool:
    match kind:
        case BulkActionKind.ADD_TO_PROJECT:
            return bool(row["in_project"])
        case BulkActionKind.ADD_TAG:
            return bool(row["has_tag"])
        case BulkActionKind.REMOVE_TAG:
            return not row["has_added_tag"]
        case BulkActionKind.ADD_TO_JOB:
            return bool(row["in_job"])
        case BulkActionKind.REQUEST_REVIEW:
            return False


async def create(
    unit: UnitOfWork,
    action_id: UUID,
    action: PeopleAction,
    people: Sequence[Checked],
    *,
    by: UUID,
    private: UserId | None,
) -> None:
    """Store an action that was checked, unless it is stored already."""
    body = action.model_dump_json(exclude_none=True)
    new = await unit.fetchval(SQL["create_bulk_action"], action_id, body, by, unit.now, private, len(people))
    if new:
        rows = ((each.number, each.person_id, each.expected, each.in_process) for each in people)
        await unit.execute(SQL["add_bulk_people"], action_id, *transpose(rows, 4))


async def actions(session: ReadSession, ids: Sequence[UUID], user_id: UUID) -> str:
    """Those of these actions that are the user's, as JSON."""
    return str(await session.fetchval(SQL["get_bulk_actions"], list(ids), user_id))


async def answer(session: ReadSession, action_id: UUID, user_id: UUID) -> BulkAction | None:
    """An action of the user's."""
    found = BulkActions.model_validate_json(await actions(session, [action_id], user_id))
    return next(iter(found.items), None)


async def lock(unit: UnitOfWork, action_id: UUID, *, of: UUID | None = None) -> LockedAction | None:
    """An action, of one user if one is named, locked until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_bulk_action"], action_id, of)
    if row is None:
        return None
    return LockedAction(
        id=row["id"],
        action=PeopleAction.model_validate_json(row["action"]),
        requested_by=row["requested_by"],
        private_to=row["private_to"],
        state=BulkActionState(row["state"]),
        people=row["people"],
        result_id=row["result_id"],
        version=row["version"],
    )


async def save(unit: UnitOfWork, action: LockedAction) -> None:
    """Store how far a locked action is, and publish it."""
    action.version += 1
    arguments = (action.state, unit.now, action.result_id, action.version)
    await unit.execute(SQL["save_bulk_action"], action.id, *arguments)
    tried = await unit.fetchval(SQL["count_bulk_tried"], action.id)
    event = BulkActionChanged(kind=action.action.kind, state=action.state, people=action.people, tried=tried)
    unit.record(event, aggregate_id=action.id, version=action.version, occurred_at=unit.now)


async def to_try(session: ReadSession, action_id: UUID, limit: int) -> dict[int, UUID]:
    """The next people, by their numbers."""
    rows = await session.fetch(SQL["bulk_people_to_try"], action_id, limit)
    return {row["number"]: UUID(int=row["person_id"].int) for row in rows}


async def settle(unit: UnitOfWork, action_id: UUID, outcomes: Mapping[int, BulkOutcome]) -> None:
    """Store what became of people, by their numbers."""
    await unit.execute(SQL["settle_bulk_people"], action_id, *transpose(outcomes.items(), 2))


async def settle_reviewed(unit: UnitOfWork, action_id: UUID, reviewed: Collection[UUID]) -> None:
    """Store who is in the review, and that the others are not."""
    await unit.execute(SQL["settle_reviewed_people"], action_id, list(reviewed))


async def lock_visible(unit: UnitOfWork, ids: Iterable[UUID], private: UserId | None) -> set[UUID]:
    """Those of these people whom the user may see, locked until the end of the unit of work."""
    rows = await unit.fetch(SQL["lock_visible_people"], sorted(ids), private)
    return {UUID(int=row["id"].int) for row in rows}
