"""Mails that tell people of their rejection: each becomes a message, which is cancelled if the rejection is taken back.

The message is sent like any other; ``sending`` asks pipeline at the last moment whether the rejection still holds.
"""

import logging
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.contracts.addresses import domain_of
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import Application, Person, User
from rapport.contracts.refusals import Invalid
from rapport.contracts.text import one_line
from rapport.contracts.vocabulary import Blocker, MessageState, RejectionState, TemplateToken
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError
from rapport.kit.identity import derived_id
from rapport.kit.runtime.worker import Worker
from rapport.kit.telemetry import continued, untraced
from rapport.outreach.domain import message as domain
from rapport.outreach.domain.clearance import MAY_NOT_WRITE, SENDER_LEFT, may_write
from rapport.outreach.domain.message import choose_address, sendable_address
from rapport.outreach.domain.template import Template, read_template, usable_values
from rapport.outreach.pipeline_client import PipelineClient
from rapport.outreach.recipients import record_of
from rapport.outreach.recording import change, record_scheduled
from rapport.outreach.store import messages, people, rejections, suppressions, templates
from rapport.outreach.store.messages import NewMessage, Rejection
from rapport.outreach.store.rejections import WantedMail

_AGAIN_AFTER = timedelta(seconds=20)
"""When another process takes what this one has not finished, or what pipeline did not answer about."""

_log = logging.getLogger(__name__)
_tracer = trace.get_tracer("rapport.outreach.rejection_mails")


async def call_off(unit: UnitOfWork, versions: Mapping[UUID, int]) -> None:
    """Cancel what tells of a rejection before these versions of applications, unless the mail server may have it."""
    for message_id in await rejections.drop_before(unit, versions):
        held = await messages.lock(unit, message_id)
        unsent = held and held.state in (MessageState.SCHEDULED, MessageState.CLAIMED) and not held.handed_over_at
        if held and unsent:
            # Who has claimed it sees at the hand-over that the claim is gone.
            await change(unit, held, domain.cancel(held))


@dataclass(frozen=True, slots=True)
class _Found:
    """Who and what a mail is about, as its sender sees them now."""

    sender: Viewer
    user: User
    application: Application
    person: Person


@dataclass(frozen=True, slots=True)
class _Cannot:
    """Why no mail can be written though the rejection holds."""

    blocker: Blocker
    explanation: str


class RejectionMailComposer:
    """Makes one organisation's messages."""

    def __init__(self, org_id: str, database: Database, pipeline: PipelineClient, *, company: str | None) -> None:
        """``company`` is what people know the organisation by; ``pipeline`` knows everything else that is filled in."""
        self._org_id = org_id
        self._database = database
        self._pipeline = pipeline
        self._company = company
        self.worker = Worker("rejection mails", self._step)

    async def _step(self) -> bool:
        with untraced():
            async with self._work("system:outreach", "rejection mail") as unit:
                wanted = await rejections.claim(unit, again_after=_AGAIN_AFTER)
        if wanted is None:
            return False
        carrier = {"traceparent": wanted.traceparent} if wanted.traceparent else {}
        with continued(carrier, _tracer, "compose rejection mail", SpanKind.INTERNAL):
            try:
                found = await self._found(wanted)
            except (ServiceUnavailableError, ServiceFailedError) as problem:
                _log.warning("a rejection mail waits for pipeline (%s)", type(problem).__name__)
            else:
                await self._compose(wanted, found)
        return True

    async def _found(self, wanted: WantedMail) -> _Found | _Cannot | None:
        """None if the rejection was taken back."""
        told = (wanted.application_id, wanted.version)
        state = await self._pipeline.rejection_state(self._org_id, wanted.from_user_id, *told)
        if state is RejectionState.UNDONE:
            return None
        sender = await self._pipeline.viewer(self._org_id, wanted.from_user_id)
        if sender is None:
            return _Cannot(Blocker.SENDER_GONE, SENDER_LEFT)
        viewer, user = sender
        if not may_write(viewer):
            return _Cannot(Blocker.SENDER_GONE, MAY_NOT_WRITE)
        application = await self._pipeline.application(viewer, wanted.application_id)
        person = await self._pipeline.person(viewer, application.person_id) if application else None
        if application is None or person is None:
            return _Cannot(Blocker.SENDER_GONE, "its sender does not see the person any more")
        return _Found(viewer, user, application, person)

    async def _compose(self, wanted: WantedMail, found: _Found | _Cannot | None) -> None:
        cause = f"rejection:{wanted.application_id}:{wanted.version}"
        async with self._work(f"user:{wanted.from_user_id}", cause) as unit:
            if not await rejections.finish(unit, wanted):
                return
            if found is None:
                return
            text = await templates.text(unit, wanted.template_id, wanted.from_user_id, wanted.template_version)
            template = read_template(text.subject, text.body) if text else None
            if isinstance(found, _Found) and not isinstance(template, Template):
                found = _Cannot(Blocker.TOKEN_MISSING, "its template is not there")
            person_id = found.person.id if isinstance(found, _Found) else wanted.person_id
            if person_id is None:
                _log.warning("nothing is sent about the rejection of application %s", wanted.application_id)
                return
            await suppressions.lock_recipients(unit, person_id, [])
            if await people.is_erased(unit, person_id):
                return
            if isinstance(found, _Cannot):
                await self._show_failure(unit, wanted, person_id, found)
            elif isinstance(template, Template):
                await self._schedule(unit, wanted, found, template)

    async def _show_failure(self, unit: UnitOfWork, wanted: WantedMail, record_id: UUID, why: _Cannot) -> None:
        """A message without a text: whoever asks what became of the mail sees that it was not sent, and why."""
        new = _unwritten_message(unit, wanted, await people.person_of(unit, record_id), record_id)
        if await messages.insert(unit, new):
            record_scheduled(unit, new)
            await _fail(unit, new, why.blocker, why.explanation)

    async def _schedule(self, unit: UnitOfWork, wanted: WantedMail, found: _Found, template: Template) -> None:
        values = token_values(found.person, found.application, found.user, self._company)
        new = _new_message(unit, wanted, found, template.fill_in(values))
        if not await messages.insert(unit, new):
            return
        record_scheduled(unit, new)
        if failure := _failure(template, values, new):
            await _fail(unit, new, *failure)

    def _work(self, actor: str, cause: str) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(self._org_id, actor=actor, cause=cause)


async def _fail(unit: UnitOfWork, new: NewMessage, blocker: Blocker, explanation: str | None) -> None:
    held = await messages.lock(unit, new.id)
    assert held is not None
    await change(unit, held, domain.fail(held, blocker, explanation))


def token_values(
    person: Person, application: Application | None, sender: User, company: str | None
) -> dict[TemplateToken, str]:
    """What is filled in for a person, from a user, about an application."""
    sender_name = one_line(sender.name)
    return usable_values(
        {
            TemplateToken.CANDIDATE_FIRST_NAME: person.first_name,
            TemplateToken.CANDIDATE_LAST_NAME: person.last_name,
            TemplateToken.CANDIDATE_NAME: f"{person.first_name} {person.last_name}",
            TemplateToken.JOB_TITLE: application.job_title if application else None,
            TemplateToken.SENDER_FIRST_NAME: sender_name.partition(" ")[0],
            TemplateToken.SENDER_NAME: sender_name,
            TemplateToken.COMPANY_NAME: company,
        }
    )


def _failure(
    template: Template, values: Mapping[TemplateToken, str], new: NewMessage
) -> tuple[Blocker, str | None] | None:
    """Why the message cannot be sent, whatever becomes of the application."""
    if missing := template.missing(values):
        return Blocker.TOKEN_MISSING, f"nothing can be filled in for {', '.join(missing)}"
    return None if new.to_address else (Blocker.NO_ADDRESS, None)


def _new_message(unit: UnitOfWork, wanted: WantedMail, found: _Found, written: tuple[str, str]) -> NewMessage:
    person, user = found.person, found.user
    message_id = _message_id(unit, wanted)
    chosen = choose_address(tuple(email.value for email in person.emails), None)
    to_address = "" if isinstance(chosen, Invalid) else chosen
    # Without one, it waits for a mailbox as any message does.
    from_address = sendable_address(user.email) or ""
    return NewMessage(
        id=message_id,
        person_id=person.id,
        record_id=record_of(person, to_address),
        job_id=found.application.job_id,
        author_id=user.id,
        author_roles=found.sender.roles,
        from_user_id=user.id,
        from_name=one_line(user.name),
        from_address=from_address,
        to_name=one_line(f"{person.first_name} {person.last_name}"),
        to_address=to_address,
        subject=written[0],
        body=written[1],
        mail_id=f"<{message_id.hex}@{domain_of(from_address)}>",
        earlier_mail_ids=(),
        send_at=max(wanted.send_at, unit.now),
        request_hash=None,
        rejection=Rejection(wanted.application_id, wanted.version),
    )


def _unwritten_message(unit: UnitOfWork, wanted: WantedMail, person_id: UUID, record_id: UUID) -> NewMessage:
    message_id = _message_id(unit, wanted)
    return NewMessage(
        id=message_id,
        person_id=person_id,
        record_id=record_id,
        job_id=wanted.job_id,
        author_id=wanted.from_user_id,
        author_roles=frozenset(),
        from_user_id=wanted.from_user_id,
        from_name="",
        from_address="",
        to_name="",
        to_address="",
        subject="",
        body="",
        mail_id=f"<{message_id.hex}@>",
        earlier_mail_ids=(),
        send_at=max(wanted.send_at, unit.now),
        request_hash=None,
        rejection=Rejection(wanted.application_id, wanted.version),
    )


def _message_id(unit: UnitOfWork, wanted: WantedMail) -> UUID:
    return derived_id(unit.org_id, "rejection mail", wanted.application_id, wanted.version)
