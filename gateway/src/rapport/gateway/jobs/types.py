"""Jobs with their stages and hiring teams."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import Node
from rapport.gateway.graph.permissions import JobPermissions
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
    responsible="Whether this one is the responsible among those of the same role.",
    user="The user.",
    role="Their part in hiring for the job.",
)
class TeamMember:
    """A user's part in one job's hiring team."""


@exposes(
    pipeline.Job,
    "openings",
    "stages",
    id_of=Kind.JOB,
    title="What the account calls the role.",
    active_applications="Applications under way.",
    status="Whether people are being hired for it.",
    department="The department, as the account calls it.",
    location="Where the work is done.",
    opened_at="When it was opened.",
    closed_at="When it was closed.",
    team="The hiring team.",
)
class Job(Node):
    """A requisition: a role to be filled, its process, and the team that hires for it."""

    @field("What you may do about it.")
    @staticmethod
    def viewer_can(job: strawberry.Parent[pipeline.Job], info: Info) -> JobPermissions:
        return JobPermissions.of(job, info.context.session.viewer)
