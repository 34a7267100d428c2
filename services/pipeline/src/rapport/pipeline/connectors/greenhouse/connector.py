"""Greenhouse behind the connector protocol."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import aiohttp

from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.connector import (
    AtsFile,
    AtsRefusedError,
    AtsUnavailableError,
    RecordPage,
    WebhookChange,
    WebhookDelivery,
)
from rapport.pipeline.connectors.greenhouse.api import MAX_IDS, GreenhouseApi
from rapport.pipeline.connectors.greenhouse.records import PATHS, GreenhouseMapper, address_of_file
from rapport.pipeline.connectors.greenhouse.webhooks import GreenhouseWebhooks, Meaning, kind_of
from rapport.pipeline.domain.records import ApplicationRecord, Collection

_CHUNK = 64 * 1024


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
        raw = await self._api.move(application, from_stage=from_stage, to_stage=to_stage, user=user)
        page = self._mapper.page(Collection.APPLICATIONS, [raw])
        if page.records and isinstance(record := page.records[0], ApplicationRecord):
            return record
        raise AtsUnavailableError("the response to a move is malformed")

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
