"""Jobs and people are found by words of their title or name, whatever the case and the accents."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
import pytest_asyncio

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import GetJobs, GetPeople
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.requests import PipelineRequests
from services.pipeline.tests.support.raw_ingest import RawIngest

AT = "2026-03-01T00:00:00Z"
NAMES = (("Zoë", "Müller"), ("Amélie", "Schneider"), ("Anna", "50%_Smith"))
TITLES = ("Ingénieur données", "Data Engineer", "Designer")


@pytest_asyncio.fixture
async def requests(pipeline: Database, ingest: RawIngest) -> AsyncIterator[PipelineRequests]:
    """Three people, and three jobs; user 7 manages the second."""
    times = {"created_at": AT, "updated_at": AT, "last_activity_at": AT}
    people = [
        {"id": number, "first_name": first, "last_name": last} | times for number, (first, last) in enumerate(NAMES, 1)
    ]
    jobs = [{"id": number, "name": title, "status": "open"} | times for number, title in enumerate(TITLES, 1)]
    async with pipeline.work("acme", actor="ats", cause="test") as unit:
        await ingest.raw(unit, "people", people)
        await ingest.raw(unit, "jobs", jobs)
        await ingest.raw(unit, "hiring_managers", [{"id": 1, "job_id": 2, "user_id": 7}])
    yield PipelineRequests(pipeline, [], move_queued=lambda _: None, run_requested=lambda _: None)


def viewer(role: Role, user: UUID | None = None) -> RequestContext:
    return RequestContext(Viewer(org_id="acme", user_id=UserId(user or uuid4()), roles=frozenset({role})), "key")


async def people(requests: PipelineRequests, text: str) -> list[str]:
    page: Any = await requests.get_people(GetPeople(text=text), viewer(Role.RECRUITER))
    return sorted(edge["node"]["first_name"] for edge in orjson.loads(page)["edges"])


async def jobs(requests: PipelineRequests, context: RequestContext, **filters: Any) -> tuple[list[str], int | None]:
    page = orjson.loads(str(await requests.get_jobs(GetJobs(**filters), context)))
    return sorted(edge["node"]["title"] for edge in page["edges"]), page["total"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zoe", ["Zoë"]),
        ("MULLER zoë", ["Zoë"]),
        ("muller amelie", []),
        ("amelie", ["Amélie"]),
        ("  ", ["Amélie", "Anna", "Zoë"]),
        ("0%_s", ["Anna"]),
        ("0_%s", []),
        ("%", ["Anna"]),
        ("\\", []),
    ],
)
async def test_people_are_found_by_every_word_of_a_search(
    requests: PipelineRequests, text: str, found: list[str]
) -> None:
    assert await people(requests, text) == found


async def test_jobs_are_found_by_words_of_their_title_and_counted_on_request(requests: PipelineRequests) -> None:
    recruiter = viewer(Role.RECRUITER)

    assert await jobs(requests, recruiter, text="ingenieur DONNEES") == (["Ingénieur données"], None)
    page, total = await jobs(requests, recruiter, text="e", include_total=True, page={"first": 1})
    assert (len(page), total) == (1, 3)


async def test_my_jobs_are_those_on_whose_team_i_am(requests: PipelineRequests, mapper: GreenhouseMapper) -> None:
    assert (await jobs(requests, viewer(Role.RECRUITER, mapper.id("users", 7)), mine=True))[0] == ["Data Engineer"]
    assert (await jobs(requests, viewer(Role.RECRUITER), mine=True))[0] == []
