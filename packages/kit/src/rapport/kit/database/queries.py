"""SQL lives in files: one statement each, named by intent, with a sentence of why."""

from importlib.resources import files
from typing import NewType

Statement = NewType("Statement", str)


class Queries:
    """The statements in ``<package>/queries/*.sql``, by name.

    Every file begins ``-- name: <file name>`` followed by at least one comment line that says why it is there.
    """

    def __init__(self, package: str) -> None:
        """Read them all now, so that a misnamed file fails at start."""
        self._statements = {
            file.name.removesuffix(".sql"): _statement(file.name.removesuffix(".sql"), file.read_text())
            for file in files(package).joinpath("queries").iterdir()
            if file.name.endswith(".sql")
        }

    def __getitem__(self, name: str) -> Statement:
        """The statement of that name; KeyError if there is none."""
        return self._statements[name]

    def all(self) -> dict[str, Statement]:
        """Every statement by name, for the test that prepares them."""
        return dict(self._statements)


def _statement(name: str, text: str) -> Statement:
    lines = text.splitlines()
    if not lines or lines[0] != f"-- name: {name}":
        raise ValueError(f"{name}.sql must begin with '-- name: {name}'")
    if len(lines) < 2 or not lines[1].startswith("-- "):
        raise ValueError(f"{name}.sql must say why it is there in its second line")
    return Statement(text)
