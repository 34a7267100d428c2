"""What a filter means is written a second time here, straight from its definition, and compared over random people."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.contracts.pipeline import (
    ApplicationFilter,
    ApplicationsFilter,
    AttributeRating,
    PeopleFilter,
    RatingRange,
    SearchQuery,
    StageRange,
    TimeRange,
)
from rapport.contracts.vocabulary import (
    ApplicationStatus,
    ClosedBy,
    NoteVisibility,
    OfferStatus,
    Origin,
    PeopleFacet,
    PeopleSort,
    Rating,
    StageKind,
)
from rapport.pipeline.search.documents import (
    ApplicationDocument,
    AttributeDocument,
    NoteDocument,
    PersonDocument,
)
from rapport.pipeline.search.evaluation import SearchViewer
from rapport.pipeline.search.index import PeopleIndex
from rapport.pipeline.search.searching import Search

NOW = datetime(2026, 6, 1, tzinfo=UTC)
_DAY = 86_400_000_000
_NOW = int(NOW.timestamp()) * 1_000_000
JOBS = [UUID(int=n) for n in range(1, 5)]
USERS = [UUID(int=n) for n in range(11, 14)]
PROJECTS = [UUID(int=n) for n in range(21, 24)]
NAMES = ["Sales", "Tech", "People"]
WORDS = ["rust", "rustic", "ana", "anna", "berlin", "c++", "c"]

names = st.sampled_from(NAMES)
written = names | names.map(str.upper)
times = st.integers(0, 400).map(lambda days: _NOW - days * _DAY)
ratings = st.sampled_from(Rating)
texts = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)


def few(values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=most).map(tuple)


applications = st.builds(
    ApplicationDocument,
    id=st.uuids(),
    job=st.sampled_from(JOBS),
    department=st.none() | names,
    location=st.none() | names,
    source=st.none() | names,
    origin=st.sampled_from(Origin),
    status=st.sampled_from(ApplicationStatus),
    furthest_stage=st.none() | st.sampled_from(StageKind),
    applied_at=times,
    closed_at=st.none() | times,
    close_reason=st.none() | names,
    turned_down=st.booleans(),
    ratings=few(ratings),
    attributes=few(st.builds(AttributeDocument, name=names, rating=ratings)),
    offer=st.none() | st.sampled_from(OfferStatus),
    offer_resolved_at=st.none() | times,
    decline_reason=st.none() | names,
    owed_by=few(st.sampled_from(USERS), 1),
)
people = st.builds(
    PersonDocument,
    name=texts,
    title=st.none() | texts,
    company=st.none() | texts,
    location=st.none() | texts,
    tags=few(names | st.sampled_from(WORDS)),
    past_jobs=few(texts),
    education=few(texts),
    notes=few(
        st.builds(
            NoteDocument,
            body=texts,
            visibility=st.sampled_from(NoteVisibility),
            author=st.sampled_from(USERS),
            job=st.sampled_from(JOBS),
        ),
        2,
    ),
    projects=few(st.sampled_from(PROJECTS)),
    added_at=times,
    last_activity_at=st.none() | times,
    last_contacted_at=st.none() | times,
    last_replied_at=st.none() | times,
    last_job_began_at=st.none() | times,
    may_be_emailed=st.booleans(),
    suppressed=st.booleans(),
    is_private=st.booleans(),
    close=few(st.sampled_from(USERS), 1),
    applications=few(applications),
)


def given_one_or_more(model: type[Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The model with any two of these fields."""
    return st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=2, unique=True).flatmap(
        lambda chosen: st.builds(model, **{name: fields[name] for name in chosen})
    )


def one_of(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(values, min_size=1, max_size=2).map(tuple)


moments = st.integers(0, 400).map(lambda days: NOW - timedelta(days=days))
days = st.integers(0, 400)
time_ranges = given_one_or_more(
    TimeRange, since=moments, until=moments, at_least_days_ago=days, at_most_days_ago=days
)  # fmt: skip
stage_ranges = given_one_or_more(
    StageRange, at_least=st.sampled_from(StageKind), at_most=st.sampled_from(StageKind)
)  # fmt: skip
rating_ranges = given_one_or_more(RatingRange, at_least=ratings, at_most=ratings)
application_conditions = given_one_or_more(
    ApplicationFilter,
    job=one_of(st.sampled_from(JOBS)),
    department=one_of(written),
    location=one_of(written),
    source=one_of(written),
    origin=one_of(st.sampled_from(Origin)),
    status=one_of(st.sampled_from(ApplicationStatus)),
    furthest_stage=stage_ranges,
    applied_at=time_ranges,
    closed_at=time_ranges,
    closed_by=one_of(st.sampled_from(ClosedBy)),
    close_reason=one_of(written),
    best_rating=rating_ranges,
    lowest_rating=rating_ranges,
    attribute=st.builds(AttributeRating, name=written, at_least=ratings),
    offer=one_of(st.sampled_from(OfferStatus)),
    offer_resolved_at=time_ranges,
    decline_reason=one_of(written),
)
application_filters = st.recursive(
    application_conditions,
    lambda inner: given_one_or_more(
        ApplicationFilter, all=one_of(inner), any=one_of(inner), not_=inner, status=one_of(st.sampled_from(["active"]))
    ),
    max_leaves=4,
)
words = st.sampled_from([*WORDS, "rus", "an", "RUST ana"])
people_conditions = given_one_or_more(
    PeopleFilter,
    applications=given_one_or_more(
        ApplicationsFilter, some=application_filters, every=application_filters, none=application_filters
    ),
    title=words,
    company=words,
    past_job=words,
    education=words,
    location=words,
    tag=one_of(written),
    project=one_of(st.sampled_from(PROJECTS)),
    added_at=time_ranges,
    last_activity_at=time_ranges,
    last_contacted_at=time_ranges,
    last_replied_at=time_ranges,
    may_be_emailed=st.booleans(),
    suppressed=st.booleans(),
    active=st.booleans(),
    has_applied=st.booleans(),
    changed_job=st.booleans(),
)
people_filters = st.recursive(
    people_conditions,
    lambda inner: given_one_or_more(PeopleFilter, all=one_of(inner), any=one_of(inner), not_=inner),
    max_leaves=5,
)
viewers = st.builds(
    lambda jobs_in_ats, added_here, **others: SearchViewer(
        jobs=jobs_in_ats | added_here, jobs_in_ats=jobs_in_ats, **others
    ),
    user_id=st.sampled_from(USERS),
    jobs_in_ats=st.frozensets(st.sampled_from(JOBS)),
    added_here=st.frozensets(st.sampled_from(JOBS)),
    bound_to_jobs=st.booleans(),
    sees_private=st.booleans(),
    reads_team_notes=st.booleans(),
)


class Oracle:
    """Whether a filter holds for one person, read from the documents."""

    def __init__(self, viewer: SearchViewer) -> None:
        self.viewer = viewer

    def sees(self, p: PersonDocument) -> bool:
        if self.viewer.bound_to_jobs and not self.seen(p):
            return False
        is_close = self.viewer.user_id in p.close or any(a.job in self.viewer.jobs_in_ats for a in p.applications)
        return not p.is_private or self.viewer.sees_private or is_close

    def seen(self, p: PersonDocument) -> list[ApplicationDocument]:
        return [a for a in p.applications if not self.viewer.bound_to_jobs or a.job in self.viewer.jobs]

    def person(self, f: PeopleFilter, p: PersonDocument) -> bool:
        given = {name: value for name in f.model_fields_set if (value := getattr(f, name)) is not None}
        return all(self._person(name, value, p) for name, value in given.items())

    def _person(self, name: str, value: Any, p: PersonDocument) -> bool:  # noqa: C901 - a line for each condition
        match name:
            case "all":
                return all(self.person(each, p) for each in value)
            case "any":
                return any(self.person(each, p) for each in value)
            case "not_":
                return not self.person(value, p)
            case "applications":
                return self._quantified(value, p)
            case "active":
                return any(a.status == "active" for a in self.seen(p)) is value
            case "has_applied":
                return bool(self.seen(p)) is value
            case "changed_job":
                applied = [a.applied_at for a in p.applications]
                began = p.last_job_began_at
                return bool(applied and began is not None and began > max(applied)) is value
            case "may_be_emailed" | "suppressed":
                return getattr(p, name) is value
            case "tag":
                return any(same(tag, wanted) for tag in p.tags for wanted in value)
            case "project":
                return any(project in value for project in p.projects)
            case "title" | "company" | "location":
                return has_words(value, [getattr(p, name) or ""])
            case "past_job":
                return has_words(value, p.past_jobs)
            case "education":
                return has_words(value, p.education)
        return in_time(value, getattr(p, name))

    def _quantified(self, f: ApplicationsFilter, p: PersonDocument) -> bool:
        holds: list[bool] = []
        if f.some is not None:
            holds.append(any(self.application(f.some, a) for a in self.seen(p)))
        if f.every is not None:
            holds.append(all(self.application(f.every, a) for a in self.seen(p)))
        if f.none is not None:
            holds.append(not any(self.application(f.none, a) for a in self.seen(p)))
        return all(holds)

    def application(self, f: ApplicationFilter, a: ApplicationDocument) -> bool:
        given = {name: value for name in f.model_fields_set if (value := getattr(f, name)) is not None}
        return all(self._application(name, value, a) for name, value in given.items())

    def _application(self, name: str, value: Any, a: ApplicationDocument) -> bool:  # noqa: C901 - as above
        match name:
            case "all":
                return all(self.application(each, a) for each in value)
            case "any":
                return any(self.application(each, a) for each in value)
            case "not_":
                return not self.application(value, a)
            case "job":
                return a.job in value
            case "origin" | "status" | "offer":
                return getattr(a, name) in value
            case "closed_by":
                return closed_by(a) in value
            case "furthest_stage":
                return in_order(value, a.furthest_stage, list(StageKind))
            case "best_rating" | "lowest_rating" | "attribute" if self.viewer.user_id in a.owed_by:
                return False
            case "best_rating":
                return in_order(value, max(a.ratings, key=_rank, default=None), list(Rating))
            case "lowest_rating":
                return in_order(value, min(a.ratings, key=_rank, default=None), list(Rating))
            case "attribute":
                best = [y.rating for y in a.attributes if same(y.name, value.name)]
                return any(in_order(RatingRange(at_least=value.at_least), each, list(Rating)) for each in best)
            case "applied_at" | "closed_at" | "offer_resolved_at":
                return in_time(value, getattr(a, name))
        return any(same(getattr(a, name), wanted) for wanted in value)


def _rank(rating: str) -> int:
    return list(Rating).index(Rating(rating))


def same(one: str | None, other: str) -> bool:
    return one is not None and one.lower() == other.lower()


def closed_by(a: ApplicationDocument) -> ClosedBy | None:
    if a.status == "rejected" and not a.turned_down:
        return ClosedBy.ORGANISATION
    return ClosedBy.PERSON if a.status in ("rejected", "withdrawn") else None


def in_order(f: StageRange | RatingRange, value: str | None, order: list[Any]) -> bool:
    if value is None:
        return False
    at = order.index(value)
    return (f.at_least is None or at >= order.index(f.at_least)) and (f.at_most is None or at <= order.index(f.at_most))


def in_time(f: TimeRange, value: int | None) -> bool:
    if value is None:
        return False
    at = datetime.fromtimestamp(value / 1_000_000, UTC)
    return (
        (f.since is None or at >= f.since)
        and (f.until is None or at < f.until)
        and (f.at_least_days_ago is None or NOW - at >= timedelta(days=f.at_least_days_ago))
        and (f.at_most_days_ago is None or NOW - at <= timedelta(days=f.at_most_days_ago))
    )


def has_words(wanted: str, texts: Any) -> bool:
    """Each word is one of the texts', or, from three letters on, begins one."""
    words = [word for text in texts for word in text.split()]
    return all(
        any(word == each or (len(each) >= 3 and word.startswith(each)) for word in words)
        for each in wanted.lower().split()
    )


def indexed(population: list[PersonDocument]) -> PeopleIndex:
    """An index of these people, each of whom was somebody else and gone before."""
    index = PeopleIndex()
    for n, document in enumerate(population):
        index.put(UUID(int=1000 + n), population[n - 1])
        index.put(UUID(int=1000 + n), document)
        index.put(UUID(int=5000 + n), document)
        index.put(UUID(int=5000 + n), None)
    return index


def everybody(search: Search, sort: PeopleSort = PeopleSort.ADDED, size: int = 3) -> list[UUID]:
    """Page after page."""
    ids: list[UUID] = []
    after = None
    while True:
        page = search.page(sort, size, after)
        assert page.total == search.total
        ids += [match.person_id for _, match in page.matches]
        if not page.has_next:
            return ids
        after = page.matches[-1][0]


@settings(max_examples=150, deadline=None)
@given(population=st.lists(people, min_size=1, max_size=8), filters=people_filters, viewer=viewers)
def test_filters_mean_what_their_definition_says(
    population: list[PersonDocument], filters: PeopleFilter, viewer: SearchViewer
) -> None:
    search = Search(indexed(population), viewer, SearchQuery(filter=filters), NOW)
    oracle = Oracle(viewer)

    expected = {
        UUID(int=1000 + n) for n, p in enumerate(population) if oracle.sees(p) and oracle.person(filters, p)
    }  # fmt: skip

    found = everybody(search)
    assert len(found) == len(set(found))
    assert set(found) == expected


def readable_texts(p: PersonDocument, viewer: SearchViewer) -> list[str]:
    notes = [
        n.body
        for n in p.notes
        if n.visibility == "public"
        or n.author == viewer.user_id
        or (n.visibility == "hiring_team" and (viewer.reads_team_notes or n.job in viewer.jobs))
    ]
    return [p.name, p.title or "", p.company or "", p.location or "", *p.tags, *p.past_jobs, *p.education, *notes]


@settings(max_examples=60, deadline=None)
@given(
    population=st.lists(people, min_size=1, max_size=8),
    text=st.sampled_from(["c", "c++", "an", "c ana"]),
    viewer=viewers,
)
def test_words_are_found_in_all_that_the_viewer_may_read(
    population: list[PersonDocument], text: str, viewer: SearchViewer
) -> None:
    """Short words, which have no typos: "ana" is also found as a beginning, as the oracle says."""
    search = Search(indexed(population), viewer, SearchQuery(text=text), NOW)
    oracle = Oracle(viewer)

    expected = {
        UUID(int=1000 + n)
        for n, p in enumerate(population)
        if oracle.sees(p) and has_words(text, readable_texts(p, viewer))
    }

    assert set(everybody(search, PeopleSort.RELEVANCE)) == expected


@settings(max_examples=40, deadline=None)
@given(population=st.lists(people, min_size=1, max_size=8), viewer=viewers)
def test_facets_count_people_and_not_their_applications(population: list[PersonDocument], viewer: SearchViewer) -> None:
    search = Search(indexed(population), viewer, SearchQuery(), NOW)
    oracle = Oracle(viewer)
    seen = [p for p in population if oracle.sees(p)]

    read: dict[PeopleFacet, Callable[[PersonDocument], set[str]]] = {
        PeopleFacet.DEPARTMENT: lambda p: {a.department for a in oracle.seen(p) if a.department},
        PeopleFacet.STATUS: lambda p: {a.status for a in oracle.seen(p)},
        PeopleFacet.FURTHEST_STAGE: lambda p: {a.furthest_stage for a in oracle.seen(p) if a.furthest_stage},
        PeopleFacet.TAG: lambda p: set(p.tags),
    }
    for counted in search.facets(tuple(read)):
        values = [value for p in seen for value in read[counted.facet](p)]
        assert {c.value: c.people for c in counted.choices} == {value: values.count(value) for value in set(values)}


@settings(max_examples=40, deadline=None)
@given(population=st.lists(people, min_size=1, max_size=12), sort=st.sampled_from(PeopleSort), size=st.integers(1, 5))
def test_pages_of_any_size_are_the_list_in_order(population: list[PersonDocument], sort: PeopleSort, size: int) -> None:
    viewer = SearchViewer(user_id=USERS[0], sees_private=True)
    search = Search(indexed(population), viewer, SearchQuery(), NOW)

    def key(p: PersonDocument) -> int:
        if sort is PeopleSort.ADDED:
            return p.added_at
        return -1 if p.last_activity_at is None else p.last_activity_at

    ordered = sorted(((key(p), 1000 + n) for n, p in enumerate(population)), reverse=True)
    assert everybody(search, sort, size) == [UUID(int=id_) for _, id_ in ordered]
