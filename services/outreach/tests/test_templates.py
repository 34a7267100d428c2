"""Templates of the organisation and of users: who sees and changes them, and what becomes of concurrent changes."""

from typing import Any
from uuid import UUID

import pytest

from rapport.contracts.identity import Role, Viewer
from rapport.contracts.outreach import (
    MAX_REJECTION_MAILS,
    MAX_TEMPLATES,
    ArchiveTemplate,
    CheckRejectionMails,
    CreateTemplate,
    GetTemplates,
    PreviewTemplate,
    RejectionMailsCheck,
    RenderedTemplate,
    RenderTemplate,
    SuppressPerson,
    Template,
    TemplateResult,
    UnsendableMail,
    UpdateTemplate,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound, TemplateConflict
from rapport.contracts.vocabulary import Blocker, TemplateKind, TemplateToken
from rapport.kit.database.queries import Statement
from rapport.kit.identity import new_id
from services.outreach.tests.support.acme import Acme

_FILL = Statement(
    "INSERT INTO message_template (org_id, id, kind, owner_id, name, version)"
    " SELECT current_org(), gen_random_uuid(), 'general', $1, 'Filler', 1 FROM generate_series(1, $2)"
)


async def create(acme: Acme, viewer: Viewer | None = None, *, key: str = "", **said: Any) -> Any:
    texts = {"template_name": "Not now", "subject": "Your application", "body": "Dear {{ candidate_name }}, no."}
    request = CreateTemplate(**{"kind": TemplateKind.REJECTION, "shared": True, **texts, **said})
    return await acme.answer(acme.templates.create_template, request, viewer or acme.recruiter, key)


async def created(acme: Acme, viewer: Viewer | None = None, **said: Any) -> Template:
    answer = await create(acme, viewer, **said)
    assert isinstance(answer, TemplateResult), answer
    return answer.template


async def update(acme: Acme, template: Template, viewer: Viewer | None = None, **said: Any) -> Any:
    texts = {"template_name": template.name, "subject": template.subject, "body": template.body}
    request = UpdateTemplate(template_id=template.id, expected_version=template.version, **texts | said)
    return await acme.answer(acme.templates.update_template, request, viewer or acme.recruiter)


async def listed(acme: Acme, viewer: Viewer, **filters: Any) -> list[Template]:
    return list((await acme.answer(acme.templates.get_templates, GetTemplates(**filters), viewer)).items)


async def render(acme: Acme, viewer: Viewer, template: Template, application_id: Any, **more: Any) -> Any:
    request = RenderTemplate(template_id=template.id, application_id=application_id, **more)
    return await acme.answer(acme.templates.render_template, request, viewer)


async def test_everybody_who_writes_to_people_sees_the_organisations_templates_and_only_their_own(acme: Acme) -> None:
    shared = await created(acme, template_name="B")
    own = await created(acme, template_name="a", shared=False)
    assert [each.id for each in await listed(acme, acme.recruiter)] == [own.id, shared.id]
    assert [each.id for each in await listed(acme, acme.manager)] == [shared.id]
    assert isinstance(await update(acme, own, acme.admin, body="Mine"), NotFound)
    interviewer = acme.viewer(acme.peer.user("ivy@example.com"), Role.INTERVIEWER)
    assert isinstance(await acme.answer(acme.templates.get_templates, GetTemplates(), interviewer), Forbidden)


@pytest.mark.parametrize("role", [Role.SOURCER, Role.COORDINATOR, Role.HIRING_MANAGER])
async def test_only_admins_and_recruiters_change_the_organisations_templates(acme: Acme, role: Role) -> None:
    other = acme.viewer(acme.peer.user("otto@example.com"), role)
    shared = await created(acme)
    assert [(each.id, each.editable) for each in await listed(acme, other)] == [(shared.id, False)]
    assert isinstance(await create(acme, other), Forbidden)
    assert isinstance(await update(acme, shared, other, body="Other"), Forbidden)
    archive = ArchiveTemplate(template_id=shared.id)
    assert isinstance(await acme.answer(acme.templates.archive_template, archive, other), Forbidden)
    assert await listed(acme, acme.admin) == [shared]
    own = await created(acme, other, shared=False)
    changed = await update(acme, own, other, body="Other")
    assert (changed.template.body, changed.template.version, changed.template.editable) == ("Other", 2, True)


async def test_of_two_who_change_a_template_the_slower_is_shown_what_the_faster_wrote(acme: Acme) -> None:
    seen = await created(acme)
    faster = await update(acme, seen, body="By Ruth")
    slower = await update(acme, seen, acme.admin, body="By Ada")
    assert isinstance(slower, TemplateConflict)
    assert (slower.current.version, slower.current.body) == (2, "By Ruth")
    assert slower.current.saved_by == acme.recruiter.user_id
    assert await listed(acme, acme.recruiter) == [faster.template]


async def test_the_same_change_again_is_one_change_and_so_is_the_same_template(acme: Acme) -> None:
    first = await created(acme, key="once")
    assert await created(acme, key="once") == first
    other = await create(acme, key="once", body="Something else")
    assert isinstance(other, Invalid)
    assert other.problems[0].code is InputProblemCode.KEY_REUSED
    changed = await update(acme, first, body="New")
    assert (await update(acme, first, body="New")) == changed
    assert changed.template.version == 2


async def test_a_text_that_is_no_template_is_refused_with_every_problem(acme: Acme) -> None:
    answer = await create(acme, subject="{{ jobtitle }}", body="{% for %}")
    assert isinstance(answer, Invalid)
    assert [problem.path for problem in answer.problems] == ["subject", "body"]
    shared = await created(acme)
    assert isinstance(await update(acme, shared, body="{{ ''.__class__ }}"), Invalid)
    assert await listed(acme, acme.recruiter) == [shared]


async def test_an_archived_template_is_listed_on_request_and_can_be_offered_again(acme: Acme) -> None:
    template = await created(acme)

    async def archive(*, archived: bool) -> Template:
        request = ArchiveTemplate(template_id=template.id, archived=archived)
        answer = await acme.answer(acme.templates.archive_template, request, acme.recruiter)
        assert isinstance(answer, TemplateResult)
        return answer.template

    gone = await archive(archived=True)
    assert gone.archived_at is not None
    assert (await archive(archived=True)).archived_at == gone.archived_at
    assert await listed(acme, acme.recruiter) == []
    assert [each.id for each in await listed(acme, acme.recruiter, include_archived=True)] == [template.id]
    assert (await archive(archived=False)).archived_at is None


async def test_there_are_at_most_so_many_templates_of_the_organisation_and_of_each_user(acme: Acme) -> None:
    async with acme.database.work("acme", actor="system:test", cause="test") as unit:
        await unit.execute(_FILL, None, MAX_TEMPLATES)
        await unit.execute(_FILL, acme.admin.user_id, MAX_TEMPLATES)
    for viewer, shared in ((acme.recruiter, True), (acme.admin, False)):
        answer = await create(acme, viewer, shared=shared)
        assert isinstance(answer, Invalid)
        assert answer.problems[0].code is InputProblemCode.TOO_MANY
    assert (await created(acme, shared=False)).version == 1


async def test_a_template_is_filled_in_for_the_person_the_job_and_the_sender(acme: Acme) -> None:
    body = "{{ candidate_first_name }}/{{ candidate_last_name }}/{{ candidate_name }}/{{ sender_first_name }}/"
    template = await created(acme, subject="{{ job_title }} at {{ company_name }}", body=body + "{{ sender_name }}")
    application = acme.peer.application(acme.peer.person("kate@example.org"))
    rendered = await render(acme, acme.recruiter, template, application)
    assert isinstance(rendered, RenderedTemplate)
    assert rendered.subject == "Engineer at Acme"
    assert rendered.body == "Kate/Austen/Kate Austen/Ruth/Ruth Recruiter"
    assert (rendered.missing, rendered.version, rendered.to_address) == ((), 1, "kate@example.org")


async def test_what_cannot_be_filled_in_is_named_and_so_is_that_there_is_no_address(acme: Acme) -> None:
    template = await created(acme)
    person = acme.peer.person(first_name=" ")
    acme.peer.change(person, last_name="")
    rendered = await render(acme, acme.recruiter, template, acme.peer.application(person))
    assert rendered.missing == (TemplateToken.CANDIDATE_NAME,)
    assert rendered.body == "Dear {{ candidate_name }}, no."
    assert rendered.to_address is None


async def check(acme: Acme, viewer: Viewer, template: Template, *application_ids: UUID, **more: Any) -> Any:
    request = CheckRejectionMails(template_id=template.id, application_ids=application_ids, **more)
    return await acme.answer(acme.templates.check_rejection_mails, request, viewer)


async def test_of_many_those_are_named_to_whom_a_mail_cannot_go(acme: Acme) -> None:
    template = await created(acme)
    ready, silent = acme.peer.person("kate@example.org"), acme.peer.person()
    nameless = acme.peer.person("nobody@example.org", first_name="")
    acme.peer.change(nameless, last_name="")
    applications = [acme.peer.application(person) for person in (ready, nameless, silent)]
    checked = await check(acme, acme.recruiter, template, *applications, applications[0], new_id())
    assert checked == RejectionMailsCheck(
        sendable=1,
        unsendable=(
            UnsendableMail(application_id=applications[1], missing=(TemplateToken.CANDIDATE_NAME,), no_address=False),
            UnsendableMail(application_id=applications[2], missing=(), no_address=True, blocker=Blocker.NO_ADDRESS),
        ),
    )


@pytest.mark.parametrize("blocker", [Blocker.SUPPRESSED, Blocker.NO_CONSENT])
async def test_whom_no_mail_may_go_to_for_good_is_said_before_they_are_rejected(acme: Acme, blocker: Blocker) -> None:
    template, person = await created(acme), acme.peer.person("kate@example.org")
    application = acme.peer.application(person)
    if blocker is Blocker.SUPPRESSED:
        await acme.answer(acme.suppressions.suppress_person, SuppressPerson(person_id=person), acme.recruiter)
    else:
        acme.peer.change(person, consents={})
    assert (await render(acme, acme.recruiter, template, application)).blocker is blocker
    checked = await check(acme, acme.recruiter, template, application)
    assert checked == RejectionMailsCheck(
        sendable=0,
        unsendable=(UnsendableMail(application_id=application, missing=(), no_address=False, blocker=blocker),),
    )


async def test_what_only_delays_a_mail_is_said_and_keeps_nobody_from_it(acme: Acme) -> None:
    template, person = await created(acme), acme.peer.person("kate@example.org")
    application = acme.peer.application(person)
    outsider = acme.viewer(acme.peer.user("olaf@elsewhere.test"), Role.RECRUITER)
    told = await render(acme, acme.recruiter, template, application)
    assert (told.blocker, told.has_mailbox) == (None, True)
    assert not (await render(acme, outsider, template, application)).has_mailbox
    await acme.limit(person_per_day=0)
    assert (await render(acme, acme.recruiter, template, application)).blocker is Blocker.PERSON_CAP
    assert (await check(acme, acme.recruiter, template, application)).unsendable == ()


async def test_as_many_are_checked_as_are_rejected_at_once_and_only_those_whom_one_sees(acme: Acme) -> None:
    template = await created(acme)
    person = acme.peer.person()
    applications = [acme.peer.application(person) for _ in range(MAX_REJECTION_MAILS)]
    checked = await check(acme, acme.recruiter, template, *applications)
    assert [each.application_id for each in checked.unsendable] == applications
    acme.peer.hidden.add((acme.manager.user_id, applications[0]))
    assert len((await check(acme, acme.manager, template, *applications)).unsendable) == MAX_REJECTION_MAILS - 1
    own = await created(acme, shared=False)
    assert isinstance(await check(acme, acme.manager, own, applications[0]), NotFound)
    assert isinstance(await check(acme, acme.recruiter, template, applications[0], template_version=9), NotFound)


async def test_an_earlier_version_is_still_what_it_was(acme: Acme) -> None:
    template = await created(acme)
    await update(acme, template, body="Changed")
    application = acme.peer.application(acme.peer.person("kate@example.org"))
    rendered = await render(acme, acme.recruiter, template, application, template_version=1)
    assert rendered.body == "Dear Kate Austen, no."
    assert isinstance(await render(acme, acme.recruiter, template, application, template_version=3), NotFound)


async def test_nobody_previews_for_a_person_whom_they_do_not_see(acme: Acme) -> None:
    template = await created(acme)
    application = acme.peer.application(acme.peer.person("kate@example.org"))
    acme.peer.hidden.add((acme.manager.user_id, application))
    assert isinstance(await render(acme, acme.manager, template, application), NotFound)
    assert isinstance(await render(acme, acme.manager, template, new_id()), NotFound)
    request = PreviewTemplate(subject="Hello", body="{{ candidate_name }}", application_id=application)
    assert isinstance(await acme.answer(acme.templates.preview_template, request, acme.manager), NotFound)


async def test_a_text_is_previewed_with_examples_or_with_what_is_wrong_with_it(acme: Acme) -> None:
    async def preview(body: str) -> RenderedTemplate:
        request = PreviewTemplate(subject="{{ job_title }}", body=body)
        answer = await acme.answer(acme.templates.preview_template, request, acme.recruiter)
        assert isinstance(answer, RenderedTemplate)
        return answer

    assert (await preview("Dear {{ candidate_name }}")).body == "Dear Kim Miller"
    wrong = await preview("{{ nothing }}")
    assert (wrong.body, [problem.path for problem in wrong.problems]) == ("", ["body"])
