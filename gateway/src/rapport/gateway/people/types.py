"""People whom we may hire."""

from typing import Any

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.vocabulary import Channel
from rapport.gateway.graph.changes import Actor, ActorKind
from rapport.gateway.graph.connections import After, Connection, First
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import extend, field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import Node
from rapport.gateway.graph.permissions import PersonPermissions
from rapport.gateway.jobs.types import Job
from rapport.gateway.people.connections import people_connection
from rapport.gateway.people.resolvers import person_of


@exposes(
    pipeline.ContactPoint,
    type='What the account calls it, such as "work" or "mobile".',
    value="The address or the number.",
)
class ContactPoint:
    """An e-mail address or a telephone number."""


@exposes(
    pipeline.Person,
    id_of=Kind.PERSON,
    title="Their current title.",
    company="Where they work now.",
    links="Profiles and pages on the web.",
    added_at="When they became known here.",
    location="Where they live.",
    emails="E-mail addresses, the preferred first.",
    phones="Telephone numbers.",
    tags="Tags, as the account has them.",
    last_activity_at="When something last happened with them.",
)
class Person(Node):
    """A human being whom the organisation may hire."""

    @field("First and last name.")
    @staticmethod
    def name(person: strawberry.Parent[pipeline.Person]) -> str:
        return f"{person.first_name} {person.last_name}".strip()

    @field("Whether they agreed to be written to by mail, as the ATS has it.")
    @staticmethod
    def may_be_emailed(person: strawberry.Parent[pipeline.Person]) -> bool:
        return person.consents.get(Channel.EMAIL, False)

    @field("What you may do about them.")
    @staticmethod
    def viewer_can(_: strawberry.Parent[pipeline.Person], info: Info) -> PersonPermissions:
        return PersonPermissions.of(info.context.session.viewer)


@exposes(
    pipeline.PersonRecord,
    "ended_at",
    state="What became of it.",
    id_of=Kind.PERSON,
)
class PersonRecord:
    """What became of the record of a person, which links may still lead to."""

    @field("Whose record it is, or with whom it was merged; null for one that was erased.", graphql_type=Person | None)
    @staticmethod
    async def person(record: strawberry.Parent[pipeline.PersonRecord], info: Info) -> pipeline.Person | None:
        return await person_of(info, record.person_id) if record.person_id else None


@extend(Job)
class JobPeople:
    """The people of a job."""

    @field("The people who have applied, the most recently added first.", graphql_type=Connection[Person] | None)
    @staticmethod
    async def people(
        job: strawberry.Parent[pipeline.Job], info: Info, first: First = 20, after: After = None
    ) -> Connection[Any]:
        return await people_connection(info, job.id, first, after)


@extend(Actor)
class ActorPerson:
    """The candidate behind an actor."""

    @field("The candidate; only if it was one, and you may see them.", graphql_type=Person | None)
    @staticmethod
    async def person(actor: strawberry.Parent[Actor], info: Info) -> pipeline.Person | None:
        is_candidate = actor.kind is ActorKind.CANDIDATE
        return await person_of(info, actor.uuid) if is_candidate and actor.uuid else None
