"""Read models whose rows are of an older version are rebuilt in the background, while their service serves."""

import asyncio
import logging
import time
from collections.abc import Sequence
from functools import partial

import asyncpg

from rapport.kit.database.unit_of_work import Database, open_database
from rapport.kit.events.consumer import ReadModel
from rapport.kit.events.rebuild import rebuild, rebuild_stream, right_to_rebuild, stored_version
from rapport.kit.events.stream import AWAY, StreamNotReadyError
from rapport.kit.rpc.broker import Broker
from rapport.kit.runtime.backoff import Backoff
from rapport.kit.runtime.process import raise_if_cancelled

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_WAITED_FOR: tuple[type[Exception], ...] = (*AWAY, asyncpg.UndefinedTableError)
"""The last while the database is not migrated yet."""

_log = logging.getLogger(__name__)


class ReadModelUpgrade:
    """Rebuilds a service's read models, unless their rows are of the code's version or of a newer one."""

    def __init__(self, models: Sequence[ReadModel], broker: Broker, *, dsn: str, system_dsn: str, service: str) -> None:
        """``dsn`` connects as the service's role, ``system_dsn`` as its system role."""
        self._models = models
        self._stream = rebuild_stream(broker, service)
        self._dsn = dsn
        self._system_dsn = system_dsn
        self._service = service

    async def run(self) -> None:
        """Bring each read model up to date; tried again until it succeeds."""
        # Each for itself, so that one that cannot be rebuilt yet holds up no other; one rebuilds at a time.
        async with asyncio.TaskGroup() as group:
            for model in self._models:
                group.create_task(self._upgrade(model))

    async def _upgrade(self, model: ReadModel) -> None:
        backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        while True:
            try:
                # One connection per attempt: its temporary tables end with it.
                async with open_database(self._dsn, service=self._service, size=1) as database:
                    await self._attempt(database, model)
            except _WAITED_FOR as problem:
                reason = problem if isinstance(problem, StreamNotReadyError) else type(problem).__name__
                _log.warning(
                    "%s: cannot be rebuilt now (%s); again in %.0f s", model.consumer, reason, backoff.next_pause
                )
            except Exception:  # noqa: BLE001 - a bug in a read model must not stop the service, which has the old rows
                _log.error("%s: the rebuild failed; again in %.0f s", model.consumer, backoff.next_pause, exc_info=True)
            else:
                return
            raise_if_cancelled()
            await backoff.pause()

    async def _attempt(self, database: Database, model: ReadModel) -> None:
        if not await _is_outdated(database, model):
            return
        async with right_to_rebuild(self._system_dsn) as system:
            if not await _is_outdated(database, model):
                _log.info("%s: another process has rebuilt its rows", model.consumer)
                return
            _log.info("%s: rebuilding its rows as version %d", model.consumer, model.version)
            began = time.monotonic()
            rebuilt = await rebuild(database, system, self._stream, model, partial(_log_progress, model))
        _log.info(
            "%s: its rows are of version %d: %d events read in %.1f s, of which %d could not be applied; corrected: %s",
            model.consumer,
            model.version,
            rebuilt.events,
            time.monotonic() - began,
            rebuilt.skipped,
            ", ".join(f"{table} {number}" for table, number in rebuilt.corrected.items()),
        )


async def _is_outdated(database: Database, model: ReadModel) -> bool:
    stored = await stored_version(database, model)
    if stored is not None and stored > model.version:
        _log.warning(
            "%s: its rows are of version %d, newer than this process's %d; they are left as they are",
            model.consumer,
            stored,
            model.version,
        )
    return stored is None or stored < model.version


def _log_progress(model: ReadModel, place: int, newest: int) -> None:
    _log.info("%s: rebuilding: %d of %d", model.consumer, place, newest)
