"""What keeps an answer that somebody gave about themselves from being told by who is found by several.

A group is some answers; who gave any of them is found. Groups change, so somebody may be found by one group and not by
another. What all of these searches together can tell follows from the answers' *parts*: two answers belong to the same
part if every group that there ever was contains both or neither. Whoever is found or not, by whichever groups, is found
the same whichever answers of a part they gave. So each part has answers to several questions, of which none stands for
nearly all of its people.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from rapport.contracts.pipeline import DIVERSITY_CHOICE_DAYS, MIN_DIVERSITY_PEOPLE

Group = frozenset[UUID]
"""The ids of answers."""
LEAST_SHARE = 0.25
"""The share of a part's people who belong to it whatever a single answer says."""


def rounded_down(people: int) -> int | None:
    """How many people may be shown of so many; None if they are too few."""
    return people // MIN_DIVERSITY_PEOPLE * MIN_DIVERSITY_PEOPLE or None


def may_choose_at(chosen_at: datetime | None) -> datetime | None:
    """From when on another group may be chosen; None if there is none yet."""
    return chosen_at and chosen_at + timedelta(days=DIVERSITY_CHOICE_DAYS)


def parts(groups: Iterable[Group]) -> list[Group]:
    """The answers that no search by any of these groups tells apart."""
    every = list(groups)
    together: dict[tuple[bool, ...], set[UUID]] = {}
    for option in frozenset[UUID]().union(*every):
        together.setdefault(tuple(option in group for group in every), set()).add(option)
    return [frozenset(part) for part in together.values()]


def tells_a_question(groups: Iterable[Group], question_of: Mapping[UUID, UUID]) -> bool:
    """Whether searches by all of these groups could tell which question somebody answered so.

    Args:
        groups: the one that is to be chosen, and those that there were.
        question_of: each answer's question; answers that the ATS no longer has count for none.
    """
    return any(len({question_of[option] for option in part if option in question_of}) < 2 for part in parts(groups))


def tells_an_answer(part: Group, answers: Mapping[Group, int]) -> bool:
    """Whether nearly all people of a part gave one and the same of its answers, or they are too few.

    Args:
        part: some answers.
        answers: how many people, of those who agreed, gave exactly these answers of all.
    """
    given = [(options & part, people) for options, people in answers.items() if options & part]
    everybody = sum(people for _, people in given)
    least = max(MIN_DIVERSITY_PEOPLE, everybody * LEAST_SHARE)
    return any(sum(people for options, people in given if options - {option}) < least for option in part)


def shares_a_question(
    options: Collection[UUID], others: Collection[UUID | None], question_of: Mapping[UUID, UUID]
) -> bool:
    """Whether an answer to agree by and one that counts are answers to the same question."""
    asked = {question_of[option] for option in options if option in question_of}
    return any(other is not None and question_of.get(other) in asked for other in others)


def distinct(groups: Sequence[Group]) -> list[Group]:
    """Each of them once."""
    return list(dict.fromkeys(groups))
