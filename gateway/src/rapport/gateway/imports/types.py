"""Imports and their rows."""

import asyncio
from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.pipeline import GetImportRows
from rapport.contracts.vocabulary import ImportOutcome
from rapport.gateway.crm.resolvers import project_by_id
from rapport.gateway.crm.types import Project
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration, exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import Node
from rapport.gateway.imports.loaders import is_suppressed
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@exposes(pipeline.ImportColumn, "name", "samples", "field")
class ImportColumn:
    """A column of an imported file."""


@exposes(pipeline.ImportProblem, "message", "line", "column", "warning", code="What is wrong.")
class ImportProblem:
    """What is wrong with a row, or with the whole file."""


@exposes(
    pipeline.ImportCounts,
    "rows",
    "warnings",
    "applied",
    "undone",
    "kept",
    new="Rows with somebody who was not known.",
    known="Rows with somebody who is known, and of whom nothing changes.",
    changed="Rows with somebody who is known, and of whom something is added.",
    repeated="Rows with somebody whom an earlier row names.",
    refused="Rows that have a problem.",
)
class ImportCounts:
    """How many rows there are of each kind: as the dry run found them, then as they became."""


@exposes(
    pipeline.ImportOptions,
    "encoding",
    "delimiter",
    "has_headings",
    "region",
    "tags",
    date_format="How days are written.",
    note_visibility="Who may read the notes of the file.",
)
class ImportOptions:
    """How a file is read, and what is done with its people besides."""

    @field("The project that everybody of the file is added to.", graphql_type=Project | None)
    @staticmethod
    async def project(options: strawberry.Parent[pipeline.ImportOptions], info: Info) -> pipeline.Project | None:
        return await project_by_id(info, options.project_id) if options.project_id else None


@exposes(
    pipeline.ImportRow,
    "number",
    "line",
    "cells",
    outcome="What it leads to, or has led to.",
    problems="What is wrong with it.",
    applied_at="When it was imported, if it was.",
)
class ImportRow:
    """A row of an imported file."""

    @field("Who it is: somebody known, or who became of it.", graphql_type=Person | None)
    @staticmethod
    async def person(row: strawberry.Parent[pipeline.ImportRow], info: Info) -> pipeline.Person | None:
        return await person_of(info, row.person_id) if row.person_id else None

    @field("Whether one of its addresses is suppressed: importing it changes nothing about that.")
    @staticmethod
    async def suppressed(row: strawberry.Parent[pipeline.ImportRow], info: Info) -> bool:
        loader = info.context.loader(is_suppressed)
        return any(await asyncio.gather(*(loader.load(address) for address in row.emails)))


@exposes(
    pipeline.Import,
    "bytes",
    "problem",
    "options",
    id_of=Kind.IMPORT,
    file_name="The name of its file.",
    created_at="When it was begun.",
    state="Where it stands.",
    state_since="Since when.",
    columns="The columns of its file.",
    counts="How many rows there are of each kind.",
    version="Grows with every change.",
)
class Import(Node):
    """An import of people from a file."""

    @field("Who began it.", graphql_type=User | None)
    @staticmethod
    async def created_by(import_: strawberry.Parent[pipeline.Import], info: Info) -> pipeline.User | None:
        return await user_of(info, import_.created_by)

    @field("Its rows, in the order of the file.", graphql_type=Connection[ImportRow] | None)
    @staticmethod
    async def rows(
        import_: strawberry.Parent[pipeline.Import],
        info: Info,
        *,
        outcome: Annotated[
            enumeration(ImportOutcome) | None,  # type: ignore[valid-type]
            strawberry.argument(description="Only those that lead to this."),
        ] = None,
        with_problems: Annotated[
            bool, strawberry.argument(description="Only those with which something is wrong, warnings included.")
        ] = False,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        of_list = f"import rows:{import_.id}:{outcome or ''}:{with_problems}"
        request = GetImportRows(
            import_id=import_.id, outcome=outcome, with_problems=with_problems, page=page_request(of_list, first, after)
        )
        return connection(of_list, await info.context.services.read(request), after)
