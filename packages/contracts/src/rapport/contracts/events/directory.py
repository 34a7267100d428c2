"""Events about users of the organisation: what was changed here of what they may do."""

from typing import ClassVar
from uuid import UUID

from rapport.contracts.events.envelope import EventData
from rapport.contracts.identity import Grant, Role
from rapport.contracts.vocabulary import DirectoryChangeKind, TeamRole


class UserChanged(EventData):
    """Somebody invited or removed a user, or changed what they may do or on which hiring team they are.

    Of what the ATS says of users nothing is published but hiring teams, with their jobs.
    """

    type: ClassVar[str] = "pipeline.user.changed.v1"

    change: DirectoryChangeKind
    role: Role | None = None
    """The role that was given or taken."""
    grant: Grant | None = None
    """The grant that was given or taken."""
    job_id: UUID | None = None
    """The job whose hiring team they joined or left."""
    team_role: TeamRole | None = None
    """Their part in it."""
