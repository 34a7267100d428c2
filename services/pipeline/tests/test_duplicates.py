"""People who may be one: found by what they share, decided by users."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import combinations, permutations
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.contracts.authorisation import SEE_PRIVATE_PEOPLE
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    GetProbableDuplicates,
    KeepApart,
    KeptApart,
    MergedPerson,
    MergePeople,
    ProbableDuplicatePage,
    UndoMerge,
)
from rapport.contracts.refusals import NotFound
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import ContactKind, DuplicateReason
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.domain.alike import Described, Likeness, likeness
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.duplicates import DuplicateFinder, DuplicateRequests
from rapport.pipeline.merge_requests import MergeRequests
from rapport.pipeline.sync.endings import EndReason
from services.pipeline.tests.support.raw_ingest import RawIngest

_AT = "2026-03-01T00:00:00Z"
_RECRUITER = Viewer(org_id="acme", user_id=UserId(UUID(int=7)), roles=frozenset({Role.RECRUITER}))
Pair = tuple[int, int, DuplicateReason, float]


@dataclass
class Queue:
    """A pipeline with the ATS's people, the finder, and what users do with what it finds."""

    database: Database
    mapper: GreenhouseMapper
    stored: RawIngest
    revision: int = 0
    requests: DuplicateRequests = field(init=False)
    merging: MergeRequests = field(init=False)
    context: RequestContext = field(default_factory=lambda: RequestContext(_RECRUITER, "key"))

    def __post_init__(self) -> None:
        self.requests, self.merging = DuplicateRequests(self.database), MergeRequests(self.database)

    def id(self, number: int) -> UUID:
        return self.mapper.id(Collection.PEOPLE, number)

    async def know(self, number: int, name: str, *, email: str | None = None, **about: Any) -> None:
        """The ATS says this of a candidate."""
        self.revision += 1
        first, _, last = name.partition(" ")
        updated = f"2026-03-01T{self.revision // 60:02}:{self.revision % 60:02}:00Z"
        emails = [{"value": email, "type": "personal"}] if email else []
        said = {"id": number, "first_name": first, "last_name": last, "email_addresses": emails, "can_email": True}
        async with self.database.work("acme", actor="ats", cause="sync") as unit:
            await self.stored.raw(unit, "people", [said | {"created_at": _AT, "updated_at": updated} | about])

    async def compared(self) -> None:
        finder = DuplicateFinder(self.database, ["acme"])
        while await finder.step():
            pass

    async def page(self, *, viewer: Viewer = _RECRUITER, **asked: Any) -> ProbableDuplicatePage:
        request = GetProbableDuplicates(include_total=True, **asked)
        found = await self.requests.get_probable_duplicates(request, RequestContext(viewer, "read"))
        assert isinstance(found, str)
        return ProbableDuplicatePage.model_validate_json(found)

    async def pairs(self) -> list[Pair]:
        """What waits for a decision, after everybody was compared."""
        await self.compared()
        numbers = {self.id(n): n for n in range(100)}
        nodes = [edge.node for edge in (await self.page(page=Page(first=100))).edges]
        pairs = [(sorted((numbers[n.person_id], numbers[n.other_id])), n.reason, round(n.score, 2)) for n in nodes]
        return [(one, other, reason, score) for (one, other), reason, score in pairs]

    async def keep(self, pair: UUID, *, apart: bool = True) -> Any:
        return await self.requests.keep_apart(KeepApart(duplicate_id=pair, apart=apart), self.context)

    async def first(self) -> UUID:
        """The likeliest pair."""
        await self.compared()
        return (await self.page()).edges[0].node.id


@pytest_asyncio.fixture
async def queue(pipeline: Database, mapper: GreenhouseMapper, ingest: RawIngest) -> AsyncIterator[Queue]:
    yield Queue(pipeline, mapper, ingest)


async def test_people_are_paired_by_what_they_share(queue: Queue) -> None:
    await queue.know(1, "Ada Berg", email="ada@example.org", company="Fernhill GmbH")
    await queue.know(2, "A. Berg", email="Ada@Example.org ")
    await queue.know(3, "Noor Haddad", email="ada@example.org")
    await queue.know(4, "Berg Ada", company="FERNHILL")
    await queue.know(5, "Ada Berk", company="Fernhill")
    await queue.know(6, "Ada Berg", company="Another")
    await queue.know(7, "Ada", company="Fernhill")
    pairs = await queue.pairs()
    assert [score for *_, score in pairs] == sorted((score for *_, score in pairs), reverse=True)
    assert set(pairs) == {
        (1, 2, DuplicateReason.SAME_EMAIL, 0.95),
        (1, 4, DuplicateReason.NAME_AND_COMPANY, 0.8),
        (1, 3, DuplicateReason.SAME_EMAIL, 0.7),
        (2, 3, DuplicateReason.SAME_EMAIL, 0.7),
        (1, 5, DuplicateReason.NAME_AND_COMPANY, 0.64),
        (4, 5, DuplicateReason.NAME_AND_COMPANY, 0.64),
    }


async def test_a_pair_goes_when_nothing_says_any_more_that_they_are_one(queue: Queue) -> None:
    await queue.know(1, "Ada Berg", email="ada@example.org")
    await queue.know(2, "Noor Haddad", email="ada@example.org", company="Fernhill")
    assert [pair[:2] for pair in await queue.pairs()] == [(1, 2)]
    await queue.know(2, "Noor Haddad", email="noor@example.org", company="Fernhill")
    assert await queue.pairs() == []
    await queue.know(1, "Noor Hadad", email="ada@example.org", company="Fernhill, Inc.")
    assert await queue.pairs() == [(1, 2, DuplicateReason.NAME_AND_COMPANY, 0.64)]


async def test_who_is_kept_apart_is_not_found_again(queue: Queue) -> None:
    await queue.know(1, "Ada Berg", email="ada@example.org")
    await queue.know(2, "Ada Berg", email="ada@example.org")
    pair = await queue.first()
    assert await queue.keep(pair) == await queue.keep(pair) == KeptApart(duplicate_id=pair)
    assert await queue.pairs() == []
    await queue.know(1, "Ada B. Berg", email="ada@example.org")
    assert await queue.pairs() == []
    await queue.keep(pair, apart=False)
    assert await queue.pairs() == [(1, 2, DuplicateReason.SAME_EMAIL, 0.95)]


async def test_who_was_merged_by_mistake_is_kept_apart(queue: Queue) -> None:
    await queue.know(1, "Ada Berg", email="ada@example.org")
    await queue.know(2, "Ada Berg", email="ada@example.org")
    await queue.know(3, "Ada Berg", email="ada@example.org")
    await queue.compared()
    request = MergePeople(survivor_id=queue.id(1), merged_id=queue.id(2))
    merged = await queue.merging.merge_people(request, queue.context)
    assert isinstance(merged, MergedPerson)
    # One pair is left: each of the two was one with the third.
    assert await queue.pairs() == [(1, 3, DuplicateReason.SAME_EMAIL, 0.95)]
    await queue.merging.undo_merge(UndoMerge(merge_id=merged.merge_id), queue.context)
    assert {pair[:2] for pair in await queue.pairs()} == {(1, 3), (2, 3)}


async def test_nothing_is_left_of_an_erased_person(queue: Queue) -> None:
    await queue.know(1, "Ada Berg", email="ada@example.org")
    await queue.know(2, "Ada Berg", email="ada@example.org")
    await queue.compared()
    async with queue.database.work("acme", actor="ats", cause="webhook") as unit:
        await queue.stored.endings.erase(unit, [queue.id(2)], EndReason.DELETED)
    assert await queue.pairs() == []
    async with queue.database.read_session("acme") as session:
        assert await session.fetch(Statement("SELECT 1 FROM probable_duplicate")) == []


async def test_private_people_are_in_no_pair_of_those_who_may_not_see_them(queue: Queue) -> None:
    await queue.know(1, "Ada Berg", email="ada@example.org")
    await queue.know(2, "Ada Berg", email="ada@example.org", is_private=True)
    await queue.compared()
    seen = await queue.page()
    assert (seen.edges, seen.total) == ((), 0)
    sees_all = Viewer(
        org_id="acme",
        user_id=UserId(UUID(int=8)),
        roles=frozenset({Role.ADMIN}),
        grants=frozenset({SEE_PRIVATE_PEOPLE}),
    )
    [edge] = (await queue.page(viewer=sees_all)).edges
    refused = await queue.keep(edge.node.id)
    assert refused == NotFound(what="probable duplicate", id=str(edge.node.id))


async def test_pages_follow_each_other_in_the_order_of_likeness(queue: Queue) -> None:
    for number in range(1, 6):
        await queue.know(number, "Ada Berg", email="ada@example.org", company="Fernhill")
    await queue.compared()
    seen, after = [], None
    for _ in range(10):
        page = await queue.page(page=Page(first=1, after=after))
        assert page.total == 10
        [edge] = page.edges
        seen.append(frozenset({edge.node.person_id, edge.node.other_id}))
        after = edge.cursor
    assert len(set(seen)) == 10
    assert (await queue.page(page=Page(first=1, after=after))).edges == ()


# --- likeness against an oracle --------------------------------------------------------------------------

_WORDS = st.sampled_from(["ada", "adda", "berg", "berk", "hadda", "haddad", "hadad", "a", "lovelace", "lovelacee"])
_DESCRIBED = st.builds(
    Described,
    st.lists(_WORDS, min_size=1, max_size=3).map(" ".join),
    st.sampled_from([None, "", "Fernhill", "fernhill gmbh", "Other"]),
    st.sampled_from([None, "Berlin", "Berlin, Germany", "Lisbon"]),
)


def _edits(one: str, other: str) -> int:
    """Optimal string alignment, from its definition."""
    rows = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if i == 0 or j == 0:
                rows[i][j] = i + j
                continue
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i][j] = best
    return rows[len(one)][len(other)]


def _can_be_one(one: str, other: str) -> bool:
    """Each word of the shorter one is a word of the longer, or one is the initial of the other; each for itself."""
    few, many = sorted((set(one.split()), set(other.split())), key=len)

    def agree(word: str, other: str) -> bool:
        return word == other or (1 in (len(word), len(other)) and word[0] == other[0])

    return any(all(map(agree, few, chosen)) for chosen in permutations(many, len(few)))


def _same_name(one: str, other: str) -> float:
    ours, theirs = set(one.split()), set(other.split())
    if len(ours) < 2 or len(theirs) < 2:
        return 0
    if ours == theirs:
        return 1
    if _can_be_one(one, other):
        return 0.9
    written = [" ".join(min(permutations(words))) for words in (ours, theirs)]
    edits = _edits(*written)
    return 0.9 - 0.1 * edits if edits <= min(2, min(map(len, written)) // 6) else 0


def _expected(one: Described, other: Described, *, same_email: bool) -> Likeness | None:
    alike, found = _same_name(one.name, other.name), []
    if same_email:
        one_name = _can_be_one(one.name, other.name)
        found.append(Likeness(DuplicateReason.SAME_EMAIL, 0.95 if one_name else 0.7))
    companies = [(d.company or "").lower().removesuffix(" gmbh") for d in (one, other)]
    places = [(d.location or "").split(",")[0] for d in (one, other)]
    if alike and companies[0] and companies[0] == companies[1]:
        found.append(Likeness(DuplicateReason.NAME_AND_COMPANY, 0.8 * alike))
    elif alike and places[0] and places[0] == places[1]:
        found.append(Likeness(DuplicateReason.NAME_AND_LOCATION, 0.6 * alike))
    return max(found, key=lambda likeness: likeness.score, default=None)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_DESCRIBED, _DESCRIBED, st.booleans())
def test_likeness_is_as_an_oracle_says(one: Described, other: Described, same_email: bool) -> None:
    shared = {ContactKind.EMAIL} if same_email else set()
    expected = _expected(one, other, same_email=same_email)
    for found in (likeness(one, other, shared), likeness(other, one, shared)):
        assert (found is None) == (expected is None)
        if found and expected:
            assert (found.reason, found.score) == (expected.reason, pytest.approx(expected.score))


async def test_whoever_is_alike_is_found_through_the_keys(queue: Queue) -> None:
    """The finder looks only at those who share a key: nobody whom a comparison of all with all would pair is missed."""
    names = ["Ada Berg", "Ada Berk", "Berg Ada", "A Berg", "Ada Lovelace", "Lovelace Adda", "Ada", "Ada Maria Berg"]
    described = {}
    for number, (name, company) in enumerate(
        ((name, company) for name in names for company in ("Fernhill", "Other", None)), start=1
    ):
        location = "Berlin" if number % 2 else "Lisbon"
        described[number] = Described(name, company, location)
        await queue.know(number, name, company=company, addresses=[{"value": location}])
    found = {pair[:2] for pair in await queue.pairs()}
    assert found == {
        (one, other) for one, other in combinations(described, 2) if likeness(described[one], described[other], ())
    }
    assert len(found) > 20
