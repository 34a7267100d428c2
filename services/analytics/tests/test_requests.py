"""Whose funnels are answered to whom, and which applications are counted in them."""

from datetime import datetime
from uuid import UUID

import pytest

from rapport.analytics.requests import AnalyticsRequests
from rapport.contracts.analytics import Funnel, Funnels, GetFunnels
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.refusals import InputProblemCode, Invalid
from rapport.contracts.vocabulary import StageKind
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from services.analytics.tests.support.analytics_events import apply, closed, day, job_changed, moved, received

OURS, OTHERS, UNKNOWN = UUID(int=1), UUID(int=2), UUID(int=3)
ME, SOMEONE = UUID(int=91), UUID(int=92)
APPLIED, SCREEN, OFFER = StageKind.APPLIED, StageKind.SCREEN, StageKind.OFFER


@pytest.fixture
async def filled(analytics: Database) -> AnalyticsRequests:
    """Two jobs with a hiring manager each; three applied to the first, on days 1, 2 and 3."""
    events = [
        job_changed(OURS, 1, APPLIED, SCREEN, OFFER, team=[ME]),
        job_changed(OTHERS, 1, APPLIED, team=[SOMEONE]),
        *(received(UUID(int=100 + n), OURS, at=n) for n in (1, 2, 3)),
        moved(UUID(int=102), 2, OURS, SCREEN),
        closed(UUID(int=103), 2, OURS),
        received(UUID(int=200), OTHERS, at=1),
    ]
    await apply(analytics, events)
    return AnalyticsRequests(analytics)


async def ask(
    requests: AnalyticsRequests,
    *jobs: UUID,
    role: Role = Role.RECRUITER,
    org: str = "acme",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Funnels | Invalid:
    viewer = Viewer(org_id=org, user_id=UserId(ME), roles=frozenset({role}))
    request = GetFunnels(job_ids=jobs, entered_from=since, entered_until=until)
    return await requests.get_funnels(request, RequestContext(viewer, "key"))


async def funnels(*arguments: object, **more: object) -> dict[UUID, Funnel]:
    answer = await ask(*arguments, **more)  # type: ignore[arg-type]
    assert isinstance(answer, Funnels)
    return {item.job_id: item for item in answer.items}


async def test_a_funnel_names_its_definition_and_its_time(filled: AnalyticsRequests) -> None:
    found = (await funnels(filled, OURS))[OURS]
    assert (found.applications, found.definition) == (3, "funnel.by_kind.v1")
    assert [(s.kind, s.reached, s.exited, s.waiting) for s in found.stages] == [
        (APPLIED, 3, 1, 1),
        (SCREEN, 1, 0, 1),
        (OFFER, 0, 0, 0),
        (StageKind.HIRED, 0, 0, 0),
    ]
    assert found.as_of.date() == day(3).date()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.RECRUITER, Role.SOURCER, Role.COORDINATOR, Role.EXECUTIVE])
async def test_a_viewer_of_the_whole_organisation_sees_every_job(filled: AnalyticsRequests, role: Role) -> None:
    assert (await funnels(filled, OURS, OTHERS, role=role)).keys() == {OURS, OTHERS}


@pytest.mark.parametrize("role", [Role.HIRING_MANAGER, Role.INTERVIEWER])
async def test_a_hiring_manager_sees_only_the_jobs_whose_team_they_are_on(
    filled: AnalyticsRequests, role: Role
) -> None:
    assert (await funnels(filled, OURS, OTHERS, role=role)).keys() == {OURS}


async def test_a_hiring_manager_who_left_the_team_no_longer_sees_the_job(
    filled: AnalyticsRequests, analytics: Database
) -> None:
    await apply(analytics, [job_changed(OURS, 2, APPLIED, team=[SOMEONE])])
    assert await funnels(filled, OURS, role=Role.HIRING_MANAGER) == {}


async def test_unknown_jobs_are_left_out(filled: AnalyticsRequests) -> None:
    assert (await funnels(filled, UNKNOWN, OURS, OURS)).keys() == {OURS}
    assert await funnels(filled, UNKNOWN) == {}
    assert await funnels(filled) == {}


async def test_another_organisations_jobs_are_unknown(filled: AnalyticsRequests) -> None:
    assert await funnels(filled, OURS, OTHERS, org="globex") == {}


async def test_a_job_without_applications_has_an_empty_funnel(filled: AnalyticsRequests, analytics: Database) -> None:
    await apply(analytics, [job_changed(UNKNOWN, 1, APPLIED)])
    found = (await funnels(filled, UNKNOWN))[UNKNOWN]
    assert (found.applications, [s.reached for s in found.stages]) == (0, [0, 0])


@pytest.mark.parametrize(
    ("since", "until", "counted"),
    [
        (None, None, 3),
        (1, 4, 3),
        (2, 3, 1),  # the beginning belongs to it, the end does not
        (2, None, 2),
        (None, 2, 1),
        (4, 9, 0),
    ],
)
async def test_the_window_selects_by_application_date(
    filled: AnalyticsRequests, since: float | None, until: float | None, counted: int
) -> None:
    window = {"since": None if since is None else day(since), "until": None if until is None else day(until)}
    found = (await funnels(filled, OURS, **window))[OURS]
    assert (found.applications, found.stages[0].reached) == (counted, counted)
    assert (found.entered_from, found.entered_until) == (window["since"], window["until"])


@pytest.mark.parametrize("until", [1, 2])
async def test_a_window_that_ends_before_it_begins_is_refused(filled: AnalyticsRequests, until: float) -> None:
    answer = await ask(filled, OURS, since=day(2), until=day(until))
    assert answer == Invalid.because("entered_until", "must be later than entered_from", InputProblemCode.OUT_OF_RANGE)


async def test_before_the_first_event_the_funnel_is_as_of_the_epoch(analytics: Database) -> None:
    assert await funnels(AnalyticsRequests(analytics), OURS) == {}
