"""Notifications to users: sent beside the messages, at least once, and never with a text that was kept."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from rapport.contracts.events import Event, NotificationDue
from rapport.contracts.reviews import Notification
from rapport.contracts.vocabulary import MessageState, NotificationKind
from rapport.kit.database.queries import Statement
from rapport.kit.identity import new_id
from rapport.local.waiting import eventually
from rapport.outreach.reactions import NotificationsDue
from services.outreach.tests.support.acme import PATIENCE, Acme
from services.outreach.tests.support.mail_server import Step

_STATES = Statement("SELECT id, state, attempts FROM notification ORDER BY id")
_PUT_OFF = Statement(
    "SELECT next_try_at - now() BETWEEN '5 seconds' AND '10 seconds' AND attempts = 0 FROM notification"
)
_DUE = Statement("UPDATE notification SET next_try_at = now() - interval '1 second' WHERE state = 'waiting'")


async def due(acme: Acme, notification_id: UUID) -> None:
    """Reviews says that a notification is due."""
    event = Event[NotificationDue](
        specversion="1.0",
        id=new_id(),
        type=NotificationDue.type,
        source="rapport/reviews",
        subject=notification_id,
        time=datetime.now(UTC),
        recordedat=datetime.now(UTC),
        orgid="acme",
        aggregateversion=1,
        actor="system:reviews",
        cause="test",
        data=NotificationDue(kind=NotificationKind.REVIEW_REQUESTED, recipient_id=new_id(), review_id=new_id()),
    )
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await NotificationsDue().apply(unit, [event])


async def make_due(acme: Acme) -> None:
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_DUE)


async def until(acme: Acme, state: str, *, attempts: int = 1) -> None:
    async def there() -> bool:
        async with acme.database.read_session("acme") as session:
            rows = await session.fetch(_STATES)
        return bool(rows) and all(row["state"] == state and row["attempts"] >= attempts for row in rows)

    await eventually(there, within=PATIENCE, what=f"a notification {state}")


def rendered(acme: Acme) -> UUID:
    notification_id = new_id()
    acme.peer.notifications[notification_id] = Notification(
        to_address="henry@example.com",
        to_name="Henry Manager",
        reply_to='"Austen, Kate" <kate@example.com>',
        subject="Five people to review",
        text="https://rapport.test/r/secret",
        html="<p><a href='https://rapport.test/r/secret'>Review</a></p>",
    )
    return notification_id


async def test_a_notification_is_sent_once_with_the_text_of_the_moment(acme: Acme) -> None:
    notification = rendered(acme)
    await due(acme, notification)
    await due(acme, notification)
    async with acme.sending():
        await until(acme, "sent")
    [mail] = acme.mail_server.mails
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == '"Austen, Kate" <kate@example.com>'
    assert (mail["From"], mail["To"]) == ("Rapport <rapport@example.com>", "Henry Manager <henry@example.com>")
    assert (mail["Subject"], mail["Message-ID"]) == ("Five people to review", f"<{notification.hex}@example.com>")
    assert "List-Unsubscribe" not in mail
    assert acme.mail_server.logins == [("rapport@example.com", "secret")]


async def test_a_notification_that_has_become_pointless_is_dropped(acme: Acme) -> None:
    await due(acme, new_id())
    async with acme.sending():
        await until(acme, "dropped")
    assert acme.mail_server.accepted == []


async def test_a_notification_waits_for_a_mail_server_that_is_away(acme: Acme) -> None:
    acme.mail_server.says[Step.RCPT] = "451 Later"
    await due(acme, rendered(acme))
    async with acme.sending():
        await until(acme, "waiting", attempts=1)
        acme.mail_server.says.clear()
        await eventually(lambda: _tried_again(acme), within=PATIENCE, what="the notification")
    assert len(acme.mail_server.accepted) == 1


async def _tried_again(acme: Acme) -> bool:
    await make_due(acme)
    async with acme.database.read_session("acme") as session:
        return all(row["state"] == "sent" for row in await session.fetch(_STATES))


async def test_a_notification_in_doubt_is_sent_again_under_the_same_message_id(acme: Acme) -> None:
    acme.mail_server.drops.add(Step.BEFORE_ANSWER)
    await due(acme, rendered(acme))
    async with acme.sending():
        await until(acme, "waiting", attempts=1)
        await eventually(lambda: _received(acme), within=PATIENCE, what="the first copy")
        acme.mail_server.drops.clear()
        await eventually(lambda: _tried_again(acme), within=PATIENCE, what="the notification")
    assert len({str(mail["Message-ID"]) for mail in acme.mail_server.mails}) == 1


async def test_a_response_later_than_the_lease_causes_no_second_copy(acme: Acme) -> None:
    acme.mail_server.hold(Step.BEFORE_ANSWER)
    began = datetime.now(UTC)
    await due(acme, rendered(acme))
    async with acme.sending(lease=6):
        await acme.mail_server.reached(Step.BEFORE_ANSWER)

        async def long_ago() -> bool:
            return datetime.now(UTC) > began + timedelta(seconds=8)

        await eventually(long_ago, within=PATIENCE, what="the end of the first lease")
        acme.mail_server.release(Step.BEFORE_ANSWER)
        await until(acme, "sent", attempts=1)
    assert len(acme.mail_server.accepted) == 1


async def _received(acme: Acme) -> bool:
    return bool(acme.mail_server.accepted)


async def test_a_flood_of_messages_does_not_delay_a_notification(acme: Acme) -> None:
    await acme.limit()
    messages = [await acme.send(acme.peer.person(f"{n}@example.org")) for n in range(3)]
    acme.mail_server.hold(Step.RCPT)
    async with acme.sending():
        await acme.mail_server.reached(Step.RCPT)
        acme.mail_server.let_pass("henry@example.com")
        await due(acme, rendered(acme))
        await until(acme, "sent")
        acme.mail_server.release(Step.RCPT)
        for message in messages:
            await acme.until(message.id, MessageState.SENT, MessageState.SCHEDULED)


async def test_reviews_being_away_costs_a_notification_none_of_its_tries(acme: Acme) -> None:
    notification = rendered(acme)
    acme.peer.broken = True
    await due(acme, notification)
    async with acme.sending():
        for _ in range(8):
            await eventually(lambda: _waits(acme), within=PATIENCE, what="a notification that waits for reviews")
            await make_due(acme)
        acme.peer.broken = False
        await eventually(lambda: _tried_again(acme), within=PATIENCE, what="the notification")
    async with acme.database.read_session("acme") as session:
        [row] = await session.fetch(_STATES)
    assert row["attempts"] == 1


async def _waits(acme: Acme) -> bool:
    """Tried and put off, by no more than a moment."""
    async with acme.database.read_session("acme") as session:
        return bool(await session.fetchval(_PUT_OFF))
