"""Which people a filter and a text find, as masks over all people: one pass of an array for each condition."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from rapport.contracts.pipeline import (
    ApplicationFilter,
    ApplicationsFilter,
    AttributeRating,
    PeopleFilter,
    RatingRange,
    StageRange,
    TimeRange,
)
from rapport.contracts.vocabulary import ApplicationStatus
from rapport.pipeline.search.columns import MISSING, NONE, Mask, as_mask
from rapport.pipeline.search.fields import (
    APPLICATION_FIELDS,
    PERSON_FIELDS,
    RATING_FIELDS,
    Flag,
    Name,
    Names,
    Rank,
    Time,
    Words,
)
from rapport.pipeline.search.index import CLOSE, OWED, PeopleIndex, attribute_field, names_field, words_field
from rapport.pipeline.search.words import folded, search_words

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)
_ACTIVE = tuple(ApplicationStatus).index(ApplicationStatus.ACTIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchViewer:
    """Who searches, as far as it decides what they find."""

    user_id: UUID
    jobs: frozenset[UUID] = frozenset()
    """Those on whose hiring teams they are."""
    jobs_in_ats: frozenset[UUID] = frozenset()
    """Those of them on whose hiring teams the ATS has them: they see whom it hides from others."""
    bound_to_jobs: bool = False
    """Whether they see the applications for these jobs alone, and who has one."""
    sees_private: bool = False
    """Whether they see private people to whom they are not close."""
    reads_team_notes: bool = False
    """Whether they read the notes to every hiring team."""


def microseconds(at: datetime) -> int:
    """A time as the columns hold it."""
    return (at - _EPOCH) // _MICROSECOND


@dataclass(slots=True)
class Evaluation:
    """Evaluates filters for one viewer at one moment."""

    index: PeopleIndex
    viewer: SearchViewer
    now: datetime
    diversity: Mask | None = None
    """Who may be found by what they said of themselves; nobody, if that is not given."""
    explaining: list[Mask] = field(default_factory=list)
    """Applications by which ``some`` holds, of each such condition that no negation encloses."""
    _visible_applications: Mask | None = field(default=None, init=False)

    def visible(self) -> Mask:
        """The people whom the viewer may see, by the rules of the statements that show them."""
        people = self.index.people
        mask: Mask = people["live"].astype(bool)
        if self.viewer.bound_to_jobs:
            mask &= self._people_of(self.visible_applications())
        if not self.viewer.sees_private:
            # Few are private, so only these are looked at more closely.
            private = np.flatnonzero(mask & people["private"])
            close = self.index.posting(CLOSE, str(self.viewer.user_id))
            for row in private.tolist():
                mask[row] = row in close or self._is_on_team_of(row)
        return mask

    def _is_on_team_of(self, row: int) -> bool:
        jobs = self._codes("job", map(str, self.viewer.jobs_in_ats))
        column = self.index.applications["job"]
        return any(int(column[application]) in jobs for application in self.index.applications_of(row))

    def visible_applications(self) -> Mask:
        """The applications that the viewer may see; the same mask for every condition, which none changes."""
        if self._visible_applications is None:
            self._visible_applications = (
                self._any_of("job", self._codes("job", map(str, self.viewer.jobs)))
                if self.viewer.bound_to_jobs
                else as_mask(self.index.applications["person"] != NONE)
            )
        return self._visible_applications

    def people(self, given: PeopleFilter, *, negated: bool = False) -> Mask:
        """The people for whom a filter holds, whether or not the viewer sees them."""
        mask = np.ones(self.index.people.size, bool)
        for name in given.model_fields_set:
            value = getattr(given, name)
            if value is not None:
                mask &= self._condition_of_people(name, value, negated=negated)
        return mask

    def _condition_of_people(self, name: str, value: Any, *, negated: bool) -> Mask:
        match name:
            case "all":
                return _all(self.people(each, negated=negated) for each in value)
            case "any":
                return _any(self.people(each, negated=negated) for each in value)
            case "not_":
                return ~self.people(value, negated=not negated)
            case "applications":
                return self._by_applications(value, negated=negated)
            case "active" | "has_applied":
                return self._by_having(name, value)
            case "diversity":
                return np.zeros(self.index.people.size, bool) if self.diversity is None else self.diversity
        return self._by_column(name, value)

    def _by_having(self, name: str, value: bool) -> Mask:  # noqa: FBT001 - the value of a condition
        having = self.visible_applications()
        if name == "active":
            having = having & (self.index.applications["status"] == _ACTIVE)
        return as_mask(self._people_of(having) == value)

    def _by_column(self, name: str, value: Any) -> Mask:
        column = PERSON_FIELDS[name]
        match column:
            case Words(field=text):
                return self._words(words_field(text), value)
            case Names():
                return self._named(names_field(name), value)
            case Flag():
                return as_mask(self.index.people[name] == value)
            case Time():
                return self._in_time(self.index.people[name], value)
        raise AssertionError(name)

    def _words(self, text: str, value: str) -> Mask:
        """Who has each word in a text, or one that begins like it."""
        found = [
            self.mask(
                BitMap.union(
                    BitMap(),
                    *(
                        self.index.posting(text, each)
                        for matching in self.index.vocabulary.matches(word, exactly=True).values()
                        for each in matching
                    ),
                )
            )
            for word in search_words(value)
        ]
        return _all(found) if found else np.zeros(self.index.people.size, bool)

    def _named(self, names: str, values: Iterable[object]) -> Mask:
        return self.mask(BitMap.union(BitMap(), *(self.index.posting(names, folded(str(value))) for value in values)))

    def mask(self, rows: BitMap) -> Mask:
        """A posting of people as a mask."""
        return _as_mask(rows, self.index.people.size)

    def _by_applications(self, given: ApplicationsFilter, *, negated: bool) -> Mask:
        mask = np.ones(self.index.people.size, bool)
        visible = self.visible_applications()
        if given.some is not None:
            matching = self.applications(given.some) & visible
            if not negated:
                self.explaining.append(matching)
            mask &= self._people_of(matching)
        if given.every is not None:
            mask &= ~self._people_of(~self.applications(given.every) & visible)
        if given.none is not None:
            mask &= ~self._people_of(self.applications(given.none) & visible)
        return mask

    def _people_of(self, applications: Mask) -> Mask:
        """Who has one of these applications."""
        mask = np.zeros(self.index.people.size, bool)
        people = self.index.applications["person"][applications]
        mask[people[people != NONE]] = True
        return mask

    def applications(self, given: ApplicationFilter) -> Mask:
        """The applications for which a filter holds, whether or not the viewer sees them."""
        mask = np.ones(self.index.applications.size, bool)
        for name in given.model_fields_set:
            value = getattr(given, name)
            if value is not None:
                mask &= self._condition_of_applications(name, value)
        return mask

    def _condition_of_applications(self, name: str, value: Any) -> Mask:
        match name:
            case "all":
                return _all(self.applications(each) for each in value)
            case "any":
                return _any(self.applications(each) for each in value)
            case "not_":
                return ~self.applications(value)
        mask = self._attribute(value) if name == "attribute" else self._compare(name, value)
        if name in RATING_FIELDS:
            # Scorecards are hidden from a user who owes one: for them, no rating matches, good or bad.
            owed = self.index.posting(OWED, str(self.viewer.user_id))
            if owed:
                mask = mask & ~_as_mask(owed, self.index.applications.size)
        return mask

    def _attribute(self, value: AttributeRating) -> Mask:
        rows = self.index.posting(attribute_field(value.at_least), folded(value.name))
        return _as_mask(rows, self.index.applications.size)

    def _compare(self, name: str, value: Any) -> Mask:
        column = APPLICATION_FIELDS[name]
        values = self.index.applications[name]
        match column:
            case Time():
                return self._in_time(values, value)
            case Name():
                return self._any_of(name, self._codes(name, map(str, value)))
            case Rank(order=order) if isinstance(value, StageRange | RatingRange):
                return _in_order(values, value, order)
            case Rank(order=order):
                return _is_one_of(values, [order.index(each) for each in value])
        raise AssertionError(name)

    def _codes(self, name: str, values: Iterable[str]) -> list[int]:
        return list(self.index.codes[name].known(map(folded, values)))

    def _any_of(self, name: str, codes: list[int]) -> Mask:
        return _is_one_of(self.index.applications[name], codes)

    def _in_time(self, values: NDArray[Any], given: TimeRange) -> Mask:
        mask = as_mask(values != MISSING)
        if given.since is not None:
            mask &= values >= microseconds(given.since)
        if given.until is not None:
            mask &= values < microseconds(given.until)
        if given.at_least_days_ago is not None:
            mask &= values <= microseconds(self.now - timedelta(days=given.at_least_days_ago))
        if given.at_most_days_ago is not None:
            mask &= values >= microseconds(self.now - timedelta(days=given.at_most_days_ago))
        return mask


def _as_mask(rows: BitMap, size: int) -> Mask:
    mask = np.zeros(size, bool)
    mask[np.frombuffer(rows.to_array(), np.uint32)] = True
    return mask


def _is_one_of(values: NDArray[Any], codes: list[int]) -> Mask:
    if len(codes) == 1:
        return as_mask(values == codes[0])
    return np.isin(values, np.array(codes, values.dtype))


def _in_order(values: NDArray[Any], given: StageRange | RatingRange, order: tuple[str, ...]) -> Mask:
    mask = as_mask(values != NONE)
    if given.at_least is not None:
        mask &= values >= order.index(given.at_least)
    if given.at_most is not None:
        mask &= values <= order.index(given.at_most)
    return mask


def _all(masks: Iterable[Mask]) -> Mask:
    return _fold(masks, np.logical_and)


def _any(masks: Iterable[Mask]) -> Mask:
    return _fold(masks, np.logical_or)


def _fold(masks: Iterable[Mask], join: Callable[[Mask, Mask], Mask]) -> Mask:
    result: Mask | None = None
    for mask in masks:
        result = mask if result is None else join(result, mask)
    if result is None:
        raise ValueError("a list of filters is empty")
    return result
