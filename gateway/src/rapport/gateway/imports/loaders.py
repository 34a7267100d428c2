"""Imports by id, and which addresses are suppressed."""

from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.outreach import GetSuppressedAddresses
from rapport.contracts.pipeline import GetImportsByIds, Import
from rapport.contracts.refusals import Forbidden, Refusal
from rapport.contracts.requests import MAX_IDS
from rapport.gateway.errors import from_refusal
from rapport.gateway.service_client import ServiceClient


def imports_by_id(services: ServiceClient) -> DataLoader[UUID, Import | None]:
    """None for an import that is unknown; for every import, if the viewer imports nobody."""

    async def load(ids: list[UUID]) -> list[Import | None]:
        answer = await services.call(GetImportsByIds(ids=tuple(ids)))
        if isinstance(answer, Forbidden):
            return [None] * len(ids)
        if isinstance(answer, Refusal):
            raise from_refusal(answer)
        by_id = {import_.id: import_ for import_ in answer.items}
        return [by_id.get(id_) for id_ in ids]

    return DataLoader(load, max_batch_size=MAX_IDS)


def is_suppressed(services: ServiceClient) -> DataLoader[str, bool]:
    """Whether mail to an address is suppressed."""

    async def load(addresses: list[str]) -> list[bool]:
        suppressed = set((await services.read(GetSuppressedAddresses(addresses=tuple(addresses)))).suppressed)
        return [address in suppressed for address in addresses]

    return DataLoader(load, max_batch_size=MAX_IDS)
