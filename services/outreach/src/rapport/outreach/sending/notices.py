"""Notices to users: asked for when they are sent, and sent at least once.

A notice of which nobody knows whether it was sent is sent again, under the same Message-ID: for a user, losing one is
worse than a copy, and mail programs show mails with one Message-ID once. (For messages to people it is the other way.)
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
from rapport.contracts.reviews import Notice, RenderNotice
from rapport.kit.database.unit_of_work import Database
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError
from rapport.kit.rpc.client import RequestClient
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.outreach.domain.clearance import next_try
from rapport.outreach.domain.message import sendable_address
from rapport.outreach.mail.accounts import Account
from rapport.outreach.mail.compose import Letter, UnsendableError, compose
from rapport.outreach.mail.smtp import InDoubtError, NotNowError, RefusedError, Route, connected
from rapport.outreach.sending.lease import renewed
from rapport.outreach.store import notices
from rapport.outreach.store.notices import ClaimedNotice

_ASK_PATIENCE = 5.0
_REVIEWS_RETRY = timedelta(seconds=10)

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.outreach.notices")


class NoticeSender:
    """Sends one organisation's notices, beside the messages: a flood of these never delays them."""

    def __init__(
        self, account: Account, database: Database, client: RequestClient, *, lease: float, answer_within: float
    ) -> None:
        """Times are in seconds.

        Args:
            account: the organisation's mail servers.
            database: of the service.
            client: asks reviews for texts.
            lease: after which a notice without a result is sent again; renewed while its text is sent.
            answer_within: that the mail server may take to say whether it has a text.
        """
        self._account = account
        self._database = database
        self._client = client
        self._lease = timedelta(seconds=lease)
        self._patience = lease / 6
        self._answer_within = answer_within
        self.worker = Worker("notices", self._step)

    async def _step(self) -> bool:
        org_id = self._account.org_id
        with untraced():
            async with self._database.work(org_id, actor="system:outreach", cause="notice") as unit:
                notice = await notices.claim(unit, until=unit.now + self._lease)
        if notice is None:
            return False
        carrier = {"traceparent": notice.traceparent} if notice.traceparent else {}
        with continued(carrier, _tracer, "send notice", SpanKind.INTERNAL):
            await self._send(notice)
        return True

    async def _send(self, notice: ClaimedNotice) -> None:
        try:
            rendered = await self._client.call(
                RenderNotice(org_id=self._account.org_id, notice_id=notice.id), None, deadline=_ASK_PATIENCE
            )
        except (ServiceUnavailableError, ServiceFailedError) as problem:
            await self._wait_for_reviews(notice, type(problem).__name__)
            return
        if isinstance(rendered, NotFound):
            await self._finish(notice, "dropped", None)
        elif not isinstance(rendered, Notice):
            await self._wait_for_reviews(notice, type(rendered).__name__)
        elif to_address := sendable_address(rendered.to_address):
            await self._deliver(notice, rendered.model_copy(update={"to_address": to_address}))
        else:
            await self._finish(notice, "failed", "the user has no usable address")

    async def _deliver(self, notice: ClaimedNotice, rendered: Notice) -> None:
        try:
            answer = await self._hand_over(notice, rendered)
        except (RefusedError, UnsendableError) as problem:
            _log.error("notice %s was refused by the mail server", notice.id)
            await self._finish(notice, "failed", str(problem))
        except (NotNowError, InDoubtError) as problem:
            await self._later(notice, str(problem))
        else:
            await self._finish(notice, "sent", answer)

    async def _hand_over(self, notice: ClaimedNotice, rendered: Notice) -> str:
        _, address = sender = self._account.notices_sender
        letter = Letter(
            mail_id=f"<{notice.id.hex}@{domain_of(address)}>",
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
            content = compose(letter)
            await session.go_ahead(patience=self._patience)
            async with renewed(self._lease.total_seconds(), partial(self._renew, notice)):
                return await session.hand_over(content, patience=self._answer_within)

    async def _renew(self, notice: ClaimedNotice) -> None:
        async with self._database.work(self._account.org_id, actor="system:outreach", cause="lease") as unit:
            await notices.renew_claim(unit, notice.id, until=unit.now + self._lease)

    async def _later(self, notice: ClaimedNotice, reason: str) -> None:
        _log.warning("notice %s has to wait", notice.id)
        async with self._database.work(self._account.org_id, actor="system:outreach", cause=notice.cause) as unit:
            until = next_try(notice.attempts, at=unit.now)
            await notices.postpone(unit, notice.id, until=until, explanation=reason, counts=True)

    async def _wait_for_reviews(self, notice: ClaimedNotice, reason: str) -> None:
        """A part of our own that is away for a moment keeps nobody waiting for much longer than that."""
        _log.warning("notice %s waits for reviews", notice.id)
        async with self._database.work(self._account.org_id, actor="system:outreach", cause=notice.cause) as unit:
            until = unit.now + _REVIEWS_RETRY
            await notices.postpone(unit, notice.id, until=until, explanation=reason, counts=False)

    async def _finish(
        self, notice: ClaimedNotice, state: Literal["sent", "dropped", "failed"], words: str | None
    ) -> None:
        async with self._database.work(self._account.org_id, actor="system:outreach", cause=notice.cause) as unit:
            await notices.finish(unit, notice.id, state, words)


def _mailbox(written: str | None) -> tuple[str, str] | None:
    """Name and address; None if there is no answering it, which is no reason to keep the notice back."""
    name, written_address = parseaddr(written or "")
    address = sendable_address(written_address)
    return (name, address) if address else None
