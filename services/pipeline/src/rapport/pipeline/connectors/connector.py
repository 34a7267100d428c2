"""What pipeline needs of an applicant tracking system, whichever it is.

``AtsConnector`` is implemented once per vendor, in a folder beside this module. Nothing outside that folder knows the
vendor's field names, headers or kinds of webhooks.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from rapport.contracts.vocabulary import Responsibility
from rapport.kit.identity import derived_id
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.domain.records import (
    Anonymized,
    ApplicationRecord,
    Collection,
    NewPerson,
    PersonRecord,
    Record,
    RecordRef,
)


class AtsUnavailableError(Exception):
    """The ATS cannot be reached, is overloaded or rejects our credentials; the request may be repeated."""

    def __init__(self, reason: str, *, retry_after: float | None = None, answered: bool = False) -> None:
        """``retry_after``: seconds, if the ATS says so. ``answered``: the ATS did nothing, and said so."""
        super().__init__(reason)
        self.retry_after = retry_after
        self.answered = answered


class AtsRefusedError(Exception):
    """The ATS understood and refused; repeating the request will not help. The argument is its reason."""


class MalformedRecordError(ValueError):
    """A record or webhook lacks what it needs. The argument names the field, never its value."""


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A listed record that is not ingested.

    ``reason`` says why it is malformed; None: there is nothing to store (a prospect, who pursues no job). ``id`` is
    None if the record has none.
    """

    id: UUID | None
    external_id: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of a collection, or the records of some ids. ``next_page`` is the token of the next page."""

    records: Sequence[Record]
    skipped: Sequence[SkippedRecord] = ()
    next_page: str | None = None

    @property
    def size(self) -> int:
        """How many records the ATS listed."""
        return len(self.records) + len(self.skipped)

    @property
    def ids(self) -> list[UUID]:
        """Every record that the ATS showed to exist, malformed or not."""
        return [*(record.id for record in self.records), *(s.id for s in self.skipped if s.id)]


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """A verified webhook, as it is stored. ``person_id``, ``application_id``: whom it is about, if it says."""

    id: str
    action: str
    person_id: UUID | None
    application_id: UUID | None


@dataclass(frozen=True, slots=True)
class ApplicationChanged:
    """An application changed. ``application`` is None if the webhook says too little, and the ATS must be asked."""

    ref: RecordRef
    application: ApplicationRecord | None
    person: PersonRecord | None


@dataclass(frozen=True, slots=True)
class ListsChanged:
    """Something changed that the lists describe better."""


@dataclass(frozen=True, slots=True)
class NothingChanged:
    """Nothing that is stored here."""


@dataclass(frozen=True, slots=True)
class RecordEnded:
    """A record was deleted."""

    collection: Collection
    id: UUID


@dataclass(frozen=True, slots=True)
class PersonDeleted:
    """A person was deleted, with these applications; None if the webhook does not list them."""

    person: RecordRef
    applications: Sequence[UUID] | None


@dataclass(frozen=True, slots=True)
class PersonAnonymized:
    """Some or all of a person's data was anonymized."""

    id: UUID
    anonymized: Anonymized


@dataclass(frozen=True, slots=True)
class PersonMerged:
    """A duplicate was merged into another person."""

    merged: RecordRef
    survivor: RecordRef


@dataclass(frozen=True, slots=True)
class UnknownChange:
    """A kind of webhook that this version does not know."""


WebhookChange = (
    ApplicationChanged
    | ListsChanged
    | NothingChanged
    | RecordEnded
    | PersonDeleted
    | PersonAnonymized
    | PersonMerged
    | UnknownChange
)


@dataclass(frozen=True, slots=True)
class AddedPerson:
    """A person in an ATS, with their application for a job, if there is one."""

    person: PersonRecord
    application: ApplicationRecord | None


@dataclass(frozen=True, slots=True)
class AtsFile:
    """A file that is being fetched. ``size``: in bytes, if the ATS says so."""

    size: int | None
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to be written; the ids are the ATS's."""

    application: str
    person: str
    body: str
    public: bool
    """For everybody who sees the person there; else for those who may read what is private."""


class AtsConnector(Protocol):
    """One connection to an ATS. A rate limit met by one request is observed by all.

    Requests raise :class:`AtsUnavailableError` or :class:`AtsRefusedError`.
    """

    @property
    def connection(self) -> Connection:
        """The declared connection."""

    @property
    def collections(self) -> Sequence[Collection]:
        """What this ATS lists, in reading order: records come after those they refer to."""

    @property
    def max_ids(self) -> int:
        """How many ids one request may name."""

    @property
    def moves_conditionally(self) -> bool:
        """Whether the ATS itself checks that an application is still in ``from_stage``."""

    @property
    def rate_limit_left(self) -> float:
        """The share of the rate limit left at the last response, from 0 to 1."""

    async def page(
        self, collection: Collection, *, since: datetime | None = None, token: str | None = None
    ) -> RecordPage:
        """A page of a collection: the first one, of everything or of what changed since, or the one of ``token``."""

    async def by_ids(self, collection: Collection, external_ids: Sequence[str]) -> RecordPage:
        """All records of these ids that the ATS has."""

    def file(self, attachment: str) -> AbstractAsyncContextManager[AtsFile]:
        """A file, by the ATS's id of the attachment; it is fetched as it is read.

        Raises:
            AtsRefusedError: the ATS does not have it.
        """

    async def move(self, application: str, *, from_stage: str, to_stage: str, user: str) -> ApplicationRecord:
        """Move an application on behalf of a user; all arguments are the ATS's ids.

        Raises:
            AtsRefusedError: it is not in ``from_stage``, or the user may not.
            AtsUnavailableError: it is unknown whether the move was carried out.
        """

    async def reject(self, application: str, *, reason: str, note: str | None, user: str) -> ApplicationRecord:
        """Close an active application on behalf of a user; all ids are the ATS's. The reason says who turned whom down.

        Raises:
            AtsRefusedError: it is closed already, or the user may not.
            AtsUnavailableError: it is unknown whether it was carried out.
        """

    async def add_note(self, note: NewNote, *, user: str) -> None:
        """Write a note on behalf of a user.

        Raises:
            AtsRefusedError: the application is gone, or the user may not.
            AtsUnavailableError: it is unknown whether it was carried out.
        """

    async def has_note(self, note: NewNote, *, user: str, since: datetime) -> bool:
        """Whether the ATS shows such a note of this user, not older than ``since``."""

    async def transfer(self, application: str, *, from_stage: str, to_job: str, user: str) -> ApplicationRecord:
        """Let an application go on in the first stage of another job, on behalf of a user.

        Raises:
            AtsRefusedError: it is not in ``from_stage``, the job takes it not, or the user may not.
            AtsUnavailableError: it is unknown whether it was carried out.
        """

    async def hire(
        self, application: str, *, opening: str | None, starts_on: date | None, user: str
    ) -> ApplicationRecord:
        """Record on behalf of a user that the person is hired; without an opening the ATS chooses one.

        Raises:
            AtsRefusedError: the application is not active, the opening not open, or the user may not.
            AtsUnavailableError: it is unknown whether it was carried out.
        """

    async def reopen(self, application: str, *, user: str) -> ApplicationRecord:
        """Take a rejection back on behalf of a user: the application goes on in the stage that it was in.

        Raises:
            AtsRefusedError: it is not rejected, or the user may not.
            AtsUnavailableError: it is unknown whether it was carried out.
        """

    async def assign(self, person: str, responsibility: Responsibility, *, to: str | None, user: str) -> PersonRecord:
        """Make a user a person's recruiter or coordinator, or nobody; all other arguments are the ATS's ids.

        Raises:
            AtsRefusedError: one of the users may not.
            AtsUnavailableError: it is unknown whether it was carried out.
        """

    async def add(self, person: str | NewPerson, *, job: str, user: str) -> AddedPerson:
        """Put a person, known by the ATS's id or new, into the first stage of a job, on behalf of a user.

        Raises:
            AtsRefusedError: the job takes them not, or the user may not.
            AtsUnavailableError: it was not carried out (``answered``), or that is unknown.
        """

    async def find_added(self, person: str | NewPerson, *, job: str, since: datetime) -> AddedPerson | None:
        """The person whom :meth:`add` may have added without an answer; a new one was created since then."""

    def may_be_webhook(self, headers: Mapping[str, str]) -> bool:
        """Whether the headers carry a well-formed signature; checked before the body is read."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, *, sent: bytes) -> WebhookDelivery | None:
        """A webhook whose signature fits; None if it does not.

        Args:
            headers: of the request.
            body: the decoded body.
            sent: the body as it was transferred, which may be compressed.

        Raises:
            MalformedRecordError: the signature fits, but the body is no webhook.
        """

    def read_webhook(self, action: str, body: bytes) -> WebhookChange:
        """What a stored webhook says.

        Raises:
            MalformedRecordError: it lacks what its kind needs, or suggests an unknown kind of ending.
        """

    def knows(self, action: str) -> bool:
        """Whether this version knows a kind of webhook by its name."""

    def ends_something(self, action: str) -> bool:
        """Whether missing such a webhook leaves something here that is gone in the ATS."""


def record_id(connection: Connection, collection: Collection, external_id: object) -> UUID:
    """The id of an ATS's record here.

    Raises:
        MalformedRecordError: the record has no id.
    """
    if external_id is None or isinstance(external_id, dict | list):
        raise MalformedRecordError(f"the id of {collection} is missing")
    return derived_id(connection.org_id, connection.name, collection, external_id)
