"""What keeps a message from going out, decided on what is known in that moment."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.vocabulary import Blocker, Channel, MessageState
from rapport.outreach.domain.clearance import (
    Fails,
    Grant,
    Limits,
    SendContext,
    Waits,
    find_blocker,
    find_blocker_of_rejection,
    find_recipient_blocker,
    next_try,
)
from rapport.outreach.domain.message import Message, mark_unreachable
from rapport.outreach.domain.ownership import Contact, HandedOver
from rapport.outreach.domain.visibility import scope_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ME, OTHER = UUID(int=1), UUID(int=2)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FINE = SendContext(
    author_id=ME,
    author_roles=frozenset({Role.RECRUITER}),
    from_user_id=ME,
    gone=frozenset(),
    address_known=True,
    consented=True,
    suppressed=False,
    replied=False,
    has_mailbox=True,
    grants=(),
    sender_free_at=NOW,
    sent_by_sender=(),
    contacts=(),
)


def mine(*sent: datetime) -> list[Contact]:
    return [HandedOver(at, ME, ME) for at in sent]


def found(**otherwise: object) -> object:
    return find_blocker(replace(FINE, **otherwise), Limits(), at=NOW)  # type: ignore[arg-type]


def test_nothing_is_in_the_way_of_a_message_to_somebody_who_may_be_written_to() -> None:
    assert found() is None


def test_what_is_final_comes_before_what_passes() -> None:
    assert found(suppressed=True, has_mailbox=False) == Fails(Blocker.SUPPRESSED)
    assert found(address_known=False, consented=False) == Fails(Blocker.NO_ADDRESS)
    assert found(consented=False, sender_free_at=NOW + HOUR) == Fails(Blocker.NO_CONSENT)
    assert found(replied=True, has_mailbox=False) == Fails(Blocker.REPLIED)


def test_without_an_author_who_may_write_nothing_is_known_of_the_person_and_it_waits() -> None:
    unknown = {"address_known": False, "consented": False}
    for without in ({"gone": frozenset({ME})}, {"author_may_write": False}):
        waits = found(**without, **unknown)
        assert isinstance(waits, Waits)
        assert (waits.blocker, waits.until) == (Blocker.SENDER_GONE, NOW + HOUR)
        assert found(**without, **unknown, suppressed=True) == Fails(Blocker.SUPPRESSED)


@pytest.mark.parametrize("otherwise", [{}, {"gone": frozenset({ME})}, {"has_mailbox": False}, {"ats_pending": True}])
def test_the_mail_of_a_rejection_fails_when_it_could_not_go_for_a_week(otherwise: dict[str, Any]) -> None:
    late = found(rejection_told_at=NOW - 7 * DAY - HOUR, **otherwise)
    assert late == Fails(Blocker.OVERDUE)
    assert found(rejection_told_at=NOW - 7 * DAY, **otherwise) == found(rejection_told_at=NOW, **otherwise) != late


def test_who_is_in_touch_with_a_person_does_not_keep_their_rejection_from_them() -> None:
    owned = [HandedOver(NOW - 3 * DAY, OTHER, OTHER)]
    assert found(contacts=owned, rejection_told_at=NOW) is None
    assert find_blocker_of_rejection(replace(FINE, contacts=owned), Limits(), at=NOW) is None
    assert find_blocker_of_rejection(replace(FINE, consented=False), Limits(), at=NOW) == Fails(Blocker.NO_CONSENT)
    many = replace(FINE, contacts=mine(NOW, NOW))
    assert find_blocker_of_rejection(many, Limits(), at=NOW) == Waits(Blocker.PERSON_CAP, NOW + DAY)


@pytest.mark.parametrize(
    ("grants", "blocker"),
    [
        ((), Waits(Blocker.GRANT_MISSING, None)),
        ((Grant(UUID(int=9), None), Grant(None, Role.SOURCER)), Waits(Blocker.GRANT_MISSING, None)),
        ((Grant(ME, None),), None),
        ((Grant(None, Role.RECRUITER),), None),
    ],
)
def test_on_behalf_of_another_a_grant_is_needed(grants: tuple[Grant, ...], blocker: Waits | None) -> None:
    assert found(from_user_id=OTHER, grants=grants) == blocker


@pytest.mark.parametrize(
    ("sent", "until"),
    [
        ([NOW - HOUR], None),
        ([NOW - 2 * HOUR, NOW - HOUR], NOW - 2 * HOUR + DAY),
        ([NOW - DAY, NOW - HOUR], None),
        ([NOW - n * DAY for n in (6, 5, 4, 3, 2)], NOW + DAY),
        ([NOW - n * DAY for n in (7, 5, 4, 3, 2)], None),
    ],
)
def test_a_person_is_written_to_twice_a_day_and_five_times_a_week(sent: list[datetime], until: datetime | None) -> None:
    assert found(contacts=mine(*sent)) == (Waits(Blocker.PERSON_CAP, until) if until else None)


@pytest.mark.parametrize(
    ("changes", "blocker"),
    [
        ({}, None),
        ({"consented": False, "address_known": False, "suppressed": True}, Fails(Blocker.SUPPRESSED)),
        ({"consented": False, "address_known": False}, Fails(Blocker.NO_ADDRESS)),
        ({"consented": False, "contacts": mine(NOW, NOW)}, Fails(Blocker.NO_CONSENT)),
        ({"contacts": mine(NOW, NOW)}, Waits(Blocker.PERSON_CAP, NOW + DAY)),
        # These belong to one message, or to its sender.
        ({"replied": True, "from_user_id": OTHER, "has_mailbox": False, "sender_free_at": NOW + HOUR}, None),
    ],
)
def test_what_keeps_a_user_from_writing_to_a_person(changes: dict[str, Any], blocker: Fails | Waits | None) -> None:
    assert find_recipient_blocker(replace(FINE, **changes), Limits(), writer_id=ME, at=NOW) == blocker


def test_who_is_in_touch_with_a_person_keeps_others_from_writing_and_nobody_else() -> None:
    owned = [HandedOver(NOW - 3 * DAY, OTHER, OTHER)]
    assert found(contacts=owned) == Waits(Blocker.OWNED, NOW + 27 * DAY)
    assert found(contacts=owned, from_user_id=OTHER, grants=[Grant(ME, None)]) is None
    assert found(contacts=mine(NOW - 3 * DAY)) is None
    known = replace(FINE, contacts=owned)
    assert find_recipient_blocker(known, Limits(), writer_id=ME, at=NOW) == Waits(Blocker.OWNED, NOW + 27 * DAY)
    assert find_recipient_blocker(known, Limits(), writer_id=OTHER, at=NOW) is None
    assert find_blocker(known, Limits(ownership_days=()), at=NOW) is None


def test_nobody_is_asked_for_a_permission_while_somebody_else_is_in_touch() -> None:
    owned = [HandedOver(NOW - 3 * DAY, UUID(int=9), UUID(int=9))]
    assert found(contacts=owned, from_user_id=OTHER) == Waits(Blocker.OWNED, NOW + 27 * DAY)


def test_a_mailbox_sends_two_hundred_a_day() -> None:
    sent = [NOW - DAY + timedelta(minutes=n + 1) for n in range(200)]
    assert found(sent_by_sender=sent[1:]) is None
    assert found(sent_by_sender=sent) == Waits(Blocker.SENDER_CAP, NOW + timedelta(minutes=1))


def test_a_mailbox_takes_a_breath_between_two_messages() -> None:
    free = NOW + timedelta(seconds=30)
    assert found(sender_free_at=free) == Waits(Blocker.SPACING, free)


def test_a_cap_of_none_stops_everything_until_it_is_lifted() -> None:
    assert find_blocker(FINE, Limits(sender_per_day=0), at=NOW) == Waits(Blocker.SENDER_CAP, NOW + DAY)


def test_a_mail_server_that_is_away_is_asked_less_and_less_often() -> None:
    waits = [next_try(n, at=NOW) - NOW for n in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[-1] == HOUR


def test_a_message_that_no_mail_server_takes_for_five_days_has_failed() -> None:
    message = Message(
        id=UUID(int=3),
        person_id=UUID(int=4),
        job_id=None,
        channel=Channel.EMAIL,
        author_id=ME,
        from_user_id=ME,
        state=MessageState.CLAIMED,
        state_since=NOW,
        blocker=None,
        explanation=None,
        attempts=0,
        next_try_at=NOW,
        claim_id=UUID(int=5),
        claimed_until=NOW,
        handed_over_at=None,
        sent_at=None,
        version=1,
    )
    at = NOW
    while (message := mark_unreachable(message, "451 Later", at=at)).next_try_at:
        at = message.next_try_at
    assert (message.state, message.blocker) == (MessageState.FAILED, Blocker.UNREACHABLE)
    assert timedelta(days=4.5) < at - NOW < timedelta(days=5.5)


@pytest.mark.parametrize("role", list(Role))
def test_who_reads_follows_from_the_role(role: Role) -> None:
    viewer = Viewer(org_id="acme", user_id=UserId(ME), roles=frozenset({role}))
    everything = role in (Role.ADMIN, Role.RECRUITER, Role.SOURCER, Role.COORDINATOR)
    scope = scope_of(viewer)
    assert scope.includes(author_id=OTHER, from_user_id=OTHER, on_job_team=False) is everything
    of_team = everything or role is Role.HIRING_MANAGER
    assert scope.includes(author_id=OTHER, from_user_id=OTHER, on_job_team=True) is of_team
    assert scope.includes(author_id=ME, from_user_id=OTHER, on_job_team=False)
    assert scope.includes(author_id=OTHER, from_user_id=ME, on_job_team=False)
