"""A check-in: one answer about a job, of parts that each come from their owner."""

from datetime import datetime, timedelta
from typing import Any

import strawberry

from rapport.contracts import analytics, pipeline
from rapport.contracts.pipeline import MAX_LISTED, MAX_OPEN_ACTIONS, MAX_TOP_CANDIDATES
from rapport.gateway.analytics.types import PassthroughComparison
from rapport.gateway.attention.types import Attention
from rapport.gateway.crm.types import SourcingCounts
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job, Stage  # noqa: F401 - stages are shown
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User

_COMPARED = timedelta(days=365)
"""Applications received within this time are compared with those of other departments."""


@exposes(pipeline.CheckIn, "held_at")
class HeldCheckIn:
    """A check-in that was held."""

    @field("Who ended it.", graphql_type=User | None)
    @staticmethod
    async def held_by(check_in: strawberry.Parent[pipeline.CheckIn], info: Info) -> pipeline.User | None:
        return await user_of(info, check_in.held_by)


@exposes(
    pipeline.AgreedAction,
    "text",
    "due_on",
    "done_at",
    "carried_over",
    "removed_at",
    id_of=Kind.AGREED_ACTION,
    agreed_at="When it was agreed on.",
    version="Grows with every change.",
)
class AgreedAction:
    """What somebody is to do for a job; carried over from one check-in to the next until it is done."""

    @field("For which job.", graphql_type=Job | None)
    @staticmethod
    async def job(action: strawberry.Parent[pipeline.AgreedAction], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, action.job_id)

    @field("Who does it.", graphql_type=User | None)
    @staticmethod
    async def owner(action: strawberry.Parent[pipeline.AgreedAction], info: Info) -> pipeline.User | None:
        return await user_of(info, action.owner_id)

    @field("Who wrote it down.", graphql_type=User | None)
    @staticmethod
    async def agreed_by(action: strawberry.Parent[pipeline.AgreedAction], info: Info) -> pipeline.User | None:
        return await user_of(info, action.agreed_by)

    @field("Who said that it was done.", graphql_type=User | None)
    @staticmethod
    async def done_by(action: strawberry.Parent[pipeline.AgreedAction], info: Info) -> pipeline.User | None:
        return await user_of(info, action.done_by) if action.done_by else None


@exposes(pipeline.CheckInStage, "count", "red", "yellow", stage="Which stage.")
class CheckInStage:
    """How many are in a stage."""


@exposes(pipeline.RecentChangeCount, "count", kind="What happened.")
class RecentChangeCount:
    """How often something happened."""


@exposes(pipeline.RecentChange, "from_stage", "to_stage", kind="What happened.", occurred_at="When it happened.")
class RecentChange:
    """Something that happened with an application."""

    @field("With which application.")
    @staticmethod
    def application_id(change: strawberry.Parent[pipeline.RecentChange]) -> strawberry.ID:
        return global_id(Kind.APPLICATION, change.application_id)

    @field("Whose.", graphql_type=Person | None)
    @staticmethod
    async def person(change: strawberry.Parent[pipeline.RecentChange], info: Info) -> pipeline.Person | None:
        return await person_of(info, change.person_id)


@exposes(
    pipeline.TopCandidate,
    "reasons",
    "ratings_for",
    "ratings_against",
    stage="Where they are.",
    ratings="Scorecards with a rating that you may read.",
    last_activity_at="When something last happened with them.",
)
class TopCandidate:
    """Somebody who is further, or better rated, than the others."""

    @field("By which application.")
    @staticmethod
    def application_id(top: strawberry.Parent[pipeline.TopCandidate]) -> strawberry.ID:
        return global_id(Kind.APPLICATION, top.application_id)

    @field("Who.", graphql_type=Person | None)
    @staticmethod
    async def person(top: strawberry.Parent[pipeline.TopCandidate], info: Info) -> pipeline.Person | None:
        return await person_of(info, top.person_id)


@exposes(
    pipeline.OfferOut,
    id_of=Kind.OFFER,
    version="Counts the versions of an application's offer, from 1.",
    status="What became of it: it is a draft, or was sent.",
    created_at="When it was made.",
    sent_at="When the person got it; null while they have not.",
)
class OfferOut:
    """The newest version of an offer that is being made, or that nobody has answered."""

    @field("Of which application.")
    @staticmethod
    def application_id(offer: strawberry.Parent[pipeline.OfferOut]) -> strawberry.ID:
        return global_id(Kind.APPLICATION, offer.application_id)

    @field("To whom.", graphql_type=Person | None)
    @staticmethod
    async def person(offer: strawberry.Parent[pipeline.OfferOut], info: Info) -> pipeline.Person | None:
        return await person_of(info, offer.person_id)


@strawberry.type(description="What a job's team looks at together; a part whose service does not answer is null.")
class CheckIn:
    brief: strawberry.Private[pipeline.CheckInBrief]
    presentable: strawberry.Private[bool]

    @field("The job.", graphql_type=Job | None)
    async def job(self, info: Info) -> pipeline.Job | None:
        return await job_by_id(info, self.brief.job_id)

    @field("From when changes are listed.")
    def since(self) -> datetime:
        return self.brief.since

    @field("When it was looked up.")
    def as_of(self) -> datetime:
        return self.brief.as_of

    @field("The last one that was held; null if none was.", graphql_type=HeldCheckIn | None)
    def previous(self) -> pipeline.CheckIn | None:
        return self.brief.previous

    @field("How many are in each stage, in the order of the process.", graphql_type=list[CheckInStage])
    def stages(self) -> tuple[pipeline.CheckInStage, ...]:
        return self.brief.stages

    @field("What happened since, and how often.", graphql_type=list[RecentChangeCount])
    def change_counts(self) -> tuple[pipeline.RecentChangeCount, ...]:
        return self.brief.change_counts

    @field(f"What happened since, the newest first; at most {MAX_LISTED}.", graphql_type=list[RecentChange])
    def changes(self) -> tuple[pipeline.RecentChange, ...]:
        return self.brief.changes

    @field(
        "Who is on top and why: the furthest first, then the best rated, then those with whom something happened last;"
        f" at most {MAX_TOP_CANDIDATES}.",
        graphql_type=list[TopCandidate],
    )
    def top_candidates(self) -> tuple[pipeline.TopCandidate, ...]:
        return self.brief.top_candidates

    @field(
        f"Offers that are being made or wait for an answer, the oldest first; at most {MAX_LISTED}. Null for"
        " interviewers, who do not see offers.",
        graphql_type=list[OfferOut] | None,
    )
    def offers_out(self) -> tuple[pipeline.OfferOut, ...] | None:
        return self.brief.offers_out

    @field("What all users together did since to find people for the job.", graphql_type=SourcingCounts)
    def sourcing(self) -> pipeline.SourcingCounts:
        return self.brief.sourcing

    @field(
        f"What was agreed on and is not done, due first at the head; at most {MAX_OPEN_ACTIONS}.",
        graphql_type=list[AgreedAction],
    )
    def open_actions(self) -> tuple[pipeline.AgreedAction, ...]:
        return self.brief.open_actions

    @field(f"What was done since, the newest first; at most {MAX_LISTED}.", graphql_type=list[AgreedAction])
    def done_actions(self) -> tuple[pipeline.AgreedAction, ...]:
        return self.brief.done_actions

    @field("Who needs what from whom.", graphql_type=Attention | None)
    def attention(self) -> Attention:
        about: dict[str, Any] = {"job_id": self.brief.job_id, "presentable": self.presentable}
        return Attention(about=about, snoozed=False)

    @field(
        f"How many go on from each kind of stage against the other departments, of those received within"
        f" {_COMPARED.days} days.",
        graphql_type=PassthroughComparison | None,
    )
    async def passthrough(self, info: Info) -> analytics.PassthroughComparison:
        request = analytics.GetPassthroughComparison(
            job_id=self.brief.job_id, entered_from=info.context.now - _COMPARED
        )
        return await info.context.services.read(request)
