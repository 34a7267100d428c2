"""Jobs with their stages and hiring teams."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import SEE_JOBS, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.users import User
from rapport.contracts.requests import MAX_IDS, MAX_SEARCH, Page, Result
from rapport.contracts.text import CleanText
from rapport.contracts.vocabulary import JobStatus, StageKind, TeamRole


class Stage(Result):
    id: UUID
    name: str
    kind: StageKind
    position: int
    active: bool = True


class TeamMember(Result):
    user: User
    role: TeamRole
    responsible: bool


class Job(Result):
    id: UUID
    title: str
    status: JobStatus
    department: str | None
    location: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    openings: int
    """Seats of this job that are open or filled."""
    active_applications: int
    stages: tuple[Stage, ...]
    """In the order of the process."""
    team: tuple[TeamMember, ...]


class Jobs(Result):
    items: tuple[Job, ...]


class JobEdge(Result):
    cursor: tuple[str, ...]
    node: Job


class JobPage(Result):
    edges: tuple[JobEdge, ...]
    has_next: bool
    total: int | None = None
    """Of the whole list; only when requested."""


class GetJobs(PipelineRequest[JobPage]):
    """The jobs the viewer may see, the most recently opened first."""

    rule: ClassVar[Rule] = SEE_JOBS

    status: JobStatus | None = None
    mine: bool = False
    """Only those on whose hiring team the viewer is."""
    text: CleanText | None = Field(default=None, max_length=MAX_SEARCH)
    """Only those whose title contains every word of it, ignoring case and accents."""
    page: Page = Page()
    include_total: bool = False


class GetJobsByIds(PipelineRequest[Jobs]):
    """These jobs; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_JOBS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
