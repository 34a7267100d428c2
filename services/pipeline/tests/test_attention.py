"""Flags in the database: raised, escalated, snoozed and cleared once each, whatever happens in between."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    ActivityEntry,
    ActivityKind,
    AttentionSettings,
    Flag,
    FlagCounts,
    FlagPage,
    GetAttention,
    GetAttentionCounts,
    GetAttentionSettings,
    GetBoard,
    RecordAbsence,
    RemoveWorkingHours,
    SetThreshold,
    SetWorkingHours,
    SnoozeFlag,
)
from rapport.contracts.refusals import Forbidden, Invalid, NotFound
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import AttentionReason, Severity
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.attention import AttentionRequests, AttentionWorker
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import activity
from rapport.pipeline.store import attention as store
from rapport.testing import DatabaseFactory
from services.pipeline.tests.support.raw_ingest import RawIngest
from services.pipeline.tests.support.read_ats import AT, TIMES, ReadAts, application

_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
_EVENTS = Statement(
    "SELECT aggregate_version, body FROM outbox WHERE subject LIKE '%.attention_changed.v1' ORDER BY aggregate_version"
)
_VERSIONS = Statement("SELECT aggregate_version FROM outbox WHERE aggregate_id = $1 ORDER BY aggregate_version")
_ANN, _BEN = (UserId(UUID(int=n)) for n in (1, 2))


class Clock:
    """The time that units of work say it is."""

    def __init__(self) -> None:
        self.now = _MONDAY + timedelta(hours=10)

    def __call__(self) -> datetime:
        return self.now


class Attended(ReadAts):
    """An ATS that is read, the worker that looks at its applications, and what users ask."""

    def __init__(self, pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper, clock: Clock) -> None:
        super().__init__(pipeline, ingest, mapper)
        self.clock = clock
        self.worker = AttentionWorker(pipeline, ["acme"])
        self.requests = AttentionRequests(pipeline)

    async def at(self, now: datetime) -> list[tuple[str, str, str]]:
        """It is that late, and everything due was looked at; what was told since the beginning."""
        self.clock.now = now
        while await self.worker.step():
            pass
        return await self.told()

    async def told(self) -> list[tuple[str, str, str]]:
        """Of each event the change, the reason and the severity."""
        async with self.pipeline.read_session("acme") as session:
            rows = await session.fetch(_EVENTS)
        said = [json.loads(row["body"])["data"] for row in rows]
        return [(each["change"], each["reason"], each["severity"]) for each in said]

    async def versions(self) -> list[int]:
        async with self.pipeline.read_session("acme") as session:
            return [row[0] for row in await session.fetch(_VERSIONS, self.application_id)]

    async def flags(self, user: UserId = _ANN, role: Role = Role.RECRUITER, **filters: Any) -> FlagPage:
        answer = await self.requests.get_attention(GetAttention(**filters), _context(user, role))
        assert isinstance(answer, str)
        return FlagPage.model_validate_json(answer)

    async def counts(self, user: UserId = _ANN, role: Role = Role.RECRUITER, **filters: Any) -> FlagCounts:
        answer = await self.requests.get_attention_counts(GetAttentionCounts(**filters), _context(user, role))
        return FlagCounts.model_validate_json(answer)

    async def flag(self, reason: AttentionReason, **filters: Any) -> Flag:
        [flag] = [edge.node for edge in (await self.flags(**filters)).edges if edge.node.reason is reason]
        return flag


def _context(user: UserId = _ANN, role: Role = Role.RECRUITER) -> RequestContext:
    return RequestContext(Viewer(org_id="acme", user_id=user, roles=frozenset({role})), "key")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def pipeline(database: DatabaseFactory, clock: Clock) -> AsyncIterator[Database]:
    made: Any = await database("pipeline")
    async with open_database(made.url, service="pipeline", clock=clock) as opened:
        yield opened


@pytest_asyncio.fixture
async def ats(pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper, clock: Clock) -> Attended:
    """Somebody who came to the onsite stage on Sunday; Ann recruits, nobody has arranged anything."""
    ats = Attended(pipeline, ingest, mapper, clock)
    await ats.read("jobs", {"id": 3, "name": "Engineer", "status": "open"} | TIMES)
    await ats.read("job_stages", {"id": 31, "job_id": 3, "name": "Onsite", "sort_order": 1})
    await ats.read("people", {"id": 2, "first_name": "Kate", "last_name": "Austen"} | TIMES)
    await ats.read("applications", application(1))
    await ats.compare(1)
    return ats


_SCHEDULING = ("raised", "scheduling_owed", "yellow")


async def test_what_is_late_is_told_once_and_then_that_it_is_too_late(ats: Attended) -> None:
    """24 hours of working time are three days, 36 are four and a half."""
    assert await ats.at(_MONDAY + timedelta(days=2, hours=16, minutes=59)) == []
    wednesday = _MONDAY + timedelta(days=2, hours=17)
    assert await ats.at(wednesday) == [_SCHEDULING]
    assert await ats.at(wednesday + timedelta(hours=10)) == [_SCHEDULING]
    told = await ats.at(_MONDAY + timedelta(days=4, hours=13))
    assert told == [_SCHEDULING, ("escalated", "scheduling_owed", "red")]
    assert await ats.versions() == [1, 2, 3], "each is a version of the application"


async def test_a_card_shows_what_matters_most_until_it_is_settled(ats: Attended) -> None:
    """The board, the list of what needs attention and its counts say the same."""
    await ats.at(_MONDAY + timedelta(days=5))
    page = await ats.flags(job_id=ats.mapper.id("jobs", 3))
    assert [(edge.node.reason, edge.node.severity) for edge in page.edges] == [
        (AttentionReason.SCHEDULING_OWED, Severity.RED),
        (AttentionReason.SILENCE, Severity.YELLOW),
    ]
    assert await ats.counts(job_id=ats.mapper.id("jobs", 3)) == FlagCounts(red=1, yellow=1, snoozed=0)
    assert await _shown(ats) == {"red": 1, "yellow": 1, "reason": "scheduling_owed"}
    interview = {"id": 71, "application_id": 1, "status": "scheduled", "starts_at": "2026-04-01T09:00:00Z"}
    await ats.read("interviews", interview | {"ends_at": "2026-04-01T10:00:00Z"})
    told = await ats.at(_MONDAY + timedelta(days=5, hours=1))
    assert told[-1] == ("cleared", "scheduling_owed", "red")
    assert await _shown(ats) == {"red": 0, "yellow": 1, "reason": "silence"}


async def _shown(ats: Attended) -> dict[str, Any] | None:
    boards = PipelineRequests(ats.pipeline, [], move_queued=lambda _: None, run_requested=lambda _: None)
    board = await boards.get_board(GetBoard(job_id=ats.mapper.id("jobs", 3)), _context())
    assert isinstance(board, str)
    [column] = json.loads(board)["columns"]
    said = column["cards"]["edges"][0]["node"].get("attention")
    return said and {"red": said["red"], "yellow": said["yellow"], "reason": said["first"]["reason"]}


async def test_what_ends_needs_no_attention(ats: Attended) -> None:
    """Its end is an event: its flags have none, and are deleted; reopened, they are raised again."""
    raised = await ats.at(_MONDAY + timedelta(days=5))
    await ats.read("applications", application(1, status="rejected", rejected_at=AT, updated_at="2026-03-08T00:00:00Z"))
    await ats.compare(1)
    assert await ats.at(_MONDAY + timedelta(days=6)) == raised
    assert (await ats.counts()).red == 0
    await ats.read("applications", application(1, updated_at="2026-03-09T00:00:00Z"))
    await ats.compare(1)
    assert (await ats.at(_MONDAY + timedelta(days=7)))[len(raised) :] != []


@pytest.mark.parametrize("kind", [ActivityKind.MESSAGE_SENT, ActivityKind.REPLY_RECEIVED])
async def test_a_message_ends_the_silence(ats: Attended, kind: ActivityKind) -> None:
    """Somebody wrote, or they did."""
    at = _MONDAY + timedelta(days=5)
    assert ("raised", "silence", "yellow") in await ats.at(at)
    async with ats.pipeline.work("acme", actor="system:activity", cause="event") as unit:
        entry = ActivityEntry(
            id=UUID(int=5),
            kind=kind,
            person_id=ats.mapper.id("people", 2),
            occurred_at=at,
            actor="system:test",
        )
        await activity.add(unit, [entry])
    assert ("cleared", "silence", "yellow") in await ats.at(at)


async def test_a_snoozed_flag_is_nobodys_until_it_comes_back(ats: Attended) -> None:
    """It is shown where one asks for it, and counted by itself."""
    friday = _MONDAY + timedelta(days=4, hours=15)
    await ats.at(friday)
    flag = await ats.flag(AttentionReason.SCHEDULING_OWED)
    until = friday + timedelta(days=4)
    request = SnoozeFlag(flag_id=flag.id, until=until, note="They are away until Tuesday")
    for _ in range(2):
        assert isinstance(await ats.requests.snooze_flag(request, _context()), str)
    told = await ats.at(friday + timedelta(hours=1))
    assert [each for each in told if each[0] == "snoozed"] == [("snoozed", "scheduling_owed", "red")]
    counts = await ats.counts()
    assert (counts.red, counts.snoozed) == (0, 1)
    snoozed = await ats.flag(AttentionReason.SCHEDULING_OWED, snoozed=True)
    assert (snoozed.snoozed_until, snoozed.snoozed_by, snoozed.snooze_note) == (until, _ANN, request.note)
    assert ("resumed", "scheduling_owed", "red") in await ats.at(until)
    assert (await ats.counts()).red >= 1


@pytest.mark.parametrize(
    ("until", "note", "path"),
    [
        (timedelta(hours=-1), "later", "until"),
        (timedelta(days=400), "later", "until"),
        (timedelta(days=1), None, "note"),
    ],
)
async def test_a_snooze_ends_within_a_year_and_says_why(
    ats: Attended, until: timedelta, note: str | None, path: str
) -> None:
    friday = _MONDAY + timedelta(days=5)
    await ats.at(friday)
    flag = await ats.flag(AttentionReason.SCHEDULING_OWED)
    request = SnoozeFlag(flag_id=flag.id, until=friday + until, note=note)
    refusal = await ats.requests.snooze_flag(request, _context())
    assert isinstance(refusal, Invalid)
    assert [problem.path for problem in refusal.problems] == [path]


async def test_who_is_on_no_team_sees_no_flags_and_snoozes_none(ats: Attended) -> None:
    """To a hiring manager of other jobs they do not exist."""
    friday = _MONDAY + timedelta(days=5)
    await ats.at(friday)
    flag = await ats.flag(AttentionReason.SCHEDULING_OWED)
    assert (await ats.flags(_BEN, Role.HIRING_MANAGER)).edges == ()
    assert await ats.counts(_BEN, Role.HIRING_MANAGER) == FlagCounts(red=0, yellow=0, snoozed=0)
    request = SnoozeFlag(flag_id=flag.id, until=friday + timedelta(days=1), note="later")
    assert isinstance(await ats.requests.snooze_flag(request, _context(_BEN, Role.HIRING_MANAGER)), NotFound)


async def test_thresholds_of_a_job_go_before_those_of_all(ats: Attended) -> None:
    """What is set holds for what is late already; taking it back brings the default back."""
    job = ats.mapper.id("jobs", 3)
    tuesday = _MONDAY + timedelta(days=1, hours=12)
    assert await ats.at(tuesday) == []
    admin = _context(_ANN, Role.ADMIN)
    everywhere = SetThreshold(reason=AttentionReason.SCHEDULING_OWED, yellow=8, red=100)
    assert isinstance(await ats.requests.set_threshold(everywhere, admin), AttentionSettings)
    assert await ats.at(tuesday) == [_SCHEDULING]
    of_job = SetThreshold(job_id=job, reason=AttentionReason.SCHEDULING_OWED, yellow=1, red=2)
    settings = await ats.requests.set_threshold(of_job, admin)
    assert isinstance(settings, AttentionSettings)
    set_ = [(t.job_id, t.yellow, t.red) for t in settings.thresholds if t.reason is AttentionReason.SCHEDULING_OWED]
    assert set_ == [(None, 8, 100), (job, 1, 2)]
    assert (await ats.at(tuesday))[-1] == ("escalated", "scheduling_owed", "red")
    for job_id in (job, None):
        back = SetThreshold(job_id=job_id, reason=AttentionReason.SCHEDULING_OWED)
        await ats.requests.set_threshold(back, admin)
    assert (await ats.at(tuesday))[-1] == ("cleared", "scheduling_owed", "red")
    unknown = SetThreshold(job_id=UUID(int=99), reason=AttentionReason.SILENCE, yellow=1, red=2)
    assert isinstance(await ats.requests.set_threshold(unknown, admin), NotFound)


_AS_BEFORE = RemoveWorkingHours(organisation=True)


async def test_hours_that_were_removed_do_not_decide_any_more(ats: Attended) -> None:
    admin = _context(_ANN, Role.ADMIN)
    before = await ats.requests.get_attention_settings(GetAttentionSettings(), admin)
    for organisation in (True, False):
        hours = SetWorkingHours(
            organisation=organisation, zone="Europe/Lisbon", weekdays=(7,), begins="09:00", ends="17:00"
        )
        changed = await ats.requests.set_working_hours(hours, admin)
        assert isinstance(changed, AttentionSettings)
        assert (changed.viewer is None) is organisation
        removed = await ats.requests.remove_working_hours(RemoveWorkingHours(organisation=organisation), admin)
        assert removed == before


async def test_working_hours_and_absences_decide_when_something_is_late(ats: Attended) -> None:
    """Hours of the organisation, then an absence of who must act."""
    await ats.read("people", {"id": 2, "first_name": "Kate", "last_name": "Austen", "recruiter_id": 9} | TIMES)
    wednesday = _MONDAY + timedelta(days=2, hours=17)
    hours = SetWorkingHours(
        organisation=True,
        zone="America/Los_Angeles",
        weekdays=(1, 2, 3, 4, 5),
        begins="09:00",
        ends="17:00",
        country="US",
    )
    assert isinstance(await ats.requests.set_working_hours(hours, _context()), Forbidden)
    assert isinstance(await ats.requests.set_working_hours(hours, _context(_ANN, Role.ADMIN)), AttentionSettings)
    assert await ats.at(wednesday) == []
    assert await ats.at(wednesday + timedelta(hours=8)) == [_SCHEDULING]
    assert isinstance(await ats.requests.remove_working_hours(_AS_BEFORE, _context()), Forbidden)
    flag = await ats.flag(AttentionReason.SCHEDULING_OWED)
    if flag.owner_id:
        absence = RecordAbsence(first_day=_MONDAY.date(), last_day=_MONDAY.date() + timedelta(days=2))
        await ats.requests.record_absence(absence, _context(UserId(flag.owner_id)))
        assert (await ats.at(wednesday + timedelta(hours=9)))[-1] == ("cleared", "scheduling_owed", "yellow")


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"zone": "../etc/passwd"}, "zone"),
        ({"country": "XX"}, "country"),
        ({"subdivision": "BY"}, "subdivision"),
        ({"country": "DE", "subdivision": "XX"}, "subdivision"),
    ],
)
async def test_places_that_do_not_exist_are_refused(ats: Attended, wrong: dict[str, Any], path: str) -> None:
    right = {"zone": "Europe/Berlin", "weekdays": (1,), "begins": "09:00", "ends": "17:00"}
    refusal = await ats.requests.set_working_hours(SetWorkingHours(**right | wrong), _context())
    assert isinstance(refusal, Invalid)
    assert [problem.path for problem in refusal.problems] == [path]


async def test_where_everything_is_red_a_snooze_still_ends_and_more_time_still_eases(ats: Attended) -> None:
    """Nothing more happens by time alone: it is looked at again all the same."""
    late = _MONDAY + timedelta(days=60)
    await ats.at(late)
    flag = await ats.flag(AttentionReason.SCHEDULING_OWED)
    until = late + timedelta(days=1)
    await ats.requests.snooze_flag(SnoozeFlag(flag_id=flag.id, until=until, note="later"), _context())
    await ats.at(late)
    assert ("resumed", "scheduling_owed", "red") in await ats.at(until)
    patient = SetThreshold(reason=AttentionReason.SCHEDULING_OWED, yellow=1, red=10_000)
    await ats.requests.set_threshold(patient, _context(_ANN, Role.ADMIN))
    assert (await ats.at(until))[-1] == ("eased", "scheduling_owed", "yellow")


async def test_what_is_closed_and_reopened_before_anybody_looks_is_told_anew(ats: Attended) -> None:
    """Who cleared its flags when it ended hears of them again, and the card shows them."""
    friday = _MONDAY + timedelta(days=5)
    raised = await ats.at(friday)
    closed = application(1, status="rejected", rejected_at=AT, updated_at="2026-03-08T00:00:00Z")
    for state in (closed, application(1, updated_at="2026-03-09T00:00:00Z")):
        await ats.read("applications", state)
        await ats.compare(1)
    assert (await ats.counts()).red == 0
    assert len((await ats.at(friday))[len(raised) :]) == (await ats.counts()).red + (await ats.counts()).yellow > 0
    assert await _shown(ats) is not None


async def test_nothing_is_late_for_a_job_that_is_closed(ats: Attended) -> None:
    """Until it is opened again."""
    friday = _MONDAY + timedelta(days=5)
    await ats.at(friday)
    for status, shown in (("closed", 0), ("open", 2)):
        await ats.read(
            "jobs", {"id": 3, "name": "Engineer", "status": status} | TIMES | {"updated_at": AT[:-4] + "9:59Z"}
        )
        async with ats.pipeline.work("acme", actor="ats", cause="sync") as unit:
            await store.look_at_all(unit, [ats.mapper.id("jobs", 3)])
        await ats.at(friday)
        counts = await ats.counts()
        assert counts.red + counts.yellow == shown


async def test_pages_hold_every_flag_once(ats: Attended) -> None:
    """Red before yellow, also across pages."""
    numbers = range(10, 17)
    people = ({"id": 100 + n, "first_name": "Sun", "last_name": "Kwon"} | TIMES for n in numbers)
    await ats.read("people", *people)
    await ats.read("applications", *(application(n, candidate_id=100 + n) for n in numbers))
    await ats.compare(*numbers)
    await ats.at(_MONDAY + timedelta(days=5))
    found: list[Flag] = []
    after: tuple[str, ...] | None = None
    while True:
        page = await ats.flags(page=Page(first=3, after=after))
        found += [edge.node for edge in page.edges]
        if not page.has_next:
            break
        after = page.edges[-1].cursor
    keys = [(flag.severity, flag.yellow_at, flag.id) for flag in found]
    assert keys == sorted(keys)
    counts = await ats.counts()
    assert len(set(keys)) == len(keys) == counts.red + counts.yellow == 16


async def test_two_workers_and_everything_that_changes_at_once_tell_each_thing_once(ats: Attended) -> None:
    """Cards are rendered and messages recorded while two workers look: nothing is lost, and nothing told twice."""
    numbers = range(10, 30)
    people = [{"id": 100 + n, "first_name": "Sun", "last_name": "Kwon"} | TIMES for n in numbers]
    await ats.read("people", *people)
    await ats.read("applications", *(application(n, candidate_id=100 + n) for n in numbers))
    await ats.compare(*numbers)
    at = _MONDAY + timedelta(days=5)
    ats.clock.now = at

    async def write_to(number: int) -> None:
        async with ats.pipeline.work("acme", actor="system:activity", cause="event") as unit:
            person = ats.mapper.id("people", 100 + number)
            entry = ActivityEntry(
                id=UUID(int=number),
                kind=ActivityKind.MESSAGE_SENT,
                person_id=person,
                occurred_at=at,
                actor="system:test",
            )
            await activity.add(unit, [entry])

    async def rename(batch: Sequence[dict[str, Any]]) -> None:
        await ats.read(
            "people", *(each | {"first_name": "Jin", "updated_at": "2026-03-03T00:00:00Z"} for each in batch)
        )

    other = AttentionWorker(ats.pipeline, ["acme"])
    await asyncio.gather(
        ats.worker.step(), other.step(), *(write_to(n) for n in numbers), rename(people[:10]), rename(people[10:])
    )
    told = await ats.at(at)
    assert len([each for each in told if each[:2] == ("raised", "scheduling_owed")]) == 21
    raised = len([each for each in told if each[:2] == ("raised", "silence")])
    cleared = len([each for each in told if each[:2] == ("cleared", "silence")])
    assert raised - cleared == 1, "of all but the one to whom nobody wrote"
    settings = await ats.requests.get_attention_settings(GetAttentionSettings(), _context())
    assert settings.organisation.zone == "UTC"
