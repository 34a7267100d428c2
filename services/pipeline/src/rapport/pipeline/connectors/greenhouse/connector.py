"""Greenhouse behind the connector protocol."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

import aiohttp

from rapport.contracts.vocabulary import ApplicationStatus, Responsibility
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.connector import (
    AddedPerson,
    AtsFile,
    AtsRefusedError,
    AtsUnavailableError,
    NewNote,
    RecordPage,
    WebhookChange,
    WebhookDelivery,
)
from rapport.pipeline.connectors.greenhouse.api import MAX_IDS, GreenhouseApi, JsonRecord, JsonWritten
from rapport.pipeline.connectors.greenhouse.records import PATHS, GreenhouseMapper, address_of_file, candidate_body
from rapport.pipeline.connectors.greenhouse.webhooks import GreenhouseWebhooks, Meaning, kind_of
from rapport.pipeline.domain.records import ApplicationRecord, Collection, NewPerson, PersonRecord, Record

_RecordT = TypeVar("_RecordT", bound=Record)
_CHUNK = 64 * 1024
_TIMES = frozenset({"closed_at"})
"""What Greenhouse itself says better than we do, once it says it."""


class GreenhouseConnector:
    """One connection to Greenhouse."""

    max_ids = MAX_IDS
    moves_conditionally = True

    def __init__(self, connection: Connection, session: aiohttp.ClientSession) -> None:
        """``session`` is shared by the service's connections."""
        self.connection = connection
        self.collections: Sequence[Collection] = tuple(PATHS)
        self._api = GreenhouseApi(connection, session)
        self._mapper = GreenhouseMapper(connection)
        self._webhooks = GreenhouseWebhooks(self._mapper)

    @property
    def rate_limit_left(self) -> float:
        """The share of the rate limit left at the last response."""
        return self._api.rate_limit_left

    async def page(
        self, collection: Collection, *, since: datetime | None = None, token: str | None = None
    ) -> RecordPage:
        """A page of a collection; the token is the address of the next page."""
        if token:
            page = await self._api.page(token)
        else:
            page = await self._api.first_page(PATHS[collection], updated_since=since)
        return self._mapper.page(collection, page.records, page.next_page)

    async def by_ids(self, collection: Collection, external_ids: Sequence[str]) -> RecordPage:
        """All records of these ids."""
        return self._mapper.page(collection, await self._api.by_ids(PATHS[collection], external_ids))

    @asynccontextmanager
    async def file(self, attachment: str) -> AsyncIterator[AtsFile]:
        """A file. Greenhouse signs the address of each anew with every answer, for a while."""
        raws = await self._api.by_ids(PATHS[Collection.ATTACHMENTS], [attachment])
        address = next((found for raw in raws if (found := address_of_file(raw))), None)
        if address is None:
            raise AtsRefusedError("the ATS does not have the file")
        async with self._api.file(address) as response:
            yield AtsFile(response.content_length, response.content.iter_chunked(_CHUNK))

    async def move(self, application: str, *, from_stage: str, to_stage: str, user: str) -> ApplicationRecord:
        """Move an application, provided Greenhouse has it in ``from_stage``."""
        body = {"from_stage_id": int(from_stage), "to_stage_id": int(to_stage)}
        written = await self._api.write(f"applications/{application}/move", body, user=user)
        return await self._after(application, written, stage_id=self._mapper.id(Collection.JOB_STAGES, to_stage))

    async def reject(self, application: str, *, reason: str, note: str | None, user: str) -> ApplicationRecord:
        """Reject an application, in whatever stage Greenhouse has it: it checks none."""
        body: dict[str, object] = {"rejection_reason_id": int(reason)} | ({"notes": note} if note else {})
        written = await self._api.write(f"applications/{application}/reject", body, user=user)
        return await self._after(
            application,
            written,
            status=ApplicationStatus.REJECTED,
            rejection_reason_id=self._mapper.id(Collection.REJECTION_REASONS, reason),
            closed_at=written.at,
        )

    async def add_note(self, note: NewNote, *, user: str) -> None:
        """Write a note with an application."""
        body = {
            "candidate_id": int(note.person),
            "application_id": int(note.application),
            "body": note.body,
            "visibility": _visibility(note),
        }
        await self._api.write("notes", body, user=user)

    async def has_note(self, note: NewNote, *, user: str, since: datetime) -> bool:
        """Whether it is in the application's list: Greenhouse gives a note no key of ours."""
        filters = {"application_ids": note.application, "created_at": f"gte|{since:%Y-%m-%dT%H:%M:%S}Z"}
        wanted = (note.body, _visibility(note), user)
        found = await self._api.found("notes", **filters)
        return any((raw.get("body"), raw.get("visibility"), str(raw.get("user_id"))) == wanted for raw in found)

    async def transfer(self, application: str, *, from_stage: str, to_job: str, user: str) -> ApplicationRecord:
        """Move an application to another job, provided Greenhouse has it in ``from_stage``."""
        body = {"from_stage_id": int(from_stage), "to_job_id": int(to_job)}
        written = await self._api.write(f"applications/{application}/move", body, user=user)
        record = await self._after(application, written, job_id=self._mapper.id(Collection.JOBS, to_job))
        if written.record is None and record.listed is False:
            # In which stage of the job it is, only the list says.
            raise AtsUnavailableError("the ATS does not show the transfer yet")
        return record

    async def hire(
        self, application: str, *, opening: str | None, starts_on: date | None, user: str
    ) -> ApplicationRecord:
        """Mark somebody as hired."""
        body: dict[str, object] = {}
        if opening is not None:
            body["opening_id"] = int(opening)
        if starts_on is not None:
            body["start_date"] = starts_on.isoformat()
        written = await self._api.write(f"applications/{application}/hire", body, user=user)
        return await self._after(application, written, status=ApplicationStatus.HIRED, closed_at=written.at)

    async def reopen(self, application: str, *, user: str) -> ApplicationRecord:
        """Take a rejection back."""
        written = await self._api.write(f"applications/{application}/unreject", {}, user=user)
        return await self._after(
            application, written, status=ApplicationStatus.ACTIVE, rejection_reason_id=None, closed_at=None
        )

    async def assign(self, person: str, responsibility: Responsibility, *, to: str | None, user: str) -> PersonRecord:
        """Say who looks after a candidate."""
        name = f"{responsibility}_id"
        body = {name: None if to is None else int(to)}
        written = await self._api.write(f"candidates/{person}", body, user=user, method="PATCH")
        record = (
            self._read(Collection.PEOPLE, written.record, PersonRecord)
            if written.record
            else await self._candidate(person)
        )
        assigned = None if to is None else self._mapper.id(Collection.USERS, to)
        if getattr(record, name) == assigned:
            return record
        # The list lags behind: what was written is known all the same, as of the answer.
        updated_at = max(record.updated_at or written.at, written.at)
        return replace(record, **{name: assigned, "updated_at": updated_at})  # type: ignore[arg-type]

    async def add(self, person: str | NewPerson, *, job: str, user: str) -> AddedPerson:
        """Create an application, and the candidate, if they are new, with it."""
        if isinstance(person, str):
            written = await self._api.write(
                "applications", {"candidate_id": int(person), "job_id": int(job)}, user=user
            )
            application = await self._application_of(written.record, person, job)
            return AddedPerson(await self._candidate(person), application)
        body = candidate_body(person) | {"application": {"job_id": int(job)}}
        written = await self._api.write("candidates", body, user=user)
        created = (written.record or {}).get("candidate")
        if not isinstance(created, dict):
            raise AtsUnavailableError("the response to a new candidate is malformed")
        record = self._read(Collection.PEOPLE, created, PersonRecord)
        given = (written.record or {}).get("application")
        return AddedPerson(record, await self._application_of(given, record.external_id, job))

    async def find_added(self, person: str | NewPerson, *, job: str, since: datetime) -> AddedPerson | None:
        """By the candidate's own application; a new candidate by their address, or by name among the newest."""
        if isinstance(person, str):
            application = await self._found_application(person, job)
            return AddedPerson(await self._candidate(person), application) if application else None
        filters = {"created_at": f"gte|{since:%Y-%m-%dT%H:%M:%S}Z"}
        if person.emails:
            filters["email"] = person.emails[0]
        for raw in await self._api.found(PATHS[Collection.PEOPLE], **filters):
            record = self._read(Collection.PEOPLE, raw, PersonRecord)
            if (record.first_name, record.last_name) == (person.first_name, person.last_name):
                return AddedPerson(record, await self._found_application(record.external_id, job))
        return None

    async def _candidate(self, candidate: str) -> PersonRecord:
        raws = await self._api.by_ids(PATHS[Collection.PEOPLE], [candidate])
        if not raws:
            raise AtsUnavailableError("the ATS does not show the candidate yet")
        return self._read(Collection.PEOPLE, raws[0], PersonRecord)

    async def _application_of(self, raw: object, candidate: str, job: str) -> ApplicationRecord | None:
        """The application that an answer has; if it has none, the one that the list shows by now."""
        if isinstance(raw, dict) and raw.get("job_id") is not None:
            return self._read(Collection.APPLICATIONS, raw, ApplicationRecord)
        return await self._found_application(candidate, job)

    async def _found_application(self, candidate: str, job: str) -> ApplicationRecord | None:
        raws = await self._api.found(PATHS[Collection.APPLICATIONS], candidate_ids=candidate, job_ids=job)
        records = self._mapper.page(Collection.APPLICATIONS, raws).records
        active = (r for r in records if isinstance(r, ApplicationRecord) and r.status is ApplicationStatus.ACTIVE)
        return next(active, None)

    def _read(self, collection: Collection, raw: JsonRecord, kind: type[_RecordT]) -> _RecordT:
        page = self._mapper.page(collection, [raw])
        if not page.records or not isinstance(record := page.records[0], kind):
            raise AtsUnavailableError("the ATS's record is malformed")
        return record

    async def _after(self, application: str, written: JsonWritten, **changed: object) -> ApplicationRecord:
        """The application after a write of ours.

        Greenhouse's answers are empty, and its lists may lag behind by minutes: what was ``changed`` is known all the
        same, as of the answer.
        """
        raws = (
            [written.record]
            if written.record
            else await self._api.by_ids(PATHS[Collection.APPLICATIONS], [application])
        )
        page = self._mapper.page(Collection.APPLICATIONS, raws)
        record = next((record for record in page.records if isinstance(record, ApplicationRecord)), None)
        if record is None:
            raise AtsUnavailableError("the response to a write is malformed")
        seen = {name: getattr(record, name) for name in changed if name not in _TIMES}
        if all(changed[name] == value for name, value in seen.items()):
            return record
        entered_at = None if "stage_id" in changed else record.stage_entered_at
        known = {"stage_entered_at": entered_at, "updated_at": max(record.updated_at, written.at), "listed": False}
        return replace(record, **changed, **known)  # type: ignore[arg-type]

    def may_be_webhook(self, headers: Mapping[str, str]) -> bool:
        """Whether the headers carry a well-formed signature."""
        return self._webhooks.may_be_webhook(headers)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, *, sent: bytes) -> WebhookDelivery | None:
        """A webhook whose signature fits."""
        return self._webhooks.parse(headers, body, sent=sent)

    def read_webhook(self, action: str, body: bytes) -> WebhookChange:
        """What a stored webhook says."""
        return self._webhooks.read(action, body)

    def knows(self, action: str) -> bool:
        """Whether a kind of webhook is known by its name."""
        return kind_of(action).meaning not in (Meaning.UNKNOWN, Meaning.UNKNOWN_ENDING)

    def ends_something(self, action: str) -> bool:
        """Whether a kind of webhook ends something."""
        return kind_of(action).ends_something


def _visibility(note: NewNote) -> str:
    return "public" if note.public else "private"
