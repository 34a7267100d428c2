"""Columns of the index: arrays that grow, one value for each person or each application."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Numbers = NDArray[Any]

MISSING = np.int64(np.iinfo(np.int64).min)
"""A time that is not known: earlier than every other."""
NONE = -1
"""A rank or a code that is not known."""


class Table:
    """Rows with the same columns; a row that is freed is used again."""

    def __init__(self, columns: dict[str, tuple[type, Any]]) -> None:
        """``columns``: by name, their type and the value of an empty row."""
        self._defaults = {name: default for name, (_, default) in columns.items()}
        self._arrays: dict[str, Numbers] = {
            name: np.full(64, default, dtype) for name, (dtype, default) in columns.items()
        }
        self._free: list[int] = []
        self.size = 0

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The values of all rows, those of free ones included."""
        return self._arrays[name][: self.size]

    def add(self) -> int:
        """A row with default values."""
        if self._free:
            return self._free.pop()
        if self.size == len(next(iter(self._arrays.values()))):
            for name, array in self._arrays.items():
                larger = np.full(2 * len(array), self._defaults[name], array.dtype)
                larger[: len(array)] = array
                self._arrays[name] = larger
        self.size += 1
        return self.size - 1

    def set(self, row: int, values: Iterable[tuple[str, Any]]) -> None:
        """Set some of a row's values."""
        for name, value in values:
            self._arrays[name][row] = value

    def remove(self, row: int) -> None:
        """Free a row: it has default values again."""
        for name, default in self._defaults.items():
            self._arrays[name][row] = default
        self._free.append(row)

    @property
    def memory(self) -> int:
        """Bytes of the columns."""
        return sum(array.nbytes for array in self._arrays.values())


class Codes:
    """Numbers for names: those that are the same without case and accents share one."""

    def __init__(self) -> None:
        """No names yet."""
        self._codes: dict[str, int] = {}
        self.labels: list[str] = []

    def add(self, key: str, label: str) -> int:
        """The number of a name; ``label`` is how it is shown if it is new."""
        code = self._codes.setdefault(key, len(self.labels))
        if code == len(self.labels):
            self.labels.append(label)
        return code

    def known(self, keys: Iterable[str]) -> Sequence[int]:
        """The numbers of those names that there are."""
        return [code for key in keys if (code := self._codes.get(key)) is not None]


def as_mask(value: Any) -> Mask:
    """A comparison of a column: its type is known only to us, for columns are of several types."""
    mask: Mask = value
    return mask
