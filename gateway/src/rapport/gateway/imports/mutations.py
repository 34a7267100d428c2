"""Mutations for imports; the file itself is uploaded with POST (see :mod:`rapport.gateway.server.import_files`)."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.contracts.vocabulary import ImportDateFormat, ImportField, NoteVisibility
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.imports.types import Import, ImportRow


@strawberry.input(description="A file to be imported.")
class CreateImportInput:
    file_name: str = strawberry.field(description="Its name: at most 200 characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What the columns of a file mean, and how it is read.")
class CheckImportInput:
    import_id: strawberry.ID = strawberry.field(description="Which import.")
    fields: list[enumeration(ImportField) | None] = strawberry.field(  # type: ignore[valid-type]
        description="What each column means, in the order of the file; null leaves it out."
    )
    encoding: str | None = strawberry.field(
        default=None, description="The encoding of a text, such as utf-8 or windows-1252; as it is, if left out."
    )
    delimiter: str | None = strawberry.field(
        default=None, description="What separates fields: a comma, a semicolon, a tab or a bar; as it is, if left out."
    )
    has_headings: bool | None = strawberry.field(
        default=None, description="Whether the first row names the columns; as it is, if left out."
    )
    date_format: enumeration(ImportDateFormat) | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="How days are written: `YEAR_MONTH_DAY`, if left out."
    )
    region: str | None = strawberry.field(
        default=None, description="The country of telephone numbers that name none: two capitals of ISO 3166-1."
    )
    tags: list[str] | None = strawberry.field(default=None, description="Tags that everybody of the file gets.")
    project_id: strawberry.ID | None = strawberry.field(
        default=None, description="The project that everybody of the file is added to."
    )
    note_visibility: enumeration(NoteVisibility) | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="Who may read the notes of the file: `PRIVATE`, if left out, or `PUBLIC`."
    )


@strawberry.input(description="Which import.")
class ImportInput:
    import_id: strawberry.ID = strawberry.field(description="Which import.")


@strawberry.input(description="Other fields for a row.")
class FixImportRowInput:
    import_id: strawberry.ID = strawberry.field(description="Which import.")
    number: int = strawberry.field(description="Which of its rows.")
    cells: list[str] = strawberry.field(description="Its fields, in the order of the columns.")


_REFUSALS = NotFound | Forbidden | InvalidInput

ImportResult = Annotated[
    Import | _REFUSALS, strawberry.union("ImportResult", description="What became of a change to an import.")
]
ImportRowResult = Annotated[
    ImportRow | _REFUSALS, strawberry.union("ImportRowResult", description="What became of a change to a row.")
]


@strawberry.type
class ImportMutations:
    @mutation(
        "Begin an import. Then POST the file to `/imports/<id>/file`, with the same token: a table of text, an XLSX "
        "workbook or lines of JSON.",
        graphql_type=ImportResult,
    )
    async def create_import(
        self,
        info: Info,
        input: CreateImportInput,  # noqa: A002
    ) -> pipeline.Import | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        return await info.context.services.call_valid(
            parser.build(pipeline.CreateImport, file_name=input.file_name), key=key
        )

    @mutation("Begin a dry run: every row is checked, and nothing is changed.", graphql_type=ImportResult)
    async def check_import(
        self,
        info: Info,
        input: CheckImportInput,  # noqa: A002
    ) -> pipeline.Import | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.CheckImport,
            import_id=parser.id(Kind.IMPORT, input.import_id, "import_id"),
            fields=tuple(input.fields),
            encoding=input.encoding,
            delimiter=input.delimiter,
            has_headings=input.has_headings,
            date_format=input.date_format or ImportDateFormat.YEAR_MONTH_DAY,
            region=input.region,
            tags=tuple(input.tags or ()),
            project_id=parser.optional_id(Kind.PROJECT, input.project_id, "project_id"),
            note_visibility=input.note_visibility or NoteVisibility.PRIVATE,
        )
        return await info.context.services.call_valid(request)

    @mutation(
        "Import the rows that have no problem, after a dry run; or those that were fixed since it was done.",
        graphql_type=ImportResult,
    )
    async def start_import(
        self,
        info: Info,
        input: ImportInput,  # noqa: A002
    ) -> pipeline.Import | refusals.Refusal:
        parser = InputParser()
        import_id = parser.id(Kind.IMPORT, input.import_id, "import_id")
        return await info.context.services.call_valid(parser.build(pipeline.StartImport, import_id=import_id))

    @mutation("Give a row with a problem other fields, and check it again.", graphql_type=ImportRowResult)
    async def fix_import_row(
        self,
        info: Info,
        input: FixImportRowInput,  # noqa: A002
    ) -> pipeline.ImportRow | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.FixImportRow,
            import_id=parser.id(Kind.IMPORT, input.import_id, "import_id"),
            number=input.number,
            cells=tuple(input.cells),
        )
        return await info.context.services.call_valid(request)

    @mutation(
        "Undo an import: remove whom it created, and what it added to others. Refused once something has happened with "
        "them.",
        graphql_type=ImportResult,
    )
    async def undo_import(
        self,
        info: Info,
        input: ImportInput,  # noqa: A002
    ) -> pipeline.Import | refusals.Refusal:
        parser = InputParser()
        import_id = parser.id(Kind.IMPORT, input.import_id, "import_id")
        return await info.context.services.call_valid(parser.build(pipeline.UndoImport, import_id=import_id))
