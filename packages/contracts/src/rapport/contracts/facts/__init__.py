"""Facts: what happened, told to everyone as CloudEvents on ``hiring.<org>.<type>``.

A fact carries identifiers, enumerations and numbers; never a name, an address or free text.
"""

from rapport.contracts.facts.application import (
    ApplicationClosed,
    ApplicationReceived,
    ApplicationReopened,
    MoveSettled,
    StageChanged,
    StagePoint,
    SyncChanged,
)
from rapport.contracts.facts.envelope import Fact, FactData, fact_types, read_fact, subject_of
from rapport.contracts.facts.job import JobChanged, JobStage, JobState, TeamMember

__all__ = [
    "ApplicationClosed",
    "ApplicationReceived",
    "ApplicationReopened",
    "Fact",
    "FactData",
    "JobChanged",
    "JobStage",
    "JobState",
    "MoveSettled",
    "StageChanged",
    "StagePoint",
    "SyncChanged",
    "TeamMember",
    "fact_types",
    "read_fact",
    "subject_of",
]
