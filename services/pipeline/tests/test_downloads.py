"""Links to files of candidates: whom they let in, until when, and what a browser gets."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import AttachmentLink, CreateAttachmentLink, LinkReviewedAttachment
from rapport.contracts.refusals import NotFound
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.web.http import listening
from rapport.kit.web.links import Links
from rapport.local import ports
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.greenhouse.connector import GreenhouseConnector
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.downloads import ATTACHMENT, MAX_FILE, AttachmentDownloads, AttachmentLinks
from rapport.pipeline.requests import AttachmentRequests
from rapport.pipeline.sync.endings import EndReason
from services.pipeline.tests.support.raw_ingest import RawIngest

_AT = "2026-03-01T00:00:00Z"
_SIGNED = "/store/file?Signature=a-key-to-the-file"
_SECRET = "a secret of links"
_PUBLIC = "http://files.test"


@dataclass
class Store:
    """The ATS and its store of files: what it says of a file, and what it sends."""

    body: bytes = b"%PDF-1.4 of Kate"
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})
    url: str | None = None
    """Of the file; the store's own, if None."""
    declared: bool = True
    """Whether it says how long the file is."""
    authorisations: list[str | None] = field(default_factory=list)
    """What it was sent to prove who asks."""

    def application(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.post("/token", self._token),
                web.get("/v3/attachments", self._attachments),
                web.get("/store/file", self._file),
            ]
        )
        return app

    async def _token(self, _: web.Request) -> web.Response:
        until = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        return web.json_response({"access_token": "a token", "expires_at": until})

    async def _attachments(self, request: web.Request) -> web.Response:
        url = self.url or f"{request.url.origin()}{_SIGNED}"
        return web.json_response([attachment(int(request.query["ids"]), 2, url=url)])

    async def _file(self, request: web.Request) -> web.StreamResponse:
        self.authorisations.append(request.headers.get("Authorization"))
        if self.declared:
            return web.Response(status=self.status, body=self.body, headers=self.headers)
        response = web.StreamResponse(status=self.status, headers=self.headers)
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(self.body)
        await response.write_eof()
        return response


@dataclass
class Files:
    """A pipeline with two people's files, and a browser."""

    pipeline: Database
    mapper: GreenhouseMapper
    ingest: RawIngest
    store: Store
    links: AttachmentLinks
    requests: AttachmentRequests
    session: aiohttp.ClientSession
    address: str

    async def link(self, number: int, user: int = 101, role: Role = Role.RECRUITER) -> AttachmentLink | NotFound:
        viewer = Viewer(org_id="acme", user_id=UserId(self.user(user)), roles=frozenset({role}))
        request = CreateAttachmentLink(attachment_id=self.id(number))
        return await self.requests.create_attachment_link(request, RequestContext(viewer, "key"))

    async def url(self, number: int = 300, **of: Any) -> str:
        link = await self.link(number, **of)
        assert isinstance(link, AttachmentLink), link
        return link.url

    async def get(self, url: str) -> tuple[int, bytes, Any]:
        async with self.session.get(url.replace(_PUBLIC, self.address)) as response:
            return response.status, await response.read(), response.headers

    def id(self, number: int) -> UUID:
        return self.mapper.id(Collection.ATTACHMENTS, number)

    def user(self, number: int) -> UUID:
        return self.mapper.id(Collection.USERS, number)

    async def raw(self, collection: str, *records: dict[str, Any]) -> None:
        async with self.pipeline.work("acme", actor="ats", cause="sync") as unit:
            await self.ingest.raw(unit, collection, records)

    async def execute(self, statement: str) -> None:
        async with self.pipeline.work("acme", actor="ats", cause="test") as unit:
            await unit.execute(Statement(statement))


def attachment(number: int, candidate: int, **more: Any) -> dict[str, Any]:
    usual = {"filename": "Kate Austen.pdf", "type": "resume", "created_at": _AT, "updated_at": _AT}
    return {"id": number, "candidate_id": candidate, "url": "https://store.invalid/f"} | usual | more


def _user(number: int, **more: Any) -> dict[str, Any]:
    return {"id": number, "name": f"User {number}", "primary_email": f"u{number}@example.com"} | more


@pytest_asyncio.fixture
async def files(pipeline: Database, connection: Connection) -> AsyncIterator[Files]:
    store, served = Store(), web.Application()
    links = AttachmentLinks(Links(_SECRET, ATTACHMENT), f"{_PUBLIC}/")
    async with listening(store.application(), ports.LOOPBACK, 0) as ats, aiohttp.ClientSession() as session:
        address = f"http://{ports.LOOPBACK}:{ats}"
        known = connection.model_copy(update={"base_url": f"{address}/v3", "token_url": f"{address}/token"})
        connector = GreenhouseConnector(known, session)
        served.add_routes(AttachmentDownloads(links, [connector], pipeline).routes())
        async with listening(served, ports.LOOPBACK, 0) as port:
            made = Files(
                pipeline,
                GreenhouseMapper(known),
                RawIngest(connector),
                store,
                links,
                AttachmentRequests(pipeline, links),
                session,
                f"http://{ports.LOOPBACK}:{port}",
            )
            await made.raw("users", _user(101), _user(102))
            person = {"created_at": _AT, "updated_at": _AT, "first_name": "Kate", "last_name": "Austen"}
            await made.raw("people", person | {"id": 2}, person | {"id": 5})
            await made.raw("attachments", attachment(300, 2), attachment(301, 5, type="cover_letter"))
            yield made


async def test_a_link_gives_the_file_as_a_download_that_no_browser_runs(files: Files) -> None:
    status, body, headers = await files.get(await files.url())
    assert (status, body) == (200, files.store.body)
    assert headers["Content-Type"] == "application/pdf"  # by its name: what the store says is not passed on
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"Kate Austen.pdf\"; filename*=UTF-8''Kate%20Austen.pdf"
    )
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in headers["Cache-Control"]
    assert files.store.authorisations == [None]


@pytest.mark.parametrize(
    ("name", "type_", "saved_as"),
    [
        ("../../etc/cron.d/x.html", "application/octet-stream", "x.html"),
        ("..\\..\\boot.exe", "application/octet-stream", "boot.exe"),
        ("CV\r\nSet-Cookie: a=b.pdf", "application/pdf", "CVSet-Cookie%3A%20a%3Db.pdf"),
        ("R\u00e9sum\u00e9.pdf", "application/pdf", "R%C3%A9sum%C3%A9.pdf"),
        (".", "application/octet-stream", "file"),
    ],
)
async def test_the_name_of_a_file_is_only_a_name(files: Files, name: str, type_: str, saved_as: str) -> None:
    await files.raw("attachments", attachment(310, 2, filename=name))
    status, _, headers = await files.get(await files.url(310))
    assert (status, headers["Content-Type"]) == (200, type_)
    assert saved_as in headers["Content-Disposition"]
    assert "Set-Cookie" not in headers


async def test_a_link_is_good_for_minutes_and_a_forged_one_never(files: Files) -> None:
    link = await files.link(300)
    assert isinstance(link, AttachmentLink)
    assert timedelta(0) < link.expires_at - datetime.now(UTC) <= timedelta(minutes=5)
    old = Links(_SECRET, ATTACHMENT).token("acme", files.id(300), files.user(101), "", "", int(_earlier().timestamp()))
    forged = Links("another secret", ATTACHMENT).token("acme", files.id(300), files.user(101), "", "", 2**31)
    for token, expected in ((old, 410), (forged, 404), (f"{link.url.rpartition('/')[2]}x", 404), ("x", 404)):
        status, body, _ = await files.get(f"{_PUBLIC}/files/{token}")
        assert status == expected
        assert b"PDF" not in body
    assert files.store.authorisations == []


def _earlier() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=1)


async def test_a_link_ends_with_its_file_and_with_its_reader(files: Files) -> None:
    kept, gone = await files.url(300, user=101), await files.url(301, user=102)
    async with files.pipeline.work("acme", actor="ats", cause="test") as unit:
        await files.ingest.endings.end(unit, Collection.USERS, [files.user(101)], EndReason.DELETED)
        await files.ingest.endings.erase(unit, [files.mapper.id(Collection.PEOPLE, 5)], EndReason.ANONYMIZED)
    assert [(await files.get(url))[0] for url in (kept, gone)] == [404, 404]
    assert isinstance(await files.link(301), NotFound)


async def test_who_is_bound_to_hiring_teams_opens_the_files_of_their_applicants_only(files: Files) -> None:
    manager = {"user": 102, "role": Role.HIRING_MANAGER}
    assert isinstance(await files.link(300, **manager), NotFound)  # type: ignore[arg-type]
    await files.raw("jobs", {"id": 3, "name": "Surgeon", "status": "open", "created_at": _AT})
    await files.raw("job_stages", {"id": 31, "job_id": 3, "name": "Screen", "sort_order": 0})
    await files.raw("hiring_managers", {"id": 41, "job_id": 3, "user_id": 102, "responsible": True})
    times = {"created_at": _AT, "updated_at": _AT}
    await files.raw(
        "applications", {"id": 1, "candidate_id": 2, "job_id": 3, "stage_id": 31, "status": "active"} | times
    )
    await files.execute("UPDATE application SET job_id = ats_job_id, stage_id = ats_stage_id, status = 'active'")
    url = await files.url(300, **manager)
    assert isinstance(await files.link(301, **manager), NotFound)  # type: ignore[arg-type]
    assert (await files.get(url))[0] == 200
    await files.execute("DELETE FROM job_team")
    assert (await files.get(url))[0] == 404


@pytest.mark.parametrize("more", [{"type": "admin_only"}, {"type": "offer_packet"}, {"visibility": "private"}])
async def test_what_the_account_shows_to_some_only_is_not_opened_here(files: Files, more: dict[str, Any]) -> None:
    url = await files.url(300)
    await files.raw("attachments", attachment(300, 2, **more))
    assert isinstance(await files.link(300), NotFound)
    assert (await files.get(url))[0] == 404


async def test_a_reviewer_gets_a_link_by_their_review(files: Files) -> None:
    request = LinkReviewedAttachment(org_id="acme", attachment_id=files.id(300), reviewer_id=files.user(102))
    link = await files.requests.link_reviewed_attachment(request)
    assert isinstance(link, AttachmentLink)
    assert (await files.get(link.url))[:2] == (200, files.store.body)
    other = request.model_copy(update={"org_id": "globex"})
    assert isinstance(await files.requests.link_reviewed_attachment(other), NotFound)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"body": b"x" * (MAX_FILE + 1)}, 413),
        ({"status": 404}, 404),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1:9/"}}, 404),
        ({"status": 503}, 502),
        ({"url": "http://169.254.169.254/latest"}, 404),
        ({"url": "file:///etc/passwd"}, 404),
        ({"url": "https://127.0.0.1:9/nobody-is-there"}, 502),
    ],
)
async def test_what_cannot_be_fetched_is_said_without_an_address(
    files: Files, changes: dict[str, Any], expected: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, value in changes.items():
        setattr(files.store, name, value)
    status, body, _ = await files.get(await files.url())
    assert (status, b"http" in body) == (expected, False)
    assert "Signature" not in caplog.text
    assert "nobody-is-there" not in caplog.text


async def test_a_file_that_turns_out_too_large_never_looks_whole(files: Files) -> None:
    files.store.body, files.store.declared = b"x" * (MAX_FILE + 1), False
    with pytest.raises(aiohttp.ClientPayloadError):
        await files.get(await files.url())
