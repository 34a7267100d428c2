"""Review requests: people put before reviewers, and what these say."""

import strawberry

from rapport.contracts import pipeline, reviews
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.graph.nodes import Node
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.profiles.types import Attachment, Education, Employment  # noqa: F401 - a profile shows them
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@exposes(
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

    @field("Whose verdict it is.", graphql_type=User | None)
    @staticmethod
    async def reviewer(verdict: strawberry.Parent[reviews.PersonVerdict], info: Info) -> pipeline.User | None:
        return await user_of(info, verdict.reviewer_id)

    @field("Whom it is about.", graphql_type=Person | None)
    @staticmethod
    async def person(verdict: strawberry.Parent[reviews.PersonVerdict], info: Info) -> pipeline.Person | None:
        return await person_of(info, verdict.person_id)


@exposes(
    reviews.Profile,
    name="First and last name.",
    title="Their title.",
    company="Where they work.",
    location="Where they live.",
    links="Profiles and pages on the web.",
    tags="As the account tags them.",
    employments="The jobs they held: the present ones first, then the one that ended last; at most 20.",
    resumes="Their resumes, the newest first, at most 3.",
    educations="What they studied: the present one first, then the one that ended last; at most 20.",
)
class ReviewedProfile:
    """A person as the reviewers see them: as they were when the review was asked for."""


@exposes(
    reviews.ReviewItem,
    "verdicts",
    "disputed",
    profile="The person as the reviewers see them.",
    others_hidden="Whether the other reviewers' verdicts are hidden from you until you approve, star or reject the"
    " person.",
)
class ReviewItem:
    """One person of a review."""

    @field("The person's id, also if you see them only in the review.")
    @staticmethod
    def person_id(item: strawberry.Parent[reviews.ReviewItem]) -> strawberry.ID:
        return global_id(Kind.PERSON, item.profile.person_id)

    @field("The person's current data; null if you may see them only in the review.", graphql_type=Person | None)
    @staticmethod
    async def person(item: strawberry.Parent[reviews.ReviewItem], info: Info) -> pipeline.Person | None:
        return await person_of(info, item.profile.person_id)


@exposes(
    reviews.Reviewer,
    "decided",
    "asked_at",
    "last_written_to_at",
    name="Their name.",
    finished_at="When they finished: they had decided on everyone.",
    link_expires_at="Until when the link they got by mail works.",
    link_revoked="Whether it was revoked.",
)
class Reviewer:
    """One of those who are asked."""

    @field("The user.", graphql_type=User | None)
    @staticmethod
    async def user(reviewer: strawberry.Parent[reviews.Reviewer], info: Info) -> pipeline.User | None:
        return await user_of(info, reviewer.user_id)


@strawberry.type(description="What you may do in a review.")
class ReviewPermissions:
    decide: bool = strawberry.field(description="Give verdicts and finish: you are a reviewer, and it is open.")
    manage: bool = strawberry.field(
        description="Amend and cancel it, remind its reviewers and replace their links: it is open, and you asked for"
        " it or are an admin."
    )


@exposes(
    reviews.Review,
    "job_title",
    "people_count",
    "disputed_count",
    "cancelled_by",
    id_of=Kind.REVIEW,
    note="The note to the reviewers.",
    due_at="By when their verdicts are wanted.",
    status="Where it stands.",
    created_at="When it was asked for.",
    closed_at="When it was completed, cancelled or expired.",
    version="Grows with every change.",
    reviewers="Who is asked.",
    items="The people, in the order in which they are shown.",
)
class Review(Node):
    """People put before reviewers, for one job."""

    @field("The job they are considered for; null if you do not see it.", graphql_type=Job | None)
    @staticmethod
    async def job(review: strawberry.Parent[reviews.Review], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, review.job_id)

    @field("What you may do in it.")
    @staticmethod
    def viewer_can(review: strawberry.Parent[reviews.Review], info: Info) -> ReviewPermissions:
        viewer = info.context.session.viewer
        asked = any(reviewer.user_id == viewer.user_id for reviewer in review.reviewers)
        manages = reviews.CancelReview.rule.scope_user(viewer) in (None, review.requested_by)
        return ReviewPermissions(decide=review.status.is_open and asked, manage=review.status.is_open and manages)

    @field("Who asked for it.", graphql_type=User | None)
    @staticmethod
    async def requested_by(review: strawberry.Parent[reviews.Review], info: Info) -> pipeline.User | None:
        return await user_of(info, review.requested_by)
