"""Lists of jobs: every filter, order, page and count of a choice is what a slow reading of the same jobs gives."""

import random
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import GetJobFacets, GetJobs, JobFacets, JobFilters, JobPage
from rapport.contracts.refusals import InputProblemCode, Invalid
from rapport.contracts.requests import MAX_CHOICES, Page
from rapport.contracts.vocabulary import JobSort, JobStatus
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import SQL
from rapport.testing import DatabaseFactory
from rapport.testing.statements import counted_statements

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_TITLES = (
    "Data Engineer",
    "data engineer",
    "Ingénieur données",
    "Zürich lead",
    "Ärztin",
    "50% Designer",
    "A_B",
    "Écriture",
)
_DEPARTMENTS = (None, "Engineering", "Éngineering", "People & Culture", "Sales")
_LOCATIONS = (None, "Berlin", "Zürich", "Data centre")
_WORDS = ("data", "ENG", "zurich", "%", "e", "berlin", "people culture", "a_b", "data berlin", "nothing")


@dataclass(frozen=True)
class SlowJob:
    """A job as the oracle knows it."""

    id: UUID
    title: str
    status: str
    department: str | None
    location: str | None
    opened_at: datetime | None
    created_at: datetime
    team: tuple[UUID, ...]
    cards: tuple[tuple[bool, int], ...]
    """Of each active application: whether the ATS disagrees, and the scorecards due."""
    active_at: tuple[datetime | None, ...]
    """When something last happened with each application."""
    openings: tuple[bool, ...] = ()
    """Of each opening: whether somebody fills it."""

    @property
    def sort_opened_at(self) -> datetime:
        return self.opened_at or self.created_at

    @property
    def last_activity_at(self) -> datetime:
        return max([self.sort_opened_at, *filter(None, self.active_at)])

    @property
    def needs_attention(self) -> bool:
        return any(conflicted or due for conflicted, due in self.cards)

    def key(self, sort: JobSort) -> tuple[Any, UUID]:
        keys: dict[JobSort, Any] = {
            JobSort.OPENED: self.sort_opened_at,
            JobSort.TITLE: _plain(self.title),
            JobSort.LAST_ACTIVITY: self.last_activity_at,
            JobSort.ACTIVE_APPLICATIONS: len(self.cards),
        }
        return keys[sort], self.id

    def passes(self, given: JobFilters, viewer: UUID | None, *, but: str = "") -> bool:
        """Whether it is listed; the filter ``but`` is not looked at."""
        words = _plain(given.text or "").split()
        about = " ".join(_plain(text or "") for text in (self.title, self.department, self.location))
        tests = {
            "viewer": viewer is None or viewer in self.team,
            "status": given.status in {None, self.status},
            "department": given.department in {None, self.department},
            "location": given.location in {None, self.location},
            "member_id": given.member_id is None or given.member_id in self.team,
            "needing_attention": self.needs_attention or not given.needing_attention,
            "text": all(word in about for word in words),
        }
        return all(passed for name, passed in tests.items() if name != but)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def _world(chance: random.Random, users: list[UUID]) -> list[SlowJob]:
    """Jobs with many ties in everything they are sorted by."""

    def some(most: int) -> range:
        return range(chance.choice((0, 0, 1, 1, 2, most)))

    def day() -> datetime:
        return _EPOCH + timedelta(days=chance.randrange(6), microseconds=chance.randrange(2))

    return [
        SlowJob(
            id=UUID(int=chance.getrandbits(128)),
            title=chance.choice(_TITLES),
            status=chance.choice(list(JobStatus)),
            department=chance.choice(_DEPARTMENTS),
            location=chance.choice(_LOCATIONS),
            opened_at=chance.choice((None, day())),
            created_at=day(),
            team=tuple(chance.sample(users, k=chance.randrange(len(users)))),
            cards=tuple((chance.random() < 0.1, chance.choice((0, 0, 0, 0, 2))) for _ in some(4)),
            active_at=tuple(chance.choice((None, day())) for _ in some(3)),
            openings=tuple(chance.random() < 0.4 for _ in some(5)),
        )
        for _ in range(70)
    ]


async def _stored(database: Database, jobs: list[SlowJob], users: list[UUID]) -> None:
    """The jobs as the sync stores them, with a removed one and a removed application that nothing may show."""
    names = {name: UUID(int=at + 1) for at, name in enumerate((*_DEPARTMENTS, *_LOCATIONS))}
    removed = UUID(int=99)
    async with database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', true)")
        for table, known in (("department", _DEPARTMENTS), ("office", _LOCATIONS)):
            await connection.executemany(
                f"INSERT INTO {table} (org_id, id, name) VALUES ('acme', $1, $2)",
                [(names[name], name) for name in known if name],
            )
        await connection.executemany(
            "INSERT INTO user_account (org_id, id, connection, external_id, name, email, site_admin, active)"
            " VALUES ('acme', $1, 'ats', $1::uuid::text, 'Kate', 'kate@example.com', false, true)",
            [(user,) for user in users],
        )
        await connection.executemany(
            "INSERT INTO job (org_id, id, connection, external_id, title, status, department_id, office_id, opened_at,"
            " created_at, removed_at) VALUES ('acme', $1, 'ats', '1', $2, $3, $4, $5, $6, $7, $8)",
            [
                (j.id, j.title, j.status, j.department and names[j.department], j.location and names[j.location],
                 j.opened_at, j.created_at, None)
                for j in jobs
            ] + [(removed, "Data Engineer", "open", names["Sales"], names["Berlin"], _EPOCH, _EPOCH, _EPOCH)],
        )  # fmt: skip
        # One is on the team twice, in two roles.
        await connection.executemany(
            "INSERT INTO job_team (org_id, id, job_id, user_id, role, responsible)"
            " VALUES ('acme', gen_random_uuid(), $1, $2, $3, false)",
            [(job, user, role) for job, user in [*((j.id, u) for j in jobs for u in j.team), (removed, users[0])]
             for role in ("recruiter", "sourcer")],
        )  # fmt: skip
        await connection.executemany(
            "INSERT INTO board_card (org_id, application_id, job_id, stage_id, stage_entered_at, card)"
            " VALUES ('acme', gen_random_uuid(), $1, $1, now(), json_build_object('sync', $2::text,"
            " 'scorecards_due', $3::integer))",
            [(j.id, "conflicted" if conflicted else "synced", due) for j in jobs for conflicted, due in j.cards],
        )
        await connection.executemany(
            "INSERT INTO application (org_id, id, connection, external_id, person_id, applied_at, last_activity_at,"
            " job_id, sync_since, removed_at, ats_job_id, ats_stage_id, ats_status, ats_updated_at,"
            " ats_person_id)"
            " VALUES ('acme', gen_random_uuid(), 'ats', '1', $1, now(), $2, $1, now(), $3, $1, $1, 'active', now(),"
            " $1)",
            [(j.id, at, None) for j in jobs for at in j.active_at]
            + [(j.id, _EPOCH + timedelta(days=900), _EPOCH) for j in jobs],
        )
        await connection.executemany(
            "INSERT INTO opening (org_id, id, job_id, application_id, status)"
            " VALUES ('acme', gen_random_uuid(), $1, CASE WHEN $2 THEN gen_random_uuid() END, 'open')",
            [(j.id, filled) for j in jobs for filled in j.openings],
        )


def _filters(chance: random.Random, users: list[UUID]) -> dict[str, Any]:
    """Few at a time, so that most lists hold something."""
    possible = {
        "status": chance.choice(list(JobStatus)),
        "department": chance.choice(("Engineering", "Sales", "People & Culture", "engineering")),
        "location": chance.choice(("Berlin", "Zürich", "nowhere")),
        "member_id": chance.choice(users),
        "needing_attention": True,
        "text": chance.choice(_WORDS),
        "mine": True,
    }
    return dict(chance.sample(list(possible.items()), k=chance.choice((0, 1, 1, 2, 3))))


def _context(user: UUID, *roles: Role) -> RequestContext:
    return RequestContext(Viewer(org_id="acme", user_id=UserId(user), roles=frozenset(roles)), "key")


def _requests(database: Database) -> PipelineRequests:
    return PipelineRequests(database, [], move_queued=lambda _: None, run_requested=lambda _: None)


async def _listed(requests: PipelineRequests, context: RequestContext, given: GetJobs) -> tuple[list[UUID], int | None]:
    """Every job of a list, page by page, and the total that each page says."""
    found: list[UUID] = []
    totals = set()
    page = given.page
    while True:
        answer = JobPage.model_validate_json(
            str(await requests.get_jobs(given.model_copy(update={"page": page}), context))
        )
        found += [edge.node.id for edge in answer.edges]
        totals.add(answer.total)
        if not answer.has_next:
            (total,) = totals
            return found, total
        assert len(answer.edges) == page.first
        page = Page(first=page.first, after=answer.edges[-1].cursor)


@pytest.mark.parametrize("seed", range(2))
async def test_every_list_and_every_count_is_what_a_slow_reading_of_the_jobs_gives(
    pipeline: Database, seed: int
) -> None:
    chance = random.Random(seed)
    users = [UUID(int=chance.getrandbits(128)) for _ in range(5)]
    jobs = _world(chance, users)
    await _stored(pipeline, jobs, users)
    requests = _requests(pipeline)
    lengths = []
    for _ in range(80):
        user, role = chance.choice(users), chance.choice((Role.RECRUITER, Role.HIRING_MANAGER))
        filters = JobFilters(**_filters(chance, users))
        viewer = user if role is Role.HIRING_MANAGER or filters.mine else None
        lengths.append(await _check_list(requests, chance, jobs, filters, viewer, _context(user, role)))
        await _check_facets(requests, jobs, filters, viewer, _context(user, role))
    assert sum(length > 3 for length in lengths) > 20


async def _check_list(
    requests: PipelineRequests,
    chance: random.Random,
    jobs: list[SlowJob],
    filters: JobFilters,
    viewer: UUID | None,
    context: RequestContext,
) -> int:
    sort, opposite, counted = chance.choice(list(JobSort)), chance.random() < 0.5, chance.random() < 0.5
    page = Page(first=chance.choice((1, 3, 50)))
    given = GetJobs(sort=sort, reversed=opposite, include_total=counted, page=page, **dict(filters))
    passing = [job for job in jobs if job.passes(filters, viewer)]
    passing.sort(key=lambda job: job.key(sort), reverse=(sort is JobSort.TITLE) is opposite)
    found, total = await _listed(requests, context, given)
    assert found == [job.id for job in passing], given
    assert total == (len(passing) if counted else None)
    return len(found)


async def _check_facets(
    requests: PipelineRequests, jobs: list[SlowJob], filters: JobFilters, viewer: UUID | None, context: RequestContext
) -> None:
    def left(but: str) -> list[SlowJob]:
        return [job for job in jobs if job.passes(filters, viewer, but=but)]

    answer = await requests.get_job_facets(GetJobFacets(**dict(filters)), context)
    facets = JobFacets.model_validate_json(str(answer))
    assert {c.status: c.jobs for c in facets.statuses} == Counter(job.status for job in left("status"))
    assert {c.name: c.jobs for c in facets.departments} == Counter(
        j.department for j in left("department") if j.department
    )
    assert {c.name: c.jobs for c in facets.locations} == Counter(j.location for j in left("location") if j.location)
    assert {c.user.id: c.jobs for c in facets.members} == Counter(m for job in left("member_id") for m in job.team)
    assert facets.needing_attention == sum(job.needs_attention for job in left("needing_attention"))
    counts = [choice.jobs for choice in facets.members]
    assert counts == sorted(counts, reverse=True)


async def test_a_job_says_its_seats_what_needs_attention_and_when_something_last_happened(pipeline: Database) -> None:
    chance = random.Random(7)
    users = [UUID(int=chance.getrandbits(128)) for _ in range(2)]
    jobs = _world(chance, users)
    await _stored(pipeline, jobs, users)
    request = GetJobs(page=Page(first=200))
    answer = str(await _requests(pipeline).get_jobs(request, _context(users[0], Role.ADMIN)))
    shown = {edge.node.id: edge.node for edge in JobPage.model_validate_json(answer).edges}
    for job in jobs:
        node = shown.pop(job.id)
        assert (node.active_applications, node.last_activity_at) == (len(job.cards), job.last_activity_at)
        assert (node.openings, node.openings_filled) == (len(job.openings), sum(job.openings))
        assert node.conflicts == sum(conflicted for conflicted, _ in job.cards)
        assert node.scorecards_due == sum(due for _, due in job.cards)
    assert not shown
    assert {len(job.openings) - sum(job.openings) for job in jobs} > {0, 1, 2}


async def test_a_cursor_that_no_page_gave_is_refused(pipeline: Database) -> None:
    for sort, key in (
        (JobSort.OPENED, "yesterday"),
        (JobSort.TITLE, "a\x00b"),
        (JobSort.LAST_ACTIVITY, "3"),
        (JobSort.ACTIVE_APPLICATIONS, "-1"),
        (JobSort.ACTIVE_APPLICATIONS, str(2**31)),
        (JobSort.ACTIVE_APPLICATIONS, "many"),
    ):
        request = GetJobs(sort=sort, page=Page(after=(key, str(UUID(int=1)))))
        refusal = await _requests(pipeline).get_jobs(request, _context(UUID(int=1), Role.ADMIN))
        assert isinstance(refusal, Invalid)
        assert [(p.path, p.code) for p in refusal.problems] == [("page.after", InputProblemCode.MALFORMED)]


async def test_a_title_longer_than_an_index_takes_is_stored_listed_and_found(pipeline: Database) -> None:
    title = "Überaus " * 2_000 + "needle"
    job = SlowJob(UUID(int=5), title, "open", None, None, None, _EPOCH, (), (), ())
    await _stored(pipeline, [job], [UUID(int=6)])
    for page in (Page(), Page(after=("a", str(UUID(int=0))))):
        request = GetJobs(sort=JobSort.TITLE, text="uberaus NEEDLE", page=page)
        assert (await _listed(_requests(pipeline), _context(UUID(int=6), Role.ADMIN), request))[0] == [job.id]


_MANY = (
    """
    INSERT INTO department (org_id, id, name)
    SELECT 'acme', md5('department' || n)::uuid, 'Department ' || n FROM generate_series(1, 150) n
    """,
    """
    INSERT INTO user_account (org_id, id, connection, external_id, name, email, site_admin, active)
    SELECT 'acme', md5('user' || n)::uuid, 'ats', n, 'User ' || n, n || '@example.com', false, true
    FROM generate_series(0, 149) n
    """,
    """
    INSERT INTO job (org_id, id, connection, external_id, title, status, department_id, opened_at, created_at)
    SELECT 'acme', md5('job' || n)::uuid, 'ats', n, 'Title ' || n % 90, 'open', md5('department' || n % 150)::uuid,
        now() - n * interval '1 day', now() - n * interval '1 day'
    FROM generate_series(1, 3000) n
    """,
    """
    INSERT INTO job_team (org_id, id, job_id, user_id, role, responsible)
    SELECT 'acme', gen_random_uuid(), md5('job' || n)::uuid, md5('user' || (n + m) % 150)::uuid, 'recruiter', false
    FROM generate_series(1, 3000) n CROSS JOIN generate_series(1, 3) m
    """,
    """
    INSERT INTO application (org_id, id, connection, external_id, person_id, applied_at, last_activity_at, job_id,
        sync_since, ats_job_id, ats_stage_id, ats_status, ats_updated_at, ats_person_id)
    SELECT 'acme', gen_random_uuid(), 'ats', n, gen_random_uuid(), now(), now() - n * interval '1 minute',
        md5('job' || n % 3000)::uuid, now(), gen_random_uuid(), gen_random_uuid(), 'active', now(), gen_random_uuid()
    FROM generate_series(1, 20000) n
    """,
    """
    INSERT INTO board_card (org_id, application_id, job_id, stage_id, stage_entered_at, card)
    SELECT org_id, id, job_id, id, now(), json_build_object('sync', 'synced', 'scorecards_due', n % 50 / 49,
        'text', repeat('x', 400))
    FROM (SELECT *, row_number() OVER () AS n FROM application) a WHERE n % 4 = 0
    """,
)


@pytest.fixture
async def crowded(pipeline: Database, database: DatabaseFactory) -> Database:
    """Three thousand jobs, and the planner knows it."""
    async with pipeline.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', true)")
        for statement in _MANY:
            await connection.execute(statement)
        await connection.execute("SELECT refresh_statistics()")
    return pipeline


_INDEXES = {
    "jobs_by_opened": ("'2024-06-01'", "job_by_opened"),
    "jobs_by_title": ("'title 40'", "job_by_title"),
    "jobs_by_activity": ("'2026-01-01'", "application_by_activity"),
    "jobs_by_active": ("2", "board_card_in_order"),
}


async def test_every_order_is_read_by_its_index_and_choices_look_at_few_cards(crowded: Database) -> None:
    for (statement, (place, index)), ascending, viewer in product(
        _INDEXES.items(), ("true", "false"), ("NULL", "md5('user7')::uuid")
    ):
        filters = f"{viewer}, 'open', NULL, NULL, NULL, false, '{{}}'"
        plan = await _plan(crowded, statement, f"{filters}, {ascending}, {place}, '{UUID(int=0)}', 20, false, {viewer}")
        assert f"using {index} " in plan, plan
        assert "Seq Scan on application" not in plan, plan
        assert "Seq Scan on board_card" not in plan, plan
    plan = await _plan(crowded, "get_job_facets", "NULL, 'open', NULL, NULL, NULL, false, '{}', 100, NULL")
    assert "board_card_needing_attention" in plan, plan
    assert "on application" not in plan, plan


async def test_lists_and_choices_are_one_statement_and_choices_are_bounded(crowded: Database) -> None:
    context = _context(UUID(int=1), Role.RECRUITER)
    requests = _requests(crowded)
    async with counted_statements(crowded.pool) as statements:
        for sort in JobSort:
            await requests.get_jobs(GetJobs(sort=sort, include_total=True, page=Page(first=200)), context)
        facets = orjson.loads(str(await requests.get_job_facets(GetJobFacets(), context)))
    assert statements == ["jobs_by_opened", "jobs_by_title", "jobs_by_activity", "jobs_by_active", "get_job_facets"]
    assert [len(facets[name]) for name in ("departments", "members")] == [MAX_CHOICES, MAX_CHOICES]


async def _plan(database: Database, statement: str, arguments: str) -> str:
    async with database.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', true)")
        await connection.execute(f"PREPARE looked_at AS {SQL[statement]}")
        rows: list[asyncpg.Record] = await connection.fetch(f"EXPLAIN EXECUTE looked_at ({arguments})")
        await connection.execute("DEALLOCATE looked_at")
    return "\n".join(row[0] for row in rows)
