"""The period in which applications were received that a metric counts."""

from dataclasses import dataclass
from datetime import datetime

from rapport.contracts.refusals import InputProblemCode, Invalid

_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True)
class Window:
    """Includes its start, not its end; a side that is None is open."""

    start: datetime | None
    end: datetime | None

    def invalid(self) -> Invalid | None:
        """What is wrong with it, in the words of the requests, which call its sides ``entered_from`` and ``_until``."""
        if self.start and self.end and self.start >= self.end:
            return Invalid.because("entered_until", "must be later than entered_from", InputProblemCode.OUT_OF_RANGE)
        for name, moment in (("entered_from", self.start), ("entered_until", self.end)):
            if moment and not _EARLIEST_YEAR <= moment.year <= _LATEST_YEAR:
                return Invalid.because(
                    name,
                    f"must lie between the years {_EARLIEST_YEAR} and {_LATEST_YEAR}",
                    InputProblemCode.OUT_OF_RANGE,
                )
        return None
