"""The different words of an index: which of them a word of a search stands for."""

from bisect import bisect_left

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from rapport.contracts.vocabulary import MatchQuality
from rapport.pipeline.search.words import SHORTEST_PREFIX

_SHORTEST_TYPO = 4
"""Letters from which on a word may differ by one letter; shorter ones have too many neighbours."""
_TWO_TYPOS = 8
"""Letters from which on it may differ by two."""
_MAX_PREFIXED = 2000
"""The most words that begin like one; those that come first in the alphabet."""
_MAX_SIMILAR = 50


class Vocabulary:
    """Words, sorted, and a fingerprint of the letters of each by which similar ones are found.

    A word that no person has any more stays: it only costs a look-up that finds nobody.
    """

    def __init__(self) -> None:
        """No words yet."""
        self._known: set[str] = set()
        self._sorted: list[str] = []
        self._recent: list[str] = []
        self._letters = np.zeros(0, np.uint64)
        self._lengths = np.zeros(0, np.int16)

    def __len__(self) -> int:
        """How many different words there are."""
        return len(self._known)

    def add(self, word: str) -> None:
        """Add a word, if it is new."""
        if word not in self._known:
            self._known.add(word)
            self._recent.append(word)

    def matches(self, word: str, *, exactly: bool = False) -> dict[MatchQuality, list[str]]:
        """The words that a word of a search stands for.

        Args:
            word: folded, as in :mod:`words`.
            exactly: whether only words that begin with it count, not similar ones.
        """
        self.settle()
        found = {MatchQuality.EXACT: [word] if word in self._known else []}
        if len(word) >= SHORTEST_PREFIX:
            found[MatchQuality.PREFIX] = self._prefixed(word)
        if len(word) >= _SHORTEST_TYPO and not exactly:
            found[MatchQuality.SIMILAR] = self._similar(word)
        return found

    def settle(self) -> None:
        """Make the recent words findable: few are inserted, many are sorted in. The next search would do it."""
        if not self._recent:
            return
        if len(self._recent) <= len(self._sorted) // 1000:
            for word in self._recent:
                at = bisect_left(self._sorted, word)
                self._sorted.insert(at, word)
                self._letters = np.insert(self._letters, at, _letters(word))
                self._lengths = np.insert(self._lengths, at, len(word))
        else:
            self._sorted = sorted(self._known)
            self._letters = np.fromiter(map(_letters, self._sorted), np.uint64, len(self._sorted))
            self._lengths = np.fromiter(map(len, self._sorted), np.int16, len(self._sorted))
        self._recent.clear()

    def _prefixed(self, word: str) -> list[str]:
        first = bisect_left(self._sorted, word)
        last = bisect_left(self._sorted, word + "\U0010ffff", first)
        return [each for each in self._sorted[first : min(last, first + _MAX_PREFIXED)] if each != word]

    def _similar(self, word: str) -> list[str]:
        distance = 2 if len(word) >= _TWO_TYPOS else 1
        # Each typo changes at most two letters of the fingerprint.
        alike = np.bitwise_count(self._letters ^ np.uint64(_letters(word))) <= 2 * distance
        near = np.flatnonzero(alike & (np.abs(self._lengths - len(word)) <= distance))
        near_words = [self._sorted[at] for at in near]
        scored = process.extract(word, near_words, scorer=OSA.distance, score_cutoff=distance, limit=_MAX_SIMILAR)
        return [each for each, typos, _ in scored if typos > 0 and not each.startswith(word)]


def _letters(word: str) -> int:
    """A bit for each letter, several letters sharing one."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
