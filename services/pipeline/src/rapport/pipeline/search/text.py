"""How well people match a text: each word must be found, and counts by where and how it was found best."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from rapport.contracts.pipeline import MatchedWord
from rapport.contracts.vocabulary import MatchQuality, TextField
from rapport.pipeline.search.columns import Mask
from rapport.pipeline.search.evaluation import SearchViewer
from rapport.pipeline.search.index import (
    PUBLIC_NOTES,
    TEAM_NOTES,
    PeopleIndex,
    notes_by,
    notes_to,
    words_field,
)
from rapport.pipeline.search.words import search_words

_WEIGHTS = {
    TextField.NAME: 100,
    TextField.SKILL: 80,
    TextField.TITLE: 70,
    TextField.COMPANY: 50,
    TextField.PAST_JOB: 30,
    TextField.EDUCATION: 25,
    TextField.LOCATION: 20,
    TextField.NOTE: 10,
}
_QUALITIES = {MatchQuality.EXACT: 1000, MatchQuality.PREFIX: 100, MatchQuality.SIMILAR: 1}
"""An exact word anywhere outweighs a word that only begins so, and that a similar one."""
Scores = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Found:
    """The people in whom a word was found in one way."""

    field: TextField
    quality: MatchQuality
    people: BitMap

    @property
    def weight(self) -> int:
        return _WEIGHTS[self.field] * _QUALITIES[self.quality]


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Who matches a text, and how well."""

    scores: Scores
    _words: Sequence[tuple[str, Sequence[_Found]]]

    @property
    def mask(self) -> Mask:
        """Those who have every word."""
        return self.scores > 0

    def explain(self, row: int) -> tuple[MatchedWord, ...]:
        """For each word, where a person has it best."""
        return tuple(
            MatchedWord(word=word, field=best.field, quality=best.quality)
            for word, found in self._words
            if (best := next((each for each in reversed(found) if row in each.people), None)) is not None
        )


def match_text(index: PeopleIndex, viewer: SearchViewer, text: str) -> TextMatch | None:
    """Match a text; None if there is no word in it, only signs and spaces."""
    words = [(word, sorted(_find(index, viewer, word), key=lambda each: each.weight)) for word in search_words(text)]
    if not words:
        return None
    total: Scores | None = None
    for _, found in words:
        scores = np.zeros(index.people.size, np.int32)
        # The best comes last, and stays.
        for each in found:
            scores[np.frombuffer(each.people.to_array(), np.uint32)] = each.weight
        total = scores if total is None else np.where((total > 0) & (scores > 0), total + scores, 0).astype(np.int32)
    assert total is not None
    return TextMatch(total, words)


def _find(index: PeopleIndex, viewer: SearchViewer, word: str) -> Iterator[_Found]:
    fields = {text: [words_field(text)] for text in TextField} | {TextField.NOTE: _readable_notes(viewer)}
    for quality, matching in index.vocabulary.matches(word).items():
        for text, names in fields.items():
            postings = [posting for name in names for each in matching if (posting := index.posting(name, each))]
            if postings:
                yield _Found(text, quality, BitMap.union(BitMap(), *postings))


def _readable_notes(viewer: SearchViewer) -> list[str]:
    """The notes that the viewer may read, by the rules of the statements that show them."""
    others = [TEAM_NOTES] if viewer.reads_team_notes else [notes_to(job) for job in viewer.jobs]
    return [PUBLIC_NOTES, notes_by(viewer.user_id), *others]
