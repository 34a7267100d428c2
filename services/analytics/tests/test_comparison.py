"""A job's passthrough rates against the other departments: what is compared, and when nothing can be said."""

from uuid import UUID

import pytest

from rapport.analytics.requests import AnalyticsRequests
from rapport.contracts.analytics import MIN_COMPARED, MIN_COMPARED_JOBS, GetPassthroughComparison, PassthroughComparison
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.refusals import Invalid, NotFound
from rapport.contracts.vocabulary import RateDifference, StageKind
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from services.analytics.tests.support.analytics_events import apply, closed, day, job_changed, moved, received

OURS, SIBLING = UUID(int=1), UUID(int=2)
ELSEWHERE = [UUID(int=10 + n) for n in range(MIN_COMPARED_JOBS)]
OUR_DEPARTMENT, ANOTHER = UUID(int=81), UUID(int=82)
ME, SOMEONE = UUID(int=91), UUID(int=92)
APPLIED, SCREEN, OFFER, HIRED = StageKind.APPLIED, StageKind.SCREEN, StageKind.OFFER, StageKind.HIRED


class Numbers:
    """Applications that are decided on, so many for each job."""

    def __init__(self, analytics: Database) -> None:
        self._analytics = analytics
        self._next = 1000
        self.requests = AnalyticsRequests(analytics)

    async def job(self, job: UUID, department: UUID | None, *, team: UUID = SOMEONE) -> None:
        stages = (APPLIED, SCREEN, OFFER)
        await apply(self._analytics, [job_changed(job, 1, *stages, team=[team], department=department)])

    async def decided(self, job: UUID, advanced: int, rejected: int, *, at: float = 1) -> None:
        events = []
        for number in range(advanced + rejected):
            self._next += 1
            application = UUID(int=self._next)
            events.append(received(application, job, at=at))
            events.append(moved(application, 2, job, SCREEN) if number < advanced else closed(application, 2, job))
        await apply(self._analytics, events)

    async def ask(self, job: UUID = OURS, role: Role = Role.HIRING_MANAGER, **window: object) -> object:
        viewer = Viewer(org_id="acme", user_id=UserId(ME), roles=frozenset({role}))
        request = GetPassthroughComparison(job_id=job, **window)  # type: ignore[arg-type]
        return await self.requests.get_passthrough_comparison(request, RequestContext(viewer, "key"))

    async def compared(self, **window: object) -> PassthroughComparison:
        answer = await self.ask(**window)  # type: ignore[arg-type]
        assert isinstance(answer, PassthroughComparison)
        return answer


@pytest.fixture
async def numbers(analytics: Database) -> Numbers:
    """Our job, another one of our department, and as many of another department as are compared with."""
    numbers = Numbers(analytics)
    await numbers.job(OURS, OUR_DEPARTMENT, team=ME)
    await numbers.job(SIBLING, OUR_DEPARTMENT)
    for job in ELSEWHERE:
        await numbers.job(job, ANOTHER)
    return numbers


async def test_a_job_is_compared_with_the_jobs_of_other_departments_alone(numbers: Numbers) -> None:
    await numbers.decided(OURS, 30, 10)
    await numbers.decided(SIBLING, 100, 0)
    for job in ELSEWHERE:
        await numbers.decided(job, 10, 20)
    found = await numbers.compared()
    assert (found.definition, found.jobs) == ("passthrough.against_other_departments.v1", len(ELSEWHERE))
    applied = found.stages[0]
    assert applied.others is not None
    assert (applied.kind, applied.job.numerator, applied.job.denominator) == (APPLIED, 30, 40)
    assert (applied.others.numerator, applied.others.denominator) == (10 * len(ELSEWHERE), 30 * len(ELSEWHERE))
    assert applied.difference is RateDifference.HIGHER
    # Those who came to the screen still wait there.
    assert [(stage.kind, stage.difference) for stage in found.stages[1:]] == [
        (SCREEN, RateDifference.TOO_FEW),
        (OFFER, RateDifference.TOO_FEW),
    ]


@pytest.mark.parametrize(
    ("advanced", "rejected", "difference"),
    [
        (5, 35, RateDifference.LOWER),
        (20, 20, RateDifference.UNCLEAR),
        (MIN_COMPARED - 1, 0, RateDifference.TOO_FEW),
        (MIN_COMPARED, 0, RateDifference.HIGHER),
    ],
)
async def test_a_difference_is_told_only_if_chance_would_seldom_make_it(
    numbers: Numbers, advanced: int, rejected: int, difference: RateDifference
) -> None:
    await numbers.decided(OURS, advanced, rejected)
    for job in ELSEWHERE:
        await numbers.decided(job, 15, 15)
    assert (await numbers.compared()).stages[0].difference is difference


async def test_of_few_other_jobs_no_number_is_told(numbers: Numbers) -> None:
    """Nobody applied for the others."""
    await numbers.decided(OURS, 30, 10)
    for job in ELSEWHERE[1:]:
        await numbers.decided(job, 30, 30)
    found = await numbers.compared()
    assert found.jobs == MIN_COMPARED_JOBS - 1
    assert {(stage.others, stage.difference) for stage in found.stages} == {(None, RateDifference.TOO_FEW)}


async def test_only_applications_received_in_the_window_are_compared(numbers: Numbers) -> None:
    for job in (OURS, *ELSEWHERE):
        await numbers.decided(job, 30, 10, at=1)
        await numbers.decided(job, 1, 0, at=5)
    found = await numbers.compared(entered_from=day(4))
    assert found.stages[0].others is not None
    assert (found.stages[0].job.denominator, found.stages[0].others.denominator) == (1, len(ELSEWHERE))
    assert isinstance(await numbers.ask(entered_from=day(4), entered_until=day(3)), Invalid)


async def test_a_job_without_a_department_is_compared_with_all_that_have_one(numbers: Numbers) -> None:
    await numbers.job(UUID(int=50), None, team=ME)
    await numbers.decided(UUID(int=50), 1, 0)
    for job in (OURS, SIBLING, *ELSEWHERE):
        await numbers.decided(job, 1, 0)
    answer = await numbers.ask(UUID(int=50))
    assert isinstance(answer, PassthroughComparison)
    assert answer.jobs == 2 + len(ELSEWHERE)


async def test_who_does_not_see_a_job_is_told_nothing_of_it(numbers: Numbers) -> None:
    assert isinstance(await numbers.ask(SIBLING), NotFound)
    assert isinstance(await numbers.ask(UUID(int=999), Role.RECRUITER), NotFound)
    assert isinstance(await numbers.ask(SIBLING, Role.RECRUITER), PassthroughComparison)
