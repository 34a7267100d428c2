"""Sends messages, each at most once, even if a process crashes.

A message is claimed, and the mail server accepts its sender and recipient and waits for the text. Then one transaction
checks all blockers and marks the message as handed over; the text is sent right after that commit. A message without
the mark has certainly not been sent and is tried again; one with the mark but without a result may have been sent, and
a human settles it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.contracts.vocabulary import Blocker, RejectionState, SuppressionReason
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT, ServiceFailedError, ServiceUnavailableError
from rapport.kit.identity import new_id
from rapport.kit.runtime.backoff import Backoff
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.outreach.channels.transport import (
    InDoubtError,
    NotNowError,
    Prepared,
    Receipt,
    RefusedError,
    Transport,
    UnknownRecipientError,
)
from rapport.outreach.domain import message as domain
from rapport.outreach.domain.clearance import Blocked, Fails, Limits, Waits, find_blocker, may_write
from rapport.outreach.domain.message import Message
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.recording import change, suppress
from rapport.outreach.sending.context import Correspondents, gather_context
from rapport.outreach.sending.lease import DIALOGUE_SHARE, renewed
from rapport.outreach.store import mailboxes, messages, notifications, senders
from rapport.outreach.store.messages import Claimed
from rapport.outreach.store.notifications import GrantRequest
from rapport.outreach.store.suppressions import NewSuppression

_PIPELINE_RETRY = timedelta(seconds=10)
_RECORD_ATTEMPTS = 10
"""Attempts to record a result, with pauses that add up to more than a minute; after that it is in doubt."""
_DRAIN_TIMEOUT = 10.0
"""Seconds for a message that is being handed over when the process shuts down."""

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.outreach.sending")


@dataclass(frozen=True, slots=True)
class CallsOff:
    """What the message tells the person is not so any more."""


class MessageSender:
    """Sends one organisation's messages, one after the other; several may run, here and in other processes."""

    def __init__(
        self,
        org_id: str,
        transport: Transport[Claimed],
        database: Database,
        pipeline: PipelineClient,
        *,
        lease: float,
    ) -> None:
        """Create a sender; nothing runs before :meth:`run`.

        Args:
            org_id: the organisation.
            transport: of this sender alone.
            database: of the service.
            pipeline: knows people and users.
            lease: seconds after which a claim expires; renewed while the text is sent.
        """
        self._org_id = org_id
        self._transport = transport
        self._database = database
        self._pipeline = pipeline
        self._lease = timedelta(seconds=lease)
        self._prepare_within = lease * DIALOGUE_SHARE
        self.worker = Worker("messages", self._step)

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            await self.worker.run()
        finally:
            await self._transport.close()

    async def _step(self) -> bool:
        claimed_at = _clock()
        with untraced():
            async with self._work("send") as unit:
                message = await messages.claim(unit, new_id(), until=unit.now + self._lease)
        if message is None:
            await self._transport.close()
            return False
        carrier = {"traceparent": message.traceparent} if message.traceparent else {}
        with continued(carrier, _tracer, "send message", SpanKind.INTERNAL):
            try:
                await self._send(message, claimed_at)
            except BaseException:
                # The state of the SMTP dialogue is unknown: the next message begins a new one.
                await self._transport.close()
                raise
        return True

    async def _send(self, message: Claimed, claimed_at: float) -> None:
        try:
            correspondents = await self._correspondents(message)
        except (ServiceUnavailableError, ServiceFailedError) as problem:
            _log.warning("messages wait for pipeline (%s)", type(problem).__name__)
            await self._wait_for_pipeline(message)
            return
        if await self._is_blocked(message, correspondents):
            return
        try:
            prepared = await self._transport.prepare(message, until=claimed_at + self._prepare_within)
        except UnknownRecipientError as problem:
            await self._refused(message, str(problem), unknown_recipient=True)
        except RefusedError as problem:
            await self._refused(message, str(problem))
        except NotNowError as problem:
            await self._unreachable(message, str(problem))
        else:
            # A shutdown between the mark and the result would leave the message in doubt.
            until = claimed_at + 2 * self._prepare_within
            await _shielded(self._complete(prepared, message, correspondents, until=until))

    async def _correspondents(self, message: Claimed) -> Correspondents:
        """The person and the users of a message, as its author sees them now.

        Who wrote it may have lost a role since, or got one: what they may see and do now decides.
        """
        writers = (message.author_id, message.from_user_id)
        known = {user_id: await self._pipeline.viewer(self._org_id, user_id) for user_id in dict.fromkeys(writers)}
        gone = frozenset(user_id for user_id, found in known.items() if found is None)
        found = known[message.author_id]
        author = found[0] if found else None
        person = await self._pipeline.person(author, message.person_id) if author and may_write(author) else None
        return Correspondents(person, gone, author, await self._rejection_state(message))

    async def _rejection_state(self, message: Claimed) -> RejectionState | None:
        if message.rejection is None:
            return None
        told = message.rejection
        return await self._pipeline.rejection_state(self._org_id, message.author_id, told.application_id, told.version)

    async def _complete(
        self, prepared: Prepared, message: Claimed, correspondents: Correspondents, *, until: float
    ) -> None:
        """Mark the message and send its text, unless it is blocked; after ``until``, the claim may have expired."""
        try:
            # The rejection may have been taken back during the dialogue: what pipeline says now decides.
            latest = replace(correspondents, rejection=await self._rejection_state(message))
            marked = await self._mark_handed_over(message, latest)
        except (ServiceUnavailableError, ServiceFailedError):
            prepared.abandon()
            await self._wait_for_pipeline(message)
            return
        except BaseException:
            prepared.abandon()
            raise
        if not marked:
            prepared.abandon()
        elif _clock() > until:
            # The claim may have expired for others: the text must not be sent any more, and was not.
            prepared.abandon()
            await _record_with_retry(partial(self._unreachable, message, "handing it over took too long"))
        else:
            await self._hand_over(prepared, message)

    async def _hand_over(self, prepared: Prepared, message: Claimed) -> None:
        try:
            async with renewed(self._lease.total_seconds(), partial(self._renew, message)):
                receipt = await self._transport.hand_over(prepared)
        except RefusedError as problem:
            await _record_with_retry(partial(self._refused, message, str(problem)))
        except NotNowError as problem:
            await _record_with_retry(partial(self._unreachable, message, str(problem)))
        except InDoubtError:
            await _record_with_retry(partial(self._in_doubt, message))
        else:
            await _record_with_retry(partial(self._sent, message, receipt))

    # Results, each recorded in its own unit of work ---------------------------------------------------

    async def _is_blocked(self, message: Claimed, correspondents: Correspondents) -> bool:
        """Check before connecting, so that no mail server learns of a suppressed address.

        This check does not replace the one at the hand-over: a suppression may be recorded during the SMTP dialogue.
        """
        async with self._work(message.cause) as unit:
            blocked, mine, _ = await self._check(unit, message, correspondents)
            if mine and blocked:
                await _hold_back(unit, mine, blocked)
        return blocked is not None or mine is None

    async def _mark_handed_over(self, message: Claimed, correspondents: Correspondents) -> bool:
        """Decide and mark in one transaction; from its commit on, the server may have the message."""
        async with self._work(message.cause) as unit:
            blocked, mine, limits = await self._check(unit, message, correspondents)
            if mine is None:
                return False
            if blocked:
                await _hold_back(unit, mine, blocked)
                return False
            if limits.spacing:
                await senders.occupy_sender(unit, message.from_user_id, until=unit.now + limits.spacing)
            await mailboxes.open_mailbox(unit, message.from_address)
            await change(unit, mine, domain.mark_handed_over(mine, at=unit.now, until=unit.now + self._lease))
        return True

    async def _check(
        self, unit: UnitOfWork, message: Claimed, correspondents: Correspondents
    ) -> tuple[Blocked | CallsOff | None, Message | None, Limits]:
        """The blocker, the message if the claim is still ours, and the organisation's limits.

        All of it is read under locks, which are taken in one order everywhere: the sender, the message, the recipient.
        """
        free_at = await senders.lock_sender(unit, message.from_user_id)
        mine = await _lock_claimed(unit, message)
        if mine:
            # The person may have been merged since the message was claimed.
            message = replace(message, person_id=mine.person_id)
        has_mailbox = self._transport.has_sender(message.from_address)
        found = await gather_context(unit, message, correspondents, has_mailbox=has_mailbox, sender_free_at=free_at)
        limits = await senders.limits(unit)
        if correspondents.rejection is RejectionState.UNDONE:
            return CallsOff(), mine, limits
        return find_blocker(found, limits, at=unit.now), mine, limits

    async def _wait_for_pipeline(self, message: Claimed) -> None:
        async with self._work(message.cause) as unit:
            if mine := await _lock_claimed(unit, message):
                await change(unit, mine, domain.defer(mine, mine.blocker, until=unit.now + _PIPELINE_RETRY))

    async def _refused(self, message: Claimed, words: str, *, unknown_recipient: bool = False) -> None:
        async with self._work(message.cause) as unit:
            if mine := await _lock_claimed(unit, message):
                await change(unit, mine, domain.fail(mine, Blocker.REFUSED, words))
                if unknown_recipient:
                    await suppress(unit, _dead_address(message, mine.person_id))
        await self._transport.withdraw()

    async def _unreachable(self, message: Claimed, words: str) -> None:
        async with self._work(message.cause) as unit:
            if mine := await _lock_claimed(unit, message):
                await change(unit, mine, domain.mark_unreachable(mine, words, at=unit.now))
        await self._transport.withdraw()

    async def _in_doubt(self, message: Claimed) -> None:
        async with self._work(message.cause) as unit:
            if mine := await _lock_claimed(unit, message):
                await change(unit, mine, domain.mark_in_doubt(mine))
        _log.warning("message %s is in doubt", message.id)

    async def _sent(self, message: Claimed, receipt: Receipt) -> None:
        async with self._work(message.cause) as unit:
            if mine := await _lock_claimed(unit, message):
                await change(unit, mine, domain.mark_sent(mine, receipt.explanation, at=unit.now))
                if receipt.relay_id:
                    await messages.set_relay_id(unit, message.id, receipt.relay_id)

    async def _renew(self, message: Claimed) -> None:
        async with self._work("lease") as unit:
            await messages.renew_claim(unit, message, until=unit.now + self._lease)

    def _work(self, cause: str) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._org_id, actor="system:outreach", cause=cause)


class ExpiredClaims:
    """Finds the messages whose sender died or was too slow."""

    def __init__(self, org_id: str, database: Database) -> None:
        """Of one organisation."""
        self._org_id = org_id
        self._database = database
        self.worker = Worker("abandoned messages", self._step)

    async def _step(self) -> bool:
        with untraced():
            async with self._database.work(self._org_id, actor="system:outreach", cause="lease") as unit:
                ids = await messages.with_expired_claim(unit)
                for message_id in ids:
                    if found := await messages.lock(unit, message_id):
                        await change(unit, found, domain.expire_claim(found, at=unit.now))
        return bool(ids)


async def _lock_claimed(unit: UnitOfWork, message: Claimed) -> Message | None:
    """The message, locked, if the claim is still ours: an expired claim may have passed to another process."""
    found = await messages.lock(unit, message.id)
    if found is None or found.claim_id != message.claim_id:
        _log.warning("the claim of message %s has passed to another process", message.id)
        return None
    return found


def _clock() -> float:
    """Seconds of the monotonic clock, for time limits."""
    return asyncio.get_running_loop().time()


def _dead_address(message: Claimed, person_id: UUID) -> NewSuppression:
    """The entry of an address that a mail server does not know, as a report on it would make it."""
    return NewSuppression(
        new_id(),
        person_id,
        whole_person=False,
        reason=SuppressionReason.BOUNCED,
        recorded_by=None,
        message_id=message.id,
        addresses=[message.to_address],
    )


async def _hold_back(unit: UnitOfWork, message: Message, found: Blocked | CallsOff) -> None:
    """Let a blocked message wait or fail, or cancel it; its sender is locked.

    For a grant, the owner of the mailbox is asked.
    """
    if isinstance(found, Waits) and found.blocker is Blocker.SENDER_CAP and found.until:
        await senders.cap_sender(unit, message.from_user_id, until=found.until)
    if isinstance(found, Waits) and found.blocker is Blocker.GRANT_MISSING and found.until is None:
        await notifications.request_grant(unit, GrantRequest(message.from_user_id, message.author_id))
    await change(unit, message, _blocked(message, found))


def _blocked(message: Message, found: Blocked | CallsOff) -> Message:
    if isinstance(found, CallsOff):
        return domain.cancel(message)
    if isinstance(found, Fails):
        return domain.fail(message, found.blocker)
    return domain.defer(message, found.blocker, until=found.until, explanation=found.explanation)


async def _shielded(work: Awaitable[None]) -> None:
    """Finish the work also when cancelled, up to a timeout."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=_DRAIN_TIMEOUT)
        task.cancel()
        raise


async def _record_with_retry(record: Callable[[], Awaitable[None]]) -> None:
    """Record the result of a message that was sent, also while the database is unavailable."""
    backoff = Backoff(0.1, 30.0)
    for _ in range(_RECORD_ATTEMPTS):
        try:
            await record()
        except TRANSIENT as problem:
            _log.warning("the result of a message waits for the database (%s)", type(problem).__name__)
            await backoff.pause()
        else:
            return
    await record()
