"""The smallest messages a consumer relies on, a file each, named after the type of event."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rapport.contracts.events import Event, parse_event, subject_of

Message = dict[str, Any]
Part = tuple[str, ...]


class ReliedOn:
    """The messages in one folder."""

    def __init__(self, folder: Path) -> None:
        """Every ``<type of event>.json`` in it."""
        self._files = {file.stem: file for file in sorted(folder.glob("*.json"))}

    @property
    def names(self) -> list[str]:
        """The types of event."""
        return list(self._files)

    @property
    def parts(self) -> list[tuple[str, Part]]:
        """Everything the messages hold: the type of event, and the way to the part."""
        return [(name, part) for name in self._files for part in _parts(self.message(name))]

    def message(self, name: str) -> Message:
        """The message of a type."""
        message: Message = json.loads(self._files[name].read_text())
        return message

    def events(self) -> list[Event[Any]]:
        """All of them, as a consumer reads them."""
        return [read(self.message(name), name) for name in self._files]

    def without(self, name: str, part: Part) -> Message:
        """The message of a type, but for one part."""
        message = copy.deepcopy(self.message(name))
        within = message
        for step in part[:-1]:
            within = within[step]
        del within[part[-1]]
        return message

    def with_more(self, name: str) -> Message:
        """The message of a type as a newer publisher may send it."""
        message = self.message(name)
        return message | {"invented": 1, "data": message["data"] | {"invented": {"more": True}}}


def read(message: Message, name: str) -> Event[Any]:
    """A message as a consumer reads it."""
    return parse_event(json.dumps(message).encode(), subject_of("acme", name))


def _parts(within: Message, way: Part = ()) -> Iterator[Part]:
    for name, value in within.items():
        yield (*way, name)
        if isinstance(value, dict):
            yield from _parts(value, (*way, name))
