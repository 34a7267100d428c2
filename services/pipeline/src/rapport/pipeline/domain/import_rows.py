"""What a row of an imported file says, and what is wrong with it.

A value that begins with ``=``, ``+``, ``-`` or ``@`` is a text like any other, and never a formula.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rapport.contracts.pipeline import MAX_NOTE, MAX_TAG, ImportProblem
from rapport.contracts.text import clean_identifier, clean_text, one_line
from rapport.contracts.vocabulary import ContactKind, ImportDateFormat, ImportField, ImportProblemCode
from rapport.pipeline.domain.contact_points import ContactKey, contact_key

_MAX_NAME = 200
_MAX_CONTACT = 500
_ROUNDED = re.compile(r"\+?\d+(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
"""A number as a spreadsheet writes long ones: its last digits are gone."""
_DECIMAL = re.compile(r"(\+?\d{6,})\.0+")
"""A telephone number that a spreadsheet took for a number: nothing of it is lost."""
_ESCAPED = re.compile(r"'(?=[=+\-@\d\t])")
"""The apostrophe by which spreadsheets keep a text from being a formula or a number."""
_SPLIT_ANY, _SPLIT_MARKS = re.compile(r"[\s,;]+"), re.compile(r"\s*[,;\n]\s*")
_DATE = {
    ImportDateFormat.YEAR_MONTH_DAY: re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[T ].*)?"),
    ImportDateFormat.DAY_MONTH_YEAR: re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})"),
    ImportDateFormat.MONTH_DAY_YEAR: re.compile(r"(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})[-/.](?P<y>\d{4})"),
}
_REACHED_BY = frozenset({ImportField.EMAIL, ImportField.PHONE, ImportField.LINK})
Code = ImportProblemCode


@dataclass(frozen=True, slots=True)
class RowPlan:
    """How the rows of one import are read."""

    fields: tuple[ImportField | None, ...]
    """What each column means."""
    date_format: ImportDateFormat
    region: str | None
    tags: tuple[str, ...] = ()
    """Tags that everybody gets."""


@dataclass(slots=True)
class PersonRow:
    """What a row says of a person."""

    first_name: str = ""
    last_name: str = ""
    title: str | None = None
    company: str | None = None
    location: str | None = None
    points: list[tuple[ContactKey, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    note: str | None = None
    added_at: datetime | None = None
    problems: list[ImportProblem] = field(default_factory=list)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def keys(self) -> list[ContactKey]:
        """By which they are recognised."""
        return [key for key, _ in self.points]

    @property
    def is_refused(self) -> bool:
        """Whether a problem keeps the row from being imported."""
        return any(not problem.warning for problem in self.problems)


def read_row(
    cells: Sequence[str], line: int, plan: RowPlan, *, points: Sequence[tuple[ContactKey, str]] | None = None
) -> PersonRow:
    """What a row says, and everything that is wrong with it.

    Args:
        cells: its fields, in the order of the columns.
        line: the line of the file that it begins on.
        plan: how it is read.
        points: what it says of how the person can be reached, if it was read before: that takes most of the time.
    """
    row = PersonRow(points=list(points or ()))
    known = frozenset[ImportField]() if points is None else _REACHED_BY
    reader = _RowReader(row, line, plan)
    if len(cells) > len(plan.fields):
        surplus = ", ".join(repr(one_line(cell)[:40]) for cell in cells[len(plan.fields) :][:5])
        reader.refuse(
            Code.SURPLUS_FIELDS, f"has {len(cells)} fields for {len(plan.fields)} columns; too many are {surplus}", None
        )
    for column, (cell, meaning) in enumerate(zip(cells, plan.fields, strict=False)):
        if meaning is not None and meaning not in known and (text := _unescaped(clean_text(cell)).strip()):
            reader.read(meaning, text, column)
    row.tags = list(dict.fromkeys([*row.tags, *plan.tags]))
    if not row.is_refused and not row.name and not row.points:
        reader.refuse(Code.NOBODY, "has neither a name nor an address, a number or a profile", None)
    return row


class _RowReader:
    """Reads the fields of one row into what is known of a person."""

    def __init__(self, row: PersonRow, line: int, plan: RowPlan) -> None:
        self._row = row
        self._line = line
        self._plan = plan
        self._readers: dict[ImportField, Callable[[str, int], None]] = {
            ImportField.FIRST_NAME: self._text("first_name"),
            ImportField.LAST_NAME: self._text("last_name"),
            ImportField.NAME: self._text("last_name"),
            ImportField.TITLE: self._text("title"),
            ImportField.COMPANY: self._text("company"),
            ImportField.LOCATION: self._text("location"),
            ImportField.EMAIL: self._emails,
            ImportField.PHONE: self._phones,
            ImportField.LINK: self._links,
            ImportField.TAGS: self._tags,
            ImportField.NOTE: self._note,
            ImportField.ADDED_ON: self._day,
        }

    def read(self, meaning: ImportField, text: str, column: int) -> None:
        """Read one field, which is not empty."""
        if "\ufffd" in text:
            self.refuse(Code.UNREADABLE_TEXT, "has characters that the chosen encoding does not know", column)
        else:
            self._readers[meaning](text, column)

    def refuse(self, code: ImportProblemCode, message: str, column: int | None, *, warning: bool = False) -> None:
        """Something is wrong."""
        self._row.problems.append(
            ImportProblem(code=code, message=message, line=self._line, column=column, warning=warning)
        )

    def _text(self, attribute: str) -> Callable[[str, int], None]:
        def read(text: str, column: int) -> None:
            text = one_line(text)
            if len(text) > _MAX_NAME:
                self.refuse(Code.TOO_LONG, f"must be at most {_MAX_NAME} characters long", column)
            elif not getattr(self._row, attribute):
                setattr(self._row, attribute, text)

        return read

    def _emails(self, text: str, column: int) -> None:
        for part in filter(None, _SPLIT_ANY.split(text)):
            address = part.strip("<>").removeprefix("mailto:")
            self._point(ContactKind.EMAIL, address, column, Code.INVALID_EMAIL, "is no e-mail address")

    def _links(self, text: str, column: int) -> None:
        for part in filter(None, _SPLIT_ANY.split(text)):
            self._point(ContactKind.LINK, part, column, Code.INVALID_LINK, "is no address of a page on the web")

    def _phones(self, text: str, column: int) -> None:
        # A comma separates numbers, and in some countries the digits of a rounded one.
        parts = [text] if _ROUNDED.fullmatch(text) else _SPLIT_MARKS.split(text)
        for part in filter(None, (piece.strip() for piece in parts)):
            number = _unescaped(clean_identifier(part))
            if _ROUNDED.fullmatch(number.replace(" ", "")):
                message = "was rounded by a spreadsheet: format the column as text there; it is left out"
                self.refuse(Code.LOST_DIGITS, message, column, warning=True)
                continue
            if whole := _DECIMAL.fullmatch(number):
                number = whole[1]
            needed = "" if self._plan.region else ", or its country is missing"
            self._point(ContactKind.PHONE, number, column, Code.INVALID_PHONE, f"is no telephone number{needed}")

    def _point(self, kind: ContactKind, value: str, column: int, code: ImportProblemCode, message: str) -> None:
        key = contact_key(kind, value, region=self._plan.region)
        if key is None or len(value) > _MAX_CONTACT:
            self.refuse(code, message, column)
        elif key not in self._row.keys:
            self._row.points.append((key, value))

    def _tags(self, text: str, column: int) -> None:
        for tag in filter(None, map(one_line, _SPLIT_MARKS.split(text))):
            if len(tag) > MAX_TAG:
                self.refuse(Code.TOO_LONG, f"a tag must be at most {MAX_TAG} characters long", column)
            else:
                self._row.tags.append(tag)

    def _note(self, text: str, column: int) -> None:
        note = f"{self._row.note}\n{text}" if self._row.note else text
        if len(note) > MAX_NOTE:
            self.refuse(Code.TOO_LONG, f"must be at most {MAX_NOTE} characters long", column)
        else:
            self._row.note = note

    def _day(self, text: str, column: int) -> None:
        found = _DATE[self._plan.date_format].fullmatch(text)
        try:
            day = datetime(int(found["y"]), int(found["m"]), int(found["d"]), tzinfo=UTC) if found else None
        except ValueError:
            day = None
        if day is None or not 1900 <= day.year <= 2200:
            self.refuse(Code.INVALID_DATE, f"is no day as {_EXAMPLES[self._plan.date_format]}", column)
        else:
            self._row.added_at = day


_EXAMPLES = {
    ImportDateFormat.YEAR_MONTH_DAY: "2026-03-31",
    ImportDateFormat.DAY_MONTH_YEAR: "31/03/2026",
    ImportDateFormat.MONTH_DAY_YEAR: "03/31/2026",
}


def _unescaped(text: str) -> str:
    return _ESCAPED.sub("", text, count=1) if _ESCAPED.match(text) else text
