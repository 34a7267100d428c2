"""Domain events: what happened, published as CloudEvents on ``hiring.<org>.<type>``.

An event carries identifiers, enumerations and numbers; never a name, an address or free text.
"""

from rapport.contracts.events.application import (
    ApplicationClosed,
    ApplicationDetails,
    ApplicationDetailsChanged,
    ApplicationReceived,
    ApplicationRemoved,
    ApplicationReopened,
    ApplicationRestored,
    CardChanged,
    MoveSettled,
    StageChanged,
    StagePoint,
    SyncChanged,
)
from rapport.contracts.events.envelope import Event, EventData, event_types, parse_event, subject_of
from rapport.contracts.events.job import JobChanged, JobRemoved, JobStage, JobState, TeamMember
from rapport.contracts.events.message import (
    MessageScheduled,
    MessageStateChanged,
    ReplyReceived,
    SuppressionLifted,
    SuppressionRecorded,
)
from rapport.contracts.events.person import PersonErased, PersonMerged
from rapport.contracts.events.review import (
    DueDateChanged,
    LinkReplaced,
    NoteCorrected,
    NotificationDue,
    ReviewerFinished,
    ReviewersAdded,
    ReviewersReminded,
    ReviewRequested,
    ReviewStatusChanged,
    VerdictGiven,
    VerdictTakenBack,
)
from rapport.contracts.events.sync import DriftFound

__all__ = [
    "ApplicationClosed",
    "ApplicationDetails",
    "ApplicationDetailsChanged",
    "ApplicationReceived",
    "ApplicationRemoved",
    "ApplicationReopened",
    "ApplicationRestored",
    "CardChanged",
    "DriftFound",
    "DueDateChanged",
    "Event",
    "EventData",
    "JobChanged",
    "JobRemoved",
    "JobStage",
    "JobState",
    "LinkReplaced",
    "MessageScheduled",
    "MessageStateChanged",
    "MoveSettled",
    "NoteCorrected",
    "NotificationDue",
    "PersonErased",
    "PersonMerged",
    "ReplyReceived",
    "ReviewRequested",
    "ReviewStatusChanged",
    "ReviewerFinished",
    "ReviewersAdded",
    "ReviewersReminded",
    "StageChanged",
    "StagePoint",
    "SuppressionLifted",
    "SuppressionRecorded",
    "SyncChanged",
    "TeamMember",
    "VerdictGiven",
    "VerdictTakenBack",
    "event_types",
    "parse_event",
    "subject_of",
]
