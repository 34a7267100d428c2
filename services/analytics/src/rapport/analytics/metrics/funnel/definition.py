"""The funnel of a job: how many reached each kind of stage, and what became of them there."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapport.analytics.domain.rate import difference, rate
from rapport.contracts.analytics import MIN_COMPARED_JOBS, ComparedStage, FunnelStage, Rate
from rapport.contracts.vocabulary import ApplicationStatus, RateDifference, StageKind

DEFINITION = "funnel.by_kind.v1"
"""Reached: entered the kind or any later one. A move backwards is not a pass, a re-entry counts once. Hired is
reached by being hired, even without such a stage."""

COMPARISON = "passthrough.against_other_departments.v1"
"""Of those decided on, how many went on from each kind of the job's process to its next one: in the job, and in all
jobs of departments that are not the job's, together. Jobs without a department are a department of their own."""

_KINDS = tuple(StageKind)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Applications that have entered the same kinds and stand the same."""

    entered: frozenset[StageKind]
    status: ApplicationStatus
    applications: int

    @property
    def furthest(self) -> int:
        """The rank of the furthest kind reached."""
        if self.status is ApplicationStatus.HIRED:
            return StageKind.HIRED.rank
        return max((kind.rank for kind in self.entered if kind is not StageKind.HIRED), default=-1)


def kinds_entered(bits: int) -> frozenset[StageKind]:
    """The kinds whose bit (by rank) is set."""
    return frozenset(kind for kind in _KINDS if bits >> kind.rank & 1)


def funnel(kinds: Sequence[StageKind], cohorts: Sequence[Cohort]) -> tuple[FunnelStage, ...]:
    """Count each kind of the job's process; every kind that was reached by someone is among them, and hired ends it.

    Args:
        kinds: of the job's stages, in any order.
        cohorts: the applications counted.
    """
    shown = sorted({*kinds, *_reached_themselves(cohorts), StageKind.HIRED}, key=lambda kind: kind.rank)
    return tuple(
        _stage(kind, shown[number + 1] if number + 1 < len(shown) else None, cohorts)
        for number, kind in enumerate(shown)
    )


def compared(
    kinds: Sequence[StageKind], ours: Sequence[Cohort], others: Sequence[Cohort], *, jobs: int
) -> tuple[ComparedStage, ...]:
    """Compare each kind of a job's process but the last, by what is its next kind in that process.

    Args:
        kinds: of the job's stages, in any order.
        ours: the job's applications.
        others: those of other departments.
        jobs: how many jobs these belong to.
    """
    shown = [stage.kind for stage in funnel(kinds, ours)]
    return tuple(
        _compared(kind, _decided(kind, following, ours), _decided(kind, following, others), jobs)
        for kind, following in pairwise(shown)
    )


def _compared(kind: StageKind, job: Rate, others: Rate, jobs: int) -> ComparedStage:
    if jobs < MIN_COMPARED_JOBS:
        return ComparedStage(kind=kind, job=job, others=None, difference=RateDifference.TOO_FEW)
    return ComparedStage(kind=kind, job=job, others=others, difference=difference(job, others))


def _decided(kind: StageKind, following: StageKind, cohorts: Sequence[Cohort]) -> Rate:
    stage = _stage(kind, following, cohorts)
    return rate(stage.advanced, stage.advanced + stage.exited)


def _reached_themselves(cohorts: Sequence[Cohort]) -> set[StageKind]:
    return {_KINDS[cohort.furthest] for cohort in cohorts if cohort.furthest >= 0}


def _stage(kind: StageKind, following: StageKind | None, cohorts: Sequence[Cohort]) -> FunnelStage:
    reached = [c for c in cohorts if c.furthest >= kind.rank]
    ended = [c for c in reached if following is None or c.furthest < following.rank]
    total = _count(reached)
    skipped = _count([c for c in reached if kind not in c.entered and c.furthest > kind.rank])
    if following is None:
        return FunnelStage(
            kind=kind, reached=total, skipped=0, advanced=0, exited=0, waiting=0,
            passthrough_decided=None, passthrough_entered=None,
        )  # fmt: skip
    waiting = _count([c for c in ended if c.status is ApplicationStatus.ACTIVE])
    exited = _count(ended) - waiting
    advanced = total - exited - waiting
    return FunnelStage(
        kind=kind,
        reached=total,
        skipped=skipped,
        advanced=advanced,
        exited=exited,
        waiting=waiting,
        passthrough_decided=rate(advanced, advanced + exited),
        passthrough_entered=rate(advanced, total),
    )


def _count(cohorts: Sequence[Cohort]) -> int:
    return sum(c.applications for c in cohorts)
