"""A document with GraphQL operations and their results, executed step by step.

What is carried out is said in comments that readers do not see, each right above a block or between paragraphs:

    <!-- as: recruiter -->      the operation below is sent as this user; its answer is the JSON block that follows
    <!-- watch: recruiter -->   the subscription below is followed from now on
    <!-- receives: recruiter -->   the JSON block below is the next thing that the subscription tells
    <!-- do: open the link -->  something happens outside the API; the test knows how to do it

In answers, ``"<name>"`` stands for a value that is the same wherever the name appears; ``"…"`` for any value. Names
may be used in operations too. What follows from something that takes a moment is asked for again until it is so.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STEP = re.compile(r"^<!-- (as|watch|receives|do): (.+?) -->$")
_NAME = re.compile(r"<(\w+)>")
ANYTHING = "…"


@dataclass(frozen=True)
class Step:
    """One step; ``line`` is its place in the document."""

    line: int
    kind: str
    who: str
    operation: str = ""
    answer: Any = None


def steps_of(document: Path) -> Iterator[Step]:
    """The steps, in order."""
    lines = document.read_text().splitlines()
    for number, line in enumerate(lines):
        if found := _STEP.match(line):
            kind, who = found.groups()
            operation = _block(lines, number, "graphql") if kind in {"as", "watch"} else ""
            result = json.loads(_block(lines, number, "json")) if kind in {"as", "receives"} else None
            yield Step(number + 1, kind, who, operation, result)


def _block(lines: list[str], after: int, language: str) -> str:
    """The text of the next block of a language."""
    begins = lines.index(f"```{language}", after)
    return "\n".join(lines[begins + 1 : lines.index("```", begins)])


class Names:
    """The values of the names in a story."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.known: dict[str, Any] = {}

    def put_into(self, operation: str) -> str:
        """The operation with values in place of names."""
        return _NAME.sub(lambda name: str(self.known[name.group(1)]), operation)

    def learn(self, expected: Any, found: Any) -> str | None:
        """Compare an answer with the expected one, and learn what its new names stand for; says where they differ."""
        learnt: dict[str, Any] = {}
        difference = self._compare(expected, found, "", learnt)
        if difference is None:
            self.known |= learnt
        return difference

    def _compare(self, expected: Any, found: Any, at: str, learnt: dict[str, Any]) -> str | None:
        if expected == ANYTHING and found is not None:
            return None
        if isinstance(expected, str) and (name := _NAME.fullmatch(expected)):
            known = (self.known | learnt).get(name.group(1))
            if known is None and found is not None:
                learnt[name.group(1)] = found
                return None
            return None if known == found else f"{at}: {expected} is {known!r}, not {found!r}"
        if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
            differences = (self._compare(expected[key], found[key], f"{at}.{key}", learnt) for key in expected)
            return next(filter(None, differences), None)
        if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
            pairs = enumerate(zip(expected, found, strict=True))
            return next(filter(None, (self._compare(e, f, f"{at}[{n}]", learnt) for n, (e, f) in pairs)), None)
        return None if expected == found else f"{at}: expected {expected!r}, found {found!r}"
