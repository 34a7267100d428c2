"""Files of imports: uploaded part by part within limits, and their problems downloaded without a formula."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from gateway.tests.support.gateway_client import RECRUITER, Acme, eventually
from gateway.tests.support.gateway_peer import NOON
from rapport.contracts import outreach, pipeline
from rapport.contracts.events import ImportChanged, subject_of
from rapport.contracts.pipeline import (
    IMPORT_CHUNK,
    MAX_IMPORT_BYTES,
    Import,
    ImportColumn,
    ImportCounts,
    ImportProblem,
    ImportRow,
    ImportRowEdge,
    ImportRowPage,
    Imports,
)  # fmt: skip
from rapport.contracts.refusals import Forbidden, NotFound
from rapport.contracts.vocabulary import ImportField, ImportOutcome, ImportProblemCode, ImportState
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.subscriptions.topics import Topic, TopicKind
from rapport.kit.identity import new_id
from rapport.sandbox.issuer import Issuer

IMPORT = UUID(int=7)
URL = f"/imports/{global_id(Kind.IMPORT, IMPORT)}"


def an_import(state: ImportState = ImportState.READING) -> Import:
    columns = (
        ImportColumn(name="=Name", samples=(), field=ImportField.NAME),
        ImportColumn(name="Email", samples=(), field=ImportField.EMAIL),
    )
    return Import(
        id=IMPORT, file_name="people.csv", bytes=0, created_by=new_id(), created_at=NOON, state=state, state_since=NOON,
        problem=None, options=None, columns=columns, counts=ImportCounts(), version=1,
    )  # fmt: skip


@pytest.fixture
def stored(acme: Acme) -> list[bytes]:
    """The parts of the file that pipeline has stored."""
    parts: list[bytes] = []

    async def add(request: pipeline.AddImportChunk, _: Any) -> Import:
        assert request.position == len(parts)
        parts.append(request.content)
        return an_import(ImportState.RECEIVING)

    async def finish(_: pipeline.FinishImportUpload, __: Any) -> Import:
        return an_import()

    acme.peer.answering |= {pipeline.AddImportChunk: add, pipeline.FinishImportUpload: finish}
    return parts


async def _post(acme: Acme, body: Any, token: str | None = "", url: str = f"{URL}/file") -> tuple[int, Any]:
    async with acme.http.post(f"{acme.url}{url}", data=body, headers=acme.headers(token)) as response:
        return response.status, await response.json()


async def test_a_file_arrives_in_parts_whether_its_length_is_known_or_not(acme: Acme, stored: list[bytes]) -> None:
    content = bytes(range(256)) * 2500

    async def in_pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(content), 100_000):
            yield content[at : at + 100_000]

    for body in (content, in_pieces()):
        assert await _post(acme, body) == (202, {"state": "reading"})
        assert b"".join(stored) == content
        assert [len(part) for part in stored[:-1]] == [IMPORT_CHUNK] * (len(stored) - 1)
        stored.clear()


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(acme: Acme, stored: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", acme.gateway.port)
    authorization = acme.headers()["Authorization"]
    lines = (
        f"POST {URL}/file HTTP/1.1",
        "Host: gateway",
        f"Authorization: {authorization}",
        "Content-Length: 200000000",
    )
    head = "\r\n".join((*lines, "", ""))
    writer.write(head.encode())
    # Nothing of the body is sent: the answer does not wait for it.
    assert (await asyncio.wait_for(reader.readline(), 10)).split()[1] == b"413"
    writer.close()
    assert stored == []


async def test_no_more_of_a_file_is_stored_than_allowed(
    acme: Acme, stored: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rapport.gateway.server.import_files.MAX_IMPORT_BYTES", 3 * IMPORT_CHUNK)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"x" * IMPORT_CHUNK

    status, answer = await _post(acme, endless())
    assert (status, "at most" in answer["error"]) == (413, True)
    assert len(stored) == 3
    assert MAX_IMPORT_BYTES == 50_000_000


async def test_only_those_who_may_import_upload_and_download(acme: Acme, issuer: Issuer, stored: list[bytes]) -> None:
    assert (await _post(acme, b"x", None))[0] == 401
    assert (await _post(acme, b"x", issuer.token("stranger@acme.example")))[0] == 403
    assert (await _post(acme, b"x", issuer.token(RECRUITER, scope="sourcing")))[0] == 403
    assert (await _post(acme, b"x", url="/imports/nothing/file"))[0] == 404

    async def refuse(_: Any, __: Any) -> Forbidden:
        return Forbidden(reason="not you")

    async def missing(_: Any, __: Any) -> NotFound:
        return NotFound(what="import", id=str(IMPORT))

    acme.peer.answering[pipeline.AddImportChunk] = refuse
    assert await _post(acme, b"x") == (403, {"error": "not you"})
    acme.peer.answering[pipeline.AddImportChunk] = missing
    assert await _post(acme, b"x") == (404, {"error": "there is no such import"})
    assert stored == []


async def test_rows_with_problems_are_a_table_in_which_nothing_is_a_formula(acme: Acme) -> None:
    def row(number: int, *cells: str) -> ImportRow:
        problem = ImportProblem(
            code=ImportProblemCode.INVALID_EMAIL, message="is no e-mail address", line=number + 1, column=1
        )
        return ImportRow(
            number=number, line=number + 1, cells=cells, outcome=ImportOutcome.REFUSED, problems=(problem,),
            person_id=None, applied_at=None,
        )  # fmt: skip

    pages = [[row(1, "=cmd|' /C calc'!A1", "+x")], [row(4, "-1", 'say "hi"\nthere'), row(5, "Ana", "@b")]]

    async def rows(request: pipeline.GetImportRows, _: Any) -> ImportRowPage:
        assert request.with_problems
        at = int(request.page.after[0]) if request.page.after else 0
        edges = tuple(ImportRowEdge(cursor=(str(at + 1),), node=node) for node in pages[at])
        return ImportRowPage(edges=edges, has_next=at + 1 < len(pages))

    async def found(_: pipeline.GetImportsByIds, __: Any) -> Imports:
        return Imports(items=(an_import(),))

    acme.peer.answering |= {pipeline.GetImportRows: rows, pipeline.GetImportsByIds: found}
    async with acme.http.get(f"{acme.url}{URL}/problems.csv", headers=acme.headers()) as response:
        assert (response.status, response.content_type) == (200, "text/csv")
        assert "attachment" in response.headers["Content-Disposition"]
        text = (await response.read()).decode()
    assert text == (
        "\ufeffLine,Problem,'=Name,Email\r\n"
        "2,Email is no e-mail address,'=cmd|' /C calc'!A1,'+x\r\n"
        '5,Email is no e-mail address,\'-1,"say ""hi""\nthere"\r\n'
        "6,Email is no e-mail address,Ana,'@b\r\n"
    )


async def test_a_row_says_whether_its_address_is_suppressed(acme: Acme) -> None:
    async def rows(_: pipeline.GetImportRows, __: Any) -> ImportRowPage:
        nodes = [
            ImportRow(
                number=at, line=at + 1, cells=("Ana", email), outcome=ImportOutcome.NEW, problems=(), emails=(email,),
                person_id=None, applied_at=None,
            )
            for at, email in enumerate(("ana@example.org", "bo@example.org"), start=1)
        ]  # fmt: skip
        edges = tuple(ImportRowEdge(cursor=(str(node.number),), node=node) for node in nodes)
        return ImportRowPage(edges=edges, has_next=False)

    async def found(_: pipeline.GetImportsByIds, __: Any) -> Imports:
        return Imports(items=(an_import(),))

    async def suppressed(_: Any, __: Any) -> outreach.SuppressedAddresses:
        return outreach.SuppressedAddresses(suppressed=("bo@example.org",))

    acme.peer.answering |= {
        pipeline.GetImportRows: rows, pipeline.GetImportsByIds: found, outreach.GetSuppressedAddresses: suppressed,
    }  # fmt: skip
    query = "query ($id: ID!) { import(id: $id) { rows { nodes { number suppressed } } } }"
    answer = await acme.execute(query, {"id": global_id(Kind.IMPORT, IMPORT)})
    assert [row["suppressed"] for row in answer.data["import"]["rows"]["nodes"]] == [False, True]
    assert len(acme.peer.asked_for(outreach.GetSuppressedAddresses)) == 1


async def test_who_follows_an_import_is_told_how_far_it_is(acme: Acme) -> None:
    async def found(_: pipeline.GetImportsByIds, __: Any) -> Imports:
        return Imports(items=(an_import(ImportState.RUNNING),))

    acme.peer.answering[pipeline.GetImportsByIds] = found
    id_ = global_id(Kind.IMPORT, IMPORT)
    event = {
        "id": str(new_id()), "type": ImportChanged.type, "source": "rapport/pipeline", "subject": str(IMPORT),
        "time": NOON, "recordedat": datetime.now(UTC), "orgid": "acme", "aggregateversion": 2,
        "actor": "system:imports",
        "cause": "test", "data": {"state": "running", "rows": 9, "refused": 1, "applied": 4},
    }  # fmt: skip
    async with acme.socket() as socket:
        await socket.acknowledged()
        await socket.subscribe(
            "subscription ($id: ID!) { importChanged(importId: $id) { rows refused applied import { state } } }",
            {"id": id_},
        )
        await eventually(lambda: acme.gateway.hub.count("acme", Topic(TopicKind.IMPORT, IMPORT)) == 1)
        subject = subject_of("acme", ImportChanged.type)
        await acme.brokers["pipeline"].jetstream().publish(subject, orjson.dumps(event))
        message = await socket.receive()
    assert message["payload"]["data"]["importChanged"] == {
        "rows": 9, "refused": 1, "applied": 4, "import": {"state": "RUNNING"},
    }  # fmt: skip
