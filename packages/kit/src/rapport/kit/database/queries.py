"""SQL lives in files: one statement each, named by intent, with a sentence of why."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NewType

Statement = NewType("Statement", str)


class Queries:
    """The statements in ``<package>/queries/<noun>/*.sql``, by name.

    Every file begins ``-- name: <file name>`` followed by at least one comment line that says why it is there.
    The folders only sort the files: a name is unique in its package, whichever folder it lies in.
    """

    def __init__(self, package: str) -> None:
        """Read every statement at start, so that a misnamed file or a name used twice fails there."""
        self._statements: dict[str, Statement] = {}
        for file in _sql_files(files(package).joinpath("queries")):
            name = file.name.removesuffix(".sql")
            if name in self._statements:
                raise ValueError(f"{package} has two statements named {name}")
            self._statements[name] = _statement(name, file.read_text())

    def __getitem__(self, name: str) -> Statement:
        """The statement of that name; KeyError if there is none."""
        return self._statements[name]

    def all(self) -> dict[str, Statement]:
        """Every statement by name, for the test that prepares them."""
        return dict(self._statements)


def _sql_files(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _sql_files(entry)
        elif entry.name.endswith(".sql"):
            yield entry


def _statement(name: str, text: str) -> Statement:
    lines = text.splitlines()
    if not lines or lines[0] != f"-- name: {name}":
        raise ValueError(f"{name}.sql must begin with '-- name: {name}'")
    if len(lines) < 2 or not lines[1].startswith("-- "):
        raise ValueError(f"{name}.sql must say why it is there in its second line")
    return Statement(text)
