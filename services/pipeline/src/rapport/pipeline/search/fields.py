"""The registry of what people and applications can be filtered by: a new field is one entry.

An entry says which attribute of the filter (:mod:`rapport.contracts.pipeline.search`) it answers, which column or set
holds the values, and how they are read from a document. How a kind of column is compared is in :mod:`evaluation`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from rapport.contracts.vocabulary import ApplicationStatus, ClosedBy, OfferStatus, Origin, Rating, StageKind, TextField
from rapport.pipeline.search.documents import ApplicationDocument, PersonDocument

DocumentT = TypeVar("DocumentT")


@dataclass(frozen=True, slots=True)
class Time(Generic[DocumentT]):
    """A point in time."""

    read: Callable[[DocumentT], int | None]


@dataclass(frozen=True, slots=True)
class Rank(Generic[DocumentT]):
    """One of ordered values, which ``order`` lists from the lowest."""

    read: Callable[[DocumentT], str | None]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name(Generic[DocumentT]):
    """One name, or one id."""

    read: Callable[[DocumentT], str | None]


@dataclass(frozen=True, slots=True)
class Flag(Generic[DocumentT]):
    """Yes or no."""

    read: Callable[[DocumentT], bool]


@dataclass(frozen=True, slots=True)
class Names(Generic[DocumentT]):
    """Any number of names or ids."""

    read: Callable[[DocumentT], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a text that is searched as well."""

    field: TextField


Column: TypeAlias = Time[DocumentT] | Rank[DocumentT] | Name[DocumentT] | Flag[DocumentT]
Field: TypeAlias = Column[DocumentT] | Names[DocumentT] | Words

STAGES = tuple(StageKind)
RATINGS = tuple(Rating)
_NEGATIVE_STATES = (ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN)


def _closed_by(a: ApplicationDocument) -> str | None:
    if a.status not in _NEGATIVE_STATES:
        return None
    withdrew = a.status == ApplicationStatus.WITHDRAWN or a.turned_down
    return ClosedBy.PERSON if withdrew else ClosedBy.ORGANISATION


_RATING_RANKS = {str(rating): rank for rank, rating in enumerate(RATINGS)}


def _rated(a: ApplicationDocument, choose: Callable[[Iterable[int]], int]) -> str | None:
    ranks = [rank for rating in a.ratings if (rank := _RATING_RANKS.get(rating)) is not None]
    return RATINGS[choose(ranks)] if ranks else None


def attribute_ratings(a: ApplicationDocument) -> Iterable[tuple[str, Rating]]:
    """Every attribute with each rating that is as good as its best one, or worse."""
    for attribute in a.attributes:
        rank = _RATING_RANKS.get(attribute.rating)
        if rank is not None:
            for rating in RATINGS[: rank + 1]:
                yield attribute.name, rating


APPLICATION_FIELDS: dict[str, Column[ApplicationDocument]] = {
    "job": Name(lambda a: str(a.job)),
    "department": Name(lambda a: a.department),
    "location": Name(lambda a: a.location),
    "source": Name(lambda a: a.source),
    "origin": Rank(lambda a: a.origin, tuple(Origin)),
    "status": Rank(lambda a: a.status, tuple(ApplicationStatus)),
    "furthest_stage": Rank(lambda a: a.furthest_stage, STAGES),
    "applied_at": Time(lambda a: a.applied_at),
    "closed_at": Time(lambda a: a.closed_at),
    "closed_by": Rank(_closed_by, tuple(ClosedBy)),
    "close_reason": Name(lambda a: a.close_reason),
    "best_rating": Rank(lambda a: _rated(a, max), RATINGS),
    "lowest_rating": Rank(lambda a: _rated(a, min), RATINGS),
    "offer": Rank(lambda a: a.offer, tuple(OfferStatus)),
    "offer_resolved_at": Time(lambda a: a.offer_resolved_at),
    "decline_reason": Name(lambda a: a.decline_reason),
}
"""Beside these there is ``attribute``, whose condition names an attribute and a rating."""
RATING_FIELDS = frozenset({"best_rating", "lowest_rating", "attribute"})
"""What scorecards say, which a user who owes one does not see."""


def _last_applied_at(p: PersonDocument) -> int | None:
    return max((a.applied_at for a in p.applications), default=None)


def _changed_job(p: PersonDocument) -> bool:
    applied_at = _last_applied_at(p)
    return applied_at is not None and p.last_job_began_at is not None and p.last_job_began_at > applied_at


PERSON_FIELDS: dict[str, Field[PersonDocument]] = {
    "title": Words(TextField.TITLE),
    "company": Words(TextField.COMPANY),
    "past_job": Words(TextField.PAST_JOB),
    "education": Words(TextField.EDUCATION),
    "location": Words(TextField.LOCATION),
    "tag": Names(lambda p: p.tags),
    "project": Names(lambda p: map(str, p.projects)),
    "added_at": Time(lambda p: p.added_at),
    "last_activity_at": Time(lambda p: p.last_activity_at),
    "last_contacted_at": Time(lambda p: p.last_contacted_at),
    "last_replied_at": Time(lambda p: p.last_replied_at),
    "may_be_emailed": Flag(lambda p: p.may_be_emailed),
    "suppressed": Flag(lambda p: p.suppressed),
    "changed_job": Flag(_changed_job),
}
"""Beside these there are ``active`` and ``has_applied``, which follow from the applications that the viewer sees."""

TEXTS: dict[TextField, Callable[[PersonDocument], Iterable[str | None]]] = {
    TextField.NAME: lambda p: (p.name,),
    TextField.TITLE: lambda p: (p.title,),
    TextField.COMPANY: lambda p: (p.company,),
    TextField.SKILL: lambda p: p.tags,
    TextField.PAST_JOB: lambda p: p.past_jobs,
    TextField.EDUCATION: lambda p: p.education,
    TextField.LOCATION: lambda p: (p.location,),
}
"""What a text is searched in, beside notes."""
