"""Who may do what: users of the ATS and those invited here, what they were given here, and the changes of it."""

from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from rapport.contracts.addresses import ComparableAddress
from rapport.contracts.authorisation import EDIT_TEAMS, SEE_DIRECTORY, Rule
from rapport.contracts.identity import Grant, Role
from rapport.contracts.pipeline.jobs import Job
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.users import User
from rapport.contracts.requests import Page, Result
from rapport.contracts.text import CLEANED, CleanText
from rapport.contracts.vocabulary import DirectoryChangeKind, TeamRole

MAX_USER_NAME = 200
"""The most characters of the name of a user who is invited."""

_UserName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_USER_NAME), CLEANED]


class UserAccess(Result):
    """A user and what they may do, with where it comes from."""

    user: User
    """Who."""
    in_ats: bool
    """Whether the ATS knows them; else they were invited here."""
    roles: tuple[Role, ...]
    """All their roles."""
    roles_given: tuple[Role, ...]
    """Those that an admin gave them here."""
    roles_declared: tuple[Role, ...]
    """Those that the operator declared with the connection."""
    roles_from_ats: tuple[Role, ...] = ()
    """Those that follow from the ATS: its site administrators and hiring teams."""
    roles_from_teams: tuple[Role, ...] = ()
    """Those that they have only by a hiring team they were put on here."""
    grants: tuple[Grant, ...]
    """All their grants."""
    grants_given: tuple[Grant, ...]
    """Those that an admin gave them here."""
    grants_declared: tuple[Grant, ...] = ()
    """Those that the operator declared with the connection."""


class UserAccessEdge(Result):
    cursor: tuple[str, ...]
    node: UserAccess


class UserAccessPage(Result):
    edges: tuple[UserAccessEdge, ...]
    has_next: bool


class GetDirectory(PipelineRequest[UserAccessPage]):
    """The organisation's active users by name, with what they may do."""

    rule: ClassVar[Rule] = SEE_DIRECTORY

    containing: CleanText | None = Field(default=None, max_length=100)
    page: Page = Page()


class InviteUser(PipelineRequest[UserAccess]):
    """Let somebody whom the ATS does not know sign in with this address; also again, if they were removed."""

    rule: ClassVar[Rule] = SEE_DIRECTORY

    full_name: _UserName
    email: ComparableAddress


class RemoveUser(PipelineRequest[UserAccess]):
    """A user who was invited here may not sign in any more, and loses what they were given; nobody from the ATS."""

    rule: ClassVar[Rule] = SEE_DIRECTORY

    user_id: UUID


class _AccessRequest(PipelineRequest[UserAccess]):
    rule: ClassVar[Rule] = SEE_DIRECTORY

    user_id: UUID
    role: Role | None = None
    grant: Grant | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.role is None) is (self.grant is None):
            raise ValueError("name a role or a grant")
        return self


class GiveAccess(_AccessRequest):
    """Give a user a role or a grant, beside what they have from the ATS; to oneself not to see private people."""


class TakeAccess(_AccessRequest):
    """Take back a role or a grant that was given here; what comes from the ATS stays."""


class _TeamRequest(PipelineRequest[Job]):
    rule: ClassVar[Rule] = EDIT_TEAMS

    job_id: UUID
    user_id: UUID
    team_role: TeamRole


class AddTeamMember(_TeamRequest):
    """Put a user on a job's hiring team here, beside those whom the ATS has on it."""


class RemoveTeamMember(_TeamRequest):
    """Take a user off a job's hiring team who was put on it here; those from the ATS stay."""


class DirectoryChange(Result):
    """Who changed what in the directory."""

    id: UUID
    change: DirectoryChangeKind
    at: datetime
    user_id: UUID
    """Whose access changed."""
    changed_by: UUID | None
    """None: the ATS, which knows them by now, or no longer."""
    role: Role | None = None
    """The role that was given or taken."""
    grant: Grant | None = None
    """The grant that was given or taken."""
    job_id: UUID | None = None
    """The job whose hiring team they joined or left."""
    team_role: TeamRole | None = None
    """Their part in the hiring team."""


class DirectoryChangeEdge(Result):
    cursor: tuple[str, ...]
    node: DirectoryChange


class DirectoryChangePage(Result):
    edges: tuple[DirectoryChangeEdge, ...]
    has_next: bool


class GetDirectoryChanges(PipelineRequest[DirectoryChangePage]):
    """What was changed in the directory here, the newest first; of one user, if one is named."""

    rule: ClassVar[Rule] = SEE_DIRECTORY

    user_id: UUID | None = None
    page: Page = Page()
