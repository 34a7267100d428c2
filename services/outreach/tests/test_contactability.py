"""Whether a person can be written to now, before anybody has written anything."""

from datetime import timedelta
from uuid import UUID

from rapport.contracts.identity import Role, Viewer
from rapport.contracts.outreach import Contactabilities, Contactability, GetContactability, SuppressPerson
from rapport.contracts.refusals import Forbidden
from rapport.contracts.vocabulary import Blocker, Channel, MessageState
from rapport.kit.identity import new_id
from rapport.testing.statements import counted_statements
from services.outreach.tests.support.acme import Acme, asked


async def contactability(acme: Acme, *people: UUID, viewer: Viewer | None = None) -> dict[UUID, Contactability]:
    request = GetContactability(person_ids=people)
    answer = await acme.contactability.get_contactability(request, asked(viewer or acme.recruiter))
    assert isinstance(answer, Contactabilities)
    return {item.person_id: item for item in answer.items}


async def test_each_person_has_their_own_blocker(acme: Acme) -> None:
    fine, shy, unknown, unwilling = (
        acme.peer.person("kate@example.org"),
        acme.peer.person("shy@example.org"),
        acme.peer.person("no address"),
        acme.peer.person("jack@example.org"),
    )
    acme.peer.change(shy, consents={Channel.EMAIL: False})
    await acme.suppressions.suppress_person(SuppressPerson(person_id=unwilling), asked(acme.recruiter))
    shares_the_address = acme.peer.person("Jack@Example.org")
    found = await contactability(acme, fine, shy, unknown, unwilling, shares_the_address, new_id())
    assert {person: item.blocker for person, item in found.items()} == {
        fine: None,
        shy: Blocker.NO_CONSENT,
        unknown: Blocker.NO_ADDRESS,
        unwilling: Blocker.SUPPRESSED,
        shares_the_address: Blocker.SUPPRESSED,
    }
    assert {item.until for item in found.values()} == {None}


async def test_a_person_who_has_had_as_many_messages_as_allowed_says_when_the_next_may_go(acme: Acme) -> None:
    await acme.limit(person_per_day=1)
    person, other = acme.peer.person("kate@example.org"), acme.peer.person("jack@example.org")
    written = await acme.send(person)
    assert (await contactability(acme, person))[person].blocker is None  # nothing has been sent yet
    async with acme.sending():
        sent = await acme.until(written.id, MessageState.SENT)
    found = await contactability(acme, person, other)
    assert (found[person].blocker, found[other].blocker) == (Blocker.PERSON_CAP, None)
    assert sent.sent_at is not None
    assert found[person].until is not None
    assert found[person].until <= sent.sent_at + timedelta(days=1)


async def test_nobody_is_suppressed_in_an_organisation_that_has_not_hashed_an_address_yet(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    assert (await contactability(acme, person))[person].blocker is None


async def test_the_viewer_s_role_and_jobs_decide_whose_contactability_they_see(acme: Acme) -> None:
    person, hidden = acme.peer.person("kate@example.org"), acme.peer.person("jack@example.org")
    acme.peer.hidden.add((acme.manager.user_id, hidden))
    assert set(await contactability(acme, person, hidden, viewer=acme.manager)) == {person}
    interviewer = acme.viewer(acme.peer.user("ines@example.com"), Role.INTERVIEWER)
    request = GetContactability(person_ids=(person,))
    refused = await acme.answer(acme.contactability.get_contactability, request, interviewer)
    assert isinstance(refused, Forbidden)


async def test_many_people_take_no_more_statements_than_one(acme: Acme) -> None:
    people = [acme.peer.person(f"kate{n}@example.org") for n in range(50)]
    async with counted_statements(acme.database.pool) as statements:
        assert len(await contactability(acme, *people)) == 50
    assert statements == [
        "find_limits",
        "find_salt",
        "suppressed_people",
        "contacts_of_people",
        "unanswered_takeover_requests",
    ]
