"""An application as something else refers to it: loaded with as much as is selected."""

from uuid import UUID

from rapport.contracts.authorisation import Scope
from rapport.contracts.pipeline import Application, GetApplicationsByIds, MoveApplication
from rapport.gateway.applications.loaders import applications_by_id, applications_with_history_by_id
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import fetches
from rapport.gateway.graph.permissions import JobPermissions
from rapport.gateway.jobs.resolvers import job_by_id


@fetches(Kind.APPLICATION)
async def application_by_id(info: Info, application_id: UUID) -> Application | None:
    """The application, with its history if that is selected."""
    factory = applications_with_history_by_id if info.selects("history") else applications_by_id
    return await info.context.loader(factory).load(application_id)


async def may_move(info: Info, application: Application) -> bool:
    """Whether the viewer may move an application that they see.

    Who sees only the applications of their hiring teams is on this one's. Only who sees every job, but moves the cards
    of some (an executive who is a hiring manager as well), needs the job's team: their jobs are loaded together.
    """
    viewer = info.context.session.viewer
    moves, sees = MoveApplication.rule.scope(viewer), GetApplicationsByIds.rule.scope(viewer)
    if moves is Scope.TEAM and sees is Scope.EVERYTHING:
        job = await job_by_id(info, application.job_id)
        return job is not None and JobPermissions.of(job, viewer).move_applications
    return MoveApplication.rule.allows(viewer, on_team=True)
