"""The worker of imports: looks into files, checks and imports their rows, and undoes imports; slice by slice.

Every slice is one unit of work with the place where it ends, so that a worker that takes over goes on there.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from rapport.contracts.events import PersonErased
from rapport.contracts.pipeline import ImportCounts
from rapport.contracts.vocabulary import ImportProblemCode, ImportState, PersonEnd, PersonField
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.runtime.worker import Worker
from rapport.pipeline.crm import recording
from rapport.pipeline.domain.import_rows import RowPlan
from rapport.pipeline.imports import rows as import_rows
from rapport.pipeline.imports.files import FileFormat, FileRow, UnreadableFileError, format_of, inspect, read_rows
from rapport.pipeline.imports.rows import ReadRow
from rapport.pipeline.imports.sheet_process import SheetExit, convert_sheet
from rapport.pipeline.store import SQL, crm, imports
from rapport.pipeline.store.imports import LockedImport

_SLICE = 500
_KEYS = 500
_FORGET_AFTER = timedelta(days=30)
_FIRST_STATISTICS = 1_000
"""Rows after which the database looks anew at its tables, and again whenever there are so many times as many: it would
go on as it did when they were nearly empty."""
_STATISTICS_EVERY = 4
_LOWEST_ID = UUID(int=0)
_BEGINNING = 4096


class ImportWorker:
    """Works on the imports of some organisations, one after the other."""

    def __init__(self, database: Database, org_ids: Sequence[str]) -> None:
        """Nothing runs before ``worker.run``."""
        self._database = database
        self._org_ids = tuple(sorted(set(org_ids)))
        self.worker = Worker("imports", self.step)

    async def step(self) -> bool:
        """Do one thing for each organisation; whether there was one."""
        return any([await self._step(org_id) for org_id in self._org_ids])

    async def _step(self, org_id: str) -> bool:
        if await self._refresh_keys(org_id):
            return True
        async with self._database.read_session(org_id) as session:
            found = await imports.next_with_work(session)
        if found is None:
            await self._forget(org_id)
            return False
        import_id, state = found
        job = _ImportJob(self._database, org_id, import_id)
        match state:
            case ImportState.READING:
                await job.look_into()
            case ImportState.CHECKING:
                await job.check()
            case ImportState.RUNNING:
                await job.run()
            case ImportState.UNDOING:
                await job.undo()
        return True

    async def _refresh_keys(self, org_id: str) -> bool:
        async with self._database.work(org_id, actor="system:imports", cause="keys", traced=False) as unit:
            return await crm.refresh_keys(unit, limit=_KEYS) > 0

    async def _forget(self, org_id: str) -> None:
        async with self._database.work(org_id, actor="system:imports", cause="retention", traced=False) as unit:
            await unit.execute(SQL["forget_old_imports"], unit.now - _FORGET_AFTER)


class _StoppedError(Exception):
    """The import is no longer in the state in which it was begun on."""


class _ImportJob:
    """What is to be done about one import."""

    def __init__(self, database: Database, org_id: str, import_id: UUID) -> None:
        self._database = database
        self._org_id = org_id
        self._id = import_id
        self._statistics_at = _FIRST_STATISTICS

    def _work(self, actor: str = "system:imports") -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._org_id, actor=actor, cause=f"import:{self._id}", traced=False)

    async def _lock(self, unit: UnitOfWork, state: ImportState) -> LockedImport:
        locked = await imports.lock(unit, self._id)
        if locked is None or locked.state is not state:
            raise _StoppedError
        return locked

    async def look_into(self) -> None:
        """Find out what the file is, and guess the meanings of its columns."""
        with tempfile.TemporaryDirectory(prefix="rapport-import-") as folder:
            try:
                path, format_ = await self._fetch(Path(folder))
                found = await asyncio.to_thread(inspect, path, format_)
            except UnreadableFileError as problem:
                await self._fail(ImportState.READING, problem)
                return
        async with self._work() as unit:
            import_ = await self._lock(unit, ImportState.READING)
            import_.format, import_.options, import_.columns = format_, found.options, found.columns
            import_.state = ImportState.MAPPING
            await imports.save(unit, import_)

    async def check(self) -> None:
        """Check every row, from where a worker before this one came."""
        with tempfile.TemporaryDirectory(prefix="rapport-import-") as folder:
            try:
                path, format_ = await self._fetch(Path(folder))
                async with self._work() as unit:
                    import_ = await self._lock(unit, ImportState.CHECKING)
                assert import_.options is not None
                names = [column.name for column in import_.columns]
                plan = import_rows.plan_of(import_)
                numbered = enumerate(read_rows(path, format_, import_.options, names), start=1)
                rest = islice(numbered, import_.rows, None)
                async with aclosing(_slices(rest, plan)) as slices:
                    async for slice_ in slices:
                        await self._check_slice(slice_)
                        await self._refresh_statistics(slice_[-1].number)
            except UnreadableFileError as problem:
                await self._fail(ImportState.CHECKING, problem)
                return
            except _StoppedError:
                return
        async with self._work() as unit:
            import_ = await self._lock(unit, ImportState.CHECKING)
            await imports.recount(unit, import_)
            import_.state = ImportState.CHECKED
            await imports.save(unit, import_)

    async def _check_slice(self, rows: Sequence[ReadRow]) -> None:
        async with self._work() as unit:
            import_ = await self._lock(unit, ImportState.CHECKING)
            if import_.rows != rows[0].number - 1:
                raise _StoppedError
            checked = await import_rows.check(unit, import_, rows)
            await imports.add_rows(unit, self._id, checked)
            import_.rows = rows[-1].number
            refused = sum(row.person.is_refused for row in rows)
            import_.counts = import_.counts.model_copy(update={"refused": import_.counts.refused + refused})
            await imports.save(unit, import_)

    async def run(self) -> None:
        """Import the rows that have no problem, from where a worker before this one came; as who began the import."""
        try:
            async with self._work() as unit:
                import_ = await self._lock(unit, ImportState.RUNNING)
                actor, plan = f"user:{import_.created_by}", import_rows.plan_of(import_)
            last, ahead = 0, await self._read_stored(0, plan)
            while True:
                # Read while the slice before it is written.
                reading = asyncio.create_task(self._read_stored(max(ahead, default=last), plan))
                try:
                    reached = await self._run_slice(actor, last, ahead, plan)
                finally:
                    await _ended(reading)
                if reached is None:
                    break
                if reached > last:
                    last, ahead = reached, reading.result()
                    await self._refresh_statistics(last)
        except _StoppedError:
            return
        async with self._work() as unit:
            import_ = await self._lock(unit, ImportState.RUNNING)
            await imports.recount(unit, import_)
            import_.state = ImportState.DONE
            await unit.execute(SQL["delete_import_file"], self._id)
            await imports.save(unit, import_)

    async def _read_stored(self, after: int, plan: RowPlan) -> dict[int, ReadRow]:
        """What the next rows behind one say, by their numbers."""
        async with self._database.read_session(self._org_id) as session:
            stored = await imports.rows_to_apply(session, self._id, after=after, limit=_SLICE)
        return await asyncio.to_thread(lambda: {row.number: import_rows.read_stored_row(row, plan) for row in stored})

    async def _run_slice(self, actor: str, last: int, ahead: Mapping[int, ReadRow], plan: RowPlan) -> int | None:
        """Import the next rows behind one; the last of them, or None if there are none.

        Args:
            actor: who began the import.
            last: the row behind which the slice begins.
            ahead: rows that were read already; which of them are still to be imported is known only here.
            plan: how the others are read.
        """
        async with self._work(actor) as unit:
            import_ = await self._lock(unit, ImportState.RUNNING)
            stored = await imports.rows_to_apply(unit, self._id, after=last, limit=_SLICE)
            if not stored:
                return None
            rows = [ahead.get(row.number) or import_rows.read_stored_row(row, plan) for row in stored]
            if not await import_rows.apply(unit, import_, rows):
                return last
            import_.counts = import_.counts.model_copy(update={"applied": import_.counts.applied + len(rows)})
            await imports.save(unit, import_)
            return rows[-1].number

    async def _refresh_statistics(self, rows: int) -> None:
        """Have the database look anew at its tables once they have grown so much that it would plan otherwise."""
        if rows >= self._statistics_at:
            self._statistics_at = _STATISTICS_EVERY * rows
            async with self._work() as unit:
                await unit.execute(SQL["refresh_statistics"])

    async def undo(self) -> None:
        """Remove whom the import created, but for those with whom something has happened, and what it added."""
        try:
            last = _LOWEST_ID
            while found := await self._undo_slice(last):
                last = found
        except _StoppedError:
            return
        async with self._work() as unit:
            import_ = await self._lock(unit, ImportState.UNDOING)
            await self._remove_additions(unit)
            await unit.execute(SQL["delete_import_rows"], self._id)
            import_.state = ImportState.UNDONE
            await imports.save(unit, import_)

    async def _undo_slice(self, after: UUID) -> UUID | None:
        async with self._work() as unit:
            import_ = await self._lock(unit, ImportState.UNDOING)
            people = [row["id"] for row in await unit.fetch(SQL["people_to_undo"], self._id, after, _SLICE)]
            if not people:
                return None
            rows = await unit.fetch(SQL["touched_by_others"], self._id, people, len(people))
            kept = {row["id"] for row in rows}
            removed = [person_id for person_id in people if person_id not in kept]
            gone = await unit.fetch(SQL["erase_people"], removed, unit.now)
            await unit.execute(SQL["erase_crm"], removed)
            for row in gone:
                unit.record(
                    PersonErased(reason=PersonEnd.DELETED, whole=True),
                    aggregate_id=row["id"],
                    version=row["version"],
                    occurred_at=unit.now,
                )
            counts = import_.counts
            import_.counts = counts.model_copy(
                update={"undone": counts.undone + len(removed), "kept": counts.kept + len(kept)}
            )
            await imports.save(unit, import_)
            last: UUID = people[-1]
            return last

    async def _remove_additions(self, unit: UnitOfWork) -> None:
        changed = dict[UUID, set[PersonField]]()
        for row in await unit.fetch(SQL["undo_additions"], self._id):
            changed.setdefault(row["person_id"], set()).add(PersonField(row["field"]))
        await recording.record_details(unit, changed, import_id=self._id)

    async def _fetch(self, folder: Path) -> tuple[Path, FileFormat]:
        """The file on disk, in a form that is read row by row.

        Raises:
            UnreadableFileError: it is nothing that can be imported.
        """
        path, position = folder / "file", 0
        with path.open("wb") as file:
            while (chunk := await self._chunk(position)) is not None:
                file.write(chunk)
                position += 1
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
        if not beginning.strip():
            raise UnreadableFileError(ImportProblemCode.EMPTY, "is empty")
        format_ = format_of(beginning)
        if format_ is not FileFormat.SHEET:
            return path, format_
        rows = folder / "rows"
        ended = await convert_sheet(path, rows)
        if ended is not SheetExit.READ:
            raise _UNREADABLE_SHEETS[ended]
        return rows, format_

    async def _chunk(self, position: int) -> bytes | None:
        async with self._database.read_session(self._org_id) as session:
            chunk: bytes | None = await session.fetchval(SQL["import_chunk"], self._id, position)
        return chunk

    async def _fail(self, state: ImportState, problem: UnreadableFileError) -> None:
        async with self._work() as unit:
            import_ = await self._lock(unit, state)
            await unit.execute(SQL["delete_import_rows"], self._id)
            import_.state, import_.problem = ImportState.FAILED, problem.problem
            import_.rows, import_.counts = 0, ImportCounts()
            await imports.save(unit, import_)


async def _slices(rows: Iterator[tuple[int, FileRow]], plan: RowPlan) -> AsyncGenerator[list[ReadRow], None]:
    """The rows, slice by slice; each is read while the one before it is worked on."""

    def read() -> asyncio.Task[list[ReadRow]]:
        return asyncio.create_task(asyncio.to_thread(_next_slice, rows, plan))

    reading = read()
    try:
        while slice_ := await asyncio.shield(reading):
            reading = read()
            yield slice_
    finally:
        # A thread cannot be stopped, and it reads a file that is about to go.
        await _ended(reading)


async def _ended(task: asyncio.Task[Any]) -> None:
    """Wait until a task ends; whoever wants its result learns of its failure, and perhaps nobody does."""
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()


def _next_slice(rows: Iterator[tuple[int, FileRow]], plan: RowPlan) -> list[ReadRow]:
    return [import_rows.read_file_row(number, row, plan) for number, row in islice(rows, _SLICE)]


_UNREADABLE_SHEETS = {
    SheetExit.NOT_READABLE: UnreadableFileError(
        ImportProblemCode.NOT_READABLE, "is no XLSX workbook, or a damaged one"
    ),
    SheetExit.TOO_LARGE: UnreadableFileError(ImportProblemCode.TOO_LARGE, "unpacks to more than can be read"),
    SheetExit.TOO_MANY_COLUMNS: UnreadableFileError(ImportProblemCode.TOO_MANY_COLUMNS, "has too many columns"),
    SheetExit.TOO_MANY_ROWS: UnreadableFileError(ImportProblemCode.TOO_MANY_ROWS, "has too many rows"),
}
