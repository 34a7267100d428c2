"""Review requests: people put before reviewers, and what these say."""

import strawberry

from rapport.contracts import pipeline, reviews
from rapport.gateway.context import Info
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind
from rapport.gateway.jobs.types import Job, User
from rapport.gateway.node import Node
from rapport.gateway.people.relations import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.shown import shows
from rapport.gateway.users.relations import user_of


@shows(
    reviews.PersonVerdict,
    "note",
    "given_at",
    "changes",
    "note_edits",
    "decided_at",
    "version",
    id_of=Kind.VERDICT,
    verdict="What they say.",
    visibility="Who may read the note.",
)
class PersonVerdict:
    """What one reviewer says of one person."""

    @field("Whose verdict it is.", shown_as=User | None)
    @staticmethod
    async def reviewer(verdict: strawberry.Parent[reviews.PersonVerdict], info: Info) -> pipeline.User | None:
        return await user_of(info, verdict.reviewer_id)

    @field("Whom it is about.", shown_as=Person | None)
    @staticmethod
    async def person(verdict: strawberry.Parent[reviews.PersonVerdict], info: Info) -> pipeline.Person | None:
        return await person_of(info, verdict.person_id)


@shows(
    reviews.Profile,
    name="First and last name.",
    title="Their title.",
    company="Where they work.",
    location="Where they live.",
    links="Profiles and pages on the web.",
    tags="As the account tags them.",
)
class ReviewedProfile:
    """A person as the reviewers see them: as they were when the review was asked for."""


@shows(reviews.ReviewItem, "verdicts", "disputed", profile="The person as the reviewers see them.")
class ReviewItem:
    """One person of a review."""

    @field("The person as they are now.", shown_as=Person | None)
    @staticmethod
    async def person(item: strawberry.Parent[reviews.ReviewItem], info: Info) -> pipeline.Person | None:
        return await person_of(info, item.profile.person_id)


@shows(
    reviews.Reviewer,
    "decided",
    "asked_at",
    "last_written_to_at",
    name="Their name.",
    finished_at="When they said that they had decided on everybody.",
    link_expires_at="Until when the link they got by mail works.",
    link_revoked="Whether it was revoked.",
)
class Reviewer:
    """One of those who are asked."""

    @field("The user.", shown_as=User | None)
    @staticmethod
    async def user(reviewer: strawberry.Parent[reviews.Reviewer], info: Info) -> pipeline.User | None:
        return await user_of(info, reviewer.user_id)


@shows(
    reviews.Review,
    id_of=Kind.REVIEW,
    note="What the reviewers are told.",
    due_at="By when their verdicts are wanted.",
    status="Where it stands.",
    created_at="When it was asked for.",
    closed_at="When it was completed, called off, or expired.",
    version="Grows with every change.",
    reviewers="Who is asked.",
    items="The people, in the order in which they are shown.",
)
class Review(Node):
    """People put before reviewers, for one job."""

    @field("The job they are considered for; null if you do not see it.", shown_as=Job | None)
    @staticmethod
    async def job(review: strawberry.Parent[reviews.Review], info: Info) -> pipeline.Job | None:
        return await info.context.loaders.jobs_by_id.load(review.job_id)

    @field("Who asked for it.", shown_as=User | None)
    @staticmethod
    async def requested_by(review: strawberry.Parent[reviews.Review], info: Info) -> pipeline.User | None:
        return await user_of(info, review.requested_by)
