"""Reading people."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.errors import not_found
from rapport.gateway.graph.connections import SEARCH, After, Connection, First
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Id, Kind, uuid_of
from rapport.gateway.people.connections import people_connection
from rapport.gateway.people.resolvers import person_by_id
from rapport.gateway.people.types import Person, PersonRecord


@strawberry.type
class PersonQueries:
    @field("A person by their id.", graphql_type=Person | None)
    async def person(self, info: Info, id: Id) -> pipeline.Person:  # noqa: A002 - the argument's name
        person = await person_by_id(info, uuid_of(Kind.PERSON, id, "id"))
        if person is None:
            raise not_found("person", "id")
        return person

    @field(
        "What became of a person: merged and erased ones are no longer found by `person`.",
        graphql_type=PersonRecord | None,
    )
    async def person_record(
        self, info: Info, person_id: Annotated[strawberry.ID, strawberry.argument(description="Their id.")]
    ) -> pipeline.PersonRecord:
        request = pipeline.GetPersonRecord(person_id=uuid_of(Kind.PERSON, person_id, "personId"))
        return await info.context.services.read(request, "personId")

    @field("The people you may see, the most recently added first.", graphql_type=Connection[Person] | None)
    async def people(
        self,
        info: Info,
        job_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those who applied for this job.")
        ] = None,
        text: Annotated[
            str | None,
            strawberry.argument(description=f"Only people whose name contains each of these words. {SEARCH}"),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        job = uuid_of(Kind.JOB, job_id, "jobId") if job_id is not None else None
        return await people_connection(info, job, first, after, text=text)
