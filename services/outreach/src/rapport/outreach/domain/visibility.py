"""Who may read a message, and who may write one."""

from dataclasses import dataclass
from uuid import UUID

from rapport.contracts.identity import Role, Viewer

_READ_ALL = (Role.ADMIN, Role.RECRUITER, Role.SOURCER, Role.COORDINATOR)
_WRITE = (*_READ_ALL, Role.HIRING_MANAGER)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which messages a viewer may read, beside those they wrote or that come from their mailbox."""

    user_id: UUID
    everything: bool
    of_their_jobs: bool

    def includes(self, *, author_id: UUID, from_user_id: UUID, on_job_team: bool) -> bool:
        """Whether one message is among them; ``on_job_team``: it is about a job on whose team the viewer is."""
        theirs = self.user_id in (author_id, from_user_id)
        return self.everything or theirs or (self.of_their_jobs and on_job_team)


def reach_of(viewer: Viewer) -> Reach:
    """Whoever works with every candidate reads every message, a hiring manager also those of their jobs."""
    return Reach(
        user_id=viewer.user_id,
        everything=viewer.has(*_READ_ALL),
        of_their_jobs=viewer.has(Role.HIRING_MANAGER),
    )


def may_write(viewer: Viewer) -> bool:
    """Whether the viewer may write to people at all, and say who must not be written to."""
    return viewer.has(*_WRITE)
