"""The reactions of outreach to events."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rapport.contracts.events import Event, JobChanged, NotificationDue, PersonErased, PersonMerged, PersonUnmerged
from rapport.kit.database.unit_of_work import UnitOfWork, transpose
from rapport.outreach import people
from rapport.outreach.store import SQL, notifications


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
