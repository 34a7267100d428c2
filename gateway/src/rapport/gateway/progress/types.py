"""Interviews, scorecards and offers of applications."""

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.applications.types import Application
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import extend, field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.progress.loaders import progress_by_application
from rapport.gateway.users.types import User  # noqa: F401 - interviews show them


@exposes(pipeline.SeenBy, "seen_at", user="Who.")
class SeenBy:
    """A user who has seen what came of an interview."""


@exposes(
    pipeline.Interview,
    "status",
    "has_outcome",
    "seen_by",
    id_of=Kind.INTERVIEW,
    to_be_seen="Whether it has an outcome that you have not marked as seen, or of which more came since.",
    name="What the account calls it.",
    starts_at="When it begins; null while that is open.",
    ends_at="When it ends.",
    interviewers="Who interviews, by name.",
)
class Interview:
    """A conversation with a person, scheduled or over."""


@exposes(
    pipeline.ScorecardAttribute,
    "type",
    "rating",
    name="What is rated.",
    note="What the interviewer wrote about it.",
)
class ScorecardAttribute:
    """What a scorecard says of one attribute."""


@exposes(
    pipeline.Scorecard,
    "interviewer",
    id_of=Kind.SCORECARD,
    interview_name="The interview it is about.",
    interviewed_at="When that was.",
    submitted_at="When it came in.",
    rating="The verdict as a whole.",
    notes="What the interviewer wrote for everybody who reads scorecards.",
    attributes="What it says in detail.",
)
class Scorecard:
    """An interviewer's verdict on a person, without what they noted for themselves."""


@exposes(
    pipeline.Offer,
    "resolved_at",
    "starts_on",
    "decline_reason",
    id_of=Kind.OFFER,
    version="Counts the versions of an application's offer, from 1.",
    status="What became of it.",
    created_at="When it was made.",
    sent_at="When the person got it.",
)
class Offer:
    """One version of an offer, without what it offers."""


@extend(Application)
class ApplicationProgress:
    """How far an application has come beside its stages."""

    @field("Its interviews, the latest first, at most 50.", graphql_type=list[Interview] | None)
    @staticmethod
    async def interviews(
        application: strawberry.Parent[pipeline.Application], info: Info
    ) -> tuple[pipeline.Interview, ...] | None:
        progress = await info.context.loader(progress_by_application).load(application.id)
        return progress.interviews if progress else None

    @field(
        "The scorecards that are in and that you may read, the newest first, at most 50.",
        graphql_type=list[Scorecard] | None,
    )
    @staticmethod
    async def scorecards(
        application: strawberry.Parent[pipeline.Application], info: Info
    ) -> tuple[pipeline.Scorecard, ...] | None:
        progress = await info.context.loader(progress_by_application).load(application.id)
        return progress.scorecards if progress else None

    @field("Whether you owe a scorecard: those of others are hidden from you until it is in.")
    @staticmethod
    async def scorecards_hidden(application: strawberry.Parent[pipeline.Application], info: Info) -> bool | None:
        progress = await info.context.loader(progress_by_application).load(application.id)
        return progress.scorecards_hidden if progress else None

    @field(
        "Every version of its offer, the newest first, at most 50; none for interviewers, who do not see offers.",
        graphql_type=list[Offer] | None,
    )
    @staticmethod
    async def offers(
        application: strawberry.Parent[pipeline.Application], info: Info
    ) -> tuple[pipeline.Offer, ...] | None:
        progress = await info.context.loader(progress_by_application).load(application.id)
        return progress.offers if progress else None
