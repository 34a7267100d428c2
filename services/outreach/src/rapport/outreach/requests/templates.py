"""Requests about message templates."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from uuid import UUID

from rapport.contracts import outreach as contract
from rapport.contracts.authorisation import SHARE_TEMPLATES
from rapport.contracts.identity import Viewer
from rapport.contracts.outreach import (
    MAX_TEMPLATES,
    ArchiveTemplate,
    CheckRejectionMails,
    CreateTemplate,
    GetTemplates,
    PreviewTemplate,
    RejectionMailsCheck,
    RenderedTemplate,
    RenderTemplate,
    TemplateResult,
    Templates,
    UnsendableMail,
    UpdateTemplate,
)
from rapport.contracts.refusals import (
    Forbidden,
    InputProblemCode,
    Invalid,
    NotFound,
    Refusal,
    TemplateConflict,
    TemplateState,
)
from rapport.contracts.requests import MAX_IDS
from rapport.contracts.vocabulary import TemplateToken
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.outreach.domain.clearance import Blocked, Fails, find_blocker_of_rejection
from rapport.outreach.domain.message import sendable_address
from rapport.outreach.domain.template import EXAMPLES, Template, read_template
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.recipients import read_recipients, usual_recipient
from rapport.outreach.rejection_mails import token_values
from rapport.outreach.store import senders, templates
from rapport.outreach.store.templates import StoredTemplate


@dataclass(frozen=True, slots=True)
class _Recipient:
    """What is filled in for somebody, and where a mail to them goes."""

    values: Mapping[TemplateToken, str]
    address: str | None
    blocked: Blocked | None = None
    """What keeps the mail of a rejection from them now."""
    has_mailbox: bool = True
    """Whether it can be sent from the mailbox of the viewer."""


class TemplateRequests:
    """Handles requests about templates."""

    def __init__(
        self,
        database: Database,
        pipeline: PipelineClient,
        companies: Mapping[str, str | None],
        *,
        has_mailbox: Callable[[str, str], bool],
    ) -> None:
        """Create the handlers.

        Args:
            database: of the service.
            pipeline: knows who is filled in.
            companies: what people know each organisation by.
            has_mailbox: whether an organisation can send from an address.
        """
        self._has_mailbox = has_mailbox
        self._database = database
        self._pipeline = pipeline
        self._companies = companies

    def register(self, server: RequestServer) -> None:
        """Let the server route each request here."""
        server.handle(GetTemplates, self.get_templates)
        server.handle(CreateTemplate, self.create_template)
        server.handle(UpdateTemplate, self.update_template)
        server.handle(ArchiveTemplate, self.archive_template)
        server.handle(RenderTemplate, self.render_template)
        server.handle(PreviewTemplate, self.preview_template)
        server.handle(CheckRejectionMails, self.check_rejection_mails)

    async def get_templates(self, request: GetTemplates, context: RequestContext) -> Templates:
        """What the viewer may use."""
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            found = await templates.listed(session, viewer.user_id, request.kind, archived=request.include_archived)
        return Templates(items=tuple(_shown(each, viewer) for each in found))

    async def create_template(self, request: CreateTemplate, context: RequestContext) -> TemplateResult | Refusal:
        """Add a template."""
        viewer = context.viewer
        owner_id = None if request.shared else viewer.user_id
        if denial := _denial(owner_id, viewer):
            return denial
        if wrong := _problems(request.subject, request.body):
            return wrong
        template_id = derived_id(viewer.org_id, "template", context.key)
        async with self._work(context) as unit:
            first = await templates.text(unit, template_id, viewer.user_id, version=1)
            if first and (first.subject, first.body) != (request.subject, _normal(request.body)):
                return Invalid.because("idempotency_key", "was used for another template", InputProblemCode.KEY_REUSED)
            if first is None:
                if full := await _full(unit, owner_id, "shared"):
                    return full
                await templates.add(
                    unit,
                    template_id,
                    request.kind,
                    owner_id,
                    name=request.template_name,
                    subject=request.subject,
                    body=_normal(request.body),
                    by=viewer.user_id,
                )
            return await _result(unit, template_id, viewer)

    async def update_template(self, request: UpdateTemplate, context: RequestContext) -> TemplateResult | Refusal:
        """Change a template; the same change again changes nothing."""
        viewer = context.viewer
        if wrong := _problems(request.subject, request.body):
            return wrong
        async with self._work(context) as unit:
            found = await _lock(unit, request.template_id, viewer)
            if not isinstance(found, StoredTemplate):
                return found
            wanted = (request.template_name, request.subject, _normal(request.body))
            if (found.name, found.subject, found.body) != wanted:
                if found.version != request.expected_version:
                    return TemplateConflict(current=_state(found))
                name, subject, body = wanted
                await templates.save(unit, found.id, name=name, subject=subject, body=body, by=viewer.user_id)
            return await _result(unit, found.id, viewer)

    async def archive_template(self, request: ArchiveTemplate, context: RequestContext) -> TemplateResult | Refusal:
        """Offer a template no longer, or again."""
        viewer = context.viewer
        async with self._work(context) as unit:
            found = await _lock(unit, request.template_id, viewer)
            if not isinstance(found, StoredTemplate):
                return found
            if (found.archived_at is not None) is not request.archived:
                full = None if request.archived else await _full(unit, found.owner_id, "archived")
                if full:
                    return full
                await templates.archive(unit, found.id, archived=request.archived)
            return await _result(unit, found.id, viewer)

    async def render_template(self, request: RenderTemplate, context: RequestContext) -> RenderedTemplate | Refusal:
        """A template as it would go to the person of an application."""
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            text = await templates.text(session, request.template_id, viewer.user_id, request.template_version)
        if text is None:
            return NotFound(what="message template", id=str(request.template_id))
        recipient = await self._recipient(viewer, request.application_id)
        if isinstance(recipient, NotFound):
            return recipient
        return _rendered(text.subject, text.body, recipient).model_copy(update={"version": text.version})

    async def check_rejection_mails(
        self, request: CheckRejectionMails, context: RequestContext
    ) -> RejectionMailsCheck | Refusal:
        """To whom of many a template cannot go."""
        viewer, ids = context.viewer, tuple(dict.fromkeys(request.application_ids))
        async with self._database.read_session(viewer.org_id) as session:
            text = await templates.text(session, request.template_id, viewer.user_id, request.template_version)
        if text is None:
            return NotFound(what="message template", id=str(request.template_id))
        template = read_template(text.subject, text.body)
        if not isinstance(template, Template):
            return Invalid(problems=template)
        recipients = dict[UUID, _Recipient]()
        for start in range(0, len(ids), MAX_IDS):
            recipients |= await self._recipients(viewer, ids[start : start + MAX_IDS])
        unsendable = [
            UnsendableMail(
                application_id=id_,
                missing=missing,
                no_address=recipient.address is None,
                blocker=recipient.blocked.blocker if isinstance(recipient.blocked, Fails) else None,
            )
            for id_ in ids
            if (recipient := recipients.get(id_))
            and ((missing := template.missing(recipient.values)) or isinstance(recipient.blocked, Fails))
        ]
        return RejectionMailsCheck(sendable=len(recipients) - len(unsendable), unsendable=tuple(unsendable))

    async def preview_template(self, request: PreviewTemplate, context: RequestContext) -> RenderedTemplate | Refusal:
        """A text that is not stored."""
        recipient: _Recipient | NotFound = _Recipient(EXAMPLES, None)
        if request.application_id:
            recipient = await self._recipient(context.viewer, request.application_id)
        if isinstance(recipient, NotFound):
            return recipient
        return _rendered(request.subject, _normal(request.body), recipient)

    async def _recipient(self, viewer: Viewer, application_id: UUID) -> _Recipient | NotFound:
        found = await self._recipients(viewer, (application_id,))
        return found.get(application_id) or NotFound(what="application", id=str(application_id))

    async def _recipients(self, viewer: Viewer, application_ids: tuple[UUID, ...]) -> dict[UUID, _Recipient]:
        """The people of those of at most ``MAX_IDS`` applications that the viewer may see."""
        applications = await self._pipeline.applications(viewer, application_ids)
        person_ids = tuple({application.person_id for application in applications.values()})
        people = await self._pipeline.people(viewer, person_ids)
        if not people:
            return {}
        user = (await self._pipeline.users(viewer, (viewer.user_id,)))[viewer.user_id]
        company = self._companies.get(viewer.org_id)
        has_mailbox = self._has_mailbox(viewer.org_id, sendable_address(user.email) or "")
        at = datetime.now(UTC)
        async with self._database.read_session(viewer.org_id) as session:
            limits = await senders.limits(session)
            known = await read_recipients(session, list(map(usual_recipient, people.values())))
        return {
            application.id: _Recipient(
                token_values(person, application, user, company),
                usual_recipient(person).address,
                find_blocker_of_rejection(known[person.id], limits, at=at),
                has_mailbox,
            )
            for application in applications.values()
            if (person := people.get(application.person_id))
        }

    def _work(self, context: RequestContext) -> AbstractAsyncContextManager[UnitOfWork]:
        viewer = context.viewer
        return self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key)


def _denial(owner_id: UUID | None, viewer: Viewer) -> Forbidden | None:
    """Why a viewer may not change a template that they see: the organisation's, or their own."""
    return SHARE_TEMPLATES.denial(viewer) if owner_id is None else None


async def _lock(unit: UnitOfWork, template_id: UUID, viewer: Viewer) -> StoredTemplate | NotFound | Forbidden:
    """A template that the viewer may change, locked."""
    await templates.lock(unit, template_id)
    found = await templates.one(unit, template_id, viewer.user_id)
    if found is None:
        return NotFound(what="message template", id=str(template_id))
    return _denial(found.owner_id, viewer) or found


async def _full(session: ReadSession, owner_id: UUID | None, path: str) -> Invalid | None:
    if await templates.count(session, owner_id) < MAX_TEMPLATES:
        return None
    return Invalid.because(path, f"there are {MAX_TEMPLATES} templates already", InputProblemCode.TOO_MANY)


async def _result(session: ReadSession, template_id: UUID, viewer: Viewer) -> TemplateResult | NotFound:
    found = await templates.one(session, template_id, viewer.user_id)
    if found is None:
        return NotFound(what="message template", id=str(template_id))
    return TemplateResult(template=_shown(found, viewer))


def _problems(subject: str, body: str) -> Invalid | None:
    read = read_template(subject, _normal(body))
    return None if isinstance(read, Template) else Invalid(problems=read)


def _normal(body: str) -> str:
    return body.replace("\r\n", "\n").replace("\r", "\n")


def _rendered(subject: str, body: str, recipient: _Recipient) -> RenderedTemplate:
    read = read_template(subject, body)
    if not isinstance(read, Template):
        return RenderedTemplate(subject="", body="", missing=(), problems=read)
    subject, body = read.fill_in(recipient.values)
    missing = read.missing(recipient.values)
    return RenderedTemplate(
        subject=subject,
        body=body,
        missing=missing,
        to_address=recipient.address,
        blocker=recipient.blocked.blocker if recipient.blocked else None,
        has_mailbox=recipient.has_mailbox,
    )


def _shown(found: StoredTemplate, viewer: Viewer) -> contract.Template:
    values = {each.name: getattr(found, each.name) for each in fields(found)}
    return contract.Template(**values, editable=_denial(found.owner_id, viewer) is None)


def _state(found: StoredTemplate) -> TemplateState:
    return TemplateState(
        version=found.version, name=found.name, subject=found.subject, body=found.body, saved_by=found.saved_by
    )
