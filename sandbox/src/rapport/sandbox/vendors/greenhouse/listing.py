"""Lists: which filters were asked for, which page comes next, and the records on it."""

import base64
import binascii
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from rapport.sandbox.vendors.greenhouse.collections import COLLECTIONS, Collection, Kind
from rapport.sandbox.vendors.greenhouse.live_tables import former_versions_of
from rapport.sandbox.vendors.greenhouse.records import Record, columns, record
from rapport.sandbox.vendors.greenhouse.refusals import Refused

MOST_PER_PAGE = 500
_PER_PAGE = 100
_MOST_IDS = 50
_OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_BRACKETED = re.compile(r"(\w+)\[(gt|gte|lt|lte)\]")
_FEW = 3_000

Condition = tuple[str, str, int | str | list[int | str]]
"""A column, an operator and what to compare with."""


@dataclass(frozen=True)
class Page:
    """What was asked for. Pages run from the highest id down, so what is created meanwhile moves nothing."""

    conditions: tuple[Condition, ...]
    size: int
    below: int | None = None

    def cursor_after(self, last: int) -> str:
        """Return an opaque text that stands for the rest of this list."""
        return base64.urlsafe_b64encode(orjson.dumps([self.conditions, self.size, last])).decode().rstrip("=")


def read_query(collection: Collection, query: Sequence[tuple[str, str]]) -> Page:
    """Read the query of a list, or refuse it; `cursor` has to be alone."""
    given = dict(query)
    if "cursor" in given:
        if len(query) > 1:
            raise Refused(422, "When passing a cursor, do not include other query params.")
        return _read_cursor(collection, given["cursor"])
    unknown = sorted({name for name, _ in query if not _is_known(collection, name)})
    if unknown:
        raise Refused(422, *(f"Unpermitted query parameter: {name}" for name in unknown))
    conditions: list[Condition] = []
    for name, value in query:
        if name != "per_page":
            conditions += _conditions(collection, name, value)
    return Page(tuple(conditions), _page_size(given.get("per_page")))


def _read_cursor(collection: Collection, cursor: str) -> Page:
    try:
        conditions, size, below = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        page = Page(tuple((column, operator, value) for column, operator, value in conditions), int(size), int(below))
    except (binascii.Error, ValueError, TypeError):
        raise Refused(422, "Invalid cursor.") from None
    # The cursor comes back from outside and its columns and operators become SQL.
    operators = {*_OPERATORS.values(), "=", "IN", "~"}
    unknown = any(
        column not in collection.stored or operator not in operators for column, operator, _ in page.conditions
    )
    if unknown or not 1 <= page.size <= MOST_PER_PAGE:
        raise Refused(422, "Invalid cursor.")
    return page


def _is_known(collection: Collection, name: str) -> bool:
    bracketed = _BRACKETED.fullmatch(name)
    if bracketed:
        name = bracketed[1]
        return name in collection.filters and collection.kind_of(name) is Kind.TIME
    return name == "per_page" or name in collection.filters


def _page_size(text: str | None) -> int:
    if text is None:
        return _PER_PAGE
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PER_PAGE:
        raise Refused(422, f"per_page must be between 1 and {MOST_PER_PAGE}.")
    return int(text)


def _conditions(collection: Collection, name: str, value: str) -> list[Condition]:
    bracketed = _BRACKETED.fullmatch(name)
    if bracketed:
        return [(bracketed[1], _OPERATORS[bracketed[2]], _moment(bracketed[1], value))]
    if name == "email":
        return [("email_addresses", "~", value)]
    column = collection.column_of_filter(name)
    match collection.kind_of(column):
        case Kind.TIME:
            return _times(column, value)
        case Kind.FLAG:
            if value not in ("true", "false"):
                raise Refused(422, f"{name} must be true or false.")
            return [(column, "=", int(value == "true"))]
        case Kind.NUMBER:
            return [(column, "IN", _ids(name, value))]
        case _:
            return [(column, "IN", list(value.split(",")))]


def _times(name: str, value: str) -> list[Condition]:
    parts = value.split("|")
    if len(parts) % 2 or any(operator not in _OPERATORS for operator in parts[::2]):
        raise Refused(422, f"{name} must look like gte|2026-03-01T00:00:00Z|lte|2026-03-20T00:00:00Z.")
    return [
        (name, _OPERATORS[operator], _moment(name, moment))
        for operator, moment in zip(parts[::2], parts[1::2], strict=True)
    ]


def _moment(name: str, text: str) -> int:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise Refused(422, f"{name} has an invalid time: {text}") from None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _ids(name: str, value: str) -> list[int | str]:
    ids = value.split(",")
    if len(ids) > _MOST_IDS:
        raise Refused(422, f"{name} must have at most {_MOST_IDS} items.")
    if not all(each.strip().isdecimal() for each in ids):
        raise Refused(422, f"{name} must be a list of integers separated by commas.")
    return [int(each) for each in ids]


def read_page(
    connection: sqlite3.Connection, collection: Collection, page: Page, *, now: int, lag: int
) -> tuple[list[Record], str | None]:
    """Return the records of a page, as they were `lag` milliseconds ago, and the cursor of the next one."""
    values: dict[str, object] = {"now": now, "as_of": now - lag, "size": page.size + 1, "below": page.below}
    where = _where(connection, collection, page, values)
    table = _as_of(collection) if lag else f'"{collection.name}"'
    statement = f"SELECT {columns(collection)} FROM {table} WHERE {where} ORDER BY id DESC LIMIT :size"  # noqa: S608
    rows = connection.execute(statement, values).fetchall()
    more, rows = len(rows) > page.size, rows[: page.size]
    return [record(collection, row) for row in rows], page.cursor_after(rows[-1]["id"]) if more else None


def _where(connection: sqlite3.Connection, collection: Collection, page: Page, values: dict[str, object]) -> str:
    parts = ["(:now OR :as_of)", "id < :below" if page.below is not None else "TRUE"]
    for place, (column, operator, value) in enumerate(page.conditions):
        parts.append(_condition(place, column, operator, value, values))
    if any(column == "updated_at" for column, _, _ in page.conditions) and not _is_selective(
        connection, collection, page
    ):
        # Following the ids finds a page of many matches at once; the index on the time would sort all of them.
        parts = [part.replace('"updated_at"', '+"updated_at"') for part in parts]
    return " AND ".join(parts)


def _condition(place: int, column: str, operator: str, value: object, values: dict[str, object]) -> str:
    if operator == "~":
        values[f"v{place}"] = f'%"{value}"%'
        return f'"{column}" LIKE :v{place}'
    if not isinstance(value, list):
        values[f"v{place}"] = value
        return f'"{column}" {operator} :v{place}'
    names = [f"v{place}_{each}" for each in range(len(value))]
    values |= dict(zip(names, value, strict=True))
    return f'"{column}" IN ({", ".join(":" + name for name in names)})'


def _is_selective(connection: sqlite3.Connection, collection: Collection, page: Page) -> bool:
    values: dict[str, object] = {}
    times = [
        _condition(place, column, operator, value, values)
        for place, (column, operator, value) in enumerate(page.conditions)
        if column == "updated_at"
    ]
    matches = f'SELECT 1 FROM "{collection.name}" WHERE {" AND ".join(times)} LIMIT {_FEW}'  # noqa: S608
    (found,) = connection.execute(f"SELECT count(*) FROM ({matches})", values).fetchone()  # noqa: S608
    return bool(found < _FEW)


def _as_of(collection: Collection) -> str:
    """Return the table as it was at `:as_of`: what has changed since is replaced by the version of then."""
    former, stored = former_versions_of(collection), ", ".join(f'"{name}"' for name in collection.stored)
    changed = f'SELECT id FROM "{former}" WHERE replaced_at > :as_of'  # noqa: S608
    # The first version replaced after that moment is the one that was current then.
    then = f'SELECT min(rowid) FROM "{former}" WHERE replaced_at > :as_of GROUP BY id'  # noqa: S608
    return (
        f'(SELECT {stored} FROM "{collection.name}" WHERE id NOT IN ({changed})'  # noqa: S608
        f' UNION ALL SELECT {stored} FROM "{former}" WHERE rowid IN ({then}) AND existed)'
    )


def forget_former_versions(connection: sqlite3.Connection, before: int) -> None:
    """Drop the versions that no lag reaches back to any more."""
    for collection in COLLECTIONS.values():
        connection.execute(f'DELETE FROM "{former_versions_of(collection)}" WHERE replaced_at < ?', (before,))  # noqa: S608
