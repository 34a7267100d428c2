"""The vocabulary of hiring that facts and requests share."""

from enum import StrEnum


class StageKind(StrEnum):
    """What a stage is for, whatever the account calls it; metrics use the kind. In funnel order."""

    CONTACTED = "contacted"
    REPLIED = "replied"
    APPLIED = "applied"
    SCREEN = "screen"
    INTERVIEW = "interview"
    ONSITE = "onsite"
    OFFER = "offer"
    HIRED = "hired"

    @property
    def rank(self) -> int:
        """Position in the funnel, from 0."""
        return _RANKS[self]


_RANKS = {kind: rank for rank, kind in enumerate(StageKind)}


class ApplicationStatus(StrEnum):
    ACTIVE = "active"
    REJECTED = "rejected"
    HIRED = "hired"
    WITHDRAWN = "withdrawn"


class JobStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Origin(StrEnum):
    """How an application came about, whatever the account calls its source."""

    APPLIED = "applied"
    SOURCED = "sourced"
    REFERRAL = "referral"
    AGENCY = "agency"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class SyncState(StrEnum):
    """Where an application stands between Rapport and the ATS.

    ``pending``: moved here, not yet confirmed there. ``conflicted``: the two disagree, and both values are kept.
    """

    SYNCED = "synced"
    PENDING = "pending"
    CONFLICTED = "conflicted"


class TransitionKind(StrEnum):
    """What one entry of an application's history says."""

    RECEIVED = "received"
    MOVED = "moved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HIRED = "hired"
    REOPENED = "reopened"


class TeamRole(StrEnum):
    """A user's part in one job's hiring team."""

    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring_manager"
    COORDINATOR = "coordinator"
    SOURCER = "sourcer"
