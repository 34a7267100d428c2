"""A person says that they want no more mails."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from rapport.contracts.outreach import GetSuppressions, LiftSuppression, SuppressionPage
from rapport.contracts.refusals import Forbidden
from rapport.contracts.vocabulary import Blocker, MessageState, SuppressionReason
from rapport.kit.identity import new_id
from rapport.kit.web.http import http_application, listening
from rapport.kit.web.links import Links
from rapport.kit.web.templates import Templates
from rapport.outreach.http import UnsubscribePages
from rapport.outreach.store.people import erase
from services.outreach.tests.support.acme import LINKS, Acme, asked


@pytest_asyncio.fixture
async def site(acme: Acme) -> AsyncIterator[str]:
    application = http_application({})
    application.add_routes(
        UnsubscribePages(acme.database, Templates("rapport.outreach"), LINKS, {"acme": "Acme & Söhne"}).routes()
    )
    async with listening(application, "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def ledger(acme: Acme) -> SuppressionPage:
    page = await acme.suppressions.get_suppressions(GetSuppressions(), asked(acme.admin))
    assert isinstance(page, SuppressionPage)
    return page


async def test_looking_at_the_page_changes_nothing(acme: Acme, site: str, http: aiohttp.ClientSession) -> None:
    message = await acme.send(acme.peer.person("kate@example.org"))
    async with http.get(f"{site}/u/{LINKS.token('acme', message.id)}") as response:
        assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        text = await response.text()
    assert '<form method="post">' in text
    assert "No more mails from <bdi>Acme &amp; Söhne</bdi>?" in text
    assert "<bdi>kate@example.org</bdi>" in text
    assert (await ledger(acme)).edges == ()


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "One-Click"}], ids=["the page", "the mail program"])
async def test_one_click_unsubscribes_and_another_changes_nothing(
    acme: Acme, site: str, http: aiohttp.ClientSession, body: dict[str, str]
) -> None:
    message = await acme.send(acme.peer.person("kate@example.org"))
    for _ in range(2):
        async with http.post(f"{site}/u/{LINKS.token('acme', message.id)}", data=body) as response:
            assert response.status == 200
            text = await response.text()
            assert "You are unsubscribed" in text
            assert "Acme &amp; Söhne" in text
            assert "kate@example.org" in text
    [edge] = (await ledger(acme)).edges
    entry = edge.node
    assert (entry.reason, entry.whole_person, entry.person_id, entry.recorded_by) == (
        SuppressionReason.UNSUBSCRIBED,
        True,
        message.person_id,
        None,
    )
    assert len(await acme.events("suppression")) == 1
    lifted = await acme.suppressions.lift_suppression(LiftSuppression(suppression_id=entry.id), asked(acme.admin))
    assert isinstance(lifted, Forbidden)
    # Neither they nor anybody else with their address is written to.
    namesake = await acme.send(acme.peer.person("KATE@example.org"))
    async with acme.sending():
        for written in (message, namesake):
            assert (await acme.until(written.id, MessageState.FAILED)).blocker is Blocker.SUPPRESSED


async def test_the_unsubscribe_page_of_an_erased_person_shows_no_address(
    acme: Acme, site: str, http: aiohttp.ClientSession
) -> None:
    message = await acme.send(acme.peer.person("kate@example.org"))
    async with acme.database.work("acme", actor="system:test", cause="erased") as unit:
        await erase(unit, message.person_id, addresses=True, texts=True)
    for ask in (http.get, http.post):
        async with ask(f"{site}/u/{LINKS.token('acme', message.id)}") as response:
            text = await response.text()
            assert response.status == 200
            assert "<bdi></bdi>" not in text
            assert "kate" not in text
    [edge] = (await ledger(acme)).edges
    assert edge.node.reason is SuppressionReason.UNSUBSCRIBED
    async with acme.database.read_session("acme") as session:
        assert await session.fetchval("SELECT count(*) FROM suppression_address") == 0


async def test_a_link_that_is_not_ours_leads_nowhere(acme: Acme, site: str, http: aiohttp.ClientSession) -> None:
    message = await acme.send(acme.peer.person("kate@example.org"))
    tokens = [
        "nonsense",
        Links("another secret", "unsubscribe").token("acme", message.id),
        Links("a secret of the tests", "another purpose").token("acme", message.id),
        LINKS.token("globex", message.id),
        LINKS.token("acme", new_id()),
    ]
    for token in tokens:
        for ask in (http.get, http.post):
            async with ask(f"{site}/u/{token}") as response:
                assert response.status == 404
                text = await response.text()
                assert "does not work" in text
                assert "kate" not in text
    assert (await ledger(acme)).edges == ()
