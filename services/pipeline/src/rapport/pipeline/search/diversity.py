"""Searching for people by what they said of themselves: who may, what is refused, and that each use is remembered.

The index does not hold it. Who may be found by it is read from the database for each search, so that it ends with the
consent; what is found is shortened to a round number, and fewer people than that are not shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from rapport.contracts.authorisation import DIVERSITY_SOURCING
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import MIN_DIVERSITY_PEOPLE, PeopleFilter, SearchQuery
from rapport.contracts.pipeline.search import conditions
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid
from rapport.contracts.vocabulary import DiversityUseKind
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.domain.diversity import rounded_down
from rapport.pipeline.search.columns import Mask
from rapport.pipeline.search.index import PeopleIndex
from rapport.pipeline.store import diversity

_NAME = "diversity"
_FORBIDDEN = Forbidden(reason="you have no permission to search for people by what they said of themselves")


@dataclass(frozen=True, slots=True)
class DiversityPeople:
    """Who may be found by what they said of themselves, and what decides who is left out of a shortened list."""

    ids: tuple[UUID, ...]
    secret: bytes

    def mask(self, index: PeopleIndex) -> Mask:
        """They, as far as the index has them."""
        rows = [row for id_ in self.ids if (row := index.rows.get(id_.bytes)) is not None]
        found = np.zeros(index.people.size, bool)
        found[rows] = True
        return found

    def shorten(self, mask: Mask, index: PeopleIndex, now: datetime) -> None:
        """Leave out so many that their number is round; all, if they are too few to be shown.

        Who is left out depends on nothing that a search says, so that no other search finds who else there is; with
        each month it is other people's turn.
        """
        rows = np.flatnonzero(mask)
        shown = rounded_down(len(rows)) or 0
        if shown < len(rows):
            turn = blake2b(f"{now:%Y-%m}".encode(), key=self.secret, digest_size=8).digest()
            ids: NDArray[np.uint64] = index.people["id_high"][rows] ^ index.people["id_low"][rows]
            order = np.argsort(_scattered(ids ^ np.uint64(int.from_bytes(turn, "big"))))
            mask[rows[order[shown:]]] = False


def _scattered(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The same numbers as if they were drawn at random (the mixing of SplitMix64)."""
    mixed = numbers.copy()
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


class DiversityUses:
    """Lets those search who may, and remembers it."""

    def __init__(self, database: Database) -> None:
        """On the service's database."""
        self._database = database

    async def people(self, query: SearchQuery, viewer: Viewer) -> DiversityPeople | Invalid | Forbidden | None:
        """Who may be found by a search, or why it is refused; None if it does not ask for what people said."""
        paths = list(_paths(query))
        if not paths:
            return None
        assert query.filter is not None
        if DIVERSITY_SOURCING not in viewer.grants:
            return _FORBIDDEN
        if misplaced := next((path for path in paths if not _is_beside_the_others(path)), None):
            message = "may stand beside the other conditions or in a part of all, and nowhere else"
            return Invalid.because(f"filter.{misplaced}", message, InputProblemCode.NOT_ALLOWED)
        parts = (query.filter, *(query.filter.all or ()))
        if any(part.diversity is False for part in parts):
            return Invalid.because(f"filter.{paths[0]}", "may only be true", InputProblemCode.NOT_ALLOWED)
        async with self._database.read_session(viewer.org_id) as session:
            chosen = await diversity.sourcing(session)
            if chosen is None or not chosen.on or chosen.consent is None:
                message = "is not switched on in this organisation"
                return Invalid.because(f"filter.{paths[0]}", message, InputProblemCode.NOT_ALLOWED)
            ids = await diversity.people(session, chosen.group, chosen.consent)
        return DiversityPeople(tuple(ids), chosen.secret)

    async def record(
        self, query: SearchQuery, context: RequestContext, kind: DiversityUseKind, found: int
    ) -> Invalid | None:
        """Remember a search; the refusal, if it found too few people to be shown."""
        viewer = context.viewer
        assert query.filter is not None
        use = diversity.Use(
            user_id=viewer.user_id,
            kind=kind,
            people=found or None,
            filter=PeopleFilter.model_validate(_without_words(query.filter)),
            with_text=bool(query.text),
        )
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            await diversity.record(unit, use)
        if found:
            return None
        path = next(_paths(query))
        message = f"finds too few people to be shown: fewer than {MIN_DIVERSITY_PEOPLE}"
        return Invalid.because(f"filter.{path}", message, InputProblemCode.TOO_FEW)


def keeps_no_diversity(query: SearchQuery, path: str) -> Invalid | None:
    """The refusal of a search that is to be kept, or done something with, and that asks for what people said.

    Args:
        query: what is searched for.
        path: where it is in the request, with a dot at its end.
    """
    found = next(_paths(query), None)
    if found is None:
        return None
    message = "is for looking at people: searches by it are not saved, and nothing is done with all whom they find"
    return Invalid.because(f"{path}filter.{found}", message, InputProblemCode.NOT_ALLOWED)


def _paths(query: SearchQuery) -> Iterator[str]:
    """Where a filter asks for what people said."""
    if query.filter is not None:
        yield from (path for path in conditions(query.filter) if path.split(".")[-1] == _NAME)


def _is_beside_the_others(path: str) -> bool:
    match path.split("."):
        case [_] | ["all", _, _]:
            return True
    return False


def _without_words(value: Any) -> Any:
    """A filter with an ellipsis for every text: they may name people, and are nobody else's business."""
    match value:
        case BaseModel():
            given = ((name, getattr(value, name)) for name in type(value).model_fields)
            return {name: _without_words(each) for name, each in given if each is not None}
        case tuple():
            return tuple(map(_without_words, value))
        case str() if not isinstance(value, StrEnum):
            return "…"
    return value
