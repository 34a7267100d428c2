"""A reviews service over a real broker and database, and a peer in place of pipeline."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from zoneinfo import ZoneInfo

import aiohttp

from rapport.kit.database.unit_of_work import open_database
from rapport.kit.rpc.broker import open_broker
from rapport.kit.rpc.client import RequestClient
from rapport.kit.rpc.server import RequestServer
from rapport.kit.web.http import http_application, listening
from rapport.kit.web.templates import Templates
from rapport.reviews.maintenance import Maintenance
from rapport.reviews.pipeline_client import PipelineClient
from rapport.reviews.requests import ReviewsRequests
from rapport.reviews.web.emails import ReviewEmails, review_links
from rapport.reviews.web.form import MAX_BODY
from rapport.reviews.web.page import ReviewPages
from rapport.testing import PostgresForTests, TestDatabase
from rapport.testing.reserved_ports import ReservedPort
from services.reviews.tests.support.reviews_desk import ADA, KATE, MARY, OMAR, SECRET, STRANGER, Desk, Time
from services.reviews.tests.support.reviews_peer import NAMES, PipelinePeer, job, person

UTC = ZoneInfo("UTC")


@asynccontextmanager
async def answering_peer(jetstream_url: str) -> AsyncIterator[PipelinePeer]:
    """Eight people, five users and a job."""
    people = [person(number) for number in range(len(NAMES))]
    users = (KATE, MARY, OMAR, ADA, STRANGER)
    known = PipelinePeer({p.id: p for p in people}, {u.id: u for u in users}, {job().id: job()})
    async with open_broker(jetstream_url, "pipeline", on_closed=lambda: None) as broker:
        known.serve(RequestServer(broker, "pipeline"))
        await broker.requests.start()
        await broker.settle()
        yield known


@asynccontextmanager
async def running_desk(
    made: TestDatabase, postgres_server: PostgresForTests, jetstream_url: str, peer: PipelinePeer
) -> AsyncIterator[Desk]:
    """The service, put together as `app.py` does it, with a clock that the test sets."""
    time, pages, links = Time(), Templates("rapport.reviews.web"), review_links(SECRET)
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_database(made.url, service="reviews", clock=time))
        system = await stack.enter_async_context(open_database(made.system_url, service="reviews", size=1))
        broker = await stack.enter_async_context(open_broker(jetstream_url, "reviews", on_closed=lambda: None))
        application = http_application({}, max_body=MAX_BODY)
        port = ReservedPort()
        url = f"http://127.0.0.1:{port.number}"
        server = RequestServer(broker, "reviews")
        pipeline, emails = PipelineClient(RequestClient(broker.client)), ReviewEmails(pages, links, url, UTC)
        ReviewsRequests(opened, pipeline, emails, time).register(server)
        application.add_routes(ReviewPages(opened, pipeline, pages, links, url, UTC, time).routes())
        await broker.requests.start()
        await broker.settle()
        await stack.enter_async_context(listening(application, "127.0.0.1", port.number))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Desk(
            opened,
            RequestClient(broker.client),
            peer,
            time,
            url,
            session,
            Maintenance(opened, system, UTC),
            postgres_server.url,
            made.name,
        )
