"""Writes what was decided about applications: state, history, events and cards, in one unit of work.

Requests, the sync and webhooks all record here, jobs and users as well; only what ended in the ATS is recorded by
``sync/endings.py``.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

import asyncpg

from rapport.contracts.events import CardChanged, JobChanged, JobState, OfferChanged, ScorecardSubmitted, UserChanged
from rapport.contracts.vocabulary import DirectoryChangeKind, OfferStatus
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.kit.identity import derived_id
from rapport.pipeline.domain.application import LockedApplication
from rapport.pipeline.domain.outcome import Outcome, reconciled
from rapport.pipeline.domain.reconcile import History
from rapport.pipeline.store import SQL, applications, attention
from rapport.pipeline.store.directory import Change


async def record(unit: UnitOfWork, outcomes: Sequence[Outcome]) -> None:
    """Write outcomes about applications that the unit of work has locked."""
    if not outcomes:
        return
    for outcome in outcomes:
        for event in outcome.events:
            unit.record(
                event.data,
                aggregate_id=outcome.after.application.id,
                version=event.version,
                occurred_at=event.occurred_at,
            )
    if echoed := [outcome.after.application.id for outcome in outcomes if outcome.echoed]:
        await applications.echo_writes(unit, echoed)
    await applications.save(unit, outcomes)


async def record_changes(unit: UnitOfWork, locked: Sequence[LockedApplication]) -> bool:
    """Compare locked applications with the ATS and record what is new.

    Returns:
        Whether all of them could be compared: one in a stage that has not been read yet waits for it.
    """
    return await record_with_changes(unit, [Outcome(application) for application in locked])


async def publish_jobs(unit: UnitOfWork, connection: str) -> None:
    """Publish jobs of a connection that are new or different."""
    jobs = await unit.fetch(SQL["jobs_to_publish"], connection)
    if jobs:
        # Another user may have to act now, and for another reason.
        await attention.look_at_all(unit, [row["id"] for row in jobs])
    for row in jobs:
        previous = JobState.model_validate_json(row["published_state"]) if row["published_state"] else None
        unit.record(
            JobChanged(previous=previous, current=JobState.model_validate_json(row["state"]), ats_job_id=row["ats_id"]),
            aggregate_id=row["id"],
            version=row["version"] + 1,
            occurred_at=row["opened_at"] if previous is None else unit.now,
        )
        await unit.execute(SQL["mark_job_published"], row["id"], row["version"] + 1, row["state"])


async def record_user_change(unit: UnitOfWork, user_id: UUID, change: Change, *, changed_by: UUID | None) -> None:
    """Remember and publish that a user may do something else from now on; ``changed_by``: None for the ATS."""
    version = await unit.fetchval(SQL["next_user_version"], user_id)
    said = (change.role, change.grant, change.job_id, change.team_role)
    id_ = derived_id("directory change", unit.org_id, str(user_id), str(version))
    await unit.execute(SQL["record_directory_change"], id_, user_id, changed_by, unit.now, change.kind, *said)
    role, grant, job_id, team_role = said
    unit.record(
        UserChanged(change=change.kind, role=role, grant=grant, job_id=job_id, team_role=team_role),
        aggregate_id=user_id,
        version=version,
        occurred_at=unit.now,
    )


async def end_access(
    unit: UnitOfWork, user_id: UUID, kind: DirectoryChangeKind, *, changed_by: UUID | None
) -> list[str]:
    """Take from a user who goes what they were given here; returns the connections whose jobs have another team."""
    await unit.execute(SQL["forget_access"], user_id)
    left = await unit.fetch(SQL["leave_teams"], user_id)
    await record_user_change(unit, user_id, Change(kind), changed_by=changed_by)
    return sorted({row["connection"] for row in left})


async def end_access_of_left(unit: UnitOfWork) -> None:
    """Take it from whom the ATS deactivated or no longer has; the caller publishes the jobs."""
    for row in await unit.fetch(SQL["left_users_with_access"]):
        await end_access(unit, row["id"], DirectoryChangeKind.LEFT_ATS, changed_by=None)


async def record_with_changes(unit: UnitOfWork, outcomes: Sequence[Outcome]) -> bool:
    """As :func:`record_changes`, on top of what the unit of work has decided about these applications."""
    if not outcomes:
        return True
    histories = await applications.histories(unit, [outcome.after for outcome in outcomes])
    stages = await applications.stages_by_ids(unit, _stage_ids(outcomes, histories.values()))
    ready = [outcome for outcome in outcomes if outcome.after.application.ats.stage_id in stages]
    compared = [reconciled(outcome, histories[outcome.after.application.id], stages, at=unit.now) for outcome in ready]
    # The others stay unreconciled; what was decided about them before is recorded all the same.
    waiting = [outcome for outcome in outcomes if outcome not in ready]
    said = [outcome.with_refusal(outcome.refusal, at=unit.now) if outcome.refusal else outcome for outcome in waiting]
    undecided = [outcome for outcome in said if outcome.events]
    await record(unit, [*compared, *undecided])
    await _record_progress(unit, [outcome.after.application.id for outcome in compared])
    return len(ready) == len(outcomes)


async def refresh_cards(unit: UnitOfWork, application_ids: Sequence[UUID]) -> None:
    """Render cards after something else than a decision about their applications: publish those that changed.

    Cards that are new here, as in the first synchronisation, are rendered with the decision that introduces them.
    """
    if not application_ids:
        return
    await applications.lock_cards(unit, application_ids)
    for card in await applications.count_changed_cards(unit, application_ids):
        unit.record(
            CardChanged(person_id=card.person_id, job_id=card.job_id),
            aggregate_id=card.application_id,
            version=card.version,
            occurred_at=unit.now,
        )
    await applications.render_cards(unit, application_ids)


async def _record_progress(unit: UnitOfWork, locked_ids: Sequence[UUID]) -> None:
    """Publish the scorecards and offers of these locked applications that no event has told of."""
    unpublished = await unit.fetch(SQL["unpublished_progress"], list(locked_ids))
    if not unpublished:
        return
    rows = await unit.fetch(SQL["published_versions"], list({row["application_id"] for row in unpublished}))
    known = {row["id"]: row for row in rows}
    versions: dict[UUID, int] = {row["id"]: row["version"] for row in rows}
    for row in unpublished:
        application_id: UUID = row["application_id"]
        if application_id not in known:
            continue
        versions[application_id] += 1
        unit.record(
            _progress_event(row, known[application_id]),
            aggregate_id=application_id,
            version=versions[application_id],
            occurred_at=row["occurred_at"] or unit.now,
        )
    await unit.execute(SQL["mark_progress_published"], list(versions), list(versions.values()))
    # A card names the version that it is of.
    await applications.render_cards(unit, list(versions))


def _progress_event(row: asyncpg.Record, application: asyncpg.Record) -> ScorecardSubmitted | OfferChanged:
    about = {"person_id": application["person_id"], "job_id": application["job_id"]}
    if row["status"] is None:
        return ScorecardSubmitted(**about, scorecard_id=row["id"], user_id=row["user_id"])
    return OfferChanged(
        **about,
        offer_id=row["id"],
        offer_version=row["version"],
        current=OfferStatus(row["status"]),
        decline_reason_id=row["decline_reason_id"],
    )


def _stage_ids(outcomes: Sequence[Outcome], histories: Iterable[History]) -> list[UUID]:
    applications_ = [outcome.after.application for outcome in outcomes]
    ids = {a.ats.stage_id for a in applications_} | {a.stage_id for a in applications_}
    for history in histories:
        ids.update(entry.stage_id for entry in history.entries)
        ids.update(t.to_stage_id for t in history.recorded if t.to_stage_id)
    return list(ids)
