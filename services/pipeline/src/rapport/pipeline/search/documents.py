"""What the index knows of a person: read from the database as one JSON document each."""

from uuid import UUID

import msgspec


class NoteDocument(msgspec.Struct, frozen=True, gc=False):
    """A note, with who may read it."""

    body: str
    visibility: str
    author: UUID
    job: UUID | None


class AttributeDocument(msgspec.Struct, frozen=True, gc=False):
    """The best rating of an attribute over all scorecards of an application."""

    name: str
    rating: str


class ApplicationDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An application. Times are microseconds since 1970."""

    id: UUID
    job: UUID
    department: str | None = None
    location: str | None = None
    source: str | None = None
    origin: str = "unknown"
    status: str = "active"
    furthest_stage: str | None = None
    applied_at: int
    closed_at: int | None = None
    close_reason: str | None = None
    turned_down: bool = False
    """Whether the reason is one of theirs, although the ATS says that we rejected them."""
    ratings: tuple[str, ...] = ()
    attributes: tuple[AttributeDocument, ...] = ()
    offer: str | None = None
    offer_resolved_at: int | None = None
    decline_reason: str | None = None
    owed_by: tuple[UUID, ...] = ()
    """Users who see no scorecards of it before they have submitted theirs."""


class PersonDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A person, with everything recorded of all their records. Times are microseconds since 1970."""

    name: str
    title: str | None = None
    company: str | None = None
    location: str | None = None
    tags: tuple[str, ...] = ()
    past_jobs: tuple[str, ...] = ()
    education: tuple[str, ...] = ()
    notes: tuple[NoteDocument, ...] = ()
    projects: tuple[UUID, ...] = ()
    added_at: int
    last_activity_at: int | None = None
    last_contacted_at: int | None = None
    last_replied_at: int | None = None
    last_job_began_at: int | None = None
    may_be_emailed: bool = False
    suppressed: bool = False
    """Whether a suppression of the whole person is in force."""
    is_private: bool = False
    close: tuple[UUID, ...] = ()
    """Users who are responsible for the person; others see a private one through their hiring teams."""
    applications: tuple[ApplicationDocument, ...] = ()


_decoder = msgspec.json.Decoder(PersonDocument)


def read_document(text: str) -> PersonDocument:
    """A document as the database writes it.

    Raises:
        msgspec.ValidationError: it is not one.
    """
    return _decoder.decode(text)
