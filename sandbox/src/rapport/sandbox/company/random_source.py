"""Chance that repeats: the same seed draws the same company."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Generic, TypeVar

_T = TypeVar("_T")


def chance(*seed: object) -> Random:
    """Return a source of chance for one purpose."""
    return Random(":".join(str(part) for part in seed))  # noqa: S311 - it must repeat, not be secret


class Deck(Generic[_T]):
    """Cards drawn without replacement and shuffled again when used up.

    A few hundred hires drawn by independent chance would miss a published figure by a tenth or more, and
    differently for each seed. A deck keeps the order random and the proportions right.
    """

    def __init__(self, random: Random, cards: Sequence[_T]) -> None:
        self._random = random
        self._cards = list(cards)
        self._left: list[_T] = []

    @classmethod
    def of(cls, random: Random, shares: Mapping[_T, float], size: int) -> "Deck[_T]":
        """Make a deck of about this size that holds each card in its share, the largest taking up the rounding."""
        numbers = {card: round(share * size) for card, share in shares.items()}
        largest = max(numbers, key=lambda card: numbers[card])
        numbers[largest] += size - sum(numbers.values())
        return cls(random, [card for card, number in numbers.items() for _ in range(number)])

    def draw(self) -> _T:
        """Take the next card."""
        if not self._left:
            self._left = self._cards.copy()
            self._random.shuffle(self._left)
        return self._left.pop()

    def put_back(self, card: _T) -> None:
        """Return a card that could not be used, to come up again some time later."""
        self._left.insert(self._random.randrange(len(self._left) + 1), card)
