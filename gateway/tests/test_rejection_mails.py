"""Rejections with a mail, and templates, over GraphQL: what is asked of which service, and in which order."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.tests.support.gateway_client import Acme, id_of
from gateway.tests.support.gateway_peer import NOON, state_of
from rapport.contracts import outreach, pipeline
from rapport.contracts.refusals import NotFound, TemplateConflict, TemplateState
from rapport.contracts.vocabulary import TemplateKind, TemplateToken
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
    assert [problem["path"] for problem in found] == ["mail.templateId", "applicationId", "stageId", "reasonId"]
    assert acme.peer.asked_for(pipeline.RejectApplication) == []


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
