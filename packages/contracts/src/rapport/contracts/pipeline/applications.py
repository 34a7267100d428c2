"""Applications with their history, and moves between stages."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import MOVE_CARDS, SEE_JOBS, SEE_OWN_CONFLICTS, Rule
from rapport.contracts.pipeline.jobs import Stage
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.users import User
from rapport.contracts.refusals import ApplicationState
from rapport.contracts.requests import MAX_IDS, Result
from rapport.contracts.vocabulary import ApplicationStatus, Origin, SyncState, TransitionKind


class Sync(Result):
    """An application's agreement with the ATS."""

    state: SyncState
    since: datetime
    reason: str | None = None
    """Why the ATS refused, in its own words; only for a conflict."""
    ats_stage: Stage | None = None
    """The stage the ATS insists on; only for a conflict."""


class Transition(Result):
    """One entry of an application's history, oldest first where listed."""

    id: UUID
    kind: TransitionKind
    from_stage: Stage | None
    to_stage: Stage | None
    occurred_at: datetime
    recorded_at: datetime
    actor: User | None
    """Absent when the ATS does not say who it was."""


class Application(Result):
    id: UUID
    person_id: UUID
    job_id: UUID
    job_title: str
    status: ApplicationStatus
    stage: Stage
    origin: Origin
    source: str | None
    applied_at: datetime
    stage_entered_at: datetime
    last_activity_at: datetime | None
    closed_at: datetime | None
    close_reason: str | None
    version: int
    sync: Sync
    history: tuple[Transition, ...] = ()
    """At most 200 entries, the newest kept; only when requested."""


class Applications(Result):
    items: tuple[Application, ...]


class GetApplicationsByIds(PipelineRequest[Applications]):
    """These applications; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_JOBS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
    include_history: bool = False


class Conflicts(Result):
    """At most ``MAX_WAITING``, those that wait longest first, and how many there are."""

    items: tuple[Application, ...]
    total: int


class GetConflicts(PipelineRequest[Conflicts]):
    """The applications under way about which the ATS disagrees, of the jobs on whose hiring team the viewer is."""

    rule: ClassVar[Rule] = SEE_OWN_CONFLICTS


class MoveResult(Result):
    application: ApplicationState


class MoveApplication(PipelineRequest[MoveResult]):
    """Move a card, provided it is still where the viewer saw it. Written to the ATS afterwards.

    A conflict with the ATS is settled by a move: to the stage of the ATS, which needs no writing; to a third stage; or
    to the stage where it is (``to_stage_id`` is ``from_stage_id``), which keeps that stage and writes it again.
    """

    rule: ClassVar[Rule] = MOVE_CARDS

    application_id: UUID
    from_stage_id: UUID
    to_stage_id: UUID
    ats_stage_id: UUID | None = None
    """Where the ATS has it, as the viewer saw it in a conflict: if that is no longer so, nothing is changed."""
