"""Who may be the same as somebody else, by their names, where they work and live, and the contact points they share."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import OSA

from rapport.contracts.vocabulary import ContactKind, DuplicateReason
from rapport.pipeline.domain.names import can_be_one, words_of

NAME = "name"
"""The kind of the keys under which people with similar names are looked for."""
_LEGAL_FORMS = frozenset(
    {"ab", "ag", "as", "bv", "co", "corp", "corporation", "gmbh", "inc", "kg", "llc", "llp", "ltd", "limited", "nv"}
    | {"oy", "plc", "sa", "sarl", "se", "spa"}
)
_BY_CONTACT = {
    # Which reason, and how likely they are one: if their names can be one person's, and if not.
    ContactKind.EMAIL: (DuplicateReason.SAME_EMAIL, 0.95, 0.7),
    ContactKind.LINK: (DuplicateReason.SAME_LINK, 0.95, 0.7),
    ContactKind.PHONE: (DuplicateReason.SAME_PHONE, 0.85, 0.5),
}
_LETTERS_PER_SLIP = 6
"""Short names are alike too easily: a letter may differ for so many of them."""
_MOST_SLIPS = 2
_MOST_WORDS = 6
"""Of a name by which its person is looked for."""


@dataclass(frozen=True, slots=True)
class Described:
    """What a person is compared by."""

    name: str
    company: str | None
    location: str | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two people may be one, and how likely that is, from 0 to 1."""

    reason: DuplicateReason
    score: float


def name_keys(person: Described) -> list[str]:
    """Keys that people with similar names have in common if they work for the same company or live in the same place.

    Each two initials of the name's words: what is mistyped is seldom the first letter, and neither who writes the last
    name first nor who leaves a middle name out has others. A person without a last name has none: half the world is
    called like them.
    """
    initials = sorted(word[0] for word in sorted(words_of(person.name))[:_MOST_WORDS])
    pairs = sorted({f"{one}{other}" for one, other in combinations(initials, 2)})
    places = (("company", _company(person.company)), ("location", _place(person.location)))
    return [f"{of}:{place}:{pair}" for of, place in places if place for pair in pairs]


def likeness(one: Described, other: Described, shared: Collection[ContactKind]) -> Likeness | None:
    """Why two people may be one: the strongest reason, or None.

    Args:
        one: the one.
        other: the other.
        shared: the kinds of contact points that both have one of in common.
    """
    reasons = [_by_contact(kind, one.name, other.name) for kind in shared]
    if by_name := _by_name(one, other):
        reasons.append(by_name)
    return max(reasons, key=lambda found: found.score, default=None)


def _by_contact(kind: ContactKind, one: str, other: str) -> Likeness:
    reason, agreeing, differing = _BY_CONTACT[kind]
    return Likeness(reason, agreeing if can_be_one(one, other) else differing)


def _by_name(one: Described, other: Described) -> Likeness | None:
    alike = _alike(one.name, other.name)
    if not alike:
        return None
    if _company(one.company) and _company(one.company) == _company(other.company):
        return Likeness(DuplicateReason.NAME_AND_COMPANY, 0.8 * alike)
    if _place(one.location) and _place(one.location) == _place(other.location):
        return Likeness(DuplicateReason.NAME_AND_LOCATION, 0.6 * alike)
    return None


def _alike(one: str, other: str) -> float:
    """1 for the same words, less for initials, parts and slips; 0 if they are names of two."""
    ours, theirs = words_of(one), words_of(other)
    if min(len(ours), len(theirs)) < 2:
        return 0
    if ours == theirs:
        return 1
    if can_be_one(one, other):
        return 0.9
    written, otherwise = " ".join(sorted(ours)), " ".join(sorted(theirs))
    slips = min(_MOST_SLIPS, min(len(written), len(otherwise)) // _LETTERS_PER_SLIP)
    distance = OSA.distance(written, otherwise, score_cutoff=slips)
    return 0.9 - 0.1 * distance if distance <= slips else 0


def _company(name: str | None) -> str:
    words = sorted(words_of(name or ""))
    return " ".join(word for word in words if word not in _LEGAL_FORMS)


def _place(name: str | None) -> str:
    """The first part of it: Berlin, Germany and Berlin are one."""
    return " ".join(sorted(words_of((name or "").split(",")[0])))
