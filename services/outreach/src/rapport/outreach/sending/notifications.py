"""Notifications to users: rendered when they are sent, and sent at least once.

A notification in doubt is sent again under the same Message-ID: losing one is worse than receiving
one twice.
"""

import asyncio
import logging
from datetime import timedelta
from functools import partial
from typing import Literal

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.contracts.refusals import NotFound
from rapport.contracts.reviews import Notification, RenderNotification
from rapport.kit.database.unit_of_work import Database
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError
from rapport.kit.rpc.client import RequestClient
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.outreach.channels.transport import (
    InDoubtError,
    NotNowError,
    OutboundNotification,
    Receipt,
    RefusedError,
    Transport,
)
from rapport.outreach.domain.clearance import next_try
from rapport.outreach.domain.message import sendable_address
from rapport.outreach.sending.grant_requests import GrantRequestRenderer
from rapport.outreach.sending.lease import DIALOGUE_SHARE, renewed
from rapport.outreach.sending.takeover_requests import TakeoverRequestRenderer
from rapport.outreach.store import notifications
from rapport.outreach.store.notifications import ClaimedNotification, GrantRequest, TakeoverRequested

_ASK_PATIENCE = 5.0
_TEXT_RETRY = timedelta(seconds=10)

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.outreach.notifications")


class NotificationSender:
    """Sends one organisation's notifications, beside the messages: a flood of these never delays them."""

    def __init__(
        self,
        org_id: str,
        transport: Transport[OutboundNotification],
        database: Database,
        client: RequestClient,
        grant_requests: GrantRequestRenderer,
        takeover_requests: TakeoverRequestRenderer,
        *,
        lease: float,
    ) -> None:
        """Create a sender; nothing runs before :meth:`run`.

        Args:
            org_id: the organisation.
            transport: of this sender alone.
            database: of the service.
            client: renders the notifications of reviews, by asking it.
            grant_requests: renders those that ask for a permission to send from a mailbox.
            takeover_requests: renders those that ask to hand a person over.
            lease: seconds after which a notification without a result is sent again; renewed while its text is sent.
        """
        self._org_id = org_id
        self._transport = transport
        self._database = database
        self._client = client
        self._grant_requests = grant_requests
        self._takeover_requests = takeover_requests
        self._lease = timedelta(seconds=lease)
        self.worker = Worker("notifications", self._step)

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            await self.worker.run()
        finally:
            await self._transport.close()

    async def _step(self) -> bool:
        org_id = self._org_id
        with untraced():
            async with self._database.work(org_id, actor="system:outreach", cause="notification") as unit:
                notification = await notifications.claim(unit, until=unit.now + self._lease)
        if notification is None:
            await self._transport.close()
            return False
        carrier = {"traceparent": notification.traceparent} if notification.traceparent else {}
        with continued(carrier, _tracer, "send notification", SpanKind.INTERNAL):
            try:
                await self._send(notification)
            except BaseException:
                # The state of the dialogue is unknown: the next notification begins another one.
                await self._transport.close()
                raise
        return True

    async def _send(self, notification: ClaimedNotification) -> None:
        try:
            rendered = await self._render(notification)
        except (ServiceUnavailableError, ServiceFailedError) as problem:
            await self._wait_for_text(notification, problem)
            return
        if rendered is None:
            await self._finish(notification, "dropped", None)
        elif to_address := sendable_address(rendered.to_address):
            await self._deliver(notification, rendered.model_copy(update={"to_address": to_address}))
        else:
            await self._finish(notification, "failed", "the user has no usable address")

    async def _render(self, notification: ClaimedNotification) -> Notification | None:
        """The mail as it is to be sent now; None if it has become pointless."""
        match notification.about:
            case GrantRequest() as asked:
                return await self._grant_requests.render(asked)
            case TakeoverRequested() as asked:
                return await self._takeover_requests.render(asked)
        request = RenderNotification(org_id=self._org_id, notification_id=notification.id)
        answer = await self._client.call(request, None, deadline=_ASK_PATIENCE)
        if isinstance(answer, NotFound):
            return None
        if not isinstance(answer, Notification):
            raise ServiceFailedError(request.service, None)
        return answer

    async def _deliver(self, notification: ClaimedNotification, rendered: Notification) -> None:
        try:
            receipt = await self._hand_over(notification, OutboundNotification(notification.id, rendered))
        except RefusedError as problem:
            _log.error("notification %s was refused by the mail server", notification.id)
            await self._transport.withdraw()
            await self._finish(notification, "failed", str(problem))
        except (NotNowError, InDoubtError) as problem:
            await self._transport.withdraw()
            await self._later(notification, str(problem))
        else:
            await self._finish(notification, "sent", receipt.explanation)

    async def _hand_over(self, notification: ClaimedNotification, outbound: OutboundNotification) -> Receipt:
        until = asyncio.get_running_loop().time() + self._lease.total_seconds() * DIALOGUE_SHARE
        prepared = await self._transport.prepare(outbound, until=until)
        async with renewed(self._lease.total_seconds(), partial(self._renew, notification)):
            return await self._transport.hand_over(prepared)

    async def _renew(self, notification: ClaimedNotification) -> None:
        async with self._database.work(self._org_id, actor="system:outreach", cause="lease") as unit:
            await notifications.renew_claim(unit, notification.id, until=unit.now + self._lease)

    async def _later(self, notification: ClaimedNotification, reason: str) -> None:
        _log.warning("notification %s has to wait", notification.id)
        async with self._database.work(self._org_id, actor="system:outreach", cause=notification.cause) as unit:
            until = next_try(notification.attempts, at=unit.now)
            await notifications.postpone(unit, notification.id, until=until, explanation=reason, counts=True)

    async def _wait_for_text(
        self, notification: ClaimedNotification, problem: ServiceUnavailableError | ServiceFailedError
    ) -> None:
        """Retried soon and not counted as an attempt, since services are seldom unavailable for long."""
        reason = type(problem).__name__
        _log.warning("notification %s waits for its text (%s)", notification.id, reason)
        async with self._database.work(self._org_id, actor="system:outreach", cause=notification.cause) as unit:
            until = unit.now + _TEXT_RETRY
            await notifications.postpone(unit, notification.id, until=until, explanation=reason, counts=False)

    async def _finish(
        self, notification: ClaimedNotification, state: Literal["sent", "dropped", "failed"], words: str | None
    ) -> None:
        async with self._database.work(self._org_id, actor="system:outreach", cause=notification.cause) as unit:
            await notifications.finish(unit, notification.id, state, words)
