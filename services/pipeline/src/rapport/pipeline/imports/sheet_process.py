"""Reads a workbook in a separate process, within limits of memory and time: one that is made to harm harms no other.

That process is this module: ``sheet_process <workbook> <rows>``. It writes the first sheet as lines of JSON, each
``[row of the sheet from 1, [texts of its cells]]``, and ends with one of :class:`SheetExit`. What a workbook unpacks to
is counted before it is read; one with a cell far to the right and far below needs more memory than it may use.
"""

import asyncio
import json
import resource
import signal
import sys
import zipfile
from datetime import date, datetime, time
from enum import IntEnum
from pathlib import Path

import python_calamine

from rapport.contracts.pipeline import MAX_IMPORT_COLUMNS, MAX_IMPORT_ROWS

_MEMORY = 1024 * 1024 * 1024
"""Bytes the process may use."""
_SECONDS = 60
"""Seconds of a processor it may use."""
_PATIENCE = 180.0
"""Seconds it may take on a busy machine."""
_MAX_UNPACKED = 300_000_000
"""Bytes the workbook may unpack to."""
_MAX_MEMBERS = 2_000
_PIECE = 1024 * 1024


class SheetExit(IntEnum):
    """How the process ends; a signal, or any other number, means that it was stopped."""

    READ = 0
    NOT_READABLE = 10
    TOO_LARGE = 11
    TOO_MANY_COLUMNS = 12
    TOO_MANY_ROWS = 13


async def convert_sheet(workbook: Path, rows: Path) -> SheetExit:
    """Write the first sheet of a workbook as lines of JSON; how it ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "rapport.pipeline.imports.sheet_process", str(workbook), str(rows)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={},  # it needs none of our secrets
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            code = await process.wait()
    except TimeoutError:
        return SheetExit.TOO_LARGE
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    # Whoever runs out of memory or of time is stopped by a signal.
    return SheetExit(code) if code in set(SheetExit) else SheetExit.TOO_LARGE if code < 0 else SheetExit.NOT_READABLE


def _serve(workbook: Path, rows: Path) -> SheetExit:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # If the parent dies, the kernel ends this process.
    signal.alarm(int(_PATIENCE))
    if (size := _unpacked(workbook)) is not SheetExit.READ:
        return size
    sheet = python_calamine.CalamineWorkbook.from_path(str(workbook)).get_sheet_by_index(0)
    if sheet.width > MAX_IMPORT_COLUMNS:
        return SheetExit.TOO_MANY_COLUMNS
    with rows.open("w", encoding="utf-8") as out:
        count = 0
        for line, cells in enumerate(sheet.iter_rows(), start=1):
            texts = [_text(cell) for cell in cells]
            if any(texts):
                count += 1
                if count > MAX_IMPORT_ROWS + 1:
                    return SheetExit.TOO_MANY_ROWS
                out.write(json.dumps([line, texts], ensure_ascii=False) + "\n")
    return SheetExit.READ


def _unpacked(workbook: Path) -> SheetExit:
    """Whether the parts of the workbook are no larger than they may be, whatever they claim."""
    left = _MAX_UNPACKED
    with zipfile.ZipFile(workbook) as parts:
        if len(parts.infolist()) > _MAX_MEMBERS:
            return SheetExit.TOO_LARGE
        for part in parts.infolist():
            with parts.open(part) as content:
                while piece := content.read(_PIECE):
                    left -= len(piece)
                    if left < 0:
                        return SheetExit.TOO_LARGE
    return SheetExit.READ


def _text(cell: object) -> str:
    match cell:
        case str():
            return cell.encode("utf-8", "replace").decode()
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            # Telephone numbers, mostly: a workbook keeps all their digits.
            return str(int(cell))
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
        case date():
            return cell.isoformat()
    return str(cell)


def _main() -> int:
    try:
        return _serve(Path(sys.argv[1]), Path(sys.argv[2]))
    except MemoryError:
        return SheetExit.TOO_LARGE
    except (zipfile.BadZipFile, python_calamine.CalamineError, EOFError, NotImplementedError, RuntimeError, ValueError):
        # The last three: parts that are encrypted, or compressed in a way nobody uses; dates before the calendar.
        return SheetExit.NOT_READABLE


if __name__ == "__main__":
    sys.exit(_main())
