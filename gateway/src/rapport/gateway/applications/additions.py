"""People added to jobs, whose applications the ATS is to create."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from rapport.contracts import pipeline, refusals
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import extend, field, mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job
from rapport.gateway.people.types import Person
from rapport.gateway.service_client import ServiceClient
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@exposes(
    pipeline.JobAddition,
    "reason",
    id_of=Kind.JOB_ADDITION,
    state="What became of it.",
    requested_at="When somebody added them.",
)
class JobAddition:
    """A person who was added to a job, whose application the ATS is to create."""

    @field("The job; null if you may not see it.", graphql_type=Job | None)
    @staticmethod
    async def job(addition: strawberry.Parent[pipeline.JobAddition], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, addition.job_id)

    @field("Who added them.", graphql_type=User | None)
    @staticmethod
    async def requested_by(addition: strawberry.Parent[pipeline.JobAddition], info: Info) -> pipeline.User | None:
        return await user_of(info, addition.requested_by)

    @field("The application, once the ATS has created it.", graphql_type=Application | None)
    @staticmethod
    async def application(addition: strawberry.Parent[pipeline.JobAddition], info: Info) -> pipeline.Application | None:
        return await application_by_id(info, addition.application_id) if addition.application_id else None


def additions_by_person(services: ServiceClient) -> DataLoader[UUID, list[pipeline.JobAddition]]:
    """What of each person waits for the ATS, or was refused by it."""

    async def load(ids: list[UUID]) -> list[list[pipeline.JobAddition]]:
        result = await services.read(pipeline.GetJobAdditions(person_ids=tuple(ids)))
        return [[each for each in result.items if each.person_id == id_] for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


@extend(Person)
class PersonAdditions:
    """The jobs to which a person was added."""

    @field(
        "To which jobs they were added, as far as it waits for the ATS or was refused by it, the newest first.",
        graphql_type=list[JobAddition] | None,
    )
    @staticmethod
    async def job_additions(
        person: strawberry.Parent[pipeline.Person], info: Info
    ) -> list[pipeline.JobAddition] | None:
        return await info.context.loader(additions_by_person).load(person.id)


@strawberry.input(description="Who is added to which job.")
class AddToJobInput:
    person_id: strawberry.ID = strawberry.field(description="Whom to add.")
    job_id: strawberry.ID = strawberry.field(description="An open job for which they are not pursued already.")
    idempotency_key: str | None = idempotency_key()


AddToJobResult = Annotated[
    JobAddition | NotFound | Forbidden | InvalidInput,
    strawberry.union("AddToJobResult", description="What became of adding a person to a job."),
]


@strawberry.type
class AdditionMutations:
    @mutation(
        "Put a person into the first stage of an open job. The ATS creates the application, and the candidate, if it "
        "does not know them; `Person.jobAdditions` says what waits or was refused.",
        graphql_type=AddToJobResult,
    )
    async def add_to_job(
        self,
        info: Info,
        input: AddToJobInput,  # noqa: A002 - the argument's name
    ) -> pipeline.JobAddition | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.AddToJob,
            person_id=parser.id(Kind.PERSON, input.person_id, "person_id"),
            job_id=parser.id(Kind.JOB, input.job_id, "job_id"),
        )
        return await info.context.services.call_valid(request, key=key)
