"""The files of imports: uploaded part by part, and the rows with problems downloaded as a table.

Neither is ever in memory as a whole: a part is handed on to the service that stores it before the next one is read.
"""

import asyncio
import base64
import csv
import io
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import orjson
from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from rapport.contracts.pipeline import (
    IMPORT_CHUNK,
    MAX_IMPORT_BYTES,
    AddImportChunk,
    FinishImportUpload,
    GetImportRows,
    GetImportsByIds,
    Import,
    ImportProblem,
    ImportRowPage,
)
from rapport.contracts.refusals import Forbidden, Invalid, NotFound, Refusal
from rapport.contracts.requests import MAX_PAGE, Page, Request, ResultT
from rapport.gateway.errors import ClientError
from rapport.gateway.graph.ids import Kind, uuid_of
from rapport.gateway.server.identity import Identity
from rapport.gateway.session import TOO_NARROW, UNKNOWN_USER, Session, UnauthenticatedError, UnknownUserError
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError
from rapport.kit.rpc.client import RequestClient
from rapport.kit.web.http import traced

_AT_ONCE = 4
"""Files that one process receives at once; others are refused with Retry-After."""
_PATIENCE = 30.0
"""Seconds for which nothing of a file may arrive."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula."""
_STATUS: dict[type[Refusal], int] = {NotFound: 404, Forbidden: 403, Invalid: 422}
_KINDS: dict[int, type[web.HTTPException]] = {
    400: web.HTTPBadRequest,
    401: web.HTTPUnauthorized,
    403: web.HTTPForbidden,
    404: web.HTTPNotFound,
    408: web.HTTPRequestTimeout,
    422: web.HTTPUnprocessableEntity,
    500: web.HTTPInternalServerError,
    503: web.HTTPServiceUnavailable,
}
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class ImportFiles:
    """Receives the files of imports, and sends their rows with problems."""

    def __init__(self, identity: Identity, services: RequestClient, time_limit: float) -> None:
        """``time_limit`` is in seconds, for each request to a service."""
        self._identity = identity
        self._services = services
        self._time_limit = time_limit
        self._receiving = 0

    def routes(self) -> list[web.RouteDef]:
        """Where files are sent, and problems are fetched."""
        return [
            web.post("/imports/{import}/file", self.receive),
            web.get("/imports/{import}/problems.csv", self.send_problems),
        ]

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Store the body of the request as the file of an import: 202 once it has arrived.

        401, 403, 404, 422 as for other requests; 413 for a file that is too large; 503 while too many are received.
        """
        session, import_id = await self._subject(request)
        declared = request.content_length
        if declared is not None and declared > MAX_IMPORT_BYTES:
            raise _problem(413, f"a file must have at most {MAX_IMPORT_BYTES:,} bytes")
        if self._receiving >= _AT_ONCE:
            raise _problem(503, "too many files are being received", {"Retry-After": "10"})
        self._receiving += 1
        try:
            position = size = 0
            async for part in _parts(request):
                size += len(part)
                if size > MAX_IMPORT_BYTES:
                    raise _problem(413, f"a file must have at most {MAX_IMPORT_BYTES:,} bytes")
                content = base64.b64encode(part)
                await self._call(session, AddImportChunk(import_id=import_id, position=position, content=content))
                position += 1
        finally:
            self._receiving -= 1
        import_ = await self._call(session, FinishImportUpload(import_id=import_id))
        return web.json_response({"state": import_.state}, status=202, headers=_HEADERS | traced())

    async def send_problems(self, request: web.Request) -> web.StreamResponse:
        """The rows with problems as a table, with the line and what is wrong in front of their own fields."""
        session, import_id = await self._subject(request)
        found = await self._call(session, GetImportsByIds(ids=(import_id,)))
        if not found.items:
            raise _problem(404, "there is no such import")
        import_ = found.items[0]
        page = await self._page(session, import_, None)
        response = web.StreamResponse(
            headers=_HEADERS | traced() | {"Content-Disposition": 'attachment; filename="problems.csv"'}
        )
        response.content_type, response.charset = "text/csv", "utf-8"
        await response.prepare(request)
        # The mark by which spreadsheets know that it is UTF-8.
        await response.write(("\ufeff" + _table([["Line", "Problem", *(c.name for c in import_.columns)]])).encode())
        while True:
            rows = [[str(edge.node.line), _words(import_, edge.node.problems), *edge.node.cells] for edge in page.edges]
            await response.write(_table(rows).encode())
            if not page.has_next:
                break
            page = await self._page(session, import_, page.edges[-1].cursor)
        await response.write_eof()
        return response

    async def _page(self, session: Session, import_: Import, after: tuple[str, ...] | None) -> ImportRowPage:
        request = GetImportRows(import_id=import_.id, with_problems=True, page=Page(first=MAX_PAGE, after=after))
        return await self._call(session, request)

    async def _subject(self, request: web.Request) -> tuple[Session, UUID]:
        """Whose request it is, and about which import."""
        try:
            session = await self._identity.session(request.headers.get("Authorization"))
        except UnauthenticatedError as problem:
            raise _problem(401, problem.message, {"WWW-Authenticate": 'Bearer realm="rapport"'}) from None
        except UnknownUserError:
            raise _problem(403, UNKNOWN_USER) from None
        except ServiceUnavailableError as problem:
            raise _problem(503, str(problem)) from None
        if session.is_narrow:
            raise _problem(403, TOO_NARROW)
        try:
            return session, uuid_of(Kind.IMPORT, request.match_info["import"], "import")
        except ClientError:
            raise _problem(404, "there is no such import") from None

    async def _call(self, session: Session, request: Request[ResultT]) -> ResultT:
        try:
            result = await self._services.call(request, session.viewer, deadline=self._time_limit)
        except ServiceUnavailableError as problem:
            raise _problem(503, str(problem), {"Retry-After": "2"}) from None
        except ServiceFailedError:
            raise _problem(500, "internal error") from None
        if isinstance(result, Refusal):
            raise _problem(_STATUS.get(type(result), 422), _said(result))
        return result


async def _parts(request: web.Request) -> AsyncIterator[bytes]:
    """The body in parts of one size, but for the last one."""
    buffer = bytearray()
    try:
        while True:
            async with asyncio.timeout(_PATIENCE):
                received = await request.content.readany()
            if not received:
                break
            buffer += received
            while len(buffer) >= IMPORT_CHUNK:
                yield bytes(buffer[:IMPORT_CHUNK])
                del buffer[:IMPORT_CHUNK]
    except TimeoutError:
        raise _problem(408, "the file did not arrive in time") from None
    except (BadHttpMessage, web.RequestPayloadError, ConnectionError):
        raise _problem(400, "the file broke off") from None
    if buffer:
        yield bytes(buffer)


def _said(refusal: Refusal) -> str:
    match refusal:
        case NotFound(what=what):
            return f"there is no such {what}"
        case Forbidden(reason=reason):
            return reason
        case Invalid(problems=problems):
            return "; ".join(problem.message for problem in problems)
    return "nothing was changed"


def _words(import_: Import, problems: Sequence[ImportProblem]) -> str:
    """What is wrong with a row, with the names of the columns it is about."""
    names = [column.name for column in import_.columns]
    return "; ".join(
        f"{names[problem.column]} {problem.message}"
        if problem.column is not None and problem.column < len(names)
        else problem.message
        for problem in problems
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Lines of a table in which no field is a formula."""
    text = io.StringIO()
    csv.writer(text).writerows([[_harmless(field) for field in row] for row in rows])
    return text.getvalue()


def _harmless(field: str) -> str:
    return f"'{field}" if field.startswith(_FORMULA) else field


def _problem(status: int, message: str, headers: dict[str, str] | None = None) -> web.HTTPException:
    text, all_headers = orjson.dumps({"error": message}).decode(), _HEADERS | (headers or {})
    if status == 413:
        return web.HTTPRequestEntityTooLarge(
            MAX_IMPORT_BYTES, text=text, content_type="application/json", headers=all_headers
        )
    return _KINDS[status](text=text, content_type="application/json", headers=all_headers)
