"""Which groups there may be, so that no search tells which answer somebody gave."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rapport.pipeline.domain.diversity import (
    Group,
    Option,
    Options,
    may_choose_at,
    parts,
    rounded_down,
    shares_a_question,
    tells_a_question,
    tells_an_answer,
)
from rapport.pipeline.search.columns import Mask
from rapport.pipeline.search.diversity import DiversityPeople
from rapport.pipeline.search.documents import PersonDocument
from rapport.pipeline.search.index import PeopleIndex

QUESTIONS = 4
OPTIONS = {UUID(int=10 * question + answer): UUID(int=question) for question in range(1, 5) for answer in range(1, 4)}
"""Each answer's question: three answers to each of four questions."""
KNOWN = Options(OPTIONS, {option: str(option) for option in OPTIONS})

answers_of_one = st.fixed_dictionaries(
    {question: st.sampled_from([o for o, q in OPTIONS.items() if q == question]) for question in set(OPTIONS.values())}
).map(lambda chosen: frozenset(chosen.values()))
groups = st.lists(st.frozensets(st.sampled_from(sorted(OPTIONS)), min_size=1), min_size=1, max_size=4)


def _found(person: Group, every: list[Group]) -> tuple[bool, ...]:
    return tuple(bool(person & group) for group in every)


@given(groups, st.frozensets(st.sampled_from(sorted(OPTIONS)), min_size=1))
def test_who_is_found_by_whichever_groups_may_have_answered_any_of_several_questions_so(
    every: list[Group], person: Group
) -> None:
    """Whatever one answer explains of what searches show of somebody, an answer to another question does as well."""
    assume(not tells_a_question(every, KNOWN))
    seen = _found(person, every)
    for option in person:
        if not any(option in group for group in every):
            continue
        [part] = [each for each in parts(every) if option in each]
        instead = {other for other in part if OPTIONS[other] != OPTIONS[option]}
        assert instead
        assert all(_found(person - part | {other}, every) == seen for other in instead)


@given(groups)
def test_a_group_that_is_refused_singles_out_answers_to_one_question(every: list[Group]) -> None:
    assume(tells_a_question(every, KNOWN))
    assert any(len({OPTIONS[option] for option in part}) == 1 for part in parts(every))


def test_answers_to_one_question_are_no_group_and_neither_is_one_more_answer_than_before() -> None:
    woman, man, vet, disabled = UUID(int=11), UUID(int=12), UUID(int=21), UUID(int=31)
    assert tells_a_question([frozenset({woman})], KNOWN)
    assert tells_a_question([frozenset({woman, man})], KNOWN)
    assert not tells_a_question([frozenset({woman, vet})], KNOWN)
    # Who is found now and was not is disabled.
    assert tells_a_question([frozenset({woman, vet}), frozenset({woman, vet, disabled})], KNOWN)
    # Each difference is fine, but by three groups it would be known who is a woman.
    before = [frozenset({woman, vet}), frozenset({woman, vet, man, disabled})]
    assert not tells_a_question(before, KNOWN)
    assert tells_a_question([*before, frozenset({woman, disabled})], KNOWN)


@pytest.mark.parametrize(
    ("woman", "veteran", "both", "told"),
    [
        (400, 0, 0, True),
        (400, 100, 0, True),
        (400, 140, 0, False),
        (20, 9, 0, True),
        (20, 10, 0, False),
        (0, 0, 90, False),
    ],
)
def test_one_answer_may_not_stand_for_nearly_all(woman: int, veteran: int, both: int, told: bool) -> None:
    one, other = UUID(int=11), UUID(int=31)
    known = {frozenset({one}): woman, frozenset({other}): veteran, frozenset({one, other}): both, frozenset(): 5000}
    assert tells_an_answer(frozenset({one, other}), known, KNOWN) is told


def _asked(*questions: tuple[int, str, tuple[str, ...]]) -> dict[tuple[str, int], UUID]:
    """The id of each answer by its name and the place of its question."""
    return {
        (name, at): UUID(int=100 * at + n) for at, (_, _, names) in enumerate(questions) for n, name in enumerate(names)
    }


def _known(*questions: tuple[int, str, tuple[str, ...]]) -> Options:
    ids = _asked(*questions)
    return Options.of(
        {
            ids[name, at]: Option(name, UUID(int=1000 + at), question, UUID(int=set_))
            for at, (set_, question, names) in enumerate(questions)
            for name in names
        }
    )


_EU_AND_US = (
    (1, "gender", ("woman", "man", "declined")),
    (1, "ethnicity", ("asian", "white", "declined")),
    (1, "disability", ("yes", "no", "declined")),
    (1, "veteran", ("yes", "no", "declined")),
    (2, "gender", ("female", "male", "declined")),
    (2, "iidentifyas", ("woman", "nonbinary")),
)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        # By the name of the question, by that of an answer, and by way of a third question.
        ((("woman", 0), ("female", 4)), True),
        ((("woman", 0), ("woman", 5)), True),
        ((("man", 0), ("nonbinary", 5)), True),
        ((("female", 4), ("nonbinary", 5)), True),
        # Whoever is found said "yes", whatever to.
        ((("yes", 2), ("yes", 3)), True),
        # What a set has under several questions joins none.
        ((("woman", 0), ("asian", 1)), False),
        ((("yes", 2), ("no", 3)), False),
        ((("yes", 2), ("yes", 3), ("woman", 5)), False),
    ],
)
def test_one_question_asked_in_two_sets_is_one(answers: tuple[tuple[str, int], ...], told: bool) -> None:
    ids = _asked(*_EU_AND_US)
    group = frozenset(ids[answer] for answer in answers)
    assert tells_a_question([group], _known(*_EU_AND_US)) is told


def test_nearly_all_may_not_have_given_one_answer_in_two_sets() -> None:
    ids, known = _asked(*_EU_AND_US), _known(*_EU_AND_US)
    here, there, asian = ids["woman", 0], ids["woman", 5], ids["asian", 1]
    part = frozenset({here, there, asian})
    given_ = {frozenset({here}): 200, frozenset({there}): 180}
    assert tells_an_answer(part, given_ | {frozenset({asian}): 20}, known)
    assert not tells_an_answer(part, given_ | {frozenset({asian}): 200}, known)


def test_nobody_agrees_by_an_answer_that_counts_or_to_a_question_of_one() -> None:
    group = frozenset({UUID(int=11), UUID(int=21)})
    assert shares_a_question(group, [UUID(int=12)], KNOWN)
    assert not shares_a_question(group, [UUID(int=31), None], KNOWN)


def test_numbers_are_rounded_down_and_small_ones_not_said() -> None:
    assert [rounded_down(each) for each in (0, 1, 9, 10, 19, 20, 1234)] == [None, None, None, 10, 10, 20, 1230]


def test_a_choice_holds_for_thirty_days() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert may_choose_at(at) == at + timedelta(days=30)
    assert may_choose_at(None) is None


def _index(people: int) -> tuple[PeopleIndex, list[UUID]]:
    index = PeopleIndex()
    ids = [UUID(int=(at * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128) for at in range(1, people + 1)]
    for id_ in ids:
        index.put(id_, PersonDocument(name="Ana", added_at=0))
    return index, ids


def _shown(diversity: DiversityPeople, index: PeopleIndex, now: datetime) -> set[int]:
    mask: Mask = np.ones(index.people.size, bool)
    mask &= diversity.mask(index)
    diversity.shorten(mask, index, now)
    return set(np.flatnonzero(mask).tolist())


@given(st.integers(0, 60), st.binary(min_size=16, max_size=16))
def test_a_list_is_shortened_to_a_round_number_always_to_the_same_people(number: int, secret: bytes) -> None:
    index, ids = _index(number)
    diversity, now = DiversityPeople(tuple(ids), secret), datetime(2026, 3, 1, tzinfo=UTC)
    shown = _shown(diversity, index, now)
    assert len(shown) == number // 10 * 10
    assert shown == _shown(diversity, index, now + timedelta(days=20))


def test_with_each_month_others_are_left_out() -> None:
    index, ids = _index(19)
    diversity = DiversityPeople(tuple(ids), b"a secret")
    months = [_shown(diversity, index, datetime(2026, month, 1, tzinfo=UTC)) for month in range(1, 13)]
    assert {frozenset(range(19)) - shown for shown in months} != {frozenset(range(19)) - months[0]}
    assert set.union(*months) == set(range(19))
