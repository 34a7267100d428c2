"""The service as a process: its settings, its events, and what its logs must not contain."""

from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import nats
from nats.js.api import ConsumerConfig, DeliverPolicy

from rapport.contracts.events import NotificationDue, ReviewRequested, parse_event
from rapport.contracts.refusals import Refusal
from rapport.contracts.reviews import Notification, RenderNotification, RequestReview
from rapport.kit.rpc.client import RequestClient
from rapport.testing import DatabaseFactory, ProgramFactory
from services.reviews.tests.support.reviews_desk import MARY, RECRUITER, REVIEWER
from services.reviews.tests.support.reviews_peer import PipelinePeer

_PATIENCE = 30.0


async def test_a_review_travels_from_the_request_to_the_page(
    database: DatabaseFactory, jetstream_url: str, start_program: ProgramFactory, peer: PipelinePeer
) -> None:
    made: Any = await database("reviews")
    program = await start_program(
        "rapport.reviews",
        "serve",
        env={
            "DATABASE_URL": made.url,
            "SYSTEM_DATABASE_URL": made.system_url,
            "NATS_URL": jetstream_url,
            "PUBLIC_URL": "http://reviews.test",
            "LINK_SECRET": "s",
            "TIME_ZONE": "Europe/Berlin",
        },
    )
    async with AsyncExitStack() as stack:
        client = await nats.connect(jetstream_url)
        stack.push_async_callback(client.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        asking = RequestClient(client)
        wish = RequestReview(
            person_ids=tuple(peer.people)[:2],
            reviewer_ids=(MARY.id,),
            job_id=next(iter(peer.jobs)),
            note="Something only people read",
        )
        result = await asking.call(wish, RECRUITER, deadline=_PATIENCE)
        assert not isinstance(result, Refusal)
        events = await client.jetstream().subscribe(
            "hiring.acme.reviews.>", config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
        )
        told = [await events.next_msg(timeout=_PATIENCE) for _ in range(2)]
        assert b"Something only" not in b"".join(message.data for message in told)
        asked, due = (parse_event(message.data, message.subject) for message in told)
        assert isinstance(asked.data, ReviewRequested)
        assert isinstance(due.data, NotificationDue)
        assert (asked.subject, due.data.recipient_id) == (result.review.id, MARY.id)
        mail = await asking.call(
            RenderNotification(org_id="acme", notification_id=due.subject), None, deadline=_PATIENCE
        )
        assert isinstance(mail, Notification)
        address = next(line for line in mail.text.splitlines() if line.startswith("http://reviews.test/r/"))
        token = address.rsplit("/", 1)[1]
        async with session.get(f"{program.url}/r/{token}") as response:
            assert response.status == 200
            assert "Amira Haddad" in await response.text()
        async with session.post(f"{program.url}/r/{token}/verdicts", data=b"x" * 100_000) as response:
            assert response.status in (413, 415)
    assert program.terminate() == 0
    for secret in (token, "Amira", "Mary", "Something only", str(REVIEWER.org_id) + "/r/"):
        assert secret not in program.log


async def test_a_process_that_lacks_a_setting_says_which(start_program: ProgramFactory) -> None:
    program = await start_program("rapport.reviews", "serve", env={"TIME_ZONE": "Mars/Base"}, wait_ready=False)
    assert await program.ended() == 1
    for said in ("PUBLIC_URL", "LINK_SECRET", "no time zone is called 'Mars/Base'"):
        assert said in program.log
