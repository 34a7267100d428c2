"""Delivers the queue, retries what failed, and makes the mistakes that it is configured to make."""

import asyncio
import logging
from contextlib import suppress

import aiohttp

from rapport.sandbox.vendors.greenhouse.database import CompanyFile
from rapport.sandbox.vendors.greenhouse.faults import Faults
from rapport.sandbox.vendors.greenhouse.settings import SandboxSettings
from rapport.sandbox.vendors.greenhouse.webhooks import deliveries
from rapport.sandbox.vendors.greenhouse.webhooks.deliveries import Delivery

_LONGEST_REST = 1.0
_WAIT_FOR_MORE = 1.0  # how long deliveries to be reordered are held for others to overtake them

log = logging.getLogger(__name__)


class WebhookSender:
    """Delivers to each endpoint in order, to all of them at the same time."""

    def __init__(self, company: CompanyFile, settings: SandboxSettings, faults: Faults) -> None:
        self._company = company
        self._settings = settings
        self._faults = faults
        self._something_new = asyncio.Event()

    def notice(self) -> None:
        """Look at the queue now: something may have been added."""
        self._something_new.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        timeout = aiohttp.ClientTimeout(total=self._settings.delivery_timeout)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                self._something_new.clear()
                waiting = await self._company.run(deliveries.endpoints)
                made = await asyncio.gather(*(self._serve(session, endpoint) for endpoint in waiting))
                if not any(made):
                    await self._rest()

    async def _rest(self) -> None:
        due = await self._company.run(deliveries.next_due)
        until_due = _LONGEST_REST if due is None else (due - self._settings.clock()) / 1000
        with suppress(TimeoutError):
            async with asyncio.timeout(min(_LONGEST_REST, max(0.01, until_due))):
                await self._something_new.wait()

    async def _serve(self, session: aiohttp.ClientSession, endpoint: int) -> int:
        """Make the deliveries due at an endpoint; return how many were made."""
        now = self._settings.clock()
        due = await self._company.run(lambda connection: deliveries.due(connection, endpoint, now=now))
        for delivery in (ordered := self._reordered(due, now)):
            if delivery.action != "ping" and self._faults.use("webhook_losses"):
                await self._settle(delivery, "lost on purpose")
                continue
            await self._attempt(session, delivery)
        return len(ordered)

    def _reordered(self, due: list[Delivery], now: int) -> list[Delivery]:
        wanted = self._faults.webhook_reorder
        if not wanted or not due:
            return due
        if len(due) < wanted and now - due[0].due_at < _WAIT_FOR_MORE * 1000:
            return []
        self._faults.webhook_reorder = 0
        return [*reversed(due[:wanted]), *due[wanted:]]

    async def _attempt(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        outcome, arrived = await self._send(session, delivery)
        if arrived and self._faults.use("webhook_duplicates"):
            await self._send(session, delivery)
        if arrived:
            await self._settle(delivery, outcome)
            return
        now, scale = self._settings.clock(), self._settings.retry_scale
        await self._company.run(
            lambda connection: deliveries.postpone(connection, delivery, outcome, now=now, scale=scale)
        )

    async def _settle(self, delivery: Delivery, outcome: str) -> None:
        now = self._settings.clock()
        await self._company.run(lambda connection: deliveries.settle(connection, delivery, outcome, now=now))

    async def _send(self, session: aiohttp.ClientSession, delivery: Delivery) -> tuple[str, bool]:
        """Send once; return what came of it and whether it counts as delivered."""
        headers = {
            "Content-Type": "application/json",
            "Signature": delivery.signature,
            "Greenhouse-Event-ID": delivery.event_id,
        }
        try:
            async with session.post(delivery.url, data=delivery.body, headers=headers) as response:
                return f"{response.status}", response.status // 100 == 2
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.info("webhook %s not delivered: %s", delivery.action, type(error).__name__)
            return type(error).__name__, False
