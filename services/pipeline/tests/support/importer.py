"""An organisation that imports files, and the worker that does it, step by step."""

import base64
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.pipeline import (
    IMPORT_CHUNK,
    AddImportChunk,
    CheckImport,
    CreateImport,
    FinishImportUpload,
    FixImportRow,
    GetImportRows,
    GetImportsByIds,
    GetPeople,
    Import,
    ImportRow,
    Person,
    StartImport,
    UndoImport,
)  # fmt: skip
from rapport.contracts.requests import Page, Request
from rapport.contracts.vocabulary import ImportField, ImportState
from rapport.kit.database.queries import Statement
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.crm.notes import NoteRequests
from rapport.pipeline.crm.people import PeopleRequests
from rapport.pipeline.crm.projects import ProjectRequests
from rapport.pipeline.imports.requests import ImportRequests
from rapport.pipeline.imports.worker import ImportWorker
from rapport.pipeline.requests import PipelineRequests


class Importer:
    """Asks the service about imports, and does the worker's steps when it is told to."""

    def __init__(self, database: Database, org_id: str = "acme") -> None:
        self.database, self.org_id = database, org_id
        self.user = UserId(uuid4())
        self.worker = ImportWorker(database, [org_id])
        self._handlers: dict[str, Any] = {}
        reads = PipelineRequests(database, [], move_queued=lambda _: None, run_requested=lambda _: None)
        for requests in (
            reads, PeopleRequests(database), ProjectRequests(database),
            NoteRequests(database, write_queued=lambda _: None), ImportRequests(database, lambda: None),
        ):  # fmt: skip
            requests.register(self)  # type: ignore[arg-type]

    def handle(self, request: type[Request[Any]], handler: Any) -> None:
        self._handlers[request.address()] = handler

    async def ask(self, request: Request[Any], *, key: str | None = None) -> Any:
        viewer = Viewer(org_id=self.org_id, user_id=self.user, roles=frozenset({Role.SOURCER}))
        answer = await self._handlers[request.address()](request, RequestContext(viewer, key or f"request:{uuid4()}"))
        return request.result.model_validate_json(answer) if isinstance(answer, str) else answer

    async def upload(self, content: bytes, name: str = "people.csv") -> Import:
        """Upload a file and have it looked into."""
        import_ = await self.ask(CreateImport(file_name=name))
        for position, at in enumerate(range(0, len(content), IMPORT_CHUNK)):
            await self.ask(self.chunk(import_.id, position, content[at : at + IMPORT_CHUNK]))
        await self.ask(FinishImportUpload(import_id=import_.id))
        return await self.work(import_.id)

    def chunk(self, import_id: UUID, position: int, content: bytes) -> AddImportChunk:
        """A part of a file, as it arrives in JSON."""

        return AddImportChunk(import_id=import_id, position=position, content=base64.b64encode(content))

    async def work(self, import_id: UUID) -> Import:
        """Everything that the worker has to do; the import afterwards."""
        while await self.worker.step():
            pass
        return await self.import_(import_id)

    async def import_(self, import_id: UUID) -> Import:
        return (await self.ask(GetImportsByIds(ids=(import_id,)))).items[0]  # type: ignore[no-any-return]

    async def check(
        self, import_: Import, fields: Sequence[ImportField | None] | None = None, **options: Any
    ) -> Import:
        """The dry run, with the guessed meanings if no others are given."""
        chosen = tuple(fields if fields is not None else (column.field for column in import_.columns))
        answer = await self.ask(CheckImport(import_id=import_.id, fields=chosen, **options))
        assert isinstance(answer, Import), answer
        return await self.work(import_.id)

    async def start(self, import_: Import) -> Import:
        answer = await self.ask(StartImport(import_id=import_.id))
        assert isinstance(answer, Import), answer
        return await self.work(import_.id)

    async def undo(self, import_: Import) -> Any:
        answer = await self.ask(UndoImport(import_id=import_.id))
        return await self.work(import_.id) if isinstance(answer, Import) else answer

    async def imported(self, content: bytes, **options: Any) -> Import:
        """Upload, check and run."""
        checked = await self.check(await self.upload(content), **options)
        assert checked.state is ImportState.CHECKED, checked
        return await self.start(checked)

    async def rows(self, import_: Import, **which: Any) -> list[ImportRow]:
        page = await self.ask(GetImportRows(import_id=import_.id, page=Page(first=200), **which))
        return [edge.node for edge in page.edges]

    async def fix(self, import_: Import, number: int, *cells: str) -> Any:
        return await self.ask(FixImportRow(import_id=import_.id, number=number, cells=cells))

    async def people(self) -> list[Person]:
        """Everybody, by name."""
        page = await self.ask(GetPeople(page=Page(first=200)))
        return sorted((edge.node for edge in page.edges), key=lambda p: (p.first_name, p.last_name))

    async def names(self) -> list[str]:
        return [f"{person.first_name} {person.last_name}".strip() for person in await self.people()]

    async def count(self, statement: str, *arguments: Any) -> Any:
        async with self.database.read_session(self.org_id) as session:
            return await session.fetchval(Statement(statement), *arguments)
