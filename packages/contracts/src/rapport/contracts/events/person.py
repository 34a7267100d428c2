"""Events about a person, whose aggregate they are: who looks after them, and how they end, as the ATS says."""

from typing import ClassVar
from uuid import UUID

from rapport.contracts.events.envelope import EventData
from rapport.contracts.vocabulary import PersonEnd, PersonField, Responsibility


class PersonErased(EventData):
    """What identifies a person was erased: subscribers that hold a copy erase it too.

    ``whole``: everything personal; otherwise only ``fields``. The pseudonymous history stays, and no count moves.
    """

    type: ClassVar[str] = "pipeline.person.erased.v1"

    reason: PersonEnd
    whole: bool
    fields: tuple[PersonField, ...] = ()


class PersonMerged(EventData):
    """Two records were one person: this one's applications now belong to ``into_person_id``, who stays."""

    type: ClassVar[str] = "pipeline.person.merged.v1"

    into_person_id: UUID
    application_ids: tuple[UUID, ...] = ()
    merge_id: UUID | None = None
    """By which a user can undo it; null in events of before this was said."""


class PersonUnmerged(EventData):
    """A merge was undone: these records are a person of their own again, named by this one.

    What came to one of ``record_ids`` before and after it was merged goes back with it.
    """

    type: ClassVar[str] = "pipeline.person.unmerged.v1"

    from_person_id: UUID
    record_ids: tuple[UUID, ...]
    application_ids: tuple[UUID, ...] = ()


class PersonAssigned(EventData):
    """Somebody else, or nobody, looks after a person from now on: changed here, or in the ATS."""

    type: ClassVar[str] = "pipeline.person.assigned.v1"

    responsibility: Responsibility
    previous_user_id: UUID | None
    user_id: UUID | None
