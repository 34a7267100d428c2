"""Messages on their way out: what they look like, what keeps them, and what mail servers say."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from rapport.contracts.identity import Grant, Role
from rapport.contracts.outreach import RevokeSending, SuppressPerson
from rapport.contracts.vocabulary import Blocker, Channel, MessageState
from rapport.kit.database.queries import Statement
from rapport.local.waiting import eventually
from services.outreach.tests.support.acme import LINKS, PATIENCE, Acme, asked, running
from services.outreach.tests.support.mail_server import Step

SCHEDULED, SENT, FAILED, IN_DOUBT = (
    MessageState.SCHEDULED,
    MessageState.SENT,
    MessageState.FAILED,
    MessageState.IN_DOUBT,
)
_AGE = Statement("UPDATE message SET handed_over_at = handed_over_at - $1::interval, sent_at = sent_at - $1::interval")
_AGE_CAPS = Statement("UPDATE sender SET capped_until = capped_until - $1::interval")
_DUE = Statement("UPDATE message SET next_try_at = now() - interval '1 second' WHERE state = 'scheduled'")


async def make_due(acme: Acme) -> None:
    """What waits for a time is looked at now."""
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_DUE)


async def test_a_message_arrives_as_it_was_written(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org", first_name="Zoë")
    text = "Grüße aus München.\n\nMore: https://example.com/jobs?a=1&b=2 <soon>\n.\nBye"
    written = await acme.send(
        person, subject="Schöne Aussichten für Sie: ein Gespräch über Ihre nächste Stelle", body=text
    )
    async with acme.sending():
        sent = await acme.until(written.id, SENT)
    [mail] = acme.mail_server.mails
    assert (mail["From"], mail["To"]) == ("Ruth Recruiter <ruth@example.com>", "Zoë Austen <kate@example.org>")
    assert mail["Subject"] == written.subject
    assert mail["Message-ID"] == f"<{written.id.hex}@example.com>"
    [envelope] = acme.mail_server.accepted
    assert (envelope.mail_from, envelope.rcpt_tos) == ("ruth@example.com", ["kate@example.org"])
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").startswith(text)
    assert '<a href="https://example.com/jobs?a=1&amp;b=2"' in html.get_content()
    assert "&lt;soon&gt;" in html.get_content()
    assert acme.mail_server.logins == [("ruth@example.com", "secret")]
    assert (sent.explanation, sent.blocker, sent.version) == ("250 2.0.0 queued as 4711", None, 2)
    assert sent.sent_at is not None
    assert all(len(line) <= 998 and line.isascii() for line in bytes(envelope.content or b"").split(b"\r\n"))


async def test_every_message_can_be_unsubscribed_from_with_one_click(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        await acme.until(written.id, SENT)
    [mail] = acme.mail_server.mails
    url = f"https://rapport.test/u/{LINKS.token('acme', written.id)}"
    raw = bytes(acme.mail_server.accepted[0].content or b"").decode()
    assert f"\r\nList-Unsubscribe: <{url}>\r\n" in raw
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    body = mail.get_body(("plain",))
    assert body is not None
    assert url in body.get_content()


async def test_an_international_domain_is_written_to_under_its_ascii_name(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@münchen.example"))
    async with acme.sending():
        await acme.until(written.id, SENT)
    [envelope] = acme.mail_server.accepted
    assert envelope.rcpt_tos == ["kate@xn--mnchen-3ya.example"]


async def test_a_reply_to_a_reply_belongs_to_the_conversation(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    await acme.limit()
    first = await acme.send(person)
    second = await acme.send(person, reply_to_message_id=first.id)
    async with acme.sending():
        await acme.until(first.id, SENT)
        await acme.until(second.id, SENT)
    [mail] = [m for m in acme.mail_server.mails if second.id.hex in m["Message-ID"]]
    assert mail["In-Reply-To"] == f"<{first.id.hex}@example.com>"
    assert mail["References"] == f"<{first.id.hex}@example.com>"


async def test_a_message_is_not_sent_before_its_time(acme: Acme) -> None:
    later = datetime.now(UTC) + timedelta(hours=3)
    waits = await acme.send(acme.peer.person("later@example.org"), send_at=later)
    now = await acme.send(acme.peer.person("now@example.org"))
    async with acme.sending():
        await acme.until(now.id, SENT)
    found = await acme.message(waits.id)
    assert (found.state, found.send_at, found.blocker) == (SCHEDULED, later, None)


async def test_a_message_on_behalf_of_another_waits_for_their_grant_and_comes_from_them(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    written = await acme.send(person, from_user_id=acme.manager.user_id)
    async with acme.sending():
        waits = await acme.until(written.id, SCHEDULED, blocker=Blocker.GRANT_MISSING)
        assert acme.mail_server.mails_to("kate@example.org") == []
        assert waits.version == 2
        await acme.grant(acme.manager, user_id=acme.recruiter.user_id)
        await acme.until(written.id, SENT)
    [mail] = acme.mail_server.mails_to("kate@example.org")
    assert mail["From"] == "Henry Manager <henry@example.com>"
    assert ("henry@example.com", "secret") in acme.mail_server.logins
    told = [(data["current"], data["blocker"]) for _, data in await acme.events("state_changed")]
    assert told == [("scheduled", "grant_missing"), ("sent", None)]


async def test_a_grant_to_a_role_covers_those_who_have_it_when_it_is_sent(acme: Acme) -> None:
    await acme.limit()
    await acme.grant(acme.manager, role=Role.RECRUITER)
    covered = await acme.send(acme.peer.person("a@example.org"), from_user_id=acme.manager.user_id)
    sourcer = acme.viewer(acme.peer.user("sam@example.com"), Role.RECRUITER)
    acme.peer.roles[sourcer.user_id] = frozenset({Role.SOURCER})
    uncovered = await acme.send(acme.peer.person("b@example.org"), from_user_id=acme.manager.user_id, viewer=sourcer)
    async with acme.sending():
        await acme.until(covered.id, SENT)
        await acme.until(uncovered.id, SCHEDULED, blocker=Blocker.GRANT_MISSING)


async def test_a_grant_that_was_taken_back_no_longer_counts(acme: Acme) -> None:
    granted = await acme.grant(acme.manager, user_id=acme.recruiter.user_id)
    written = await acme.send(acme.peer.person("kate@example.org"), from_user_id=acme.manager.user_id)
    await acme.grants.revoke_sending(RevokeSending(grant_id=granted.id), asked(acme.manager))
    async with acme.sending():
        await acme.until(written.id, SCHEDULED, blocker=Blocker.GRANT_MISSING)
    assert acme.mail_server.mails_to("kate@example.org") == []


async def test_what_a_user_who_has_left_wrote_waits(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@example.org"))
    acme.peer.leave(acme.recruiter.user_id)
    async with acme.sending():
        waits = await acme.until(written.id, SCHEDULED, blocker=Blocker.SENDER_GONE)
        assert waits.explanation == "its sender has left the organisation"
        assert acme.mail_server.accepted == []
        acme.peer.leave(acme.recruiter.user_id, back=True)
        await make_due(acme)
        await acme.until(written.id, SENT)


async def test_what_a_user_wrote_who_may_not_write_to_people_any_more_waits(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@example.org"))
    acme.peer.roles[acme.recruiter.user_id] = frozenset({Role.INTERVIEWER})
    async with acme.sending():
        waits = await acme.until(written.id, SCHEDULED, blocker=Blocker.SENDER_GONE)
        assert waits.explanation == "its author may not write to people any more"
        assert acme.mail_server.accepted == []
        acme.peer.roles[acme.recruiter.user_id] = frozenset({Role.SOURCER})
        await make_due(acme)
        await acme.until(written.id, SENT)


async def test_an_admin_who_sees_private_people_by_a_grant_writes_to_them(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    acme.peer.private.add(person)
    acme.peer.grants[acme.admin.user_id] = frozenset({Grant.SEE_PRIVATE_PEOPLE})
    acme.peer.roles[acme.admin.user_id] = acme.admin.roles
    admin = acme.admin.model_copy(update={"grants": acme.peer.grants[acme.admin.user_id]})
    written = await acme.send(person, viewer=admin)
    async with acme.sending():
        await acme.until(written.id, SENT)
    assert len(acme.mail_server.mails_to("kate@example.org")) == 1


async def test_what_is_sent_to_somebody_whom_its_author_may_not_see_any_more_fails(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    written = await acme.send(person)
    acme.peer.private.add(person)
    async with acme.sending():
        assert (await acme.until(written.id, FAILED)).blocker is Blocker.NO_ADDRESS
    assert acme.mail_server.accepted == []


async def test_a_user_without_a_mailbox_of_ours_sends_nothing(acme: Acme) -> None:
    outsider = acme.viewer(acme.peer.user("olaf@elsewhere.test"), Role.RECRUITER)
    written = await acme.send(acme.peer.person("kate@example.org"), viewer=outsider)
    async with acme.sending():
        await acme.until(written.id, SCHEDULED, blocker=Blocker.MAILBOX_MISSING)
    assert acme.mail_server.accepted == []


async def test_two_messages_from_one_mailbox_keep_their_distance(acme: Acme) -> None:
    for n in range(2):
        await acme.send(acme.peer.person(f"{n}@example.org"))
    async with acme.sending(lanes=3):
        sent, waits = await acme.until_listed(SENT), await acme.until_listed(SCHEDULED, blocker=Blocker.SPACING)
    assert sent.sent_at is not None
    assert timedelta(seconds=95) < waits.send_at - sent.sent_at < timedelta(seconds=105)
    assert len(acme.mail_server.accepted) == 1
    assert waits.version == 1


async def test_a_person_is_written_to_twice_a_day_and_no_more(acme: Acme) -> None:
    await acme.limit(person_per_day=2, person_per_week=5)
    person = acme.peer.person("kate@example.org")
    written = [await acme.send(person) for _ in range(3)]
    async with acme.sending():
        await acme.until(written[0].id, SENT)
        await acme.until(written[1].id, SENT)
        waits = await acme.until(written[2].id, SCHEDULED, blocker=Blocker.PERSON_CAP)
    first = await acme.message(written[0].id)
    assert first.sent_at is not None
    assert abs(waits.send_at - first.sent_at - timedelta(days=1)) < timedelta(seconds=10)


async def test_a_mailbox_sends_so_many_a_day_and_no_more(acme: Acme) -> None:
    await acme.limit(sender_per_day=1)
    for n in range(2):
        await acme.send(acme.peer.person(f"{n}@example.org"))
    async with acme.sending(lanes=3):
        await acme.until_listed(SENT)
        waits = await acme.until_listed(SCHEDULED, blocker=Blocker.SENDER_CAP)
        async with acme.database.work("acme", actor="system:test", cause="test") as unit:
            await unit.execute(_AGE, timedelta(days=1))
            await unit.execute(_AGE_CAPS, timedelta(days=1))
        await make_due(acme)
        await acme.until(waits.id, SENT)


async def test_while_a_mailbox_may_send_no_more_what_waits_for_it_is_left_alone(acme: Acme) -> None:
    await acme.limit(sender_per_day=1)
    for n in range(3):
        await acme.send(acme.peer.person(f"{n}@example.org"))
    async with acme.sending():
        await acme.until_listed(SENT)

        async def both_wait() -> bool:
            return [m.blocker for m in await acme.listed(SCHEDULED)] == [Blocker.SENDER_CAP] * 2

        await eventually(both_wait, within=60, what="two messages that wait")
        await make_due(acme)
        # It comes after them.
        other = await acme.send(acme.peer.person("other@example.org"), viewer=acme.admin)
        await acme.until(other.id, SENT)
    assert all(message.send_at < datetime.now(UTC) for message in await acme.listed(SCHEDULED))


async def test_a_suppressed_person_receives_nothing(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    written = await acme.send(person)
    await acme.suppressions.suppress_person(SuppressPerson(person_id=person), asked(acme.recruiter))
    namesake = await acme.send(acme.peer.person("Kate@Example.org"))
    async with acme.sending():
        found = await acme.until(written.id, FAILED)
        assert (await acme.until(namesake.id, FAILED)).blocker is Blocker.SUPPRESSED
    assert found.blocker is Blocker.SUPPRESSED
    assert acme.mail_server.accepted == []


@pytest.mark.parametrize("step", [Step.RCPT, Step.BEFORE_GO_AHEAD])
async def test_a_suppression_recorded_while_the_mail_server_is_being_spoken_to_wins(acme: Acme, step: Step) -> None:
    await acme.limit()
    person = acme.peer.person("kate@example.org")
    written = await acme.send(person)
    acme.mail_server.hold(step)
    async with acme.sending():
        await acme.mail_server.reached(step)
        await acme.suppressions.suppress_person(SuppressPerson(person_id=person), asked(acme.recruiter))
        acme.mail_server.release(step)
        found = await acme.until(written.id, FAILED)
        # The connection was closed without the final dot; another one serves the next message.
        other = await acme.send(acme.peer.person("jack@example.org"))
        await acme.until(other.id, SENT)
    assert found.blocker is Blocker.SUPPRESSED
    assert [envelope.rcpt_tos for envelope in acme.mail_server.accepted] == [["jack@example.org"]]


@pytest.mark.parametrize(
    ("change", "blocker"),
    [
        ({"consents": {Channel.EMAIL: False}}, Blocker.NO_CONSENT),
        ({"emails": ()}, Blocker.NO_ADDRESS),
    ],
)
async def test_consent_and_address_are_asked_for_again_when_it_is_sent(
    acme: Acme, change: dict[str, object], blocker: Blocker
) -> None:
    person = acme.peer.person("kate@example.org")
    written = await acme.send(person)
    acme.peer.change(person, **change)
    async with acme.sending():
        found = await acme.until(written.id, FAILED)
    assert found.blocker is blocker
    assert acme.mail_server.accepted == []


async def test_a_person_who_is_gone_is_not_written_to(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    written = await acme.send(person)
    del acme.peer.people[person]
    async with acme.sending():
        assert (await acme.until(written.id, FAILED)).blocker is Blocker.NO_ADDRESS


@pytest.mark.parametrize("step", [Step.RCPT, Step.BEFORE_GO_AHEAD, Step.BEFORE_ANSWER])
async def test_what_the_mail_server_refuses_for_good_has_failed_with_its_words(acme: Acme, step: Step) -> None:
    acme.mail_server.says[step] = "550 5.7.1 Not in this house"
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        found = await acme.until(written.id, FAILED)
    assert (found.blocker, found.explanation) == (Blocker.REFUSED, "550 5.7.1 Not in this house")
    assert acme.mail_server.accepted == []


async def test_an_address_that_the_mail_server_does_not_know_is_suppressed_as_by_a_report(acme: Acme) -> None:
    acme.mail_server.says[Step.RCPT] = "550 5.1.1 <kate@example.org>: Recipient address rejected: User unknown"
    person = acme.peer.person("kate@example.org")
    written = await acme.send(person)
    async with acme.sending():
        found = await acme.until(written.id, FAILED)
        assert found.blocker is Blocker.REFUSED
        [(_, data)] = await acme.events("suppression")
        assert (data["reason"], data["whole_person"]) == ("bounced", False)
        assert (data["person_id"], data["message_id"]) == (str(person), str(written.id))
        del acme.mail_server.says[Step.RCPT]
        again = await acme.send(acme.peer.person("kate@example.org"))
        assert (await acme.until(again.id, FAILED)).blocker is Blocker.SUPPRESSED
    assert acme.mail_server.accepted == []


@pytest.mark.parametrize(
    "words",
    [
        "550 5.7.1 Relay access denied",
        "554 5.7.1 Recipient address rejected: Access denied",
        "552 5.2.2 Mailbox full",
        "550 5.1.8 Sender address rejected: Domain not found",
    ],
)
async def test_an_address_that_is_refused_for_anything_else_is_not_suppressed(acme: Acme, words: str) -> None:
    acme.mail_server.says[Step.RCPT] = words
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        await acme.until(written.id, FAILED)
    assert await acme.events("suppression") == []


@pytest.mark.parametrize("step", [Step.MAIL, Step.RCPT, Step.BEFORE_GO_AHEAD, Step.BEFORE_ANSWER])
async def test_what_the_mail_server_cannot_take_now_is_sent_later(acme: Acme, step: Step) -> None:
    await acme.limit()
    acme.mail_server.says[step] = "451 4.3.0 Try again"
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        waits = await acme.until(written.id, SCHEDULED, blocker=Blocker.UNREACHABLE)
        assert waits.explanation == "451 4.3.0 Try again"
        assert waits.send_at > datetime.now(UTC)
        del acme.mail_server.says[step]
        await make_due(acme)
        await acme.until(written.id, SENT)
    assert len(acme.mail_server.accepted) == 1


@pytest.mark.parametrize(
    "words", ["503 Bad sequence of commands", "530 5.7.0 Authentication required", "550 5.7.1 Sender not allowed"]
)
async def test_what_is_not_the_mails_fault_does_not_fail_it(acme: Acme, words: str) -> None:
    acme.mail_server.says[Step.MAIL] = words
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        waits = await acme.until(written.id, SCHEDULED, blocker=Blocker.UNREACHABLE)
    assert waits.explanation == words


async def test_a_connection_lost_before_the_mail_was_sent_costs_nothing_but_time(acme: Acme) -> None:
    acme.mail_server.drops.add(Step.RCPT)
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        await acme.until(written.id, SCHEDULED, blocker=Blocker.UNREACHABLE)
        acme.mail_server.drops.clear()
        await make_due(acme)
        await acme.until(written.id, SENT)
    assert len(acme.mail_server.accepted) == 1


async def test_a_connection_lost_before_the_response_leaves_the_message_in_doubt(acme: Acme) -> None:
    await acme.limit()
    acme.mail_server.drops.add(Step.BEFORE_ANSWER)
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        await acme.until(written.id, IN_DOUBT)
        await make_due(acme)
        other = await acme.send(acme.peer.person("jack@example.org"))
        await acme.until(other.id, IN_DOUBT)
    assert len(acme.mail_server.accepted) == 2
    assert {m.id for m in await acme.listed(IN_DOUBT)} == {written.id, other.id}


async def test_a_server_that_never_responds_leaves_the_message_in_doubt(acme: Acme) -> None:
    acme.mail_server.hold(Step.BEFORE_ANSWER)
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending(lease=4, response_timeout=2):
        await acme.until(written.id, IN_DOUBT)
    assert len(acme.mail_server.accepted) == 1


_CLAIM = Statement("SELECT claimed_until FROM message WHERE id = $1")


async def test_a_response_later_than_the_lease_leaves_no_doubt(acme: Acme) -> None:
    acme.mail_server.hold(Step.BEFORE_ANSWER)
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending(lease=4, lanes=2):
        await acme.mail_server.reached(Step.BEFORE_ANSWER)

        async def claimed_until() -> datetime:
            async with acme.database.read_session("acme") as session:
                until: datetime = await session.fetchval(_CLAIM, written.id)
            return until

        first = await claimed_until()

        async def has_run_out_long_ago() -> bool:
            return datetime.now(UTC) > first + timedelta(seconds=4) and await claimed_until() > first

        await eventually(has_run_out_long_ago, within=PATIENCE, what="a claim that was renewed")
        assert await acme.listed(IN_DOUBT) == []
        acme.mail_server.release(Step.BEFORE_ANSWER)
        await acme.until(written.id, SENT)
    assert len(acme.mail_server.accepted) == 1


async def test_work_under_way_is_finished_at_shutdown(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@example.org"))
    acme.mail_server.hold(Step.BEFORE_ANSWER)
    async with acme.sending():
        await acme.mail_server.reached(Step.BEFORE_ANSWER)
        asyncio.get_running_loop().call_later(0.2, acme.mail_server.release, Step.BEFORE_ANSWER)
    assert (await acme.message(written.id)).state is SENT


async def test_a_hand_over_that_has_begun_is_finished_at_shutdown(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.database.pool.acquire() as connection, acme.sending():
        acme.mail_server.hold(Step.BEFORE_GO_AHEAD)
        await acme.mail_server.reached(Step.BEFORE_GO_AHEAD)
        await connection.execute("BEGIN")
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', true)")
        await connection.execute("SELECT FROM sender FOR UPDATE")
        acme.mail_server.release(Step.BEFORE_GO_AHEAD)
        await until_somebody_waits(acme)
        asyncio.get_running_loop().call_later(0.3, lambda: asyncio.ensure_future(connection.execute("COMMIT")))
    assert (await acme.message(written.id)).state is SENT
    assert len(acme.mail_server.accepted) == 1


async def test_a_sender_slower_than_its_lease_lets_no_text_leave(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.database.pool.acquire() as connection, running(acme.sender(lease=6).run()):
        acme.mail_server.hold(Step.BEFORE_GO_AHEAD)
        await acme.mail_server.reached(Step.BEFORE_GO_AHEAD)
        await connection.execute("BEGIN")
        await connection.execute("SELECT set_config('rapport.org_id', 'acme', true)")
        await connection.execute("SELECT FROM sender FOR UPDATE")
        acme.mail_server.release(Step.BEFORE_GO_AHEAD)
        await until_somebody_waits(acme)
        # Longer than the lease, which nobody else takes over here.
        await connection.execute("SELECT pg_sleep(6)")
        await connection.execute("COMMIT")
        found = await acme.until(written.id, SCHEDULED, blocker=Blocker.UNREACHABLE)
    assert found.explanation == "handing it over took too long"
    assert acme.mail_server.accepted == []


async def until_somebody_waits(acme: Acme) -> None:
    """A transaction waits for a row that another one holds."""

    async def waits() -> bool:
        async with acme.database.pool.acquire() as connection:
            return bool(await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    await eventually(waits, within=60, what="a transaction that waits")


async def test_while_pipeline_is_away_messages_wait_and_nothing_is_lost(acme: Acme, jetstream_url: str) -> None:
    person = acme.peer.person("kate@example.org")
    written = await acme.send(person)
    acme.peer.broken = True
    async with acme.sending():
        other = acme.mail_server.accepted
        await acme.until(written.id, SCHEDULED)
        assert other == []
        acme.peer.broken = False
        await make_due(acme)
        await acme.until(written.id, SENT)


async def test_the_history_of_a_message_is_stored_beside_its_state(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        await acme.until(written.id, SENT)
    events = Statement("SELECT number, state, handed_over FROM message_event WHERE message_id = $1 ORDER BY number")
    async with acme.database.read_session("acme") as session:
        rows = [tuple(row) for row in await session.fetch(events, UUID(str(written.id)))]
    assert rows == [(1, "scheduled", False), (2, "claimed", True), (3, "sent", True)]
