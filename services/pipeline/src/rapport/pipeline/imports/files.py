"""Files of people: tables of text, lines of JSON, and sheets; row by row, in memory that does not grow with the file.

Rows are known by the physical line that they begin on: a field in quotation marks may hold several.
"""

import codecs
import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO, Any

import chardet

from rapport.contracts.pipeline import (
    MAX_IMPORT_COLUMNS,
    MAX_IMPORT_ROWS,
    ImportColumn,
    ImportOptions,
    ImportProblem,
)
from rapport.contracts.text import clean_text, one_line
from rapport.contracts.vocabulary import ImportProblemCode
from rapport.pipeline.domain.import_columns import are_headings, guess_fields

_SAMPLE = 64 * 1024
"""Bytes from which the encoding is guessed, where it is not UTF-8."""
_LOOK = 100
"""Rows that are looked into for headings, samples and meanings."""
_MAX_LINE = 1_000_000
"""Characters of a line, and of a row with all its lines."""
_MAX_LINES_OF_ROW = 2_000
_MAX_NAME = 200
_SHOWN = 80
DELIMITERS = ",;\t|"
ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1252", "windows-1250", "windows-1251", "windows-1253",
    "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258", "windows-874", "iso-8859-1",
    "iso-8859-2", "iso-8859-5", "iso-8859-7", "iso-8859-9", "iso-8859-15", "macintosh", "ibm850", "ibm437", "koi8-r",
    "shift_jis", "euc-jp", "euc-kr", "gb18030", "big5",
)  # fmt: skip
"""The encodings that may be chosen, by their names on the web."""
_CODECS = {"utf-8": "utf-8-sig", "macintosh": "mac_roman", "windows-874": "cp874"}
Code = ImportProblemCode


class FileFormat(StrEnum):
    """What a file is."""

    TABLE = "table"
    """Text, with fields separated by a delimiter."""
    JSON_LINES = "json_lines"
    """An object in every line."""
    SHEET = "sheet"
    """A workbook; its first sheet."""


class UnreadableFileError(Exception):
    """The file cannot be imported at all."""

    def __init__(self, code: ImportProblemCode, message: str, line: int | None = None) -> None:
        """``message`` is for people; ``line`` is from 1."""
        super().__init__(message)
        self.problem = ImportProblem(code=code, message=message, line=line)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row with something in it; ``problem``: it cannot be read."""

    line: int
    cells: list[str]
    problem: ImportProblem | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a file seems to be."""

    options: ImportOptions
    columns: tuple[ImportColumn, ...]


def format_of(beginning: bytes) -> FileFormat:
    """What a file is, by how it begins.

    Raises:
        UnreadableFileError: it is nothing that can be imported.
    """
    if beginning.startswith(b"PK\x03\x04"):
        return FileFormat.SHEET
    if beginning.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")):
        raise UnreadableFileError(
            Code.NOT_READABLE, "is neither a table of text, nor an XLSX workbook, nor lines of JSON"
        )
    text = beginning.removeprefix(codecs.BOM_UTF8).lstrip()
    return FileFormat.JSON_LINES if text.startswith(b"{") else FileFormat.TABLE


def inspect(path: Path, format_: FileFormat, options: ImportOptions | None = None) -> Inspection:
    """What a file seems to be: encoding, delimiter, headings, and the meanings of its columns.

    Args:
        path: the file; of a workbook, the lines of JSON that were made of its sheet.
        format_: what it is.
        options: as a user chose them; guessed, if not given.

    Raises:
        UnreadableFileError: it cannot be imported.
    """
    if options is None:
        encoding = guess_encoding(path) if format_ is FileFormat.TABLE else "utf-8"
        delimiter = _guess_delimiter(path, encoding) if format_ is FileFormat.TABLE else ","
        options = ImportOptions(encoding=encoding, delimiter=delimiter, has_headings=True)
        first = (
            [] if format_ is FileFormat.JSON_LINES else next(_rows(path, format_, options, ()), FileRow(1, [])).cells
        )
        options = options.model_copy(update={"has_headings": format_ is FileFormat.JSON_LINES or are_headings(first)})
    names: Sequence[str] = _json_names(path) if format_ is FileFormat.JSON_LINES else ()
    rows = list(islice(_rows(path, format_, options, names), _LOOK))
    if options.has_headings and format_ is not FileFormat.JSON_LINES and rows:
        names, rows = rows[0].cells, rows[1:]
        while names and not names[-1].strip():
            names = names[:-1]
    if not rows:
        raise UnreadableFileError(Code.EMPTY, "has no rows with people")
    width = len(names) or max(len(row.cells) for row in rows)
    if width > MAX_IMPORT_COLUMNS:
        raise UnreadableFileError(
            Code.TOO_MANY_COLUMNS, f"has {width:,} columns; {MAX_IMPORT_COLUMNS} are allowed", rows[0].line
        )
    shown = [one_line(name)[:_MAX_NAME] or f"Column {at}" for at, name in enumerate([*names, *[""] * width][:width], 1)]
    samples = [[row.cells[at] for row in rows if at < len(row.cells)] for at in range(width)]
    meanings = guess_fields(shown, [values[:20] for values in samples])
    columns = (
        ImportColumn(name=name, samples=_shown(values), field=field)
        for name, values, field in zip(shown, samples, meanings, strict=True)
    )
    return Inspection(options, tuple(columns))


def read_rows(path: Path, format_: FileFormat, options: ImportOptions, names: Sequence[str]) -> Iterator[FileRow]:
    """The rows of a file with people in them, without its headings.

    Raises:
        UnreadableFileError: it cannot be read further.
    """
    rows = _rows(path, format_, options, names)
    if options.has_headings and format_ is not FileFormat.JSON_LINES:
        next(rows, None)
    for count, row in enumerate(rows, start=1):
        if count > MAX_IMPORT_ROWS:
            raise UnreadableFileError(Code.TOO_MANY_ROWS, f"has more than {MAX_IMPORT_ROWS:,} rows", row.line)
        yield row


def guess_encoding(path: Path) -> str:
    """The encoding of a text: by its byte order mark, UTF-8 if all of it is, else what is most likely."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
        if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder, piece = codecs.getincrementaldecoder("utf-8")(), sample
        try:
            while piece:
                decoder.decode(piece)
                piece = file.read(_SAMPLE)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            pass
        else:
            zeros = sample.count(0)
            if not zeros:
                return "utf-8"
            return "utf-16-le" if sample[1::2].count(0) * 2 > zeros else "utf-16-be"
    guessed = (chardet.detect(sample)["encoding"] or "").lower()
    return guessed if guessed in ENCODINGS else "windows-1252"


def _rows(path: Path, format_: FileFormat, options: ImportOptions, names: Sequence[str]) -> Iterator[FileRow]:
    readers = {
        FileFormat.TABLE: lambda: _table(path, options),
        FileFormat.JSON_LINES: lambda: _json_lines(path, names),
        FileFormat.SHEET: lambda: _sheet(path),
    }
    for row in readers[format_]():
        if row.problem or any(cell.strip() for cell in row.cells):
            yield row


class _Lines:
    """The physical lines of a text, counted; none longer than a row may be."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self.count = 0
        self.ended = False
        self._began = 0
        self._characters = 0
        self._quotes = 0

    def begin_row(self) -> int:
        """A row begins with the next line; its number."""
        self._began, self._characters, self._quotes = self.count, 0, 0
        return self.count + 1

    @property
    def is_left_open(self) -> bool:
        """Whether the row has swallowed the rest of the file, since a quotation mark was never closed."""
        return self.ended and self.count - self._began > 1 and self._quotes % 2 == 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(_MAX_LINE + 1)
        if not line:
            self.ended = True
            raise StopIteration
        self.count += 1
        self._characters += len(line)
        self._quotes += line.count('"')
        lines = self.count - self._began
        if lines > _MAX_LINES_OF_ROW or (lines > 1 and self._characters > _MAX_LINE):
            raise UnreadableFileError(
                Code.UNCLOSED_QUOTE, "opens a quotation mark that is not closed again", self._began + 1
            )
        if self._characters > _MAX_LINE:
            raise UnreadableFileError(Code.TOO_LARGE, f"has more than {_MAX_LINE:,} characters", self.count)
        return line


def _table(path: Path, options: ImportOptions) -> Iterator[FileRow]:
    codec = _CODECS.get(options.encoding, options.encoding)
    with path.open("r", encoding=codec, errors="replace", newline="") as text:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=options.delimiter)
        while True:
            line = lines.begin_row()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                if lines.count > line:
                    message = "opens a quotation mark that is not closed again"
                    raise UnreadableFileError(Code.UNCLOSED_QUOTE, message, line) from problem
                raise UnreadableFileError(Code.TOO_LARGE, "has a field that is too long", line) from problem
            except UnicodeError as problem:
                message = f"cannot be read as {options.encoding}"
                raise UnreadableFileError(Code.UNREADABLE_TEXT, message, line) from problem
            # The reader looks for another line only after the last row; then it has ended, and so has the row.
            if lines.is_left_open:
                message = "opens a quotation mark that is not closed again"
                yield FileRow(line, cells, ImportProblem(code=Code.UNCLOSED_QUOTE, message=message, line=line))
            else:
                yield FileRow(line, cells)


def _json_lines(path: Path, names: Sequence[str]) -> Iterator[FileRow]:
    with path.open("r", encoding="utf-8-sig", errors="replace") as text:
        lines = _Lines(text)
        while True:
            number = lines.begin_row()
            line = next(lines, None)
            if line is None:
                return
            if not line.strip():
                continue
            read = _object(line)
            cells = None if read is None else _cells(read, names)
            if cells is None:
                message = "is no JSON object of texts, numbers and lists of them"
                problem = ImportProblem(code=Code.MALFORMED_LINE, message=message, line=number)
                yield FileRow(number, [clean_text(line.strip())[:_MAX_NAME]], problem)
            else:
                yield FileRow(number, cells)


def _object(line: str) -> dict[str, Any] | None:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _cells(read: dict[str, Any], names: Sequence[str]) -> list[str] | None:
    """The values in the order of the columns, and what belongs to none of them behind; None if one is no text."""
    ordered = [read.get(name) for name in names]
    ordered += [value for name, value in read.items() if name not in names]
    texts = [_json_text(value) for value in ordered]
    return None if None in texts else [text for text in texts if text is not None]


def _json_text(value: object) -> str | None:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case list():
            parts = [_json_text(part) if not isinstance(part, list) else None for part in value]
            return None if None in parts else ", ".join(part for part in parts if part)
    return None


def _json_names(path: Path) -> list[str]:
    """The names in the first objects, in their order."""
    names = dict[str, None]()
    with path.open("r", encoding="utf-8-sig", errors="replace") as text:
        for line in islice(_Lines(text), _LOOK):
            names |= dict.fromkeys(_object(line) or ())
            if len(names) > MAX_IMPORT_COLUMNS:
                return list(names)
    return list(names)


def _sheet(path: Path) -> Iterator[FileRow]:
    with path.open("r", encoding="utf-8") as lines:
        for line in lines:
            number, cells = json.loads(line)
            yield FileRow(number, cells)


def _guess_delimiter(path: Path, encoding: str) -> str:
    """The delimiter by which most of the first rows have the same number of fields, and more than one."""
    with path.open("r", encoding=_CODECS.get(encoding, encoding), errors="replace", newline="") as text:
        sample = text.read(8192)

    def score(delimiter: str) -> tuple[float, int]:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row][:50]
        except csv.Error:
            return 0.0, 0
        # The last row may be cut off.
        widths = Counter(len(row) for row in (rows[:-1] or rows))
        if not widths:
            return 0.0, 0
        width, times = widths.most_common(1)[0]
        return (times / widths.total(), width) if width > 1 else (0.0, 0)

    return max(DELIMITERS, key=score)


def _shown(values: Sequence[str]) -> tuple[str, ...]:
    filled = (one_line(value)[:_SHOWN] for value in values)
    return tuple(islice((value for value in filled if value), 3))
