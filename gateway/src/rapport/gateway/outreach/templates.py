"""Message templates, and the mails that tell people of their rejection."""

from datetime import datetime
from typing import Annotated

import strawberry

from rapport.contracts import outreach, pipeline, refusals
from rapport.contracts.requests import Request
from rapport.contracts.vocabulary import TemplateKind, TemplateToken
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.errors import from_refusal
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import attribute_docs, enumeration, exposes
from rapport.gateway.graph.fields import extend, field, mutation
from rapport.gateway.graph.ids import Kind, uuid_of
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound, Refusal
from rapport.gateway.outreach.loaders import rejection_mail_by_application
from rapport.gateway.outreach.types import Message
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User

_NAMED = 20
"""Of those to whom a mail cannot go."""
_ApplicationId = Annotated[
    strawberry.ID, strawberry.argument(description="For the person of which application, for its job.")
]


@exposes(
    outreach.Template,
    "subject",
    "body",
    "editable",
    id_of=Kind.MESSAGE_TEMPLATE,
    kind="What it is for.",
    name="What users know it by.",
    version="Grows with every change of its texts or its name.",
    saved_at="When it was changed last.",
    archived_at="Since when it is no longer offered; null if it is.",
)
class MessageTemplate:
    """A text for messages, with tokens that are filled in for each."""

    @field("Whether it is the organisation's; if not, it is yours.")
    @staticmethod
    def shared(template: strawberry.Parent[outreach.Template]) -> bool:
        return template.owner_id is None

    @field("Who changed it last.", graphql_type=User | None)
    @staticmethod
    async def saved_by(template: strawberry.Parent[outreach.Template], info: Info) -> pipeline.User | None:
        return await user_of(info, template.saved_by)


@exposes(
    outreach.RenderedTemplate,
    "missing",
    "problems",
    "version",
    "to_address",
    "blocker",
    "has_mailbox",
    subject="Its subject.",
    body="What it says.",
)
class RenderedTemplate:
    """A template filled in; a token without a value and without a default stands there as it is written."""


@exposes(outreach.UnsendableMail, "missing", "no_address", "blocker")
class UnsendableRejectionMail:
    """Why the mail of a rejection cannot go to the person of an application."""

    @field("Of which application.", graphql_type=Application | None)
    @staticmethod
    async def application(
        unsendable: strawberry.Parent[outreach.UnsendableMail], info: Info
    ) -> pipeline.Application | None:
        return await application_by_id(info, unsendable.application_id)


@exposes(outreach.RejectionMailsCheck, "sendable")
class RejectionMailsCheck:
    """Whether the mail of a rejection can go to the people of applications, as far as you see them."""

    @field("To how many it cannot.")
    @staticmethod
    def unsendable(check: strawberry.Parent[outreach.RejectionMailsCheck]) -> int:
        return len(check.unsendable)

    @field(f"The first {_NAMED} to whom it cannot.", graphql_type=list[UnsendableRejectionMail])
    @staticmethod
    def first_unsendable(
        check: strawberry.Parent[outreach.RejectionMailsCheck],
    ) -> tuple[outreach.UnsendableMail, ...]:
        return check.unsendable[:_NAMED]


@strawberry.type(description="What a template can have filled in, written as `{{ token }}` in its texts.")
class TokenOfTemplates:
    token: enumeration(TemplateToken) = strawberry.field(description="Which; templates write it in small letters.")  # type: ignore[valid-type]
    description: str = strawberry.field(description="What is filled in.")


@exposes(
    refusals.TemplateState,
    version="The version it is.",
    name="What users know it by.",
    subject="Its subject.",
    body="What it says.",
)
class TemplateState:
    """A template as it is now."""

    @field("Who changed it.", graphql_type=User | None)
    @staticmethod
    async def saved_by(state: strawberry.Parent[refusals.TemplateState], info: Info) -> pipeline.User | None:
        return await user_of(info, state.saved_by)


@exposes(refusals.TemplateConflict, current="As it is now.")
class TemplateConflict(Refusal):
    """Somebody changed the template since the version that you saw; nothing was changed."""


@extend(Application)
class RejectionMailOfApplication:
    """The mail that tells the person of their rejection."""

    @field(
        "The mail about its newest rejection, if you may see it; null if there is none, and for the moment before it is"
        " written.",
        graphql_type=Message | None,
    )
    @staticmethod
    async def rejection_mail(
        application: strawberry.Parent[pipeline.Application], info: Info
    ) -> outreach.Message | None:
        return await info.context.loader(rejection_mail_by_application).load(application.id)


@strawberry.input(description="A new template.")
class CreateTemplateInput:
    kind: enumeration(TemplateKind) = strawberry.field(description="What it is for.")  # type: ignore[valid-type]
    name: str = strawberry.field(description=f"What users know it by: 1 to {outreach.MAX_TEMPLATE_NAME} characters.")
    subject: str = strawberry.field(
        description=f"With tokens, as `{{{{ job_title }}}}`: one line, 1 to {outreach.MAX_SUBJECT} characters."
    )
    body: str = strawberry.field(
        description='With tokens, which may have a default, as `{{ candidate_first_name | default("there") }}`: 1 to'
        f" {outreach.MAX_TEMPLATE_BODY:,} characters."
    )
    shared: bool = strawberry.field(
        default=False, description="Whether it is the organisation's: admins and recruiters may add those."
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="How a template is from now on.")
class UpdateTemplateInput:
    template_id: strawberry.ID = strawberry.field(description="Which template.")
    expected_version: int = strawberry.field(
        description="The `version` that you see; if it is another by now, nothing is changed."
    )
    name: str = strawberry.field(description="As that of a new template.")
    subject: str = strawberry.field(description="As that of a new template.")
    body: str = strawberry.field(description="As that of a new template.")


@strawberry.input(description="Which template is no longer offered, or again.")
class ArchiveTemplateInput:
    template_id: strawberry.ID = strawberry.field(description="Which template.")
    archived: bool = strawberry.field(default=True, description="False to offer it again.")


TemplateResult = Annotated[
    MessageTemplate | TemplateConflict | NotFound | Forbidden | InvalidInput,
    strawberry.union("TemplateResult", description="What became of a change to a template."),
]
_OfTemplate = outreach.Template | refusals.Refusal


@strawberry.type
class TemplateQueries:
    @field(
        f"The organisation's templates and your own, at most {outreach.MAX_TEMPLATES} of each: by name, archived ones"
        " last.",
        graphql_type=list[MessageTemplate] | None,
    )
    async def message_templates(
        self,
        info: Info,
        kind: Annotated[
            enumeration(TemplateKind) | None,  # type: ignore[valid-type]
            strawberry.argument(description="Only those that are for this."),
        ] = None,
        *,
        include_archived: Annotated[
            bool, strawberry.argument(description="Whether to list those that are no longer offered as well.")
        ] = False,
    ) -> tuple[outreach.Template, ...]:
        request = outreach.GetTemplates(kind=kind, include_archived=include_archived)
        return (await info.context.services.read(request)).items

    @field("Everything that a template can have filled in.", graphql_type=list[TokenOfTemplates] | None)
    def template_tokens(self) -> list[TokenOfTemplates]:
        documented = attribute_docs(TemplateToken.__module__)[TemplateToken.__qualname__]
        return [TokenOfTemplates(token=token, description=documented[token.name]) for token in TemplateToken]

    @field("A template as it would go from you to the person of an application.", graphql_type=RenderedTemplate | None)
    async def rendered_template(
        self,
        info: Info,
        template_id: Annotated[strawberry.ID, strawberry.argument(description="Which template.")],
        application_id: _ApplicationId,
        template_version: Annotated[
            int | None, strawberry.argument(description="In which version; the newest if left out.")
        ] = None,
    ) -> outreach.RenderedTemplate:
        request = outreach.RenderTemplate(
            template_id=uuid_of(Kind.MESSAGE_TEMPLATE, template_id, "templateId"),
            template_version=template_version,
            application_id=uuid_of(Kind.APPLICATION, application_id, "applicationId"),
        )
        return await info.context.services.read(request)

    @field(
        "A text that is being written, filled in for an application, or with examples.",
        graphql_type=RenderedTemplate | None,
    )
    async def template_preview(
        self,
        info: Info,
        subject: Annotated[str, strawberry.argument(description="As that of a new template.")],
        body: Annotated[str, strawberry.argument(description="As that of a new template.")],
        application_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="For the person of which application; with examples if left out."),
        ] = None,
    ) -> outreach.RenderedTemplate:
        parser = InputParser()
        application = parser.optional_id(Kind.APPLICATION, application_id, "application_id")
        request = parser.build(outreach.PreviewTemplate, subject=subject, body=body, application_id=application)
        if isinstance(request, refusals.Invalid):
            raise from_refusal(request)
        return await info.context.services.read(request)

    @field(
        "Whether a template can be sent from you to the people of many applications: look before you reject them with"
        " `changeApplications`.",
        graphql_type=RejectionMailsCheck | None,
    )
    async def rejection_mails_check(
        self,
        info: Info,
        template_id: Annotated[strawberry.ID, strawberry.argument(description="Which template.")],
        application_ids: Annotated[
            list[strawberry.ID],
            strawberry.argument(description=f"Of which applications: 1 to {outreach.MAX_REJECTION_MAILS}."),
        ],
        template_version: Annotated[
            int | None, strawberry.argument(description="In which version; the newest if left out.")
        ] = None,
    ) -> outreach.RejectionMailsCheck:
        parser = InputParser()
        request = parser.build(
            outreach.CheckRejectionMails,
            template_id=parser.id(Kind.MESSAGE_TEMPLATE, template_id, "template_id"),
            template_version=template_version,
            application_ids=parser.ids(
                Kind.APPLICATION, application_ids, "application_ids", at_most=outreach.MAX_REJECTION_MAILS
            ),
        )
        if isinstance(request, refusals.Invalid):
            raise from_refusal(request)
        return await info.context.services.read(request)

    @field("When the mail of a rejection would go, if you made it now and chose no time.")
    async def rejection_mail_time(self, info: Info) -> datetime | None:
        return (await info.context.services.read(pipeline.GetRejectionMailTime())).send_at


@strawberry.type
class TemplateMutations:
    @mutation("Add a message template.", graphql_type=TemplateResult)
    async def create_template(self, info: Info, input: CreateTemplateInput) -> _OfTemplate:  # noqa: A002
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            outreach.CreateTemplate,
            kind=input.kind,
            template_name=input.name,
            subject=input.subject,
            body=input.body,
            shared=input.shared,
        )
        return await _changed(info, request, key=key)

    @mutation(
        "Change a message template, provided nobody has changed it since you saw it. Messages that were scheduled"
        " before stay as they are.",
        graphql_type=TemplateResult,
    )
    async def update_template(self, info: Info, input: UpdateTemplateInput) -> _OfTemplate:  # noqa: A002
        parser = InputParser()
        request = parser.build(
            outreach.UpdateTemplate,
            template_id=parser.id(Kind.MESSAGE_TEMPLATE, input.template_id, "template_id"),
            expected_version=input.expected_version,
            template_name=input.name,
            subject=input.subject,
            body=input.body,
        )
        return await _changed(info, request)

    @mutation("Offer a message template no longer, or again.", graphql_type=TemplateResult)
    async def archive_template(self, info: Info, input: ArchiveTemplateInput) -> _OfTemplate:  # noqa: A002
        parser = InputParser()
        template_id = parser.id(Kind.MESSAGE_TEMPLATE, input.template_id, "template_id")
        request = parser.build(outreach.ArchiveTemplate, template_id=template_id, archived=input.archived)
        return await _changed(info, request)


async def _changed(
    info: Info, request: Request[outreach.TemplateResult] | refusals.Invalid, *, key: str | None = None
) -> _OfTemplate:
    """The template as it is afterwards."""
    answer = await info.context.services.call_valid(request, key=key)
    return answer.template if isinstance(answer, outreach.TemplateResult) else answer
