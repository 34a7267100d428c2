"""Rejections with a mail, and templates, over GraphQL: what is asked of which service, and in which order."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.tests.support.gateway_client import Acme, id_of
from gateway.tests.support.gateway_peer import NOON, state_of
from rapport.contracts import outreach, pipeline
from rapport.contracts.refusals import NotFound, TemplateConflict, TemplateState
from rapport.contracts.vocabulary import Blocker, BulkActionState, TemplateKind, TemplateToken
from rapport.gateway.graph.ids import Kind, global_id
from rapport.kit.rpc.envelope import HandlerResult

REJECT = """
mutation ($input: RejectApplicationInput!) { rejectApplication(input: $input) { __typename
  ... on Refusal { message } ... on InvalidInput { problems { path message code } } ... on NotFound { id } } }
"""
UPDATE = """
mutation ($input: UpdateTemplateInput!) { updateTemplate(input: $input) { __typename
  ... on MessageTemplate { id shared } ... on Refusal { message }
  ... on TemplateConflict { current { version subject } } ... on InvalidInput { problems { path code } } } }
"""
TEMPLATE = uuid4()


@pytest.fixture
def application(acme: Acme) -> pipeline.Application:
    acme.peer.job(cards=1)
    return next(iter(acme.peer.applications.values()))


def rendered(acme: Acme, answer: HandlerResult) -> None:
    """What outreach makes of the template."""

    async def render(request: outreach.RenderTemplate, _: Any) -> HandlerResult:
        return answer

    acme.peer.answering[outreach.RenderTemplate] = render


def accepts(acme: Acme, application: pipeline.Application) -> None:
    async def reject(request: pipeline.RejectApplication, _: Any) -> HandlerResult:
        return pipeline.ApplicationResult(application=state_of(application))

    acme.peer.answering[pipeline.RejectApplication] = reject


async def reject(acme: Acme, application: pipeline.Application, **mail: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "applicationId": id_of(application),
        "stageId": global_id(Kind.STAGE, application.stage.id),
        "reasonId": global_id(Kind.CLOSE_REASON, uuid4()),
    }
    if mail:
        given["mail"] = {"templateId": global_id(Kind.MESSAGE_TEMPLATE, TEMPLATE), **mail}
    answered: dict[str, Any] = (await acme.execute(REJECT, {"input": given})).data["rejectApplication"]
    return answered


async def test_pipeline_is_told_which_mail_goes_once_outreach_can_fill_it_in(
    acme: Acme, application: pipeline.Application
) -> None:
    accepts(acme, application)
    rendered(acme, outreach.RenderedTemplate(subject="No", body="No", missing=(), to_address="kate@example.org"))
    answer = await reject(acme, application, templateVersion=3, sendAt="2027-03-02T09:30:00+01:00")
    assert answer["__typename"] == "ApplicationChanged"
    [rendering] = acme.peer.asked_for(outreach.RenderTemplate)
    assert (rendering.template_id, rendering.template_version) == (TEMPLATE, 3)
    assert rendering.application_id == application.id
    [rejection] = acme.peer.asked_for(pipeline.RejectApplication)
    assert (rejection.mail.template_id, rejection.mail.template_version) == (TEMPLATE, 3)
    assert rejection.mail.send_at.isoformat() == "2027-03-02T09:30:00+01:00"


async def test_without_a_mail_outreach_is_not_asked(acme: Acme, application: pipeline.Application) -> None:
    accepts(acme, application)
    assert (await reject(acme, application))["__typename"] == "ApplicationChanged"
    assert acme.peer.asked_for(outreach.RenderTemplate) == []
    [rejection] = acme.peer.asked_for(pipeline.RejectApplication)
    assert rejection.mail is None


@pytest.mark.parametrize(
    ("missing", "to_address", "path", "code"),
    [
        ((TemplateToken.CANDIDATE_NAME,), "kate@example.org", "mail.templateId", "REQUIRED"),
        ((), None, "mail", "NO_ADDRESS"),
    ],
)
async def test_a_mail_that_could_not_go_is_refused_before_anything_is_done(
    acme: Acme,
    application: pipeline.Application,
    missing: tuple[TemplateToken, ...],
    to_address: str | None,
    path: str,
    code: str,
) -> None:
    accepts(acme, application)
    rendered(acme, outreach.RenderedTemplate(subject="", body="", missing=missing, to_address=to_address))
    answer = await reject(acme, application, templateVersion=1)
    assert answer["__typename"] == "InvalidInput"
    [problem] = answer["problems"]
    assert (problem["path"], problem["code"]) == (path, code)
    assert all(token in problem["message"] for token in missing)
    assert acme.peer.asked_for(pipeline.RejectApplication) == []


@pytest.mark.parametrize(
    ("blocker", "refused"),
    [
        (Blocker.SUPPRESSED, "the person must not be written to"),
        (Blocker.NO_CONSENT, "the person has not agreed to be written to by mail"),
        (Blocker.PERSON_CAP, None),
    ],
)
async def test_a_mail_that_never_may_go_is_refused_and_one_that_only_waits_is_not(
    acme: Acme, application: pipeline.Application, blocker: Blocker, refused: str | None
) -> None:
    accepts(acme, application)
    known = {"to_address": "kate@example.org", "blocker": blocker, "has_mailbox": False}
    rendered(acme, outreach.RenderedTemplate(subject="", body="", missing=(), **known))
    answer = await reject(acme, application, templateVersion=1)
    if refused is None:
        assert answer["__typename"] == "ApplicationChanged"
    else:
        assert answer["problems"] == [{"path": "mail", "code": "NOT_ALLOWED", "message": refused}]
    assert len(acme.peer.asked_for(pipeline.RejectApplication)) == (refused is None)


async def test_a_template_that_is_not_the_viewers_is_not_found(acme: Acme, application: pipeline.Application) -> None:
    accepts(acme, application)
    rendered(acme, NotFound(what="message template", id=str(TEMPLATE)))
    answer = await reject(acme, application, templateVersion=1)
    assert (answer["__typename"], answer["id"]) == ("NotFound", global_id(Kind.MESSAGE_TEMPLATE, TEMPLATE))
    assert acme.peer.asked_for(pipeline.RejectApplication) == []


async def test_what_is_wrong_with_the_mail_is_said_with_its_path(acme: Acme, application: pipeline.Application) -> None:
    answer = await reject(acme, application, templateVersion=0)
    assert [problem["path"] for problem in answer["problems"]] == ["mail.templateVersion"]
    given = {"applicationId": "nothing", "stageId": "nothing", "reasonId": "nothing", "mail": {"templateId": "nothing"}}
    found = (await acme.execute(REJECT, {"input": given})).data["rejectApplication"]["problems"]
    assert [problem["path"] for problem in found] == ["applicationId", "stageId", "reasonId", "mail.templateId"]
    assert acme.peer.asked_for(pipeline.RejectApplication) == []


CHANGE = """
mutation ($input: ChangeApplicationsInput!) { changeApplications(input: $input) { __typename
  ... on BulkAction { mails } ... on InvalidInput { problems { path code message } } ... on NotFound { id } } }
"""
CHECK = """
query ($template: ID!, $applications: [ID!]!) {
  rejectionMailsCheck(templateId: $template, applicationIds: $applications) {
  sendable unsendable firstUnsendable { missing noAddress application { id } } } }
"""


def checked(acme: Acme, answer: HandlerResult) -> None:
    """To whom outreach says a mail can go."""

    async def check(request: outreach.CheckRejectionMails, _: Any) -> HandlerResult:
        return answer

    acme.peer.answering[outreach.CheckRejectionMails] = check


def unsendable_to(*applications: UUID, sendable: int) -> outreach.RejectionMailsCheck:
    cannot = tuple(outreach.UnsendableMail(application_id=id_, missing=(), no_address=True) for id_ in applications)
    return outreach.RejectionMailsCheck(sendable=sendable, unsendable=cannot)


async def reject_many(acme: Acme, *applications: pipeline.Application, **more: Any) -> dict[str, Any]:
    async def change(request: pipeline.ChangeApplications, _: Any) -> HandlerResult:
        return pipeline.BulkAction(
            id=uuid4(),
            action=pipeline.ActionOnMany(kind=request.action.kind),
            requested_by=uuid4(),
            requested_at=NOON,
            state=BulkActionState.RUNNING,
            people=len(request.applications),
            expected=(),
            outcomes=(),
            in_process=0,
            result_id=None,
            version=1,
        )

    acme.peer.answering[pipeline.ChangeApplications] = change
    mail = {"templateId": global_id(Kind.MESSAGE_TEMPLATE, TEMPLATE), "templateVersion": 3}
    rejection = {"reasonId": global_id(Kind.CLOSE_REASON, uuid4()), "mail": mail}
    seen = [{"applicationId": id_of(each), "stageId": global_id(Kind.STAGE, each.stage.id)} for each in applications]
    action = {"kind": "REJECT_APPLICATIONS", "rejection": rejection, **more}
    wish = {"input": {"applications": seen, "action": action}}
    answered: dict[str, Any] = (await acme.execute(CHANGE, wish)).data["changeApplications"]
    return answered


async def test_nobody_of_many_is_rejected_while_it_is_not_said_what_becomes_of_those_who_cannot_be_told(
    acme: Acme,
) -> None:
    acme.peer.job(cards=2)
    ready, silent = list(acme.peer.applications.values())[:2]
    checked(acme, unsendable_to(silent.id, sendable=1))
    answer = await reject_many(acme, ready, silent)
    assert answer["problems"] == [
        {"path": "action.rejection.mail", "code": "NOT_ALLOWED", "message": "cannot go to 1 of them"}
    ]
    assert acme.peer.asked_for(pipeline.ChangeApplications) == []
    assert (await reject_many(acme, ready, silent, rejectWithoutMail=True))["__typename"] == "BulkAction"
    [asked] = acme.peer.asked_for(pipeline.ChangeApplications)
    assert asked.action.rejection.mail.template_version == 3
    assert asked.without_mail == (silent.id,)


async def test_many_are_not_rejected_with_a_template_that_is_not_the_viewers(
    acme: Acme, application: pipeline.Application
) -> None:
    checked(acme, NotFound(what="message template", id=str(TEMPLATE)))
    answer = await reject_many(acme, application, rejectWithoutMail=True)
    assert (answer["__typename"], answer["id"]) == ("NotFound", global_id(Kind.MESSAGE_TEMPLATE, TEMPLATE))
    assert acme.peer.asked_for(pipeline.ChangeApplications) == []


async def test_who_cannot_be_told_is_counted_and_the_first_twenty_are_named(acme: Acme) -> None:
    acme.peer.job(cards=25)
    applications = list(acme.peer.applications.values())[:25]
    checked(acme, unsendable_to(*(each.id for each in applications), sendable=3))
    given = {
        "template": global_id(Kind.MESSAGE_TEMPLATE, TEMPLATE),
        "applications": [id_of(each) for each in applications],
    }
    found = (await acme.execute(CHECK, given)).data["rejectionMailsCheck"]
    assert (found["sendable"], found["unsendable"], len(found["firstUnsendable"])) == (3, 25, 20)
    first = {"missing": [], "noAddress": True, "application": {"id": id_of(applications[0])}}
    assert found["firstUnsendable"][0] == first


async def test_who_was_slower_to_change_a_template_is_shown_what_it_says_now(acme: Acme) -> None:
    async def conflict(request: outreach.UpdateTemplate, _: Any) -> HandlerResult:
        state = TemplateState(version=4, name="No", subject="Theirs", body="Theirs", saved_by=uuid4())
        return TemplateConflict(current=state)

    acme.peer.answering[outreach.UpdateTemplate] = conflict
    texts = {"name": "No", "subject": "Mine", "body": "Mine"}
    wish = {"templateId": global_id(Kind.MESSAGE_TEMPLATE, TEMPLATE), "expectedVersion": 3, **texts}
    answer = (await acme.execute(UPDATE, {"input": wish})).data["updateTemplate"]
    assert answer == {
        "__typename": "TemplateConflict",
        "message": "Someone has changed the template in the meantime.",
        "current": {"version": 4, "subject": "Theirs"},
    }


async def test_templates_say_whose_they_are(acme: Acme) -> None:
    def template(owner_id: UUID | None) -> outreach.Template:
        return outreach.Template(
            id=uuid4(),
            kind=TemplateKind.REJECTION,
            owner_id=owner_id,
            name="No",
            subject="No",
            body="No",
            version=1,
            saved_at=NOON,
            saved_by=uuid4(),
            archived_at=None,
            editable=True,
        )

    async def listed(request: outreach.GetTemplates, _: Any) -> HandlerResult:
        return outreach.Templates(items=(template(None), template(uuid4())))

    acme.peer.answering[outreach.GetTemplates] = listed
    found = await acme.execute("{ messageTemplates(kind: REJECTION) { shared kind } }")
    assert found.data["messageTemplates"] == [
        {"shared": True, "kind": "REJECTION"},
        {"shared": False, "kind": "REJECTION"},
    ]
    [asked] = acme.peer.asked_for(outreach.GetTemplates)
    assert (asked.kind, asked.include_archived) == (TemplateKind.REJECTION, False)
