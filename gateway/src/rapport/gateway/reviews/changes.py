"""What can happen in a review, as clients hear of it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import strawberry

from rapport.activity import change_of
from rapport.contracts import pipeline, reviews
from rapport.contracts.events import (
    DueDateChanged,
    EventData,
    LinkReplaced,
    NoteCorrected,
    ReviewerFinished,
    ReviewersAdded,
    ReviewersReminded,
    ReviewStatusChanged,
    VerdictGiven,
    VerdictTakenBack,
)
from rapport.contracts.vocabulary import ReviewStatus, VerdictChange
from rapport.gateway.context import Info
from rapport.gateway.events.change import Change
from rapport.gateway.events.changes import Happened
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, global_id
from rapport.gateway.jobs.types import User
from rapport.gateway.people.relations import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.reviews.relations import review_by_id, standing_verdict
from rapport.gateway.reviews.types import PersonVerdict, Review
from rapport.gateway.shown import enumeration
from rapport.gateway.users.relations import user_of


@strawberry.interface(description="A change of a review.")
class ReviewChange(Change):
    @field("The review as it is by now.", shown_as=Review | None)
    async def review(self, info: Info) -> reviews.Review | None:
        return await review_by_id(info, self.happened.event.subject)


@strawberry.interface(description="A change of what one reviewer says of a person.")
class VerdictChanged(ReviewChange):
    @field("Whose verdict it is.", shown_as=User | None)
    async def reviewer(self, info: Info) -> pipeline.User | None:
        return await user_of(info, self.happened.event.data.reviewer_id)

    @field("Whom it is about.", shown_as=Person | None)
    async def person(self, info: Info) -> pipeline.Person | None:
        return await person_of(info, self.happened.event.data.person_id)

    @field("Whom it is about, also if you see them only in the review.")
    def person_id(self) -> strawberry.ID:
        return global_id(Kind.PERSON, self.happened.event.data.person_id)

    @field("On how many people this reviewer had a verdict then.")
    def decided(self) -> int:
        return int(self.happened.event.data.decided)

    @field("On how many they are asked for one.")
    def people(self) -> int:
        return int(self.happened.event.data.people)


@strawberry.type(description="A reviewer gave a verdict on a person, or another one, or edited its note.")
class ReviewVerdictGiven(VerdictChanged):
    @field("What they say; null while it is hidden from you, and if it was taken back.", shown_as=PersonVerdict | None)
    async def verdict(self, info: Info) -> reviews.PersonVerdict | None:
        return await standing_verdict(info, self.happened.event.data.verdict_id)

    @field("Whether they changed their mind, or only the note.", shown_as=enumeration(VerdictChange))
    def change(self) -> VerdictChange:
        return change_of(self.happened.event.data)


@strawberry.type(description="A reviewer took a verdict back: the person is undecided again.")
class ReviewVerdictTakenBack(VerdictChanged):
    @field("Whether they had finished, and have to decide again.")
    def reopened(self) -> bool:
        return bool(self.happened.event.data.reopened)


@strawberry.type(description="A reviewer has decided on everybody.")
class ReviewReviewerFinished(ReviewChange):
    @field("Who.", shown_as=User | None)
    async def reviewer(self, info: Info) -> pipeline.User | None:
        return await user_of(info, self.happened.event.data.reviewer_id)

    @field("When they were asked.")
    def asked_at(self) -> datetime:
        asked_at: datetime = self.happened.event.data.asked_at
        return asked_at

    @field("When they gave their last verdict; notes edited later do not count.")
    def decided_at(self) -> datetime:
        decided_at: datetime = self.happened.event.data.decided_at
        return decided_at

    @field("How many reviewers had finished then.")
    def finished(self) -> int:
        return int(self.happened.event.data.finished)

    @field("How many there were.")
    def reviewers(self) -> int:
        return int(self.happened.event.data.reviewers)


@strawberry.type(description="A reviewer's link was revoked.")
class ReviewLinkReplaced(ReviewChange):
    @field("Whose.", shown_as=User | None)
    async def reviewer(self, info: Info) -> pipeline.User | None:
        return await user_of(info, self.happened.event.data.reviewer_id)

    @field("Whether they are sent a new one.")
    def sent(self) -> bool:
        return bool(self.happened.event.data.sent)


@strawberry.type(description="More reviewers were asked.")
class ReviewReviewersAdded(ReviewChange):
    @field("Whom.", shown_as=list[User])
    async def reviewers(self, info: Info) -> list[pipeline.User]:
        return await _users(info, self.happened.event.data.reviewer_ids)


@strawberry.type(description="Reviewers are reminded, because somebody asked for it.")
class ReviewReviewersReminded(ReviewChange):
    @field("Whom.", shown_as=list[User])
    async def reviewers(self, info: Info) -> list[pipeline.User]:
        return await _users(info, self.happened.event.data.reviewer_ids)


@strawberry.type(description="Verdicts are wanted by another date.")
class ReviewDueDateChanged(ReviewChange):
    @field("By when before; null if by no date.")
    def previous(self) -> datetime | None:
        previous: datetime | None = self.happened.event.data.previous
        return previous

    @field("By when then.")
    def current(self) -> datetime:
        current: datetime = self.happened.event.data.current
        return current


@strawberry.type(description="What the reviewers are told was corrected; `review` has it.")
class ReviewNoteCorrected(ReviewChange):
    @field("Whether there was a note then.")
    def noted(self) -> bool:
        return bool(self.happened.event.data.noted)


@strawberry.type(description="A review was begun, completed, called off, or expired.")
class ReviewStatusChange(ReviewChange):
    @field("Where it stood before.", shown_as=enumeration(ReviewStatus))
    def previous(self) -> ReviewStatus:
        previous: ReviewStatus = self.happened.event.data.previous
        return previous

    @field("Where it stood then.", shown_as=enumeration(ReviewStatus))
    def current(self) -> ReviewStatus:
        current: ReviewStatus = self.happened.event.data.current
        return current


REVIEW_CHANGES: dict[type[EventData], type[ReviewChange]] = {
    VerdictGiven: ReviewVerdictGiven,
    VerdictTakenBack: ReviewVerdictTakenBack,
    ReviewerFinished: ReviewReviewerFinished,
    LinkReplaced: ReviewLinkReplaced,
    ReviewersAdded: ReviewReviewersAdded,
    ReviewersReminded: ReviewReviewersReminded,
    DueDateChanged: ReviewDueDateChanged,
    NoteCorrected: ReviewNoteCorrected,
    ReviewStatusChanged: ReviewStatusChange,
}


async def review_change_of(happened: Happened) -> ReviewChange | None:
    """What the event means for whoever watches the review."""
    change = REVIEW_CHANGES.get(type(happened.event.data))
    return change(happened=happened) if change else None


async def _users(info: Info, ids: Iterable[UUID]) -> list[pipeline.User]:
    found = await info.context.loaders.users_by_id.load_many(list(ids))
    return [user for user in found if user is not None]
