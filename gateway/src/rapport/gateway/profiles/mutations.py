"""Opening files."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.profiles.types import AttachmentLink, ChooseCustomFieldsSuccess


@strawberry.input(description="Which file is to be opened.")
class CreateAttachmentLinkInput:
    attachment_id: strawberry.ID = strawberry.field(description="Its id.")


CreateAttachmentLinkResult = Annotated[
    AttachmentLink | NotFound | Forbidden | InvalidInput,
    strawberry.union("CreateAttachmentLinkResult", description="What became of opening a file."),
]


@strawberry.input(description="Which of the account's own fields are shown.")
class ChooseCustomFieldsInput:
    custom_field_ids: list[strawberry.ID] = strawberry.field(description="Exactly these from now on; none hides all.")


ChooseCustomFieldsResult = Annotated[
    ChooseCustomFieldsSuccess | NotFound | Forbidden | InvalidInput,
    strawberry.union("ChooseCustomFieldsResult", description="What became of choosing fields."),
]


@strawberry.type
class ProfileMutations:
    @mutation(
        "Create a link to a file about a person, for yourself and for some minutes.",
        graphql_type=CreateAttachmentLinkResult,
    )
    async def create_attachment_link(
        self,
        info: Info,
        input: CreateAttachmentLinkInput,  # noqa: A002 - the argument's name
    ) -> pipeline.AttachmentLink | refusals.Refusal:
        parse = InputParser()
        attachment_id = parse.id(Kind.ATTACHMENT, input.attachment_id, "attachment_id")
        request = parse.build(pipeline.CreateAttachmentLink, attachment_id=attachment_id)
        if isinstance(request, refusals.Invalid):
            return request
        return await info.context.services.call(request)

    @mutation(
        "Choose which of the account's own fields everybody sees who sees a person; admins only.",
        graphql_type=ChooseCustomFieldsResult,
    )
    async def choose_custom_fields(
        self,
        info: Info,
        input: ChooseCustomFieldsInput,  # noqa: A002 - the argument's name
    ) -> pipeline.CustomFields | refusals.Refusal:
        parse = InputParser()
        ids = parse.ids(Kind.CUSTOM_FIELD, input.custom_field_ids, "custom_field_ids")
        request = parse.build(pipeline.ChooseCustomFields, ids=ids)
        if isinstance(request, refusals.Invalid):
            return request
        return await info.context.services.call(request)
