"""The newest spans, in SQLite."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rapport.sandbox.traces.spans import Event, Link, Span

_SCHEMA = """
CREATE TABLE IF NOT EXISTS span (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    trace_id TEXT NOT NULL, span_id TEXT NOT NULL, parent_id TEXT NOT NULL,
    service TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    error INTEGER NOT NULL, status TEXT NOT NULL, details TEXT NOT NULL,
    UNIQUE (trace_id, span_id)
);
CREATE INDEX IF NOT EXISTS span_by_start ON span (start);
CREATE TABLE IF NOT EXISTS link (
    to_trace TEXT NOT NULL, to_span TEXT NOT NULL, from_trace TEXT NOT NULL, from_span TEXT NOT NULL,
    PRIMARY KEY (to_trace, to_span, from_trace, from_span)
) WITHOUT ROWID;
"""

# An exporter that got no answer sends its batch again: the same span is kept once.
_KEEP = """
INSERT INTO span (trace_id, span_id, parent_id, service, name, kind, start, "end", error, status, details)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""

_FORGET = "DELETE FROM span WHERE number <= (SELECT max(number) FROM span) - ?"
_FORGET_LINKS = """
DELETE FROM link WHERE NOT EXISTS (
    SELECT 1 FROM span WHERE span.trace_id = link.from_trace AND span.span_id = link.from_span)
"""

# A trace is named after its first span: the one without a parent, if it has arrived.
_TRACES = """
WITH matching AS (
    SELECT DISTINCT trace_id FROM span
    WHERE (:text = '' OR instr(lower(name), :text) OR instr(lower(service), :text) OR instr(trace_id, :text))
      AND (:errors = 0 OR error)
), newest AS (
    SELECT trace_id, min(start) AS start, max("end") AS "end", count(*) AS spans, sum(error) AS errors
    FROM span JOIN matching USING (trace_id)
    GROUP BY trace_id ORDER BY min(start) DESC LIMIT :limit
)
SELECT newest.*, (SELECT json_array(name, service) FROM span WHERE span.trace_id = newest.trace_id
                  ORDER BY parent_id <> '', start LIMIT 1) AS first,
       (SELECT json_group_array(service) FROM (SELECT service FROM span WHERE span.trace_id = newest.trace_id
                                               GROUP BY service ORDER BY min(start))) AS services
FROM newest ORDER BY start DESC
"""

_SPANS = "SELECT * FROM span WHERE trace_id = ? ORDER BY start, number LIMIT ?"
_LINKED_FROM = "SELECT to_span, from_trace, from_span FROM link WHERE to_trace = ? AND from_trace <> ? LIMIT 100"


@dataclass(frozen=True)
class TraceSummary:
    """One line of the list of traces."""

    trace_id: str
    name: str
    service: str
    start: int
    end: int
    spans: int
    errors: int
    services: tuple[str, ...]


class TraceStore:
    """Keeps at most so many spans. Not for more than one thread at a time."""

    def __init__(self, file: Path | str, *, kept: int) -> None:
        """Open the file, or make it."""
        self._kept = kept
        self._connection = sqlite3.connect(file, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        # Traces of a demo: losing the last second of them to a power cut does not matter, waiting does.
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def keep(self, spans: Iterable[Span]) -> None:
        """Keep spans, forgetting the oldest."""
        rows = list(spans)
        links = [(link.trace_id, link.span_id, span.trace_id, span.span_id) for span in rows for link in span.links]
        with self._connection:
            self._connection.executemany(_KEEP, [_row(span) for span in rows])
            self._connection.executemany("INSERT INTO link VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", links)
            if self._connection.execute(_FORGET, (self._kept,)).rowcount:
                self._connection.execute(_FORGET_LINKS)

    def traces(self, *, text: str = "", errors: bool = False, limit: int = 100) -> list[TraceSummary]:
        """Return the newest traces with a span whose name, service or trace id contains the text."""
        wanted = {"text": text.strip().lower(), "errors": errors, "limit": limit}
        return [_summary(row) for row in self._connection.execute(_TRACES, wanted)]

    def spans(self, trace_id: str, *, limit: int = 2000) -> list[Span]:
        """Return the spans of a trace, earliest first."""
        return [_span(row) for row in self._connection.execute(_SPANS, (trace_id, limit))]

    def linked_from(self, trace_id: str) -> dict[str, list[Link]]:
        """Return, for each span of a trace, the spans of other traces that link to it."""
        found: dict[str, list[Link]] = {}
        for row in self._connection.execute(_LINKED_FROM, (trace_id, trace_id)):
            found.setdefault(row["to_span"], []).append(Link(row["from_trace"], row["from_span"]))
        return found


def _row(span: Span) -> Sequence[Any]:
    details = asdict(span)
    kept = {name: details[name] for name in ("attributes", "events", "links")}
    plain = (span.trace_id, span.span_id, span.parent_id, span.service, span.name, span.kind, span.start, span.end)
    return (*plain, span.error, span.status, json.dumps(kept))


def _span(row: sqlite3.Row) -> Span:
    details = json.loads(row["details"])
    plain = ("trace_id", "span_id", "parent_id", "service", "name", "kind", "start", "end", "status")
    return Span(
        **{name: row[name] for name in plain},
        error=bool(row["error"]),
        attributes=details["attributes"],
        events=tuple(Event(**event) for event in details["events"]),
        links=tuple(Link(**link) for link in details["links"]),
    )


def _summary(row: sqlite3.Row) -> TraceSummary:
    name, service = json.loads(row["first"])
    services = tuple(json.loads(row["services"]))
    plain = ("trace_id", "start", "end", "spans", "errors")
    return TraceSummary(name=name, service=service, services=services, **{key: row[key] for key in plain})
