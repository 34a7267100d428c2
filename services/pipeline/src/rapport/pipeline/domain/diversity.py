"""What keeps an answer that somebody gave about themselves from being told by who is found by several.

A group is some answers; who gave any of them is found. Groups change, so somebody may be found by one group and not by
another. What all of these searches together can tell follows from the answers' *parts*: two answers belong to the same
part if every group that there ever was contains both or neither. Whoever is found or not, by whichever groups, is found
the same whichever answers of a part they gave. So each part has answers to several questions, of which none stands for
nearly all of its people.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from rapport.contracts.pipeline import DIVERSITY_CHOICE_DAYS, MIN_DIVERSITY_PEOPLE

Group = frozenset[UUID]
"""The ids of answers."""
LEAST_SHARE = 0.25
"""The share of a part's people who belong to it whatever a single answer says."""


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose, and the question it answers. Names are folded: two that say the same are equal."""

    name: str
    question: UUID
    question_name: str
    set: UUID | None
    """Of questions that are asked together."""


@dataclass(frozen=True, slots=True)
class Options:
    """What is known of all answers there are to choose, also of those that can no longer be chosen."""

    question_of: Mapping[UUID, UUID]
    """Each answer's question; questions that ask the same are one."""
    name_of: Mapping[UUID, str]

    @classmethod
    def of(cls, options: Mapping[UUID, Option]) -> "Options":
        """From what the ATS asks, in whatever sets of questions.

        Questions ask the same if they have the same name, or share the name of an answer. A name that one set has under
        several questions, such as "Yes" or "I don't wish to answer", says nothing of what is asked.
        """
        used: dict[tuple[UUID | None, str], set[str]] = defaultdict(set)
        for option in options.values():
            used[option.set, option.name].add(option.question_name)
        vague = {name for (_, name), questions in used.items() if len(questions) > 1}
        marks: dict[UUID, set[Hashable]] = defaultdict(set)
        for option in options.values():
            marks[option.question].add(("question", option.question_name))
            if option.name not in vague:
                marks[option.question].add(("answer", option.name))
        one_of = {question: min(alike) for alike in _joined(marks) for question in alike}
        return cls(
            {id_: one_of[option.question] for id_, option in options.items()},
            {id_: option.name for id_, option in options.items()},
        )


def _joined(marks: Mapping[UUID, Collection[Hashable]]) -> list[set[UUID]]:
    """Those that have a mark in common, also by way of others."""
    joined: list[tuple[set[UUID], set[Hashable]]] = []
    for one, its in marks.items():
        ids, all_marks = {one}, set(its)
        apart = []
        for other in joined:
            if all_marks.isdisjoint(other[1]):
                apart.append(other)
            else:
                ids |= other[0]
                all_marks |= other[1]
        joined = [*apart, (ids, all_marks)]
    return [ids for ids, _ in joined]


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


def tells_a_question(groups: Iterable[Group], known: Options) -> bool:
    """Whether searches by all of these groups could tell which question somebody answered so.

    Args:
        groups: the one that is to be chosen, and those that there were.
        known: what is asked; answers that the ATS no longer has count for no question, and of answers of the same name
            only one counts.
    """
    return any(_questions(part, known) < 2 for part in parts(groups))


def _questions(part: Group, known: Options) -> int:
    marks = {
        option: (("question", known.question_of[option]), ("answer", known.name_of[option]))
        for option in part
        if option in known.question_of
    }
    return len(_joined(marks))


def tells_an_answer(part: Group, answers: Mapping[Group, int], known: Options) -> bool:
    """Whether nearly all people of a part gave one and the same of its answers, or they are too few.

    Args:
        part: some answers.
        answers: how many people, of those who agreed, gave exactly these answers of all.
        known: what is asked; answers of the same name are one.
    """
    given = [(_names(options & part, known), people) for options, people in answers.items() if options & part]
    everybody = sum(people for _, people in given)
    least = max(MIN_DIVERSITY_PEOPLE, everybody * LEAST_SHARE)
    return any(sum(people for names, people in given if names - {name}) < least for name in _names(part, known))


def _names(options: Group, known: Options) -> frozenset[str]:
    return frozenset(known.name_of.get(option, str(option)) for option in options)


def shares_a_question(options: Collection[UUID], others: Collection[UUID | None], known: Options) -> bool:
    """Whether an answer to agree by and one that counts are answers to the same question."""
    asked = {known.question_of[option] for option in options if option in known.question_of}
    return any(other is not None and known.question_of.get(other) in asked for other in others)


def distinct(groups: Sequence[Group]) -> list[Group]:
    """Each of them once."""
    return list(dict.fromkeys(groups))
