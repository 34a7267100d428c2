"""Who is asking: organisations, users, roles and the viewer on whose behalf a request is made."""

from enum import StrEnum
from typing import Annotated, NewType
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

OrgId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""The tenant's short name: a token of every subject and the first column of every key."""

AtsId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
"""A record's own id in the ATS."""

UserId = NewType("UserId", UUID)
PersonId = NewType("PersonId", UUID)
JobId = NewType("JobId", UUID)
StageId = NewType("StageId", UUID)
ApplicationId = NewType("ApplicationId", UUID)


class Role(StrEnum):
    """What a user may do across the organisation; roles per job are the hiring team's."""

    ADMIN = "admin"
    """May do everything in the organisation."""
    RECRUITER = "recruiter"
    """Sees everything, moves applications, writes to people and requests reviews."""
    SOURCER = "sourcer"
    """Finds people; may do what a recruiter may."""
    COORDINATOR = "coordinator"
    """Schedules interviews; may do what a recruiter may."""
    HIRING_MANAGER = "hiring_manager"
    """Sees the jobs on whose hiring team they are."""
    INTERVIEWER = "interviewer"
    """Sees the jobs on whose hiring team they are, and the reviews they are asked in."""
    EXECUTIVE = "executive"
    """Sees every job and its numbers."""


class Grant(StrEnum):
    """What a user may do that follows from no role."""

    SEE_PRIVATE_PEOPLE = "see_private_people"
    """An admin sees people whom the ATS hides from all but those who work on them."""
    DIVERSITY_SOURCING = "diversity_sourcing"
    """They may search for people by what these said of themselves, where that is switched on."""


class TokenScope(StrEnum):
    """What a token allows that does not allow everything its user may do."""

    SOURCING = "sourcing"
    """Recording sourcing activity, and nothing else: for a browser extension."""


class Viewer(BaseModel):
    """The user on whose behalf a request is made, as the directory knows them."""

    model_config = ConfigDict(frozen=True)

    org_id: OrgId
    user_id: UserId
    roles: frozenset[Role] = frozenset()
    grants: frozenset[str] = frozenset()
    in_ats: bool = True
    """Whether the ATS knows them: it is told who did what is written to it."""
    token_scope: TokenScope | None = None
    """What their token is limited to; None if it is not."""
