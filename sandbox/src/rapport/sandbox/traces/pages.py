"""The list of traces and the waterfall of one, as pages that need no script."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rapport.sandbox.pages import Html, escape
from rapport.sandbox.traces.spans import Link, Span
from rapport.sandbox.traces.store import TraceSummary
from rapport.sandbox.traces.waterfall import Bar, Waterfall

_COLOURS = 8
_SHORT_ID = 8


def list_of_traces(traces: Sequence[TraceSummary], *, text: str, errors: bool) -> Html:
    """Return the list, newest first, below its search."""
    search = (
        '<form class="search" method="get" action="/traces">'
        f'<input type="search" name="q" value="{escape(text)}" placeholder="Name, service or trace id" '
        'aria-label="Name, service or trace id" autofocus>'
        f'<label><input type="checkbox" name="errors" value="1"{" checked" if errors else ""}> only with errors</label>'
        "<button>Search</button></form>"
    )
    if not traces:
        nothing = "Nothing matches." if text or errors else "No traces yet. Send a request to the gateway."
        return Html(f'{search}<p class="nothing">{nothing}</p>')
    longest = max(trace.end - trace.start for trace in traces) or 1
    rows = "".join(_trace_row(trace, longest) for trace in traces)
    return Html(
        f'{search}<table class="traces"><thead><tr><th>Started (UTC)</th><th>Request</th><th>Services</th>'
        f'<th class="number">Spans</th><th class="number">Duration</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _trace_row(trace: TraceSummary, longest: int) -> Html:
    length = trace.end - trace.start
    failed = f' <mark class="error">{trace.errors} failed</mark>' if trace.errors else ""
    services = "".join(f'<span class="chip">{escape(service)}</span>' for service in trace.services)
    return Html(
        f'<tr><td class="when">{_moment(trace.start)}</td>'
        f'<td><a href="/traces/{trace.trace_id}">{escape(trace.name)}</a>{failed}'
        f"<br><small>{escape(trace.service)} · {trace.trace_id[:_SHORT_ID]}</small></td>"
        f'<td>{services}</td><td class="number">{trace.spans}</td><td class="number">{duration(length)}'
        f"{_bar(0, length / longest, 'plain')}</td></tr>"
    )


def waterfall(laid_out: Waterfall, linked_from: Mapping[str, Sequence[Link]]) -> Html:
    """Return the waterfall: a row for each span, which opens to show what is known about it."""
    colours = {service: f"colour-{number % _COLOURS}" for number, service in enumerate(laid_out.services)}
    errors = sum(bar.span.error for bar in laid_out.bars)
    failed = f' · <mark class="error">{errors} failed</mark>' if errors else ""
    legend = "".join(
        f'<span class="chip"><i class="dot {colours[service]}"></i>{escape(service)}</span>'
        for service in laid_out.services
    )
    ticks = "".join(f"<span>{duration(at)}</span>" for _, at in laid_out.ticks())
    rows = "".join(_row(bar, colours[bar.span.service], linked_from.get(bar.span.span_id, ())) for bar in laid_out.bars)
    return Html(
        f'<p class="events">{_moment(laid_out.start, "%Y-%m-%d ")} UTC · {duration(laid_out.duration)} · '
        f"{len(laid_out.bars)} spans"
        f'{failed} · <code>{laid_out.bars[0].span.trace_id}</code></p><p class="legend">{legend}</p>'
        f'<section class="waterfall"><div class="axis"><span></span><div class="ticks">{ticks}</div><span></span></div>'
        f"{rows}</section>"
    )


def _row(bar: Bar, colour: str, linked_from: Sequence[Link]) -> Html:
    span = bar.span
    marks = (
        (' <mark class="error">failed</mark>' if span.error else "")
        + (' <mark title="its parent did not arrive">detached</mark>' if bar.detached else "")
        + (" <mark>linked</mark>" if span.links or linked_from else "")
    )
    indent = f"depth-{min(bar.depth, 12)}"
    return Html(
        f'<details id="{span.span_id}"{" class=failed" if span.error else ""}><summary>'
        f'<span class="name {indent}"><i class="dot {colour}"></i><span>{escape(span.name)}{marks}'
        f"<small>{escape(span.service)}</small></span></span>"
        f"{_bar(bar.offset, bar.length, colour)}"
        f'<span class="number">{duration(span.end - span.start)}</span></summary>'
        f"{_details(span, linked_from)}</details>"
    )


def _bar(offset: float, length: float, colour: str) -> Html:
    """Draw with attributes of SVG: the pages' policy allows no style inside an element."""
    width = max(length * 1000, 2)
    left = min(offset * 1000, 1000 - width)
    return Html(
        '<svg class="bar" viewBox="0 0 1000 30" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect x="{left:.1f}" y="10" width="{width:.1f}" height="10" class="{colour}"/></svg>'
    )


def _details(span: Span, linked_from: Iterable[Link]) -> Html:
    known = {"span": span.span_id, "kind": span.kind} | ({"status": span.status} if span.status else {})
    links = [f"<li>links to {_link(link)}</li>" for link in span.links]
    links += [f"<li>linked from {_link(link)}</li>" for link in linked_from]
    events = "".join(
        f"<h3>{escape(event.name)} <small>after {duration(event.at - span.start)}</small></h3>"
        f"{_table(event.attributes)}"
        for event in span.events
    )
    listed = f"<ul>{''.join(links)}</ul>" if links else ""
    return Html(f'<div class="details">{_table(known | span.attributes)}{listed}{events}</div>')


def _link(link: Link) -> Html:
    return Html(f'<a href="/traces/{link.trace_id}#{link.span_id}">trace {link.trace_id[:_SHORT_ID]}</a>')


def _table(values: Mapping[str, Any]) -> Html:
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(_shown(value))}</td></tr>" for name, value in values.items()
    )
    return Html(f"<table>{rows}</table>")


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def duration(nanoseconds: int) -> str:
    """Return a length of time with three digits that matter."""
    for size, unit in ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs")):
        if nanoseconds >= size:
            return (
                f"{nanoseconds / size:.3g} {unit}" if nanoseconds < 1000 * size else f"{nanoseconds // size:,} {unit}"
            )
    return f"{nanoseconds} ns" if nanoseconds else "0"


def _moment(nanoseconds: int, day: str = "") -> Html:
    moment = datetime.fromtimestamp(nanoseconds / 1_000_000_000, UTC)
    return Html(f'<time datetime="{moment.isoformat()}">{moment:{day}%H:%M:%S}.{moment.microsecond // 1000:03}</time>')
