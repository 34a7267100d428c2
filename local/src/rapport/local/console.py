"""Output for the person who started the stack."""

import sys
from typing import TextIO


class Console:
    """Writes lines, and on a terminal keeps one line of progress up to date in place."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._in_place = self._out.isatty()
        self._progress = ""

    def say(self, text: str = "") -> None:
        """Write a line that stays."""
        self._clear()
        self._write(f"{text}\n")

    def progress(self, text: str) -> None:
        """Replace the line of progress; where lines cannot be replaced, write one when it changed."""
        if text == self._progress:
            return
        if self._in_place:
            self._clear()
            self._write(text)
        else:
            self._write(f"{text}\n")
        self._progress = text

    def _clear(self) -> None:
        if self._in_place and self._progress:
            self._write("\r\x1b[K")
        self._progress = ""

    def _write(self, text: str) -> None:
        try:
            self._out.write(text)
            self._out.flush()
        except (OSError, ValueError):
            # The reader is gone (`make up | head`, a closed terminal). The stack goes on without output.
            return
