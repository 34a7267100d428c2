"""What analytics answers."""

from datetime import UTC, datetime
from uuid import UUID

from rapport.analytics import store
from rapport.analytics.domain.funnel import DEFINITION, Cohort, funnel
from rapport.analytics.reactions import FunnelProjection
from rapport.contracts.analytics import Funnel, Funnels, GetFunnels
from rapport.contracts.refusals import InputProblemCode, Invalid
from rapport.contracts.vocabulary import StageKind
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer

_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2200
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""As of when an answer is true before the first event has arrived."""


class AnalyticsRequests:
    """Answers the gateway."""

    def __init__(self, database: Database) -> None:
        """Reads only."""
        self._database = database

    def register(self, server: RequestServer) -> None:
        """Let the server route each request here."""
        server.handle(GetFunnels, self.get_funnels)

    async def get_funnels(self, request: GetFunnels, context: RequestContext) -> Funnels | Invalid:
        """The funnels of these jobs."""
        if request.entered_from and request.entered_until and request.entered_from >= request.entered_until:
            return Invalid.because("entered_until", "must be later than entered_from", InputProblemCode.OUT_OF_RANGE)
        for name, moment in (("entered_from", request.entered_from), ("entered_until", request.entered_until)):
            if moment and not _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR:
                return Invalid.because(
                    name,
                    f"must lie between the years {_EARLIEST_YEAR} and {_LATEST_YEAR}",
                    InputProblemCode.OUT_OF_RANGE,
                )
        async with self._database.read_session(context.viewer.org_id) as session:
            kinds = await store.visible_jobs(session, request.rule.scope_user(context.viewer), request.job_ids)
            counted = await store.cohorts(session, list(kinds), request.entered_from, request.entered_until)
            as_of = await store.freshness(session, FunnelProjection.consumer)
        return Funnels(items=tuple(_funnel_of(request, j, kinds[j], counted[j], as_of or _NEVER) for j in kinds))


def _funnel_of(
    request: GetFunnels, job_id: UUID, kinds: list[StageKind], cohorts: list[Cohort], as_of: datetime
) -> Funnel:
    return Funnel(
        job_id=job_id,
        definition=DEFINITION,
        entered_from=request.entered_from,
        entered_until=request.entered_until,
        as_of=as_of,
        applications=sum(cohort.applications for cohort in cohorts),
        stages=funnel(kinds, cohorts),
    )
