"""Reading people."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.context import Info
from rapport.gateway.errors import not_found
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, uuid_of
from rapport.gateway.pages import After, Connection, First
from rapport.gateway.people.reading import read_people
from rapport.gateway.people.relations import person_by_id
from rapport.gateway.people.types import Person


@strawberry.type
class PersonQueries:
    @field("A person by their id.", shown_as=Person | None)
    async def person(self, info: Info, id: strawberry.ID) -> pipeline.Person:  # noqa: A002 - the argument's name
        person = await person_by_id(info, uuid_of(Kind.PERSON, id, "id"))
        if person is None:
            raise not_found("person", "id")
        return person

    @field("The people you may see, the most recently added first.", shown_as=Connection[Person] | None)
    async def people(
        self,
        info: Info,
        job_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those who applied for this job.")
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        job = uuid_of(Kind.JOB, job_id, "jobId") if job_id is not None else None
        return await read_people(info, job, first, after)
