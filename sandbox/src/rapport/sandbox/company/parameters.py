"""What a generated company is made from."""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from rapport.sandbox.company.figures import RETURNING_SHARE

DAY = 86_400_000
"""A day in the milliseconds that every time in the company's file is kept in."""

_PER_PERSON = 1.6
_JOBS_PER_APPLICATION = 12 / 8000
_FEWEST_JOBS = 6


def milliseconds(moment: datetime) -> int:
    """Return a moment as the company's file keeps it."""
    return round(moment.timestamp() * 1000)


@dataclass(frozen=True)
class Parameters:
    """The same parameters give the same company, byte for byte.

    `now` is where history ends; `applications` defaults to 1.6 per person, as in the published figures.
    """

    now: datetime
    seed: int = 1
    people: int = 5_000
    applications: int = 0
    months: int = 24
    version: int = field(default=4, init=False)  # raised when the same parameters begin to mean another company

    def __post_init__(self) -> None:
        """Refuse what no company can satisfy, and settle the defaults."""
        if self.now.tzinfo is None:
            raise ValueError("now needs a time zone")
        object.__setattr__(self, "now", self.now.astimezone(UTC))
        object.__setattr__(self, "applications", self.applications or round(self.people * _PER_PERSON))
        if self.applications < self.submissions:
            raise ValueError(
                f"{self.people} people of whom {RETURNING_SHARE:.0%} apply again make at least "
                f"{self.submissions} applications, not {self.applications}"
            )

    @property
    def submissions(self) -> int:
        """How often a person applies; one person's applications of one day are one submission."""
        return round(self.people / (1 - RETURNING_SHARE))

    @property
    def jobs(self) -> int:
        """How many jobs, so that each gets about as many applications in a company of any size."""
        return max(_FEWEST_JOBS, round(self.applications * _JOBS_PER_APPLICATION))

    @property
    def end(self) -> int:
        """The end of history in milliseconds."""
        return milliseconds(self.now)

    @property
    def start(self) -> int:
        """The beginning of history in milliseconds."""
        return milliseconds(self.now - timedelta(days=round(self.months * 30.4375)))

    def as_text(self) -> str:
        """Return what a complete file remembers of them."""
        return json.dumps({**asdict(self), "now": self.now.isoformat()}, sort_keys=True)


def from_text(text: str) -> Parameters | None:
    """Return the parameters a file remembers, unless those of another version of the generation."""
    remembered = json.loads(text)
    if remembered.pop("version") != Parameters.version:
        return None
    return Parameters(**{**remembered, "now": datetime.fromisoformat(remembered["now"])})
