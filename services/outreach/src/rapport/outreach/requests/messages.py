"""Requests about messages: send, cancel, settle and read."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from uuid import UUID

from rapport.contracts.addresses import comparable_address, domain_of
from rapport.contracts.identity import Viewer
from rapport.contracts.outreach import (
    REPLIES_WAIT,
    CancelMessage,
    GetConversations,
    GetMessages,
    GetMessagesByIds,
    GetRejectionMails,
    GetWaitingMessages,
    MessageResult,
    OwedTakeover,
    SendMessage,
    SettleMessage,
    WaitingMessages,
)
from rapport.contracts.pipeline import Person, User
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound, Refusal
from rapport.contracts.requests import MAX_WAITING
from rapport.contracts.text import one_line
from rapport.contracts.vocabulary import Blocker, MessageState
from rapport.kit.database.pagination import keyset
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.outreach.domain import message as domain
from rapport.outreach.domain.clearance import find_blocker
from rapport.outreach.domain.message import (
    check_text,
    choose_address,
    decide_cancel,
    decide_settle,
)
from rapport.outreach.domain.ownership import TakeoverRequest
from rapport.outreach.domain.visibility import own_scope_of, scope_of
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.recipients import preview_context, record_of
from rapport.outreach.recording import change, record_scheduled
from rapport.outreach.store import SQL, messages, ownership, people, senders, suppressions
from rapport.outreach.store.messages import NewMessage

_Found = tuple[Person, User, tuple[str, ...]]
"""The person, the sender, and the Message-IDs of the conversation it continues."""


class MessageRequests:
    """Handles requests about messages."""

    def __init__(
        self,
        database: Database,
        pipeline: PipelineClient,
        *,
        scheduled: Callable[[str], None],
        has_mailbox: Callable[[str, str], bool],
    ) -> None:
        """Create the handlers.

        Args:
            database: of the service.
            pipeline: knows people, users and jobs.
            scheduled: called with the organisation that has a message to send.
            has_mailbox: whether an organisation can send from an address.
        """
        self._database = database
        self._pipeline = pipeline
        self._scheduled = scheduled
        self._has_mailbox = has_mailbox

    def register(self, server: RequestServer) -> None:
        """Let the server route each request here."""
        server.handle(SendMessage, self.send_message)
        server.handle(CancelMessage, self.cancel_message)
        server.handle(SettleMessage, self.settle_message)
        server.handle(GetMessages, self.get_messages)
        server.handle(GetMessagesByIds, self.get_messages_by_ids)
        server.handle(GetConversations, self.get_conversations)
        server.handle(GetWaitingMessages, self.get_waiting_messages)
        server.handle(GetRejectionMails, self.get_rejection_mails)

    async def send_message(self, request: SendMessage, context: RequestContext) -> MessageResult | Refusal:
        """Schedule a message, and answer with what would keep it from being sent now.

        That is not stored: whether it may be sent is decided when it is sent. A repeated request is answered with the
        message as it is stored.
        """
        viewer = context.viewer
        request = _normal(request, viewer)
        message_id = derived_id(viewer.org_id, "message", context.key)
        if again := await self._find_repeated(request, viewer, message_id):
            return again
        if wrong := check_text(request.subject, request.send_at, at=datetime.now(UTC)):
            return wrong
        found = await self._found(request, viewer)
        if not isinstance(found, tuple):
            return found
        new = _new_message(request, viewer, message_id, *found)
        if isinstance(new, Invalid):
            return new
        return await self._keep(new, found[0], context)

    async def _find_repeated(
        self, request: SendMessage, viewer: Viewer, message_id: UUID
    ) -> MessageResult | Refusal | None:
        async with self._database.read_session(viewer.org_id) as session:
            same = await messages.is_repeated(session, message_id, _request_hash(request, viewer))
            if same is None:
                return None
            if not same:
                return Invalid.because("idempotency_key", "was used for another message", InputProblemCode.KEY_REUSED)
            return MessageResult(message=await messages.one(session, message_id))

    async def _found(self, request: SendMessage, viewer: Viewer) -> _Found | NotFound:
        """What the request names, as far as the viewer may see it."""
        person = await self._pipeline.person(viewer, request.person_id)
        if person is None:
            return NotFound(what="person", id=str(request.person_id))
        from_user_id = request.from_user_id or viewer.user_id
        user = (await self._pipeline.users(viewer, (from_user_id,))).get(from_user_id)
        if user is None:
            return NotFound(what="user", id=str(from_user_id))
        if request.job_id and not await self._pipeline.sees_job(viewer, request.job_id):
            return NotFound(what="job", id=str(request.job_id))
        if request.reply_to_message_id is None:
            return person, user, ()
        earlier = await self._conversation(request.reply_to_message_id, request.person_id, viewer)
        if earlier is None:
            return NotFound(what="message", id=str(request.reply_to_message_id))
        return person, user, earlier

    async def _conversation(self, message_id: UUID, person_id: UUID, viewer: Viewer) -> tuple[str, ...] | None:
        async with self._database.read_session(viewer.org_id) as session:
            if not await messages.is_visible(session, message_id, scope_of(viewer)):
                return None
            found = await messages.conversation(session, message_id)
        return tuple(found[1]) if found and found[0] == person_id else None

    async def _keep(self, new: NewMessage, person: Person, context: RequestContext) -> MessageResult | NotFound:
        async with self._work(context) as unit:
            await suppressions.lock_recipients(unit, new.person_id, [])
            if await people.is_erased(unit, new.person_id):
                return NotFound(what="person", id=str(new.person_id))  # since they were looked up
            is_new = await messages.insert(unit, new)
            kept = await messages.one(unit, new.id)
            if is_new:
                record_scheduled(unit, new)
                kept = kept.model_copy(update={"blocker": await self._preview_blocker(unit, new, person)})
        self._scheduled(context.viewer.org_id)
        return MessageResult(message=kept)

    async def _preview_blocker(self, unit: UnitOfWork, new: NewMessage, person: Person) -> Blocker | None:
        has_mailbox = self._has_mailbox(unit.org_id, new.from_address)
        found = await preview_context(unit, new, person, has_mailbox=has_mailbox)
        blocked = find_blocker(found, await senders.limits(unit), at=unit.now)
        return blocked.blocker if blocked else None

    async def cancel_message(self, request: CancelMessage, context: RequestContext) -> MessageResult | Refusal:
        """Cancel a message."""
        async with self._work(context) as unit:
            held = await messages.lock(unit, request.message_id)
            if held is None or not await messages.is_visible(unit, request.message_id, scope_of(context.viewer)):
                return NotFound(what="message", id=str(request.message_id))
            if held.state is not MessageState.CANCELLED:
                decision = decide_cancel(held, context.viewer)
                if not isinstance(decision, MessageState):
                    return decision
                await change(unit, held, domain.cancel(held))
            return MessageResult(message=await messages.one(unit, held.id))

    async def settle_message(self, request: SettleMessage, context: RequestContext) -> MessageResult | Refusal:
        """Settle a message in doubt, as a human found out."""
        async with self._work(context) as unit:
            held = await messages.lock(unit, request.message_id)
            if held is None or not await messages.is_visible(unit, request.message_id, scope_of(context.viewer)):
                return NotFound(what="message", id=str(request.message_id))
            decision = decide_settle(held, context.viewer, was_sent=request.was_sent)
            if not isinstance(decision, MessageState):
                return decision
            await change(unit, held, domain.settle(held, decision, at=unit.now))
            settled = await messages.one(unit, held.id)
        self._scheduled(context.viewer.org_id)
        return MessageResult(message=settled)

    async def get_messages(self, request: GetMessages, context: RequestContext) -> Json | Invalid:
        """A page of messages."""
        place = keyset(request.page)
        if isinstance(place, Invalid):
            return place
        scope = own_scope_of(context.viewer) if request.mine else scope_of(context.viewer)
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(
                await messages.page(
                    session,
                    scope,
                    person_id=request.person_id,
                    job_id=request.job_id,
                    state=request.state,
                    after=place,
                    first=request.page.first,
                )
            )

    async def get_conversations(self, request: GetConversations, context: RequestContext) -> Json | Invalid:
        """A page of the viewer's own messages that were replied to."""
        place = keyset(request.page)
        if isinstance(place, Invalid):
            return place
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            return Json(
                await messages.conversations(
                    session, viewer.user_id, unanswered=request.unanswered, after=place, first=request.page.first
                )
            )

    async def get_messages_by_ids(self, request: GetMessagesByIds, context: RequestContext) -> Json:
        """These messages."""
        scope = scope_of(context.viewer)
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(
                await session.fetchval(
                    SQL["get_messages_by_ids"],
                    scope.everything,
                    scope.user_id,
                    scope.own_jobs,
                    list(request.ids),
                )
            )

    async def get_rejection_mails(self, request: GetRejectionMails, context: RequestContext) -> Json:
        """The messages about the newest rejections of applications."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await messages.about_rejections(session, scope_of(context.viewer), request.application_ids))

    async def get_waiting_messages(self, _: GetWaitingMessages, context: RequestContext) -> WaitingMessages:
        """What waits for the viewer."""
        user_id, now = context.viewer.user_id, datetime.now(UTC)
        async with self._database.read_session(context.viewer.org_id) as session:
            text = await messages.waiting(session, user_id, replies_since=now - REPLIES_WAIT)
            takeovers = await ownership.to_answer(session, user_id, at=now)
        waiting = WaitingMessages.model_validate_json(text)
        owed = tuple(map(_owed_takeover, takeovers[:MAX_WAITING]))
        return waiting.model_copy(update={"takeovers": owed, "takeovers_total": len(takeovers)})

    def _work(self, context: RequestContext) -> AbstractAsyncContextManager[UnitOfWork]:
        viewer = context.viewer
        return self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key)


def _normal(request: SendMessage, viewer: Viewer) -> SendMessage:
    """The request in the form in which it is stored and compared."""
    return request.model_copy(
        update={
            "body": request.body.replace("\r\n", "\n").replace("\r", "\n"),
            "from_user_id": request.from_user_id or viewer.user_id,
            "to_address": comparable_address(request.to_address) if request.to_address else None,
            "send_at": request.send_at.astimezone(UTC) if request.send_at else None,
        }
    )


def _request_hash(request: SendMessage, viewer: Viewer) -> bytes:
    """A hash that a repetition has, and no other request."""
    said = f"{viewer.user_id} {request.model_dump_json(exclude_none=True)}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()


def _new_message(
    request: SendMessage, viewer: Viewer, message_id: UUID, person: Person, user: User, earlier: tuple[str, ...]
) -> NewMessage | Invalid:
    to_address = choose_address(tuple(email.value for email in person.emails), request.to_address)
    if isinstance(to_address, Invalid):
        return to_address
    if not user.active:
        return Invalid.because("from_user_id", "has left the organisation", InputProblemCode.USER_LEFT)
    from_address = domain.sendable_address(user.email)
    if from_address is None:
        return Invalid.because(
            "from_user_id", "the user has no address that mail can come from", InputProblemCode.NO_ADDRESS
        )
    now = datetime.now(UTC)
    return NewMessage(
        id=message_id,
        person_id=person.id,
        record_id=record_of(person, to_address),
        job_id=request.job_id,
        author_id=viewer.user_id,
        author_roles=viewer.roles,
        from_user_id=user.id,
        from_name=one_line(user.name),
        from_address=from_address,
        to_name=one_line(f"{person.first_name} {person.last_name}"),
        to_address=to_address,
        subject=request.subject,
        body=request.body,
        mail_id=f"<{message_id.hex}@{domain_of(from_address)}>",
        earlier_mail_ids=earlier,
        send_at=max(request.send_at or now, now),
        request_hash=_request_hash(request, viewer),
    )


def _owed_takeover(request: TakeoverRequest) -> OwedTakeover:
    return OwedTakeover(
        takeover_request_id=request.id,
        person_id=request.person_id,
        requested_by=request.requested_by,
        requested_at=request.requested_at,
        note=request.note,
    )
