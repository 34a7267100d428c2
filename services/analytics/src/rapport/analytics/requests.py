"""What analytics answers. Here is what all metrics have in common: the window, and which jobs the viewer sees."""

from rapport.analytics.metrics.funnel.query import comparison, funnels
from rapport.analytics.store import visible_jobs
from rapport.analytics.window import Window
from rapport.contracts.analytics import Funnels, GetFunnels, GetPassthroughComparison, PassthroughComparison
from rapport.contracts.refusals import Invalid, NotFound
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer


class AnalyticsRequests:
    """Answers the gateway."""

    def __init__(self, database: Database) -> None:
        """Reads only."""
        self._database = database

    def register(self, server: RequestServer) -> None:
        """Let the server route each request here."""
        server.handle(GetFunnels, self.get_funnels)
        server.handle(GetPassthroughComparison, self.get_passthrough_comparison)

    async def get_funnels(self, request: GetFunnels, context: RequestContext) -> Funnels | Invalid:
        """The funnels of these jobs."""
        window = Window(request.entered_from, request.entered_until)
        if invalid := window.invalid():
            return invalid
        async with self._database.read_session(context.viewer.org_id) as session:
            jobs = await visible_jobs(session, request.rule.scope_user(context.viewer), request.job_ids)
            return Funnels(items=await funnels(session, jobs, window))

    async def get_passthrough_comparison(
        self, request: GetPassthroughComparison, context: RequestContext
    ) -> PassthroughComparison | Invalid | NotFound:
        """A job against the other departments."""
        window = Window(request.entered_from, request.entered_until)
        if invalid := window.invalid():
            return invalid
        job_id = request.job_id
        async with self._database.read_session(context.viewer.org_id) as session:
            jobs = await visible_jobs(session, request.rule.scope_user(context.viewer), [job_id])
            if job_id not in jobs:
                return NotFound(what="job", id=str(job_id))
            return await comparison(session, job_id, jobs[job_id], window)
