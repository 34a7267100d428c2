"""The reactions of reviews to events."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rapport.contracts.events import Event, JobChanged, PersonErased
from rapport.contracts.vocabulary import PersonEnd
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.reviews.domain.erasure import emptied
from rapport.reviews.store import apply_teams, empty_profiles, erase_person, lock_people


class HiringTeamProjection:
    """The hiring team of each job, whose members see its reviews."""

    consumer = "reviews-jobs"
    tables = ("job_team",)
    version = 1

    async def apply(self, unit: UnitOfWork, events: Sequence[Event[Any]]) -> None:
        """Keep the newest team of each job, in any order of arrival."""
        newest: dict[UUID, tuple[int, list[UUID]]] = {}
        for event in events:
            if isinstance(event.data, JobChanged) and event.aggregateversion > newest.get(event.subject, (0,))[0]:
                members = {member.user_id for member in event.data.current.team}
                newest[event.subject] = (event.aggregateversion, sorted(members))
        if newest:
            await apply_teams(unit, [(job_id, version, team) for job_id, (version, team) in newest.items()])


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
