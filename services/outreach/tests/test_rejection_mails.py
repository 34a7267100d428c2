"""The mail of a rejection: it goes once, when it is due and the ATS agrees, and not if the rejection is taken back."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationRemoved,
    ApplicationReopened,
    ClosingMail,
    Event,
    PersonErased,
    StagePoint,
)
from rapport.contracts.identity import Role
from rapport.contracts.outreach import (
    CancelMessage,
    CreateTemplate,
    GetRejectionMails,
    Message,
    Messages,
    SuppressPerson,
    TemplateResult,
    UpdateTemplate,
)
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import (
    ApplicationStatus,
    Blocker,
    MessageState,
    PersonEnd,
    RejectionState,
    RemovalReason,
    StageKind,
    TemplateKind,
)
from rapport.kit.database.queries import Statement
from rapport.kit.identity import new_id
from rapport.local.waiting import eventually
from rapport.outreach import people
from rapport.outreach.reactions import RejectionMails
from rapport.outreach.store import rejections
from rapport.testing import ProgramFactory, TestDatabase
from services.outreach.tests.support.acme import PATIENCE, Acme, asked, running
from services.outreach.tests.support.mail_server import Step
from services.outreach.tests.support.process import Outreach

SCHEDULED, SENT, CANCELLED, FAILED, IN_DOUBT = (
    MessageState.SCHEDULED,
    MessageState.SENT,
    MessageState.CANCELLED,
    MessageState.FAILED,
    MessageState.IN_DOUBT,
)
LATER = timedelta(hours=15)
_DUE = Statement("UPDATE message SET next_try_at = now() - interval '1 second' WHERE state = 'scheduled'")
_A_WEEK_AGO = Statement("UPDATE message SET send_at = send_at - interval '8 days'")
_UNFINISHED = Statement("SELECT count(*) FROM rejection_mail WHERE next_try_at IS NOT NULL")
_HURRY = Statement("UPDATE rejection_mail SET next_try_at = now() WHERE next_try_at IS NOT NULL")


class Rejection:
    """Somebody whom the recruiter rejected, with a mail to tell them."""

    def __init__(self, acme: Acme, template_id: UUID, *, person_id: UUID | None = None) -> None:
        self.acme = acme
        self.template_id = template_id
        self.person_id = person_id or acme.peer.person("kate@example.org")
        self.application_id = acme.peer.application(self.person_id)
        self.job_id = acme.peer.applications[self.application_id].job_id

    def stands(self, state: RejectionState, *, version: int = 5) -> None:
        """What pipeline says of it from now on."""
        self.acme.peer.rejections[self.application_id, version] = state

    def closed(self, version: int = 5, *, after: timedelta = LATER, **mail: Any) -> Event[ApplicationClosed]:
        said = ClosingMail(
            template_id=self.template_id,
            from_user_id=self.acme.recruiter.user_id,
            send_at=datetime.now(UTC) + after,
            **mail,
        )
        status = {"previous": ApplicationStatus.ACTIVE, "current": ApplicationStatus.REJECTED}
        return self._event(ApplicationClosed(**self._of(), **status, mail=said), version)

    def closed_silently(self, version: int) -> Event[ApplicationClosed]:
        """Rejected without a mail."""
        status = {"previous": ApplicationStatus.ACTIVE, "current": ApplicationStatus.REJECTED}
        return self._event(ApplicationClosed(**self._of(), **status), version)

    def withdrawn(self, version: int) -> Event[ApplicationClosed]:
        status = {"previous": ApplicationStatus.REJECTED, "current": ApplicationStatus.WITHDRAWN}
        return self._event(ApplicationClosed(**self._of(), **status), version)

    def reopened(self, version: int = 6) -> Event[ApplicationReopened]:
        return self._event(ApplicationReopened(**self._of(), previous=ApplicationStatus.REJECTED), version)

    def removed(self, version: int = 6) -> Event[ApplicationRemoved]:
        more = {"status": ApplicationStatus.REJECTED, "reason": RemovalReason.DELETED}
        return self._event(ApplicationRemoved(**self._of(), **more), version)

    def _of(self) -> dict[str, Any]:
        stage = StagePoint(stage_id=new_id(), kind=StageKind.ONSITE, position=3)
        return {"person_id": self.person_id, "job_id": self.job_id, "stage": stage}

    def _event(self, data: Any, version: int) -> Any:
        now = datetime.now(UTC)
        return Event(
            id=new_id(),
            type=data.type,
            source="rapport/pipeline",
            subject=self.application_id,
            time=now,
            recordedat=now,
            orgid="acme",
            aggregateversion=version,
            actor=f"user:{self.acme.recruiter.user_id}",
            cause="request",
            data=data,
        )

    async def mail(self) -> Message | None:
        """The message about it, as the recruiter sees it."""
        request = GetRejectionMails(application_ids=(self.application_id,))
        found = await self.acme.messages.get_rejection_mails(request, asked(self.acme.recruiter))
        return next(iter(Messages.model_validate_json(found).items), None)

    async def written(self) -> Message:
        """The message, once it is there."""
        return await eventually(self.mail, within=PATIENCE, what="the mail of the rejection")


@pytest_asyncio.fixture
async def rejection(acme: Acme) -> Rejection:
    await acme.limit()
    return Rejection(acme, await template(acme))


@pytest.fixture
def process(
    start_program: ProgramFactory, stored: TestDatabase, jetstream_url: str, acme: Acme, tmp_path: Path
) -> Outreach:
    return Outreach(start_program, stored, jetstream_url, acme.account, tmp_path, lease=6.0)


async def template(acme: Acme, body: str = "Dear {{ candidate_name }}, no.") -> UUID:
    request = CreateTemplate(
        kind=TemplateKind.REJECTION, template_name="No", subject="{{ job_title }}", body=body, shared=True
    )
    answer = await acme.templates.create_template(request, asked(acme.recruiter))
    assert isinstance(answer, TemplateResult)
    return answer.template.id


async def happen(acme: Acme, *events: Any) -> None:
    """Outreach applies these events, in one delivery."""
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await RejectionMails().apply(unit, events)


async def make_due(acme: Acme) -> None:
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_DUE)


async def until_nothing_is_wanted(acme: Acme) -> None:
    """What was wanted has become messages, or came to nothing."""

    async def finished() -> bool:
        async with acme.database.read_session("acme") as session:
            return not await session.fetchval(_UNFINISHED)

    await eventually(finished, within=PATIENCE, what="an empty queue")


async def test_a_rejection_becomes_a_message_that_goes_when_it_is_due(acme: Acme, rejection: Rejection) -> None:
    event = rejection.closed()
    await happen(acme, event)
    async with acme.sending():
        written = await rejection.written()
        assert (written.state, written.send_at) == (SCHEDULED, event.data.mail.send_at if event.data.mail else None)
        assert (written.subject, written.body) == ("Engineer", "Dear Kate Austen, no.")
        assert (written.author_id, written.from_user_id) == (acme.recruiter.user_id, acme.recruiter.user_id)
        assert (written.person_id, written.application_id) == (rejection.person_id, rejection.application_id)
        await make_due(acme)
        await acme.until(written.id, SENT)
    [mail] = acme.mail_server.mails
    assert (mail["To"], mail["Subject"]) == ("Kate Austen <kate@example.org>", "Engineer")


async def test_an_event_that_arrives_again_sends_nothing_again(acme: Acme, rejection: Rejection) -> None:
    event = rejection.closed(after=timedelta(0))
    await happen(acme, event)
    async with acme.sending():
        await acme.until((await rejection.written()).id, SENT)
        await happen(acme, event, event)
        await until_nothing_is_wanted(acme)
    assert len(await acme.listed()) == 1
    assert len(acme.mail_server.mails) == 1


async def test_reopening_cancels_the_mail(acme: Acme, rejection: Rejection) -> None:
    await happen(acme, rejection.closed())
    async with acme.sending():
        written = await rejection.written()
        rejection.stands(RejectionState.UNDONE)
        await happen(acme, rejection.reopened())
        assert (await acme.message(written.id)).state is CANCELLED
        await make_due(acme)
    assert acme.mail_server.mails == []
    types = [(kind, data.get("current")) for kind, data in await acme.events("outreach.message")]
    assert types == [("outreach.message.scheduled.v1", None), ("outreach.message.state_changed.v1", "cancelled")]


@pytest.mark.parametrize("what", ["reopened", "removed", "withdrawn"])
@pytest.mark.parametrize("together", [True, False])
async def test_what_was_taken_back_before_a_message_was_made_becomes_none(
    acme: Acme, rejection: Rejection, what: str, *, together: bool
) -> None:
    after = getattr(rejection, what)(6)
    for delivery in [[rejection.closed(), after]] if together else [[rejection.closed()], [after]]:
        await happen(acme, *delivery)
    async with acme.sending():
        await until_nothing_is_wanted(acme)
    assert await rejection.mail() is None


async def test_a_rejection_whose_event_arrives_after_that_of_its_undoing_becomes_no_message(
    acme: Acme, rejection: Rejection
) -> None:
    rejection.stands(RejectionState.UNDONE)
    await happen(acme, rejection.reopened())
    await happen(acme, rejection.closed())
    async with acme.sending():
        await until_nothing_is_wanted(acme)
    assert await rejection.mail() is None


async def test_the_undoing_of_an_earlier_rejection_leaves_the_mail_of_a_later_one(
    acme: Acme, rejection: Rejection
) -> None:
    rejection.stands(RejectionState.UNDONE)
    rejection.stands(RejectionState.CONFIRMED, version=7)
    await happen(acme, rejection.closed(7), rejection.reopened(6), rejection.closed(5))
    async with acme.sending():
        written = await rejection.written()
        await happen(acme, rejection.reopened(6))
        await until_nothing_is_wanted(acme)
        assert (await acme.message(written.id)).state is SCHEDULED
    assert len(await acme.listed()) == 1


async def test_a_mail_whose_rejection_was_taken_back_before_anybody_heard_of_it_is_not_sent(
    acme: Acme, rejection: Rejection
) -> None:
    await happen(acme, rejection.closed())
    async with acme.sending():
        written = await rejection.written()
        rejection.stands(RejectionState.UNDONE)
        await make_due(acme)
        await acme.until(written.id, CANCELLED)
        await happen(acme, rejection.reopened())
    assert acme.mail_server.mails == []


@pytest.mark.parametrize("heard", [True, False])
async def test_a_rejection_taken_back_while_the_mail_server_waits_for_the_text_is_not_told(
    acme: Acme, rejection: Rejection, *, heard: bool
) -> None:
    acme.mail_server.hold(Step.RCPT)
    await happen(acme, rejection.closed(after=timedelta(0)))
    async with acme.sending():
        await acme.mail_server.reached(Step.RCPT)
        rejection.stands(RejectionState.UNDONE)
        if heard:
            await happen(acme, rejection.reopened())
        acme.mail_server.release(Step.RCPT)
        await acme.until((await rejection.written()).id, CANCELLED)
    assert acme.mail_server.mails == []


async def test_a_mail_waits_until_the_ats_has_confirmed_the_rejection_and_says_so(
    acme: Acme, rejection: Rejection
) -> None:
    rejection.stands(RejectionState.PENDING)
    await happen(acme, rejection.closed(after=timedelta(0)))
    async with acme.sending():
        waiting = await acme.until_listed(SCHEDULED, blocker=Blocker.ATS_PENDING)
        rejection.stands(RejectionState.CONFIRMED)
        await make_due(acme)
        await acme.until(waiting.id, SENT)
    assert len(acme.mail_server.mails) == 1


async def test_a_mail_waits_for_pipeline_at_every_step(acme: Acme, rejection: Rejection) -> None:
    acme.peer.broken = True
    await happen(acme, rejection.closed())
    async with acme.sending():
        assert await rejection.mail() is None
        acme.peer.broken = False
        async with acme.database.work("acme", actor="system:test", cause="test") as unit:
            await unit.execute(_HURRY)
        written = await rejection.written()
        acme.mail_server.hold(Step.RCPT)
        await make_due(acme)
        await acme.mail_server.reached(Step.RCPT)
        acme.peer.broken = True
        acme.mail_server.release(Step.RCPT)
        await eventually(lambda: _is_unclaimed(acme), within=PATIENCE, what="a message that waits again")
        acme.peer.broken = False
        await make_due(acme)
        await acme.until(written.id, SENT)
    assert len(acme.mail_server.mails) == 1


async def _is_unclaimed(acme: Acme) -> bool:
    async with acme.database.read_session("acme") as session:
        return bool(await session.fetchval(Statement("SELECT count(*) FROM message WHERE state = 'scheduled'")))


async def test_a_template_with_a_token_that_cannot_be_filled_in_is_refused_by_name(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org", first_name="")
    rejection = Rejection(acme, await template(acme, "Hi {{ candidate_first_name }}"), person_id=person)
    await happen(acme, rejection.closed(after=timedelta(0)))
    async with acme.sending():
        written = await rejection.written()
    assert (written.state, written.blocker) == (FAILED, Blocker.TOKEN_MISSING)
    assert written.explanation == "nothing can be filled in for candidate_first_name"
    assert acme.mail_server.mails == []


async def test_who_has_no_address_is_not_written_to(acme: Acme) -> None:
    rejection = Rejection(acme, await template(acme), person_id=acme.peer.person())
    await happen(acme, rejection.closed(after=timedelta(0)))
    async with acme.sending():
        written = await rejection.written()
    assert (written.state, written.blocker) == (FAILED, Blocker.NO_ADDRESS)


async def test_what_the_user_saw_is_sent_though_the_template_was_changed_since(
    acme: Acme, rejection: Rejection
) -> None:
    changed = UpdateTemplate(
        template_id=rejection.template_id, expected_version=1, template_name="No", subject="New", body="New"
    )
    await acme.templates.update_template(changed, asked(acme.recruiter))
    await happen(acme, rejection.closed(template_version=1))
    async with acme.sending():
        assert (await rejection.written()).body == "Dear Kate Austen, no."


async def test_a_suppression_recorded_meanwhile_stops_the_mail(acme: Acme, rejection: Rejection) -> None:
    await happen(acme, rejection.closed())
    async with acme.sending():
        written = await rejection.written()
        await acme.suppressions.suppress_person(SuppressPerson(person_id=rejection.person_id), asked(acme.recruiter))
        await make_due(acme)
        assert (await acme.until(written.id, FAILED)).blocker is Blocker.SUPPRESSED
    assert acme.mail_server.mails == []


async def test_the_mail_alone_can_be_cancelled(acme: Acme, rejection: Rejection) -> None:
    await happen(acme, rejection.closed())
    async with acme.sending():
        written = await rejection.written()
        await acme.messages.cancel_message(CancelMessage(message_id=written.id), asked(acme.recruiter))
        await happen(acme, rejection.closed())
        await make_due(acme)
        await until_nothing_is_wanted(acme)
    assert (await acme.message(written.id)).state is CANCELLED
    assert acme.mail_server.mails == []


@pytest.mark.parametrize("first", ["written", "erased"])
async def test_nothing_of_an_erased_person_stays_in_the_mail(acme: Acme, rejection: Rejection, first: str) -> None:
    async def erase() -> None:
        async with acme.database.work("acme", actor="system:test", cause="test") as unit:
            await people.erase(unit, rejection.person_id, PersonErased(reason=PersonEnd.ANONYMIZED, whole=True))

    await happen(acme, rejection.closed())
    if first == "erased":
        await erase()
    async with acme.sending():
        if first == "written":
            await rejection.written()
            await erase()
        await until_nothing_is_wanted(acme)
    found = await rejection.mail()
    if first == "erased":
        assert found is None
    else:
        assert found is not None
        assert (found.state, found.to_address, found.subject, found.body) == (FAILED, "", "", "")


def _leaves(acme: Acme, _: Rejection) -> None:
    acme.peer.leave(acme.recruiter.user_id)


def _loses_the_role(acme: Acme, _: Rejection) -> None:
    acme.peer.roles[acme.recruiter.user_id] = frozenset({Role.INTERVIEWER})


def _sees_them_no_more(acme: Acme, rejection: Rejection) -> None:
    acme.peer.hidden.add((acme.recruiter.user_id, rejection.person_id))


def _chose_no_template(_: Acme, rejection: Rejection) -> None:
    rejection.template_id = new_id()


@pytest.mark.parametrize(
    ("happens", "blocker", "explanation"),
    [
        (_leaves, Blocker.SENDER_GONE, "its sender has left the organisation"),
        (_loses_the_role, Blocker.SENDER_GONE, "its author may not write to people any more"),
        (_sees_them_no_more, Blocker.SENDER_GONE, "its sender does not see the person any more"),
        (_chose_no_template, Blocker.TOKEN_MISSING, "its template is not there"),
    ],
)
async def test_a_mail_that_cannot_be_written_is_shown_with_its_reason(
    acme: Acme,
    rejection: Rejection,
    happens: Callable[[Acme, Rejection], None],
    blocker: Blocker,
    explanation: str,
) -> None:
    happens(acme, rejection)
    await happen(acme, rejection.closed())
    async with acme.sending():
        shown = await rejection.written()
        await until_nothing_is_wanted(acme)
    assert (shown.state, shown.blocker, shown.explanation) == (FAILED, blocker, explanation)
    assert (shown.person_id, shown.job_id) == (rejection.person_id, rejection.job_id)
    assert (shown.to_address, shown.subject, shown.body) == ("", "", "")
    assert acme.mail_server.mails == []


async def test_nothing_is_shown_of_an_undone_rejection_whose_sender_has_left(acme: Acme, rejection: Rejection) -> None:
    acme.peer.leave(acme.recruiter.user_id)
    rejection.stands(RejectionState.UNDONE)
    await happen(acme, rejection.closed())
    async with acme.sending():
        await until_nothing_is_wanted(acme)
    assert await rejection.mail() is None


async def test_a_mail_whose_sender_was_away_for_a_week_is_not_sent_when_they_are_back(
    acme: Acme, rejection: Rejection
) -> None:
    await happen(acme, rejection.closed())
    async with acme.sending():
        written = await rejection.written()
        acme.peer.leave(acme.recruiter.user_id)
        await make_due(acme)
        await acme.until(written.id, SCHEDULED, blocker=Blocker.SENDER_GONE)
        acme.peer.leave(acme.recruiter.user_id, back=True)
        async with acme.database.work("acme", actor="system:test", cause="test") as unit:
            await unit.execute(_A_WEEK_AGO)
        await make_due(acme)
        assert (await acme.until(written.id, FAILED)).blocker is Blocker.OVERDUE
    assert acme.mail_server.mails == []


async def test_who_is_in_touch_with_the_person_does_not_hold_the_mail_back(acme: Acme, rejection: Rejection) -> None:
    colleague = acme.viewer(acme.peer.user("carla@example.com"), Role.RECRUITER)
    first = await acme.send(rejection.person_id, viewer=colleague)
    async with acme.sending():
        await acme.until(first.id, SENT)
        await happen(acme, rejection.closed(after=timedelta(0)))
        await acme.until((await rejection.written()).id, SENT)
    assert len(acme.mail_server.mails) == 2


async def test_two_processes_make_one_message(acme: Acme, rejection: Rejection) -> None:
    await happen(acme, rejection.closed())
    async with acme.sending(), running(acme.composer().worker.run(), acme.composer().worker.run()):
        await rejection.written()
        await until_nothing_is_wanted(acme)
    assert len(await acme.listed()) == 1


async def test_what_a_process_had_begun_when_it_died_is_made_by_another(acme: Acme, rejection: Rejection) -> None:
    await happen(acme, rejection.closed())
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        assert await rejections.claim(unit, again_after=timedelta(seconds=20)) is not None
        assert await rejections.claim(unit, again_after=timedelta(seconds=20)) is None
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_HURRY)
    async with acme.sending():
        await rejection.written()
    assert len(await acme.listed()) == 1


@pytest.mark.parametrize("seed", range(5))
async def test_of_any_history_in_any_order_only_a_rejection_that_still_holds_is_told(acme: Acme, seed: int) -> None:
    """Events come late, twice and in any order; the oracle is what was done last."""
    chance, template_id = random.Random(seed), await template(acme)
    await acme.limit()
    deliveries: list[Any] = []
    expected: dict[UUID, int] = {}
    for _ in range(20):
        rejection = Rejection(acme, template_id)
        rejection.stands(RejectionState.UNDONE)
        for version in range(5, 5 + chance.randint(1, 6)):
            closes = version % 2 == 1
            event: Any = rejection.reopened(version)
            if closes:
                event = rejection.closed(version) if chance.random() < 0.8 else rejection.closed_silently(version)
            deliveries += [event] * chance.choice((1, 1, 2))
            last_told = version if closes and event.data.mail else None
        if last_told:
            rejection.stands(RejectionState.CONFIRMED, version=last_told)
            expected[rejection.application_id] = last_told
    chance.shuffle(deliveries)
    async with acme.sending():
        while deliveries:
            batch = [deliveries.pop() for _ in range(min(chance.randint(1, 8), len(deliveries)))]
            await happen(acme, *batch)
        await until_nothing_is_wanted(acme)
        told = [m for m in await acme.listed(page=Page(first=200)) if m.state is SCHEDULED]
    assert {message.application_id for message in told} == set(expected)
    assert len(told) == len(expected)


@pytest.mark.parametrize(
    ("step", "becomes"), [(Step.RCPT, CANCELLED), (Step.BEFORE_GO_AHEAD, CANCELLED), (Step.BEFORE_ANSWER, IN_DOUBT)]
)
async def test_a_rejection_taken_back_after_its_sender_was_killed_is_told_at_most_once(
    acme: Acme, rejection: Rejection, process: Outreach, step: Step, becomes: MessageState
) -> None:
    """Before the hand-over it is never told; after it, nobody knows, and it is not told again."""
    acme.mail_server.hold(step)
    running_process = await process.start()
    await happen(acme, rejection.closed(after=timedelta(0)))
    await acme.mail_server.reached(step)
    running_process.kill()
    rejection.stands(RejectionState.UNDONE)
    await happen(acme, rejection.reopened())
    acme.mail_server.release(step)
    await process.start()
    await acme.until((await rejection.written()).id, becomes)
    assert len(acme.mail_server.mails) <= (becomes is IN_DOUBT)
