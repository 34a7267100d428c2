"""What users may do, and the changes of it."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@exposes(
    pipeline.UserAccess,
    "user",
    "in_ats",
    "roles",
    "roles_given",
    "roles_declared",
    "roles_from_ats",
    "roles_from_teams",
    "grants",
    "grants_given",
    "grants_declared",
)
class UserAccess:
    """A user and what they may do, with where it comes from, be it several. Without a role, they are an interviewer."""

    @field("The user's id.")
    @staticmethod
    def id(access: strawberry.Parent[pipeline.UserAccess]) -> strawberry.ID:
        return global_id(Kind.USER, access.user.id)


@exposes(
    pipeline.DirectoryChange,
    "role",
    "grant",
    "team_role",
    id_of=Kind.DIRECTORY_CHANGE,
    at="When.",
    change="What was changed.",
)
class DirectoryChange:
    """Who changed what in the directory."""

    @field("Whose access changed.", graphql_type=User | None)
    @staticmethod
    async def user(change: strawberry.Parent[pipeline.DirectoryChange], info: Info) -> pipeline.User | None:
        return await user_of(info, change.user_id)

    @field("Who changed it; null for the ATS, which knows them by now, or no longer.", graphql_type=User | None)
    @staticmethod
    async def changed_by(change: strawberry.Parent[pipeline.DirectoryChange], info: Info) -> pipeline.User | None:
        return await user_of(info, change.changed_by) if change.changed_by else None

    @field("The job whose hiring team they joined or left.", graphql_type=Job | None)
    @staticmethod
    async def job(change: strawberry.Parent[pipeline.DirectoryChange], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, change.job_id) if change.job_id else None
