"""What clients can subscribe to, and which topics an event affects."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from rapport.activity import entries_of
from rapport.contracts.events import AttentionChanged, Event


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


@dataclass(frozen=True, slots=True)
class Topic:
    """A job's board, a review or all of them, the messages to a person or of a user, a person's feed, an import, an
    action on many people, or all flags."""

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
_SUBJECTS = {
    TopicKind.BOARD: (_APPLICATIONS,),
    TopicKind.REVIEW: (_REVIEWS,),
    TopicKind.REVIEWS: (_REVIEWS,),
    TopicKind.CONVERSATION: (_MESSAGES,),
    TopicKind.OWN_MESSAGES: (_MESSAGES,),
    TopicKind.IMPORT: ("pipeline.import.>",),
    TopicKind.BULK_ACTION: ("pipeline.bulk_action.>",),
    TopicKind.ATTENTION: ("pipeline.application.attention_changed.v1",),
    TopicKind.ACTIVITY: (
        _APPLICATIONS,
        _REVIEWS,
        _MESSAGES,
        "outreach.suppression.>",
        "pipeline.person.created.v1",
        "pipeline.project.people_changed.v1",
        "pipeline.note.added.v1",
        "pipeline.sourcing.>",
    ),
}


def topics_of(event: Event[Any]) -> Iterator[Topic]:
    """Every topic that an event affects, each once."""
    service, aggregate, _ = event.type.split(".", 2)
    match service, aggregate:
        case "pipeline", "application":
            for job_id in {event.data.job_id, getattr(event.data, "current_job_id", event.data.job_id)}:
                yield Topic(TopicKind.BOARD, job_id)
            if isinstance(event.data, AttentionChanged):
                yield ALL_FLAGS
        case "pipeline", "import":
            yield Topic(TopicKind.IMPORT, event.subject)
        case "pipeline", "bulk_action":
            yield Topic(TopicKind.BULK_ACTION, event.subject)
        case "reviews", "review":
            yield Topic(TopicKind.REVIEW, event.subject)
            yield ALL_REVIEWS
        case "outreach", "message":
            yield Topic(TopicKind.CONVERSATION, event.data.person_id)
            for user_id in {event.data.author_id, event.data.from_user_id}:
                yield Topic(TopicKind.OWN_MESSAGES, user_id)
    for person_id in {entry.person_id for entry in entries_of(event)}:
        yield Topic(TopicKind.ACTIVITY, person_id)
