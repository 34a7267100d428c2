"""What needs attention in 50,000 applications, looked at anew, and what somebody else's move waits meanwhile.

And a board of 2,000 cards, filtered and in the order of attention.

The worker and the requests are measured as the service runs them, without the gateway and the broker.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from statistics import median, quantiles
from uuid import UUID

from measuring import Report, Usage, a_server, numbers

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import BoardFilter, GetBoard, SetThreshold
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import AttentionReason, BoardOrder
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.attention import AttentionRequests, AttentionWorker
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import SQL, applications
from rapport.testing.databases import Templates

_APPLICATIONS, _SECONDS, _WAIT, _MEGABYTES = 50_000, 60, 1.0, 64
"""Of so many: seconds that looking at all may take and another's move may wait, and what memory may grow."""
_ON_ONE_BOARD = 2_000
_USERS, _JOBS, _STAGES = 300, 250, 6
_RENDERED_AT_ONCE = 1_000
_ROUNDS = 40
_MOVE_EVERY = 0.05

_COMPANY = (
    # Half of the users have said when they work, in several time zones.
    f"""
    INSERT INTO user_account (org_id, id, connection, external_id, name, email, site_admin, active)
    SELECT current_org(), lpad(u::text, 32, '0')::uuid, 'greenhouse', u::text, 'User ' || u, 'u' || u || '@example.com',
        false, true
    FROM generate_series(1, {_USERS}) AS u
    """,
    """
    INSERT INTO working_hours (org_id, user_id, zone, weekdays, begins, ends, country, changed_by, changed_at)
    SELECT org_id, id, (ARRAY['Europe/Berlin', 'America/New_York', 'Asia/Tokyo'])[1 + external_id::int % 3],
        '{1,2,3,4,5}', '09:00', '17:00', (ARRAY['DE', 'US', 'JP'])[1 + external_id::int % 3], id, now()
    FROM user_account WHERE external_id::int % 2 = 0
    """,
    f"""
    INSERT INTO job (org_id, id, connection, external_id, title, status, created_at)
    SELECT current_org(), md5('job ' || j)::uuid, 'greenhouse', j::text, 'Job ' || j, 'open', now() - interval '90 days'
    FROM generate_series(0, {_JOBS - 1}) AS j
    """,
    f"""
    INSERT INTO job_stage (org_id, id, job_id, external_id, name, kind, position, active)
    SELECT j.org_id, md5('stage ' || j.external_id || ' ' || s)::uuid, j.id, s::text, 'Stage ' || s,
        (ARRAY['applied', 'screen', 'interview', 'interview', 'onsite', 'offer'])[s + 1], s, true
    FROM job j, generate_series(0, {_STAGES - 1}) AS s
    """,
    f"""
    INSERT INTO job_team (org_id, id, connection, collection, job_id, user_id, role, responsible)
    SELECT j.org_id, gen_random_uuid(), 'greenhouse', 'job_owners', j.id,
        lpad((1 + (j.external_id::int * 7 + r.n) % {_USERS})::text, 32, '0')::uuid, r.role, true
    FROM job j, (VALUES (1, 'recruiter'), (2, 'coordinator'), (3, 'hiring_manager')) AS r (n, role)
    """,
)
_PEOPLE = (
    """
    INSERT INTO person (org_id, id, connection, external_id, first_name, last_name, title, company, emails, phones,
        links, tags, added_at, ats_updated_at)
    SELECT current_org(), md5('person ' || p)::uuid, 'greenhouse', p::text, 'First' || p, 'Last' || p % 977, 'Engineer',
        'Company ' || p % 311, '[]', '[]', '{}', '{}', now(), now()
    FROM generate_series(1, $1::int) AS p
    """,
    # The first of them are all of one job; of each stage, people have come over the last two weeks.
    f"""
    INSERT INTO application (org_id, id, connection, external_id, person_id, ats_person_id, applied_at,
        last_activity_at, job_id, stage_id, status, stage_entered_at, version, sync_since, ats_job_id, ats_stage_id,
        ats_status, ats_updated_at, unreconciled)
    SELECT a.org_id, md5('application ' || a.n)::uuid, 'greenhouse', a.n::text, a.person_id, a.person_id,
        a.at - interval '5 days', a.at, s.job_id, s.id, 'active', a.at, 1, a.at, s.job_id, s.id, 'active', a.at, false
    FROM (
        SELECT p.org_id, p.id AS person_id, p.external_id::int AS n,
            now() - make_interval(hours => p.external_id::int * 13 % 336) AS at
        FROM person p
    ) a
    JOIN job_stage s ON s.org_id = a.org_id AND s.id = md5('stage '
        || CASE WHEN a.n <= {_ON_ONE_BOARD} THEN 0 ELSE a.n % {_JOBS} END || ' ' || a.n % {_STAGES})::uuid
    """,
    """
    INSERT INTO interview (org_id, id, application_id, status, starts_at, ends_at)
    SELECT a.org_id, md5('interview ' || a.external_id)::uuid, a.id, 'awaiting_feedback',
        a.stage_entered_at + interval '1 hour', a.stage_entered_at + interval '2 hours'
    FROM application a WHERE a.external_id::int % 6 BETWEEN 1 AND 4
    """,
    f"""
    INSERT INTO interviewer (org_id, id, interview_id, user_id)
    SELECT a.org_id, gen_random_uuid(), md5('interview ' || a.external_id)::uuid,
        lpad((1 + (a.external_id::int * n) % {_USERS})::text, 32, '0')::uuid
    FROM application a, generate_series(1, 2) AS n WHERE a.external_id::int % 6 BETWEEN 1 AND 4
    """,
    """
    INSERT INTO scorecard (org_id, id, application_id, interview_id, user_id, submitted_at, rating)
    SELECT w.org_id, gen_random_uuid(), w.application_id, w.id, v.user_id, w.ends_at + interval '1 hour', 'yes'
    FROM interview w JOIN interviewer v ON v.org_id = w.org_id AND v.interview_id = w.id WHERE random() < 0.6
    """,
    """
    INSERT INTO offer (org_id, id, external_id, application_id, version, status, created_at, sent_at)
    SELECT a.org_id, gen_random_uuid(), a.external_id, a.id, 1, 'sent', a.stage_entered_at, a.stage_entered_at
    FROM application a WHERE a.external_id::int % 12 = 5
    """,
    """
    INSERT INTO activity (org_id, person_id, occurred_at, id, entry)
    SELECT a.org_id, a.person_id, a.stage_entered_at - make_interval(days => n), gen_random_uuid(),
        json_build_object('kind', (ARRAY['message_sent', 'stage_changed', 'note_added'])[n])
    FROM application a, generate_series(1, 3) AS n
    """,
)
_IDS = Statement("SELECT id FROM application ORDER BY id")
_FLAGS = Statement("SELECT count(*) FROM attention_flag")
_TOLD = Statement("SELECT count(*) FROM outbox")
_ONE = Statement("SELECT id FROM application ORDER BY id OFFSET $1 LIMIT 1")
_FIRST_JOB = Statement("SELECT md5('job 0')::uuid")
_ADMIN = RequestContext(Viewer(org_id="acme", user_id=UserId(UUID(int=1)), roles=frozenset({Role.ADMIN})), "benchmark")


async def _fill(database: Database, count: int) -> None:
    async with database.work("acme", actor="ats", cause="benchmark") as unit:
        for statement in _COMPANY:
            await unit.execute(Statement(statement))
        await unit.execute(Statement(_PEOPLE[0]), count)
        for statement in _PEOPLE[1:]:
            await unit.execute(Statement(statement))
        await unit.execute(SQL["refresh_statistics"])
        ids = [row["id"] for row in await unit.fetch(_IDS)]
    for first in range(0, count, _RENDERED_AT_ONCE):
        async with database.work("acme", actor="ats", cause="benchmark") as unit:
            await applications.render_cards(unit, ids[first : first + _RENDERED_AT_ONCE])
    # As after a first synchronisation.
    async with database.work("acme", actor="ats", cause="benchmark") as unit:
        await unit.execute(SQL["refresh_statistics"])


class _Move:
    """Somebody else, who locks one application after the other, as a move does."""

    def __init__(self, database: Database, count: int) -> None:
        self._database, self._count = database, count
        self.waited: list[float] = []

    async def go_on(self) -> None:
        for number in range(1, 1_000_000):
            async with self._database.read_session("acme") as session:
                [row] = await session.fetch(_ONE, number * 7919 % self._count)
            began = time.monotonic()
            async with self._database.work("acme", actor="user", cause="benchmark") as unit:
                await applications.lock_cards(unit, [row["id"]])
            self.waited.append(time.monotonic() - began)
            await asyncio.sleep(_MOVE_EVERY)


async def _count(database: Database, statement: Statement) -> int:
    async with database.read_session("acme") as session:
        return int(await session.fetchval(statement))


async def _look_at_all(report: Report, database: Database, count: int, what: str) -> tuple[float, float]:
    """Look at everything that is due; seconds that it took, and that somebody else's move waited at most."""
    worker, move = AttentionWorker(database, ["acme"]), _Move(database, count)
    told = await _count(database, _TOLD)
    moving = asyncio.create_task(move.go_on())
    began = time.monotonic()
    while await worker.step():
        pass
    took = time.monotonic() - began
    moving.cancel()
    await asyncio.gather(moving, return_exceptions=True)
    told = await _count(database, _TOLD) - told
    waited = max(move.waited)
    report.say(
        f"{what:34}{took:6.1f} s {count / took:7.0f}/s, {told:7,} events; a move meanwhile waits "
        f"{median(move.waited) * 1e3:3.0f} ms, at most {waited * 1e3:.0f} ms"
    )
    return took, waited


async def _boards(report: Report, database: Database) -> None:
    """A board of many cards, as it is, and filtered or ordered."""
    requests = PipelineRequests(database, [], move_queued=lambda _: None, run_requested=lambda _: None)
    async with database.read_session("acme") as session:
        job = await session.fetchval(_FIRST_JOB)
    plain = GetBoard(job_id=job, page=Page(first=50))
    attention = plain.model_copy(update={"order": BoardOrder.ATTENTION, "medians": True})
    asked = {
        "as it is": plain,
        "in the order of attention": attention,
        "with a flag, by words, with facets": attention.model_copy(
            update={
                "filter": BoardFilter(text="last1", reason=AttentionReason.FEEDBACK_OWED, quiet_days=3),
                "facets": True,
            }
        ),
    }
    for what, request in asked.items():
        took = [await _timed(lambda request=request: requests.get_board(request, _ADMIN)) for _ in range(_ROUNDS)]  # type: ignore[misc]
        report.say(f"{what:36}median {median(took) * 1e3:6.1f} ms, p95 {quantiles(took, n=20)[-1] * 1e3:6.1f} ms")


async def _timed(doing: Callable[[], Awaitable[object]]) -> float:
    began = time.monotonic()
    await doing()
    return time.monotonic() - began


async def main(count: int) -> None:
    """Look at that many applications, and print how it went."""
    report = Report("attention")
    with a_server() as postgres:
        database = await Templates(postgres).copy("pipeline", migrated=True)
        async with open_database(database.url, service="pipeline") as opened:
            await _fill(opened, count)
            report.say(f"{count:,} applications for {_JOBS} jobs, {_ON_ONE_BOARD:,} of them for one")
            usage = Usage(os.getpid())
            watching = asyncio.create_task(usage.watch())
            first, _ = await _look_at_all(report, opened, count, "for the first time")
            report.say(f"{await _count(opened, _FLAGS):,} flags")
            requests = AttentionRequests(opened)
            began = time.monotonic()
            await requests.set_threshold(
                SetThreshold(reason=AttentionReason.FEEDBACK_OWED, yellow=12.0, red=23.0), _ADMIN
            )
            set_in = time.monotonic() - began
            again, waited = await _look_at_all(report, opened, count, "after a threshold was set")
            watching.cancel()
            grown = usage.highest - usage.before
            report.say(f"setting it took {set_in:.2f} s; the process grew by {grown:.0f} MB")
            if count >= _APPLICATIONS:
                met = (max(first, again) < _SECONDS, waited < _WAIT, grown < _MEGABYTES)
                said = ["met" if each else "missed" for each in met]
                report.say(
                    f"aims: {_SECONDS} s {said[0]}, a move within {_WAIT:.0f} s {said[1]}, {_MEGABYTES} MB {said[2]}"
                )
            report.say()
            report.say(f"a board of {_ON_ONE_BOARD:,} cards, 50 of each column, from pipeline")
            await _boards(report, opened)
    report.end()


if __name__ == "__main__":
    asyncio.run(main(int(numbers(_APPLICATIONS)[0])))
