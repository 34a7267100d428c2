"""What the pipeline does when it hears of an event, its own or another service's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rapport.activity import entries_of
from rapport.contracts.events import (
    ApplicationReceived,
    Event,
    MessageStateChanged,
    ReplyReceived,
    SuppressionLifted,
    SuppressionRecorded,
)
from rapport.contracts.vocabulary import MessageState, ReplyKind
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.pipeline.store import activity, sourcing, suppressions
from rapport.pipeline.store.sourcing import SourcingOutcome
from rapport.pipeline.store.suppressions import Suppression


class PersonActivity:
    """Keeps every person's feed, what users' work to find people led to, and who must not be written to."""

    consumer = "pipeline-activity"
    tables = ("activity", "sourcing_outcome", "suppression")
    version = 3

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Add what the events say; the order in which they arrive makes no difference."""
        await activity.add(unit, [entry for event in events for entry in entries_of(event)])
        await sourcing.add_outcomes(unit, [outcome for event in events if (outcome := outcome_of(event))])
        await suppressions.save(unit, [known for event in events if (known := suppression_of(event))])


def outcome_of(event: Event[Any]) -> SourcingOutcome | None:
    """What an event says about users' work to find people; None for most events."""
    data = event.data
    match data:
        case MessageStateChanged(current=MessageState.SENT):
            return SourcingOutcome(event.id, "message", data.author_id, data.person_id, data.job_id, event.time)
        case ReplyReceived(kind=ReplyKind.PERSONAL):
            return SourcingOutcome(event.id, "reply", data.author_id, data.person_id, data.job_id, event.time)
        case ApplicationReceived():
            return SourcingOutcome(event.id, "application", None, data.person_id, data.job_id, event.time)
    return None


def suppression_of(event: Event[Any]) -> Suppression | None:
    """What an event says about who must not be written to; None for most events, and if one address alone is meant.

    Which address that is, events do not say: the person may be written to at another one.
    """
    match event.data:
        case SuppressionRecorded(person_id=UUID() as person_id, whole_person=True):
            return Suppression(event.subject, person_id, in_force=True, version=event.aggregateversion)
        case SuppressionLifted(person_id=UUID() as person_id, whole_person=True):
            return Suppression(event.subject, person_id, in_force=False, version=event.aggregateversion)
    return None
