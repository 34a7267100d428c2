"""Events about an application: one person's pursuit of one job."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from rapport.contracts.events.envelope import EventData
from rapport.contracts.identity import AtsId
from rapport.contracts.vocabulary import (
    ApplicationAction,
    ApplicationStatus,
    AttentionChange,
    AttentionReason,
    OfferStatus,
    Origin,
    RemovalReason,
    Severity,
    StageKind,
    SyncState,
)


class StagePoint(BaseModel):
    """A stage as it was when the event happened."""

    model_config = ConfigDict(frozen=True)

    stage_id: UUID
    kind: StageKind
    position: int


class ApplicationDetails(BaseModel):
    """What the ATS may change about an application without a transition; sources and reasons by id, never by name."""

    model_config = ConfigDict(frozen=True)

    origin: Origin
    source_id: UUID | None = None
    credited_user_id: UUID | None = None
    close_reason_id: UUID | None = None


class ClosingMail(BaseModel):
    """The mail that goes to the person of a rejected application, unless the rejection is taken back before."""

    model_config = ConfigDict(frozen=True)

    template_id: UUID
    template_version: int | None = None
    """The version that the user saw; absent if any was meant."""
    from_user_id: UUID
    """Who rejected the application, and from whose mailbox it goes."""
    send_at: datetime
    """Not before."""


class ApplicationReceived(EventData):
    """A person entered a job's process, by applying or by being put there."""

    type: ClassVar[str] = "pipeline.application.received.v1"

    person_id: UUID
    job_id: UUID
    origin: Origin
    source_id: UUID | None = None
    credited_user_id: UUID | None = None
    current: StagePoint
    ats_application_id: AtsId | None = None
    ats_person_id: AtsId | None = None


class StageChanged(EventData):
    """An application moved to another stage; ``current_job_id`` differs when it moved to another job as well.

    ``backfilled``: detected late; it happened before what was published already, and the application's current stage
    is unaffected.
    """

    type: ClassVar[str] = "pipeline.application.stage_changed.v1"

    person_id: UUID
    job_id: UUID
    current_job_id: UUID
    previous: StagePoint
    current: StagePoint
    backfilled: bool = False


class ApplicationClosed(EventData):
    """An application came to its end: hired, rejected by us, or withdrawn by the person.

    ``mail``: the user who rejected it has a mail sent to the person, once the ATS has confirmed the rejection.
    """

    type: ClassVar[str] = "pipeline.application.closed.v1"

    person_id: UUID
    job_id: UUID
    stage: StagePoint
    previous: ApplicationStatus
    current: ApplicationStatus
    reason_id: UUID | None = None
    mail: ClosingMail | None = None


class ApplicationReopened(EventData):
    """A closed application is being pursued again."""

    type: ClassVar[str] = "pipeline.application.reopened.v1"

    person_id: UUID
    job_id: UUID
    stage: StagePoint
    previous: ApplicationStatus


class ApplicationDetailsChanged(EventData):
    """The ATS changed an application's source, origin, credited user or close reason.

    What comes with a transition is in its event: the details an application is received with, and the reason it is
    closed for, have no event of this type.
    """

    type: ClassVar[str] = "pipeline.application.details_changed.v1"

    person_id: UUID
    job_id: UUID
    previous: ApplicationDetails
    current: ApplicationDetails


class CardChanged(EventData):
    """What an application's card on the board shows changed without a transition: interviews, scorecards or the person.

    What it shows now is on the board. A card that is shown for the first time has no event of this type, nor has one
    that changes with another event about the application.
    """

    type: ClassVar[str] = "pipeline.application.card_changed.v1"

    person_id: UUID
    job_id: UUID


class ScorecardSubmitted(EventData):
    """An interviewer's scorecard about an application is in. What it says is for those who may read it: ask for it."""

    type: ClassVar[str] = "pipeline.application.scorecard_submitted.v1"

    person_id: UUID
    job_id: UUID
    scorecard_id: UUID
    user_id: UUID | None = None
    """Absent when the ATS does not say whose it is."""


class InterviewSeen(EventData):
    """The event's actor has seen what came of an interview, which took place or has a scorecard.

    They may see it again, once more came of it.
    """

    type: ClassVar[str] = "pipeline.application.interview_seen.v1"

    person_id: UUID
    job_id: UUID
    interview_id: UUID


class OfferChanged(EventData):
    """A version of an offer was made, sent, accepted, declined, withdrawn or replaced.

    ``decline_reason_id``: why the person declined, if the account keeps that. The same words have the same id.
    """

    type: ClassVar[str] = "pipeline.application.offer_changed.v1"

    person_id: UUID
    job_id: UUID
    offer_id: UUID
    offer_version: int
    current: OfferStatus
    decline_reason_id: UUID | None = None


class AttentionChanged(EventData):
    """An application needs attention for a reason, or does so no longer; what is said is how it is after the change.

    ``subject_id``: the interviewer's part or the offer that it is about; absent if it is about the application.
    ``since``: since when somebody owes it, and ``yellow_at``, ``red_at``: when that is late, in the working time of
    who must act. Someone else's turn, a snooze and its end are changes as well.
    """

    type: ClassVar[str] = "pipeline.application.attention_changed.v1"

    person_id: UUID
    job_id: UUID
    change: AttentionChange
    reason: AttentionReason
    severity: Severity
    owner_id: UUID | None = None
    """Who must act; absent if nobody is known."""
    previous_owner_id: UUID | None = None
    """Whose turn it was, if it became someone else's."""
    subject_id: UUID | None = None
    since: datetime
    yellow_at: datetime
    red_at: datetime | None = None
    snoozed_until: datetime | None = None


class MoveSettled(EventData):
    """Whether moves of ours ever took effect: the ATS refused them, or carried them out after all.

    A count of moves leaves out those that are not effective. ``moves`` are the aggregate versions of the
    ``stage_changed`` events in question; of several such events about one move, the one with the highest aggregate
    version holds.
    """

    type: ClassVar[str] = "pipeline.application.move_settled.v1"

    person_id: UUID
    job_id: UUID
    moves: tuple[int, ...]
    effective: bool


class SyncChanged(EventData):
    """An application's agreement with the ATS changed; a conflict names the stage the ATS insists on.

    If the ATS moves the application during a conflict, ``previous`` and ``current`` are both ``conflicted``, and
    ``ats_stage_id`` is the new stage. ``overruled_stage_id``: a user settled a conflict by keeping the stage it has
    here, and this is the stage the ATS had; its move to ours is written again. ``refused_action``: what the ATS
    refused, if it was not a move: the application is as the ATS has it, and a user is to do it again or leave it.
    """

    type: ClassVar[str] = "pipeline.application.sync_changed.v1"

    person_id: UUID
    job_id: UUID
    stage_id: UUID
    previous: SyncState
    current: SyncState
    ats_stage_id: UUID | None = None
    overruled_stage_id: UUID | None = None
    refused_action: ApplicationAction | None = None


class ApplicationRemoved(EventData):
    """The ATS no longer has the application, so it is not shown here any more.

    A count of applications leaves out those that were ``deleted`` or are ``absent``: they were a mistake. One that
    went with its person (``person_deleted``) happened, and stays counted. An application that was restored later has an
    event with a higher aggregate version that says so.
    """

    type: ClassVar[str] = "pipeline.application.removed.v1"

    person_id: UUID
    job_id: UUID
    stage: StagePoint
    status: ApplicationStatus
    reason: RemovalReason


class ApplicationRestored(EventData):
    """The ATS has an application after all that was removed here: it is shown and counted again."""

    type: ClassVar[str] = "pipeline.application.restored.v1"

    person_id: UUID
    job_id: UUID
    stage: StagePoint
    status: ApplicationStatus
