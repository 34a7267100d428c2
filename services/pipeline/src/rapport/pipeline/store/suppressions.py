"""Who must not be written to, as outreach says: its ledger's entries about whole people, by their ids."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from uuid import UUID

from rapport.kit.database.unit_of_work import UnitOfWork, transpose
from rapport.pipeline.store import SQL


@dataclass(frozen=True, slots=True)
class Suppression:
    """An entry of the ledger about a whole person, as of one of its events."""

    id: UUID
    person_id: UUID
    in_force: bool
    version: int


async def save(unit: UnitOfWork, entries: Iterable[Suppression]) -> None:
    """Keep what is known last of each entry: events come late, again, and in any order."""
    newest: dict[UUID, Suppression] = {}
    for entry in sorted(entries, key=lambda entry: entry.version):
        newest[entry.id] = entry
    if newest:
        rows = (astuple(newest[id_]) for id_ in sorted(newest))
        await unit.execute(SQL["save_suppressions"], *transpose(rows, 4))
