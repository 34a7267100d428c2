"""Answers of queries, kept for a moment: many who ask the very same at once have it found out once.

A page that is opened, a change that makes everybody load a board anew: the same user asks the same again and again
within milliseconds. An answer is given again only until something happens in the organisation that this process hears
of, or somebody changes something through it, so nobody is answered what was before their own change, or before a change
they were told of. What happens elsewhere, and unheard, can be missing from an answer for as long as answers are kept.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

from strawberry.types import ExecutionResult


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query was answered."""

    result: ExecutionResult
    body: bytes | None
    """Its JSON, ready to send; None if there are errors in it."""


@dataclass(slots=True)
class _Asked:
    answer: asyncio.Task[Answer]
    until: float
    waiting: int = 0


class Kept:
    """The answers of one process."""

    def __init__(self, seconds: float) -> None:
        """``seconds`` an answer is kept, from when finding it out began; none at 0."""
        self._seconds = seconds
        self._asked: dict[str, dict[Hashable, _Asked]] = defaultdict(dict)

    def __bool__(self) -> bool:
        """Whether answers are kept at all."""
        return self._seconds > 0

    async def answer(self, org_id: str, question: Hashable, find: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """The answer that is kept or being found out, or else what ``find`` finds out.

        Args:
            org_id: in which organisation; it is forgotten when something happens there.
            question: who asks, and all that the answer depends on.
            find: is called at most once for the same question at a time.
        """
        loop = asyncio.get_running_loop()
        asked = self._asked[org_id].get(question)
        if asked is None or asked.until < loop.time():
            asked = _Asked(asyncio.create_task(find()), loop.time() + self._seconds)
            self._asked[org_id][question] = asked
            loop.call_at(asked.until, self._discard, org_id, question, asked)
            asked.answer.add_done_callback(partial(self._found, org_id, question, asked))
        asked.waiting += 1
        try:
            # Whoever leaves does not take along what others wait for.
            return await asyncio.shield(asked.answer)
        finally:
            asked.waiting -= 1
            if not asked.waiting and not asked.answer.done():
                asked.answer.cancel()
                self._discard(org_id, question, asked)

    @property
    def held(self) -> int:
        """Answers that are kept or being found out."""
        return sum(map(len, self._asked.values()))

    def forget(self, org_id: str) -> None:
        """Something has happened there: whatever is asked from now on is found out anew."""
        self._asked.pop(org_id, None)

    def _found(self, org_id: str, question: Hashable, asked: _Asked, answer: asyncio.Task[Answer]) -> None:
        """What failed, even in part, is not given again: it may be well by now."""
        if answer.cancelled() or answer.exception() or answer.result().body is None:
            self._discard(org_id, question, asked)

    def _discard(self, org_id: str, question: Hashable, asked: _Asked) -> None:
        questions = self._asked.get(org_id, {})
        if questions.get(question) is asked:
            del questions[question]
        if not questions:
            self._asked.pop(org_id, None)
