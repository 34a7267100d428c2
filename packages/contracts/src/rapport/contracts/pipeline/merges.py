"""Records that are one person: merging them, and undoing it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import MERGE_PEOPLE, SEE_JOBS, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import MAX_IDS, Result
from rapport.contracts.vocabulary import MergedField, MergeOrigin


class PersonMerge(Result):
    """A record, and all that had been merged into it, was found to be the person of another record."""

    id: UUID
    person_id: UUID
    """The person they are now."""
    record_id: UUID
    """The record that is no longer shown."""
    record_name: str
    """What it is called itself; empty if the ATS merged it, and nothing of it remains."""
    origin: MergeOrigin
    merged_at: datetime
    merged_by: UUID | None
    """The user who said so."""


class PersonMerges(Result):
    items: tuple[PersonMerge, ...]


class GetMerges(PipelineRequest[PersonMerges]):
    """The merges in force of these people, as far as the viewer sees them; the newest first, at most 100 of each."""

    rule: ClassVar[Rule] = SEE_JOBS

    person_ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class MergedPerson(Result):
    """Two people are one."""

    merge_id: UUID
    person_id: UUID


class MergePeople(PipelineRequest[MergedPerson]):
    """Two records are one person, who keeps the contact points, applications and history of both.

    Nothing is written to the ATS, where both records stay.
    """

    rule: ClassVar[Rule] = MERGE_PEOPLE

    survivor_id: UUID
    """The person who remains."""
    merged_id: UUID
    """The person whose record is shown as the survivor's from then on."""
    taken: tuple[MergedField, ...] = ()
    """The fields that come from the merged record although the survivor's has them too."""


class UnmergedPeople(Result):
    """One person is two again."""

    person_id: UUID
    """Who remained."""
    restored_id: UUID
    """Who is a person of their own again."""


class UndoMerge(PipelineRequest[UnmergedPeople]):
    """Undo a merge that a user made: each record gets back what was its own, and what came to it since."""

    rule: ClassVar[Rule] = MERGE_PEOPLE

    merge_id: UUID
