"""Statements in files: found in every folder under one name, and refused at start when a file breaks the rules."""

import sys
from pathlib import Path

import pytest

from rapport.kit.database.queries import Queries


@pytest.fixture
def queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of statements of a package named ``stated``."""
    package = tmp_path / "stated"
    (package / "queries" / "people").mkdir(parents=True)
    (package / "queries" / "jobs").mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "stated", raising=False)
    return package / "queries"


def test_a_statement_is_found_by_its_name_in_whichever_folder_it_lies(queries: Path) -> None:
    (queries / "people" / "lock.sql").write_text("-- name: lock\n-- Why.\nSELECT 1\n")
    (queries / "now.sql").write_text("-- name: now\n-- Why.\nSELECT now()\n")

    assert set(Queries("stated").all()) == {"lock", "now"}


def test_a_name_used_twice_is_refused(queries: Path) -> None:
    for noun in ("people", "jobs"):
        (queries / noun / "lock.sql").write_text("-- name: lock\n-- Why.\nSELECT 1\n")

    with pytest.raises(ValueError, match="stated has two statements named lock"):
        Queries("stated")


def test_a_statement_under_another_name_than_its_file_is_refused(queries: Path) -> None:
    (queries / "people" / "lock.sql").write_text("-- name: hold\n-- Why.\nSELECT 1\n")

    with pytest.raises(ValueError, match="must begin with '-- name: lock'"):
        Queries("stated")


def test_a_statement_without_a_reason_is_refused(queries: Path) -> None:
    (queries / "people" / "lock.sql").write_text("-- name: lock\nSELECT 1\n")

    with pytest.raises(ValueError, match="must say why it is there"):
        Queries("stated")
