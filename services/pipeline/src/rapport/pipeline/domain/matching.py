"""Which known person somebody is, by the contact points that they have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from rapport.contracts.vocabulary import ContactKind, DuplicateReason
from rapport.pipeline.domain.contact_points import ContactKey
from rapport.pipeline.domain.names import can_be_one

_IN_ORDER = (ContactKind.EMAIL, ContactKind.LINK, ContactKind.PHONE)
"""What tells most comes first: a telephone is shared more often than a mailbox."""
_SAME = {
    ContactKind.EMAIL: DuplicateReason.SAME_EMAIL,
    ContactKind.LINK: DuplicateReason.SAME_LINK,
    ContactKind.PHONE: DuplicateReason.SAME_PHONE,
}
_SCORES = {
    DuplicateReason.SAME_EMAIL: 0.7,
    DuplicateReason.SAME_LINK: 0.7,
    DuplicateReason.SAME_PHONE: 0.5,
    DuplicateReason.SEVERAL_MATCHES: 0.8,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known person with a contact point in common."""

    person_id: UUID
    name: str
    visible: bool = True
    """To whoever names somebody: they are not told of one whom they do not see."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A known person who may be the same."""

    person_id: UUID
    reason: DuplicateReason
    score: float


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was found."""

    person_id: UUID | None
    """Who they are; None if nobody who is known."""
    suspicions: tuple[Suspicion, ...] = ()
    """Whom else they may be: for somebody to decide."""


def recognise(name: str, keys: Sequence[ContactKey], known: Mapping[ContactKey, Sequence[Candidate]]) -> Recognised:
    """Who somebody is.

    One contact point in common makes two people one only if their names can be one; otherwise, and where several people
    are meant, or one who is not visible, it is left for somebody to decide who sees them.
    """
    if not any(map(known.get, keys)):
        return Recognised(None)
    found: UUID | None = None
    suspicions = dict[UUID, DuplicateReason]()
    for kind in _IN_ORDER:
        for key in (key for key in keys if key.kind is kind):
            for candidate in known.get(key, ()):
                if not (candidate.visible and can_be_one(name, candidate.name)):
                    suspicions.setdefault(candidate.person_id, _SAME[kind])
                elif found is None:
                    found = candidate.person_id
                elif candidate.person_id != found:
                    suspicions.setdefault(candidate.person_id, DuplicateReason.SEVERAL_MATCHES)
    suspicions.pop(found, None) if found else None
    return Recognised(
        found, tuple(Suspicion(person_id, reason, _SCORES[reason]) for person_id, reason in suspicions.items())
    )
