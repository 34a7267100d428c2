"""Facts: what happened, told to everyone as CloudEvents on ``hiring.<org>.<type>``.

A fact carries identifiers, enumerations and numbers; never a name, an address or free text.
"""

from rapport.contracts.facts.application import (
    ApplicationClosed,
    ApplicationReceived,
    ApplicationRemoved,
    ApplicationReopened,
    ApplicationRestored,
    MoveSettled,
    StageChanged,
    StagePoint,
    SyncChanged,
)
from rapport.contracts.facts.envelope import Fact, FactData, fact_types, read_fact, subject_of
from rapport.contracts.facts.job import JobChanged, JobRemoved, JobStage, JobState, TeamMember
from rapport.contracts.facts.message import (
    MessageScheduled,
    MessageStateChanged,
    ReplyReceived,
    SuppressionLifted,
    SuppressionRecorded,
)
from rapport.contracts.facts.person import PersonErased, PersonMerged
from rapport.contracts.facts.review import (
    DueDateChanged,
    LinkReplaced,
    NoteCorrected,
    NoticeDue,
    ReviewerFinished,
    ReviewersAdded,
    ReviewersReminded,
    ReviewRequested,
    ReviewStatusChanged,
    VerdictGiven,
    VerdictTakenBack,
)
from rapport.contracts.facts.sync import DriftFound

__all__ = [
    "ApplicationClosed",
    "ApplicationReceived",
    "ApplicationRemoved",
    "ApplicationReopened",
    "ApplicationRestored",
    "DriftFound",
    "DueDateChanged",
    "Fact",
    "FactData",
    "JobChanged",
    "JobRemoved",
    "JobStage",
    "JobState",
    "LinkReplaced",
    "MessageScheduled",
    "MessageStateChanged",
    "MoveSettled",
    "NoteCorrected",
    "NoticeDue",
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
    "fact_types",
    "read_fact",
    "subject_of",
]
