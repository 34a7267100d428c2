"""Reading a check-in."""

from datetime import datetime
from typing import Annotated

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.check_ins.types import CheckIn
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, uuid_of
from rapport.gateway.graph.inputs import with_time_zone

_PRESENTABLE = strawberry.argument(
    description="For a screen that others see as well: private people and ratings are left out."
)


@strawberry.type
class CheckInQueries:
    @field("What a job's team looks at together.", graphql_type=CheckIn | None)
    async def check_in(
        self,
        info: Info,
        job_id: Annotated[strawberry.ID, strawberry.argument(description="Of which job.")],
        since: Annotated[
            datetime | None,
            strawberry.argument(
                description="From when changes are listed: the end of the last check-in, if left out; a week ago if"
                " there was none."
            ),
        ] = None,
        presentable: Annotated[bool, _PRESENTABLE] = False,  # noqa: FBT002 - a GraphQL argument
    ) -> CheckIn:
        request = pipeline.GetCheckIn(
            job_id=uuid_of(Kind.JOB, job_id, "jobId"),
            since=with_time_zone(since, "since"),
            presentable=presentable,
        )
        return CheckIn(brief=await info.context.services.read(request, "jobId"), presentable=presentable)
