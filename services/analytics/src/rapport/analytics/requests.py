"""What analytics answers. Here is what all metrics have in common: the window, and which jobs the viewer sees."""

from rapport.analytics.metrics.funnel.query import funnels
from rapport.analytics.store import visible_jobs
from rapport.analytics.window import Window
from rapport.contracts.analytics import Funnels, GetFunnels
from rapport.contracts.refusals import Invalid
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

    async def get_funnels(self, request: GetFunnels, context: RequestContext) -> Funnels | Invalid:
        """The funnels of these jobs."""
        window = Window(request.entered_from, request.entered_until)
        if invalid := window.invalid():
            return invalid
        async with self._database.read_session(context.viewer.org_id) as session:
            jobs = await visible_jobs(session, request.rule.scope_user(context.viewer), request.job_ids)
            return Funnels(items=await funnels(session, jobs, window))
