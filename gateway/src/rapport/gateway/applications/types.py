"""Applications and what became of them."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.applications.loaders import applications_with_history_by_id
from rapport.gateway.applications.resolvers import may_move
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import extend, field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import Node
from rapport.gateway.graph.permissions import ApplicationPermissions
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job, Stage  # noqa: F401 - an application shows them
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person, PersonRecord


@exposes(
    pipeline.Sync,
    "reason",
    "ats_stage",
    since="Since when it is so.",
    state="The state.",
)
class Sync:
    """An application's agreement with the ATS."""


@exposes(
    pipeline.Transition,
    "actor",
    kind="What happened.",
    from_stage="The stage it left, if it left one.",
    to_stage="The stage it entered, if it entered one.",
    occurred_at="When it happened.",
    recorded_at="When it was written down here; later for history read from the ATS.",
)
class Transition:
    """One entry of an application's history."""


@exposes(
    pipeline.Application,
    id_of=Kind.APPLICATION,
    status="Whether it is under way, and how it ended.",
    source="What the account calls where the person came from.",
    applied_at="When the person applied or was put into the process.",
    stage_entered_at="When it entered the stage it is in.",
    closed_at="When it ended.",
    version="Grows with every change.",
    stage="The stage it is in; once closed, the last one.",
    origin="How it came about.",
    last_activity_at="When something last happened with it.",
    close_reason="Why it was closed, as the account calls it.",
    sync="Whether Rapport and the ATS agree about it.",
)
class Application(Node):
    """One person's pursuit of one job."""

    @field("The job applied for.", graphql_type=Job | None)
    @staticmethod
    async def job(application: strawberry.Parent[pipeline.Application], info: Info) -> pipeline.Job | None:
        if info.selects_only("id", "title"):  # these came with the application
            return pipeline.Job.model_construct(id=application.job_id, title=application.job_title)
        return await job_by_id(info, application.job_id)

    @field(
        "The person who is pursued.",
        graphql_type=Person | None,
    )
    @staticmethod
    async def person(application: strawberry.Parent[pipeline.Application], info: Info) -> pipeline.Person | None:
        return await person_of(info, application.person_id)

    @field(
        "What happened to it, the oldest first; of more than 200 entries, the newest.",
        graphql_type=list[Transition] | None,
    )
    @staticmethod
    async def history(
        application: strawberry.Parent[pipeline.Application], info: Info
    ) -> tuple[pipeline.Transition, ...]:
        if application.history:  # every history begins with an entry, so an empty one was not asked for
            return application.history
        found = await info.context.loader(applications_with_history_by_id).load(application.id)
        return found.history if found else ()

    @field("What you may do about it.")
    @staticmethod
    async def viewer_can(application: strawberry.Parent[pipeline.Application], info: Info) -> ApplicationPermissions:
        return ApplicationPermissions(move=await may_move(info, application))


@extend(Person)
class PersonApplications:
    """The applications of a person."""

    @field("The jobs they were or are pursued for, the newest first, at most 100.", graphql_type=list[Application])
    @staticmethod
    def applications(person: strawberry.Parent[pipeline.Person]) -> tuple[pipeline.Application, ...]:
        return person.applications


@extend(PersonRecord)
class PersonRecordApplications:
    """What remains of an erased person."""

    @field(
        "What remains of an erased person: the jobs they were pursued for, the newest first, at most 100.",
        graphql_type=list[Application],
    )
    @staticmethod
    def applications(record: strawberry.Parent[pipeline.PersonRecord]) -> tuple[pipeline.Application, ...]:
        return record.applications
