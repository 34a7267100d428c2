"""The outreach service's HTTP side: the page on which a person says that they want no more mails."""

from collections.abc import Mapping
from uuid import UUID

from aiohttp import web

from rapport.contracts.vocabulary import SuppressionReason
from rapport.kit.database.unit_of_work import Database
from rapport.kit.identity import new_id
from rapport.kit.telemetry import trace_id
from rapport.kit.web.links import Links
from rapport.kit.web.templates import Templates, static_files
from rapport.outreach.recording import suppress
from rapport.outreach.store import messages
from rapport.outreach.store.messages import Correspondence
from rapport.outreach.store.suppressions import NewSuppression

UNSUBSCRIBE = "unsubscribe"
"""The purpose of the links in messages."""


class UnsubscribePages:
    """GET changes nothing, since scanners follow links; POST unsubscribes, from the page or by RFC 8058."""

    def __init__(self, database: Database, pages: Templates, links: Links, names: Mapping[str, str]) -> None:
        """``links`` are for this purpose; ``names`` are the organisations' public names."""
        self._database = database
        self._pages = pages
        self._links = links
        self._names = names

    def routes(self) -> list[web.RouteDef]:
        """Where links and mail programs lead to."""
        return [
            web.get("/u/{token}", self.ask),
            web.post("/u/{token}", self.unsubscribe),
            web.get("/static/{name}", static_files("rapport.outreach")),
        ]

    async def ask(self, request: web.Request) -> web.Response:
        """The page that asks for confirmation."""
        found = await self._message_of(request)
        return self._page("unsubscribe.html", *found) if found else self._unknown()

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """Unsubscribe; repeating it changes nothing."""
        found = await self._message_of(request)
        if found is None:
            return self._unknown()
        org_id, message = found
        cause = f"unsubscribe:{message.message_id}"
        async with self._database.work(org_id, actor="system:unsubscribe", cause=cause) as unit:
            await suppress(
                unit,
                NewSuppression(
                    new_id(),
                    message.person_id,
                    whole_person=True,
                    reason=SuppressionReason.UNSUBSCRIBED,
                    recorded_by=None,
                    message_id=message.message_id,
                    addresses=list(filter(None, [message.to_address])),
                ),
            )
        return self._page("unsubscribed.html", org_id, message)

    async def _message_of(self, request: web.Request) -> tuple[str, Correspondence] | None:
        """The organisation and the message that the link came in."""
        parts = self._links.parts(request.match_info["token"])
        if parts is None or len(parts) != 2:
            return None
        org_id, message_id = parts
        async with self._database.read_session(org_id) as session:
            found = await messages.correspondence(session, UUID(message_id))
        return (org_id, found) if found else None

    def _page(self, template: str, org_id: str, message: Correspondence) -> web.Response:
        """The page names the address that is unsubscribed."""
        organisation = self._names.get(org_id, org_id)
        return self._pages.page(template, organisation=organisation, address=message.to_address, trace=trace_id())

    def _unknown(self) -> web.Response:
        return self._pages.page("unknown_link.html", status=404, trace=trace_id())
