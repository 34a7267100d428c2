"""Opening files."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.contracts.vocabulary import Responsibility
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration, exposes
from rapport.gateway.graph.fields import field, mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound, Refusal
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.profiles.types import AttachmentLink, ChooseCustomFieldsSuccess
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


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


@strawberry.input(description="Who looks after whom.")
class AssignPersonInput:
    person_id: strawberry.ID = strawberry.field(description="Whom.")
    responsibility: enumeration(Responsibility) = strawberry.field(  # type: ignore[valid-type]
        description="As what."
    )
    user_id: strawberry.ID | None = strawberry.field(default=None, description="Who; null for nobody.")
    seen_user_id: strawberry.ID | None = strawberry.field(
        default=None, description="Who does, as you see it; if it is somebody else by now, nothing is changed."
    )


@exposes(refusals.AssignmentConflict)
class AssignmentConflict(Refusal):
    """Somebody else looks after the person than you saw; nothing was changed."""

    @field("Who does now; null if nobody does.", graphql_type=User | None)
    @staticmethod
    async def current(refusal: strawberry.Parent[refusals.AssignmentConflict], info: Info) -> object:
        return await user_of(info, refusal.current) if refusal.current else None


@exposes(pipeline.Assigned)
class AssignPersonSuccess:
    """It is so, here and in the ATS."""

    @field("The person as they are now; null if you do not see them any more.", graphql_type=Person | None)
    @staticmethod
    async def person(assigned: strawberry.Parent[pipeline.Assigned], info: Info) -> pipeline.Person | None:
        return await person_of(info, assigned.person_id)


AssignPersonResult = Annotated[
    AssignPersonSuccess | AssignmentConflict | NotFound | Forbidden | InvalidInput,
    strawberry.union("AssignPersonResult", description="What became of saying who looks after a person."),
]


@strawberry.type
class ProfileMutations:
    @mutation(
        "Make a user a person's recruiter or coordinator, or nobody, provided it is still who you see. The ATS is "
        "asked first: if it refuses, nothing is changed.",
        graphql_type=AssignPersonResult,
    )
    async def assign_person(
        self,
        info: Info,
        input: AssignPersonInput,  # noqa: A002 - the argument's name
    ) -> pipeline.Assigned | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.AssignPerson,
            person_id=parser.id(Kind.PERSON, input.person_id, "person_id"),
            responsibility=input.responsibility,
            user_id=parser.optional_id(Kind.USER, input.user_id, "user_id"),
            seen_user_id=parser.optional_id(Kind.USER, input.seen_user_id, "seen_user_id"),
        )
        return await info.context.services.call_valid(request)

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
