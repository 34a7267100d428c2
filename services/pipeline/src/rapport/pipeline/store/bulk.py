"""Actions on many people or applications, and what became of each."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import asyncpg
from pydantic import Field, TypeAdapter

from rapport.contracts.events import BulkActionChanged
from rapport.contracts.identity import UserId, Viewer
from rapport.contracts.pipeline import (
    ActionOnMany,
    ApplicationsAction,
    BulkAction,
    BulkActions,
    PeopleAction,
    SeenApplication,
)
from rapport.contracts.refusals import Refusal
from rapport.contracts.vocabulary import BulkActionKind, BulkActionState, BulkOutcome
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.pipeline.store import SQL

_CAUSE = "bulk:"
"""What begins the key under which an action does something to one of many."""

OnMany: TypeAlias = PeopleAction | ApplicationsAction
_actions: TypeAdapter[OnMany] = TypeAdapter(Annotated[OnMany, Field(discriminator="kind")])


def cause_of(action_id: UUID) -> str:
    """The key under which an action does what it does: to one after the other, to each once."""
    return f"{_CAUSE}{action_id}"


def is_bulk(cause: str) -> bool:
    """Whether something is done to many at once, and may wait behind what is done to one."""
    return cause.startswith(_CAUSE)


def says_same(stored: ActionOnMany, given: ApplicationsAction) -> bool:
    """Whether an action that was started does what is asked for now; its note may not be kept any more."""
    return kept(_actions.validate_python(stored.model_dump(exclude_none=True))) == kept(given)


def kept(action: OnMany) -> OnMany:
    """What is known of an action that is over: not what was noted for the ATS, which keeps it."""
    if isinstance(action, PeopleAction):
        return action
    closing = {
        name: said.model_copy(update={"note": None})
        for name in ("rejection", "withdrawal")
        if (said := getattr(action, name))
    }
    return action.model_copy(update=closing)


@dataclass(slots=True)
class LockedAction:
    """An action that the unit of work has locked."""

    id: UUID
    action: OnMany
    requested_by: UUID
    requested_at: datetime
    requested_as: Viewer | None
    """Its user as they started it, if it is about applications."""
    private_to: UserId | None
    """The user who must be close to private people; None for one who sees everybody."""
    state: BulkActionState
    people: int
    result_id: UUID | None
    version: int


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one; and why not, if an application was refused."""

    outcome: BulkOutcome
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class ToChange:
    """An application that an action is about."""

    seen: SeenApplication
    to_stage_id: UUID | None
    """Where it is moved to, if it is."""
    without_mail: bool = False
    """Whether its person is not told, if those who are rejected are."""


@dataclass(frozen=True, slots=True)
class Member:
    """One of the people, or of the applications, with whom it was not tried yet."""

    number: int
    person_id: UUID | None
    change: ToChange | None
    """Of an application."""


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
    return [Checked(row["number"], row["id"], _expected(row, action), row["in_process"]) for row in rows]


def _expected(row: asyncpg.Record, action: PeopleAction) -> BulkOutcome:
    if not row["is_visible"]:
        return BulkOutcome.NOT_FOUND
    return BulkOutcome.UNCHANGED if _is_so(row, action) else BulkOutcome.DONE


def _is_so(row: asyncpg.Record, action: PeopleAction) -> bool:
    match action.kind:
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
    arguments = (private, len(people), BulkActionState.CHECKED, None)
    if await unit.fetchval(SQL["create_bulk_action"], action_id, body, by, unit.now, *arguments):
        rows = ((each.number, each.person_id, each.expected, each.in_process) for each in people)
        await unit.execute(SQL["add_bulk_people"], action_id, *transpose(rows, 4))


async def start(
    unit: UnitOfWork, action_id: UUID, action: ApplicationsAction, given: Sequence[ToChange], viewer: Viewer
) -> None:
    """Store an action on applications, and say that it begins; unless it is stored already."""
    body = action.model_dump_json(exclude_none=True)
    arguments = (None, len(given), BulkActionState.RUNNING, viewer.model_dump_json())
    if not await unit.fetchval(SQL["create_bulk_action"], action_id, body, viewer.user_id, unit.now, *arguments):
        return
    rows = (
        (number, each.seen.application_id, each.seen.stage_id, each.to_stage_id, each.without_mail)
        for number, each in enumerate(given, start=1)
    )
    await unit.execute(SQL["add_bulk_applications"], action_id, *transpose(rows, 5))
    event = BulkActionChanged(kind=action.kind, state=BulkActionState.RUNNING, people=len(given), tried=0)
    unit.record(event, aggregate_id=action_id, version=1, occurred_at=unit.now)


async def applications_of(session: ReadSession, action_id: UUID) -> set[SeenApplication]:
    """The applications that an action is about, as its user saw them."""
    rows = await session.fetch(SQL["applications_of_bulk"], action_id)
    return {SeenApplication(application_id=row["application_id"], stage_id=row["stage_id"]) for row in rows}


async def done_to(session: ReadSession, action_id: UUID) -> list[ToChange]:
    """The applications that an action changed, as they are since, each with the stage in which it was before."""
    rows = await session.fetch(SQL["bulk_applications_done"], action_id)
    return [
        ToChange(SeenApplication(application_id=row["application_id"], stage_id=row["now_in"]), row["stage_id"])
        for row in rows
    ]


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
        action=_actions.validate_json(row["action"]),
        requested_by=row["requested_by"],
        requested_at=row["requested_at"],
        requested_as=Viewer.model_validate_json(viewer) if (viewer := row["requested_as"]) else None,
        private_to=row["private_to"],
        state=BulkActionState(row["state"]),
        people=row["people"],
        result_id=row["result_id"],
        version=row["version"],
    )


async def save(unit: UnitOfWork, action: LockedAction) -> None:
    """Store how far a locked action is, and publish it."""
    action.version += 1
    if action.state is BulkActionState.DONE:
        action.action = kept(action.action)
    body = action.action.model_dump_json(exclude_none=True)
    arguments = (action.state, unit.now, action.result_id, action.version, body)
    await unit.execute(SQL["save_bulk_action"], action.id, *arguments)
    tried = await unit.fetchval(SQL["count_bulk_tried"], action.id)
    event = BulkActionChanged(kind=action.action.kind, state=action.state, people=action.people, tried=tried)
    unit.record(event, aggregate_id=action.id, version=action.version, occurred_at=unit.now)


async def to_try(session: ReadSession, action_id: UUID, limit: int) -> list[Member]:
    """The next people or applications, in their order."""
    return [_member(row) for row in await session.fetch(SQL["bulk_people_to_try"], action_id, limit)]


def _member(row: asyncpg.Record) -> Member:
    application_id = row["application_id"]
    if application_id is None:
        return Member(row["number"], UUID(int=row["person_id"].int), None)
    seen = SeenApplication(application_id=application_id, stage_id=row["stage_id"])
    change = ToChange(seen, row["to_stage_id"], without_mail=row["without_mail"])
    return Member(row["number"], None, change)


async def settle(unit: UnitOfWork, action_id: UUID, outcomes: Mapping[int, Became]) -> None:
    """Store what became of people or applications, by their numbers."""
    rows = (
        (number, became.outcome, became.refusal.model_dump_json() if became.refusal else None)
        for number, became in outcomes.items()
    )
    await unit.execute(SQL["settle_bulk_people"], action_id, *transpose(rows, 3))


async def settle_reviewed(unit: UnitOfWork, action_id: UUID, reviewed: Collection[UUID]) -> None:
    """Store who is in the review, and that the others are not."""
    await unit.execute(SQL["settle_reviewed_people"], action_id, list(reviewed))


async def lock_visible(unit: UnitOfWork, ids: Iterable[UUID], private: UserId | None) -> set[UUID]:
    """Those of these people whom the user may see, locked until the end of the unit of work."""
    rows = await unit.fetch(SQL["lock_visible_people"], sorted(ids), private)
    return {UUID(int=row["id"].int) for row in rows}
