"""Records as Greenhouse lists them, ingested as a run does."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.pipeline.connectors.connector import AtsConnector
from rapport.pipeline.connectors.greenhouse.records import GreenhouseMapper
from rapport.pipeline.domain.records import Collection
from rapport.pipeline.sync.ingest import Ingest


class RawIngest(Ingest):
    """Ingests Greenhouse's own records."""

    def __init__(self, connector: AtsConnector) -> None:
        super().__init__(connector)
        self._mapper = GreenhouseMapper(connector.connection)

    async def raw(self, unit: UnitOfWork, collection: str, records: Iterable[dict[str, Any]]) -> list[UUID]:
        """Ingest a page of these records."""
        kind = Collection(collection)
        return await self.ingest_page(unit, kind, self._mapper.page(kind, records))
