"""Requests about imports: their files, the meanings of their columns, dry run, run, fixing rows, undoing."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from rapport.contracts.events import ImportChanged
from rapport.contracts.pipeline import (
    IMPORT_CHUNK,
    MAX_IMPORT_BYTES,
    AddImportChunk,
    CheckImport,
    CreateImport,
    FinishImportUpload,
    FixImportRow,
    GetImportRows,
    GetImports,
    GetImportsByIds,
    Import,
    ImportCounts,
    ImportOptions,
    ImportRow,
    Imports,
    StartImport,
    UndoImport,
)
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import ImportState, NoteVisibility
from rapport.kit.database.pagination import keyset
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.domain.contact_points import is_region
from rapport.pipeline.imports import rows as import_rows
from rapport.pipeline.imports.files import DELIMITERS, ENCODINGS
from rapport.pipeline.store import SQL, imports
from rapport.pipeline.store.imports import StoredRow

_CHECKABLE = frozenset({ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED})
_WITH_ROWS = frozenset({ImportState.CHECKED, ImportState.DONE})


class ImportRequests:
    """Handles requests about imports."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        """``wake`` is called when there is work for the worker."""
        self._database = database
        self._wake = wake

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetImports, self.get_imports)
        server.handle(GetImportsByIds, self.get_imports_by_ids)
        server.handle(GetImportRows, self.get_import_rows)
        server.handle(CreateImport, self.create_import)
        server.handle(AddImportChunk, self.add_import_chunk)
        server.handle(FinishImportUpload, self.finish_import_upload)
        server.handle(CheckImport, self.check_import)
        server.handle(StartImport, self.start_import)
        server.handle(FixImportRow, self.fix_import_row)
        server.handle(UndoImport, self.undo_import)

    async def get_imports(self, request: GetImports, context: RequestContext) -> Json | Invalid:
        """A page of the imports."""
        page = keyset(request.page)
        if isinstance(page, Invalid):
            return page
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await session.fetchval(SQL["get_imports"], *page, request.page.first))

    async def get_imports_by_ids(self, request: GetImportsByIds, context: RequestContext) -> Json:
        """These imports."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await session.fetchval(SQL["get_imports_by_ids"], list(request.ids)))

    async def get_import_rows(self, request: GetImportRows, context: RequestContext) -> Json | Invalid | NotFound:
        """A page of the rows of an import."""
        after = request.page.after or ("0",)
        if len(after) != 1 or not after[0].isdecimal() or len(after[0]) > 9:
            return Invalid.because("page.after", "not a cursor of this list", InputProblemCode.MALFORMED)
        # The length of the page is checked with its place, of which there is none here.
        checked = keyset(request.page.model_copy(update={"after": None}))
        if isinstance(checked, Invalid):
            return checked
        arguments = (int(after[0]), request.outcome, request.with_problems, request.page.first)
        async with self._database.read_session(context.viewer.org_id) as session:
            rows = await session.fetchval(SQL["get_import_rows"], request.import_id, *arguments)
        return _unknown(request.import_id) if rows is None else Json(rows)

    async def create_import(self, request: CreateImport, context: RequestContext) -> Import:
        """Begin an import."""
        async with self._work(context) as unit:
            import_id = derived_id("import", unit.org_id, context.key)
            by = context.viewer.user_id
            if await unit.fetchval(SQL["create_import"], import_id, request.file_name, by, unit.now):
                unit.record(
                    ImportChanged(state=ImportState.RECEIVING, rows=0, refused=0, applied=0),
                    aggregate_id=import_id,
                    version=1,
                    occurred_at=unit.now,
                )
            return await _answer(unit, import_id)

    async def add_import_chunk(self, request: AddImportChunk, context: RequestContext) -> Import | Invalid | NotFound:
        """Store a part of the file."""
        if len(request.content) > IMPORT_CHUNK:
            return Invalid.because("content", f"must be at most {IMPORT_CHUNK} bytes", InputProblemCode.TOO_LONG)
        async with self._work(context) as unit:
            import_ = await imports.lock(unit, request.import_id)
            if import_ is None:
                return _unknown(request.import_id)
            if import_.state is not ImportState.RECEIVING:
                return _wrong_state("its file has arrived already")
            if import_.bytes + len(request.content) > MAX_IMPORT_BYTES:
                return Invalid.because("content", _TOO_LARGE, InputProblemCode.TOO_LONG)
            if request.position > await unit.fetchval(SQL["count_import_chunks"], import_.id):
                return Invalid.because("position", "is not the next part", InputProblemCode.OUT_OF_RANGE)
            await unit.execute(SQL["add_import_chunk"], import_.id, request.position, request.content)
            return await _answer(unit, import_.id)

    async def finish_import_upload(
        self, request: FinishImportUpload, context: RequestContext
    ) -> Import | Invalid | NotFound:
        """The file has arrived. Repeating it changes nothing."""
        async with self._work(context) as unit:
            import_ = await imports.lock(unit, request.import_id)
            if import_ is None:
                return _unknown(request.import_id)
            if import_.state is ImportState.RECEIVING:
                import_.state = ImportState.READING
                await imports.save(unit, import_)
            answer = await _answer(unit, import_.id)
        self._wake()
        return answer

    async def check_import(self, request: CheckImport, context: RequestContext) -> Import | Invalid | NotFound:
        """Begin a dry run."""
        if wrong := _wrong_choice(request):
            return wrong
        async with self._work(context) as unit:
            import_ = await imports.lock(unit, request.import_id)
            if import_ is None:
                return _unknown(request.import_id)
            if import_.state not in _CHECKABLE or import_.options is None:
                return _wrong_state("it cannot be checked now")
            if len(request.fields) != len(import_.columns):
                message = f"must have an item for each of the {len(import_.columns)} columns"
                return Invalid.because("fields", message, InputProblemCode.OUT_OF_RANGE)
            if request.project_id and await unit.fetchrow(SQL["lock_project"], request.project_id) is None:
                return NotFound(what="project", id=str(request.project_id))
            import_.options = _options(request, import_.options)
            import_.columns = tuple(
                column.model_copy(update={"field": field})
                for column, field in zip(import_.columns, request.fields, strict=True)
            )
            import_.rows, import_.counts, import_.state = 0, ImportCounts(), ImportState.CHECKING
            await unit.execute(SQL["delete_import_rows"], import_.id)
            await imports.save(unit, import_)
            answer = await _answer(unit, import_.id)
        self._wake()
        return answer

    async def start_import(self, request: StartImport, context: RequestContext) -> Import | Invalid | NotFound:
        """Import the rows that have no problem."""
        async with self._work(context) as unit:
            import_ = await imports.lock(unit, request.import_id)
            if import_ is None:
                return _unknown(request.import_id)
            if import_.state not in _WITH_ROWS:
                return _wrong_state("it was not checked")
            if not await imports.rows_to_apply(unit, import_.id, limit=1):
                return _wrong_state("none of its rows can be imported")
            import_.state = ImportState.RUNNING
            await imports.save(unit, import_)
            answer = await _answer(unit, import_.id)
        self._wake()
        return answer

    async def fix_import_row(self, request: FixImportRow, context: RequestContext) -> ImportRow | Invalid | NotFound:
        """Give a row other fields, and check it again."""
        async with self._work(context) as unit:
            import_ = await imports.lock(unit, request.import_id)
            if import_ is None:
                return _unknown(request.import_id)
            if import_.state not in _WITH_ROWS:
                return _wrong_state("its rows cannot be fixed now")
            found = await imports.lock_row(unit, import_.id, request.number)
            if found is None:
                return Invalid.because("number", "there is no such row", InputProblemCode.NOT_FOUND)
            line, applied_at = found
            if applied_at is not None:
                return Invalid.because("number", "was imported already", InputProblemCode.WRONG_STATE)
            stored = StoredRow(request.number, line, list(request.cells))
            row = import_rows.read_stored_row(stored, import_rows.plan_of(import_))
            [checked] = await import_rows.check(unit, import_, [row], remember=import_.state is ImportState.CHECKED)
            await imports.fix_row(unit, import_.id, checked)
            await imports.recount(unit, import_)
            await imports.save(unit, import_)
            return imports.answer(checked)

    async def undo_import(self, request: UndoImport, context: RequestContext) -> Import | Invalid | NotFound:
        """Undo an import with whose people nothing has happened since."""
        async with self._work(context) as unit:
            import_ = await imports.lock(unit, request.import_id)
            if import_ is None:
                return _unknown(request.import_id)
            if import_.state is not ImportState.DONE:
                return _wrong_state("only an import that is done can be undone")
            if touched := await unit.fetch(SQL["touched_by_others"], import_.id, None, _MOST_TOUCHED):
                number = f"{len(touched)}" if len(touched) < _MOST_TOUCHED else f"at least {_MOST_TOUCHED}"
                message = f"something has happened with {number} of its people since; it can no longer be undone"
                return _wrong_state(message)
            import_.state = ImportState.UNDOING
            await imports.save(unit, import_)
            answer = await _answer(unit, import_.id)
        self._wake()
        return answer

    def _work(self, context: RequestContext) -> AbstractAsyncContextManager[UnitOfWork]:
        viewer = context.viewer
        return self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key)


_MOST_TOUCHED = 100
_TOO_LARGE = f"the file has more than {MAX_IMPORT_BYTES:,} bytes"


def _wrong_choice(request: CheckImport) -> Invalid | None:
    if request.encoding is not None and request.encoding.lower() not in ENCODINGS:
        return Invalid.because("encoding", f"must be one of {', '.join(ENCODINGS)}", InputProblemCode.NOT_ALLOWED)
    if request.delimiter is not None and request.delimiter not in DELIMITERS:
        message = "must be a comma, a semicolon, a tab or a bar"
        return Invalid.because("delimiter", message, InputProblemCode.NOT_ALLOWED)
    if request.region is not None and not is_region(request.region):
        return Invalid.because("region", "must be a country of ISO 3166-1", InputProblemCode.NOT_ALLOWED)
    if request.note_visibility is NoteVisibility.HIRING_TEAM:
        return Invalid.because("note_visibility", "must be public or private", InputProblemCode.NOT_ALLOWED)
    if not any(request.fields):
        return Invalid.because("fields", "must give at least one column a meaning", InputProblemCode.REQUIRED)
    return None


def _options(request: CheckImport, guessed: ImportOptions) -> ImportOptions:
    return ImportOptions(
        encoding=(request.encoding or guessed.encoding).lower(),
        delimiter=request.delimiter or guessed.delimiter,
        has_headings=guessed.has_headings if request.has_headings is None else request.has_headings,
        date_format=request.date_format,
        region=request.region,
        tags=tuple(dict.fromkeys(request.tags)),
        project_id=request.project_id,
        note_visibility=request.note_visibility,
    )


async def _answer(session: ReadSession, import_id: UUID) -> Import:
    found = Imports.model_validate_json(await session.fetchval(SQL["get_imports_by_ids"], [import_id]))
    return found.items[0]


def _wrong_state(message: str) -> Invalid:
    return Invalid.because("import_id", message, InputProblemCode.WRONG_STATE)


def _unknown(import_id: UUID) -> NotFound:
    return NotFound(what="import", id=str(import_id))
