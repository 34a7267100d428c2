"""What clients can watch, and what a fact changes of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from rapport.contracts.activity import entries_of
from rapport.contracts.facts import Fact


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
        """Below an organisation's subject: where all facts are that may concern it."""
        return _SUBJECTS[self.kind]


_APPLICATIONS, _REVIEWS, _MESSAGES = "pipeline.application.>", "reviews.review.>", "outreach.message.>"
_SUBJECTS = {
    Watched.BOARD: (_APPLICATIONS,),
    Watched.REVIEW: (_REVIEWS,),
    Watched.CONVERSATION: (_MESSAGES,),
    Watched.OWN_MESSAGES: (_MESSAGES,),
    Watched.ACTIVITY: (_APPLICATIONS, _REVIEWS, _MESSAGES, "outreach.suppression.>"),
}


def topics_of(fact: Fact[Any]) -> Iterator[Topic]:
    """Everything that a fact may change for those who watch; each once."""
    service, aggregate, _ = fact.type.split(".", 2)
    match service, aggregate:
        case "pipeline", "application":
            for job_id in {fact.data.job_id, getattr(fact.data, "current_job_id", fact.data.job_id)}:
                yield Topic(Watched.BOARD, job_id)
        case "reviews", "review":
            yield Topic(Watched.REVIEW, fact.subject)
        case "outreach", "message":
            yield Topic(Watched.CONVERSATION, fact.data.person_id)
            for user_id in {fact.data.author_id, fact.data.from_user_id}:
                yield Topic(Watched.OWN_MESSAGES, user_id)
    for person_id in {entry.person_id for entry in entries_of(fact)}:
        yield Topic(Watched.ACTIVITY, person_id)
