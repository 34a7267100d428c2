"""Applications that the ATS no longer has: a mistake is not counted, what went with its person stays counted."""

from itertools import permutations
from uuid import UUID

import pytest

from rapport.analytics.metrics.funnel.query import cohorts
from rapport.analytics.window import Window
from rapport.contracts.vocabulary import RemovalReason, StageKind
from rapport.kit.database.unit_of_work import Database
from services.analytics.tests.support.analytics_events import apply, job_changed, received, removed, restored

JOB, ONE, OTHER = UUID(int=1), UUID(int=11), UUID(int=12)


async def counted(analytics: Database) -> int:
    async with analytics.read_session("acme") as session:
        found = await cohorts(session, [JOB], Window(None, None))
    return sum(cohort.applications for cohort in found[JOB])


@pytest.mark.parametrize(
    ("reason", "left"),
    [(RemovalReason.DELETED, 1), (RemovalReason.ABSENT, 1), (RemovalReason.PERSON_DELETED, 2)],
)
async def test_only_an_application_removed_as_a_mistake_leaves_the_funnel(
    analytics: Database, reason: RemovalReason, left: int
) -> None:
    await apply(analytics, [job_changed(JOB, 1, StageKind.APPLIED), received(ONE, JOB), received(OTHER, JOB)])
    await apply(analytics, [removed(ONE, 2, JOB, reason)])
    assert await counted(analytics) == left


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_the_latest_removal_or_restoration_wins_in_any_order_of_arrival(
    analytics: Database, order: tuple[int, ...]
) -> None:
    events = [received(ONE, JOB), removed(ONE, 2, JOB), restored(ONE, 3, JOB), removed(ONE, 4, JOB)]
    for number in order:
        await apply(analytics, [events[number]])
        await apply(analytics, [events[number]])
    assert await counted(analytics) == 0
    await apply(analytics, [restored(ONE, 5, JOB)])
    assert await counted(analytics) == 1
