"""The mailbox pages, and the same for tests and scripts as JSON."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rapport.sandbox.mail import pages
from rapport.sandbox.mail.answers import Kind, NotAnswered, answer
from rapport.sandbox.mail.imap import imap_server
from rapport.sandbox.mail.reading import Content, read
from rapport.sandbox.mail.smtp import smtp_server
from rapport.sandbox.mail.store import Mail, MailStore
from rapport.sandbox.pages import Html, page

_PAGE = 50
_MOST = 100
_SUGGESTED = 200
_PATIENCE = aiohttp.ClientTimeout(total=10)
# SQLite's largest number.
_LAST = 2**63 - 1

# The frame a mail's HTML is shown in: it may look as it likes, and do nothing, load nothing, and see nothing.
_MAIL_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# What a mail program does around a mail: links open elsewhere, and what has no style gets one.
_AROUND = (
    '<!doctype html><meta charset="utf-8"><base target="_blank"><style>html{background:#fff;color:#1c2330;'
    "font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}body{margin:1rem}img{max-width:100%}</style>"
)


@dataclass(frozen=True)
class MailSettings:
    """Where the servers listen (0 is any free port), the password of every mailbox, and how much is kept.

    `reached_at` gives, for addresses in mails that are known by another one here, that one.
    """

    file: Path
    host: str
    smtp_port: int
    imap_port: int
    password: str
    kept: int
    reached_at: Mapping[str, str]


class _Answer(BaseModel):
    """The body of `POST …/answers`."""

    model_config = ConfigDict(extra="forbid")

    kind: Kind
    text: str = Field(default="", max_length=20_000)
    until: date | None = None


class _Asked(BaseModel):
    """The query of `GET /api/mail`."""

    model_config = ConfigDict(extra="forbid")

    to: str = ""
    since: int | None = Field(default=None, ge=0, le=_LAST)
    limit: int = Field(default=_MOST, ge=1, le=_MOST)


class MailRoutes:
    """The pages, and the two servers, which run while the application does."""

    smtp_port: int
    imap_port: int
    _session: aiohttp.ClientSession

    def __init__(self, settings: MailSettings) -> None:
        """Open the store."""
        self._settings = settings
        self._store = MailStore(settings.file, kept=settings.kept)

    async def serving(self, _: web.Application) -> AsyncIterator[None]:
        """Take mail and let it be read while the application runs."""
        host, password = self._settings.host, self._settings.password
        async with AsyncExitStack() as stack:
            stack.callback(self._store.close)
            self._session = await stack.enter_async_context(aiohttp.ClientSession(timeout=_PATIENCE))
            smtp = smtp_server(self._store, host, self._settings.smtp_port, password)
            imap = imap_server(self._store, host, self._settings.imap_port, password)
            self.smtp_port = await stack.enter_async_context(smtp)
            self.imap_port = await stack.enter_async_context(imap)
            yield

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses."""
        one = r"/mail/{mailbox}/{id:\d{1,18}}"
        return [
            web.get("/mail", self.show_list),
            web.get("/mail/{mailbox}", self.show_list),
            web.get(one, self.show),
            web.get(f"{one}/html", self.show_html),
            web.get(f"{one}/raw", self.show_raw),
            web.post(f"{one}/answers", self.answer),
            web.post(f"{one}/unsubscribe", self.unsubscribe),
            web.get("/api/mail", self.show_list_json),
            web.post(f"/api{one}/answers", self.answer_json),
        ]

    async def show_list(self, request: web.Request) -> web.Response:
        """Show the newest mails, of everybody or of one mailbox."""
        before = request.query.get("before", "")
        search = pages.Search(
            mailbox=request.match_info.get("mailbox", "").lower(),
            to=request.query.get("to", "").strip(),
            text=request.query.get("q", "").strip(),
            before=min(int(before), _LAST) if before.isascii() and before.isdigit() else 0,
        )
        found = await self._store.newest(
            mailbox=search.mailbox, to=search.to, text=search.text, before=search.before, limit=_PAGE + 1
        )
        shown = pages.list_of_mails(
            found[:_PAGE],
            search,
            more=len(found) > _PAGE,
            mailboxes=await self._store.mailboxes(limit=_SUGGESTED),
            servers=f"SMTP on port {self.smtp_port}, IMAP on port {self.imap_port}. Times are UTC.",
        )
        return page(search.mailbox or "Mail", shown, here="/mail")

    async def show(self, request: web.Request) -> web.Response:
        """Show one mail."""
        mail, raw = await self._asked_for(request)
        shown = pages.one_mail(mail, await _read(raw), await self._news(request))
        return page(pages.title_of(mail), shown, here="/mail", frames=True)

    async def _news(self, request: web.Request) -> Html:
        """Say what the last click did."""
        mailbox, _, number = request.query.get("sent", "").rpartition("/")
        if number.isascii() and number.isdigit() and (sent := await self._store.mail(mailbox, min(int(number), _LAST))):
            return pages.answered(sent)
        match request.query.get("unsubscribed", ""):
            case "":
                return Html("")
            case status if status.isascii() and status.isdigit():
                return pages.said(f"The one-click request was answered with status {status}.")
            case _:
                return pages.said("The one-click request failed: its address cannot be reached.")

    async def show_html(self, request: web.Request) -> web.Response:
        """Show a mail's HTML, for the frame on its page."""
        _, raw = await self._asked_for(request)
        html = (await _read(raw)).html
        if html is None:
            raise web.HTTPNotFound(text="this mail has no HTML part")
        return web.Response(text=_AROUND + html, content_type="text/html", headers=_MAIL_HEADERS)

    async def show_raw(self, request: web.Request) -> web.Response:
        """Show a mail as it arrived."""
        _, raw = await self._asked_for(request)
        return web.Response(body=raw, content_type="text/plain", charset="utf-8", headers=_MAIL_HEADERS)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a mail by a click of its page."""
        _only_from_here(request)
        mail, raw = await self._asked_for(request)
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        outcome = await self._answered(mail, raw, _validated(_Answer, form))
        place = pages.place_of(mail.mailbox, mail.id)
        if isinstance(outcome, NotAnswered):
            news = pages.said(f"Not sent: {outcome.reason}.")
            return page(
                pages.title_of(mail),
                pages.one_mail(mail, await _read(raw), news),
                here="/mail",
                frames=True,
                status=409,
            )
        raise web.HTTPSeeOther(f"{place}?{urlencode({'sent': f'{outcome[0].mailbox}/{outcome[0].id}'})}")

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """Do what a mail program does when its user presses its own unsubscribe button (RFC 8058)."""
        _only_from_here(request)
        mail, raw = await self._asked_for(request)
        address = (await _read(raw)).one_click
        if address is None:
            raise web.HTTPConflict(text="this mail does not offer to unsubscribe with one click")
        outcome = await self._one_click(address)
        raise web.HTTPSeeOther(f"{pages.place_of(mail.mailbox, mail.id)}?{urlencode({'unsubscribed': outcome})}")

    async def _one_click(self, address: str) -> str:
        for known, here in self._settings.reached_at.items():
            if address.startswith(f"{known}/"):
                address = here + address.removeprefix(known)
        try:
            # RFC 8058: neither cookies nor redirects.
            async with self._session.post(
                address, data={"List-Unsubscribe": "One-Click"}, allow_redirects=False
            ) as response:
                return str(response.status)
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return "unreachable"

    async def show_list_json(self, request: web.Request) -> web.Response:
        """Return mails, oldest first: those after `since`, or the newest; of one mailbox if `to` is given."""
        asked = _validated(_Asked, dict(request.query))
        mailbox = asked.to.strip().lower()
        if asked.since is None:
            found = (await self._store.newest(mailbox=mailbox, limit=asked.limit))[::-1]
        else:
            found = await self._store.since(asked.since, mailbox=mailbox, limit=asked.limit)
        raws = [(mail, await self._store.raw(mail.mailbox, mail.id)) for mail in found]
        return web.json_response([_as_json(mail, await _read(raw)) for mail, raw in raws if raw is not None])

    async def answer_json(self, request: web.Request) -> web.Response:
        """Answer a mail, for tests and scripts."""
        # A foreign page's form cannot send this type without asking first, and is never allowed to.
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="send application/json")
        mail, raw = await self._asked_for(request)
        outcome = await self._answered(mail, raw, _validated_json(_Answer, await request.read()))
        if isinstance(outcome, NotAnswered):
            return web.json_response({"error": outcome.reason}, status=409)
        delivered = [{"id": sent.id, "mailbox": sent.mailbox, "message_id": sent.message_id} for sent in outcome]
        return web.json_response({"delivered": delivered}, status=201)

    async def _answered(self, mail: Mail, raw: bytes, wanted: _Answer) -> list[Mail] | NotAnswered:
        written = await asyncio.to_thread(
            partial(answer, wanted.kind, mail, raw, at=datetime.now(UTC), text=wanted.text, until=wanted.until)
        )
        if isinstance(written, NotAnswered):
            return written
        return await self._store.deliver(written.envelope_from, written.mailboxes, written.content)

    async def _asked_for(self, request: web.Request) -> tuple[Mail, bytes]:
        mailbox, number = request.match_info["mailbox"].lower(), int(request.match_info["id"])
        mail, raw = await self._store.mail(mailbox, number), await self._store.raw(mailbox, number)
        if mail is None or raw is None:
            raise web.HTTPNotFound(text="there is no such mail, or it is so old that it was forgotten")
        return mail, raw


async def _read(raw: bytes) -> Content:
    """Read a mail beside the loop: a large one takes a while."""
    return await asyncio.to_thread(read, raw)


def _only_from_here(request: web.Request) -> None:
    """Only our own pages' forms count; another site could make a browser send one as well."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise web.HTTPForbidden(text="this form is not from here")


_Asking = TypeVar("_Asking", bound=BaseModel)


def _validated(model: type[_Asking], given: Mapping[str, Any]) -> _Asking:
    try:
        return model.model_validate(given)
    except ValidationError as problem:
        raise _bad(problem) from None


def _validated_json(model: type[_Asking], given: bytes) -> _Asking:
    try:
        return model.model_validate_json(given)
    except ValidationError as problem:
        raise _bad(problem) from None


def _bad(problem: ValidationError) -> web.HTTPBadRequest:
    wrong = [f"{'.'.join(map(str, each['loc'])) or 'the body'}: {each['msg']}" for each in problem.errors()]
    return web.HTTPBadRequest(text="\n".join(wrong))


def _as_json(mail: Mail, content: Content) -> dict[str, Any]:
    return {
        "id": mail.id,
        "mailbox": mail.mailbox,
        "envelope_from": mail.envelope_from,
        "received": mail.received.isoformat(),
        "from": mail.sender,
        "to": mail.recipients,
        "subject": mail.subject,
        "date": content.header("Date"),
        "message_id": mail.message_id,
        "text": content.text,
        "html": content.html,
        "headers": list(content.headers),
        "unsubscribe": content.unsubscribe_page,
    }
