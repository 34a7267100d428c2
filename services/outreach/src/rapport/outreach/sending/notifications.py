"""Notifications to users: rendered when they are sent, and sent at least once.

A notification in doubt is sent again under the same Message-ID: losing one is worse than receiving
one twice.
"""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import partial
from typing import Literal

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.contracts.addresses import domain_of
from rapport.contracts.refusals import NotFound
from rapport.contracts.reviews import Notification, RenderNotification
from rapport.kit.database.unit_of_work import Database
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError
from rapport.kit.rpc.client import RequestClient
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.outreach.channels.email.accounts import Account
from rapport.outreach.channels.email.compose import RenderedEmail, UnsendableError, compose
from rapport.outreach.channels.email.smtp import InDoubtError, NotNowError, RefusedError, Route, connected
from rapport.outreach.domain.clearance import next_try
from rapport.outreach.domain.message import sendable_address
from rapport.outreach.sending.lease import renewed
from rapport.outreach.store import notifications
from rapport.outreach.store.notifications import ClaimedNotification

_ASK_PATIENCE = 5.0
_REVIEWS_RETRY = timedelta(seconds=10)

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.outreach.notifications")


class NotificationSender:
    """Sends one organisation's notifications, beside the messages: a flood of these never delays them."""

    def __init__(
        self, account: Account, database: Database, client: RequestClient, *, lease: float, answer_within: float
    ) -> None:
        """Times are in seconds.

        Args:
            account: the organisation's mail servers.
            database: of the service.
            client: asks reviews for texts.
            lease: after which a notification without a result is sent again; renewed while its text is sent.
            answer_within: that the mail server may take to say whether it has a text.
        """
        self._account = account
        self._database = database
        self._client = client
        self._lease = timedelta(seconds=lease)
        self._patience = lease / 6
        self._answer_within = answer_within
        self.worker = Worker("notifications", self._step)

    async def _step(self) -> bool:
        org_id = self._account.org_id
        with untraced():
            async with self._database.work(org_id, actor="system:outreach", cause="notification") as unit:
                notification = await notifications.claim(unit, until=unit.now + self._lease)
        if notification is None:
            return False
        carrier = {"traceparent": notification.traceparent} if notification.traceparent else {}
        with continued(carrier, _tracer, "send notification", SpanKind.INTERNAL):
            await self._send(notification)
        return True

    async def _send(self, notification: ClaimedNotification) -> None:
        try:
            rendered = await self._client.call(
                RenderNotification(org_id=self._account.org_id, notification_id=notification.id),
                None,
                deadline=_ASK_PATIENCE,
            )
        except (ServiceUnavailableError, ServiceFailedError) as problem:
            await self._wait_for_reviews(notification, type(problem).__name__)
            return
        if isinstance(rendered, NotFound):
            await self._finish(notification, "dropped", None)
        elif not isinstance(rendered, Notification):
            await self._wait_for_reviews(notification, type(rendered).__name__)
        elif to_address := sendable_address(rendered.to_address):
            await self._deliver(notification, rendered.model_copy(update={"to_address": to_address}))
        else:
            await self._finish(notification, "failed", "the user has no usable address")

    async def _deliver(self, notification: ClaimedNotification, rendered: Notification) -> None:
        try:
            answer = await self._hand_over(notification, rendered)
        except (RefusedError, UnsendableError) as problem:
            _log.error("notification %s was refused by the mail server", notification.id)
            await self._finish(notification, "failed", str(problem))
        except (NotNowError, InDoubtError) as problem:
            await self._later(notification, str(problem))
        else:
            await self._finish(notification, "sent", answer)

    async def _hand_over(self, notification: ClaimedNotification, rendered: Notification) -> str:
        _, address = sender = self._account.notifications_sender
        email = RenderedEmail(
            mail_id=f"<{notification.id.hex}@{domain_of(address)}>",
            sender=sender,
            recipient=(rendered.to_name, rendered.to_address),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            date=datetime.now(UTC),
            reply_to=_mailbox(rendered.reply_to),
            automatic=True,
        )
        route = Route(self._account.smtp, self._account.login(address))
        async with connected(route, hostname=self._account.domains[0], patience=self._patience) as session:
            await session.offer(address, rendered.to_address)
            content = compose(email)
            await session.go_ahead(patience=self._patience)
            async with renewed(self._lease.total_seconds(), partial(self._renew, notification)):
                return await session.hand_over(content, patience=self._answer_within)

    async def _renew(self, notification: ClaimedNotification) -> None:
        async with self._database.work(self._account.org_id, actor="system:outreach", cause="lease") as unit:
            await notifications.renew_claim(unit, notification.id, until=unit.now + self._lease)

    async def _later(self, notification: ClaimedNotification, reason: str) -> None:
        _log.warning("notification %s has to wait", notification.id)
        async with self._database.work(self._account.org_id, actor="system:outreach", cause=notification.cause) as unit:
            until = next_try(notification.attempts, at=unit.now)
            await notifications.postpone(unit, notification.id, until=until, explanation=reason, counts=True)

    async def _wait_for_reviews(self, notification: ClaimedNotification, reason: str) -> None:
        """A part of our own that is away for a moment keeps nobody waiting for much longer than that."""
        _log.warning("notification %s waits for reviews", notification.id)
        async with self._database.work(self._account.org_id, actor="system:outreach", cause=notification.cause) as unit:
            until = unit.now + _REVIEWS_RETRY
            await notifications.postpone(unit, notification.id, until=until, explanation=reason, counts=False)

    async def _finish(
        self, notification: ClaimedNotification, state: Literal["sent", "dropped", "failed"], words: str | None
    ) -> None:
        async with self._database.work(self._account.org_id, actor="system:outreach", cause=notification.cause) as unit:
            await notifications.finish(unit, notification.id, state, words)


def _mailbox(written: str | None) -> tuple[str, str] | None:
    """Name and address; None if there is no answering it, which is no reason to keep the notification back."""
    name, written_address = parseaddr(written or "")
    address = sendable_address(written_address)
    return (name, address) if address else None
