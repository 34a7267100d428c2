"""Watching a review."""

from collections.abc import AsyncGenerator

import strawberry

from rapport.gateway.context import Info
from rapport.gateway.errors import not_found
from rapport.gateway.events.change import Since
from rapport.gateway.events.following import follow
from rapport.gateway.events.topics import Topic, Watched
from rapport.gateway.fields import subscription
from rapport.gateway.ids import Kind, uuid_of
from rapport.gateway.reviews.changes import ReviewChange, review_change_of


@strawberry.type
class ReviewSubscriptions:
    @subscription("How a review comes along: verdicts as they are given, and its end.", shown_as=ReviewChange)
    async def review_changed(
        self, info: Info, review_id: strawberry.ID, after: Since = None
    ) -> AsyncGenerator[ReviewChange, None]:
        review = uuid_of(Kind.REVIEW, review_id, "reviewId")
        context = info.context

        async def visible() -> object:
            return await context.loaders.reviews_by_id.load(review)

        topic, missing = Topic(Watched.REVIEW, review), not_found("review", "reviewId")
        return await follow(context, "reviewChanged", topic, after, review_change_of, visible, missing)
