"""Searching for people by what they said of themselves: who may, what is refused, and that each use is remembered.

The index does not hold it. Who may be found by it is read from the database for each search, so that it ends with the
consent; what is found is shortened to a round number, and fewer people than that are not shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from rapport.kit.database.unit_of_work import Database, ReadSession
from rapport.kit.rpc.envelope import RequestContext
from rapport.pipeline.domain import diversity as domain
from rapport.pipeline.domain.diversity import Group, Options, rounded_down
from rapport.pipeline.search.columns import Mask
from rapport.pipeline.search.index import PeopleIndex
from rapport.pipeline.search.words import folded
from rapport.pipeline.store import diversity

_NAME = "diversity"
_CHOSEN_BY_USERS = frozenset({"tag", "project"})
"""Conditions that any user makes hold for whom they like."""
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
        if (refused := _picks_people(query)) is not None:
            return refused
        async with self._database.read_session(viewer.org_id) as session:
            chosen = await diversity.sourcing(session)
            if chosen is None or not chosen.on or chosen.consent is None:
                message = "is not switched on in this organisation"
                return Invalid.because(f"filter.{paths[0]}", message, InputProblemCode.NOT_ALLOWED)
            groups = domain.distinct([*(group for group, _ in await diversity.choices(session)), chosen.group])
            known = await known_options(session)
            # People come and go since it was chosen: what would be refused now finds too few.
            tells = domain.tells_a_question(groups, known) or await too_uniform(session, groups, chosen.consent, known)
            ids = [] if tells else await diversity.people(session, chosen.group, chosen.consent)
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


async def known_options(session: ReadSession) -> Options:
    """What the ATS asks people about themselves."""
    return Options.of(
        {
            id_: replace(option, name=_said(option.name), question_name=_said(option.question_name))
            for id_, option in (await diversity.options(session)).items()
        }
    )


async def too_uniform(session: ReadSession, groups: Sequence[Group], consent: UUID, known: Options) -> bool:
    """Whether nearly all whom some of these groups find gave the same answer, or they are too few."""
    answers = await diversity.answers(session, frozenset[UUID]().union(*groups), consent)
    return any(domain.tells_an_answer(part, answers, known) for part in domain.parts(groups))


def _said(name: str) -> str:
    """A name without what two wordings of the same differ in: case, accents, spaces and signs."""
    return "".join(letter for letter in folded(name) if letter.isalnum()) or name


def _picks_people(query: SearchQuery) -> Invalid | None:
    """The refusal of conditions that users make hold for whom they like.

    By them, one could ask whether a certain person is among those found: put nine in a project who are, and one more.
    """
    message = (
        "does not go with diversity: users decide whom it finds, so it could tell who is found and who is left out"
    )
    if query.text:
        return Invalid.because("text", message, InputProblemCode.NOT_ALLOWED)
    assert query.filter is not None
    chosen = (path for path in conditions(query.filter) if path.split(".")[-1] in _CHOSEN_BY_USERS)
    if (path := next(chosen, None)) is None:
        return None
    return Invalid.because(f"filter.{path}", message, InputProblemCode.NOT_ALLOWED)


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
