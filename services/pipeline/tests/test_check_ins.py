"""Check-ins: what a job's team looks at together since the last time, and what they agreed to do."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.contracts.authorisation import SEE_PRIVATE_PEOPLE
from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    BETWEEN_CHECK_INS,
    FIRST_CHECK_IN,
    MAX_OPEN_ACTIONS,
    AddAgreedAction,
    AgreedAction,
    AgreedActions,
    ChangeAgreedAction,
    CheckIn,
    CheckInBrief,
    CompleteAgreedAction,
    GetAttention,
    GetAttentionCounts,
    GetCheckIn,
    GetOwnAgreedActions,
    HoldCheckIn,
    RemoveAgreedAction,
)
from rapport.contracts.refusals import AgreedActionConflict, Forbidden, InputProblemCode, Invalid, NotFound, TooSoon
from rapport.contracts.requests import Request
from rapport.contracts.vocabulary import OfferStatus, RecentChangeKind, TopReason
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.attention import AttentionRequests
from rapport.pipeline.check_ins import CheckInRequests
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.sync.endings import EndReason
from rapport.testing import DatabaseFactory
from services.pipeline.tests.support.raw_ingest import RawIngest
from services.pipeline.tests.support.read_ats import AT, TIMES, ReadAts, application

_NOW = datetime(2026, 3, 9, 10, tzinfo=UTC)
MANAGER, RECRUITER, STRANGER, ADMIN = 101, 102, 103, 104
_DUE = date(2026, 3, 16)
_EVENTS = Statement(
    "SELECT subject, body FROM outbox WHERE subject LIKE '%.check_in.%' OR subject LIKE '%.agreed_action.%'"
    " ORDER BY aggregate_version"
)


class Clock:
    """The time that units of work say it is."""

    def __init__(self) -> None:
        self.now = _NOW

    def __call__(self) -> datetime:
        return self.now


class Team(ReadAts):
    """A job, its team, and what they ask."""

    def __init__(self, pipeline: Database, ingest: RawIngest, mapper: GreenhouseMapper, clock: Clock) -> None:
        super().__init__(pipeline, ingest, mapper)
        self.clock, self.job = clock, mapper.id("jobs", 3)
        self._handlers: dict[str, Any] = {}
        CheckInRequests(pipeline).register(self)  # type: ignore[arg-type]
        AttentionRequests(pipeline).register(self)  # type: ignore[arg-type]

    def handle(self, request: type[Request[Any]], handler: Any) -> None:
        self._handlers[request.name()] = handler

    def user(self, number: int) -> UserId:
        return UserId(self.mapper.id("users", number))

    async def ask(
        self,
        request: Request[Any],
        user: int = MANAGER,
        role: Role = Role.HIRING_MANAGER,
        *,
        key: str = "key",
        sees_private: bool = False,
    ) -> Any:
        grants = frozenset({SEE_PRIVATE_PEOPLE} if sees_private else ())
        viewer = Viewer(org_id="acme", user_id=self.user(user), roles=frozenset({role}), grants=grants)
        assert request.rule.denial(viewer) is None
        answer = await self._handlers[request.name()](request, RequestContext(viewer, key))
        return request.result.model_validate_json(answer) if isinstance(answer, str) else answer

    async def brief(self, *, user: int = MANAGER, role: Role = Role.HIRING_MANAGER, **more: Any) -> CheckInBrief:
        sees_private = more.pop("sees_private", False)
        answer = await self.ask(GetCheckIn(job_id=self.job, **more), user, role, sees_private=sees_private)
        assert isinstance(answer, CheckInBrief), answer
        return answer

    async def agreed(self, text: str = "Close the offer", *, key: str = "key", **more: Any) -> AgreedAction:
        about = {"owner_id": self.user(RECRUITER), "due_on": _DUE} | more
        answer = await self.ask(AddAgreedAction(job_id=self.job, text=text, **about), key=key)
        assert isinstance(answer, AgreedAction), answer
        return answer

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        """What was published, without whose it is."""
        async with self.pipeline.read_session("acme") as session:
            rows = await session.fetch(_EVENTS)
        return [(row["subject"].split(".", 2)[2], json.loads(row["body"])["data"]) for row in rows]


@pytest_asyncio.fixture
async def team(database: DatabaseFactory, ingest: RawIngest, mapper: GreenhouseMapper) -> AsyncIterator[Team]:
    """Kate is in the onsite stage, James in the first one, and Claire, who is private, has an offer."""
    made: Any = await database("pipeline")
    clock = Clock()
    async with open_database(made.url, service="pipeline", clock=clock) as pipeline:
        team = Team(pipeline, ingest, mapper, clock)
        numbers = (MANAGER, RECRUITER, STRANGER, ADMIN)
        await team.read(
            "users", *({"id": n, "name": f"User {n}", "primary_email": f"u{n}@example.com"} for n in numbers)
        )
        await team.read("jobs", {"id": 3, "name": "Surgeon", "status": "open"} | TIMES)
        names = ((30, "Résumé Review"), (31, "Onsite"), (32, "Offer"))
        await team.read("job_stages", *({"id": n, "job_id": 3, "name": name, "sort_order": n} for n, name in names))
        await team.read("hiring_managers", {"id": 41, "job_id": 3, "user_id": MANAGER, "responsible": True})
        await team.read(
            "people",
            {"id": 2, "first_name": "Kate", "last_name": "Austen"} | TIMES,
            {"id": 5, "first_name": "James", "last_name": "Ford"} | TIMES,
            {"id": 6, "first_name": "Claire", "last_name": "Littleton", "is_private": True} | TIMES,
        )
        await team.read(
            "applications",
            application(1),
            application(2, candidate_id=5, stage_id=30),
            application(3, candidate_id=6, stage_id=32),
        )
        await team.compare(1, 2, 3)
        yield team


async def test_a_check_in_counts_every_stage_and_says_who_is_on_top(team: Team) -> None:
    brief = await team.brief()
    assert [(each.stage.name, each.count) for each in brief.stages] == [
        ("Résumé Review", 1),
        ("Onsite", 1),
        ("Offer", 1),
    ]
    assert [(each.person_id, each.reasons) for each in brief.top_candidates] == [
        (team.mapper.id("people", 6), (TopReason.FURTHEST, TopReason.FURTHER_THAN_MOST)),
    ]


async def test_a_first_check_in_looks_back_a_week_and_each_other_to_the_one_before(team: Team) -> None:
    first = await team.brief()
    assert (first.previous, first.since) == (None, _NOW - FIRST_CHECK_IN)
    held = await team.ask(HoldCheckIn(job_id=team.job))
    assert held == CheckIn(id=held.id, job_id=team.job, held_by=team.user(MANAGER), held_at=_NOW)
    team.clock.now = _NOW + timedelta(days=7)
    second = await team.brief()
    assert (second.previous, second.since) == (held, _NOW)
    assert (await team.brief(since=_NOW - timedelta(days=30))).since == _NOW - timedelta(days=30)
    assert await team.told() == [
        ("pipeline.check_in.held.v1", {"job_id": str(team.job), "held_by": str(team.user(MANAGER))})
    ]


async def test_what_happened_since_is_counted_and_listed_the_newest_first(team: Team) -> None:
    later = {"updated_at": "2026-03-08T12:00:00Z", "current_stage_at": "2026-03-08T12:00:00Z"}
    rejected = {"status": "rejected", "rejected_at": "2026-03-08T13:00:00Z", "updated_at": "2026-03-08T13:00:00Z"}
    await team.read(
        "applications", application(1, stage_id=32) | later, application(2, candidate_id=5, stage_id=30) | rejected
    )
    await team.compare(1, 2)
    await team.read(
        "scorecards",
        {"id": 91, "application_id": 1, "interviewer_id": MANAGER, "candidate_rating": "yes", "submitted_at": AT}
        | {"submitted_at": "2026-03-08T09:00:00Z"},
    )
    brief = await team.brief()
    assert {each.kind: each.count for each in brief.change_counts} == {
        RecentChangeKind.ADVANCED: 1,
        RecentChangeKind.REJECTED: 1,
        RecentChangeKind.SCORECARD_SUBMITTED: 1,
    }
    assert [(each.kind, each.application_id) for each in brief.changes] == [
        (RecentChangeKind.REJECTED, team.mapper.id("applications", 2)),
        (RecentChangeKind.ADVANCED, team.application_id),
        (RecentChangeKind.SCORECARD_SUBMITTED, team.application_id),
    ]
    advanced = brief.changes[1]
    assert advanced.from_stage
    assert advanced.to_stage
    assert (advanced.from_stage.name, advanced.to_stage.name) == ("Onsite", "Offer")
    received = await team.brief(since=datetime(2026, 2, 1, tzinfo=UTC))
    assert {each.kind: each.count for each in received.change_counts}[RecentChangeKind.RECEIVED] == 3


async def test_an_offer_is_out_until_it_is_answered_and_interviewers_are_told_of_none(team: Team) -> None:
    offer = {"id": 95, "application_id": 3, "version": 1, "created_at": AT}
    await team.read("offers", offer | {"status": "Created", "sent_at": "2026-03-08T09:00:00Z"})
    brief = await team.brief()
    assert brief.offers_out is not None
    assert [(each.status, each.person_id) for each in brief.offers_out] == [
        (OfferStatus.SENT, team.mapper.id("people", 6))
    ]
    assert {each.kind for each in brief.change_counts} == {RecentChangeKind.OFFER_SENT}
    interviewer = await team.brief(role=Role.INTERVIEWER)
    assert (interviewer.offers_out, interviewer.change_counts) == (None, ())
    await team.read("offers", offer | {"status": "Accepted", "sent_at": AT, "resolved_at": "2026-03-08T10:00:00Z"})
    answered = await team.brief()
    assert answered.offers_out == ()
    assert {each.kind for each in answered.change_counts} == {RecentChangeKind.OFFER_ACCEPTED}


async def test_a_presentable_check_in_has_no_private_person_and_nothing_of_scorecards_whoever_asks(team: Team) -> None:
    claire = str(team.mapper.id("people", 6))
    await team.read(
        "offers", {"id": 95, "application_id": 3, "version": 1, "created_at": AT, "status": "Created", "sent_at": AT}
    )
    await team.read(
        "scorecards",
        {"id": 91, "application_id": 2, "interviewer_id": RECRUITER, "candidate_rating": "strong_yes"}
        | {"submitted_at": AT},
    )
    since = datetime(2026, 2, 1, tzinfo=UTC)
    for viewer in ({}, {"user": ADMIN, "role": Role.ADMIN, "sees_private": True}):
        whole = await team.brief(since=since, **viewer)  # type: ignore[arg-type]
        assert claire in whole.model_dump_json()
        assert any(each.ratings for each in whole.top_candidates)
        shown = await team.brief(since=since, presentable=True, **viewer)  # type: ignore[arg-type]
        assert claire not in shown.model_dump_json()
        assert sum(each.count for each in shown.stages) == 2
        assert not any(each.ratings for each in shown.top_candidates)
        assert shown.top_candidates[0].person_id == team.mapper.id("people", 2)


async def test_what_was_agreed_on_of_a_private_person_is_for_those_who_see_them_and_is_not_presented(
    team: Team,
) -> None:
    shown = await team.agreed("Order a chair", key="chair")
    hidden = await team.agreed("Ask Claire for a date", key="date")
    assert {each.id for each in (await team.brief()).open_actions} == {shown.id, hidden.id}
    for viewer in ({"user": STRANGER, "role": Role.RECRUITER}, {"presentable": True}):
        assert (await team.brief(**viewer)).open_actions == (shown,)  # type: ignore[arg-type]
    await team.ask(CompleteAgreedAction(action_id=hidden.id))
    assert len((await team.brief()).done_actions) == 1
    assert (await team.brief(presentable=True)).done_actions == ()


async def test_what_needs_attention_is_presentable_as_well(team: Team) -> None:
    flagged = Statement(
        """INSERT INTO attention_flag (org_id, application_id, id, reason, subject_id, job_id, owner_id, since,
            yellow_at, severity, raised_at)
        SELECT org_id, id, gen_random_uuid(), 'inactive', gen_random_uuid(), job_id, $1, now(), now(), 'red', now()
        FROM application"""
    )
    async with team.pipeline.work("acme", actor="test", cause="test") as unit:
        await unit.execute(flagged, team.user(MANAGER))
    for presentable, seen in ((False, 3), (True, 2)):
        about = {"job_id": team.job, "presentable": presentable}
        page = await team.ask(GetAttention(**about))  # type: ignore[arg-type]
        counts = await team.ask(GetAttentionCounts(**about))  # type: ignore[arg-type]
        assert (len(page.edges), counts.red) == (seen, seen)


@pytest.mark.parametrize(
    ("user", "role", "refused"),
    [
        (MANAGER, Role.HIRING_MANAGER, None),
        (ADMIN, Role.ADMIN, None),
        (STRANGER, Role.RECRUITER, Forbidden),
        (STRANGER, Role.HIRING_MANAGER, NotFound),
    ],
)
async def test_only_the_hiring_team_and_admins_hold_check_ins_and_agree_on_actions(
    team: Team, user: int, role: Role, refused: type | None
) -> None:
    action = await team.agreed()
    before = await team.told()
    about = {"text": "Call Kate", "owner_id": team.user(RECRUITER), "due_on": _DUE}
    answers = [
        await team.ask(HoldCheckIn(job_id=team.job), user, role),
        await team.ask(AddAgreedAction(job_id=team.job, **about), user, role, key="another"),  # type: ignore[arg-type]
        await team.ask(ChangeAgreedAction(action_id=action.id, **about), user, role),  # type: ignore[arg-type]
        await team.ask(CompleteAgreedAction(action_id=action.id), user, role),
    ]
    if refused is None:
        assert [type(answer) for answer in answers] == [CheckIn, AgreedAction, AgreedAction, AgreedAction]
        return
    assert [type(answer) for answer in answers] == [refused] * 4
    assert await team.told() == before
    assert (await team.brief()).open_actions == (action,)


async def test_a_check_in_is_held_once_under_a_key_and_no_other_soon_after_it(team: Team) -> None:
    held = await team.ask(HoldCheckIn(job_id=team.job))
    assert await team.ask(HoldCheckIn(job_id=team.job)) == held
    again_at = held.held_at + BETWEEN_CHECK_INS
    team.clock.now = again_at - timedelta(seconds=1)
    refused = await team.ask(HoldCheckIn(job_id=team.job), key="another")
    assert isinstance(refused, TooSoon)
    assert refused.again_at == again_at
    assert (await team.brief()).previous == held
    team.clock.now = again_at
    assert isinstance(await team.ask(HoldCheckIn(job_id=team.job), key="another"), CheckIn)


async def test_a_check_in_that_is_recorded_afterwards_is_neither_in_the_future_nor_before_the_last_one(
    team: Team,
) -> None:
    yesterday = _NOW - timedelta(days=1)
    held = await team.ask(HoldCheckIn(job_id=team.job, held_at=yesterday))
    assert held.held_at == yesterday
    refused = await team.ask(HoldCheckIn(job_id=team.job, held_at=yesterday - timedelta(hours=1)), key="another")
    assert isinstance(refused, Invalid)
    assert [(each.path, each.code) for each in refused.problems] == [("held_at", InputProblemCode.OUT_OF_RANGE)]
    assert (await team.brief()).previous == held
    later = await team.ask(HoldCheckIn(job_id=team.job, held_at=_NOW + timedelta(days=1)), key="later")
    assert later.held_at == _NOW


async def test_of_two_who_end_a_check_in_at_once_one_does(team: Team) -> None:
    answers = await asyncio.gather(*(team.ask(HoldCheckIn(job_id=team.job), key=key) for key in "ab"))
    assert sorted(type(answer).__name__ for answer in answers) == ["CheckIn", "TooSoon"]
    assert len(await team.told()) == 1


async def test_an_action_is_carried_over_until_it_is_done(team: Team) -> None:
    action = await team.agreed()
    assert (action.carried_over, action.version, action.done_at) == (0, 1, None)
    for week in (1, 2):
        team.clock.now = _NOW + timedelta(days=7 * week)
        await team.ask(HoldCheckIn(job_id=team.job), key=f"week {week}")
    [open_] = (await team.brief()).open_actions
    assert open_ == action.model_copy(update={"carried_over": 2})
    team.clock.now += timedelta(days=1)
    done = await team.ask(CompleteAgreedAction(action_id=action.id))
    assert (done.done_by, done.done_at, done.version) == (team.user(MANAGER), team.clock.now, 2)
    brief = await team.brief()
    assert (brief.open_actions, brief.done_actions) == ((), (done,))
    team.clock.now += timedelta(days=6)
    await team.ask(HoldCheckIn(job_id=team.job), key="week 3")
    brief = await team.brief()
    assert (brief.open_actions, brief.done_actions) == ((), ()), "what was done before the last time is no news"


async def test_an_action_is_agreed_on_changed_and_done_once_and_each_is_one_version(team: Team) -> None:
    action = await team.agreed()
    assert await team.agreed() == action
    change = ChangeAgreedAction(
        action_id=action.id, text="Close both offers", owner_id=team.user(MANAGER), due_on=_DUE, expected_version=1
    )
    changed = await team.ask(change)
    assert await team.ask(change) == changed, "what it says already conflicts with nothing"
    done = await team.ask(CompleteAgreedAction(action_id=action.id))
    assert await team.ask(CompleteAgreedAction(action_id=action.id)) == done
    reopened = await team.ask(CompleteAgreedAction(action_id=action.id, done=False))
    assert (reopened.text, reopened.done_at, reopened.version) == ("Close both offers", None, 4)
    told = await team.told()
    assert [data["previous_owner_id"] for _, data in told] == [None, str(team.user(RECRUITER)), None, None]
    assert [(kind, data["change"], data["owner_id"]) for kind, data in told] == [
        ("pipeline.agreed_action.changed.v1", "agreed", str(team.user(RECRUITER))),
        ("pipeline.agreed_action.changed.v1", "changed", str(team.user(MANAGER))),
        ("pipeline.agreed_action.changed.v1", "done", str(team.user(MANAGER))),
        ("pipeline.agreed_action.changed.v1", "reopened", str(team.user(MANAGER))),
    ]


async def test_a_change_of_an_action_that_somebody_changed_since_shows_how_it_is_now(team: Team) -> None:
    action = await team.agreed()
    about = {"action_id": action.id, "owner_id": team.user(RECRUITER), "due_on": _DUE, "expected_version": 1}
    theirs = await team.ask(ChangeAgreedAction(text="Close both offers", **about))  # type: ignore[arg-type]
    mine = await team.ask(ChangeAgreedAction(text="Close one offer", **about))  # type: ignore[arg-type]
    assert isinstance(mine, AgreedActionConflict)
    assert (mine.current.text, mine.current.version) == ("Close both offers", 2)
    assert (await team.brief()).open_actions == (theirs,)


async def test_an_action_that_is_removed_is_nowhere_until_that_is_taken_back(team: Team) -> None:
    action = await team.agreed()
    remove = RemoveAgreedAction(action_id=action.id, expected_version=1)
    removed = await team.ask(remove)
    assert (removed.removed_at, removed.version) == (team.clock.now, 2)
    assert await team.ask(remove) == removed, "what is removed already conflicts with nothing"
    brief = await team.brief()
    assert (brief.open_actions, brief.done_actions) == ((), ())
    assert (await team.ask(GetOwnAgreedActions(), RECRUITER, Role.RECRUITER)).total == 0
    change = ChangeAgreedAction(action_id=action.id, text="Call", owner_id=team.user(MANAGER), due_on=_DUE)
    for request in (change, CompleteAgreedAction(action_id=action.id)):
        assert isinstance(await team.ask(request), NotFound)
    back = await team.ask(RemoveAgreedAction(action_id=action.id, removed=False, expected_version=2))
    assert back == action.model_copy(update={"version": 3})
    assert (await team.brief()).open_actions == (back,)
    assert [data["change"] for _, data in await team.told()] == ["agreed", "removed", "restored"]


async def test_an_action_that_somebody_changed_since_is_not_removed(team: Team) -> None:
    action = await team.agreed()
    change = ChangeAgreedAction(action_id=action.id, text="Call", owner_id=team.user(RECRUITER), due_on=_DUE)
    theirs = await team.ask(change)
    answer = await team.ask(RemoveAgreedAction(action_id=action.id, expected_version=1))
    assert isinstance(answer, AgreedActionConflict)
    assert (answer.current.text, answer.current.version) == ("Call", 2)
    assert (await team.brief()).open_actions == (theirs,)


async def test_the_hiring_team_and_who_wrote_it_down_remove_an_action_and_nobody_else(team: Team) -> None:
    action = await team.agreed()
    remove = RemoveAgreedAction(action_id=action.id)
    assert isinstance(await team.ask(remove, STRANGER, Role.RECRUITER), Forbidden)
    assert isinstance(await team.ask(remove, STRANGER, Role.HIRING_MANAGER), NotFound)
    assert (await team.brief()).open_actions == (action,)
    about = AddAgreedAction(job_id=team.job, text="Post the job", owner_id=team.user(RECRUITER), due_on=_DUE)
    # An admin is on no team; as a recruiter they are the one who wrote it down, and no more.
    theirs = await team.ask(about, ADMIN, Role.ADMIN, key="theirs")
    removed = await team.ask(RemoveAgreedAction(action_id=theirs.id), ADMIN, Role.RECRUITER)
    assert isinstance(removed, AgreedAction)
    assert isinstance(await team.ask(remove), AgreedAction)
    assert (await team.brief()).open_actions == ()


async def test_a_removal_is_not_taken_back_once_too_many_are_open(team: Team) -> None:
    first = await team.agreed("The first", key="the first")
    await team.ask(RemoveAgreedAction(action_id=first.id))
    for number in range(MAX_OPEN_ACTIONS):
        await team.agreed(f"Action {number}", key=f"key {number}")
    answer = await team.ask(RemoveAgreedAction(action_id=first.id, removed=False))
    assert isinstance(answer, Invalid)
    assert [each.code for each in answer.problems] == [InputProblemCode.TOO_MANY]
    assert len((await team.brief()).open_actions) == MAX_OPEN_ACTIONS


async def test_an_action_has_an_owner_of_the_organisation(team: Team) -> None:
    for owner in (UUID(int=5), team.user(999)):
        answer = await team.ask(AddAgreedAction(job_id=team.job, text="Call", owner_id=owner, due_on=_DUE))
        assert isinstance(answer, Invalid)
        assert [(each.path, each.code) for each in answer.problems] == [("owner_id", InputProblemCode.NOT_FOUND)]
    assert await team.told() == []


async def test_a_job_has_only_so_many_open_actions(team: Team) -> None:
    for number in range(MAX_OPEN_ACTIONS):
        await team.agreed(f"Action {number}", key=f"key {number}")
    first = (await team.brief()).open_actions[0]
    more = AddAgreedAction(job_id=team.job, text="One more", owner_id=team.user(RECRUITER), due_on=_DUE)
    answer = await team.ask(more, key="more")
    assert isinstance(answer, Invalid)
    assert [each.code for each in answer.problems] == [InputProblemCode.TOO_MANY]
    await team.ask(CompleteAgreedAction(action_id=first.id))
    assert isinstance(await team.ask(more, key="more"), AgreedAction)
    assert isinstance(await team.ask(CompleteAgreedAction(action_id=first.id, done=False)), Invalid)


async def test_users_are_told_what_they_are_to_do_for_the_jobs_that_they_see(team: Team) -> None:
    later = await team.agreed(key="later", due_on=date(2026, 4, 1), owner_id=team.user(MANAGER))
    sooner = await team.agreed(key="sooner", owner_id=team.user(MANAGER))
    for user, role, mine in (
        (MANAGER, Role.HIRING_MANAGER, (sooner, later)),
        (STRANGER, Role.RECRUITER, ()),
    ):
        answer = await team.ask(GetOwnAgreedActions(), user, role)
        assert answer == AgreedActions(items=mine, total=len(mine))
    await team.agreed(key="hidden", owner_id=team.user(STRANGER))
    assert (await team.ask(GetOwnAgreedActions(), STRANGER, Role.HIRING_MANAGER)).total == 0
    assert (await team.ask(GetOwnAgreedActions(), STRANGER, Role.RECRUITER)).total == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ask Káte's references", True),
        ("AUSTEN: offer by Friday", True),
        ("Close the offer", False),
        ("Skate to the office", False),
        ("Ask James", False),
    ],
)
async def test_what_was_agreed_goes_with_the_person_whom_it_names(team: Team, text: str, *, named: bool) -> None:
    action = await team.agreed(text)
    async with team.pipeline.work("acme", actor="ats", cause="test") as unit:
        await team._ingest.endings.erase(unit, [team.mapper.id("people", 2)], EndReason.DELETED)
    now = action.model_copy(update={"text": None, "version": 2}) if named else action
    assert (await team.brief()).open_actions == (now,)


async def test_a_form_that_was_open_does_not_write_back_what_was_erased(team: Team) -> None:
    action = await team.agreed("Ask Káte's references")
    async with team.pipeline.work("acme", actor="ats", cause="test") as unit:
        await team._ingest.endings.erase(unit, [team.mapper.id("people", 2)], EndReason.DELETED)
    stale = ChangeAgreedAction(
        action_id=action.id,
        text="Ask Káte's references",
        owner_id=action.owner_id,
        due_on=date(2026, 5, 1),
        expected_version=action.version,
    )
    refused = await team.ask(stale, MANAGER, Role.HIRING_MANAGER)
    assert isinstance(refused, AgreedActionConflict)
    assert refused.current.text is None
    [now] = (await team.brief()).open_actions
    assert (now.text, now.due_on) == (None, action.due_on)
