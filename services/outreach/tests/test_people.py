"""People who are erased in the ATS, or turn out to be one: what outreach forgets, and what goes on holding."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from rapport.contracts.events import (
    EventData,
    PersonErased,
    PersonMerged,
    PersonUnmerged,
    parse_event,
    subject_of,
)
from rapport.contracts.outreach import LiftSuppression, SuppressPerson
from rapport.contracts.pipeline import ContactPoint
from rapport.contracts.refusals import Forbidden, NotFound
from rapport.contracts.vocabulary import Blocker, MessageState, PersonEnd, PersonField, ReplyKind, SuppressionReason
from rapport.kit.database.queries import Statement
from rapport.kit.identity import derived_id, new_id
from rapport.outreach.domain.message import mark_bounced
from rapport.outreach.reactions import PeopleEnded
from rapport.outreach.recording import change, suppress
from rapport.outreach.store import messages
from rapport.outreach.store.messages import NewReply
from rapport.outreach.store.suppressions import NewSuppression
from services.outreach.tests.support.acme import Acme
from services.outreach.tests.support.mail_server import Step

_FOLDER = Path(__file__).parent / "consumed_events"
WHOLE = PersonErased(reason=PersonEnd.DELETED, whole=True)


async def happens(acme: Acme, person_id: UUID, data: EventData, *, version: int = 1) -> None:
    """The event arrives, and arrives again under another transaction."""
    name = type(data).type
    message = json.loads((_FOLDER / f"{name}.json").read_text())
    message |= {"id": str(derived_id(person_id, name, version)), "aggregateversion": version}
    message |= {"subject": str(person_id), "data": json.loads(data.model_dump_json())}
    event = parse_event(json.dumps(message).encode(), subject_of("acme", name))
    for _ in range(2):
        async with acme.database.work("acme", actor="system:test", cause=str(event.id)) as unit:
            await PeopleEnded().apply(unit, [event])


async def rows(acme: Acme, statement: str) -> list[tuple[Any, ...]]:
    async with acme.database.read_session("acme") as session:
        return [tuple(row) for row in await session.fetch(Statement(statement))]


async def sent(acme: Acme, person_id: UUID, **more: Any) -> UUID:
    message = await acme.send(person_id, **more)
    async with acme.sending():
        await acme.until(message.id, MessageState.SENT)
    return message.id


async def answer(acme: Acme, message_id: UUID, person_id: UUID) -> None:
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(
            Statement(
                "INSERT INTO reply (org_id, id, message_id, person_id, kind, received_at, subject, text, mail_id,"
                " signature)"
                " VALUES (current_org(), $1, $2, $3, 'personal', now(), 'Re: Hello', 'I am Kate.',"
                " '<1@example.org>', 'Kate Austen')"
            ),
            new_id(),
            message_id,
            person_id,
        )


async def test_no_name_address_or_text_of_an_erased_person_stays(acme: Acme) -> None:
    await acme.limit()
    kate, jack = acme.peer.person("kate@example.org"), acme.peer.person("jack@example.org", first_name="Jack")
    message_id = await sent(acme, kate, subject="For Kate", body="Dear Kate")
    await sent(acme, jack, body="Dear Jack")
    await answer(acme, message_id, kate)
    await happens(acme, kate, WHOLE)
    texts = "SELECT to_name, to_address, subject, body, explanation FROM message ORDER BY created_at"
    gone, left = await rows(acme, texts)
    assert gone == ("", "", "", "", None)
    assert left[1] == "jack@example.org"
    assert await rows(acme, "SELECT subject, text, signature, mail_id, kind FROM reply") == [
        ("", "", None, None, "personal")
    ]
    assert await rows(acme, "SELECT state FROM message ORDER BY created_at") == [("sent",), ("sent",)]
    events = await rows(
        acme, f"SELECT count(*)::int FROM message_event WHERE message_id = '{message_id}' AND explanation IS NOT NULL"
    )
    assert events == [(0,)]
    [(reason, data)] = [(d["reason"], d) for _, d in await acme.events("suppression.recorded")]
    assert (reason, data["person_id"], data["whole_person"]) == ("erased", str(kate), True)


async def test_an_address_of_an_erased_person_is_not_written_to_again(acme: Acme) -> None:
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    await sent(acme, kate)
    await happens(acme, kate, WHOLE)
    again = await acme.send(acme.peer.person("Kate@Example.org", first_name="Katherine"))
    async with acme.sending():
        assert (await acme.until(again.id, MessageState.FAILED)).blocker is Blocker.SUPPRESSED


async def test_scheduled_messages_to_an_erased_person_are_not_sent(acme: Acme) -> None:
    kate = acme.peer.person("kate@example.org")
    message = await acme.send(kate)
    await happens(acme, kate, WHOLE)
    found = await acme.message(message.id)
    assert (found.state, found.blocker) == (MessageState.FAILED, Blocker.SUPPRESSED)
    assert (found.to_address, found.subject, found.body) == ("", "", "")


async def test_a_reply_after_the_erasure_is_stored_without_its_text(acme: Acme) -> None:
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    message_id = await sent(acme, kate)
    await happens(acme, kate, WHOLE)
    late = NewReply(
        id=new_id(),
        message_id=message_id,
        person_id=kate,
        kind=ReplyKind.PERSONAL,
        received_at=datetime.now(UTC),
        subject="Re",
        text="I am Kate",
        signature="Kate Austen",
        mail_id="<2@example.org>",
    )
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await messages.insert_reply(unit, late)
    kept = await rows(acme, "SELECT subject, text, signature, mail_id FROM reply")
    assert kept == [("", "", None, None)]


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ((PersonField.EMAILS,), ("", "Hello", "How are you?")),
        ((PersonField.CORRESPONDENCE,), ("kate@example.org", "", "")),
        ((PersonField.TITLE, PersonField.PHONES), ("kate@example.org", "Hello", "How are you?")),
    ],
)
async def test_only_the_anonymized_fields_are_deleted(
    acme: Acme, fields: tuple[PersonField, ...], left: tuple[str, str, str]
) -> None:
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    await sent(acme, kate)
    await happens(acme, kate, PersonErased(reason=PersonEnd.ANONYMIZED, whole=False, fields=fields))
    assert await rows(acme, "SELECT to_address, subject, body FROM message") == [left]
    assert await acme.events("suppression") == []


async def test_the_suppression_of_an_erased_person_cannot_be_lifted(acme: Acme) -> None:
    kate = acme.peer.person("kate@example.org")
    await happens(acme, kate, WHOLE)
    del acme.peer.people[kate]
    [(suppression_id,)] = await rows(acme, "SELECT id FROM suppression")
    request = LiftSuppression(suppression_id=suppression_id)
    assert isinstance(await acme.answer(acme.suppressions.lift_suppression, request, acme.admin), Forbidden)
    assert await rows(acme, "SELECT lifted_at FROM suppression") == [(None,)]


async def test_an_admin_lifts_the_suppression_of_a_person_whom_the_ats_shows_again(acme: Acme) -> None:
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    await happens(acme, kate, PersonErased(reason=PersonEnd.ABSENT, whole=True))
    [(suppression_id,)] = await rows(acme, "SELECT id FROM suppression")
    request = LiftSuppression(suppression_id=suppression_id)
    for viewer, refused in ((acme.recruiter, True), (acme.admin, False)):
        answered = await acme.answer(acme.suppressions.lift_suppression, request, viewer)
        assert isinstance(answered, Forbidden | NotFound) is refused
    await sent(acme, kate)


async def test_who_must_not_be_written_to_stays_so_under_the_name_they_are_merged_into(acme: Acme) -> None:
    await acme.limit()
    kate, katherine = acme.peer.person("kate@example.org"), acme.peer.person("katherine@example.org")
    await acme.answer(acme.suppressions.suppress_person, SuppressPerson(person_id=kate), acme.recruiter)
    await happens(acme, kate, PersonMerged(into_person_id=katherine))
    message = await acme.send(katherine)
    async with acme.sending():
        assert (await acme.until(message.id, MessageState.FAILED)).blocker is Blocker.SUPPRESSED
    told = [d["person_id"] for _, d in await acme.events("suppression.recorded")]
    assert told == [str(kate), str(katherine)]


async def test_what_was_written_to_one_was_written_to_the_other(acme: Acme) -> None:
    await acme.limit()
    kate, katherine = acme.peer.person("kate@example.org"), acme.peer.person("katherine@example.org")
    message_id = await sent(acme, kate)
    waiting = await acme.send(katherine)
    await answer(acme, message_id, kate)
    await happens(acme, kate, PersonMerged(into_person_id=katherine))
    assert {m.person_id for m in await acme.listed()} == {katherine}
    # A reply to either of the two counts.
    async with acme.sending():
        assert (await acme.until(waiting.id, MessageState.FAILED)).blocker is Blocker.REPLIED


async def test_a_merge_takes_back_the_erasure_of_the_duplicate(acme: Acme) -> None:
    await acme.limit()
    kate, same = acme.peer.person("kate@example.org"), acme.peer.person("kate@example.org")
    await sent(acme, kate)
    await happens(acme, kate, WHOLE)
    await happens(acme, kate, PersonMerged(into_person_id=same))
    await sent(acme, same)
    assert [d["reason"] for _, d in await acme.events("suppression.lifted")] == [SuppressionReason.ERASED]


async def test_a_person_merged_into_an_erased_one_is_erased(acme: Acme) -> None:
    await acme.limit()
    kate, katherine = acme.peer.person("kate@example.org"), acme.peer.person("katherine@example.org")
    await sent(acme, kate)
    await happens(acme, katherine, WHOLE)
    await happens(acme, kate, PersonMerged(into_person_id=katherine))
    assert await rows(acme, "SELECT to_address, body FROM message") == [("", "")]


async def test_a_servers_explanation_after_the_erasure_is_not_stored(acme: Acme) -> None:
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    message_id = await sent(acme, kate)
    await happens(acme, kate, WHOLE)
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        held = await messages.lock(unit, message_id)
        assert held is not None
        await change(unit, held, mark_bounced(held, "550 5.1.1 <kate@example.org>: Kate Austen has left"))
        await suppress(
            unit,
            NewSuppression(
                new_id(),
                kate,
                whole_person=False,
                reason=SuppressionReason.BOUNCED,
                recorded_by=None,
                message_id=message_id,
                addresses=["kate@example.org"],
            ),
        )
    assert await rows(acme, "SELECT state, explanation FROM message") == [("bounced", None)]
    assert await rows(acme, "SELECT DISTINCT explanation FROM message_event") == [(None,)]
    assert await rows(acme, "SELECT DISTINCT address FROM suppression") == [(None,)]


async def test_a_person_erased_during_the_request_is_not_written_to(acme: Acme) -> None:
    kate = acme.peer.person("kate@example.org")
    await happens(acme, kate, WHOLE)
    assert isinstance(await acme.ask_to_send(kate), NotFound)
    assert await rows(acme, "SELECT body FROM message") == []


async def test_a_merge_before_a_message_is_handed_over_lets_it_find_what_holds_for_who_stays(acme: Acme) -> None:
    await acme.limit()
    kate, katherine = acme.peer.person("kate@example.org"), acme.peer.person("katherine@example.org")
    await acme.answer(acme.suppressions.suppress_person, SuppressPerson(person_id=katherine), acme.recruiter)
    acme.mail_server.hold(Step.RCPT)
    message = await acme.send(kate)
    async with acme.sending():
        await acme.mail_server.reached(Step.RCPT)
        await happens(acme, kate, PersonMerged(into_person_id=katherine))
        acme.mail_server.release(Step.RCPT)
        found = await acme.until(message.id, MessageState.FAILED, MessageState.SENT)
    assert (found.state, found.blocker) == (MessageState.FAILED, Blocker.SUPPRESSED)
    assert acme.mail_server.mails == []


def _both(acme: Acme) -> tuple[UUID, UUID]:
    """Two records; the second shows the addresses of both once they are merged."""
    kate, katherine = acme.peer.person("kate@example.org"), acme.peer.person("katherine@example.org")
    return kate, katherine


def _shows_both(acme: Acme, kate: UUID, katherine: UUID) -> None:
    points = (
        ContactPoint(value="katherine@example.org", record_id=katherine),
        ContactPoint(value="kate@example.org", record_id=kate),
    )
    acme.peer.people[katherine] = acme.peer.people[katherine].model_copy(update={"emails": points})


async def _in_force(acme: Acme) -> list[tuple[UUID, str]]:
    """Who must not be written to, and why."""
    statement = "SELECT person_id, reason FROM suppression WHERE lifted_at IS NULL ORDER BY recorded_at, id"
    return [(row[0], row[1]) for row in await rows(acme, statement)]


async def test_undoing_a_merge_gives_back_what_was_written_to_each_record(acme: Acme) -> None:
    await acme.limit()
    kate, katherine = _both(acme)
    before = {await sent(acme, kate): kate, await sent(acme, katherine): katherine}
    await happens(acme, kate, PersonMerged(into_person_id=katherine))
    _shows_both(acme, kate, katherine)
    meanwhile = {
        (await acme.send(katherine, to_address="Kate@Example.org")).id: kate,
        (await acme.send(katherine)).id: katherine,
    }
    await answer(acme, next(iter(meanwhile)), katherine)
    await happens(acme, kate, PersonUnmerged(from_person_id=katherine, record_ids=(kate,)), version=2)
    assert {m.id: m.person_id for m in await acme.listed()} == before | meanwhile
    assert await rows(acme, "SELECT person_id FROM reply") == [(kate,)]


async def test_undoing_a_merge_gives_each_record_its_own_suppressions(acme: Acme) -> None:
    kate, katherine = _both(acme)
    await acme.answer(acme.suppressions.suppress_person, SuppressPerson(person_id=kate), acme.recruiter)
    await happens(acme, kate, PersonMerged(into_person_id=katherine))
    assert await _in_force(acme) == [(kate, "do_not_contact"), (katherine, "do_not_contact")]
    await happens(acme, kate, PersonUnmerged(from_person_id=katherine, record_ids=(kate,)), version=2)
    assert await _in_force(acme) == [(kate, "do_not_contact")]
    # And merged once more.
    await happens(acme, kate, PersonMerged(into_person_id=katherine), version=3)
    assert await _in_force(acme) == [(kate, "do_not_contact"), (katherine, "do_not_contact")]


async def test_who_said_no_while_merged_is_the_record_that_was_written_to(acme: Acme) -> None:
    await acme.limit()
    kate, katherine = _both(acme)
    await happens(acme, kate, PersonMerged(into_person_id=katherine))
    _shows_both(acme, kate, katherine)
    message_id = await sent(acme, katherine, to_address="kate@example.org")
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        entry = NewSuppression(
            new_id(),
            katherine,
            whole_person=True,
            reason=SuppressionReason.UNSUBSCRIBED,
            recorded_by=None,
            message_id=message_id,
            addresses=["kate@example.org"],
        )
        await suppress(unit, entry)
    await happens(acme, kate, PersonUnmerged(from_person_id=katherine, record_ids=(kate,)), version=2)
    assert await _in_force(acme) == [(kate, "unsubscribed")]
    await sent(acme, katherine)


async def test_what_was_recorded_by_hand_while_merged_holds_for_both(acme: Acme) -> None:
    kate, katherine = _both(acme)
    await happens(acme, kate, PersonMerged(into_person_id=katherine))
    await acme.answer(acme.suppressions.suppress_person, SuppressPerson(person_id=katherine), acme.recruiter)
    await happens(acme, kate, PersonUnmerged(from_person_id=katherine, record_ids=(kate,)), version=2)
    assert await _in_force(acme) == [(katherine, "do_not_contact"), (kate, "do_not_contact")]


async def test_what_was_lifted_while_merged_stays_lifted(acme: Acme) -> None:
    kate, katherine = _both(acme)
    await acme.answer(acme.suppressions.suppress_person, SuppressPerson(person_id=kate), acme.recruiter)
    await happens(acme, kate, PersonMerged(into_person_id=katherine))
    [(copied,)] = await rows(acme, f"SELECT id FROM suppression WHERE person_id = '{katherine}'")
    await acme.answer(acme.suppressions.lift_suppression, LiftSuppression(suppression_id=copied), acme.admin)
    await happens(acme, kate, PersonUnmerged(from_person_id=katherine, record_ids=(kate,)), version=2)
    assert await _in_force(acme) == []


async def test_a_merge_that_arrives_after_its_undoing_changes_nothing(acme: Acme) -> None:
    await acme.limit()
    kate, katherine = _both(acme)
    message_id = await sent(acme, kate)
    await happens(acme, kate, PersonUnmerged(from_person_id=katherine, record_ids=(kate,)), version=2)
    await happens(acme, kate, PersonMerged(into_person_id=katherine), version=1)
    assert {m.id: m.person_id for m in await acme.listed()} == {message_id: kate}
