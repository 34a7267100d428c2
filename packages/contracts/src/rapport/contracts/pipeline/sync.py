"""The synchronisation with the ATS and the comparison of everything with it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from rapport.contracts.authorisation import EVERYBODY, RUN_SYNC, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import Result


class SyncPhase(StrEnum):
    """What a connection is doing. ``idle``: in step, waiting for changes."""

    NOT_STARTED = "not_started"
    """No run has begun yet."""
    RUNNING = "running"
    """A run is reading the ATS."""
    IDLE = "idle"
    """The last run ended; the next begins in at most 30 seconds by default."""
    FAILED = "failed"
    """The last run failed; it is retried by itself."""


class CollectionProgress(Result):
    name: str
    records: int
    """Records read in the current or last run."""
    done: bool


class ComparisonState(StrEnum):
    """State of the comparison of everything with the ATS.

    ``stopped``: too much is missing there to be plausible; nothing of it was ended.
    """

    IDLE = "idle"
    """None is running."""
    RUNNING = "running"
    """One is running, slowly: for hours in a large account."""
    STOPPED = "stopped"
    """So much is missing in the ATS that a user has to decide; see `acceptMissing`."""


class CollectionState(StrEnum):
    """Where the comparison of one collection stands.

    ``confirming``: what the ATS did not show is requested once more. ``stopped``: too much was missing there.
    """

    WAITING = "waiting"
    """Not begun."""
    READING = "reading"
    """Being read."""
    CONFIRMING = "confirming"
    """What seems to be missing is being looked up one by one."""
    DONE = "done"
    """Compared."""
    STOPPED = "stopped"
    """So much is missing that a user has to decide; see `acceptMissing`."""


class ComparedCollection(Result):
    name: str
    state: CollectionState
    read: int
    """Records of the ATS compared so far."""
    expected: int
    """Records of it that Rapport held when it began: about as many are to be read."""
    missing_there: int
    """Records that the ATS no longer has, and that were ended here."""
    missing_here: int
    """Records that the ATS had and Rapport had not, read now."""
    different: int
    """Records that were different here, corrected now."""


class Comparison(Result):
    """The slow comparison of everything with the ATS, which finds what no webhook reported."""

    state: ComparisonState
    requested: bool
    """Whether another one begins soon."""
    started_at: datetime | None
    finished_at: datetime | None
    """When the last one ended."""
    collections: tuple[ComparedCollection, ...]


class ConnectionSync(Result):
    connection: str
    kind: str
    phase: SyncPhase
    full: bool
    """Whether the current or last run read everything, or only changes."""
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    collections: tuple[CollectionProgress, ...]
    pending_writes: int
    conflicts: int
    unknown_deliveries: int
    """Webhook deliveries of a kind we do not handle; they are kept."""
    unread_records: int = 0
    """Records of the ATS that could not be read and were skipped; the logs say which and why."""
    unapplied_endings: int = 0
    """Webhook deliveries which say that something ended in the ATS, and could not be applied: an operator looks at the
    logs. They count until everything has been compared with the ATS."""
    unapplied_ending_kinds: tuple[str, ...] = ()
    """The kinds of these deliveries, as the ATS calls them."""
    comparison: Comparison | None = None


class SyncStatus(Result):
    connections: tuple[ConnectionSync, ...]


class GetSync(PipelineRequest[SyncStatus]):
    """How the organisation's ATS connections are doing."""

    rule: ClassVar[Rule] = EVERYBODY


class StartSync(PipelineRequest[SyncStatus]):
    """Ask for a run now; a full one reads everything again. Admins and recruiters only."""

    rule: ClassVar[Rule] = RUN_SYNC

    connection: str
    full: bool = False


class CompareWithAts(PipelineRequest[SyncStatus]):
    """Ask for a slow comparison of everything with the ATS. Admins and recruiters only.

    ``accept_missing``, for admins only: what is missing there ends here, however much it is.
    """

    rule: ClassVar[Rule] = RUN_SYNC

    connection: str
    accept_missing: bool = False
