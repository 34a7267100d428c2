"""Who applies when, and for which jobs: submissions in order of time, with little kept in memory."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from rapport.sandbox.company.figures import origin_mix
from rapport.sandbox.company.organisation import Job
from rapport.sandbox.company.parameters import DAY, Parameters
from rapport.sandbox.company.random_source import Deck, chance

_WARM_UP = 0.08  # of the history; before that no rejected applicant has had time to come back
_MOST_JOBS_AT_ONCE = 4
_REMEMBERED = 20_000
_REST_BEFORE_RETURN = 21 * DAY


@dataclass(slots=True)
class Returning:
    """Someone who may apply again: all their applications were rejected by then."""

    candidate: int
    free_from: int
    department: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One person's applications of one day; `returning` is None for someone new."""

    at: int
    origin: str
    jobs: tuple[Job, ...]
    returning: Returning | None


class FormerApplicants:
    """A bounded, random selection of people who may apply again."""

    def __init__(self, parameters: Parameters) -> None:
        self._random = chance(parameters.seed, "former applicants")
        self._people: list[Returning] = []

    def remember(self, person: Returning) -> None:
        """Add a person, in place of a random other one once there are many."""
        if len(self._people) < _REMEMBERED:
            self._people.append(person)
        else:
            self._people[self._random.randrange(_REMEMBERED)] = person

    def take(self, at: int) -> Returning:
        """Choose someone whose last application has been over for a while."""
        place = 0
        for _ in range(60):
            place = self._random.randrange(len(self._people))
            if self._people[place].free_from + _REST_BEFORE_RETURN < at:
                break
        else:
            place = min(range(len(self._people)), key=lambda each: self._people[each].free_from)
        self._people[place], self._people[-1] = self._people[-1], self._people[place]
        return self._people.pop()


class Openings:
    """The jobs people can apply to at a time, the popular ones more often."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._jobs = jobs
        self._valid_until = 0
        self._open: list[Job] = []
        self._weights: list[float] = []

    def look(self, at: int) -> int:
        """Notice which jobs have opened or closed by now; return how many there are."""
        if at >= self._valid_until:
            self._look(at)
        return len(self._open)

    def choose(self, draw: float) -> Job:
        """Choose a job by a number from 0 to 1."""
        return self._open[bisect(self._weights, draw * self._weights[-1], hi=len(self._open) - 1)]

    def _look(self, at: int) -> None:
        self._open = [job for job in self._jobs if job.opened_at <= at < job.applications_until]
        self._weights = list(accumulate(job.weight for job in self._open))
        changes = [moment for job in self._jobs for moment in (job.opened_at, job.applications_until) if moment > at]
        self._valid_until = min(changes, default=at + DAY)


def submissions(parameters: Parameters, jobs: tuple[Job, ...], former: FormerApplicants) -> Iterator[Submission]:
    """Yield every submission; there are exactly as many people and applications as the parameters say."""
    random = chance(parameters.seed, "arrivals")
    openings = Openings(jobs)
    # Several origins of one submission would be odd; the deck is large enough for the rarest to come out right.
    origins = Deck.of(random, origin_mix(), 2_000)
    total, length = parameters.submissions, parameters.end - parameters.start
    returns_left = total - parameters.people
    extras_left = parameters.applications - total
    warm_up = round(total * _WARM_UP)
    for place in range(total):
        at = parameters.start + round((place + random.random()) / total * (length - 60_000))
        returns = place >= warm_up and random.random() < returns_left / (total - max(place, warm_up))
        extras = min(_extras(random.random(), extras_left, total - place), openings.look(at) - 1)
        returns_left -= returns
        extras_left -= extras
        chosen: dict[int, Job] = {}
        while len(chosen) <= extras:
            job = openings.choose(random.random())
            chosen[job.id] = job
        yield Submission(at, origins.draw(), tuple(chosen.values()), former.take(at) if returns else None)


def _extras(draw: float, left: int, submissions_left: int) -> int:
    """Decide how many further jobs a person applies to on the same day."""
    if submissions_left == 1:
        return left
    rate = left / submissions_left
    # One, two or three more, in proportions 6 : 3 : 1, which is 1.5 on average.
    if draw >= rate / 1.5:
        return 0
    share = draw / (rate / 1.5)
    return min(left, 1 if share < 0.6 else 2 if share < 0.9 else _MOST_JOBS_AT_ONCE - 1)
