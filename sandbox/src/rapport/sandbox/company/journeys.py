"""The way of one application through a job's stages: decided completely before it is written down."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from rapport.sandbox.company.figures import BURST_SHARE, DAYS_TO_REJECTION, fates, tenths_of_delay
from rapport.sandbox.company.organisation import Job, Stage
from rapport.sandbox.company.parameters import DAY, Parameters
from rapport.sandbox.company.random_source import Deck, chance


@dataclass(slots=True)
class Entry:
    """One entry into a stage; an application that comes back has another."""

    stage: Stage
    entered_at: int
    exited_at: int | None = None


@dataclass(slots=True)
class Journey:
    """Where an application went and how it ended; `ended_at` is None while it is active."""

    applied_at: int
    origin: str
    entries: list[Entry]
    status: str
    ended_at: int | None
    in_burst: bool = False

    @property
    def last(self) -> Entry:
        """The entry into the stage it is in, or was in when it ended."""
        return self.entries[-1]


_KINDS_OF_FATE = {
    "applied": ("applied",),
    "screen": ("screen", "interview"),
    "onsite": ("onsite",),
    "offer": ("offer",),
    "hired": ("offer",),
}
_USUAL_DAYS = {"applied": 3.0, "screen": 6.0, "interview": 6.0, "onsite": 8.0, "offer": 5.0}
_SKIPPED = 0.08
_SKIPPED_REVIEW = {"referral": 0.3, "agency": 0.3, "sourced": 0.25, "applied": 0.02}
_WENT_BACK = 0.10  # of journeys with a stage to go back to; of all moves it makes a few in a hundred
_MOST_DAYS_TO_REJECTION = 150.0

# So many days before the end of history, the next application to an open job is still waiting in this kind of
# stage at the end: a demo without an offer out, or a board with an empty column, would show little.
_STILL_WAITING = (
    (38, "offer"),
    (35, "onsite"),
    (33, "offer"),
    (30, "onsite"),
    (27, "interview"),
    (26, "offer"),
    (24, "onsite"),
    (21, "interview"),
    (19, "screen"),
    (16, "interview"),
    (12, "screen"),
    (9, "screen"),
    (6, "applied"),
    (3, "applied"),
)


class Journeys:
    """Decides journeys in the published proportions."""

    def __init__(self, parameters: Parameters) -> None:
        self._random = chance(parameters.seed, "journeys")
        self._end = parameters.end
        unfinished = _DAYS_UNFINISHED * DAY / (parameters.end - parameters.start)
        self._fates = {
            origin: Deck(self._random, _cards(shares, _DECK_SIZES[origin], unfinished))
            for origin, shares in fates().items()
        }
        self._tenths = {
            fate: Deck(self._random, [tenth for tenth, number in enumerate(numbers) for _ in range(number)])
            for fate, numbers in tenths_of_delay().items()
        }
        self._waiting = [(parameters.end - days * DAY, kind) for days, kind in _STILL_WAITING]

    def begin(self, job: Job, origin: str, applied_at: int, *, may_be_hired: bool = True) -> Journey:
        """Decide the whole way of an application that arrives now. A submission leads to one hire at most."""
        if self._waiting and applied_at >= self._waiting[0][0] and job.closed_at is None:
            return self._still_waiting(job, origin, applied_at, self._waiting.pop(0)[1])
        fate = self._fate(origin, may_be_hired=may_be_hired)
        days = self._days_to_hire() if fate == "hired" else self._days_to_rejection(fate)
        ended_at, in_burst = applied_at + round(days * DAY), False
        if fate != "hired":
            ended_at, in_burst = self._swept_up(job, applied_at, ended_at)
        visited = self._visited(job, origin, self._random.choice(job.stages_of(*_KINDS_OF_FATE[fate])))
        entries = self._paced(visited, applied_at, ended_at)
        journey = Journey(applied_at, origin, entries, "hired" if fate == "hired" else "rejected", ended_at, in_burst)
        return self._cut_off(journey, job)

    def _fate(self, origin: str, *, may_be_hired: bool) -> str:
        fate = self._fates[origin].draw()
        if fate == "hired" and not may_be_hired:
            fate = self._fates[origin].draw()
            self._fates[origin].put_back("hired")
        return fate

    def _still_waiting(self, job: Job, origin: str, applied_at: int, kind: str) -> Journey:
        target = self._random.choice(job.stages_of(kind) or job.stages_of("screen"))
        entries = self._paced(self._visited(job, origin, target), applied_at, self._end)
        entries[-1].exited_at = None
        return Journey(applied_at, origin, entries, "active", None)

    def _days_to_hire(self) -> float:
        return min(140.0, max(9.0, self._random.lognormvariate(math.log(36), 0.42)))

    def _days_to_rejection(self, fate: str) -> float:
        tenth = self._tenths[fate].draw()
        within = self._random.random()
        if tenth == len(DAYS_TO_REJECTION):
            longest = DAYS_TO_REJECTION[-1]
            return min(_MOST_DAYS_TO_REJECTION, longest + self._random.expovariate(1 / 22))
        low = DAYS_TO_REJECTION[tenth - 1] if tenth else 0.02
        return low + within * (DAYS_TO_REJECTION[tenth] - low)

    def _swept_up(self, job: Job, applied_at: int, ended_at: int) -> tuple[int, bool]:
        """Move a rejection to the burst it falls close to, unless that would make it far earlier or later."""
        place = bisect_right(job.bursts, ended_at)
        near = [job.bursts[each] for each in (place - 1, place) if 0 <= each < len(job.bursts)]
        burst = min(near, key=lambda moment: abs(moment - ended_at), default=None)
        if burst is None or abs(burst - ended_at) > job.burst_reach * DAY:
            return ended_at, False
        if not 0.6 <= (burst - applied_at) / (ended_at - applied_at) <= 1.6:
            return ended_at, False
        return burst + self._random.randrange(50_000), True

    def _visited(self, job: Job, origin: str, target: Stage) -> list[Stage]:
        before = [stage for stage in job.stages if stage.position < target.position]
        visited = [stage for stage in before if self._random.random() >= self._chance_of_skipping(stage, origin)]
        visited.append(target)
        if len(visited) > 2 and self._random.random() < _WENT_BACK:
            place = self._random.randrange(1, len(visited) - 1)
            visited[place + 1 : place + 1] = [visited[place - 1], visited[place]]
        return visited

    def _chance_of_skipping(self, stage: Stage, origin: str) -> float:
        return _SKIPPED_REVIEW[origin] if stage.position == 0 else _SKIPPED

    def _paced(self, visited: list[Stage], applied_at: int, ended_at: int) -> list[Entry]:
        """Spread the time from application to end over the stages, each about as long as its kind takes."""
        random = self._random
        if len(visited) == 1:
            return [Entry(visited[0], applied_at)]
        weights = [_USUAL_DAYS[stage.kind] * (0.2 + random.expovariate(1.0)) for stage in visited]
        scale = (ended_at - applied_at) / sum(weights)
        entries: list[Entry] = []
        moment = float(applied_at)
        for stage, weight in zip(visited, weights, strict=True):
            entries.append(Entry(stage, round(moment)))
            moment += weight * scale
        for entry, following in pairwise(entries):
            entry.exited_at = following.entered_at
        return entries

    def _cut_off(self, journey: Journey, job: Job) -> Journey:
        """Leave out what had not happened when history ended, or when the job closed before."""
        limit = self._end if job.closed_at is None else min(self._end, job.closed_at)
        if journey.ended_at is None or journey.ended_at < limit:
            return journey
        journey.entries = [entry for entry in journey.entries if entry.entered_at < limit]
        journey.last.exited_at = None
        journey.status, journey.ended_at, journey.in_burst = "active", None, False
        if limit < self._end:
            journey.status, journey.ended_at = "rejected", limit + self._random.randrange(40_000)
            journey.in_burst = True
        return journey


def _cards(shares: Mapping[str, float], size: int, unfinished: float) -> list[str]:
    """Return a deck of fates with whole hires, and fewer of the others by as much as history cuts off of the hires."""
    left = 1 - unfinished
    numbers = {fate: round(share * size * (1 if fate == "hired" else left)) for fate, share in shares.items()}
    numbers["applied"] += round(size * left) - sum(numbers.values())
    return [fate for fate, number in numbers.items() for _ in range(number)]


_DAYS_UNFINISHED = 42  # so long an application that will be hired is active; those of the last weeks still are

# Each deck holds whole hires: five of them, at one in 16, 22, 72 and 152.
_DECK_SIZES = {"referral": 80, "agency": 110, "sourced": 360, "applied": 760}


def bursts(random: Random, job: Job, applications_per_day: float) -> tuple[tuple[int, ...], float]:
    """Plan when a job's applications are rejected in bulk, and how many days around it are swept up.

    Bursts come often enough for their share of all rejections and seldom enough to be worth the name.
    """
    reach = min(9.0, _REJECTIONS_IN_A_BURST / 2 / max(applications_per_day, 0.05))
    period = 2 * reach / (BURST_SHARE * _MISSED)
    moments: list[int] = []
    moment = job.opened_at + random.uniform(0.3, 1.0) * period * DAY
    while moment < job.applications_until:
        moments.append(round(moment))
        moment += random.uniform(0.7, 1.3) * period * DAY
    return tuple(moments), reach


_REJECTIONS_IN_A_BURST = 9
_MISSED = 1.5  # some rejections near a burst are not swept up: the burst came before, or moved them too far
