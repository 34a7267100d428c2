"""Growing pauses between attempts at something that keeps failing."""

import asyncio


class Backoff:
    """Doubles from ``first`` to ``longest`` seconds; :meth:`reset` after a success."""

    def __init__(self, first: float, longest: float) -> None:
        """``first`` is the pause after the first failure."""
        self._first = first
        self._longest = longest
        self.next_pause = first
        """Seconds that :meth:`pause` will wait."""

    def reset(self) -> None:
        """Begin again with the shortest pause."""
        self.next_pause = self._first

    async def pause(self) -> None:
        """Wait before the next attempt."""
        seconds, self.next_pause = self.next_pause, min(self.next_pause * 2, self._longest)
        await asyncio.sleep(seconds)
