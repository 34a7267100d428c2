"""Searching a million people with 1.5 million applications: ten searches, and what the index weighs and costs to keep.

The index is measured as the service uses it, without the database and the broker: documents are put as the feeder puts
them, and searched as requests search.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psutil
from measuring import Report, numbers

from rapport.contracts.pipeline import PeopleFilter, SearchQuery
from rapport.contracts.vocabulary import ApplicationStatus, Origin, PeopleFacet, PeopleSort, Rating, StageKind
from rapport.pipeline.search.documents import read_document
from rapport.pipeline.search.evaluation import SearchViewer
from rapport.pipeline.search.index import PeopleIndex
from rapport.pipeline.search.searching import Search

_PEOPLE = 1_000_000
"""How many people; each has 1.5 applications on average."""
_ROUNDS = 40
_P95, _WORST = 60, 150
"""Milliseconds that a search may take."""
_CHANGES = 2_000
"""Changes a second that are followed while searching."""
_SECONDS = 10
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_DAY = 86_400_000_000
_SYLLABLES = ("ka", "lo", "mi", "ra", "ten", "so", "vi", "bel", "dor", "an", "el", "ri", "go", "mar", "jen", "ta", "ul")
_VIEWER = SearchViewer(user_id=UUID(int=1), jobs=frozenset({UUID(int=7)}))
_SILVER = {
    "applications": {
        "some": {
            "furthest_stage": {"at_least": "onsite"},
            "status": ["rejected", "withdrawn"],
            "not_": {"lowest_rating": {"at_most": "no"}},
        },
        "none": {"status": ["hired"]},
    },
    "not_": {"last_contacted_at": {"at_most_days_ago": 90}},
    "may_be_emailed": True,
}


class _Company:
    """Makes people, a few of whom have what many have: as in life, some names and skills are far more common."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.first = [*(self._word(2) for _ in range(3000)), "Мария", "محمد", "王", "José", "Zoë"]
        self.last = [*(self._word(4) for _ in range(60_000)), "朱镕基", "Иванова", "العربي", "O'Brien"]
        roles, fields = (
            ["Engineer", "Manager", "Analyst", "Designer"],
            ["Backend", "Data", "Product", "Sales", "People"],
        )
        self._titles = [
            f"{rank} {field} {role}" for rank in ("Senior", "Lead", "Junior") for field in fields for role in roles
        ]
        self._companies = [f"{self._word(3).title()} {kind}" for kind in ("Ltd", "GmbH", "Labs") for _ in range(7000)]
        self._skills = ["Python", "Java", "C++", "C#", "C", "Go", ".NET", "R", *(self._word(3) for _ in range(400))]
        self._words = [self._word(3) for _ in range(8000)]
        self._names = {
            name: [f"{name} {n}" for n in range(40)] for name in ("Department", "Office", "Source", "Reason")
        }

    def _word(self, syllables: int) -> str:
        return "".join(self._random.choice(_SYLLABLES) for _ in range(syllables)).title()

    def _often(self, values: list[str]) -> str:
        return values[min(int(self._random.paretovariate(0.6)) - 1, len(values) - 1)]

    def _ago(self) -> int:
        return int(_NOW.timestamp()) * 1_000_000 - self._random.randrange(2000) * _DAY

    def person(self, number: int) -> str:
        """The document of a person, as the database writes it."""
        choose, chance = self._random.choice, self._random.random
        last = self.last[number % len(self.last)]
        applications = [self._application(number, n) for n in range(self._random.randrange(4))]
        document: dict[str, Any] = {
            "name": f"{self._often(self.first)} {last}",
            "title": choose(self._titles),
            "company": self._often(self._companies),
            "location": f"City {self._random.randrange(300)}",
            "tags": list({self._often(self._skills) for _ in range(5)}),
            "past_jobs": [f"{choose(self._titles)} {self._often(self._companies)}"],
            "notes": [self._note()] if chance() < 0.3 else [],
            "added_at": self._ago(),
            "last_activity_at": self._ago(),
            "last_contacted_at": self._ago() if chance() < 0.4 else None,
            "may_be_emailed": chance() < 0.8,
            "applications": applications,
        }
        return json.dumps(document)

    def _note(self) -> dict[str, Any]:
        body = " ".join(self._often(self._words) for _ in range(12))
        return {"body": body, "visibility": "public", "author": str(UUID(int=1)), "job": None}

    def _application(self, person: int, number: int) -> dict[str, Any]:
        choose = self._random.choice
        status = choose(list(ApplicationStatus))
        return {
            "id": str(UUID(int=person * 10 + number)),
            "job": str(UUID(int=self._random.randrange(3000))),
            "department": self._often(self._names["Department"]),
            "location": self._often(self._names["Office"]),
            "source": self._often(self._names["Source"]),
            "origin": choose(list(Origin)),
            "status": status,
            "furthest_stage": choose(list(StageKind)),
            "applied_at": self._ago(),
            "closed_at": None if status == "active" else self._ago(),
            "close_reason": None if status in ("active", "hired") else self._often(self._names["Reason"]),
            "ratings": [choose(list(Rating)) for _ in range(self._random.randrange(3))],
            "offer": choose(["accepted", "declined", None, None, None]),
        }


def _searches(index: PeopleIndex, company: _Company) -> Iterator[tuple[str, Callable[[], object]]]:
    def find(text: str | None = None, **given: Any) -> Search:
        filters = PeopleFilter.model_validate(given) if given else None
        return Search(index, _VIEWER, SearchQuery(text=text, filter=filters), _NOW)

    name = company.last[4242]
    typo = name[:3] + name[4:]
    relevance = PeopleSort.RELEVANCE
    department = {"applications": {"some": {"department": ["Department 3"], "furthest_stage": {"at_least": "onsite"}}}}
    deep = find().page(PeopleSort.ADDED, 200, None)
    for _ in range(50):
        if not deep.has_next:
            break
        deep = find().page(PeopleSort.ADDED, 200, deep.matches[-1][0])
    place = deep.matches[-1][0]
    yield "a name", lambda: find(name).page(relevance, 50, None)
    yield "a name with a typo", lambda: find(typo).page(relevance, 50, None)
    yield "a name in another script", lambda: find("镕基").page(relevance, 50, None)
    yield "a word that a third have", lambda: find("senior").page(relevance, 50, None)
    yield "three words, the last begun", lambda: find("senior data eng").page(relevance, 50, None)
    yield "a department's finalists", lambda: find(**department).page(relevance, 50, None)
    yield "text and filters", lambda: find("python senior", **department).page(relevance, 50, None)
    yield (
        "never beyond a screen",
        lambda: find(applications={"none": {"furthest_stage": {"at_least": "interview"}}}, has_applied=True).page(
            relevance, 50, None
        ),
    )
    yield "page 52 of everybody", lambda: find().page(PeopleSort.ADDED, 200, place)
    yield "silver medalists, 6 conditions", lambda: find(**_SILVER).page(relevance, 50, None)
    yield "facets of a common word", lambda: find("senior").facets(tuple(PeopleFacet))


def _timed(doing: Callable[[], object]) -> float:
    began = time.perf_counter()
    doing()
    return (time.perf_counter() - began) * 1000


async def _while_following(
    index: PeopleIndex, changed: list[tuple[UUID, str]], search: Callable[[], object]
) -> list[float]:
    """How long a search takes, waiting included, while changes are applied by the same thread."""
    thread, loop = ThreadPoolExecutor(1), asyncio.get_running_loop()
    ends = loop.time() + _SECONDS

    def apply(slice_: list[tuple[UUID, str]]) -> None:
        for person_id, document in slice_:
            index.put(person_id, read_document(document))

    async def follow() -> None:
        began, applied = loop.time(), 0
        while loop.time() < ends:
            due = int((loop.time() - began) * _CHANGES)
            while applied < due:
                slice_ = [changed[n % len(changed)] for n in range(applied, min(applied + 500, due))]
                await loop.run_in_executor(thread, apply, slice_)
                applied += len(slice_)
            await asyncio.sleep(1)

    following = asyncio.create_task(follow())
    took = []
    while loop.time() < ends:
        began = time.perf_counter()
        await loop.run_in_executor(thread, search)
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.05)
    await following
    return took


def main(people: int) -> None:
    """Build an index of that many people, search it, and print how it went."""
    report, company, process = Report("search"), _Company(7), psutil.Process()
    before = process.memory_info().rss
    index, building = PeopleIndex(), 0.0
    for number in range(people):
        document = company.person(number)
        began = time.perf_counter()
        index.put(UUID(int=number << 64 | number), read_document(document))
        building += time.perf_counter() - began
    began = time.perf_counter()
    index.vocabulary.settle()
    building += time.perf_counter() - began
    weight = (process.memory_info().rss - before) / 2**20
    report.say(
        f"{len(index):,} people, built in {building:.0f} s ({people / building:,.0f}/s); {weight:,.0f} MB of memory"
    )
    report.say()
    report.say(f"{'milliseconds':34}{'median':>8}{'p95':>8}{'worst':>8}")
    searches = dict(_searches(index, company))
    taken: dict[str, list[float]] = {name: [] for name in searches}
    for _ in range(_ROUNDS):
        for name, search in searches.items():
            taken[name].append(_timed(search))
    for name, times in taken.items():
        ordered = sorted(times)
        p95, worst = ordered[int(0.95 * len(ordered))], ordered[-1]
        met = "" if p95 <= _P95 and worst <= _WORST else "   misses its aim"
        report.say(f"{name:34}{ordered[len(ordered) // 2]:8.1f}{p95:8.1f}{worst:8.1f}{met}")
    changed = [(UUID(int=n << 64 | n), company.person(n)) for n in range(min(people, 5000))]
    began = time.perf_counter()
    for person_id, document in changed:
        index.put(person_id, read_document(document))
    report.say()
    report.say(f"changes applied: {len(changed) / (time.perf_counter() - began):,.0f}/s")
    times = sorted(asyncio.run(_while_following(index, changed, searches["silver medalists, 6 conditions"])))
    report.say(
        f"the last search while {_CHANGES:,} changes a second are followed: "
        f"median {times[len(times) // 2]:.1f}, p95 {times[int(0.95 * len(times))]:.1f}, worst {times[-1]:.1f} ms"
    )
    report.end()


if __name__ == "__main__":
    main(int(numbers(_PEOPLE)[0]))
