"""People whom we may hire."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.applications.types import Application
from rapport.gateway.context import Info
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind
from rapport.gateway.node import Node
from rapport.gateway.pages import After, Connection, First
from rapport.gateway.shown import shows

if TYPE_CHECKING:
    from rapport.gateway.people.activity import Activity


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
    "may_be_emailed",
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

    @field(
        "What happened with them, the newest first; what you may not see is left out.",
        shown_as=Connection[Annotated["Activity", strawberry.lazy("rapport.gateway.people.activity")] | None] | None,
    )
    @staticmethod
    async def activity(
        person: strawberry.Parent[pipeline.Person], info: Info, first: First = 20, after: After = None
    ) -> Connection[Any]:
        from rapport.gateway.people.activity import read_activity

        return await read_activity(info, person.id, first, after)
