"""What reviews do when they hear of a fact."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from rapport.contracts.facts import Fact, JobChanged, PersonErased
from rapport.contracts.hiring import PersonField
from rapport.kit.database import UnitOfWork
from rapport.reviews.store import apply_teams, erase_person


class TeamsProjection:
    """Remembers who is on a job's hiring team: they see its reviews."""

    consumer = "reviews-jobs"
    tables = ("job_team",)

    async def apply(self, unit: UnitOfWork, facts: Sequence[Fact[Any]]) -> None:
        """Keep the newest team of each job, whatever the order of arrival."""
        newest: dict[UUID, tuple[int, list[UUID]]] = {}
        for fact in facts:
            if isinstance(fact.data, JobChanged) and fact.aggregateversion > newest.get(fact.subject, (0,))[0]:
                members = {member.user_id for member in fact.data.current.team}
                newest[fact.subject] = (fact.aggregateversion, sorted(members))
        if newest:
            await apply_teams(unit, [(job_id, version, team) for job_id, (version, team) in newest.items()])


_EMPTY: Mapping[PersonField, tuple[str, Any]] = {
    PersonField.NAME: ("name", "Erased"),
    PersonField.TITLE: ("title", None),
    PersonField.COMPANY: ("company", None),
    PersonField.LOCATION: ("location", None),
    PersonField.LINKS: ("links", ()),
    PersonField.TAGS: ("tags", ()),
}
"""What a profile holds, and how it is when it is gone."""


class PeopleErased:
    """Forgets what identifies people who were erased."""

    consumer = "reviews-people"

    async def apply(self, unit: UnitOfWork, facts: Sequence[Fact[Any]]) -> None:
        """Each again changes nothing."""
        for fact in facts:
            if isinstance(fact.data, PersonErased):
                fields = _EMPTY if fact.data.whole else fact.data.fields
                emptied = dict(_EMPTY[field] for field in fields if field in _EMPTY)
                await erase_person(unit, fact.subject, emptied, notes=fact.data.whole)
