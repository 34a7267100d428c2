"""Interviews, scorecards and offers: who sees what of them, and what events say."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.activity import entries_of
from rapport.contracts.events import parse_event
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import ActivityKind, ApplicationProgress, ApplicationsProgress, GetApplicationProgress
from rapport.contracts.vocabulary import OfferStatus, Rating
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.recording import record_changes
from rapport.pipeline.requests import PipelineRequests
from rapport.pipeline.store import applications
from rapport.pipeline.sync.endings import EndReason
from services.pipeline.tests.support.raw_ingest import RawIngest

_AT, _LATER = "2026-03-01T00:00:00Z", "2026-03-05T00:00:00Z"
ANA, BEN, CAN = 101, 102, 103
"""Ana and Ben interview; all three are on the hiring team."""


@dataclass
class Process:
    """An application in whose process two people interview."""

    pipeline: Database
    mapper: GreenhouseMapper
    stored: RawIngest

    async def ingest(self, collection: str, *records: dict[str, Any]) -> None:
        async with self.pipeline.work("acme", actor="ats", cause="sync") as unit:
            await self.stored.raw(unit, collection, records)
            if collection == "applications":
                ids = [self.mapper.id("applications", r["id"]) for r in records]
                await record_changes(unit, await applications.lock_applications(unit, ids))

    async def publish(self) -> None:
        last: UUID | None = applications.LOWEST_ID
        while last is not None:
            async with self.pipeline.work("acme", actor="ats", cause="sync") as unit:
                last = await self.stored.record_next_changes(unit, after=last)

    async def seen(self, user: int, role: Role) -> ApplicationProgress:
        viewer = Viewer(org_id="acme", user_id=UserId(self.mapper.id("users", user)), roles=frozenset({role}))
        requests = PipelineRequests(self.pipeline, [], move_queued=lambda _: None, run_requested=lambda _: None)
        asked = GetApplicationProgress(ids=(self.mapper.id("applications", 1),))
        found = await requests.get_application_progress(asked, RequestContext(viewer, "key"))
        [progress] = ApplicationsProgress.model_validate_json(found).items
        return progress

    async def rows(self, statement: str) -> list[Any]:
        async with self.pipeline.read_session("acme") as session:
            return list(await session.fetch(Statement(statement)))

    async def events(self, kind: str) -> list[Any]:
        rows = await self.rows(
            f"SELECT body, subject FROM outbox WHERE subject LIKE '%.application.{kind}.v1' ORDER BY aggregate_version"
        )
        return [parse_event(row["body"], row["subject"]) for row in rows]


def scorecard(number: int, user: int, interview: int, **more: Any) -> dict[str, Any]:
    attributes = [{"name": "Communication", "type": "Skills", "rating": "strong_yes", "note": "Clear."}]
    usual = {"application_id": 1, "interview_id": interview, "interviewer_id": user, "submitted_at": _AT}
    return {"id": number, "candidate_rating": "yes", "notes": "Good.", "attributes": attributes} | usual | more


def offer(number: int, version: int, status: str, **more: Any) -> dict[str, Any]:
    usual = {"application_id": 1, "version": version, "status": status, "created_at": _AT}
    return {"id": number} | usual | more


@pytest_asyncio.fixture
async def process(pipeline: Database, mapper: GreenhouseMapper, ingest: RawIngest) -> AsyncIterator[Process]:
    made = Process(pipeline, mapper, ingest)
    users = ((ANA, "Ana"), (BEN, "Ben"), (CAN, "Can"))
    await made.ingest("users", *({"id": n, "name": name, "primary_email": f"{name}@example.com"} for n, name in users))
    await made.ingest("jobs", {"id": 3, "name": "Surgeon", "status": "open", "created_at": _AT})
    await made.ingest("job_stages", {"id": 31, "job_id": 3, "name": "Onsite", "sort_order": 0})
    team = ({"id": 40 + n, "job_id": 3, "user_id": n, "responsible": False} for n, _ in users)
    await made.ingest("hiring_managers", *team)
    person = {"id": 2, "first_name": "Kate", "last_name": "Austen", "created_at": _AT, "updated_at": _AT}
    await made.ingest("people", person)
    times = {"created_at": _AT, "updated_at": _AT, "current_stage_at": _AT}
    await made.ingest(
        "applications", {"id": 1, "candidate_id": 2, "job_id": 3, "stage_id": 31, "status": "active"} | times
    )
    over = {"application_id": 1, "status": "awaiting_feedback", "starts_at": _AT, "ends_at": _AT}
    await made.ingest("interviews", {"id": 71, "name": "Onsite"} | over, {"id": 72, "name": "Onsite #2"} | over)
    seats = ({"id": 80 + n, "interview_id": interview, "user_id": n} for n, interview in ((ANA, 71), (BEN, 72)))
    await made.ingest("interviewers", *seats)
    yield made


async def test_who_owes_a_scorecard_sees_nobody_elses_before_theirs_is_in(process: Process) -> None:
    await process.ingest("scorecards", scorecard(91, ANA, 71))
    for role in (Role.INTERVIEWER, Role.HIRING_MANAGER, Role.RECRUITER, Role.ADMIN):
        owing = await process.seen(BEN, role)
        assert (owing.scorecards, owing.scorecards_hidden) == ((), True)
    await process.ingest("scorecards", scorecard(92, BEN, 72, submitted_at=None))
    assert (await process.seen(BEN, Role.INTERVIEWER)).scorecards == ()
    own = await process.seen(ANA, Role.INTERVIEWER)
    assert [one.interviewer and one.interviewer.name for one in own.scorecards] == ["Ana"]
    await process.ingest("scorecards", scorecard(92, BEN, 72, submitted_at=_LATER))
    done = await process.seen(BEN, Role.INTERVIEWER)
    assert [one.interviewer and one.interviewer.name for one in done.scorecards] == ["Ben", "Ana"]
    assert not done.scorecards_hidden
    [said] = done.scorecards[0].attributes
    assert (said.name, said.type, said.rating, said.note) == ("Communication", "Skills", Rating.STRONG_YES, "Clear.")
    assert len((await process.seen(CAN, Role.HIRING_MANAGER)).scorecards) == 2


async def test_interviews_name_who_interviews(process: Process) -> None:
    shown = (await process.seen(CAN, Role.INTERVIEWER)).interviews
    assert {one.name: [user.name for user in one.interviewers] for one in shown} == {
        "Onsite": ["Ana"],
        "Onsite #2": ["Ben"],
    }


async def test_offers_are_not_for_interviewers_and_the_last_replaced_one_was_withdrawn(process: Process) -> None:
    await process.ingest("offers", offer(95, 1, "Deprecated", resolved_at=_AT), offer(96, 2, "Deprecated"))
    shown = (await process.seen(CAN, Role.HIRING_MANAGER)).offers
    assert [(one.version, one.status) for one in shown] == [(2, OfferStatus.RESCINDED), (1, OfferStatus.SUPERSEDED)]
    assert (await process.seen(CAN, Role.INTERVIEWER)).offers == ()
    assert len((await process.seen(CAN, Role.EXECUTIVE)).offers) == 2


async def test_scorecards_and_offers_are_published_once_and_again_when_they_change(process: Process) -> None:
    await process.ingest("scorecards", scorecard(91, ANA, 71), scorecard(92, BEN, 72, submitted_at=None))
    await process.ingest("offers", offer(95, 1, "Created"))
    for _ in range(2):
        await process.publish()
    [submitted] = await process.events("scorecard_submitted")
    assert submitted.data.user_id == process.mapper.id("users", ANA)
    assert submitted.time.isoformat() == "2026-03-01T00:00:00+00:00"
    declined = {"resolved_at": _LATER, "custom_fields": {"decline_reason": "Compensation"}}
    for said in (offer(95, 1, "Created", sent_at=_AT), offer(95, 1, "Rejected", sent_at=_AT, **declined)):
        await process.ingest("offers", said)
        await process.publish()
    changed = await process.events("offer_changed")
    assert [each.data.current for each in changed] == [OfferStatus.DRAFT, OfferStatus.SENT, OfferStatus.DECLINED]
    assert [each.data.decline_reason_id is not None for each in changed] == [False, False, True]
    assert "Compensation" not in json.dumps([each.model_dump(mode="json") for each in changed])
    [card] = await process.rows(
        "SELECT (b.card ->> 'version')::int AS shown, a.version FROM board_card b"
        " JOIN application a ON a.id = b.application_id"
    )
    assert card["shown"] == card["version"]
    rows = await process.rows("SELECT aggregate_version FROM outbox WHERE subject LIKE '%.application.%' ORDER BY 1")
    assert [row["aggregate_version"] for row in rows] == list(range(1, len(rows) + 1))
    told = [entry for each in (submitted, *changed) for entry in entries_of(each)]
    kinds = [ActivityKind.SCORECARD_SUBMITTED, ActivityKind.OFFER_SENT, ActivityKind.OFFER_DECLINED]
    assert [entry.kind for entry in told] == kinds
    assert told[0].actor == f"user:{process.mapper.id('users', ANA)}"


async def test_what_is_said_of_an_erased_person_goes_and_that_it_was_said_stays(process: Process) -> None:
    declined = {"custom_fields": {"decline_reason": "My uncle in Ljubljana"}}
    await process.ingest("scorecards", scorecard(91, ANA, 71))
    await process.ingest("offers", offer(95, 1, "Rejected", **declined))
    async with process.pipeline.work("acme", actor="ats", cause="test") as unit:
        await process.stored.endings.erase(unit, [process.mapper.id("people", 2)], EndReason.ANONYMIZED)
    await process.ingest("scorecards", scorecard(91, ANA, 71, notes="Late."), scorecard(93, ANA, 71))
    await process.ingest("offers", offer(95, 1, "Rejected", resolved_at=_LATER, **declined))
    texts = await process.rows("SELECT notes, attributes::text FROM scorecard")
    assert [tuple(row) for row in texts] == [(None, "[]")] * 2
    assert [tuple(row) for row in await process.rows("SELECT status, decline_reason FROM offer")] == [
        ("declined", None)
    ]


@pytest.mark.parametrize(("collection", "number"), [("scorecards", 91), ("offers", 95)])
async def test_what_the_ats_deleted_is_shown_no_more(process: Process, collection: str, number: int) -> None:
    await process.ingest("scorecards", scorecard(91, ANA, 71))
    await process.ingest("offers", offer(95, 1, "Created"))
    async with process.pipeline.work("acme", actor="ats", cause="test") as unit:
        gone = [process.mapper.id(collection, number)]
        await process.stored.endings.end(unit, Collection(collection), gone, EndReason.DELETED)
    seen = await process.seen(CAN, Role.RECRUITER)
    assert [bool(seen.scorecards), bool(seen.offers)] == [collection != "scorecards", collection != "offers"]
