"""What outreach does when it hears of a fact."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rapport.contracts.facts import Fact, JobChanged, NoticeDue, PersonErased, PersonMerged
from rapport.kit.database import UnitOfWork, columns
from rapport.outreach import people
from rapport.outreach.store import SQL, notices


class HiringTeams:
    """Keeps who is on which job's hiring team."""

    consumer = "outreach-jobs"
    tables = ("job",)

    async def apply(self, unit: UnitOfWork, facts: Sequence[Fact[Any]]) -> None:
        """Of each job the newest of these facts, if it is newer than what is known."""
        newest: dict[UUID, Fact[JobChanged]] = {}
        for fact in facts:
            known = newest.get(fact.subject)
            if isinstance(fact.data, JobChanged) and (not known or known.aggregateversion < fact.aggregateversion):
                newest[fact.subject] = fact
        rows = (
            (job_id, fact.aggregateversion, "{" + ",".join(str(m.user_id) for m in fact.data.current.team) + "}")
            # In one order, so that two units of work cannot wait for each other.
            for job_id, fact in sorted(newest.items())
        )
        if newest:
            await unit.execute(SQL["apply_jobs"], *columns(rows, 3))


class NoticesDue:
    """Queues what users are to be told."""

    consumer = "outreach-notices"

    async def apply(self, unit: UnitOfWork, facts: Sequence[Fact[Any]]) -> None:
        """Each once, whatever is delivered again."""
        for fact in facts:
            if isinstance(fact.data, NoticeDue):
                await notices.insert(unit, fact.subject, fact.data.kind, fact.time)


class PeopleEnded:
    """Forgets people who were erased, and joins those who turned out to be one."""

    consumer = "outreach-people"

    async def apply(self, unit: UnitOfWork, facts: Sequence[Fact[Any]]) -> None:
        """Each again changes nothing."""
        for fact in facts:
            match fact.data:
                case PersonErased():
                    await people.erase(unit, fact.subject, fact.data)
                case PersonMerged():
                    await people.merge(unit, fact.subject, fact.data)
