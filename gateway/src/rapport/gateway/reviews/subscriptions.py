"""What happens in a review, and subscribing to it."""

from collections.abc import AsyncGenerator, Iterable
from datetime import datetime
from typing import Annotated
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
    ReviewRequested,
    ReviewStatusChanged,
    VerdictGiven,
    VerdictTakenBack,
)
from rapport.contracts.vocabulary import ReviewStatus, VerdictChange
from rapport.gateway.errors import not_found
from rapport.gateway.graph.changes import After, Change
from rapport.gateway.graph.context import Info, OperationContext
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field, subscription
from rapport.gateway.graph.ids import Kind, global_id, uuid_of
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.reviews.loaders import reviews_by_id
from rapport.gateway.reviews.resolvers import current_verdict, review_by_id
from rapport.gateway.reviews.types import PersonVerdict, Review
from rapport.gateway.subscriptions.hub import StreamedEvent
from rapport.gateway.subscriptions.subscription import Subscription, follow
from rapport.gateway.subscriptions.topics import ALL_REVIEWS, Topic, TopicKind
from rapport.gateway.users.loaders import users_by_id
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@strawberry.interface(description="A change of a review.")
class ReviewChange(Change):
    @field("The review as it is by now.", graphql_type=Review | None)
    async def review(self, info: Info) -> reviews.Review | None:
        return await review_by_id(info, self.streamed.event.subject)


@strawberry.type(description="A review was requested.")
class ReviewOpened(ReviewChange): ...


@strawberry.interface(description="A change of what one reviewer says of a person.")
class VerdictChanged(ReviewChange):
    @field("Whose verdict it is.", graphql_type=User | None)
    async def reviewer(self, info: Info) -> pipeline.User | None:
        return await user_of(info, self.streamed.event.data.reviewer_id)

    @field("Whom it is about.", graphql_type=Person | None)
    async def person(self, info: Info) -> pipeline.Person | None:
        return await person_of(info, self.streamed.event.data.person_id)

    @field("Whom it is about, also if you see them only in the review.")
    def person_id(self) -> strawberry.ID:
        return global_id(Kind.PERSON, self.streamed.event.data.person_id)

    @field("On how many people this reviewer had a verdict then.")
    def decided(self) -> int:
        return int(self.streamed.event.data.decided)

    @field("On how many they are asked for one.")
    def people(self) -> int:
        return int(self.streamed.event.data.people)


@strawberry.type(description="A reviewer gave a verdict on a person, or another one, or edited its note.")
class ReviewVerdictGiven(VerdictChanged):
    @field(
        "What they say; null while it is hidden from you, and if it was taken back.", graphql_type=PersonVerdict | None
    )
    async def verdict(self, info: Info) -> reviews.PersonVerdict | None:
        return await current_verdict(info, self.streamed.event.data.verdict_id)

    @field("Whether they changed their mind, or only the note.", graphql_type=enumeration(VerdictChange))
    def change(self) -> VerdictChange:
        return change_of(self.streamed.event.data)


@strawberry.type(description="A reviewer took a verdict back: the person is undecided again.")
class ReviewVerdictTakenBack(VerdictChanged):
    @field("Whether they had finished, and have to decide again.")
    def reopened(self) -> bool:
        return bool(self.streamed.event.data.reopened)


@strawberry.type(description="A reviewer has decided on everyone.")
class ReviewReviewerFinished(ReviewChange):
    @field("Who.", graphql_type=User | None)
    async def reviewer(self, info: Info) -> pipeline.User | None:
        return await user_of(info, self.streamed.event.data.reviewer_id)

    @field("When they were asked.")
    def asked_at(self) -> datetime:
        asked_at: datetime = self.streamed.event.data.asked_at
        return asked_at

    @field("When they gave their last verdict; notes edited later do not count.")
    def decided_at(self) -> datetime:
        decided_at: datetime = self.streamed.event.data.decided_at
        return decided_at

    @field("How many reviewers had finished then.")
    def finished(self) -> int:
        return int(self.streamed.event.data.finished)

    @field("How many there were.")
    def reviewers(self) -> int:
        return int(self.streamed.event.data.reviewers)


@strawberry.type(description="A reviewer's link was revoked.")
class ReviewLinkReplaced(ReviewChange):
    @field("Whose.", graphql_type=User | None)
    async def reviewer(self, info: Info) -> pipeline.User | None:
        return await user_of(info, self.streamed.event.data.reviewer_id)

    @field("Whether they are sent a new one.")
    def sent(self) -> bool:
        return bool(self.streamed.event.data.sent)


@strawberry.type(description="More reviewers were asked.")
class ReviewReviewersAdded(ReviewChange):
    @field("Whom.", graphql_type=list[User])
    async def reviewers(self, info: Info) -> list[pipeline.User]:
        return await _users(info, self.streamed.event.data.reviewer_ids)


@strawberry.type(description="Reviewers are reminded at a user's request.")
class ReviewReviewersReminded(ReviewChange):
    @field("Whom.", graphql_type=list[User])
    async def reviewers(self, info: Info) -> list[pipeline.User]:
        return await _users(info, self.streamed.event.data.reviewer_ids)


@strawberry.type(description="Verdicts are wanted by another date.")
class ReviewDueDateChanged(ReviewChange):
    @field("By when before; null if by no date.")
    def previous(self) -> datetime | None:
        previous: datetime | None = self.streamed.event.data.previous
        return previous

    @field("By when then.")
    def current(self) -> datetime:
        current: datetime = self.streamed.event.data.current
        return current


@strawberry.type(description="The note to the reviewers was corrected; `review` has it.")
class ReviewNoteCorrected(ReviewChange):
    @field("Whether there was a note then.")
    def noted(self) -> bool:
        return bool(self.streamed.event.data.noted)


@strawberry.type(description="A review was begun, completed, cancelled or expired.")
class ReviewStatusChange(ReviewChange):
    @field("Where it stood before.", graphql_type=enumeration(ReviewStatus))
    def previous(self) -> ReviewStatus:
        previous: ReviewStatus = self.streamed.event.data.previous
        return previous

    @field("Where it stood then.", graphql_type=enumeration(ReviewStatus))
    def current(self) -> ReviewStatus:
        current: ReviewStatus = self.streamed.event.data.current
        return current


REVIEW_CHANGES: dict[type[EventData], type[ReviewChange]] = {
    ReviewRequested: ReviewOpened,
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


async def review_change_of(streamed: StreamedEvent) -> ReviewChange | None:
    """The change of a review that the event is."""
    change = REVIEW_CHANGES.get(type(streamed.event.data))
    return change(streamed=streamed) if change else None


async def _users(info: Info, ids: Iterable[UUID]) -> list[pipeline.User]:
    found = await info.context.loader(users_by_id).load_many(list(ids))
    return [user for user in found if user is not None]


@strawberry.type
class ReviewSubscriptions:
    @subscription(
        "What happens in a review, as it happens: verdicts, reminders, and its end.", graphql_type=ReviewChange
    )
    async def review_changed(
        self,
        info: Info,
        review_id: Annotated[strawberry.ID, strawberry.argument(description="Which review.")],
        after: After = None,
    ) -> AsyncGenerator[ReviewChange, None]:
        review = uuid_of(Kind.REVIEW, review_id, "reviewId")
        context = info.context

        async def probe() -> object:
            return await context.loader(reviews_by_id).load(review)

        topic, missing = Topic(TopicKind.REVIEW, review), not_found("review", "reviewId")
        return await follow(context, Subscription("reviewChanged", topic, after, review_change_of, probe, missing))

    @subscription(
        "What happens in your reviews, as it happens: those you requested, and those you are asked in.",
        graphql_type=ReviewChange,
    )
    async def reviews_changed(self, info: Info, after: After = None) -> AsyncGenerator[ReviewChange, None]:
        context = info.context

        async def change(streamed: StreamedEvent) -> ReviewChange | None:
            return await _change_of_own_review(context, streamed)

        async def probe() -> object:
            return context.session  # everybody has reviews of their own, if none yet

        missing = not_found("review", None)
        return await follow(context, Subscription("reviewsChanged", ALL_REVIEWS, after, change, probe, missing))


async def _change_of_own_review(context: OperationContext, streamed: StreamedEvent) -> ReviewChange | None:
    """The change of a review that the viewer requested or is asked in; None for any other."""
    return await review_change_of(streamed) if await is_involved(context, streamed.event.subject) else None


async def is_involved(context: OperationContext, review_id: UUID) -> bool:
    """Whether the viewer requested the review or is asked in it."""
    review = await context.loader(reviews_by_id).load(review_id)
    if review is None:
        return False
    return context.session.viewer.user_id in {review.requested_by, *(each.user_id for each in review.reviewers)}
