"""Jobs with their stages and hiring teams."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import Node
from rapport.gateway.graph.permissions import JobPermissions
from rapport.gateway.jobs.loaders import ats_by_job
from rapport.gateway.users.types import User  # noqa: F401 - a team member is one


@exposes(
    pipeline.Stage,
    id_of=Kind.STAGE,
    name="As the account calls it.",
    kind="What it is for, independent of its name in the account.",
    position="Its place in the job's process.",
    active="Whether the job still uses it.",
)
class Stage:
    """A stage of one job's process."""

    @field("Whether applications may be moved here: it is in use, and not one for people who were hired.")
    @staticmethod
    def accepts_moves(stage: strawberry.Parent[pipeline.Stage]) -> bool:
        return stage.active and stage.kind.is_entered_by_moves


@exposes(
    pipeline.TeamMember,
    "added_here",
    responsible="Whether this one is the responsible among those of the same role.",
    user="The user.",
    role="Their part in hiring for the job.",
)
class TeamMember:
    """A user's part in one job's hiring team."""


@exposes(pipeline.JobAts, "kind", "in_sync_at")
class JobAts:
    """The ATS that a job comes from."""


@exposes(
    pipeline.Job,
    "openings",
    "openings_filled",
    "conflicts",
    "scorecards_due",
    "stages",
    id_of=Kind.JOB,
    title="What the account calls the role.",
    active_applications="Applications under way.",
    status="Whether people are being hired for it.",
    department="The department, as the account calls it.",
    location="Where the work is done.",
    opened_at="When it was opened.",
    closed_at="When it was closed.",
    last_activity_at="When something last happened with an application for it, or it was opened.",
    team="The hiring team.",
)
class Job(Node):
    """A requisition: a role to be filled, its process, and the team that hires for it."""

    @field("What you may do about it.")
    @staticmethod
    def viewer_can(job: strawberry.Parent[pipeline.Job], info: Info) -> JobPermissions:
        return JobPermissions.of(job, info.context.session.viewer)

    @field("The ATS that it comes from; null before it was read for the first time.", graphql_type=JobAts | None)
    @staticmethod
    async def ats(job: strawberry.Parent[pipeline.Job], info: Info) -> pipeline.JobAts | None:
        return await info.context.loader(ats_by_job).load(job.id)


@exposes(pipeline.StatusChoice, status="The value of the filter.", jobs="How many jobs it would leave.")
class StatusChoice:
    """A status by which a list can be filtered."""


@exposes(pipeline.NameChoice, name="The value of the filter.", jobs="How many jobs it would leave.")
class NameChoice:
    """A name by which a list can be filtered."""


@exposes(pipeline.MemberChoice, user="The user whose id is the value of the filter.", jobs="How many jobs they leave.")
class MemberChoice:
    """A member of hiring teams by whom a list can be filtered."""


@exposes(
    pipeline.JobFacets,
    statuses="By status.",
    departments="By department.",
    locations="By location.",
    members="By who is on the hiring team.",
    needing_attention="How many jobs have conflicts with the ATS or scorecards due.",
)
class JobFacets:
    """For every choice of a filter of jobs, how many jobs it would leave beside the other filters.

    Choices without jobs are left out. The most frequent come first, at most 100 of each filter.
    """
