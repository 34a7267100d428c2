"""Applications and what became of them."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.applications.loaders import actions_by_application, applications_with_history_by_id
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
    "refused_action",
    "last_synced_at",
    since="Since when it is so.",
    state="The state.",
)
class Sync:
    """An application's agreement with the ATS."""


@exposes(
    pipeline.ActionState,
    action="What would be done.",
    reason="Why you may not do it now, for people to read; null if you may.",
)
class ApplicationActionState:
    """Whether you may do something to an application as it is now."""


@exposes(pipeline.Opening, id_of=Kind.OPENING, opened_at="When it was opened.")
class Opening:
    """A seat of a job that nobody has filled."""


@exposes(
    pipeline.CloseReason,
    id_of=Kind.CLOSE_REASON,
    name="As the account calls it.",
    closed_by="Who ends an application for it.",
)
class CloseReason:
    """Why applications end."""


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

    @field(
        "What may be done to it, and whether you may do it now.",
        graphql_type=list[ApplicationActionState] | None,
    )
    @staticmethod
    async def actions(
        application: strawberry.Parent[pipeline.Application], info: Info
    ) -> tuple[pipeline.ActionState, ...] | None:
        found = await info.context.loader(actions_by_application).load(application.id)
        return found.actions if found else None

    @field("What you may do about it.")
    @staticmethod
    async def viewer_can(application: strawberry.Parent[pipeline.Application], info: Info) -> ApplicationPermissions:
        return ApplicationPermissions(move=await may_move(info, application))


@extend(Job)
class JobOpenings:
    """The seats of a job."""

    @field("The seats that nobody has filled, the oldest first, at most 100.", graphql_type=list[Opening] | None)
    @staticmethod
    async def open_seats(job: strawberry.Parent[pipeline.Job], info: Info) -> tuple[pipeline.Opening, ...]:
        return (await info.context.services.read(pipeline.GetOpenings(job_id=job.id))).items


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
