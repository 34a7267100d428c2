"""The reactions of reviews to events."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rapport.contracts.events import Event, JobChanged, PersonErased, TeamMember
from rapport.contracts.vocabulary import PersonEnd
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.reviews.domain.erasure import emptied
from rapport.reviews.store import apply_teams, empty_profiles, erase_person, lock_people


class HiringTeamProjection:
    """The hiring team of each job, whose members see its reviews."""

    consumer = "reviews-jobs"
    tables = ("job_team",)
    version = 2

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Keep the newest team of each job, in any order of arrival."""
        newest: dict[UUID, tuple[int, Sequence[TeamMember]]] = {}
        for event in events:
            if isinstance(event.data, JobChanged) and event.aggregateversion > newest.get(event.subject, (0,))[0]:
                newest[event.subject] = (event.aggregateversion, event.data.current.team)
        if newest:
            await apply_teams(unit, [_row(job_id, *known) for job_id, known in newest.items()])


def _row(job_id: UUID, version: int, team: Sequence[TeamMember]) -> tuple[UUID, int, list[UUID], list[UUID]]:
    everybody = {member.user_id for member in team}
    in_ats = {member.user_id for member in team if not member.added_here}
    return job_id, version, sorted(everybody), sorted(in_ats)


class PeopleErased:
    """Erases what identifies people."""

    consumer = "reviews-people"

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Idempotent, also when redelivered."""
        erased = [(event.subject, event.data) for event in events if isinstance(event.data, PersonErased)]
        await lock_people(unit, [person_id for person_id, _ in erased])
        for person_id, data in erased:
            if data.whole:
                # Whom a comparison missed, the ATS may show again.
                await erase_person(unit, person_id, for_good=data.reason is not PersonEnd.ABSENT)
            else:
                await empty_profiles(unit, person_id, emptied(data.fields))
