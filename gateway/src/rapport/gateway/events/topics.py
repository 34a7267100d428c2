"""What clients can watch, and what an event changes of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from rapport.activity import entries_of
from rapport.contracts.events import Event


class Watched(StrEnum):
    """A kind of thing that can be watched."""

    BOARD = "board"
    REVIEW = "review"
    CONVERSATION = "conversation"
    OWN_MESSAGES = "own messages"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to watch: a job's board, a review, the messages to a person or of a user, or a person's activity."""

    kind: Watched
    id: UUID

    @property
    def subjects(self) -> tuple[str, ...]:
        """Below an organisation's subject: where all events are that may concern it."""
        return _SUBJECTS[self.kind]


_APPLICATIONS, _REVIEWS, _MESSAGES = "pipeline.application.>", "reviews.review.>", "outreach.message.>"
_SUBJECTS = {
    Watched.BOARD: (_APPLICATIONS,),
    Watched.REVIEW: (_REVIEWS,),
    Watched.CONVERSATION: (_MESSAGES,),
    Watched.OWN_MESSAGES: (_MESSAGES,),
    Watched.ACTIVITY: (_APPLICATIONS, _REVIEWS, _MESSAGES, "outreach.suppression.>"),
}


def topics_of(event: Event[Any]) -> Iterator[Topic]:
    """Everything that an event may change for those who watch; each once."""
    service, aggregate, _ = event.type.split(".", 2)
    match service, aggregate:
        case "pipeline", "application":
            for job_id in {event.data.job_id, getattr(event.data, "current_job_id", event.data.job_id)}:
                yield Topic(Watched.BOARD, job_id)
        case "reviews", "review":
            yield Topic(Watched.REVIEW, event.subject)
        case "outreach", "message":
            yield Topic(Watched.CONVERSATION, event.data.person_id)
            for user_id in {event.data.author_id, event.data.from_user_id}:
                yield Topic(Watched.OWN_MESSAGES, user_id)
    for person_id in {entry.person_id for entry in entries_of(event)}:
        yield Topic(Watched.ACTIVITY, person_id)
