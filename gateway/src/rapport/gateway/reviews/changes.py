"""What can happen in a review, as clients hear of it."""

import strawberry

from rapport.contracts import pipeline, reviews
from rapport.contracts.facts import ReviewStatusChanged, VerdictGiven
from rapport.contracts.hiring import ReviewStatus
from rapport.gateway.context import Info
from rapport.gateway.events.change import Change
from rapport.gateway.events.changes import Happened
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, global_id
from rapport.gateway.jobs.types import User
from rapport.gateway.people.relations import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.reviews.relations import review_by_id
from rapport.gateway.reviews.types import PersonVerdict, Review
from rapport.gateway.shown import enumeration
from rapport.gateway.users.relations import user_of


@strawberry.interface(description="A change of a review.")
class ReviewChange(Change):
    @field("The review as it is by now.", shown_as=Review | None)
    async def review(self, info: Info) -> reviews.Review | None:
        return await review_by_id(info, self.happened.fact.subject)


@strawberry.type(description="A reviewer gave a verdict on a person, or another one.")
class ReviewVerdictGiven(ReviewChange):
    @field("What they say; null while it is hidden from you.", shown_as=PersonVerdict | None)
    async def verdict(self, info: Info) -> reviews.PersonVerdict | None:
        return await info.context.loaders.verdicts_by_id.load(self.happened.fact.data.verdict_id)

    @field("Whose verdict it is.", shown_as=User | None)
    async def reviewer(self, info: Info) -> pipeline.User | None:
        return await user_of(info, self.happened.fact.data.reviewer_id)

    @field("Whom it is about.", shown_as=Person | None)
    async def person(self, info: Info) -> pipeline.Person | None:
        return await person_of(info, self.happened.fact.data.person_id)

    @field("Whom it is about, also if you see them only in the review.")
    def person_id(self) -> strawberry.ID:
        return global_id(Kind.PERSON, self.happened.fact.data.person_id)

    @field("On how many people this reviewer had a verdict then.")
    def decided(self) -> int:
        return int(self.happened.fact.data.decided)

    @field("On how many they are asked for one.")
    def people(self) -> int:
        return int(self.happened.fact.data.people)


@strawberry.type(description="A review was begun, completed, called off, or expired.")
class ReviewStatusChange(ReviewChange):
    @field("Where it stood before.", shown_as=enumeration(ReviewStatus))
    def previous(self) -> ReviewStatus:
        previous: ReviewStatus = self.happened.fact.data.previous
        return previous

    @field("Where it stood then.", shown_as=enumeration(ReviewStatus))
    def current(self) -> ReviewStatus:
        current: ReviewStatus = self.happened.fact.data.current
        return current


async def review_change_of(happened: Happened) -> ReviewChange | None:
    """What the fact means for whoever watches the review."""
    match happened.fact.data:
        case VerdictGiven():
            return ReviewVerdictGiven(happened=happened)
        case ReviewStatusChanged():
            return ReviewStatusChange(happened=happened)
    return None
