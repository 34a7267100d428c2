"""The parts of a stack that run, in the order they were started; stopped in the opposite one."""

import asyncio
from dataclasses import dataclass, field

from rapport.local.supervisor.supervised import Child


@dataclass
class ProcessGroup:
    """Starts parts in groups and keeps them running, as tasks of the group of tasks it is given."""

    tasks: asyncio.TaskGroup
    _groups: list[list[tuple[Child, "asyncio.Task[None]"]]] = field(default_factory=list)

    async def start(self, *children: Child, within: float) -> None:
        """Start some parts together and wait until all are ready."""
        self.begin(*children)
        for child in children:
            await child.ready(within=within)

    def begin(self, *children: Child) -> None:
        """Start some parts together without waiting for them."""
        self._groups.append([(child, self.tasks.create_task(child.keep_running())) for child in children])

    async def stop(self) -> None:
        """Stop all parts: those started last first, those started together at the same time."""
        for group in reversed(self._groups):
            for _, keeping in group:
                keeping.cancel()
            await asyncio.gather(*(keeping for _, keeping in group), return_exceptions=True)
            await asyncio.gather(*(child.stop() for child, _ in group))
        self._groups.clear()
