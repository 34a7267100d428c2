"""Files of people: links that are good for some minutes and one user, and the files behind them.

A link is signed and names the file, its reader and when it ends. Whether the reader may still open the file is decided
again when it is followed. The file is passed on from the ATS as it arrives, stored nowhere, and saved by the browser
rather than shown: what people sent may be anything.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import aiohttp
from aiohttp import web

from rapport.contracts.identity import UserId
from rapport.contracts.pipeline import AttachmentLink
from rapport.kit.database.unit_of_work import Database, ReadSession
from rapport.kit.web.links import Links
from rapport.pipeline.connectors.connector import AtsConnector, AtsFile, AtsRefusedError, AtsUnavailableError
from rapport.pipeline.store import SQL

ATTACHMENT = "attachment"
"""The purpose of the links' tokens."""
MAX_FILE = 25 * 1024 * 1024
"""Bytes of a file; the ATS takes no larger ones from people."""
_LIFETIME = timedelta(minutes=5)
_EVERYTHING = ""
"""In place of the user whose hiring teams limit what the reader sees."""
_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
    "txt": "text/plain; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
"""By the ending of the name. Of any other file the browser learns no type, whatever the ATS says."""
_HEADERS: Mapping[str, str] = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-site",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Permit:
    """What a link permits: one reader to open one file until a moment.

    ``scope``: the user whose hiring teams limit it, as of any request of theirs; None: it is not limited by them.
    ``private_to``: likewise, who must be close to a private person.
    """

    org_id: str
    attachment_id: UUID
    reader_id: UUID
    scope: UserId | None
    private_to: UserId | None
    until: datetime


class AttachmentLinks:
    """Creates links and reads them."""

    def __init__(self, links: Links, public_url: str) -> None:
        """``public_url``: where browsers reach this service."""
        self._links = links
        self._public_url = public_url.rstrip("/")

    def link(
        self, org_id: str, attachment_id: UUID, reader_id: UUID, scope: UserId | None, private_to: UserId | None
    ) -> AttachmentLink:
        """A link for a reader, from now on."""
        until = datetime.now(UTC).replace(microsecond=0) + _LIFETIME
        token = self._links.token(
            org_id, attachment_id, reader_id, scope or _EVERYTHING, private_to or _EVERYTHING, int(until.timestamp())
        )
        return AttachmentLink(url=f"{self._public_url}/files/{token}", expires_at=until)

    def permit(self, token: str) -> Permit | None:
        """What a token permits, or permitted; None if we did not make it."""
        match self._links.parts(token):
            case [org_id, attachment, reader, scope, private_to, until]:
                ends = datetime.fromtimestamp(int(until), UTC)
                return Permit(org_id, UUID(attachment), UUID(reader), _limit(scope), _limit(private_to), ends)
        return None


class AttachmentDownloads:
    """Passes files on to those who hold a link."""

    def __init__(self, links: AttachmentLinks, connectors: Sequence[AtsConnector], database: Database) -> None:
        """``connectors`` fetch the files."""
        self._links = links
        self._connectors = {(str(c.connection.org_id), c.connection.name): c for c in connectors}
        self._database = database

    def routes(self) -> list[web.RouteDef]:
        """Where links lead to."""
        return [web.get("/files/{token}", self.send, allow_head=False)]

    async def send(self, request: web.Request) -> web.StreamResponse:
        """The file; 404 for a link that is none or a file that is gone, 410 for an old link, 502 without the ATS."""
        permit = self._links.permit(request.match_info["token"])
        if permit is None:
            return _explained(404, "This link does not work.")
        if permit.until <= datetime.now(UTC):
            return _explained(410, "This link has expired. Go back and open the file again.")
        async with self._database.read_session(permit.org_id) as session:
            found = await visible_attachment(session, permit.attachment_id, permit.scope, permit.private_to)
            allowed = bool(await session.fetchval(SQL["is_active_user"], permit.reader_id))
        connector = found and self._connectors.get((permit.org_id, found.connection))
        if not (found and connector and allowed):
            return _explained(404, "The file is not there any more, or you may no longer open it.")
        try:
            async with connector.file(found.external_id) as file:
                return await _pass_on(request, file, found.name)
        except AtsRefusedError:
            return _explained(404, "The ATS does not have the file any more.")
        except AtsUnavailableError:
            return _explained(502, "The ATS does not answer. Try again in a moment.")


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """Which connection has a file, by which id."""

    connection: str
    external_id: str
    name: str


async def visible_attachment(
    session: ReadSession, attachment_id: UUID, scope: UserId | None, private_to: UserId | None
) -> StoredAttachment | None:
    """A file that a viewer may open.

    Args:
        session: to read in.
        attachment_id: which.
        scope: the user whose hiring teams limit what they see, if they do.
        private_to: the user who must be close to private people, if they must.
    """
    row = await session.fetchrow(SQL["visible_attachment"], scope, attachment_id, private_to)
    return StoredAttachment(**row) if row else None


def _limit(part: str) -> UserId | None:
    return None if part == _EVERYTHING else UserId(UUID(part))


async def _pass_on(request: web.Request, file: AtsFile, name: str) -> web.StreamResponse:
    if (file.size or 0) > MAX_FILE:
        return _explained(413, "The file is too large to be opened here. Open it in the ATS.")
    shown = _file_name(name)
    response = web.StreamResponse(headers=_HEADERS)
    response.headers["Content-Type"] = _TYPES.get(shown.rpartition(".")[2].lower(), "application/octet-stream")
    response.headers["Content-Disposition"] = _disposition(shown)
    response.content_length = file.size
    await response.prepare(request)
    if await _copy(file, response):
        await response.write_eof()
    elif request.transport:
        # What was sent cannot be taken back: the browser must notice that it is not the whole file.
        request.transport.abort()
    return response


async def _copy(file: AtsFile, response: web.StreamResponse) -> bool:
    """Pass a file on as it arrives; returns whether it is whole, and not too large."""
    sent = 0
    try:
        async for chunk in file.chunks:
            sent += len(chunk)
            if sent > MAX_FILE:
                _log.warning("a file is larger than it may be: it was passed on in part")
                return False
            await response.write(chunk)
    except (aiohttp.ClientPayloadError, TimeoutError) as problem:
        _log.warning("a file was passed on in part (%s)", type(problem).__name__)
        return False
    return True


def _file_name(name: str) -> str:
    """A name that is only one: no path, no control characters."""
    printable = "".join(letter for letter in name.replace("\\", "/").rpartition("/")[2] if letter.isprintable())
    return printable.strip(". ")[:150] or "file"


def _disposition(name: str) -> str:
    """The header of RFC 6266: the name for those who read UTF-8, and what ASCII has of it."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _explained(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\n", headers=_HEADERS)
