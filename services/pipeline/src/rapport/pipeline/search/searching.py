"""A search in the index of one organisation: who is found, in which order, on which page, and why."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from rapport.contracts.pipeline import (
    MATCHED_APPLICATIONS,
    Facet,
    FacetChoice,
    PersonMatch,
    SearchQuery,
)
from rapport.contracts.requests import MAX_CHOICES
from rapport.contracts.vocabulary import PeopleFacet, PeopleSort
from rapport.pipeline.search.columns import MISSING, Mask, as_mask
from rapport.pipeline.search.evaluation import Evaluation, SearchViewer
from rapport.pipeline.search.fields import APPLICATION_FIELDS, Name
from rapport.pipeline.search.index import PeopleIndex, applied_field, names_field
from rapport.pipeline.search.text import TextMatch, match_text

Place = tuple[int, UUID]
"""Where a page begins: after the person with this sort key and id; lists are in falling order of both."""
_SECONDS = 1_000_000
_TIMES = {PeopleSort.ADDED: "added_at", PeopleSort.LAST_ACTIVITY: "last_activity_at"}
_RECENT = 32
"""Bits of a sort key for the time in seconds, below the score."""
_FACETS = {
    PeopleFacet.TAG: names_field("tag"),
    PeopleFacet.DEPARTMENT: applied_field("department"),
    PeopleFacet.JOB_LOCATION: applied_field("location"),
    PeopleFacet.SOURCE: applied_field("source"),
    PeopleFacet.STATUS: applied_field("status"),
    PeopleFacet.FURTHEST_STAGE: applied_field("furthest_stage"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search."""

    matches: tuple[tuple[Place, PersonMatch], ...]
    has_next: bool
    total: int


class Search:
    """The people of one search."""

    def __init__(self, index: PeopleIndex, viewer: SearchViewer, query: SearchQuery, now: datetime) -> None:
        """Evaluates text and filter for everybody at once.

        Args:
            index: of the viewer's organisation.
            viewer: who sees only whom they may see.
            query: what is searched for.
            now: for conditions such as "at least 90 days ago".
        """
        self._index = index
        self._evaluation = Evaluation(index, viewer, now)
        self._viewer = viewer
        self._text: TextMatch | None = match_text(index, viewer, query.text) if query.text else None
        self._mask = self._evaluation.visible()
        if self._text is not None:
            self._mask &= self._text.mask
        if query.filter is not None:
            self._mask &= self._evaluation.people(query.filter)

    @property
    def total(self) -> int:
        """How many there are."""
        return int(np.count_nonzero(self._mask))

    def ids(self, at_most: int) -> list[UUID] | None:
        """All of them, in no particular order; None if they are more."""
        rows = np.flatnonzero(self._mask)
        return None if len(rows) > at_most else [self._id(row) for row in rows.tolist()]

    def page(self, sort: PeopleSort, first: int, after: Place | None) -> Found:
        """A page of them.

        Args:
            sort: the order.
            first: the length of the page.
            after: where it begins; None for the first page.
        """
        rows = np.flatnonzero(self._mask)
        total = len(rows)
        keys = self._keys(sort, rows)
        if after is not None:
            keep = self._is_after(rows, keys, after)
            rows, keys = rows[keep], keys[keep]
        rows, keys = self._first(rows, keys, first + 1)
        shown = list(zip(rows[:first].tolist(), keys[:first].tolist(), strict=True))
        matches = tuple(((key, self._id(row)), self._explained(row)) for row, key in shown)
        return Found(matches, len(rows) > first, total)

    def _keys(self, sort: PeopleSort, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        people = self._index.people
        match sort:
            case PeopleSort.ADDED | PeopleSort.LAST_ACTIVITY:
                times: NDArray[np.int64] = people[_TIMES[sort]][rows]
                return times
            case PeopleSort.RELEVANCE:
                latest = people["last_activity_at"][rows]
                seconds: NDArray[np.int64] = np.clip(
                    np.where(latest == MISSING, 0, latest // _SECONDS), 0, (1 << _RECENT) - 1
                )
                if self._text is None:
                    return seconds
                return (self._text.scores[rows].astype(np.int64) << _RECENT) | seconds

    def _is_after(self, rows: NDArray[np.int64], keys: NDArray[np.int64], after: Place) -> Mask:
        key, person = after
        high, low = np.uint64(person.int >> 64), np.uint64(person.int & ((1 << 64) - 1))
        ids_high, ids_low = self._index.people["id_high"][rows], self._index.people["id_low"][rows]
        before = (ids_high < high) | ((ids_high == high) & (ids_low < low))
        return as_mask((keys < key) | ((keys == key) & before))

    def _first(
        self, rows: NDArray[np.int64], keys: NDArray[np.int64], number: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The first of them in order, without sorting all: neither by key nor, among equal keys, by id."""
        if len(rows) > number:
            keep = keys >= _largest(keys, number)
            rows, keys = rows[keep], keys[keep]
        if len(rows) > number:
            # More than fit have the lowest key: among these, the ids decide.
            lowest = keys == keys.min()
            ids = self._index.people["id_high"][rows]
            keep = ~lowest | (ids >= _largest(ids[lowest], number - int(np.count_nonzero(~lowest))))
            rows, keys = rows[keep], keys[keep]
        people = self._index.people
        order = np.lexsort((people["id_low"][rows], people["id_high"][rows], keys))[::-1][:number]
        return rows[order], keys[order]

    def _id(self, row: int) -> UUID:
        people = self._index.people
        return UUID(int=(int(people["id_high"][row]) << 64) | int(people["id_low"][row]))

    def _explained(self, row: int) -> PersonMatch:
        applications = self._index.applications
        matching = [
            application
            for application in self._index.applications_of(row)
            if any(mask[application] for mask in self._evaluation.explaining)
        ]
        matching.sort(key=lambda application: int(applications["applied_at"][application]), reverse=True)
        return PersonMatch(
            person_id=self._id(row),
            words=self._text.explain(row) if self._text else (),
            application_ids=tuple(
                UUID(int=(int(applications["id_high"][each]) << 64) | int(applications["id_low"][each]))
                for each in matching[:MATCHED_APPLICATIONS]
            ),
        )

    def facets(self, wanted: Sequence[PeopleFacet]) -> tuple[Facet, ...]:
        """How many of them have each value."""
        # An array of Python's own is copied at once; one of numpy is read number by number.
        people = BitMap(array("I", np.flatnonzero(self._mask).astype(np.uint32).tobytes()))
        return tuple(Facet(facet=facet, choices=self._choices(facet, people)) for facet in wanted)

    def _choices(self, facet: PeopleFacet, people: BitMap) -> tuple[FacetChoice, ...]:
        field = _FACETS[facet]
        if self._viewer.bound_to_jobs and field.startswith("applied:"):
            counts = self._counted_by_visible_applications(field.removeprefix("applied:"))
        else:
            counts = Counter(
                {label: number for label, posting in self._index.values(field) if (number := _shared(posting, people))}
            )
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MAX_CHOICES]
        return tuple(FacetChoice(value=value, people=number) for value, number in ordered)

    def _counted_by_visible_applications(self, name: str) -> Counter[str]:
        """As they see it who do not see every application: they see few."""
        applications = self._index.applications
        rows = np.flatnonzero(self._evaluation.visible_applications())
        pairs = {
            (int(applications["person"][row]), int(applications[name][row]))
            for row in rows.tolist()
            if self._mask[applications["person"][row]] and applications[name][row] >= 0
        }
        field = APPLICATION_FIELDS[name]
        labels = self._index.codes[name].labels if isinstance(field, Name) else getattr(field, "order", ())
        return Counter(str(labels[code]) for _, code in pairs)


def _largest(values: NDArray[np.int64], number: int) -> np.int64:
    """The value that this many reach."""
    at = len(values) - number
    smallest: np.int64 = np.partition(values, at)[at]
    return smallest


def _shared(one: BitMap, other: BitMap) -> int:
    number: int = one.intersection_cardinality(other)
    return number


def ids_found(
    index: PeopleIndex, *, viewer: SearchViewer, query: SearchQuery, now: datetime, at_most: int
) -> list[UUID] | None:
    """Everybody whom a search finds, in no particular order; None if they are more than ``at_most``."""
    return Search(index, viewer, query, now).ids(at_most)
