"""How another user comes to be in touch with a person: on request, by an admin, or by other rules."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from rapport.contracts.events import PersonMerged, PersonUnmerged
from rapport.contracts.identity import Role, Viewer
from rapport.contracts.outreach import (
    AnswerTakeover,
    Contactabilities,
    Contactability,
    GetContactability,
    GetOwnershipRules,
    GetWaitingMessages,
    Ownership,
    OwnershipResult,
    OwnershipRules,
    RequestTakeover,
    SetOwnershipRules,
    TakeOver,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import Blocker, MessageState
from rapport.local.waiting import eventually
from services.outreach.tests.support.acme import PATIENCE, Acme, asked
from services.outreach.tests.test_people import WHOLE, happens, rows, sent

SCHEDULED, SENT = MessageState.SCHEDULED, MessageState.SENT


async def owned(acme: Acme) -> UUID:
    """A person with whom the recruiter is in touch."""
    await acme.limit()
    kate = acme.peer.person("kate@example.org")
    await sent(acme, kate)
    return kate


async def contact(acme: Acme, person: UUID, viewer: Viewer) -> Contactability:
    answer = await acme.contactability.get_contactability(GetContactability(person_ids=(person,)), asked(viewer))
    assert isinstance(answer, Contactabilities)
    return answer.items[0]


async def ownership(acme: Acme, person: UUID, viewer: Viewer) -> Ownership:
    found = (await contact(acme, person, viewer)).ownership
    assert found is not None
    return found


async def ask(acme: Acme, person: UUID, viewer: Viewer, reason: str = "") -> Any:
    request = RequestTakeover(person_id=person, reason=reason)
    return await acme.answer(acme.ownership.request_takeover, request, viewer)


async def asked_for(acme: Acme, person: UUID, viewer: Viewer, reason: str = "") -> UUID:
    answer = await ask(acme, person, viewer, reason)
    assert isinstance(answer, OwnershipResult), answer
    assert answer.ownership is not None
    [request] = answer.ownership.takeover_requests
    return request.id


async def reply(acme: Acme, request_id: UUID, viewer: Viewer, *, accept: bool) -> Any:
    request = AnswerTakeover(takeover_request_id=request_id, accept=accept)
    return await acme.answer(acme.ownership.answer_takeover, request, viewer)


async def take_over(acme: Acme, person: UUID, viewer: Viewer | None = None) -> Any:
    request = TakeOver(person_id=person, reason="Kate knows me")
    return await acme.answer(acme.ownership.take_over, request, viewer or acme.admin)


async def set_rules(acme: Acme, *days: int, viewer: Viewer | None = None) -> Any:
    return await acme.answer(acme.ownership.set_ownership_rules, SetOwnershipRules(days=days), viewer or acme.admin)


def problem(answer: Any) -> tuple[str, InputProblemCode]:
    assert isinstance(answer, Invalid), answer
    [found] = answer.problems
    return found.path, found.code


async def test_who_is_about_to_write_sees_who_is_in_touch_until_when_and_by_which_rule(acme: Acme) -> None:
    kate = await owned(acme)
    other, own = await contact(acme, kate, acme.manager), await contact(acme, kate, acme.recruiter)
    assert other.ownership is not None
    assert (other.blocker, other.until) == (Blocker.OWNED, other.ownership.until)
    assert (own.blocker, own.ownership) == (None, other.ownership)
    assert (other.ownership.user_id, other.ownership.messages, other.ownership.days) == (acme.recruiter.user_id, 1, 30)
    assert other.ownership.takeover_requests == ()


async def test_a_request_is_told_to_the_owner_by_mail_without_the_person_s_name(acme: Acme) -> None:
    kate = await owned(acme)
    request_id = await asked_for(acme, kate, acme.manager, "We studied together, Kate and I")
    assert await asked_for(acme, kate, acme.manager) == request_id  # asking again asks once
    assert [data for _, data in await acme.events("ownership")] == [
        {
            "person_id": str(kate),
            "owner_id": str(acme.recruiter.user_id),
            "requested_by": str(acme.manager.user_id),
        }
    ]
    mails = await _notified(acme)
    [mail] = mails
    assert (mail["To"], mail["Reply-To"]) == (
        "Ruth Recruiter <ruth@example.com>",
        "Henry Manager <henry@example.com>",
    )
    assert mail["Subject"] == "Henry Manager asks to take over a candidate from you"
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert "Henry Manager" in text
        assert "https://app.acme.example/today" in text
        assert "Kate" not in text
        assert "Austen" not in text


async def _notified(acme: Acme) -> list[Any]:
    """The mails to the recruiter, once no notification waits any more."""

    async def none_waits() -> bool:
        return not await rows(acme, "SELECT 1 FROM notification WHERE state = 'waiting'")

    async with acme.sending():
        await eventually(none_waits, within=PATIENCE, what="the end of all notifications")
    return acme.mail_server.mails_to("ruth@example.com")


async def test_a_request_that_was_answered_before_its_mail_is_sent_needs_none(acme: Acme) -> None:
    kate = await owned(acme)
    await reply(acme, await asked_for(acme, kate, acme.manager), acme.recruiter, accept=False)
    assert await _notified(acme) == []
    assert await rows(acme, "SELECT state FROM notification") == [("dropped",)]


async def test_once_the_owner_accepts_the_other_is_in_touch_and_what_waited_goes_out(acme: Acme) -> None:
    kate = await owned(acme)
    waits = await acme.send(kate, viewer=acme.manager)
    async with acme.sending():
        await acme.until(waits.id, SCHEDULED, blocker=Blocker.OWNED)
        request_id = await asked_for(acme, kate, acme.manager, "I know Kate")
        [owed] = (await _waiting(acme, acme.recruiter)).takeovers
        assert (owed.takeover_request_id, owed.requested_by, owed.note) == (
            request_id,
            acme.manager.user_id,
            "I know Kate",
        )
        answer = await reply(acme, request_id, acme.recruiter, accept=True)
        assert answer.ownership.user_id == acme.manager.user_id
        await acme.until(waits.id, SENT)
    found = await ownership(acme, kate, acme.recruiter)
    assert (found.user_id, found.messages, found.days) == (acme.manager.user_id, 1, 30)
    assert (await acme.send(kate)).blocker is Blocker.OWNED
    assert (await _waiting(acme, acme.recruiter)).takeovers_total == 0
    told = [(name, data) for name, data in await acme.events("ownership")]
    assert [name for name, _ in told] == [f"outreach.ownership.{n}.v1" for n in ("requested", "answered", "taken_over")]
    assert told[1][1]["accepted"] is True
    assert told[2][1] == {
        "person_id": str(kate),
        "user_id": str(acme.manager.user_id),
        "previous_user_id": str(acme.recruiter.user_id),
        "request_id": str(request_id),
    }
    # The same answer again changes nothing, another one is refused.
    assert isinstance(await reply(acme, request_id, acme.recruiter, accept=True), OwnershipResult)
    refused = await reply(acme, request_id, acme.recruiter, accept=False)
    assert problem(refused) == ("takeover_request_id", InputProblemCode.WRONG_STATE)
    assert len(await acme.events("ownership")) == 3


async def _waiting(acme: Acme, viewer: Viewer) -> Any:
    return await acme.messages.get_waiting_messages(GetWaitingMessages(), asked(viewer))


async def test_a_declined_request_leaves_everything_as_it_is_and_may_be_made_again(acme: Acme) -> None:
    kate = await owned(acme)
    before = await ownership(acme, kate, acme.recruiter)
    request_id = await asked_for(acme, kate, acme.manager)
    answer = await reply(acme, request_id, acme.recruiter, accept=False)
    assert answer.ownership == before
    assert (await contact(acme, kate, acme.manager)).blocker is Blocker.OWNED
    assert await asked_for(acme, kate, acme.manager) != request_id


async def test_a_request_is_seen_and_answered_by_the_owner_alone(acme: Acme) -> None:
    kate = await owned(acme)
    request_id = await asked_for(acme, kate, acme.manager)
    stranger = acme.viewer(acme.peer.user("sam@example.com"), Role.SOURCER)
    seen = {
        viewer.user_id: [each.id for each in (await ownership(acme, kate, viewer)).takeover_requests]
        for viewer in (acme.recruiter, acme.manager, stranger)
    }
    assert seen == {acme.recruiter.user_id: [request_id], acme.manager.user_id: [request_id], stranger.user_id: []}
    assert isinstance(await reply(acme, request_id, acme.manager, accept=True), Forbidden)
    assert isinstance(await reply(acme, request_id, stranger, accept=True), NotFound)
    assert (await ownership(acme, kate, stranger)).user_id == acme.recruiter.user_id


async def test_there_is_nobody_to_ask_where_nobody_else_is_in_touch(acme: Acme) -> None:
    kate = await owned(acme)
    free = acme.peer.person("jack@example.org")
    wrong = ("person_id", InputProblemCode.WRONG_STATE)
    assert problem(await ask(acme, free, acme.manager)) == wrong
    assert problem(await ask(acme, kate, acme.recruiter)) == wrong
    acme.peer.leave(acme.recruiter.user_id)
    assert problem(await ask(acme, kate, acme.manager)) == ("person_id", InputProblemCode.USER_LEFT)
    acme.peer.hidden.add((acme.manager.user_id, kate))
    assert isinstance(await ask(acme, kate, acme.manager), NotFound)
    assert await rows(acme, "SELECT 1 FROM takeover_request") == []
    assert await acme.events("ownership") == []


async def test_an_admin_takes_a_person_over_and_the_reason_is_kept(acme: Acme) -> None:
    kate = await owned(acme)
    request_id = await asked_for(acme, kate, acme.manager)
    assert isinstance(await take_over(acme, kate, acme.recruiter), Forbidden)
    answer = await take_over(acme, kate)
    assert answer.ownership.user_id == acme.admin.user_id
    await take_over(acme, kate)  # who is in touch already stays it
    kept = "SELECT person_id, user_id, recorded_by, reason, request_id FROM takeover"
    assert await rows(acme, kept) == [(kate, acme.admin.user_id, acme.admin.user_id, "Kate knows me", None)]
    assert len(await acme.events("ownership.taken_over")) == 1
    # There is nothing to answer any more for who was in touch before.
    assert (await _waiting(acme, acme.recruiter)).takeovers == ()
    refused = await reply(acme, request_id, acme.recruiter, accept=True)
    assert problem(refused) == ("takeover_request_id", InputProblemCode.WRONG_STATE)


async def test_of_two_takeovers_at_the_same_moment_both_are_recorded_in_an_order(acme: Acme) -> None:
    kate = await owned(acme)
    other = acme.viewer(acme.peer.user("olga@example.com", "Olga Admin"), Role.ADMIN)
    await asyncio.gather(take_over(acme, kate), take_over(acme, kate, other))
    previous = [data["previous_user_id"] for _, data in await acme.events("taken_over")]
    assert previous[0] == str(acme.recruiter.user_id)
    assert previous[1] in {str(acme.admin.user_id), str(other.user_id)}


async def test_other_rules_hold_at_once_also_for_what_waits(acme: Acme) -> None:
    kate = await owned(acme)
    waits = await acme.send(kate, viewer=acme.manager)
    assert isinstance(await set_rules(acme, 7, viewer=acme.recruiter), Forbidden)
    assert problem(await set_rules(acme, 30, 20)) == ("days", InputProblemCode.OUT_OF_RANGE)
    async with acme.sending():
        await acme.until(waits.id, SCHEDULED, blocker=Blocker.OWNED)
        assert await set_rules(acme, 7, 14) == OwnershipRules(days=(7, 14))
        assert (await ownership(acme, kate, acme.manager)).days == 7
        assert await set_rules(acme) == OwnershipRules(days=())
        await acme.until(waits.id, SENT)
    assert (await contact(acme, kate, acme.manager)).ownership is None
    assert problem(await take_over(acme, kate)) == ("person_id", InputProblemCode.WRONG_STATE)
    rules = await acme.ownership.get_ownership_rules(GetOwnershipRules(), asked(acme.recruiter))
    assert rules == OwnershipRules(days=())


async def test_the_rules_are_the_usual_ones_unless_an_admin_has_set_others(acme: Acme) -> None:
    rules = await acme.ownership.get_ownership_rules(GetOwnershipRules(), asked(acme.recruiter))
    assert rules == OwnershipRules(days=(30, 60, 90))


@pytest.mark.parametrize("merged_first", [True, False])
async def test_who_is_in_touch_moves_along_with_a_merge_and_back(acme: Acme, *, merged_first: bool) -> None:
    kate = await owned(acme)
    katherine = acme.peer.person("katherine@example.org")
    if merged_first:
        await happens(acme, kate, PersonMerged(into_person_id=katherine))
        await take_over(acme, katherine)
    else:
        await take_over(acme, kate)
        await happens(acme, kate, PersonMerged(into_person_id=katherine))
    assert (await ownership(acme, katherine, acme.recruiter)).user_id == acme.admin.user_id
    waits = await acme.send(katherine, viewer=acme.manager)
    async with acme.sending():
        await acme.until(waits.id, SCHEDULED, blocker=Blocker.OWNED)
    await happens(acme, kate, PersonUnmerged(from_person_id=katherine, record_ids=(kate,)), version=2)
    # What was said of the one person that both were holds for both.
    assert (await ownership(acme, kate, acme.recruiter)).user_id == acme.admin.user_id
    assert bool((await contact(acme, katherine, acme.recruiter)).ownership) is merged_first
    if not merged_first:
        async with acme.sending():
            await acme.until(waits.id, SENT)


async def test_a_message_that_waits_for_the_owner_of_one_record_is_looked_at_after_a_merge(acme: Acme) -> None:
    kate = await owned(acme)
    katherine = acme.peer.person("katherine@example.org")
    await happens(acme, kate, PersonMerged(into_person_id=katherine))
    waits = await acme.send(katherine, viewer=acme.manager)
    async with acme.sending():
        await acme.until(waits.id, SCHEDULED, blocker=Blocker.OWNED)
    await happens(acme, kate, PersonUnmerged(from_person_id=katherine, record_ids=(kate,)), version=2)
    async with acme.sending():
        await acme.until(waits.id, SENT)


async def test_nothing_that_was_written_about_an_erased_person_stays_and_who_did_it_does(acme: Acme) -> None:
    kate = await owned(acme)
    await asked_for(acme, kate, acme.manager, "I know Kate")
    await take_over(acme, kate)
    jack = acme.peer.person("jack@example.org")
    await sent(acme, jack)
    await asked_for(acme, jack, acme.manager, "I know Jack")
    await happens(acme, kate, WHOLE)
    assert await rows(acme, "SELECT user_id, reason FROM takeover") == [(acme.admin.user_id, "")]
    notes = "SELECT person_id, requested_by, note FROM takeover_request ORDER BY requested_at"
    assert await rows(acme, notes) == [(kate, acme.manager.user_id, ""), (jack, acme.manager.user_id, "I know Jack")]
    assert isinstance(await take_over(acme, kate), NotFound)
    assert isinstance(await ask(acme, kate, acme.manager), NotFound)
