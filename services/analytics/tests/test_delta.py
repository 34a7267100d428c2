"""Events become rows, whatever the order in which they arrive, how often, and how many at a time."""

from random import Random
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from rapport.analytics.metrics.funnel.delta import FunnelDelta
from rapport.contracts.events import Event
from rapport.contracts.vocabulary import ApplicationStatus, StageKind
from rapport.kit.database.unit_of_work import Database
from services.analytics.tests.support.analytics_events import (
    apply,
    closed,
    day,
    everything,
    job_changed,
    moved,
    received,
    reopened,
    settled,
)

JOBS = (UUID(int=1), UUID(int=2))
ME, YOU = UUID(int=91), UUID(int=92)
APPLIED, SCREEN, ONSITE, OFFER = StageKind.APPLIED, StageKind.SCREEN, StageKind.ONSITE, StageKind.OFFER
STEPS = ["move", "transfer", "late", "close", "reopen", "settle"]
ENDS = [s for s in ApplicationStatus if s is not ApplicationStatus.ACTIVE]


@st.composite
def histories(draw: st.DrawFn) -> list[Event[Any]]:
    """What happened to two jobs and up to four applications, as events in their order."""
    events: list[Event[Any]] = []
    for job in JOBS:
        kinds = draw(st.lists(st.sets(st.sampled_from(list(StageKind)), min_size=1, max_size=5), max_size=3))
        for version, stages in enumerate(kinds, start=1):
            team = draw(st.sets(st.sampled_from([ME, YOU])))
            events.append(job_changed(job, version, *sorted(stages, key=lambda kind: kind.rank), team=sorted(team)))
    for number in range(draw(st.integers(0, 4))):
        application, job, version = UUID(int=100 + number), draw(st.sampled_from(JOBS)), 1
        events.append(received(application, job, at=number))
        for step in draw(st.lists(st.sampled_from(STEPS), max_size=6)):
            version += 1
            kind = draw(st.sampled_from(list(StageKind)))
            if step == "transfer":
                other = JOBS[1 - JOBS.index(job)]
                events.append(moved(application, version, job, kind, to_job=other))
                job = other
            elif step == "close":
                events.append(closed(application, version, job, draw(st.sampled_from(ENDS))))
            elif step == "reopen":
                events.append(reopened(application, version, job))
            elif step == "settle":
                move = draw(st.integers(1, version))
                events.append(settled(application, version, job, move, effective=draw(st.booleans())))
            else:
                events.append(moved(application, version, job, kind, backfilled=step == "late"))
    return events


def picture_of(events: list[Event[Any]]) -> FunnelDelta:
    delta = FunnelDelta()
    for event in events:
        delta.add(event)
    return delta


def shuffled(events: list[Event[Any]], seed: int) -> list[Event[Any]]:
    """The events in another order, some of them two or three times."""
    random = Random(seed)
    repeated = events + random.choices(events, k=len(events)) if events else []
    random.shuffle(repeated)
    return repeated


@given(histories(), st.integers())
def test_the_delta_does_not_depend_on_order_or_repetition(events: list[Event[Any]], seed: int) -> None:
    assert picture_of(shuffled(events, seed)) == picture_of(events)


def _split(events: list[Event[Any]], seed: int) -> list[list[Event[Any]]]:
    random, batches = Random(seed), []
    while events:
        size = random.randint(1, 5)
        batches.append(events[:size])
        events = events[size:]
    return batches


_A, _B, _C = UUID(int=101), UUID(int=102), UUID(int=103)
_EVERYTHING = [
    job_changed(JOBS[0], 1, APPLIED, SCREEN, team=[ME]),
    job_changed(JOBS[0], 2, APPLIED, SCREEN, OFFER, team=[ME, YOU]),
    job_changed(JOBS[0], 3, APPLIED, ONSITE, team=[YOU]),
    job_changed(JOBS[1], 1, APPLIED),
    received(_A, JOBS[0], at=1),
    moved(_A, 2, JOBS[0], SCREEN),
    moved(_A, 3, JOBS[0], ONSITE, backfilled=True),
    closed(_A, 4, JOBS[0]),
    reopened(_A, 5, JOBS[0]),
    moved(_A, 6, JOBS[0], OFFER, to_job=JOBS[1]),
    closed(_A, 7, JOBS[1], ApplicationStatus.HIRED),
    received(_B, JOBS[1], SCREEN, at=2),
    closed(_B, 2, JOBS[1], ApplicationStatus.WITHDRAWN),
    received(_C, JOBS[0], at=3),
    moved(_C, 2, JOBS[0], SCREEN),
    settled(_C, 3, JOBS[0], 2, effective=False),
    moved(_C, 4, JOBS[0], ONSITE),
    settled(_C, 5, JOBS[0], 4, effective=False),
    settled(_C, 6, JOBS[0], 4, effective=True),
]


async def test_the_rows_do_not_depend_on_order_repetition_or_batches(analytics: Database) -> None:
    for seed in range(25):
        org = f"acme-{seed}"
        await apply(analytics, *_split(shuffled(_EVERYTHING, seed), seed), org=org)
        jobs, applications, freshness = await everything(analytics, org)
        assert jobs == [
            (JOBS[0], 3, [APPLIED.rank, ONSITE.rank], [YOU]),
            (JOBS[1], 1, [APPLIED.rank], None),
        ]
        assert applications == [
            (_A, day(1), JOBS[1], 7, _bits(APPLIED, SCREEN, ONSITE, OFFER), "hired", 7),
            (_B, day(2), JOBS[1], 2, _bits(SCREEN), "withdrawn", 2),
            # Its move to the screen was refused; the one onsite as well, but then carried out after all.
            (_C, day(3), JOBS[0], 6, _bits(APPLIED, ONSITE), "active", 1),
        ]
        assert freshness == [("analytics-funnel", max(event.recordedat for event in _EVERYTHING))]


def _bits(*kinds: StageKind) -> int:
    return sum(1 << kind.rank for kind in kinds)
