"""Importing people from files: upload, mapping, dry run, run, and undoing."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Base64Bytes, Field, StringConstraints

from rapport.contracts.authorisation import IMPORT_PEOPLE, Rule
from rapport.contracts.pipeline.crm import MAX_TAG, MAX_TAGS
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import MAX_IDS, Page, Result
from rapport.contracts.text import CLEANED, CleanText
from rapport.contracts.vocabulary import (
    ImportDateFormat,
    ImportField,
    ImportOutcome,
    ImportProblemCode,
    ImportState,
    NoteVisibility,
)

MAX_IMPORT_BYTES = 50_000_000
"""Bytes of an imported file."""
MAX_IMPORT_ROWS = 200_000
"""Rows of an imported file."""
MAX_IMPORT_COLUMNS = 200
"""Columns of an imported file."""
IMPORT_CHUNK = 256 * 1024
"""Bytes that one request stores of a file."""
_MAX_CELL = 20_000


class ImportColumn(Result):
    """A column of an imported file."""

    name: str
    """From the file's first row, or its number, if that is no heading."""
    samples: tuple[str, ...]
    """What the first rows say; at most three."""
    field: ImportField | None
    """What it means, guessed or chosen; None if it is left out."""


class ImportOptions(Result):
    """How a file is to be read, and what is done with its people besides."""

    encoding: str
    """As a charset is named, such as utf-8, utf-16 or windows-1252; of text only."""
    delimiter: str
    """What separates fields: a comma, a semicolon, a tab or a bar; of tables of text only."""
    has_headings: bool
    """Whether the first row names the columns."""
    date_format: ImportDateFormat = ImportDateFormat.YEAR_MONTH_DAY
    region: str | None = None
    """The country (ISO 3166-1) of telephone numbers that name none."""
    tags: tuple[str, ...] = ()
    """Tags that everybody of the file gets."""
    project_id: UUID | None = None
    """The project that everybody of the file is added to."""
    note_visibility: NoteVisibility = NoteVisibility.PRIVATE
    """Who may read the notes of the file; `HIRING_TEAM` is none of the choices."""


class ImportProblem(Result):
    """What is wrong with a row, or with the whole file."""

    code: ImportProblemCode
    message: str
    """For people."""
    line: int | None = None
    """The line of the file it is on, from 1; the row of a workbook."""
    column: int | None = None
    """Which of the columns, from 0; None if it is about the whole row."""
    warning: bool = False
    """Whether the row is imported all the same, without the field."""


class ImportCounts(Result):
    """How many rows there are of each kind: as the dry run found them, then as they became."""

    rows: int = 0
    """Rows that were checked so far."""
    new: int = 0
    known: int = 0
    changed: int = 0
    repeated: int = 0
    refused: int = 0
    warnings: int = 0
    """Rows of which a field is left out."""
    applied: int = 0
    """Rows that were imported so far."""
    undone: int = 0
    """People who were removed again so far."""
    kept: int = 0
    """People whom undoing kept, since something had happened with them."""


class Import(Result):
    """An import."""

    id: UUID
    file_name: str
    bytes: int
    """Bytes of its file that have arrived."""
    created_by: UUID
    created_at: datetime
    state: ImportState
    state_since: datetime
    problem: ImportProblem | None
    """Why it failed."""
    options: ImportOptions | None
    """None until the file has been looked into."""
    columns: tuple[ImportColumn, ...]
    counts: ImportCounts
    version: int


class Imports(Result):
    items: tuple[Import, ...]


class ImportEdge(Result):
    cursor: tuple[str, ...]
    node: Import


class ImportPage(Result):
    edges: tuple[ImportEdge, ...]
    has_next: bool


class ImportRow(Result):
    """A row of an imported file."""

    number: int
    """Which one of those with people, from 1."""
    line: int
    """The line of the file that it begins on, from 1; the row of a workbook."""
    cells: tuple[str, ...]
    """Its fields in the order of the columns; none, once it was imported."""
    outcome: ImportOutcome
    problems: tuple[ImportProblem, ...]
    emails: tuple[str, ...] = ()
    """Its e-mail addresses, as they are compared; none, once it was imported."""
    person_id: UUID | None
    """Who it is: somebody known, or who became of it."""
    applied_at: datetime | None


class ImportRowEdge(Result):
    cursor: tuple[str, ...]
    node: ImportRow


class ImportRowPage(Result):
    edges: tuple[ImportRowEdge, ...]
    has_next: bool


class GetImports(PipelineRequest[ImportPage]):
    """The imports, the newest first."""

    rule: ClassVar[Rule] = IMPORT_PEOPLE

    page: Page = Page()


class GetImportsByIds(PipelineRequest[Imports]):
    """These imports; those unknown are left out. In no particular order."""

    rule: ClassVar[Rule] = IMPORT_PEOPLE

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class GetImportRows(PipelineRequest[ImportRowPage]):
    """Rows of an import, in the order of the file."""

    rule: ClassVar[Rule] = IMPORT_PEOPLE

    import_id: UUID
    outcome: ImportOutcome | None = None
    """Only those that lead to this."""
    with_problems: bool = False
    """Only those of which something is wrong, warnings included."""
    page: Page = Page()


class CreateImport(PipelineRequest[Import]):
    """Begin an import; its file is uploaded next. Repeating it under the same key begins no other."""

    rule: ClassVar[Rule] = IMPORT_PEOPLE

    file_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), CLEANED]


class AddImportChunk(PipelineRequest[Import]):
    """Store the next part of an import's file. Repeating it changes nothing."""

    rule: ClassVar[Rule] = IMPORT_PEOPLE

    import_id: UUID
    position: int = Field(ge=0)
    """Which part, from 0."""
    content: Base64Bytes = Field(max_length=2 * IMPORT_CHUNK)


class FinishImportUpload(PipelineRequest[Import]):
    """The file has arrived; it is looked into next."""

    rule: ClassVar[Rule] = IMPORT_PEOPLE

    import_id: UUID


class CheckImport(PipelineRequest[Import]):
    """Begin a dry run: every row is checked with these meanings of the columns, and nothing is changed."""

    rule: ClassVar[Rule] = IMPORT_PEOPLE

    import_id: UUID
    fields: tuple[ImportField | None, ...] = Field(max_length=MAX_IMPORT_COLUMNS)
    """What each column means, in the order of the file."""
    encoding: CleanText | None = Field(default=None, max_length=40)
    """As it is, if left out; so are the next two."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    has_headings: bool | None = None
    date_format: ImportDateFormat = ImportDateFormat.YEAR_MONTH_DAY
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    tags: tuple[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TAG), CLEANED], ...
    ] = Field(default=(), max_length=MAX_TAGS)
    project_id: UUID | None = None
    note_visibility: NoteVisibility = NoteVisibility.PRIVATE


class StartImport(PipelineRequest[Import]):
    """Import the rows that have no problem, after a dry run; or those that were fixed since it was done."""

    rule: ClassVar[Rule] = IMPORT_PEOPLE

    import_id: UUID


class FixImportRow(PipelineRequest[ImportRow]):
    """Give a refused row other fields, and check it again."""

    rule: ClassVar[Rule] = IMPORT_PEOPLE

    import_id: UUID
    number: int = Field(ge=1)
    cells: tuple[Annotated[CleanText, Field(max_length=_MAX_CELL)], ...] = Field(max_length=MAX_IMPORT_COLUMNS)
    """In the order of the columns."""


class UndoImport(PipelineRequest[Import]):
    """Remove whom an import created, and what it added to others; refused once something happened with them."""

    rule: ClassVar[Rule] = IMPORT_PEOPLE

    import_id: UUID
