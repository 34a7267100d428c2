"""People with their contact points and applications."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import SEE_APPLICATIONS, SEE_JOBS, Rule
from rapport.contracts.pipeline.applications import Application
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import MAX_IDS, MAX_SEARCH, Page, Result
from rapport.contracts.text import CleanText
from rapport.contracts.vocabulary import Channel, ContactConsent, ContactKind, PersonRecordState


class ContactPoint(Result):
    value: str
    type: str | None = None
    record_id: UUID | None = None
    """Of a person who has several records, the one it belongs to."""


class RecordedContactPoint(Result):
    """A contact point that was recorded here, beside what the ATS says."""

    id: UUID
    kind: ContactKind
    value: str
    type: str | None = None
    consent: ContactConsent = ContactConsent.UNKNOWN


class Person(Result):
    id: UUID
    first_name: str
    last_name: str
    title: str | None
    company: str | None
    location: str | None
    emails: tuple[ContactPoint, ...]
    phones: tuple[ContactPoint, ...]
    links: tuple[str, ...]
    tags: tuple[str, ...]
    added_at: datetime
    last_activity_at: datetime | None
    consents: Mapping[Channel, bool] = Field(default={})
    """Whether they agreed to be written to, by channel: what was refused here holds, then what the ATS says, then what
    was recorded here; no entry means no consent."""
    contact_points: tuple[RecordedContactPoint, ...] = ()
    """Those of the addresses, numbers and links above that were recorded here."""
    added_tags: tuple[str, ...] = ()
    """Those of the tags that were added here."""
    in_ats: bool = True
    """Whether the ATS has them; otherwise they were created here."""
    applications: tuple[Application, ...] = ()
    """Newest first, at most 100; only when requested."""


class People(Result):
    items: tuple[Person, ...]
    merged: Mapping[UUID, UUID] = Field(default={})
    """Of those asked for, the records that were merged, each with the person whose it is now."""


class PersonEdge(Result):
    cursor: tuple[str, ...]
    node: Person


class PersonPage(Result):
    edges: tuple[PersonEdge, ...]
    has_next: bool


class GetPeople(PipelineRequest[PersonPage]):
    """The people the viewer may see, the most recently added first; optionally only applicants of one job."""

    rule: ClassVar[Rule] = SEE_JOBS

    job_id: UUID | None = None
    text: CleanText | None = Field(default=None, max_length=MAX_SEARCH)
    """Only those whose name contains every word of it, ignoring case and accents."""
    page: Page = Page()
    include_applications: bool = False


class GetPeopleByIds(PipelineRequest[People]):
    """These people; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
    include_applications: bool = False


class PersonRecord(Result):
    """What became of the record of a person; nothing of it tells who an erased person was."""

    id: UUID
    state: PersonRecordState
    ended_at: datetime | None
    """When it was merged or erased; null for a current one."""
    person_id: UUID | None
    """The person whose record it is, or with whom it was merged; None for one that was erased."""
    applications: tuple[Application, ...] = ()
    """What remains of an erased person: their applications, the newest first, at most 100, without history."""


class GetPersonRecord(PipelineRequest[PersonRecord]):
    """What became of a person; not found where there never was one, or the viewer saw none of their jobs."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    person_id: UUID
