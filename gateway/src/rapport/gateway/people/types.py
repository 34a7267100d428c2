"""People whom we may hire."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.applications.types import Application
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind
from rapport.gateway.node import Node
from rapport.gateway.shown import shows


@shows(pipeline.ContactPoint, "value", type='What the account calls it, such as "work" or "mobile".')
class ContactPoint:
    """An e-mail address or a telephone number."""


@shows(
    pipeline.Person,
    "location",
    "emails",
    "phones",
    "tags",
    "last_activity_at",
    id_of=Kind.PERSON,
    title="Their current title.",
    company="Where they work now.",
    links="Profiles and pages on the web.",
    added_at="When they became known here.",
)
class Person(Node):
    """A human being whom the organisation may hire."""

    @field("First and last name.")
    @staticmethod
    def name(person: strawberry.Parent[pipeline.Person]) -> str:
        return f"{person.first_name} {person.last_name}".strip()

    @field("The jobs they were or are pursued for, the newest first, at most 100.", shown_as=list[Application])
    @staticmethod
    def applications(person: strawberry.Parent[pipeline.Person]) -> tuple[pipeline.Application, ...]:
        return person.applications
