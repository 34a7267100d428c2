"""What is known of people beside their record: jobs held, education and files."""

import strawberry

from rapport.contracts import biography, pipeline
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import extend, field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.people.types import Person
from rapport.gateway.profiles.loaders import profiles_by_person
from rapport.gateway.users.types import User


@exposes(
    biography.Employment,
    "started_on",
    "ended_on",
    company="Where they work or worked.",
    title="What they are or were there.",
)
class Employment:
    """A job that a person holds, or held."""


@exposes(
    biography.Education,
    "started_on",
    "ended_on",
    school="Where they study or studied.",
    degree="The degree they hold or pursue.",
    discipline="What they study or studied.",
)
class Education:
    """What a person studied, and where."""


@exposes(
    biography.Attachment,
    id_of=Kind.ATTACHMENT,
    name="What the file is called.",
    kind="What it is.",
    added_at="When it came into the ATS.",
)
class Attachment:
    """A file about a person; `createAttachmentLink` opens it."""


@exposes(
    pipeline.AttachmentLink,
    url="Where your browser gets the file, as a download. Whoever has it can open the file: show it to nobody.",
    expires_at="Until when it works.",
)
class AttachmentLink:
    """An address from which your browser gets a file."""


@exposes(pipeline.WebLink, url="Its address, as the account has it.", kind="What it is.")
class WebLink:
    """A page on the web that is about a person."""


@exposes(pipeline.CustomFieldValue, name="What the account calls the field.", value="What it says.")
class CustomFieldValue:
    """What a person's record says in one of the account's own fields."""


@exposes(pipeline.CustomField, "shown", id_of=Kind.CUSTOM_FIELD, name="What the account calls it.")
class CustomField:
    """A field that the account made up for people."""


@exposes(pipeline.CustomFields, items="Every field that can be shown, by name.")
class ChooseCustomFieldsSuccess:
    """The fields were chosen."""


@extend(Person)
class PersonProfile:
    """A person's profile."""

    @field(
        "The jobs they hold or held: the present ones first, then the one that ended last; at most 50.",
        graphql_type=list[Employment] | None,
    )
    @staticmethod
    async def employments(
        person: strawberry.Parent[pipeline.Person], info: Info
    ) -> tuple[biography.Employment, ...] | None:
        profile = await _profile_of(info, person)
        return profile.employments if profile else None

    @field(
        "What they study or studied: the present one first, then the one that ended last; at most 50.",
        graphql_type=list[Education] | None,
    )
    @staticmethod
    async def educations(
        person: strawberry.Parent[pipeline.Person], info: Info
    ) -> tuple[biography.Education, ...] | None:
        profile = await _profile_of(info, person)
        return profile.educations if profile else None

    @field("Files about them that you may open, the newest first, at most 50.", graphql_type=list[Attachment] | None)
    @staticmethod
    async def attachments(
        person: strawberry.Parent[pipeline.Person], info: Info
    ) -> tuple[biography.Attachment, ...] | None:
        profile = await _profile_of(info, person)
        return profile.attachments if profile else None

    @field("Pages on the web about them, by what they are.", graphql_type=list[WebLink] | None)
    @staticmethod
    async def web_links(person: strawberry.Parent[pipeline.Person], info: Info) -> tuple[pipeline.WebLink, ...] | None:
        profile = await _profile_of(info, person)
        return profile.web_links if profile else None

    @field(
        "What their record says in the account's own fields that an admin chose to show.",
        graphql_type=list[CustomFieldValue] | None,
    )
    @staticmethod
    async def custom_fields(
        person: strawberry.Parent[pipeline.Person], info: Info
    ) -> tuple[pipeline.CustomFieldValue, ...] | None:
        profile = await _profile_of(info, person)
        return profile.custom_fields if profile else None

    @field("Who is responsible for them.", graphql_type=User | None)
    @staticmethod
    async def recruiter(person: strawberry.Parent[pipeline.Person], info: Info) -> pipeline.User | None:
        profile = await _profile_of(info, person)
        return profile.recruiter if profile else None

    @field("Who schedules their interviews.", graphql_type=User | None)
    @staticmethod
    async def coordinator(person: strawberry.Parent[pipeline.Person], info: Info) -> pipeline.User | None:
        profile = await _profile_of(info, person)
        return profile.coordinator if profile else None

    @field("Whether only those who work on them see them.")
    @staticmethod
    async def is_private(person: strawberry.Parent[pipeline.Person], info: Info) -> bool | None:
        profile = await _profile_of(info, person)
        return profile.is_private if profile else None


async def _profile_of(info: Info, person: pipeline.Person) -> pipeline.PersonProfile | None:
    return await info.context.loader(profiles_by_person).load(person.id)
