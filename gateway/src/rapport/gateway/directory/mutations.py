"""Inviting users, and changing what they may do."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.contracts.identity import Grant, Role
from rapport.contracts.vocabulary import TeamRole
from rapport.gateway.directory.types import UserAccess
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.jobs.types import Job


@strawberry.input(description="Who may sign in, though the ATS does not know them.")
class InviteUserInput:
    full_name: str = strawberry.field(description=f"What they are called. At most {pipeline.MAX_USER_NAME} characters.")
    email: str = strawberry.field(description="The address by which the organisation's provider knows them.")


@strawberry.input(description="Which user.")
class RemoveUserInput:
    user_id: strawberry.ID = strawberry.field(description="One who was invited here.")


@strawberry.input(description="A role or a grant of a user: one of them.")
class UserAccessInput:
    user_id: strawberry.ID = strawberry.field(description="Whose.")
    role: enumeration(Role) | None = strawberry.field(default=None, description="The role.")  # type: ignore[valid-type]
    grant: enumeration(Grant) | None = strawberry.field(default=None, description="The grant.")  # type: ignore[valid-type]


@strawberry.input(description="A user's part in a job's hiring team.")
class TeamMemberInput:
    job_id: strawberry.ID = strawberry.field(description="The job.")
    user_id: strawberry.ID = strawberry.field(description="The user.")
    team_role: enumeration(TeamRole) = strawberry.field(description="Their part in hiring for the job.")  # type: ignore[valid-type]


UserAccessResult = Annotated[
    UserAccess | NotFound | Forbidden | InvalidInput,
    strawberry.union("UserAccessResult", description="What became of a change of what a user may do."),
]
HiringTeamResult = Annotated[
    Job | NotFound | Forbidden | InvalidInput,
    strawberry.union("HiringTeamResult", description="What became of a change of a job's hiring team."),
]


@strawberry.type
class DirectoryMutations:
    @mutation(
        "Let somebody sign in whom the ATS does not know; admins only. They see and do what they are given, but change"
        " nothing of which the ATS is told. Once the ATS knows the address, its account has what they were given.",
        graphql_type=UserAccessResult,
    )
    async def invite_user(
        self,
        info: Info,
        input: InviteUserInput,  # noqa: A002 - the argument's name
    ) -> pipeline.UserAccess | refusals.Refusal:
        request = InputParser().build(pipeline.InviteUser, full_name=input.full_name, email=input.email)
        return await info.context.services.call_valid(request)

    @mutation(
        "Let a user who was invited here sign in no more, and take back what they were given; admins only.",
        graphql_type=UserAccessResult,
    )
    async def remove_user(
        self,
        info: Info,
        input: RemoveUserInput,  # noqa: A002 - the argument's name
    ) -> pipeline.UserAccess | refusals.Refusal:
        parser = InputParser()
        request = parser.build(pipeline.RemoveUser, user_id=parser.id(Kind.USER, input.user_id, "user_id"))
        return await info.context.services.call_valid(request)

    @mutation(
        "Give a user a role or a grant, beside what they have from the ATS; admins only. It holds within 30 seconds.",
        graphql_type=UserAccessResult,
    )
    async def give_access(
        self,
        info: Info,
        input: UserAccessInput,  # noqa: A002 - the argument's name
    ) -> pipeline.UserAccess | refusals.Refusal:
        return await _access(info, pipeline.GiveAccess, input)

    @mutation(
        "Take back a role or a grant that was given here; admins only. What comes from the ATS stays.",
        graphql_type=UserAccessResult,
    )
    async def take_access(
        self,
        info: Info,
        input: UserAccessInput,  # noqa: A002 - the argument's name
    ) -> pipeline.UserAccess | refusals.Refusal:
        return await _access(info, pipeline.TakeAccess, input)

    @mutation(
        "Put a user on a job's hiring team, beside those whom the ATS has on it; the ATS is not told.",
        graphql_type=HiringTeamResult,
    )
    async def add_team_member(
        self,
        info: Info,
        input: TeamMemberInput,  # noqa: A002 - the argument's name
    ) -> pipeline.Job | refusals.Refusal:
        return await _team(info, pipeline.AddTeamMember, input)

    @mutation(
        "Take a user off a job's hiring team who was put on it here; those from the ATS stay.",
        graphql_type=HiringTeamResult,
    )
    async def remove_team_member(
        self,
        info: Info,
        input: TeamMemberInput,  # noqa: A002 - the argument's name
    ) -> pipeline.Job | refusals.Refusal:
        return await _team(info, pipeline.RemoveTeamMember, input)


async def _access(
    info: Info, kind: type[pipeline.GiveAccess | pipeline.TakeAccess], given: UserAccessInput
) -> pipeline.UserAccess | refusals.Refusal:
    parser = InputParser()
    user_id = parser.id(Kind.USER, given.user_id, "user_id")
    request = parser.build(kind, user_id=user_id, role=given.role, grant=given.grant)
    return await info.context.services.call_valid(request)


async def _team(
    info: Info, kind: type[pipeline.AddTeamMember | pipeline.RemoveTeamMember], given: TeamMemberInput
) -> pipeline.Job | refusals.Refusal:
    parser = InputParser()
    job_id, user_id = parser.id(Kind.JOB, given.job_id, "job_id"), parser.id(Kind.USER, given.user_id, "user_id")
    request = parser.build(kind, job_id=job_id, user_id=user_id, team_role=given.team_role)
    return await info.context.services.call_valid(request)
