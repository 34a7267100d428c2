"""The funnel's rows: what a batch of events changes is merged into what is known."""

from collections.abc import Sequence
from typing import Any

from rapport.analytics.metrics.funnel.delta import FunnelDelta
from rapport.analytics.store import SQL, array, record_freshness
from rapport.contracts.events import Event
from rapport.kit.database.unit_of_work import UnitOfWork, transpose


class FunnelProjection:
    """Keeps the funnel's rows of every application and job."""

    consumer = "analytics-funnel"
    tables = ("job", "application", "entered", "projection")
    version = 2

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Fold the events into one delta and merge it into the read model."""
        delta = FunnelDelta()
        for event in events:
            delta.add(event)
        await _merge_jobs(unit, delta)
        await _merge_applications(unit, delta)
        if delta.newest:
            await record_freshness(unit, self.consumer, delta.newest)


async def _merge_jobs(unit: UnitOfWork, delta: FunnelDelta) -> None:
    if delta.jobs:
        rows = ((i, j.version, array(j.kinds), array(j.team), j.department_id) for i, j in delta.jobs.items())
        await unit.execute(SQL["apply_jobs"], *transpose(rows, 5))


async def _merge_applications(unit: UnitOfWork, delta: FunnelDelta) -> None:
    if delta.applications:
        known = (
            (i, a.received_at, a.job_id, a.job_version, a.status, a.status_version, a.removed, a.removed_version)
            # In one order, so that two units of work cannot wait for each other.
            for i, a in sorted(delta.applications.items())
        )
        await unit.execute(SQL["apply_applications"], *transpose(known, 8))
        await _merge_moves(unit, delta)


async def _merge_moves(unit: UnitOfWork, delta: FunnelDelta) -> None:
    in_order = sorted(delta.applications.items())
    entered = [(i, version, rank) for i, a in in_order for version, rank in sorted(a.entered.items())]
    settled = [(i, move, said[1], said[0]) for i, a in in_order for move, said in sorted(a.settled.items())]
    if entered:
        await unit.execute(SQL["apply_entered"], *transpose(entered, 3))
    if settled:
        await unit.execute(SQL["apply_settled"], *transpose(settled, 4))
    if entered or settled:
        await unit.execute(SQL["recount_entered"], list({i for i, *_ in [*entered, *settled]}))
