"""Jobs with their stages and hiring teams."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, Field

from rapport.contracts.authorisation import SEE_JOBS, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.users import User
from rapport.contracts.requests import MAX_IDS, MAX_NAME, MAX_SEARCH, Page, Result
from rapport.contracts.text import CleanText
from rapport.contracts.vocabulary import JobSort, JobStatus, StageKind, TeamRole


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
    added_here: bool = False
    """Whether they were put on the team here; the others are on it in the ATS."""


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
    openings_filled: int = 0
    """Those of them that somebody was hired for."""
    active_applications: int
    last_activity_at: datetime | None = None
    """When something last happened with an application, or the job was opened; None only from an older service."""
    conflicts: int = 0
    """Applications under way about which the ATS disagrees."""
    scorecards_due: int = 0
    """Scorecards that are due of applications under way."""
    stages: tuple[Stage, ...]
    """In the order of the process."""
    team: tuple[TeamMember, ...]


class JobAts(Result):
    """The ATS that a job comes from."""

    job_id: UUID
    kind: str
    """Which ATS it is."""
    in_sync_at: datetime | None
    """When everything that had changed in it had last been read; null while it is read for the first time."""


class AtsOfJobs(Result):
    items: tuple[JobAts, ...]


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


class JobFilters(BaseModel):
    """Which jobs a list holds, of those that the viewer may see."""

    status: JobStatus | None = None
    mine: bool = False
    """Only those on whose hiring team the viewer is."""
    text: CleanText | None = Field(default=None, max_length=MAX_SEARCH)
    """Only those with every word of it in the title, department or location, ignoring case and accents."""
    department: CleanText | None = Field(default=None, max_length=MAX_NAME)
    """Only those of the department of exactly this name."""
    location: CleanText | None = Field(default=None, max_length=MAX_NAME)
    """Only those at the location of exactly this name."""
    member_id: UUID | None = None
    """Only those on whose hiring team this user is."""
    needing_attention: bool = False
    """Only those with conflicts or scorecards due."""


class GetJobs(JobFilters, PipelineRequest[JobPage]):
    """The jobs the viewer may see."""

    rule: ClassVar[Rule] = SEE_JOBS

    sort: JobSort = JobSort.OPENED
    reversed: bool = False
    """In the opposite order."""
    page: Page = Page()
    include_total: bool = False


class StatusChoice(Result):
    status: JobStatus
    jobs: int


class NameChoice(Result):
    name: str
    jobs: int


class MemberChoice(Result):
    user: User
    jobs: int


class JobFacets(Result):
    """For every choice of a filter, how many jobs it would leave beside the other filters; choices without jobs are
    left out. The most frequent first, at most ``MAX_CHOICES`` of each."""

    statuses: tuple[StatusChoice, ...]
    departments: tuple[NameChoice, ...]
    locations: tuple[NameChoice, ...]
    members: tuple[MemberChoice, ...]
    needing_attention: int


class GetJobFacets(JobFilters, PipelineRequest[JobFacets]):
    """The choices that are left to narrow a list of jobs, from the jobs the viewer may see alone."""

    rule: ClassVar[Rule] = SEE_JOBS


class GetJobsByIds(PipelineRequest[Jobs]):
    """These jobs; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_JOBS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class GetAtsOfJobs(PipelineRequest[AtsOfJobs]):
    """The ATS of each of these jobs; those unknown or not visible to the viewer are left out."""

    rule: ClassVar[Rule] = SEE_JOBS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
