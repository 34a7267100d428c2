"""Nobody is sent the same message twice, wherever the process that sends it is killed."""

from collections import Counter
from pathlib import Path

import pytest

from rapport.contracts.outreach import GetMessages, MessagePage, SendMessage
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import MessageState
from rapport.local.waiting import eventually
from rapport.testing import ProgramFactory, TestDatabase
from services.outreach.tests.support.acme import Acme
from services.outreach.tests.support.mail_server import Step
from services.outreach.tests.support.process import Outreach

_EACH = 25
"""Messages written before each kill."""
_LEASE = 6.0
_MAY_HAVE_IT = (Step.WITHIN_DATA, Step.BEFORE_ANSWER, Step.AFTER_ANSWER)


@pytest.fixture
def process(
    start_program: ProgramFactory, stored: TestDatabase, jetstream_url: str, acme: Acme, tmp_path: Path
) -> Outreach:
    return Outreach(start_program, stored, jetstream_url, acme.account, tmp_path, lease=_LEASE)


async def write(acme: Acme, process: Outreach, count: int) -> None:
    """So many messages, each to somebody else."""
    for _ in range(count):
        person = acme.peer.person(f"p{len(acme.peer.people)}@example.org")
        await process.call(acme, SendMessage(person_id=person, subject="Hello", body="Word " * 900), acme.recruiter)


async def in_state(acme: Acme, process: Outreach, *states: MessageState) -> dict[str, MessageState]:
    """The Message-IDs of all messages in these states, as the process lists them."""
    found: dict[str, MessageState] = {}
    for state in states:
        page = await process.call(acme, GetMessages(state=state, page=Page(first=200)), acme.admin)
        while True:
            assert isinstance(page, MessagePage)
            found |= {f"<{edge.node.id.hex}@example.com>": state for edge in page.edges}
            if not page.has_next:
                break
            after = Page(first=200, after=page.edges[-1].cursor)
            page = await process.call(acme, GetMessages(state=state, page=after), acme.admin)
    return found


async def test_a_message_is_received_at_most_once_wherever_its_sender_is_killed(acme: Acme, process: Outreach) -> None:
    await acme.limit()
    for step in Step:
        # Before the process starts: it must not find a connection that is past this step already.
        acme.mail_server.hold(step)
        running = await process.start()
        await write(acme, process, _EACH)
        await acme.mail_server.reached(step)
        running.kill()
        acme.mail_server.release(step)
    await process.start()
    ends = (MessageState.SENT, MessageState.IN_DOUBT, MessageState.FAILED, MessageState.CANCELLED)

    async def all_ended() -> bool:
        return len(await in_state(acme, process, *ends)) == _EACH * len(Step)

    await eventually(all_ended, within=90, what="the end of all sending")
    received = Counter(str(mail["Message-ID"]) for mail in acme.mail_server.mails)
    ended = await in_state(acme, process, MessageState.SENT, MessageState.IN_DOUBT)
    sent = {mail_id for mail_id, state in ended.items() if state is MessageState.SENT}
    assert len(ended) == _EACH * len(Step)
    assert received.most_common(1)[0][1] == 1
    assert sent <= received.keys() <= ended.keys()
    # Until the server waits for the text, nothing is in doubt; after that, what each of the lanes had under way.
    in_doubt = ended.keys() - sent
    assert 0 < len(in_doubt) <= 4 * len(_MAY_HAVE_IT)
    assert in_doubt & received.keys()
