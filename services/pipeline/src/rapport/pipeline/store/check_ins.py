"""Check-ins that were held, what is looked at in one, and the actions that were agreed on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import TypeAdapter

from rapport.contracts.identity import UserId
from rapport.contracts.pipeline import (
    MAX_LISTED,
    AgreedAction,
    AgreedActions,
    CheckIn,
    CheckInStage,
    OfferOut,
    RecentChange,
    RecentChangeCount,
    SourcingCounts,
    Stage,
)
from rapport.contracts.requests import MAX_WAITING
from rapport.contracts.vocabulary import Rating, RecentChangeKind
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork
from rapport.pipeline.domain.top_candidates import Candidate
from rapport.pipeline.store import SQL

_MAX_CANDIDATES = 500
"""The furthest of a job: who is on top is among them."""
_STAGES = TypeAdapter(tuple[CheckInStage, ...])
_CHANGES = TypeAdapter(tuple[RecentChange, ...])
_OFFERS = TypeAdapter(tuple[OfferOut, ...])
_ACTIONS = TypeAdapter(tuple[AgreedAction, ...])
_ORDER = {kind: place for place, kind in enumerate(RecentChangeKind)}


@dataclass(frozen=True, slots=True)
class LockedAction:
    """An action that the unit of work has locked."""

    id: UUID
    job_id: UUID
    text: str | None
    owner_id: UUID
    due_on: date
    agreed_by: UUID
    done_at: datetime | None
    removed_at: datetime | None
    version: int


async def last_held(session: ReadSession, job_id: UUID) -> CheckIn | None:
    """The last check-in of a job."""
    row = await session.fetchrow(SQL["last_check_in"], job_id)
    return CheckIn(**row) if row else None


async def held(session: ReadSession, check_in_id: UUID) -> CheckIn | None:
    """The check-in with this id."""
    row = await session.fetchrow(SQL["check_in_with_id"], check_in_id)
    return CheckIn(**row) if row else None


async def stages(session: ReadSession, job_id: UUID, private: UserId | None) -> tuple[CheckInStage, ...]:
    """How many are in each stage of a job."""
    return _STAGES.validate_json(await session.fetchval(SQL["count_stages_of_check_in"], job_id, private))


async def changes(
    session: ReadSession, job_id: UUID, private: UserId | None, since: datetime, *, offers: bool
) -> tuple[tuple[RecentChangeCount, ...], tuple[RecentChange, ...]]:
    """How often each kind of change happened since, and the newest ones; of offers only if they may be seen."""
    found = json.loads(await session.fetchval(SQL["changes_for_check_in"], job_id, private, since, offers, MAX_LISTED))
    counts = sorted(map(RecentChangeCount.model_validate, found["counts"]), key=lambda count: _ORDER[count.kind])
    return tuple(counts), _CHANGES.validate_python(found["changes"])


async def considered(
    session: ReadSession, job_id: UUID, private: UserId | None, viewer: UserId, *, ratings: bool
) -> Sequence[Candidate]:
    """Who is under way for a job, at least the furthest; with ratings as far as the viewer may read them, if wanted."""
    arguments = (job_id, private, viewer, ratings, _MAX_CANDIDATES)
    return [
        Candidate(
            application_id=row["application_id"],
            person_id=row["person_id"],
            stage=Stage(
                id=row["stage_id"],
                name=row["stage_name"],
                kind=row["stage_kind"],
                position=row["position"],
                active=row["active"],
            ),
            last_activity_at=row["last_activity_at"],
            ratings=tuple(map(Rating, row["ratings"])),
        )
        for row in await session.fetch(SQL["candidates_of_check_in"], *arguments)
    ]


async def offers_out(session: ReadSession, job_id: UUID, private: UserId | None) -> tuple[OfferOut, ...]:
    """The offers of a job that are being made or wait for an answer."""
    return _OFFERS.validate_json(await session.fetchval(SQL["offers_out"], job_id, private, MAX_LISTED))


async def sourcing(session: ReadSession, job_id: UUID, since: datetime) -> SourcingCounts:
    """What all users did to find people for a job."""
    return SourcingCounts.model_validate_json(await session.fetchval(SQL["sourcing_of_job"], job_id, since))


async def actions_of_job(
    session: ReadSession, job_id: UUID, private: UserId | None, since: datetime
) -> tuple[tuple[AgreedAction, ...], tuple[AgreedAction, ...]]:
    """What is open, and what was done since; without what names private people whom the viewer does not see."""
    found = json.loads(await session.fetchval(SQL["actions_of_job"], job_id, since, MAX_LISTED, private))
    return _ACTIONS.validate_python(found["open"]), _ACTIONS.validate_python(found["done"])


async def own_actions(session: ReadSession, user_id: UserId, scope: UserId | None) -> AgreedActions:
    """What a user is to do and has not done, of the jobs they see."""
    found = await session.fetchval(SQL["own_agreed_actions"], user_id, scope, MAX_WAITING)
    return AgreedActions.model_validate_json(found)


async def action(session: ReadSession, action_id: UUID) -> AgreedAction | None:
    """The action with this id."""
    found = await session.fetchval(SQL["agreed_action_with_id"], action_id)
    return AgreedAction.model_validate_json(found) if found else None


async def changed_action(unit: UnitOfWork, action_id: UUID) -> AgreedAction:
    """An action that this unit of work has locked or added."""
    found = await action(unit, action_id)
    assert found is not None
    return found


async def lock_action(unit: UnitOfWork, action_id: UUID) -> LockedAction | None:
    """The action, locked until the end of the unit of work."""
    row = await unit.fetchrow(SQL["lock_agreed_action"], action_id)
    return LockedAction(**row) if row else None
