"""Who may read a message."""

from dataclasses import dataclass
from uuid import UUID

from rapport.contracts import authorisation
from rapport.contracts.identity import Viewer
from rapport.contracts.outreach import GetMessagesByIds


@dataclass(frozen=True, slots=True)
class MessageScope:
    """Which messages a viewer may read, beside those they wrote or that come from their mailbox."""

    user_id: UUID
    everything: bool
    own_jobs: bool

    def includes(self, *, author_id: UUID, from_user_id: UUID, on_job_team: bool) -> bool:
        """Whether one message is among them; ``on_job_team``: it is about a job on whose team the viewer is."""
        theirs = self.user_id in (author_id, from_user_id)
        return self.everything or theirs or (self.own_jobs and on_job_team)


def scope_of(viewer: Viewer) -> MessageScope:
    """Roles that work with every candidate read every message, a hiring manager also those of their jobs."""
    scope = GetMessagesByIds.rule.scope(viewer)
    return MessageScope(
        user_id=viewer.user_id,
        everything=scope is authorisation.Scope.EVERYTHING,
        own_jobs=scope is authorisation.Scope.TEAM,
    )


def own_scope_of(viewer: Viewer) -> MessageScope:
    """Only what the viewer wrote or what comes from their mailbox, whatever else they may read."""
    return MessageScope(user_id=viewer.user_id, everything=False, own_jobs=False)
