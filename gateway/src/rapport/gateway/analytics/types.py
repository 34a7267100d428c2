"""The funnel."""

from datetime import datetime
from typing import Annotated

import strawberry

from rapport.contracts import analytics, pipeline
from rapport.gateway.analytics.loaders import FunnelKey, Window, funnels_by_job
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import extend, field
from rapport.gateway.graph.inputs import with_time_zone
from rapport.gateway.jobs.types import Job


@exposes(
    analytics.Rate,
    numerator="How many did.",
    denominator="Of how many.",
    value="The proportion, from 0 to 1; null without a denominator.",
    low="The lower end of the interval.",
    high="The upper end of the interval.",
)
class Rate:
    """A proportion with its 95 % Wilson score interval; without a denominator there is no value."""


@exposes(
    analytics.FunnelStage,
    "reached",
    "skipped",
    "advanced",
    "exited",
    "waiting",
    "passthrough_decided",
    "passthrough_entered",
    kind="The kind of stage, independent of stage names.",
)
class FunnelStage:
    """How many applications reached a kind of stage, and what became of them there."""


@exposes(
    analytics.Funnel,
    "definition",
    "as_of",
    "stages",
    entered_from="Applications received from then on are counted; without it, from the beginning.",
    entered_until="Applications received before then are counted; without it, until now.",
    applications="How many applications are counted.",
)
class Funnel:
    """How a job's applications came through its process.

    A cohort view: the applications received in a window, followed to the end.
    """


@exposes(
    analytics.ComparedStage,
    "job",
    "others",
    "difference",
    kind="The kind of stage, independent of stage names.",
)
class ComparedStage:
    """How many of those decided on went on from one kind of stage, in a job and elsewhere."""


@exposes(
    analytics.PassthroughComparison,
    "definition",
    "as_of",
    "jobs",
    "stages",
    entered_from="Applications received from then on are counted; without it, from the beginning.",
    entered_until="Applications received before then are counted; without it, until now.",
)
class PassthroughComparison:
    """A job's passthrough rates beside those of the jobs of other departments."""


@extend(Job)
class JobFunnel:
    """The funnel of a job."""

    @field(
        "How the applications received in the window came through; null if analytics does not know the job.",
        graphql_type=Funnel | None,
    )
    @staticmethod
    async def funnel(
        job: strawberry.Parent[pipeline.Job],
        info: Info,
        entered_from: Annotated[
            datetime | None, strawberry.argument(description="Only applications received from then on.")
        ] = None,
        entered_until: Annotated[
            datetime | None, strawberry.argument(description="Only applications received before then.")
        ] = None,
    ) -> analytics.Funnel | None:
        window = Window(with_time_zone(entered_from, "enteredFrom"), with_time_zone(entered_until, "enteredUntil"))
        return await info.context.loader(funnels_by_job).load(FunnelKey(job.id, window))
