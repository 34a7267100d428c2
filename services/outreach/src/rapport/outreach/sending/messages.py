"""Messages sent, each at most once, whatever crashes.

A message is claimed; the mail server agrees to take it and waits for its text; then, in one transaction, everything
that may be in the way is looked at and it is marked as handed over; and after that commit the text leaves at once. So a
message that is not marked has certainly not left, and may be tried again; one that is marked and has no result may have
left, and is left to a human.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.contracts.identity import UserId, Viewer
from rapport.contracts.vocabulary import Blocker, SuppressionReason
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import TRANSIENT, ServiceFailedError, ServiceUnavailableError
from rapport.kit.identity import new_id
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.outreach.channels.email.accounts import Account
from rapport.outreach.channels.email.compose import UnsendableError, compose
from rapport.outreach.channels.email.relay_ids import relay_id_in
from rapport.outreach.channels.email.rendering import EmailRenderer
from rapport.outreach.channels.email.smtp import (
    InDoubtError,
    NobodyThereError,
    NotNowError,
    RefusedError,
    Route,
    Session,
    connect,
)
from rapport.outreach.domain import message as domain
from rapport.outreach.domain.clearance import Blocked, Fails, Waits, find_blocker
from rapport.outreach.domain.message import Message
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.recording import change, suppress
from rapport.outreach.sending.context import Correspondents, gather_context
from rapport.outreach.sending.lease import renewed
from rapport.outreach.store import mailboxes, messages, senders
from rapport.outreach.store.messages import Claimed
from rapport.outreach.store.suppressions import NewSuppression

_PIPELINE_RETRY = timedelta(seconds=10)
_DIALOGUE = 0.45
"""The share of a lease that may pass until the mail server waits for the text, and as much again until the message is
marked: whoever is slower than the lease finds that the message is no longer theirs."""
_PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds between tries to record what became of a message; after that it is in doubt."""
_DRAIN_TIMEOUT = 10.0
"""Seconds a mail that is being handed over may take when the process is told to stop."""

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.outreach.sending")


class MessageSender:
    """Sends one organisation's messages, one after the other; several may run, here and in other processes."""

    def __init__(
        self,
        account: Account,
        database: Database,
        pipeline: PipelineClient,
        renderer: EmailRenderer,
        *,
        lease: float,
        answer_within: float,
    ) -> None:
        """Times are in seconds.

        Args:
            account: the organisation's mail servers.
            database: of the service.
            pipeline: knows people and users.
            renderer: writes what is sent.
            lease: after which others believe that whoever claimed a message is gone; renewed while its text is sent.
            answer_within: that the mail server may take to say whether it has a text.
        """
        self._account = account
        self._database = database
        self._pipeline = pipeline
        self._renderer = renderer
        self._lease = timedelta(seconds=lease)
        self._patience = lease * _DIALOGUE
        self._answer_within = answer_within
        self._session: Session | None = None
        self._route: Route | None = None
        self.worker = Worker("messages", self._step)

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            await self.worker.run()
        finally:
            await self._close_session()

    async def _step(self) -> bool:
        claimed_at = _clock()
        with untraced():
            async with self._work("send") as unit:
                message = await messages.claim(unit, new_id(), until=unit.now + self._lease)
        if message is None:
            await self._close_session()
            return False
        carrier = {"traceparent": message.traceparent} if message.traceparent else {}
        with continued(carrier, _tracer, "send message", SpanKind.INTERNAL):
            try:
                await self._send(message, claimed_at)
            except BaseException:
                # Where the dialogue stands is not known any more: the next message begins another one.
                await self._close_session()
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
            # Before anything is handed over: what cannot be put together was certainly not sent.
            content = compose(self._renderer.render(self._account.org_id, message, at=datetime.now(UTC)))
            session = await self._offered(message, until=claimed_at + self._patience)
        except NobodyThereError as problem:
            await self._refused(message, str(problem), nobody_there=True)
        except (RefusedError, UnsendableError) as problem:
            await self._refused(message, str(problem))
        except NotNowError as problem:
            await self._unreachable(message, str(problem))
        else:
            # From the mark on it is all or nothing: told to stop in between, it would be in doubt.
            await _shielded(
                self._complete(session, message, correspondents, content, until=claimed_at + 2 * self._patience)
            )

    async def _correspondents(self, message: Claimed) -> Correspondents:
        """Those whom it is between, as its author sees them now."""
        viewer = Viewer(org_id=self._account.org_id, user_id=UserId(message.author_id), roles=message.author_roles)
        writers = frozenset({message.author_id, message.from_user_id})
        person = await self._pipeline.person(viewer, message.person_id)
        users = await self._pipeline.users(viewer, tuple(writers))
        return Correspondents(person, writers - {user.id for user in users.values() if user.active})

    async def _complete(
        self, session: Session, message: Claimed, correspondents: Correspondents, content: bytes, *, until: float
    ) -> None:
        """Mark it and send its text, unless something is in the way; ``until``: when others may believe us gone."""
        try:
            marked = await self._hand_over(message, correspondents)
        except BaseException:
            session.abandon()
            raise
        if not marked:
            session.abandon()
        elif _clock() > until:
            # Of a message that others believe to be abandoned, nothing may leave any more; and nothing has.
            session.abandon()
            await _record_with_retry(partial(self._unreachable, message, "handing it over took too long"))
        else:
            await self._transmit(session, message, content)

    async def _offered(self, message: Claimed, *, until: float) -> Session:
        """A session on which the server waits for the text of this message."""
        try:
            async with asyncio.timeout_at(until):
                session = await self._connected(message)
                reused = not session.fresh
                try:
                    await self._offer(session, message)
                except NotNowError:
                    if not reused or session.is_open:
                        raise
                    # The server had closed a connection that was idle: that says nothing about this message.
                    session = await self._connected(message)
                    await self._offer(session, message)
                return session
        except TimeoutError as problem:
            await self._close_session()
            raise NotNowError("the dialogue took too long") from problem

    async def _offer(self, session: Session, message: Claimed) -> None:
        await session.offer(message.from_address, message.to_address)
        await session.go_ahead(patience=self._patience)

    async def _connected(self, message: Claimed) -> Session:
        route = Route(self._account.smtp, self._account.login(message.from_address))
        if self._session and self._session.is_open and self._route == route:
            return self._session
        await self._close_session()
        self._session = await connect(route, hostname=self._account.domains[0], patience=self._patience)
        self._route = route
        return self._session

    async def _close_session(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    async def _transmit(self, session: Session, message: Claimed, content: bytes) -> None:
        try:
            async with renewed(self._lease.total_seconds(), partial(self._renew, message)):
                answer = await session.hand_over(content, patience=self._answer_within)
        except RefusedError as problem:
            await _record_with_retry(partial(self._refused, message, str(problem)))
        except NotNowError as problem:
            await _record_with_retry(partial(self._unreachable, message, str(problem)))
        except InDoubtError:
            await _record_with_retry(partial(self._in_doubt, message))
        else:
            await _record_with_retry(partial(self._sent, message, answer))

    # What becomes of it, each in a unit of work of its own ---------------------------------------------------

    async def _is_blocked(self, message: Claimed, correspondents: Correspondents) -> bool:
        """Look before bothering the mail server; what counts is looked at again when it is handed over."""
        async with self._work(message.cause) as unit:
            blocked, mine = await self._check(unit, message, correspondents)
            if mine and blocked:
                await _hold_back(unit, mine, blocked)
        return blocked is not None or mine is None

    async def _hand_over(self, message: Claimed, correspondents: Correspondents) -> bool:
        """The moment that decides: whether it goes; from here on, the mail server may have it."""
        async with self._work(message.cause) as unit:
            blocked, mine = await self._check(unit, message, correspondents)
            if mine is None:
                return False
            if blocked:
                await _hold_back(unit, mine, blocked)
                return False
            limits = await senders.limits(unit)
            if limits.spacing:
                await senders.occupy_sender(unit, message.from_user_id, until=unit.now + limits.spacing)
            await mailboxes.open_mailbox(unit, message.from_address)
            await change(unit, mine, domain.mark_handed_over(mine, at=unit.now, until=unit.now + self._lease))
        return True

    async def _check(
        self, unit: UnitOfWork, message: Claimed, correspondents: Correspondents
    ) -> tuple[Blocked | None, Message | None]:
        """What is in the way, and the message, if it is still ours; all that could change it is held.

        In one order everywhere: the sender, the message, the recipient.
        """
        free_at = await senders.lock_sender(unit, message.from_user_id)
        mine = await _lock_claimed(unit, message)
        if mine:
            # Whoever was merged since it was claimed is somebody else now.
            message = replace(message, person_id=mine.person_id)
        has_mailbox = self._account.has_mailbox(message.from_address)
        found = await gather_context(unit, message, correspondents, has_mailbox=has_mailbox, sender_free_at=free_at)
        return find_blocker(found, await senders.limits(unit), at=unit.now), mine

    async def _wait_for_pipeline(self, message: Claimed) -> None:
        async with self._work(message.cause) as unit:
            if mine := await _lock_claimed(unit, message):
                await change(unit, mine, domain.defer(mine, mine.blocker, until=unit.now + _PIPELINE_RETRY))

    async def _refused(self, message: Claimed, words: str, *, nobody_there: bool = False) -> None:
        async with self._work(message.cause) as unit:
            if mine := await _lock_claimed(unit, message):
                await change(unit, mine, domain.fail(mine, Blocker.REFUSED, words))
                if nobody_there:
                    await suppress(unit, _dead_address(message, mine.person_id))
        await self._withdraw()

    async def _unreachable(self, message: Claimed, words: str) -> None:
        async with self._work(message.cause) as unit:
            if mine := await _lock_claimed(unit, message):
                await change(unit, mine, domain.mark_unreachable(mine, words, at=unit.now))
        await self._withdraw()

    async def _in_doubt(self, message: Claimed) -> None:
        async with self._work(message.cause) as unit:
            if mine := await _lock_claimed(unit, message):
                await change(unit, mine, domain.mark_in_doubt(mine))
        _log.warning("message %s is in doubt", message.id)

    async def _sent(self, message: Claimed, answer: str) -> None:
        async with self._work(message.cause) as unit:
            if mine := await _lock_claimed(unit, message):
                await change(unit, mine, domain.mark_sent(mine, answer, at=unit.now))
                if relay_id := relay_id_in(answer):
                    await messages.set_relay_id(unit, message.id, relay_id)

    async def _renew(self, message: Claimed) -> None:
        async with self._work("lease") as unit:
            await messages.renew_claim(unit, message, until=unit.now + self._lease)

    async def _withdraw(self) -> None:
        if self._session and self._session.is_open:
            await self._session.withdraw()

    def _work(self, cause: str) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._account.org_id, actor="system:outreach", cause=cause)


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
    """The message, held, if it is still ours: a claim that ran out may have been given to another process."""
    found = await messages.lock(unit, message.id)
    if found is None or found.claim_id != message.claim_id:
        _log.warning("message %s was taken over by somebody else", message.id)
        return None
    return found


def _clock() -> float:
    """Seconds that pass whatever the time of day is set to; what time limits are counted in."""
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


async def _hold_back(unit: UnitOfWork, message: Message, found: Blocked) -> None:
    """Let a held message, whose sender is held, wait or fail."""
    if isinstance(found, Waits) and found.blocker is Blocker.SENDER_CAP and found.until:
        await senders.cap_sender(unit, message.from_user_id, until=found.until)
    await change(unit, message, _blocked(message, found))


def _blocked(message: Message, found: Blocked) -> Message:
    if isinstance(found, Fails):
        return domain.fail(message, found.blocker)
    return domain.defer(message, found.blocker, until=found.until, explanation=found.explanation)


async def _shielded(work: Awaitable[None]) -> None:
    """What is under way is finished also when we are told to stop, within reason."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=_DRAIN_TIMEOUT)
        task.cancel()
        raise


async def _record_with_retry(record: Callable[[], Awaitable[None]]) -> None:
    """Record what became of a mail that has left, waiting out a database that is away: nobody else knows it."""
    for pause in _PAUSES:
        try:
            await record()
        except TRANSIENT as problem:
            _log.warning("what became of a message waits for the database (%s)", type(problem).__name__)
            await asyncio.sleep(pause)
        else:
            return
    await record()
