"""What needs attention: facts, flags, thresholds and working times."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from rapport.contracts.identity import UserId
from rapport.contracts.pipeline import AttentionSettings, GetAttention, GetAttentionCounts
from rapport.contracts.vocabulary import AttentionReason, OfferStatus, Severity, StageKind
from rapport.kit.database.unit_of_work import ReadSession, UnitOfWork, transpose
from rapport.kit.identity import derived_id
from rapport.pipeline.domain.attention import (
    DEFAULT_THRESHOLDS,
    IN_DAYS,
    Attention,
    Condition,
    Facts,
    Flag,
    Interview,
    Interviewer,
    Offer,
    Snooze,
    Threshold,
)
from rapport.pipeline.domain.working_time import DEFAULT_HOURS, Absence, WorkingHours, WorkingTimes
from rapport.pipeline.store import SQL, applications

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Time alone changes nothing."""


async def due(unit: UnitOfWork, *, limit: int) -> list[UUID]:
    """Applications to look at now."""
    return [row["application_id"] for row in await unit.fetch(SQL["attention_due"], unit.now, limit)]


async def lock(unit: UnitOfWork, application_ids: Sequence[UUID]) -> None:
    """Lock these applications and the rows that say when each is due, until the end of the unit of work."""
    await applications.lock_cards(unit, application_ids)
    await unit.execute(SQL["lock_due"], list(application_ids))


async def facts_of(unit: UnitOfWork, application_ids: Sequence[UUID]) -> dict[UUID, tuple[Facts, int]]:
    """What is known of those of these applications that are active, each with the version that it is at."""
    rows = await unit.fetch(SQL["attention_facts"], list(application_ids))
    return {row["application_id"]: (_facts(row), row["version"]) for row in rows}


async def flags_of(session: ReadSession, application_ids: Sequence[UUID]) -> dict[UUID, list[Flag]]:
    """The flags of these applications that events told of."""
    flags: dict[UUID, list[Flag]] = {id_: [] for id_ in application_ids}
    for row in await session.fetch(SQL["attention_flags_of"], list(application_ids)):
        flags[row["application_id"]].append(_flag(row))
    return flags


async def thresholds_of(
    session: ReadSession, job_ids: Sequence[UUID]
) -> dict[UUID, Mapping[AttentionReason, Threshold]]:
    """What holds for each of these jobs: its own thresholds before the organisation's before the defaults."""
    rows = await session.fetch(SQL["attention_thresholds"], list(job_ids))
    everywhere = dict(DEFAULT_THRESHOLDS) | {
        AttentionReason(row["reason"]): Threshold(row["yellow"], row["red"]) for row in rows if row["job_id"] is None
    }
    of_jobs = {id_: dict(everywhere) for id_ in job_ids}
    for row in rows:
        if row["job_id"] is not None:
            of_jobs[row["job_id"]][AttentionReason(row["reason"])] = Threshold(row["yellow"], row["red"])
    return {**of_jobs}


async def working_times(session: ReadSession, at: datetime) -> WorkingTimes:
    """When the users of the organisation work."""
    row = await session.fetchrow(SQL["working_times"], at)
    if row is None:
        return WorkingTimes()
    hours = {each["user_id"]: _hours(each) for each in json.loads(row["hours"])}
    absences: dict[UUID, tuple[Absence, ...]] = {}
    for each in json.loads(row["absences"]):
        absence = Absence(date.fromisoformat(each["first"]), date.fromisoformat(each["last"]))
        user_id = UUID(each["user_id"])
        absences[user_id] = (*absences.get(user_id, ()), absence)
    users = {UUID(user_id): its for user_id, its in hours.items() if user_id}
    return WorkingTimes(hours.get(None, DEFAULT_HOURS), users, absences)


async def save(unit: UnitOfWork, attentions: Mapping[UUID, Attention], jobs: Mapping[UUID, UUID]) -> None:
    """Write the flags of these applications, and when to look at each again. ``jobs``: of those that are active."""
    rows = [_row(id_, jobs[id_], flag) for id_, attention in attentions.items() for flag in attention.flags]
    ids, flags = list(attentions), transpose(rows, 14)
    next_at = [(attention.next_at or _NEVER) if id_ in jobs else None for id_, attention in attentions.items()]
    await unit.execute(SQL["save_attention"], ids, *flags, next_at)


async def show(unit: UnitOfWork, ids: Sequence[UUID], versions: Mapping[UUID, int]) -> None:
    """Show flags on the cards of these locked applications; ``versions``: of those of which something was told."""
    if versions:
        await unit.execute(SQL["show_attention"], list(versions), list(versions.values()))
    if len(versions) < len(ids):
        await unit.execute(SQL["refresh_attention"], [id_ for id_ in ids if id_ not in versions])


async def look_at_all(unit: UnitOfWork, job_ids: Sequence[UUID] | None = None) -> None:
    """Compute every application's flags anew, or those of the applications for these jobs."""
    await unit.execute(SQL["look_at_all"], None if job_ids is None else list(job_ids))


def flag_id(application_id: UUID, flag: Flag) -> UUID:
    """Of an application's flag."""
    return derived_id("attention flag", application_id, *flag.key)


def _row(application_id: UUID, job_id: UUID, flag: Flag) -> tuple[Any, ...]:
    condition, snooze = flag.condition, flag.snooze
    return (
        application_id,
        flag_id(application_id, flag),
        condition.reason,
        condition.subject_id,
        job_id,
        condition.owner_id,
        condition.since,
        flag.yellow_at,
        flag.red_at,
        flag.severity,
        flag.raised_at,
        snooze.until if snooze else None,
        snooze.by if snooze else None,
        snooze.note if snooze else None,
    )


def _flag(row: asyncpg.Record) -> Flag:
    return Flag(
        condition=Condition(AttentionReason(row["reason"]), row["since"], row["owner_id"], row["subject_id"]),
        severity=Severity(row["severity"]),
        yellow_at=row["yellow_at"],
        red_at=row["red_at"],
        raised_at=row["raised_at"],
        snooze=Snooze(row["snoozed_until"], row["snoozed_by"], row["snooze_note"]) if row["snoozed_until"] else None,
    )


def _facts(row: asyncpg.Record) -> Facts:
    return Facts(
        application_id=row["application_id"],
        person_id=row["person_id"],
        job_id=row["job_id"],
        applied_at=row["applied_at"],
        stage_kind=StageKind(row["stage_kind"]),
        stage_entered_at=row["stage_entered_at"],
        last_activity_at=row["last_activity_at"],
        last_contact_at=row["last_contact_at"],
        recruiter_id=row["recruiter_id"],
        coordinator_id=row["coordinator_id"],
        manager_id=row["manager_id"],
        interviews=tuple(_interview(each) for each in json.loads(row["interviews"] or "[]")),
        offers=tuple(_offer(each) for each in json.loads(row["offers"] or "[]")),
    )


def _interview(said: dict[str, Any]) -> Interview:
    interviewers = tuple(
        Interviewer(UUID(each["id"]), UUID(each["user_id"]), _moment(each["submitted_at"]))
        for each in said["interviewers"]
    )
    return Interview(_moment(said["ends_at"]), interviewers)


def _offer(said: dict[str, Any]) -> Offer:
    created_at = datetime.fromisoformat(said["created_at"])
    return Offer(UUID(said["id"]), OfferStatus(said["status"]), created_at, _moment(said["sent_at"]))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _hours(said: dict[str, Any]) -> WorkingHours:
    return WorkingHours(
        ZoneInfo(said["zone"]),
        frozenset(said["weekdays"]),
        time.fromisoformat(said["begins"]),
        time.fromisoformat(said["ends"]),
        said["country"],
        said["subdivision"],
    )


async def page(
    session: ReadSession,
    request: GetAttention,
    after: tuple[tuple[str, datetime], UUID],
    team: UserId | None,
    private: UserId | None,
) -> str:
    """A page of what needs attention, as JSON. ``team``: the viewer, if they see only their jobs."""
    (severity, yellow_at), last = after
    about = (request.job_id, request.application_id, request.owner_id, request.reason, request.snoozed)
    arguments = (*about, severity, yellow_at, last, request.page.first)
    return str(await session.fetchval(SQL["get_attention"], team, private, *arguments))


async def lock_flag(
    unit: UnitOfWork, flag_id: UUID, team: UserId | None, private: UserId | None
) -> tuple[UUID, UUID, tuple[AttentionReason, UUID]] | None:
    """The application, locked until the end of the unit of work, the job and the key of a flag that the viewer sees."""
    row = await unit.fetchrow(SQL["lock_flag"], flag_id, team, private)
    return (row["id"], row["job_id"], (AttentionReason(row["reason"]), row["subject_id"])) if row else None


async def counts(session: ReadSession, request: GetAttentionCounts, team: UserId | None, private: UserId | None) -> str:
    """How much needs attention, as JSON."""
    about = (request.job_id, request.application_id, request.owner_id, request.reason)
    return str(await session.fetchval(SQL["count_attention"], team, private, *about))


async def flag_document(session: ReadSession, flag_id: UUID) -> str | None:
    """A flag, as JSON; None if it is gone."""
    document: str | None = await session.fetchval(SQL["get_flag"], flag_id)
    return document


async def settings(session: ReadSession, user_id: UserId, job_id: UUID | None) -> AttentionSettings:
    """What decides when something is late, as a user sees it."""
    said = json.loads(await session.fetchval(SQL["get_attention_settings"], user_id, job_id))
    set_ = {(each["job_id"], each["reason"]): each for each in said["thresholds"]}
    defaults = [
        {"job_id": None, "reason": reason, "yellow": its.yellow, "red": its.red, "changed_by": None, "changed_at": None}
        for reason, its in DEFAULT_THRESHOLDS.items()
        if (None, reason) not in set_
    ]
    thresholds = [
        {**each, "in_days": AttentionReason(each["reason"]) in IN_DAYS} for each in (*defaults, *said["thresholds"])
    ]
    return AttentionSettings.model_validate(
        {**said, "organisation": said["organisation"] or _default_hours(), "thresholds": thresholds}
    )


def _default_hours() -> dict[str, Any]:
    return {
        "user_id": None,
        "zone": DEFAULT_HOURS.zone.key,
        "weekdays": sorted(DEFAULT_HOURS.days),
        "begins": DEFAULT_HOURS.begins.isoformat("minutes"),
        "ends": DEFAULT_HOURS.ends.isoformat("minutes"),
        "country": None,
        "subdivision": None,
        "changed_by": None,
        "changed_at": None,
    }
