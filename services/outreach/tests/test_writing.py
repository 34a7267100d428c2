"""Who may write to whom, what is refused, and who may read, call off and settle a message."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest

from rapport.contracts.events import Event, JobChanged, JobState, TeamMember
from rapport.contracts.identity import Role, Viewer
from rapport.contracts.outreach import (
    CancelMessage,
    GetMessages,
    GetMessagesByIds,
    MessagePage,
    MessageResult,
    Messages,
    SettleMessage,
    SuppressPerson,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import Blocker, Channel, JobStatus, MessageState, TeamRole
from rapport.kit.identity import new_id
from rapport.outreach.reactions import HiringTeamProjection
from services.outreach.tests.support.acme import Acme, asked
from services.outreach.tests.support.mail_server import Step

WRITERS = [Role.ADMIN, Role.RECRUITER, Role.SOURCER, Role.COORDINATOR, Role.HIRING_MANAGER]


def somebody(acme: Acme, *roles: Role) -> Viewer:
    return acme.viewer(acme.peer.user(f"u{len(acme.peer.users)}@example.com"), *roles)


async def seen_by(acme: Acme, viewer: Viewer, message_id: UUID) -> bool:
    found = await acme.messages.get_messages_by_ids(GetMessagesByIds(ids=(message_id,)), asked(viewer))
    listed = await acme.messages.get_messages(GetMessages(), asked(viewer))
    one = bool(Messages.model_validate_json(found).items)
    assert one is (message_id in {edge.node.id for edge in MessagePage.model_validate_json(str(listed)).edges})
    return one


async def on_team(acme: Acme, job_id: UUID, *users: UUID, version: int = 1) -> None:
    """Pipeline tells who is on a job's team."""
    team = tuple(TeamMember(user_id=u, role=TeamRole.HIRING_MANAGER, responsible=True) for u in users)
    event = Event[JobChanged](
        specversion="1.0",
        id=new_id(),
        type=JobChanged.type,
        source="rapport/pipeline",
        subject=job_id,
        time=datetime.now(UTC),
        recordedat=datetime.now(UTC),
        orgid="acme",
        aggregateversion=version,
        actor="ats",
        cause="test",
        data=JobChanged(current=JobState(status=JobStatus.OPEN, team=team)),
    )
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await HiringTeamProjection().apply(unit, [event])


@pytest.mark.parametrize("role", WRITERS)
async def test_roles_that_work_with_candidates_may_write_to_them(acme: Acme, role: Role) -> None:
    viewer = somebody(acme, role)
    job = acme.peer.job()
    message = await acme.send(acme.peer.person("kate@example.org"), viewer=viewer, job_id=job)
    assert (message.author_id, message.from_user_id, message.job_id) == (viewer.user_id, viewer.user_id, job)
    assert (message.state, message.version, message.to_address) == (MessageState.SCHEDULED, 1, "kate@example.org")
    [(kind, data)] = await acme.events()
    assert (kind, data["author_id"]) == ("outreach.message.scheduled.v1", str(viewer.user_id))
    assert set(data) == {"person_id", "job_id", "channel", "author_id", "from_user_id"}


@pytest.mark.parametrize("role", [Role.INTERVIEWER, Role.EXECUTIVE])
async def test_others_may_not(acme: Acme, role: Role) -> None:
    result = await acme.ask_to_send(acme.peer.person("kate@example.org"), viewer=somebody(acme, role))
    assert isinstance(result, Forbidden)
    assert (await acme.listed(), await acme.events()) == ([], [])


async def test_a_person_user_or_job_that_is_not_there_or_not_seen_is_not_found(acme: Acme) -> None:
    person, job = acme.peer.person("kate@example.org"), acme.peer.job()
    unknown = new_id()
    acme.peer.hidden |= {(acme.manager.user_id, person), (acme.recruiter.user_id, job)}
    results = [
        await acme.ask_to_send(unknown),
        await acme.ask_to_send(person, viewer=acme.manager),
        await acme.ask_to_send(person, from_user_id=unknown),
        await acme.ask_to_send(person, job_id=job),
        await acme.ask_to_send(person, reply_to_message_id=unknown),
    ]
    assert results == [
        NotFound(what="person", id=str(unknown)),
        NotFound(what="person", id=str(person)),
        NotFound(what="user", id=str(unknown)),
        NotFound(what="job", id=str(job)),
        NotFound(what="message", id=str(unknown)),
    ]
    assert (await acme.listed(), await acme.events()) == ([], [])


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"subject": "Hello\nBcc: everybody@example.org"}, "subject"),
        ({"subject": "Hello\u2028there"}, "subject"),
        ({"to_address": "somebody@else.test"}, "to_address"),
        ({"send_at": datetime.now(UTC) + timedelta(days=400)}, "send_at"),
    ],
)
async def test_what_cannot_be_sent_is_refused_and_says_where(acme: Acme, wrong: dict[str, Any], path: str) -> None:
    result = await acme.ask_to_send(acme.peer.person("kate@example.org"), **wrong)
    assert isinstance(result, Invalid)
    assert [problem.path for problem in result.problems] == [path]
    assert (await acme.listed(), await acme.events()) == ([], [])


async def test_characters_that_cannot_be_stored_are_removed_and_the_rest_is_sent(acme: Acme) -> None:
    typed = {"subject": "Hello\x00 \ud83d", "body": "Ame\u0301lie\x1b,\n\ttwo \ud83d\ude00"}
    message = await acme.send(acme.peer.person("kate@example.org"), **typed)
    assert (message.subject, message.body) == ("Hello \ufffd", "Amélie,\n\ttwo 😀")


@pytest.mark.parametrize("emails", [(), ("not an address",), ("a@b@c", "x y@example.org"), ("kate@exa..mple.org",)])
async def test_a_person_without_a_usable_address_cannot_be_written_to(acme: Acme, emails: tuple[str, ...]) -> None:
    result = await acme.ask_to_send(acme.peer.person(*emails))
    assert isinstance(result, Invalid)
    assert result.problems[0].path == "person_id"


async def test_nothing_is_sent_from_a_user_who_has_left(acme: Acme) -> None:
    acme.peer.leave(acme.manager.user_id)
    result = await acme.ask_to_send(acme.peer.person("kate@example.org"), from_user_id=acme.manager.user_id)
    assert result == Invalid.because("from_user_id", "has left the organisation", InputProblemCode.USER_LEFT)
    assert (await acme.listed(), await acme.events()) == ([], [])


async def test_a_conversation_goes_on_with_the_same_person_only(acme: Acme) -> None:
    earlier = await acme.send(acme.peer.person("kate@example.org"))
    result = await acme.ask_to_send(acme.peer.person("jack@example.org"), reply_to_message_id=earlier.id)
    assert result == NotFound(what="message", id=str(earlier.id))


async def test_the_same_request_writes_the_same_message_once(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    first = await acme.send(person, key="k")
    assert await acme.send(person, key="k") == first
    assert len(await acme.listed()) == 1
    assert len(await acme.events()) == 1
    other = await acme.ask_to_send(person, key="k", subject="Something else")
    assert isinstance(other, Invalid)
    assert other.problems[0].path == "idempotency_key"


async def test_whoever_writes_learns_at_once_what_keeps_the_message_from_being_sent(acme: Acme) -> None:
    kate, shy, unwilling = (acme.peer.person(f"{name}@example.org") for name in ("kate", "shy", "unwilling"))
    acme.peer.change(shy, consents={Channel.EMAIL: False})
    await acme.suppressions.suppress_person(SuppressPerson(person_id=unwilling), asked(acme.recruiter))
    manager, elsewhere = acme.manager.user_id, acme.peer.user("eve@elsewhere.test")
    await acme.grant(acme.viewer(elsewhere, Role.EXECUTIVE), user_id=acme.recruiter.user_id)
    written = [
        await acme.send(kate),
        await acme.send(shy),
        await acme.send(unwilling),
        await acme.send(kate, from_user_id=manager),
        await acme.send(kate, from_user_id=elsewhere),
        await acme.send(unwilling, from_user_id=manager, send_at=datetime.now(UTC) + timedelta(days=1)),
    ]
    assert [message.blocker for message in written] == [
        None,
        Blocker.NO_CONSENT,
        Blocker.SUPPRESSED,
        Blocker.GRANT_MISSING,
        Blocker.MAILBOX_MISSING,
        Blocker.SUPPRESSED,
    ]
    # It is a preview: the message is kept and waits, and the decision is made when it is sent.
    assert {message.state for message in written} == {MessageState.SCHEDULED}
    assert {message.blocker for message in await acme.listed()} == {None}
    await acme.grant(acme.manager, user_id=acme.recruiter.user_id)
    assert (await acme.send(kate, from_user_id=manager)).blocker is None


async def test_whoever_writes_learns_that_a_limit_is_reached_but_not_that_a_mailbox_pauses(acme: Acme) -> None:
    await acme.limit(sender_per_day=2, person_per_day=1, spacing=3600)
    kate, jack, joan = (acme.peer.person(f"{name}@example.org") for name in ("kate", "jack", "joan"))
    first = await acme.send(kate)
    async with acme.sending():
        await acme.until(first.id, MessageState.SENT)
    assert (await acme.send(kate)).blocker is Blocker.PERSON_CAP
    assert (await acme.send(jack)).blocker is None
    await acme.limit(sender_per_day=1)
    assert (await acme.send(joan)).blocker is Blocker.SENDER_CAP


async def test_a_repeated_request_is_answered_with_the_message_as_it_is_stored(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    acme.peer.change(person, consents={})
    first = await acme.send(person, key="k")
    again = await acme.send(person, key="k")
    assert (first.blocker, again.blocker) == (Blocker.NO_CONSENT, None)
    assert again == await acme.message(first.id)
    async with acme.sending():
        failed = await acme.until(first.id, MessageState.FAILED)
    assert await acme.send(person, key="k") == failed
    assert failed.blocker is Blocker.NO_CONSENT


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.ADMIN, True),
        (Role.RECRUITER, True),
        (Role.SOURCER, True),
        (Role.COORDINATOR, True),
        (Role.HIRING_MANAGER, False),
        (Role.INTERVIEWER, False),
        (Role.EXECUTIVE, False),
    ],
)
async def test_messages_are_read_by_those_who_work_with_every_candidate(acme: Acme, role: Role, seen: bool) -> None:
    message = await acme.send(acme.peer.person("kate@example.org"))
    assert await seen_by(acme, somebody(acme, role), message.id) is seen


async def test_a_hiring_manager_reads_what_is_about_the_jobs_on_whose_team_they_are(acme: Acme) -> None:
    job = acme.peer.job()
    message = await acme.send(acme.peer.person("kate@example.org"), job_id=job)
    manager, interviewer = somebody(acme, Role.HIRING_MANAGER), somebody(acme, Role.INTERVIEWER)
    await on_team(acme, job, manager.user_id, interviewer.user_id)
    assert await seen_by(acme, manager, message.id)
    assert not await seen_by(acme, interviewer, message.id)
    await on_team(acme, job, version=3)
    await on_team(acme, job, manager.user_id, version=2)  # late
    assert not await seen_by(acme, manager, message.id)


async def test_the_author_and_the_sender_can_always_read_a_message(acme: Acme) -> None:
    author, owner = somebody(acme, Role.HIRING_MANAGER), somebody(acme, Role.EXECUTIVE)
    message = await acme.send(acme.peer.person("kate@example.org"), viewer=author, from_user_id=owner.user_id)
    assert await seen_by(acme, author, message.id)
    assert await seen_by(acme, owner, message.id)


async def test_another_organisation_sees_nothing(acme: Acme) -> None:
    message = await acme.send(acme.peer.person("kate@example.org"))
    stranger = acme.viewer(acme.recruiter.user_id, Role.ADMIN, org_id="globex")
    assert not await seen_by(acme, stranger, message.id)


async def test_messages_are_paged_from_the_newest(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    written = [(await acme.send(person)).id for _ in range(5)]
    seen: list[UUID] = []
    page = Page(first=2)
    while True:
        result = await acme.messages.get_messages(GetMessages(person_id=person, page=page), asked(acme.recruiter))
        found = MessagePage.model_validate_json(str(result))
        seen += [edge.node.id for edge in found.edges]
        if not found.has_next:
            break
        page = Page(first=2, after=found.edges[-1].cursor)
    assert seen == written[::-1]


async def test_messages_are_listed_by_job_and_by_person_and_job(acme: Acme) -> None:
    kate, job = acme.peer.person("kate@example.org"), acme.peer.job()
    sent = await acme.send(kate, job_id=job)
    await acme.send(kate)

    for filters in ({"job_id": job}, {"job_id": job, "person_id": kate}):
        page = await acme.messages.get_messages(GetMessages(**filters), asked(acme.recruiter))
        assert [edge.node.id for edge in MessagePage.model_validate_json(str(page)).edges] == [sent.id]
    other = await acme.messages.get_messages(GetMessages(job_id=uuid4()), asked(acme.recruiter))
    assert MessagePage.model_validate_json(str(other)).edges == ()


@pytest.mark.parametrize(
    ("page", "path"),
    [(Page(first=0), "page.first"), (Page(first=201), "page.first"), (Page(after=("x",)), "page.after")],
)
async def test_a_page_that_is_none_is_refused(acme: Acme, page: Page, path: str) -> None:
    result = await acme.messages.get_messages(GetMessages(page=page), asked(acme.recruiter))
    assert isinstance(result, Invalid)
    assert result.problems[0].path == path


async def test_a_message_is_called_off_by_whom_it_concerns_until_it_is_sent(acme: Acme) -> None:
    message = await acme.send(acme.peer.person("kate@example.org"))
    request = CancelMessage(message_id=message.id)
    assert isinstance(await acme.messages.cancel_message(request, asked(somebody(acme, Role.RECRUITER))), Forbidden)
    stranger = somebody(acme, Role.INTERVIEWER)
    assert isinstance(await acme.messages.cancel_message(request, asked(stranger)), NotFound)
    assert (await acme.message(message.id)) == message
    for _ in range(2):
        result = await acme.messages.cancel_message(request, asked(acme.recruiter))
        assert isinstance(result, MessageResult)
        assert (result.message.state, result.message.version) == (MessageState.CANCELLED, 2)
    other = await acme.send(acme.peer.person("jack@example.org"))
    async with acme.sending():
        sent = await acme.until(other.id, MessageState.SENT)
        late = await acme.messages.cancel_message(CancelMessage(message_id=sent.id), asked(acme.recruiter))
        assert isinstance(late, Invalid)
    assert len(acme.mail_server.accepted) == 1


@pytest.mark.parametrize("was_sent", [True, False])
async def test_a_message_in_doubt_is_settled_by_a_human(acme: Acme, was_sent: bool) -> None:
    await acme.limit()
    acme.mail_server.drops.add(Step.BEFORE_ANSWER)
    message = await acme.send(acme.peer.person("kate@example.org"))
    request = SettleMessage(message_id=message.id, was_sent=was_sent)
    assert isinstance(await acme.messages.settle_message(request, asked(acme.recruiter)), Invalid)
    async with acme.sending():
        await acme.until(message.id, MessageState.IN_DOUBT)
        acme.mail_server.drops.clear()
        others = somebody(acme, Role.RECRUITER)
        assert isinstance(await acme.messages.settle_message(request, asked(others)), Forbidden)
        result = await acme.messages.settle_message(request, asked(acme.admin))
        assert isinstance(result, MessageResult)
        await acme.until(message.id, MessageState.SENT)
    assert len(acme.mail_server.accepted) == (1 if was_sent else 2)


async def test_a_repetition_is_one_however_the_client_ends_its_lines(acme: Acme) -> None:
    person = acme.peer.person("kate@example.org")
    at = datetime.now(UTC) + timedelta(hours=1)
    first = await acme.send(person, key="k", body="One\r\nTwo", send_at=at, to_address="Kate@example.org")
    elsewhere = at.astimezone(timezone(timedelta(hours=5)))
    again = await acme.send(person, key="k", body="One\nTwo", send_at=elsewhere, to_address="kate@example.org")
    assert (again.id, again.body) == (first.id, "One\nTwo")
    assert len(await acme.listed()) == 1


@pytest.mark.parametrize("changed", ["to_address", "send_at", "reply_to_message_id"])
async def test_the_same_key_for_anything_else_is_refused(acme: Acme, changed: str) -> None:
    person = acme.peer.person("kate@example.org", "kate@example.net")
    earlier = await acme.send(person)
    first = await acme.send(person, key="k")
    otherwise = {
        "to_address": "kate@example.net",
        "send_at": datetime.now(UTC) + timedelta(hours=1),
        "reply_to_message_id": earlier.id,
    }
    result = await acme.ask_to_send(person, key="k", **{changed: otherwise[changed]})
    assert isinstance(result, Invalid)
    assert result.problems[0].path == "idempotency_key"
    assert {message.id for message in await acme.listed()} == {earlier.id, first.id}
