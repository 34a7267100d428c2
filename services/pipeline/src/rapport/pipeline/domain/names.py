"""Whether two names can be one person's: those of one mailbox, of one telephone."""

import unicodedata

_FOLDED = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})


def words_of(name: str) -> frozenset[str]:
    """The words of a name, without capitals, accents and punctuation."""
    folded = unicodedata.normalize("NFKD", name.lower().translate(_FOLDED))
    kept = "".join(
        " " if unicodedata.category(character)[0] in "PZ" else character
        for character in folded
        if not unicodedata.combining(character)
    )
    return frozenset(kept.split())


def can_be_one(one: str, other: str) -> bool:
    """Whether one name is the other, or a part of it: in any order, with initials, with or without middle names.

    A missing name contradicts none.
    """
    few, many = sorted((words_of(one), words_of(other)), key=len)
    taken = dict[str, str]()
    return all(_take(word, many, taken, set()) for word in few)


def _take(word: str, many: frozenset[str], taken: dict[str, str], tried: set[str]) -> bool:
    """Give a word one of the others that agrees, for itself alone; others may have to take another one for it."""
    for candidate in many - tried:
        if _agree(word, candidate):
            tried.add(candidate)
            if candidate not in taken or _take(taken[candidate], many, taken, tried):
                taken[candidate] = word
                return True
    return False


def _agree(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return one == other
