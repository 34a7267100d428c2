"""The messages of one's own that people replied to, the newest reply first."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from rapport.contracts.identity import Role, Viewer
from rapport.contracts.outreach import CancelMessage, GetConversations, GetMessages, Message, MessagePage
from rapport.contracts.refusals import Invalid
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import ReplyKind
from rapport.kit.identity import new_id
from services.outreach.tests.support.acme import Acme, asked


async def replied(acme: Acme, message: Message, *, minutes: int = 0, kind: ReplyKind = ReplyKind.PERSONAL) -> None:
    """The person replied, that long after now."""
    async with acme.database.work("acme", actor="system", cause="test") as unit:
        at: datetime = unit.now + timedelta(minutes=minutes)
        await unit.fetch(
            "INSERT INTO reply (org_id, id, message_id, person_id, kind, received_at, subject, text)"
            " VALUES ('acme', $1, $2, $3, $4, $5, 'Re', 'Hello') RETURNING id",
            new_id(),
            message.id,
            message.person_id,
            kind,
            at,
        )


async def conversations(acme: Acme, viewer: Viewer | None = None, *, unanswered: bool = False) -> list[UUID]:
    request = GetConversations(unanswered=unanswered)
    page = await acme.messages.get_conversations(request, asked(viewer or acme.recruiter))
    return [edge.node.id for edge in MessagePage.model_validate_json(str(page)).edges]


async def test_conversations_are_listed_once_each_by_their_newest_reply(acme: Acme) -> None:
    kate, dara = acme.peer.person("kate@example.org"), acme.peer.person("dara@example.org")
    first, second, _silent = await acme.send(kate), await acme.send(dara), await acme.send(dara)
    await replied(acme, first, minutes=1)
    await replied(acme, second, minutes=2)
    assert await conversations(acme) == [second.id, first.id]
    await replied(acme, first, minutes=3)
    assert await conversations(acme) == [first.id, second.id]


async def test_pages_of_conversations_follow_one_another_by_reply(acme: Acme) -> None:
    written = [await acme.send(acme.peer.person(f"p{n}@example.org")) for n in range(5)]
    for place, message in enumerate(written):
        await replied(acme, message, minutes=10 - place)
    seen: list[UUID] = []
    page = Page(first=2)
    while True:
        result = await acme.messages.get_conversations(GetConversations(page=page), asked(acme.recruiter))
        found = MessagePage.model_validate_json(str(result))
        seen += [edge.node.id for edge in found.edges]
        if not found.has_next:
            break
        page = Page(first=2, after=found.edges[-1].cursor)
    assert seen == [message.id for message in written]


async def test_only_ones_own_conversations_are_listed_whatever_one_may_read(acme: Acme) -> None:
    message = await acme.send(acme.peer.person("kate@example.org"))
    await replied(acme, message, minutes=1)
    assert await conversations(acme, acme.admin) == []


async def test_the_owner_of_the_mailbox_sees_the_conversation_as_well(acme: Acme) -> None:
    owner = acme.viewer(acme.peer.user("owner@example.com"), Role.HIRING_MANAGER)
    message = await acme.send(acme.peer.person("kate@example.org"), from_user_id=owner.user_id)
    await replied(acme, message, minutes=1)
    assert await conversations(acme, owner) == [message.id]


async def test_a_reply_is_unanswered_until_somebody_writes_to_the_person_again(acme: Acme) -> None:
    kate = acme.peer.person("kate@example.org")
    message = await acme.send(kate)
    await replied(acme, message, minutes=-1)
    assert await conversations(acme, unanswered=True) == []  # the message was written after this reply
    await replied(acme, message)
    assert await conversations(acme, unanswered=True) == [message.id]
    answer = await acme.send(kate)
    assert await conversations(acme, unanswered=True) == []
    await acme.messages.cancel_message(CancelMessage(message_id=answer.id), asked(acme.recruiter))
    assert await conversations(acme, unanswered=True) == [message.id]
    assert await conversations(acme) == [message.id]


async def test_an_automatic_reply_waits_for_no_answer_and_hides_none(acme: Acme) -> None:
    message, other = [await acme.send(acme.peer.person(f"p{n}@example.org")) for n in range(2)]
    await replied(acme, message, minutes=1)
    await replied(acme, message, minutes=2, kind=ReplyKind.AUTOMATIC)
    await replied(acme, other, minutes=3, kind=ReplyKind.AUTOMATIC)
    assert await conversations(acme, unanswered=True) == [message.id]
    assert await conversations(acme) == [other.id, message.id]


async def test_ones_own_messages_can_be_listed_alone(acme: Acme) -> None:
    own = await acme.send(acme.peer.person("kate@example.org"))
    await acme.send(acme.peer.person("dara@example.org"), viewer=acme.admin)
    page = await acme.messages.get_messages(GetMessages(mine=True), asked(acme.recruiter))
    assert [edge.node.id for edge in MessagePage.model_validate_json(str(page)).edges] == [own.id]


@pytest.mark.parametrize("page", [Page(first=0), Page(after=("x",))])
async def test_a_page_of_conversations_that_is_none_is_refused(acme: Acme, page: Page) -> None:
    assert isinstance(
        await acme.messages.get_conversations(GetConversations(page=page), asked(acme.recruiter)), Invalid
    )
