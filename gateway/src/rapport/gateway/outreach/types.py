"""Messages to people, whether they can be written to, and what goes with both."""

import strawberry

from rapport.contracts import outreach, pipeline
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import extend, field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import Node
from rapport.gateway.graph.permissions import MessagePermissions, OwnershipPermissions
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job
from rapport.gateway.outreach.loaders import contactability_by_person
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@exposes(
    outreach.Reply,
    "text",
    "signature",
    id_of=Kind.REPLY,
    kind="Who answered.",
    received_at="When it arrived.",
    subject="Its subject.",
)
class Reply:
    """An answer to a message, without the text it quotes."""


@exposes(
    outreach.Message,
    "blocker",
    "explanation",
    "replies",
    id_of=Kind.MESSAGE,
    channel="How it reaches the person.",
    to_address="Where it goes.",
    subject="Its subject.",
    body="What it says.",
    state="Where it stands.",
    state_since="Since when.",
    send_at="It is not sent before.",
    sent_at="When it was sent.",
    version="Grows with every change.",
)
class Message(Node):
    """A message to a person."""

    @field("To whom.", graphql_type=Person | None)
    @staticmethod
    async def person(message: strawberry.Parent[outreach.Message], info: Info) -> pipeline.Person | None:
        return await person_of(info, message.person_id)

    @field("For which job, if for one that you see.", graphql_type=Job | None)
    @staticmethod
    async def job(message: strawberry.Parent[outreach.Message], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, message.job_id) if message.job_id else None

    @field("Of whose rejection it tells the person; null for any other message.", graphql_type=Application | None)
    @staticmethod
    async def application(message: strawberry.Parent[outreach.Message], info: Info) -> pipeline.Application | None:
        return await application_by_id(info, message.application_id) if message.application_id else None

    @field("Who wrote it.", graphql_type=User | None)
    @staticmethod
    async def author(message: strawberry.Parent[outreach.Message], info: Info) -> pipeline.User | None:
        return await user_of(info, message.author_id)

    @field("Whose mailbox it comes from; replies land there.", graphql_type=User | None)
    @staticmethod
    async def from_user(message: strawberry.Parent[outreach.Message], info: Info) -> pipeline.User | None:
        return await user_of(info, message.from_user_id)

    @field("What you may do about it.")
    @staticmethod
    def viewer_can(message: strawberry.Parent[outreach.Message], info: Info) -> MessagePermissions:
        return MessagePermissions.of(message, info.context.session.viewer)


@exposes(
    outreach.SendingGrant,
    id_of=Kind.SENDING_GRANT,
    granted_at="Since when.",
    revoked_at="When it was taken back.",
    role="Everybody with this role; null if it is for one user.",
)
class SendingGrant:
    """A user's permission that others send from their mailbox."""

    @field("Whose mailbox.", graphql_type=User | None)
    @staticmethod
    async def granted_by(grant: strawberry.Parent[outreach.SendingGrant], info: Info) -> pipeline.User | None:
        return await user_of(info, grant.granted_by)

    @field("The user who may; null if it is for a role.", graphql_type=User | None)
    @staticmethod
    async def user(grant: strawberry.Parent[outreach.SendingGrant], info: Info) -> pipeline.User | None:
        return await user_of(info, grant.user_id) if grant.user_id else None


@exposes(
    outreach.Suppression,
    "address",
    id_of=Kind.SUPPRESSION,
    whole_person="Whether it holds for the person; if not, for one address.",
    reason="Why.",
    version="Grows with every change.",
    recorded_at="When it was recorded.",
    lifted_at="When it was lifted; null while it is in force.",
)
class Suppression:
    """An entry of the ledger of those who must not be written to."""

    @field("Whom.", graphql_type=Person | None)
    @staticmethod
    async def person(entry: strawberry.Parent[outreach.Suppression], info: Info) -> pipeline.Person | None:
        return await person_of(info, entry.person_id) if entry.person_id else None

    @field("The user who recorded it, if it was one.", graphql_type=User | None)
    @staticmethod
    async def recorded_by(entry: strawberry.Parent[outreach.Suppression], info: Info) -> pipeline.User | None:
        return await user_of(info, entry.recorded_by) if entry.recorded_by else None


@exposes(outreach.TakeoverRequest, "note", id_of=Kind.TAKEOVER_REQUEST, requested_at="When they asked.")
class TakeoverRequest:
    """Somebody asks who is in touch with a person to hand the person over; nobody has answered yet."""

    @field("Who asks.", graphql_type=User | None)
    @staticmethod
    async def requested_by(request: strawberry.Parent[outreach.TakeoverRequest], info: Info) -> pipeline.User | None:
        return await user_of(info, request.requested_by)

    @field("Whether you asked.")
    @staticmethod
    def is_viewers(request: strawberry.Parent[outreach.TakeoverRequest], info: Info) -> bool:
        return request.requested_by == info.context.session.viewer.user_id


@exposes(
    outreach.Ownership,
    "since",
    "messages",
    "days",
    "takeover_requests",
    until="When their time with the person is over.",
)
class Ownership:
    """Who is in touch with a person: nobody else writes to them for now."""

    @field("Who is.", graphql_type=User | None)
    @staticmethod
    async def owner(found: strawberry.Parent[outreach.Ownership], info: Info) -> pipeline.User | None:
        return await user_of(info, found.user_id)

    @field("Whether it is you.")
    @staticmethod
    def is_viewer(found: strawberry.Parent[outreach.Ownership], info: Info) -> bool:
        return found.user_id == info.context.session.viewer.user_id

    @field("What you may do about it.")
    @staticmethod
    def viewer_can(found: strawberry.Parent[outreach.Ownership], info: Info) -> OwnershipPermissions:
        return OwnershipPermissions.of(found, info.context.session.viewer)


@exposes(outreach.OwnershipRules, "days")
class OwnershipRules:
    """For how many days the first, second, … message of a user keeps others from writing to its person."""


@exposes(outreach.Contactability, "blocker", "until")
class Contactability:
    """Whether you can write to a person by mail now, from your own mailbox.

    It is about the address of a message that names none. What depends on the message and its sender, such as a
    permission to send from a mailbox, is in the message's `blocker`.
    """

    @field("Whether nothing keeps a message from being sent to them now.")
    @staticmethod
    def can_be_written_to(found: strawberry.Parent[outreach.Contactability]) -> bool:
        return found.blocker is None


@extend(Person)
class PersonContactability:
    """Whether a person can be written to, and who is in touch with them."""

    @field(
        "Whether they can be written to now, and if not, why; null if your role does not write to people.",
        graphql_type=Contactability | None,
    )
    @staticmethod
    async def contactability(person: strawberry.Parent[pipeline.Person], info: Info) -> outreach.Contactability | None:
        return await info.context.loader(contactability_by_person).load(person.id)

    @field(
        "Who is in touch with them, also if it is you; null if nobody is, or your role does not write to people.",
        graphql_type=Ownership | None,
    )
    @staticmethod
    async def ownership(person: strawberry.Parent[pipeline.Person], info: Info) -> outreach.Ownership | None:
        found = await info.context.loader(contactability_by_person).load(person.id)
        return found.ownership if found else None
