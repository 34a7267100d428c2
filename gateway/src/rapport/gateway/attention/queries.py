"""Reading what needs attention."""

from typing import Annotated

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.vocabulary import AttentionReason
from rapport.gateway.attention.types import Attention, AttentionSettings
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, uuid_of


@strawberry.input(description="Which flags.")
class AttentionFilter:
    mine: bool = strawberry.field(default=False, description="Only what you must do.")
    owner_id: strawberry.ID | None = strawberry.field(default=None, description="Only what this user must do.")
    job_id: strawberry.ID | None = strawberry.field(default=None, description="Only of this job.")
    application_id: strawberry.ID | None = strawberry.field(default=None, description="Only of this application.")
    reason: enumeration(AttentionReason) | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="Only for this reason."
    )
    snoozed: bool = strawberry.field(default=False, description="Those that are snoozed instead.")


@strawberry.type
class AttentionQueries:
    @field(
        "What needs attention in the applications that you see: red before yellow, and of each what is late longest"
        " first.",
        graphql_type=Attention | None,
    )
    def attention(
        self,
        info: Info,
        filter: Annotated[  # noqa: A002 - the argument's name
            AttentionFilter | None, strawberry.argument(description="Which flags; all of them if left out.")
        ] = None,
    ) -> Attention:
        wanted = filter or AttentionFilter()
        owner = uuid_of(Kind.USER, wanted.owner_id, "filter.ownerId") if wanted.owner_id else None
        application = wanted.application_id
        about = {
            "job_id": uuid_of(Kind.JOB, wanted.job_id, "filter.jobId") if wanted.job_id else None,
            "application_id": uuid_of(Kind.APPLICATION, application, "filter.applicationId") if application else None,
            "owner_id": info.context.session.viewer.user_id if wanted.mine else owner,
            "reason": wanted.reason,
        }
        return Attention(about=about, snoozed=wanted.snoozed)

    @field("What decides when something is late.", graphql_type=AttentionSettings | None)
    async def attention_settings(
        self,
        info: Info,
        job_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Whose own thresholds are wanted as well.")
        ] = None,
    ) -> pipeline.AttentionSettings:
        job = uuid_of(Kind.JOB, job_id, "jobId") if job_id else None
        return await info.context.services.read(pipeline.GetAttentionSettings(job_id=job))
