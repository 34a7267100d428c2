"""What people did before they applied: the jobs they held, drawn apart from everything else about them."""

from collections.abc import Iterator
from random import Random

from rapport.sandbox.company import names
from rapport.sandbox.company.random_source import chance

_MOST_EARLIER_JOBS = 3
_MONTHS = ("01", "03", "04", "06", "09", "10")


def earlier_jobs(seed: object, candidate: int, department: str, until_year: int) -> Iterator[dict[str, object]]:
    """Yield the jobs that a person held before the present one, which began in `until_year`; the latest first.

    Everybody's are drawn from a source of their own, so that nothing else about the company depends on them.
    """
    random = chance(seed, "earlier jobs", candidate)
    employers = random.sample(names.COMPANIES, _MOST_EARLIER_JOBS)
    year = until_year
    for employer in employers[: random.randrange(_MOST_EARLIER_JOBS + 1)]:
        began = year - random.randrange(1, 5)
        yield {
            "candidate_id": candidate,
            "company_name": employer,
            "title": random.choice(names.TITLES[department]),
            "start_date": _day(random, began),
            "end_date": f"{year}-02-28",
        }
        year = began


def _day(random: Random, year: int) -> str:
    return f"{year}-{random.choice(_MONTHS)}-01"
