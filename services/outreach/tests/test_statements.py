"""How many statements an operation sends to the database."""

from rapport.contracts.outreach import GetMessages
from rapport.contracts.vocabulary import MessageState
from rapport.outreach.channels.email.parsing.mail import parse_mail
from rapport.outreach.inbound.effects import apply_mail
from rapport.testing.statements import counted_statements
from services.outreach.tests.support.acme import Acme, asked


async def test_writing_and_listing_messages_takes_few_statements(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    await acme.send(acme.peer.person("jack@example.org"))  # the first message generates the organisation's salt
    async with counted_statements(acme.database.pool) as writing:
        await acme.send(person)
    async with counted_statements(acme.database.pool) as listing:
        await acme.messages.get_messages(GetMessages(), asked(acme.recruiter))
    # Nine write it; five read, without locks, what would keep it from being sent now.
    assert len(writing) <= 14, writing
    assert len(listing) == 2, listing


async def test_sending_a_message_takes_few_statements(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@example.org"))
    sender = acme.sender()
    async with counted_statements(acme.database.pool) as statements:
        assert await sender._step()
    assert (await acme.message(written.id)).state is MessageState.SENT
    assert len(statements) <= 32, statements


async def test_a_received_reply_takes_few_statements(acme: Acme) -> None:
    written = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.sending():
        await acme.until(written.id, MessageState.SENT)
    reply = parse_mail(f"From: kate@example.org\nIn-Reply-To: <{written.id.hex}@example.com>\n\nGladly!".encode())
    async with (
        counted_statements(acme.database.pool) as statements,
        acme.database.work("acme", actor="system:test", cause="test") as unit,
    ):
        assert await apply_mail(unit, acme.inbox(), "ruth@example.com", reply, None)
    assert len(statements) <= 12, statements
