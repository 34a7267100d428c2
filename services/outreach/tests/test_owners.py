"""Nobody writes to a person with whom somebody else is in touch."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from rapport.contracts.identity import Viewer
from rapport.contracts.outreach import GetMessagesByIds, Message, SendMessage, SettleMessage
from rapport.contracts.vocabulary import Blocker, MessageState
from rapport.kit.database.queries import Statement
from rapport.local.waiting import eventually
from rapport.testing import ProgramFactory, TestDatabase
from services.outreach.tests.support.acme import PATIENCE, Acme, asked
from services.outreach.tests.support.mail_server import Step
from services.outreach.tests.support.process import Outreach

SCHEDULED, SENT, FAILED, IN_DOUBT = (
    MessageState.SCHEDULED,
    MessageState.SENT,
    MessageState.FAILED,
    MessageState.IN_DOUBT,
)
_AGE = Statement("UPDATE message SET handed_over_at = handed_over_at - $1::interval, sent_at = sent_at - $1::interval")
_IS_HANDED_OVER = Statement("SELECT handed_over_at IS NOT NULL FROM message WHERE id = $1")
_DUE = Statement("UPDATE message SET next_try_at = now() - interval '1 second' WHERE state = 'scheduled'")


async def pass_time(acme: Acme, days: float) -> None:
    """What was sent was sent so much earlier, and what waits is looked at now."""
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_AGE, timedelta(days=days))
        await unit.execute(_DUE)


async def sent(acme: Acme, person: UUID, viewer: Viewer) -> Message:
    written = await acme.send(person, viewer=viewer)
    async with acme.sending():
        return await acme.until(written.id, SENT)


async def is_handed_over(acme: Acme, message_id: UUID) -> bool:
    async with acme.database.read_session("acme") as session:
        return bool(await session.fetchval(_IS_HANDED_OVER, message_id))


async def test_a_message_of_somebody_else_waits_until_the_owner_s_time_is_over(acme: Acme) -> None:
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    first = await sent(acme, kate, acme.recruiter)
    other = await acme.send(kate, viewer=acme.manager)
    assert other.blocker is Blocker.OWNED  # its author learns it at once
    async with acme.sending():
        waits = await acme.until(other.id, SCHEDULED, blocker=Blocker.OWNED)
        assert first.sent_at is not None
        assert timedelta(days=29.9) < waits.send_at - first.sent_at <= timedelta(days=30)
        assert len(acme.mail_server.mails) == 1
        await pass_time(acme, 30)
        await acme.until(other.id, SENT)


async def test_the_owner_goes_on_writing_and_so_does_who_writes_in_their_name(acme: Acme) -> None:
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    await sent(acme, kate, acme.recruiter)
    await acme.grant(acme.recruiter, user_id=acme.manager.user_id)
    in_their_name = await acme.send(kate, viewer=acme.manager, from_user_id=acme.recruiter.user_id)
    again = await acme.send(kate, viewer=acme.recruiter)
    assert {in_their_name.blocker, again.blocker} == {None}
    async with acme.sending():
        await acme.until(in_their_name.id, SENT)
        await acme.until(again.id, SENT)


async def test_the_owner_is_whose_mailbox_it_came_from_not_who_wrote_it(acme: Acme) -> None:
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    await acme.grant(acme.manager, user_id=acme.recruiter.user_id)
    on_behalf = await acme.send(kate, viewer=acme.recruiter, from_user_id=acme.manager.user_id)
    async with acme.sending():
        await acme.until(on_behalf.id, SENT)
        own = await acme.send(kate, viewer=acme.recruiter)
        await acme.until(own.id, SCHEDULED, blocker=Blocker.OWNED)


async def test_of_two_who_write_at_the_same_moment_exactly_one_gets_through(acme: Acme) -> None:
    await acme.limit()
    people = [acme.peer.person(f"kate{n}@example.org") for n in range(3)]
    written = {
        person: [await acme.send(person, viewer=viewer) for viewer in (acme.recruiter, acme.manager)]
        for person in people
    }
    # All have passed the first check, and decide again once the server is ready for their texts.
    acme.mail_server.hold(Step.BEFORE_GO_AHEAD)
    async with acme.sending(lanes=6):

        async def all_are_held() -> bool:
            return acme.mail_server.held[Step.BEFORE_GO_AHEAD] == 6

        await eventually(all_are_held, within=PATIENCE, what="six dialogues")
        acme.mail_server.release(Step.BEFORE_GO_AHEAD)
        for pair in written.values():

            async def is_decided(pair: list[Message] = pair) -> bool:
                found = [await acme.message(each.id) for each in pair]
                return {(each.state, each.blocker) for each in found} == {(SENT, None), (SCHEDULED, Blocker.OWNED)}

            await eventually(is_decided, within=PATIENCE, what="one sent and one that waits")
    assert sorted(mail["To"].addresses[0].username for mail in acme.mail_server.mails) == ["kate0", "kate1", "kate2"]


async def test_a_message_that_did_not_go_out_after_all_makes_nobody_the_owner(acme: Acme) -> None:
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    first = await acme.send(kate, viewer=acme.recruiter)
    acme.mail_server.hold(Step.WITHIN_DATA)
    async with acme.sending(lanes=2):
        await eventually(partial(is_handed_over, acme, first.id), within=PATIENCE, what="the hand-over")
        other = await acme.send(kate, viewer=acme.manager)
        await acme.until(other.id, SCHEDULED, blocker=Blocker.OWNED)
        acme.mail_server.says[Step.BEFORE_ANSWER] = "550 5.7.1 Not in this house"
        acme.mail_server.release(Step.WITHIN_DATA)
        await acme.until(first.id, FAILED)
        await acme.until(other.id, FAILED, blocker=Blocker.REFUSED)


async def test_a_message_in_doubt_counts_until_somebody_says_that_it_was_not_sent(acme: Acme) -> None:
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    acme.mail_server.drops.add(Step.BEFORE_ANSWER)
    uncertain = await acme.send(kate, viewer=acme.recruiter)
    async with acme.sending():
        await acme.until(uncertain.id, IN_DOUBT)
        other = await acme.send(kate, viewer=acme.manager)
        await acme.until(other.id, SCHEDULED, blocker=Blocker.OWNED)
    acme.mail_server.drops.clear()
    settled = SettleMessage(message_id=uncertain.id, was_sent=False)
    await acme.messages.settle_message(settled, asked(acme.recruiter))
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        [due] = await unit.fetch(Statement(f"SELECT next_try_at <= now() AS now FROM message WHERE id = '{other.id}'"))
    assert due["now"]


@pytest.mark.parametrize(("step", "owns"), [(Step.BEFORE_GO_AHEAD, False), (Step.BEFORE_ANSWER, True)])
async def test_who_is_killed_owns_the_person_only_if_the_text_may_have_left(
    acme: Acme,
    start_program: ProgramFactory,
    stored: TestDatabase,
    jetstream_url: str,
    tmp_path: Path,
    step: Step,
    *,
    owns: bool,
) -> None:
    await acme.limit()
    process = Outreach(start_program, stored, jetstream_url, acme.account, tmp_path, lease=6)
    kate = acme.peer.person("kate@example.org")
    message = SendMessage(person_id=kate, subject="Hello", body="How are you?")
    acme.mail_server.hold(step)
    running = await process.start()
    first = (await process.call(acme, message, acme.recruiter)).message
    await acme.mail_server.reached(step)
    running.kill()
    acme.mail_server.release(step)
    await process.start()
    other = (await process.call(acme, message, acme.manager)).message
    expected = {first.id: (IN_DOUBT, None), other.id: (SCHEDULED, Blocker.OWNED)}
    if not owns:
        # The claim of the first one has to expire: until then the other is free to go.
        expected = {first.id: (SCHEDULED, Blocker.OWNED), other.id: (SENT, None)}

    async def is_decided() -> bool:
        request = GetMessagesByIds(ids=(first.id, other.id))
        found = (await process.call(acme, request, acme.admin)).items
        return {each.id: (each.state, each.blocker) for each in found} == expected

    await eventually(is_decided, within=PATIENCE, what="the outcome of both")
