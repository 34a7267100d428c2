"""What clients can subscribe to, and which topics an event affects."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from rapport.activity import entries_of
from rapport.contracts.events import AttentionChanged, Event, SyncChanged
from rapport.contracts.vocabulary import SyncState


class TopicKind(StrEnum):
    """A kind of thing that clients can subscribe to."""

    BOARD = "board"
    REVIEW = "review"
    REVIEWS = "reviews"
    CONVERSATION = "conversation"
    OWN_MESSAGES = "own messages"
    ACTIVITY = "activity"
    IMPORT = "import"
    BULK_ACTION = "bulk action"
    ATTENTION = "attention"
    TODAY = "today"
    CHECK_IN = "check-in"


@dataclass(frozen=True, slots=True)
class Topic:
    """A job's board or its check-ins, a review or all of them, the messages to a person or of a user, a person's feed,
    an import, an action on many people, all flags, or whatever waits for somebody."""

    kind: TopicKind
    id: UUID

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects of all events that may affect it, below the organisation's."""
        return _SUBJECTS[self.kind]


_APPLICATIONS, _REVIEWS, _MESSAGES = "pipeline.application.>", "reviews.review.>", "outreach.message.>"
ALL_REVIEWS = Topic(TopicKind.REVIEWS, UUID(int=0))
"""Every review of the organisation: events of most kinds do not name the users they concern."""
ALL_FLAGS = Topic(TopicKind.ATTENTION, UUID(int=0))
"""Every flag of the organisation: who must act, and who else wants to know, changes."""
_WORK = frozenset(
    {
        ("reviews", "review"),
        ("outreach", "message"),
        ("outreach", "ownership"),
        ("outreach", "suppression"),
        ("pipeline", "agreed_action"),
    }
)
ALL_WORK = Topic(TopicKind.TODAY, UUID(int=0))
"""Whatever waits for any user of the organisation: events of most kinds do not name the users they concern."""
_SUBJECTS = {
    TopicKind.BOARD: (_APPLICATIONS,),
    TopicKind.REVIEW: (_REVIEWS,),
    TopicKind.REVIEWS: (_REVIEWS,),
    TopicKind.CONVERSATION: (_MESSAGES,),
    TopicKind.OWN_MESSAGES: (_MESSAGES,),
    TopicKind.IMPORT: ("pipeline.import.>",),
    TopicKind.BULK_ACTION: ("pipeline.bulk_action.>",),
    TopicKind.ATTENTION: ("pipeline.application.attention_changed.v1",),
    TopicKind.TODAY: (
        "pipeline.application.attention_changed.v1",
        "pipeline.application.sync_changed.v1",
        "pipeline.agreed_action.>",
        _REVIEWS,
        _MESSAGES,
        "outreach.ownership.>",
        "outreach.suppression.>",
    ),
    TopicKind.CHECK_IN: ("pipeline.check_in.>", "pipeline.agreed_action.>"),
    TopicKind.ACTIVITY: (
        _APPLICATIONS,
        _REVIEWS,
        _MESSAGES,
        "outreach.suppression.>",
        "pipeline.person.created.v1",
        "pipeline.person.assigned.v1",
        "pipeline.project.people_changed.v1",
        "pipeline.note.added.v1",
        "pipeline.note.ats_state_changed.v1",
        "pipeline.sourcing.>",
    ),
}


_FOLLOWED = {"import": TopicKind.IMPORT, "bulk_action": TopicKind.BULK_ACTION}
"""What is followed by itself."""


def topics_of(event: Event[Any]) -> Iterator[Topic]:
    """Every topic that an event affects, each once."""
    service, aggregate, _ = event.type.split(".", 2)
    match service, aggregate:
        case "pipeline", "application":
            yield from _of_application(event)
        case "pipeline", ("import" | "bulk_action") as followed:
            yield Topic(_FOLLOWED[followed], event.subject)
        case "pipeline", "check_in" | "agreed_action":
            yield Topic(TopicKind.CHECK_IN, event.data.job_id)
        case "reviews", "review":
            yield Topic(TopicKind.REVIEW, event.subject)
            yield ALL_REVIEWS
        case "outreach", "message":
            yield Topic(TopicKind.CONVERSATION, event.data.person_id)
            for user_id in {event.data.author_id, event.data.from_user_id}:
                yield Topic(TopicKind.OWN_MESSAGES, user_id)
    if _may_wait(event):
        yield ALL_WORK
    for person_id in {entry.person_id for entry in entries_of(event)}:
        yield Topic(TopicKind.ACTIVITY, person_id)


def _of_application(event: Event[Any]) -> Iterator[Topic]:
    for job_id in {event.data.job_id, getattr(event.data, "current_job_id", event.data.job_id)}:
        yield Topic(TopicKind.BOARD, job_id)
    if isinstance(event.data, AttentionChanged):
        yield ALL_FLAGS


def _may_wait(event: Event[Any]) -> bool:
    """Whether the event may change what waits for somebody."""
    match event.data:
        case AttentionChanged():
            return True
        case SyncChanged(previous=previous, current=current):
            return SyncState.CONFLICTED in {previous, current}
    service, aggregate, _ = event.type.split(".", 2)
    return (service, aggregate) in _WORK
