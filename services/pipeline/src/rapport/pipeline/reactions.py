"""What the pipeline does when it hears of an event, its own or another service's."""

from collections.abc import Sequence
from typing import Any

from rapport.activity import entries_of
from rapport.contracts.events import ApplicationReceived, Event, MessageStateChanged, ReplyReceived
from rapport.contracts.vocabulary import MessageState, ReplyKind
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.pipeline.store import activity, sourcing
from rapport.pipeline.store.sourcing import SourcingOutcome


class PersonActivity:
    """Keeps every person's feed, and what users' work to find people led to."""

    consumer = "pipeline-activity"
    tables = ("activity", "sourcing_outcome")
    version = 2

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Add what the events say; the order in which they arrive makes no difference."""
        await activity.add(unit, [entry for event in events for entry in entries_of(event)])
        await sourcing.add_outcomes(unit, [outcome for event in events if (outcome := outcome_of(event))])


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
