"""Who is in touch with a person, derived from messages and takeovers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from rapport.outreach.domain.ownership import (
    DEFAULT_DAYS,
    Contact,
    HandedOver,
    Ownership,
    TakenOver,
    find_ownership,
)

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ADA, BEN, CEM = UUID(int=1), UUID(int=2), UUID(int=3)
_LAST_DAY = 40


def day(number: float) -> datetime:
    return START + number * DAY


def sent(on: float, user: UUID, *, author: UUID | None = None) -> HandedOver:
    return HandedOver(day(on), author or user, user)


def owner(*contacts: Contact, on: float, days: Sequence[int] = DEFAULT_DAYS) -> Ownership | None:
    return find_ownership(contacts, days, at=day(on))


def test_nobody_owns_a_person_to_whom_nobody_has_written() -> None:
    assert owner(on=0) is None


def test_the_second_and_the_third_message_hold_for_longer_and_further_ones_as_long_as_the_third() -> None:
    contacts = [sent(on, ADA) for on in (0, 10, 20, 30)]
    found = [owner(*contacts[: n + 1], on=30) for n in range(1, 4)]
    assert found == [
        Ownership(ADA, day(0), day(10 + 60), 2, 60),
        Ownership(ADA, day(0), day(20 + 90), 3, 90),
        Ownership(ADA, day(0), day(30 + 90), 4, 90),
    ]


def test_an_ownership_ends_when_its_days_are_over_and_the_next_message_begins_another() -> None:
    assert owner(sent(0, ADA), on=29.9) == Ownership(ADA, day(0), day(30), 1, 30)
    assert owner(sent(0, ADA), on=30) is None
    assert owner(sent(0, ADA), sent(30, BEN), on=31) == Ownership(BEN, day(30), day(60), 1, 30)
    assert owner(sent(0, ADA), sent(40, ADA), on=41) == Ownership(ADA, day(40), day(70), 1, 30)


def test_after_a_merge_the_earlier_ownership_holds_until_it_ends() -> None:
    merged = [sent(0, ADA), sent(5, BEN)]
    assert owner(*merged, on=10) == Ownership(ADA, day(0), day(30), 1, 30)
    assert owner(*merged, on=31) is None


def test_a_takeover_begins_anew_with_the_first_rule() -> None:
    contacts = [sent(0, ADA), sent(1, ADA), TakenOver(day(2), BEN)]
    assert owner(*contacts, on=3) == Ownership(BEN, day(2), day(32), 0, 30)
    assert owner(*contacts, sent(4, BEN), on=5) == Ownership(BEN, day(2), day(34), 1, 30)
    assert owner(*contacts, sent(4, BEN), sent(5, ADA), on=6) == Ownership(BEN, day(2), day(34), 1, 30)


def test_what_the_owner_wrote_in_the_name_of_another_is_theirs() -> None:
    found = owner(sent(0, ADA), sent(1, BEN, author=ADA), on=2)
    assert found == Ownership(ADA, day(0), day(61), 2, 60)
    assert found.allows(sent(2, BEN, author=ADA))
    assert found.allows(sent(2, ADA, author=BEN))
    assert not found.allows(sent(2, BEN))


def test_without_rules_nobody_owns_anybody() -> None:
    assert owner(sent(0, ADA), TakenOver(day(1), BEN), on=2, days=()) is None


def test_a_message_that_another_clock_dates_a_moment_later_counts() -> None:
    assert owner(sent(0.001, ADA), on=0) == Ownership(ADA, day(0.001), day(30.001), 1, 30)


_users = st.sampled_from([ADA, BEN, CEM])
_contacts = st.lists(
    st.tuples(st.integers(0, _LAST_DAY), st.booleans(), _users, _users), max_size=12, unique_by=lambda drawn: drawn[0]
)
_days = st.lists(st.integers(1, 15), max_size=4).map(lambda steps: list(accumulate(steps)))


def calendar(drawn: Sequence[tuple[int, bool, UUID, UUID]], days: Sequence[int]) -> list[UUID | None]:
    """Whose each day is, written into a calendar as the rule is told: no moments, no folds."""
    whose: list[UUID | None] = [None] * (_LAST_DAY + 1 + sum(days) + 1)
    written: dict[int, int] = dict.fromkeys(range(len(whose)), 0)
    for on, taken_over, user, author in sorted(drawn) if days else ():
        if not taken_over and whose[on] not in (None, user, author):
            continue
        now = user if taken_over or whose[on] is None else whose[on]
        count = 0 if taken_over else 1 if whose[on] is None else written[on] + 1
        lasts = days[min(max(count, 1), len(days)) - 1]
        for later in range(on, len(whose)):
            whose[later] = now if later < on + lasts else None
            written[later] = count
    return whose


@given(_contacts, _days)
def test_the_owner_of_every_day_is_as_in_a_calendar(drawn: list[tuple[int, bool, UUID, UUID]], days: list[int]) -> None:
    expected = calendar(drawn, days)
    for on in range(_LAST_DAY + 1):
        # The calendar of that evening: what comes later is not known yet.
        until_then = [each for each in drawn if each[0] <= on]
        contacts = [
            TakenOver(day(at), user) if taken_over else sent(at, user, author=author)
            for at, taken_over, user, author in until_then
        ]
        found = find_ownership(contacts, days, at=day(on + 0.5))
        assert (found.user_id if found else None) == expected[on]
        assert found == find_ownership(reversed(contacts), days, at=day(on + 0.5))


@given(_contacts, _days, _users)
def test_what_somebody_else_sends_in_the_owners_time_changes_nothing(
    drawn: list[tuple[int, bool, UUID, UUID]], days: list[int], other: UUID
) -> None:
    contacts: list[Contact] = [
        TakenOver(day(at), user) if taken_over else sent(at, user, author=author)
        for at, taken_over, user, author in drawn
    ]
    last = day(_LAST_DAY + 0.1)
    before = find_ownership(contacts, days, at=last)
    message = HandedOver(last, other, other)
    after = find_ownership([*contacts, message], days, at=last)
    if before is None:
        assert (after.user_id if after else None) == (other if days else None)
    elif before.allows(message):
        assert after is not None
        assert after == replace(before, messages=before.messages + 1, until=after.until, days=after.days)
        assert after.until >= before.until
    else:
        assert after == before
