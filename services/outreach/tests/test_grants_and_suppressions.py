"""Who may send from whose mailbox, and who must not be written to."""

from datetime import timedelta

import pytest

from rapport.contracts.identity import Role, Viewer
from rapport.contracts.outreach import (
    UNDO_WITHIN,
    GetSendingGrants,
    GetSuppressedAddresses,
    GetSuppressions,
    GrantSending,
    LiftSuppression,
    RevokeSending,
    SendingGrant,
    SendingGrants,
    Suppression,
    SuppressionPage,
    SuppressPerson,
)
from rapport.contracts.refusals import Forbidden, Invalid, NotFound
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import SuppressionReason
from rapport.kit.database.queries import Statement
from rapport.kit.identity import new_id
from rapport.outreach.domain.suppression import address_hash
from services.outreach.tests.support.acme import Acme, asked

_AGE = Statement("UPDATE suppression SET recorded_at = recorded_at - $2::interval WHERE id = $1")


async def grants_of(acme: Acme, viewer: Viewer, *, revoked: bool = False) -> list[SendingGrant]:
    found = await acme.grants.get_sending_grants(GetSendingGrants(include_revoked=revoked), asked(viewer))
    return list(SendingGrants.model_validate_json(found).items)


async def suppress(acme: Acme, person: object, viewer: Viewer | None = None) -> Suppression:
    result = await acme.suppressions.suppress_person(SuppressPerson(person_id=person), asked(viewer or acme.recruiter))  # type: ignore[arg-type]
    assert isinstance(result, Suppression), result
    return result


async def ledger(acme: Acme, viewer: Viewer, **more: object) -> list[Suppression]:
    result = await acme.suppressions.get_suppressions(GetSuppressions(**more), asked(viewer))  # type: ignore[arg-type]
    assert isinstance(result, SuppressionPage), result
    return [edge.node for edge in result.edges]


async def test_granting_the_same_again_is_the_same_grant(acme: Acme) -> None:
    first = await acme.grant(acme.manager, user_id=acme.recruiter.user_id)
    assert await acme.grant(acme.manager, user_id=acme.recruiter.user_id) == first
    by_role = await acme.grant(acme.manager, role=Role.SOURCER)
    assert (first.granted_by, first.user_id, by_role.role) == (
        acme.manager.user_id,
        acme.recruiter.user_id,
        Role.SOURCER,
    )
    assert await grants_of(acme, acme.manager) == [by_role, first]
    assert await grants_of(acme, acme.recruiter) == [first]
    assert await grants_of(acme, acme.viewer(new_id(), Role.SOURCER)) == [by_role]


async def test_a_grant_names_one_other_user_or_a_role(acme: Acme) -> None:
    unknown, former = new_id(), acme.peer.user("fred@example.com")
    acme.peer.leave(former)
    wrong = [
        GrantSending(user_id=former),
        GrantSending(),
        GrantSending(user_id=unknown, role=Role.SOURCER),
        GrantSending(user_id=acme.manager.user_id),
        GrantSending(user_id=unknown),
    ]
    results = [await acme.grants.grant_sending(request, asked(acme.manager)) for request in wrong]
    assert [type(result) for result in results] == [Invalid, Invalid, Invalid, Invalid, NotFound]
    assert await grants_of(acme, acme.manager) == []


async def test_only_its_giver_and_admins_revoke_a_grant(acme: Acme) -> None:
    granted = await acme.grant(acme.manager, user_id=acme.recruiter.user_id)
    request = RevokeSending(grant_id=granted.id)
    assert isinstance(await acme.grants.revoke_sending(request, asked(acme.recruiter)), Forbidden)
    stranger = acme.viewer(new_id(), Role.RECRUITER)
    assert isinstance(await acme.grants.revoke_sending(request, asked(stranger)), NotFound)
    assert await grants_of(acme, acme.manager) == [granted]
    revoked = await acme.grants.revoke_sending(request, asked(acme.admin))
    assert isinstance(revoked, SendingGrant)
    assert revoked.revoked_at is not None
    assert await acme.grants.revoke_sending(request, asked(acme.manager)) == revoked
    assert await grants_of(acme, acme.manager) == []
    assert await grants_of(acme, acme.manager, revoked=True) == [revoked]
    assert (await acme.grant(acme.manager, user_id=acme.recruiter.user_id)).id != granted.id


@pytest.mark.parametrize("role", [Role.ADMIN, Role.RECRUITER, Role.SOURCER, Role.COORDINATOR, Role.HIRING_MANAGER])
async def test_roles_that_write_to_people_may_suppress_them(acme: Acme, role: Role) -> None:
    viewer, person = acme.viewer(new_id(), role), acme.peer.person("kate@example.org")
    made = await suppress(acme, person, viewer)
    assert await suppress(acme, person) == made
    assert (made.reason, made.whole_person, made.address) == (SuppressionReason.DO_NOT_CONTACT, True, None)
    assert (made.recorded_by, made.version) == (viewer.user_id, 1)
    assert await ledger(acme, viewer) == [made]
    [(kind, data)] = await acme.events()
    assert kind == "outreach.suppression.recorded.v1"
    assert data == {"person_id": str(person), "reason": "do_not_contact", "whole_person": True, "message_id": None}


@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.EXECUTIVE])
async def test_others_neither_see_nor_change_the_ledger(acme: Acme, role: Role) -> None:
    viewer, person = acme.viewer(new_id(), role), acme.peer.person("kate@example.org")
    made = await suppress(acme, person)
    requests = acme.suppressions
    for handler, request in (
        (requests.get_suppressions, GetSuppressions()),
        (requests.suppress_person, SuppressPerson(person_id=person)),
        (requests.lift_suppression, LiftSuppression(suppression_id=made.id)),
    ):
        assert isinstance(await acme.answer(handler, request, viewer), Forbidden)
    assert await ledger(acme, acme.admin) == [made]


async def test_a_person_who_is_not_known_cannot_be_entered(acme: Acme) -> None:
    result = await acme.suppressions.suppress_person(SuppressPerson(person_id=new_id()), asked(acme.recruiter))
    assert isinstance(result, NotFound)
    assert (await ledger(acme, acme.admin), await acme.events()) == ([], [])


async def test_a_hiring_manager_sees_the_entries_of_the_people_they_see(acme: Acme) -> None:
    seen, hidden = acme.peer.person("a@example.org"), acme.peer.person("b@example.org")
    acme.peer.hidden.add((acme.manager.user_id, hidden))
    made = await suppress(acme, seen)
    await suppress(acme, hidden)
    assert await ledger(acme, acme.manager) == [made]
    assert len(await ledger(acme, acme.recruiter)) == 2


async def test_a_page_of_the_ledger_is_filled_with_what_a_hiring_manager_sees(acme: Acme) -> None:
    oldest = acme.peer.person("old@example.org")
    made = [await suppress(acme, oldest)]
    for n in range(4):
        hidden = acme.peer.person(f"{n}@example.org")
        acme.peer.hidden.add((acme.manager.user_id, hidden))
        await suppress(acme, hidden)
    made.append(await suppress(acme, acme.peer.person("new@example.org")))
    pages, after = [], None
    while len(pages) < 9:
        request = GetSuppressions(page=Page(first=1, after=after))
        page = await acme.suppressions.get_suppressions(request, asked(acme.manager))
        assert isinstance(page, SuppressionPage)
        pages.append([edge.node for edge in page.edges])
        if not page.has_next:
            break
        after = page.edges[-1].cursor
    assert pages == [[made[1]], [made[0]]]


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.SOURCER, Role.COORDINATOR, Role.HIRING_MANAGER])
async def test_a_user_can_undo_a_suppression_within_minutes(acme: Acme, role: Role) -> None:
    viewer, person = acme.viewer(new_id(), role), acme.peer.person("kate@example.org")
    made = await suppress(acme, person, viewer)
    lifted = await acme.answer(acme.suppressions.lift_suppression, LiftSuppression(suppression_id=made.id), viewer)
    assert isinstance(lifted, Suppression)
    assert lifted.lifted_at is not None
    again = await suppress(acme, person, viewer)
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_AGE, again.id, UNDO_WITHIN + timedelta(seconds=1))
    late = await acme.answer(acme.suppressions.lift_suppression, LiftSuppression(suppression_id=again.id), viewer)
    assert isinstance(late, Forbidden)
    assert [entry.id for entry in await ledger(acme, acme.admin)] == [again.id]
    assert len(await acme.events()) == 3


async def test_a_user_cannot_lift_what_another_recorded(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    made = await suppress(acme, person)
    assert await suppress(acme, person, acme.manager) == made
    request = LiftSuppression(suppression_id=made.id)
    other = acme.viewer(new_id(), Role.RECRUITER)
    assert isinstance(await acme.answer(acme.suppressions.lift_suppression, request, other), Forbidden)
    # A hiring manager must not learn that another user's entry exists.
    result = await acme.answer(acme.suppressions.lift_suppression, request, acme.manager)
    assert result == NotFound(what="suppression", id=str(made.id))
    assert await ledger(acme, acme.admin) == [made]


async def test_only_an_admin_lifts_an_entry_that_is_not_their_own(acme: Acme) -> None:
    made = await suppress(acme, acme.peer.person("kate@example.org"), acme.viewer(new_id(), Role.RECRUITER))
    request = LiftSuppression(suppression_id=made.id)
    assert isinstance(await acme.answer(acme.suppressions.lift_suppression, request, acme.recruiter), Forbidden)
    assert await ledger(acme, acme.admin) == [made]
    lifted = await acme.suppressions.lift_suppression(request, asked(acme.admin))
    assert isinstance(lifted, Suppression)
    assert (lifted.version, lifted.lifted_at is not None) == (2, True)
    assert await acme.suppressions.lift_suppression(request, asked(acme.admin)) == lifted
    assert await ledger(acme, acme.admin) == []
    assert await ledger(acme, acme.admin, include_lifted=True) == [lifted]
    assert [kind for kind, _ in await acme.events()] == [
        "outreach.suppression.recorded.v1",
        "outreach.suppression.lifted.v1",
    ]


def test_an_address_is_recognised_by_its_hash_in_any_case_and_only_with_the_salt() -> None:
    assert address_hash(b"salt", " Kate@Example.org ") == address_hash(b"salt", "kate@example.org")
    assert address_hash(b"salt", "kate@example.org") != address_hash(b"other", "kate@example.org")


async def test_an_address_is_suppressed_whoever_has_it(acme: Acme) -> None:
    suppressed = "kate@example.org"
    await suppress(acme, acme.peer.person(suppressed))
    request = GetSuppressedAddresses(addresses=("nobody@example.org", suppressed.upper(), suppressed))
    found = await acme.suppressions.get_suppressed_addresses(request, asked(acme.recruiter))
    assert found.suppressed == (suppressed.upper(), suppressed)
