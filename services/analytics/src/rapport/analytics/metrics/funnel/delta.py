"""A batch of events folded into what it changes in the funnel; folding is commutative, so order makes no difference."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationReceived,
    ApplicationRemoved,
    ApplicationReopened,
    ApplicationRestored,
    Event,
    JobChanged,
    MoveSettled,
    StageChanged,
)
from rapport.contracts.vocabulary import ApplicationStatus, RemovalReason, StageKind


@dataclass(slots=True)
class ApplicationDelta:
    """What is known of one application."""

    job_id: UUID
    job_version: int = 0
    received_at: datetime | None = None
    entered: dict[int, int] = field(default_factory=dict)
    """The rank of the kind entered, by the version of the event that says so."""
    settled: dict[int, tuple[int, bool]] = field(default_factory=dict)
    """By the version of a move: the version of its settlement, and whether it took effect."""
    status: ApplicationStatus = ApplicationStatus.ACTIVE
    status_version: int = 0
    removed: bool = False
    removed_version: int = 0

    def at(self, job_id: UUID, version: int) -> None:
        """Which job it belongs to as of ``version``."""
        if version > self.job_version:
            self.job_id, self.job_version = job_id, version

    def add_stage(self, kind: StageKind, version: int) -> None:
        """It was in a stage of this kind, says the event of this version."""
        self.entered[version] = kind.rank

    def add_settlement(self, moves: tuple[int, ...], version: int, *, effective: bool) -> None:
        """Whether these moves took effect, as of ``version``."""
        for move in moves:
            self.settled[move] = max(self.settled.get(move, (0, True)), (version, effective))

    def set_status(self, status: ApplicationStatus, version: int) -> None:
        """How it stands as of ``version``."""
        if version > self.status_version:
            self.status, self.status_version = status, version

    def set_removed(self, version: int, *, removed: bool) -> None:
        """Whether it is left out of every count, as of ``version``."""
        if version > self.removed_version:
            self.removed, self.removed_version = removed, version


@dataclass(slots=True)
class JobDelta:
    """What is known of one job."""

    version: int
    kinds: tuple[int, ...]
    team: tuple[UUID, ...]
    department_id: UUID | None = None


@dataclass(slots=True)
class FunnelDelta:
    """What a batch of events says."""

    jobs: dict[UUID, JobDelta] = field(default_factory=dict)
    applications: dict[UUID, ApplicationDelta] = field(default_factory=dict)
    newest: datetime | None = None

    def add(self, event: Event[Any]) -> None:
        """Fold one event in; events that say nothing about the funnel only make it fresher."""
        self.newest = max(self.newest, event.recordedat) if self.newest else event.recordedat
        data, version = event.data, event.aggregateversion
        match data:
            case JobChanged():
                self._job(event.subject, version, data)
            case ApplicationReceived():
                delta = self._application(event.subject, data.job_id, version)
                delta.received_at = event.time
                delta.add_stage(data.current.kind, version)
                delta.set_status(ApplicationStatus.ACTIVE, version)
            case StageChanged():
                delta = self._application(event.subject, data.current_job_id, version)
                delta.add_stage(data.current.kind, version)
            case MoveSettled():
                delta = self._application(event.subject, data.job_id, version)
                delta.add_settlement(data.moves, version, effective=data.effective)
            case ApplicationClosed():
                self._application(event.subject, data.job_id, version).set_status(data.current, version)
            case ApplicationRemoved():
                # What went with its person happened: no count moves.
                removed = data.reason is not RemovalReason.PERSON_DELETED
                self._application(event.subject, data.job_id, version).set_removed(version, removed=removed)
            case ApplicationRestored():
                self._application(event.subject, data.job_id, version).set_removed(version, removed=False)
            case ApplicationReopened():
                self._application(event.subject, data.job_id, version).set_status(ApplicationStatus.ACTIVE, version)

    def _application(self, application_id: UUID, job_id: UUID, version: int) -> ApplicationDelta:
        delta = self.applications.setdefault(application_id, ApplicationDelta(job_id))
        delta.at(job_id, version)
        return delta

    def _job(self, job_id: UUID, version: int, data: JobChanged) -> None:
        known = self.jobs.get(job_id)
        if known is None or known.version < version:
            kinds = tuple(sorted({stage.kind.rank for stage in data.current.stages}))
            team = tuple({member.user_id for member in data.current.team})
            self.jobs[job_id] = JobDelta(version, kinds, team, data.current.department_id)
