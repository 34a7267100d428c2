"""Lays the spans of a trace out as a waterfall: who called whom, from when to when."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapport.sandbox.traces.spans import Span

_TICKS = 4


@dataclass(frozen=True)
class Bar:
    """A span's place: how deep below the root, and its start and length as shares of the whole trace."""

    span: Span
    depth: int
    offset: float
    length: float
    # Its parent did not arrive: sampled away, not sent yet, or from a part that sends nothing.
    detached: bool


@dataclass(frozen=True)
class Waterfall:
    """A trace, laid out. Services are in the order in which they appear."""

    bars: tuple[Bar, ...]
    services: tuple[str, ...]
    start: int
    duration: int

    def ticks(self) -> list[tuple[float, int]]:
        """Return places on the time axis, each with its share and its nanoseconds since the start."""
        return [(step / _TICKS, self.duration * step // _TICKS) for step in range(_TICKS + 1)]


def lay_out(spans: Sequence[Span]) -> Waterfall:
    """Order the spans as a tree, children by their start, and scale their times to the trace."""
    start = min(span.start for span in spans)
    duration = max(max(span.end for span in spans) - start, 1)
    bars = tuple(
        Bar(span, depth, (span.start - start) / duration, max(span.end - span.start, 0) / duration, detached)
        for span, depth, detached in _in_order(spans)
    )
    return Waterfall(bars, tuple(dict.fromkeys(bar.span.service for bar in bars)), start, duration)


def _in_order(spans: Sequence[Span]) -> Iterator[tuple[Span, int, bool]]:
    """Walk the tree from its roots. Spans that are each other's ancestors, which is invalid, come last."""
    children: dict[str, list[Span]] = defaultdict(list)
    known = {span.span_id for span in spans}
    for span in spans:
        children[span.parent_id if span.parent_id in known else ""].append(span)
    for siblings in children.values():
        siblings.sort(key=lambda span: span.start)
    seen: set[str] = set()
    for root in [*children[""], *spans]:
        waiting = [(root, 0)]
        while waiting:
            span, depth = waiting.pop()
            if span.span_id in seen:
                continue
            seen.add(span.span_id)
            yield span, depth, bool(span.parent_id) and span.parent_id not in known
            waiting += [(child, depth + 1) for child in reversed(children[span.span_id])]
