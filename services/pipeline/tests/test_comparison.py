"""The slow comparison of everything with the ATS finds what no webhook reported, and distrusts implausible answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import CompareWithAts, ComparisonState, SyncStatus
from rapport.contracts.refusals import Forbidden
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.identity import new_id
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.web.http import listening
from rapport.local import ports
from rapport.local.waiting import eventually
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.connectors.greenhouse.records import PATHS, GreenhouseMapper
from rapport.pipeline.domain.drift import Finding, judge
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.recording import record_changes
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.settings import PipelineSettings
from rapport.pipeline.store import SQL, applications, sync
from rapport.pipeline.sync.comparison import ComparisonWorker
from rapport.pipeline.sync.endings import EndReason
from services.pipeline.tests.support.raw_ingest import RawIngest

_LONG_AGO = "2026-03-01T00:00:00Z"
_PER_PAGE = 7
Record = dict[str, Any]


@dataclass
class Ats:
    """An ATS that lists records page by page, and can be made to answer oddly."""

    lists: dict[str, dict[int, Record]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    """Ids that lists leave out by mistake; asked for by its id, a record is there."""
    forbidden: set[str] = field(default_factory=set)
    """Lists that the account keeps from us."""
    answers_by_ids: bool = True
    gone_pages: int = 0
    outages: int = 0
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def application(self) -> web.Application:
        served = web.Application()
        served.add_routes([web.post("/token", self._token), web.get("/v3/{collection}", self._list)])
        return served

    async def _token(self, _: web.Request) -> web.Response:
        good_until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        return web.json_response({"access_token": "t", "expires_at": good_until})

    async def _list(self, request: web.Request) -> web.Response:
        collection, query = request.match_info["collection"], dict(request.query)
        self.requests.append((collection, query))
        if self.outages:
            self.outages -= 1
            return web.json_response({"message": "cannot be read"}, status=422)
        if collection in self.forbidden:
            return web.json_response({"message": "Not permitted"}, status=403)
        known = self.lists.get(collection, {})
        if "ids" in query:
            wanted = [int(each) for each in query["ids"].split(",")]
            return web.json_response([known[n] for n in wanted if n in known] if self.answers_by_ids else [])
        if "cursor" in query and self.gone_pages:
            self.gone_pages -= 1
            return web.json_response({"message": "Invalid cursor."}, status=422)
        shown = [record for n, record in sorted(known.items()) if n not in self.hidden]
        start = int(query.get("cursor", 0))
        headers = {}
        if start + _PER_PAGE < len(shown):
            headers["Link"] = f'<{request.url.with_query(cursor=start + _PER_PAGE)}>; rel="next"'
        return web.json_response(shown[start : start + _PER_PAGE], headers=headers)


class Compared:
    """A pipeline that holds what its ATS lists, and its comparison."""

    def __init__(self, ats: Ats, pipeline: Database, connection: Connection, session: aiohttp.ClientSession) -> None:
        self.ats, self.pipeline, self.connection, self.session = ats, pipeline, connection, session
        self.mapper = GreenhouseMapper(connection)
        self.ingest = RawIngest(self.connector())
        self.worker = self.started()

    def connector(self) -> GreenhouseConnector:
        return GreenhouseConnector(self.connection, self.session)

    def started(self, *, every: float = 0.0) -> ComparisonWorker:
        """A worker as a process begins with it."""
        settings = PipelineSettings.model_construct(
            ats_poll_seconds=1.0, ats_lag_seconds=1.0, ats_compare_seconds=every, ats_compare_pause_seconds=0.0
        )
        return ComparisonWorker(self.connector(), self.pipeline, self.ingest, settings)

    async def hold(self, collection: str, *records: Record) -> None:
        """Both sides have these."""
        self.ats.lists.setdefault(PATHS[Collection(collection)], {}).update({r["id"]: r for r in records})
        async with self.pipeline.work("acme", actor="ats", cause="sync") as unit:
            await self.ingest.raw(unit, collection, records)
            if collection == "applications":
                ids = [self.mapper.id("applications", r["id"]) for r in records]
                await record_changes(unit, await applications.lock_applications(unit, ids))

    async def ask(self, *, accept: bool = False) -> None:
        async with self.pipeline.work("acme", actor="user", cause="test") as unit:
            await unit.execute(SQL["request_comparison"], "greenhouse", unit.now)
            if accept:
                await unit.execute(SQL["accept_missing"], "greenhouse")

    async def compare(self, *, accept: bool = False) -> Any:
        """Ask for a comparison and let it run to its end; answers what it found."""
        await self.ask(accept=accept)
        while await self.worker.step():
            pass
        return await self.status()

    async def status(self) -> Any:
        async with self.pipeline.read_session("acme") as session:
            response = await session.fetchval(SQL["sync_status"], ["greenhouse"], ["greenhouse"])
        return SyncStatus.model_validate_json(response).connections[0].comparison

    async def found(self, collection: str) -> tuple[int, int, int]:
        """Missing there, missing here, different."""
        [one] = [each for each in (await self.status()).collections if each.name == collection]
        return one.missing_there, one.missing_here, one.different

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        async with self.pipeline.read_session("acme") as session:
            return [tuple(row) for row in await session.fetch(Statement(statement))]

    async def drift(self) -> list[dict[str, Any]]:
        rows = await self.rows("SELECT body FROM outbox WHERE subject LIKE '%.pipeline.sync.drift_found.v1'")
        return [json.loads(row[0])["data"] for row in rows]


def person(number: int, **more: Any) -> Record:
    name = {"id": number, "first_name": f"N{number}", "last_name": "Example"}
    return name | {"created_at": _LONG_AGO, "updated_at": _LONG_AGO} | more


def application(number: int, candidate: int, **more: Any) -> Record:
    times = dict.fromkeys(("created_at", "updated_at", "current_stage_at", "last_activity_at"), _LONG_AGO)
    return {"id": number, "candidate_id": candidate, "job_id": 3, "stage_id": 31, "status": "active"} | times | more


@pytest_asyncio.fixture
async def compared(pipeline: Database, connection: Connection) -> AsyncIterator[Compared]:
    """Thirty people, each of whom has applied for one job; the first reading of everything is over."""
    ats = Ats()
    async with listening(ats.application(), ports.LOOPBACK, 0) as port, aiohttp.ClientSession() as session:
        address = f"http://{ports.LOOPBACK}:{port}"
        known = connection.model_copy(update={"base_url": f"{address}/v3", "token_url": f"{address}/token"})
        compared = Compared(ats, pipeline, known, session)
        async with pipeline.work("acme", actor="ats", cause="test") as unit:
            await sync.begin_run(unit, "greenhouse", "greenhouse", full=True, collections=[])
            await unit.execute(SQL["finish_run"], "greenhouse", unit.now)
        await compared.hold("departments", *({"id": n, "name": f"D{n}"} for n in (41, 42)))
        job = {"id": 3, "name": "Engineer", "status": "open", "created_at": _LONG_AGO, "updated_at": _LONG_AGO}
        await compared.hold("jobs", job)
        await compared.hold("job_stages", {"id": 31, "job_id": 3, "name": "Screen", "sort_order": 0})
        await compared.hold("people", *(person(n) for n in range(1, 31)))
        await compared.hold("applications", *(application(100 + n, n) for n in range(1, 31)))
        async with pipeline.work("acme", actor="ats", cause="sync") as unit:
            await compared.ingest.publish_jobs(unit)
        yield compared


async def test_a_comparison_without_differences_publishes_nothing(compared: Compared) -> None:
    status = await compared.compare()
    assert status.state is ComparisonState.IDLE
    assert {(c.missing_there, c.missing_here, c.different) for c in status.collections} == {(0, 0, 0)}
    assert {(c.name, c.read, c.expected) for c in status.collections if c.read} == {
        ("departments", 2, 2),
        ("jobs", 1, 1),
        ("job_stages", 1, 1),
        ("people", 30, 30),
        ("applications", 30, 30),
    }
    assert await compared.drift() == []
    assert await compared.rows("SELECT 1 FROM comparison_seen") == []


async def test_a_deletion_without_a_webhook_is_found_and_applied(compared: Compared) -> None:
    del compared.ats.lists["candidates"][4]
    del compared.ats.lists["applications"][104]
    del compared.ats.lists["applications"][105]
    await compared.compare()
    assert await compared.found("people") == (1, 0, 0)
    assert await compared.found("applications") == (1, 0, 0)
    assert len(await compared.rows("SELECT 1 FROM board_card")) == 28
    assert await compared.rows("SELECT first_name FROM person WHERE external_id = '4'") == [("",)]
    events = await compared.rows(
        "SELECT subject, body FROM outbox WHERE subject LIKE '%.removed.v1' OR subject LIKE '%.erased.v1' ORDER BY 1"
    )
    reasons = [json.loads(body)["data"]["reason"] for _, body in events]
    assert reasons.count("absent") == 2
    assert reasons.count("person_deleted") == 1
    assert await compared.drift() == [
        {"compared": 61, "missing_there": 2, "missing_here": 0, "different": 0, "stopped": False}
    ]


async def test_an_answer_about_oneself_that_was_taken_back_is_gone_after_a_comparison(compared: Compared) -> None:
    times = {"created_at": _LONG_AGO, "updated_at": _LONG_AGO}
    await compared.hold("demographic_questions", {"id": 2, "name": "May we?"} | times)
    of = {"demographic_question_id": 2} | times
    await compared.hold("demographic_options", *({"id": n, "name": f"Option {n}"} | of for n in range(21, 41)))
    answered = {"demographic_question_id": 2, "demographic_answer_option_id": 21} | times
    await compared.hold("demographic_answers", *({"id": n, "application_id": 100 + n} | answered for n in range(1, 11)))
    del compared.ats.lists["demographic_answers"][4]
    del compared.ats.lists["demographic_answer_options"][21]

    await compared.compare()
    assert await compared.found("demographic_answers") == (1, 0, 0)
    kept = await compared.rows("SELECT external_id::int FROM demographic_answer WHERE option_id IS NOT NULL ORDER BY 1")
    assert kept == [(n,) for n in range(1, 11) if n != 4]
    # That there was one is remembered, and is no difference to the ATS.
    assert await compared.rows("SELECT count(*)::int FROM demographic_answer") == [(10,)]
    await compared.compare()
    assert await compared.found("demographic_answers") == (0, 0, 0)
    # What could be answered stays known.
    retired = await compared.rows("SELECT name FROM demographic_option WHERE NOT active")
    assert retired == [("Option 21",)]
    assert await compared.rows("SELECT count(*)::int FROM demographic_option") == [(20,)]


async def test_what_the_ats_keeps_from_us_is_not_compared_and_the_rest_is(compared: Compared) -> None:
    compared.ats.forbidden = {"demographic_question_sets", "demographic_questions", "demographic_answers"}
    del compared.ats.lists["candidates"][4]
    del compared.ats.lists["applications"][104]

    status = await compared.compare()
    assert status.state is ComparisonState.IDLE
    assert await compared.found("people") == (1, 0, 0)


async def test_a_record_missing_from_a_page_is_checked_by_id_and_stays(compared: Compared) -> None:
    compared.ats.hidden = {5, 105}
    await compared.compare()
    assert await compared.found("people") == (0, 0, 0)
    assert len(await compared.rows("SELECT 1 FROM board_card")) == 30


async def test_missing_and_different_records_are_corrected(compared: Compared) -> None:
    compared.ats.lists["candidates"][99] = person(99)
    compared.ats.lists["candidates"][7]["title"] = "Surgeon"
    compared.ats.lists["departments"][41]["name"] = "Creation"
    compared.ats.lists["departments"][41]["updated_at"] = _LONG_AGO
    await compared.compare()
    assert await compared.found("people") == (0, 1, 1)
    assert await compared.found("departments") == (0, 0, 1)
    assert await compared.rows("SELECT title FROM person WHERE external_id = '7'") == [("Surgeon",)]
    assert await compared.rows("SELECT first_name FROM person WHERE external_id = '99'") == [("N99",)]


async def test_a_recent_change_is_ingested_and_not_counted_as_drift(compared: Compared) -> None:
    just_now = datetime.now(UTC).isoformat()
    compared.ats.lists["candidates"][7] = person(7, title="Surgeon", updated_at=just_now)
    await compared.compare()
    assert await compared.found("people") == (0, 0, 0)
    assert await compared.rows("SELECT title FROM person WHERE external_id = '7'") == [("Surgeon",)]


async def test_a_record_ended_by_mistake_is_restored(compared: Compared) -> None:
    async with compared.pipeline.work("acme", actor="ats", cause="test") as unit:
        for collection, number in (("applications", 105), ("departments", 41), ("people", 6)):
            id_ = compared.mapper.id(collection, number)
            await compared.ingest.endings.end(unit, collection, [id_], EndReason.ABSENT)
        await unit.execute(Statement("UPDATE ended_record SET ended_at = now() - interval '1 hour'"))
    await compared.compare()
    assert len(await compared.rows("SELECT 1 FROM board_card")) == 30
    assert await compared.rows("SELECT name FROM department ORDER BY 1") == [("D41",), ("D42",)]
    assert await compared.rows("SELECT first_name FROM person WHERE external_id = '6'") == [("N6",)]


async def test_an_erased_person_is_not_restored_by_a_comparison(compared: Compared) -> None:
    async with compared.pipeline.work("acme", actor="ats", cause="test") as unit:
        await compared.ingest.endings.erase(unit, [compared.mapper.id("people", 6)], EndReason.ANONYMIZED)
        await unit.execute(Statement("UPDATE ended_record SET ended_at = now() - interval '1 hour'"))
    await compared.compare()
    assert await compared.rows("SELECT first_name FROM person WHERE external_id = '6'") == [("",)]
    assert await compared.found("people") == (0, 0, 0)


# What is not believed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", [0, 1, 15])
async def test_too_many_missing_records_stop_the_comparison_until_an_operator_confirms(
    compared: Compared, left: int, caplog: pytest.LogCaptureFixture
) -> None:
    compared.ats.lists["candidates"] = {n: r for n, r in compared.ats.lists["candidates"].items() if n <= left}
    status = await compared.compare()
    assert status.state is ComparisonState.STOPPED
    assert len(await compared.rows("SELECT 1 FROM board_card")) == 30
    assert [r.levelname for r in caplog.records if "people" in r.getMessage()] == ["ERROR"]
    assert [each["stopped"] for each in await compared.drift()] == [True]

    status = await compared.compare(accept=True)
    assert status.state is ComparisonState.IDLE
    assert await compared.found("people") == (30 - left, 0, 0)
    assert len(await compared.rows("SELECT 1 FROM board_card")) == left
    # What was accepted was accepted once.
    assert await compared.rows("SELECT accept_missing FROM comparison") == [(False,)]


async def test_a_response_by_ids_that_omits_known_records_is_not_trusted(compared: Compared) -> None:
    compared.ats.hidden, compared.ats.answers_by_ids = {5}, False
    status = await compared.compare()
    assert status.state is ComparisonState.STOPPED
    assert len(await compared.rows("SELECT 1 FROM board_card")) == 30


async def test_nothing_ends_after_a_page_with_a_record_without_id(compared: Compared) -> None:
    del compared.ats.lists["candidates"][4]
    compared.ats.lists["candidates"][998] = {"first_name": "Nobody"}
    status = await compared.compare()
    assert status.state is ComparisonState.IDLE
    assert await compared.found("people") == (0, 0, 0)
    assert len(await compared.rows("SELECT 1 FROM person_document")) == 30


@given(
    absent=st.integers(0, 1000),
    ended=st.integers(0, 1000),
    expected=st.integers(0, 100_000),
    any_seen=st.booleans(),
    partial=st.booleans(),
)
def test_nothing_ends_on_an_empty_or_partial_response_or_beyond_a_small_share(
    absent: int, ended: int, expected: int, any_seen: bool, partial: bool
) -> None:
    found = judge(absent=absent, ended=ended, expected=expected, any_seen=any_seen, partial=partial, accepted=False)
    if found is Finding.GONE:
        assert not partial
        assert any_seen or not absent
        assert absent + ended <= max(10, 0.02 * expected)


# How it goes ---------------------------------------------------------------------------------------------------


async def test_an_interrupted_comparison_resumes_where_it_stopped(compared: Compared) -> None:
    del compared.ats.lists["applications"][104]
    await compared.ask()
    steps = 0
    while await compared.worker.step():
        steps += 1
        if steps % 5 == 0:
            compared.worker = compared.started()  # another process
    assert await compared.found("applications") == (1, 0, 0)
    # Every page was asked for once.
    pages = [(c, q.get("cursor", "")) for c, q in compared.ats.requests if "ids" not in q]
    assert len(pages) == len(set(pages))


async def test_a_step_makes_at_most_one_request(compared: Compared) -> None:
    await compared.ask()
    asked = 0
    while await compared.worker.step():
        assert len(compared.ats.requests) - asked <= 1
        asked = len(compared.ats.requests)


async def test_a_collection_whose_page_token_expired_is_compared_from_the_beginning(compared: Compared) -> None:
    compared.ats.gone_pages = 1
    await compared.compare()
    [candidates] = [c for c in (await compared.status()).collections if c.name == "people"]
    assert (candidates.read, candidates.missing_there) == (30, 0)


async def test_the_first_comparison_is_due_after_an_interval_and_never_during_the_first_sync(
    compared: Compared,
) -> None:
    worker = compared.started(every=3600)
    assert not await worker.step()
    async with compared.pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(Statement("UPDATE comparison SET started_at = now() - interval '2 hours'"))
        await unit.execute(Statement("UPDATE sync_run SET finished_at = NULL"))
    assert not await worker.step()
    async with compared.pipeline.work("acme", actor="ats", cause="test") as unit:
        await unit.execute(Statement("UPDATE sync_run SET finished_at = now()"))
    assert await worker.step()


async def test_an_unapplied_ending_is_settled_by_the_next_comparison(compared: Compared) -> None:
    async with compared.pipeline.work("acme", actor="ats", cause="test") as unit:
        body = b'{"action":"delete_candidate","payload":{}}'
        await unit.execute(
            SQL["store_delivery"], "greenhouse", "d-1", "delete_candidate", body, unit.now, "failed", None, None, None
        )
        await unit.execute(SQL["mark_ending_unapplied"], "greenhouse", "d-1")
    await compared.compare()
    assert await compared.rows("SELECT unapplied_ending FROM delivery") == [(False,)]


async def test_a_comparison_slows_down_near_the_rate_limit_and_survives_refusals(compared: Compared) -> None:
    compared.ats.outages = 1
    await compared.ask()
    running = asyncio.create_task(compared.started().run())

    async def done() -> bool:
        status = await compared.status()
        return status.finished_at is not None

    await eventually(done, within=60, what="the end of the comparison")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(await compared.rows("SELECT 1 FROM board_card")) == 30


@pytest.mark.parametrize(("role", "refused"), [(Role.RECRUITER, True), (Role.ADMIN, False)])
async def test_only_admins_may_accept_missing_records(
    pipeline: Database, connection: Connection, role: Role, refused: bool
) -> None:
    requests = PipelineRequests(pipeline, [connection], move_queued=lambda _: None, run_requested=lambda _: None)
    context = RequestContext(
        Viewer(org_id=connection.org_id, user_id=UserId(new_id()), roles=frozenset({role})), "request:1"
    )
    wanted = CompareWithAts(connection=connection.name, accept_missing=True)
    result = await requests.compare_with_ats(wanted, context)
    assert isinstance(result, Forbidden) is refused
    accepted = Statement("SELECT accept_missing FROM comparison")
    async with pipeline.read_session(connection.org_id) as session:
        assert [row["accept_missing"] for row in await session.fetch(accepted)] == ([] if refused else [True])
    plain = await requests.compare_with_ats(CompareWithAts(connection=connection.name), context)
    assert not isinstance(plain, Forbidden)
