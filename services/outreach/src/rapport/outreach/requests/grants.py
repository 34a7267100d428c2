"""Requests about grants to send from another user's mailbox."""

from collections.abc import Callable

from rapport.contracts.identity import Viewer
from rapport.contracts.outreach import GetSendingGrants, GrantSending, RevokeSending, SendingGrant
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound, Refusal
from rapport.kit.database.unit_of_work import Database
from rapport.kit.identity import new_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.store import SQL, grants
from rapport.outreach.store.grants import KnownGrant


class GrantRequests:
    """Handles requests about grants."""

    def __init__(self, database: Database, pipeline: PipelineClient, *, granted: Callable[[str], None]) -> None:
        """``granted`` is called with the organisation whose blocked messages may be sent now."""
        self._database = database
        self._pipeline = pipeline
        self._granted = granted

    def register(self, server: RequestServer) -> None:
        """Let the server route each request here."""
        server.handle(GrantSending, self.grant_sending)
        server.handle(RevokeSending, self.revoke_sending)
        server.handle(GetSendingGrants, self.get_sending_grants)

    async def grant_sending(self, request: GrantSending, context: RequestContext) -> SendingGrant | Refusal:
        """Grant sending from the viewer's mailbox; repeating it returns the same grant."""
        viewer = context.viewer
        if (request.user_id is None) == (request.role is None):
            return Invalid.because("", "name either a user or a role", InputProblemCode.NOT_ALLOWED)
        if request.user_id == viewer.user_id:
            return Invalid.because(
                "user_id",
                "must be another user: sending from your own mailbox needs no grant",
                InputProblemCode.NOT_ALLOWED,
            )
        if request.user_id:
            user = (await self._pipeline.users(viewer, (request.user_id,))).get(request.user_id)
            if user is None:
                return NotFound(what="user", id=str(request.user_id))
            if not user.active:
                return Invalid.because("user_id", "has left the organisation", InputProblemCode.USER_LEFT)
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            made = await grants.grant(unit, new_id(), viewer.user_id, request.user_id, request.role)
        self._granted(viewer.org_id)
        return made

    async def revoke_sending(self, request: RevokeSending, context: RequestContext) -> SendingGrant | Refusal:
        """Revoke a grant."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            found = await grants.find_grant(unit, request.grant_id)
            refused = _decide_revoke(found, request, viewer)
            if refused or found is None:
                return refused or NotFound(what="grant", id=str(request.grant_id))
            await grants.revoke(unit, request.grant_id, found.granted_by)
            return await grants.grant_by_id(unit, request.grant_id)

    async def get_sending_grants(self, request: GetSendingGrants, context: RequestContext) -> Json:
        """The grants that the viewer gave or has."""
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            return Json(
                await session.fetchval(
                    SQL["get_sending_grants"], viewer.user_id, sorted(viewer.roles), request.include_revoked
                )
            )


def _decide_revoke(found: KnownGrant | None, request: RevokeSending, viewer: Viewer) -> Forbidden | NotFound | None:
    """Only its giver and admins revoke a grant; others see it only if it covers them."""
    if found and request.rule.scope_user(viewer) in (None, found.granted_by):
        return None
    if found and (found.user_id == viewer.user_id or found.role in viewer.roles):
        return Forbidden(reason="only the user who gave a grant, and admins, may revoke it")
    return NotFound(what="grant", id=str(request.grant_id))
