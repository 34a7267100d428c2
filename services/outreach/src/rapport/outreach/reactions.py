"""The reactions of outreach to events."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rapport.contracts.events import (
    ApplicationClosed,
    ApplicationRemoved,
    ApplicationReopened,
    ClosingMail,
    Event,
    JobChanged,
    NotificationDue,
    PersonErased,
    PersonMerged,
    PersonUnmerged,
)
from rapport.kit.database.unit_of_work import UnitOfWork, transpose
from rapport.outreach import people
from rapport.outreach.rejection_mails import call_off
from rapport.outreach.store import SQL, notifications, rejections
from rapport.outreach.store.rejections import WantedMail


class HiringTeamProjection:
    """The hiring team of each job."""

    consumer = "outreach-jobs"
    tables = ("job",)
    version = 1

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Of each job the newest of these events, if it is newer than what is known."""
        newest: dict[UUID, Event[JobChanged]] = {}
        for event in events:
            known = newest.get(event.subject)
            if isinstance(event.data, JobChanged) and (not known or known.aggregateversion < event.aggregateversion):
                newest[event.subject] = event
        rows = (
            (job_id, event.aggregateversion, "{" + ",".join(str(m.user_id) for m in event.data.current.team) + "}")
            # In one order, so that two units of work cannot wait for each other.
            for job_id, event in sorted(newest.items())
        )
        if newest:
            await unit.execute(SQL["apply_jobs"], *transpose(rows, 3))


class NotificationsDue:
    """Queues notifications to users."""

    consumer = "outreach-notifications"

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Insert each once, also when redelivered."""
        for event in events:
            if isinstance(event.data, NotificationDue):
                await notifications.insert(unit, event.subject, event.data.kind, event.time)


class RejectionMails:
    """Mails that tell people of their rejection: wanted with it, and called off when it is taken back."""

    consumer = "outreach-applications"

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Idempotent and in any order: whatever came of an application calls off what was wanted before it."""
        wanted, newest = [], dict[UUID, int]()
        for event in events:
            if isinstance(event.data, (ApplicationClosed, ApplicationReopened, ApplicationRemoved)):
                newest[event.subject] = max(event.aggregateversion, newest.get(event.subject, 0))
            if isinstance(event.data, ApplicationClosed) and event.data.mail:
                wanted.append(_wanted(event, event.data.mail))
        if wanted:
            await rejections.insert(unit, wanted)
        await call_off(unit, newest)


def _wanted(event: Event[ApplicationClosed], mail: ClosingMail) -> WantedMail:
    return WantedMail(
        application_id=event.subject,
        version=event.aggregateversion,
        person_id=event.data.person_id,
        job_id=event.data.job_id,
        template_id=mail.template_id,
        template_version=mail.template_version,
        from_user_id=mail.from_user_id,
        send_at=mail.send_at,
        traceparent=event.traceparent,
    )


class PeopleEnded:
    """Erases people, merges duplicates, and undoes merges."""

    consumer = "outreach-people"

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Idempotent, also when redelivered."""
        for event in events:
            match event.data:
                case PersonErased():
                    await people.erase(unit, event.subject, event.data)
                case PersonMerged():
                    await people.merge(unit, event)
                case PersonUnmerged():
                    await people.unmerge(unit, event)
