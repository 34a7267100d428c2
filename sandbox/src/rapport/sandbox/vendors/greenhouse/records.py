"""Turns rows of the company's file into records of the API."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import orjson

from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS, Collection, Field, Kind

Record = dict[str, object]


def as_time(moment: int | None) -> str | None:
    """Return a moment as the API writes it, in UTC with milliseconds."""
    if moment is None:
        return None
    seconds, rest = divmod(moment, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03}Z"


def _as_structure(text: str | None) -> object:
    # The column holds JSON already; it goes into the answer without being read.
    return None if text is None else orjson.Fragment(text)


def _as_flag(number: int | None) -> bool | None:
    return None if number is None else bool(number)


_SHOWN: dict[Kind, Callable[[object], object]] = {
    Kind.TIME: as_time,  # type: ignore[dict-item]
    Kind.STRUCTURE: _as_structure,  # type: ignore[dict-item]
    Kind.FLAG: _as_flag,  # type: ignore[dict-item]
}


@cache
def columns(collection: Collection) -> str:
    """Return what to select so that `record` can make a record of it."""
    return ", ".join(_selected(field) for field in collection.served)


def _selected(field: Field) -> str:
    return f'{field.expression or _quoted(field.name)} AS "{field.name}"'


def _quoted(name: str) -> str:
    return f'"{name}"'


@cache
def _converters(collection: Collection) -> tuple[tuple[str, Callable[[object], object] | None], ...]:
    return tuple((field.name, _SHOWN.get(field.kind)) for field in collection.served)


def record(collection: Collection, row: sqlite3.Row) -> Record:
    """Return a row as the API serves it."""
    shown = zip(_converters(collection), tuple(row), strict=True)
    return {name: value if convert is None else convert(value) for (name, convert), value in shown}


def find(connection: sqlite3.Connection, name: str, number: int, *, now: int) -> Record:
    """Return one record as it is now, without the lag of lists."""
    collection = COLLECTIONS[name]
    statement = f'SELECT {columns(collection)} FROM "{name}" WHERE id = :id AND :now'  # noqa: S608 - our own names
    return record(collection, connection.execute(statement, {"id": number, "now": now}).fetchone())
