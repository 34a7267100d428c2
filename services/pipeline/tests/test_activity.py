"""A person's activity feed, as far as each viewer sees it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import orjson
import pytest_asyncio

from rapport.contracts.events import Event, EventData, MessageStateChanged, ReviewRequested, StageChanged, VerdictGiven
from rapport.contracts.events.application import StagePoint
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import ActivityKind, GetActivity
from rapport.contracts.refusals import Invalid, NotFound
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import Channel, MessageState, NoteVisibility, StageKind, Verdict
from rapport.kit.database.unit_of_work import Database
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.reactions import PersonActivity
from rapport.pipeline.recording import record_changes
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import applications
from services.pipeline.tests.support.raw_ingest import RawIngest

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA = uuid4()


def event(data: EventData, *, subject: UUID, minutes: int, version: int = 1) -> Event[Any]:
    """An event that happened so many minutes after the hour."""
    at = AT + timedelta(minutes=minutes)
    return cast("type[Event[Any]]", Event)(
        id=derived_id("acme", data.type, subject, version), type=data.type, source="rapport/test", subject=subject,
        time=at, recordedat=at, orgid="acme", aggregateversion=version, actor=f"user:{ANNA}", cause="test", data=data,
    )  # fmt: skip


class Feed:
    """A person who applied for one job, the manager of that job, and the service's answers about the feed."""

    def __init__(self, database: Database, mapper: GreenhouseMapper) -> None:
        self.database = database
        self.person = mapper.id("people", 2)
        self.job = mapper.id("jobs", 3)
        self.manager = mapper.id("users", 7)
        self._requests = PipelineRequests(database, [], move_queued=lambda _: None, run_requested=lambda _: None)

    async def hears(self, *events: Event[Any]) -> None:
        async with self.database.work("acme", actor="system:test", cause="test") as unit:
            await PersonActivity().apply(unit, events)

    async def asked(
        self, *roles: Role, person: UUID | None = None, user: UUID = ANNA, org_id: str = "acme", **page: Any
    ) -> Any:
        viewer = Viewer(org_id=org_id, user_id=UserId(user), roles=frozenset(roles))
        request = GetActivity(person_id=person or self.person, page=Page(**page))
        result = await self._requests.get_activity(request, RequestContext(viewer, "key"))
        return orjson.loads(result) if isinstance(result, str) else result

    async def kinds(self, *roles: Role, user: UUID = ANNA) -> list[str]:
        return [edge["node"]["kind"] for edge in (await self.asked(*roles, user=user))["edges"]]

    def moved(self, *, job: UUID | None = None, minutes: int = 0) -> Event[Any]:
        point = StagePoint(stage_id=uuid4(), kind=StageKind.SCREEN, position=1)
        job = job or self.job
        data = StageChanged(person_id=self.person, job_id=job, current_job_id=job, previous=point, current=point)
        return event(data, subject=uuid4(), minutes=minutes)

    def sent(self, *, job: UUID | None = None, minutes: int = 0) -> Event[Any]:
        data = MessageStateChanged(
            person_id=self.person, job_id=job, channel=Channel.EMAIL, author_id=ANNA, from_user_id=ANNA,
            previous=MessageState.CLAIMED, current=MessageState.SENT,
        )  # fmt: skip
        return event(data, subject=uuid4(), minutes=minutes)


@pytest_asyncio.fixture
async def feed(pipeline: Database, mapper: GreenhouseMapper, ingest: RawIngest) -> AsyncIterator[Feed]:
    """Candidate 2 has applied for job 3, whose hiring manager is user 7."""
    at = "2026-03-01T00:00:00Z"
    times = {"created_at": at, "updated_at": at, "current_stage_at": at, "last_activity_at": at}
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "jobs", [{"id": 3, "name": "Engineer", "status": "open"} | times])
        await ingest.raw(unit, "job_stages", [{"id": 31, "job_id": 3, "name": "Screen", "sort_order": 0}])
        await ingest.raw(unit, "hiring_managers", [{"id": 1, "job_id": 3, "user_id": 7}])
        await ingest.raw(unit, "people", [{"id": 2, "first_name": "Kate", "last_name": "Austen"} | times])
        application = {"id": 1, "candidate_id": 2, "job_id": 3, "stage_id": 31, "status": "active"}
        await ingest.raw(unit, "applications", [application | times])
        await record_changes(unit, await applications.lock_applications(unit, [mapper.id("applications", 1)]))
    yield Feed(pipeline, mapper)


async def test_the_feed_shows_every_services_events_newest_first(feed: Feed) -> None:
    review, verdict = uuid4(), uuid4()
    asked = ReviewRequested(job_id=feed.job, requested_by=ANNA, reviewer_ids=(ANNA,), person_ids=(feed.person, uuid4()))
    given = VerdictGiven(
        verdict_id=verdict, job_id=feed.job, person_id=feed.person, reviewer_id=ANNA, current=Verdict.APPROVED,
        noted=True, visibility=NoteVisibility.PUBLIC, decided=1, people=2,
    )  # fmt: skip
    await feed.hears(
        feed.sent(minutes=3),
        event(given, subject=review, minutes=2, version=2),
        event(asked, subject=review, minutes=1),
    )
    await feed.hears(feed.moved())
    result = await feed.asked(Role.RECRUITER)
    assert [edge["node"]["kind"] for edge in result["edges"]] == [
        ActivityKind.MESSAGE_SENT,
        ActivityKind.VERDICT_GIVEN,
        ActivityKind.REVIEW_REQUESTED,
        ActivityKind.STAGE_CHANGED,
    ]
    assert result["edges"][1]["node"]["verdict_id"] == str(verdict)
    assert result["edges"][1]["node"]["review_id"] == str(review)
    assert result["has_next"] is False


async def test_an_event_delivered_again_adds_no_entry(feed: Feed) -> None:
    moved = feed.moved()
    await feed.hears(moved)
    await feed.hears(moved, moved)
    assert await feed.kinds(Role.RECRUITER) == [ActivityKind.STAGE_CHANGED]


async def test_pages_have_no_gaps_or_repeats_even_for_entries_of_one_moment(feed: Feed) -> None:
    await feed.hears(*(feed.moved(minutes=n // 3) for n in range(10)))
    whole = [edge["node"]["id"] for edge in (await feed.asked(Role.RECRUITER))["edges"]]
    found: list[str] = []
    after: tuple[str, ...] | None = None
    while True:
        page = await feed.asked(Role.RECRUITER, first=3, after=after)
        found += [edge["node"]["id"] for edge in page["edges"]]
        if not page["has_next"]:
            break
        after = tuple(page["edges"][-1]["cursor"])
    assert found == whole
    assert len(set(found)) == 10


async def test_a_hiring_manager_sees_entries_of_their_jobs_and_entries_without_a_job(feed: Feed) -> None:
    await feed.hears(feed.moved(job=uuid4()), feed.moved(minutes=1), feed.sent(minutes=2))
    assert await feed.kinds(Role.HIRING_MANAGER, user=feed.manager) == [
        ActivityKind.MESSAGE_SENT,
        ActivityKind.STAGE_CHANGED,
    ]
    assert len(await feed.kinds(Role.RECRUITER)) == 3


async def test_the_feed_of_a_person_the_viewer_may_not_see_is_not_found(feed: Feed) -> None:
    await feed.hears(feed.moved())
    for asked in (
        feed.asked(Role.HIRING_MANAGER, user=uuid4()),
        feed.asked(Role.RECRUITER, person=uuid4()),
        feed.asked(Role.RECRUITER, org_id="other"),
    ):
        assert isinstance(await asked, NotFound)


async def test_an_invalid_cursor_and_an_oversized_page_are_refused(feed: Feed) -> None:
    assert isinstance(await feed.asked(Role.RECRUITER, after=("yesterday", "1")), Invalid)
    assert isinstance(await feed.asked(Role.RECRUITER, first=201), Invalid)
