"""The company goes on: plausible changes, one after the other, in a sequence that the seed decides."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from random import Random

from rapport.sandbox.company.applicants import draw_person
from rapport.sandbox.company.figures import origin_mix
from rapport.sandbox.company.random_source import chance
from rapport.sandbox.vendors.greenhouse.changes import arriving, interviews, offers, progress
from rapport.sandbox.vendors.greenhouse.changes.arriving import Origin
from rapport.sandbox.vendors.greenhouse.changes.change import Change, Row
from rapport.sandbox.vendors.greenhouse.sandbox import Sandbox

_STEPS = "trickle steps"
_HOUR = 3_600_000


class Simulator:
    """Makes a number of changes per minute, or so many at once."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._changed = asyncio.Event()
        self.per_minute = sandbox.settings.trickle_per_minute

    def set_rate(self, per_minute: float) -> None:
        """Make so many changes a minute from now on; 0 stops."""
        self.per_minute = per_minute
        self._changed.set()

    async def run(self) -> None:
        """Make changes until cancelled."""
        while True:
            self._changed.clear()
            pause = 60 / self.per_minute if self.per_minute else None
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._changed.wait()
                    continue
            await self.step()

    async def step(self) -> str:
        """Make the next change; return what it was."""
        return await self._sandbox.change(None, step)


def step(change: Change) -> str:
    """Make the next change of the sequence. What it is depends on the seed, the step and the state, on nothing else."""
    random = chance(_remembered(change, "seed"), "trickle", place := int(_remembered(change, _STEPS) or 0))
    change.connection.execute("INSERT OR REPLACE INTO remembered VALUES (?, ?)", (_STEPS, str(place + 1)))
    kinds = list(_STEPS_OF)
    kind = random.choices(kinds, [weight for weight, _ in _STEPS_OF.values()])[0]
    # Not every step is possible at all times; a new application always is.
    if not _STEPS_OF[kind][1](change, random):
        _someone_applies(change, random)
        return "someone applies"
    return kind


def _remembered(change: Change, name: str) -> str:
    row = change.one("SELECT value FROM remembered WHERE name = ?", name)
    return str(row["value"]) if row else ""


def _acting(change: Change, user: int | None) -> Change:
    """Return the change as made by the user who would make it."""
    return Change(change.connection, change.at, user)


def _one_of(change: Change, random: Random, question: str) -> Row | None:
    """Return a random row among those a question finds."""
    count = change.one(f"SELECT count(*) AS number FROM ({question})")  # noqa: S608 - our own questions
    if count is None or not count["number"]:
        return None
    return change.one(f"{question} LIMIT 1 OFFSET ?", random.randrange(count["number"]))


def _someone_applies(change: Change, random: Random) -> bool:
    job = _one_of(
        change,
        random,
        "SELECT j.id, d.name AS department, o.user_id AS sourcer"
        " FROM jobs j JOIN departments d ON d.id = j.department_id"
        " JOIN job_owners o ON o.job_id = j.id AND o.type = 'sourcer' WHERE j.status = 'open' ORDER BY j.id",
    )
    if job is None:
        return False
    mix = origin_mix()
    origin = random.choices(list(mix), list(mix.values()))[0]
    arriving.apply(change, draw_person(random, job["department"]), job["id"], _origin(change, origin, job))
    return True


_SOURCE_TYPES = {"applied": 5, "sourced": 2, "referral": 3, "agency": 4}


def _origin(change: Change, name: str, job: Row) -> Origin:
    source = change.one(
        "SELECT id FROM sources WHERE json_extract(type, '$.id') = ? ORDER BY id LIMIT 1", _SOURCE_TYPES[name]
    )
    referrer = change.one("SELECT id FROM referrers WHERE user_id = ?", job["sourcer"]) if name == "sourced" else None
    return Origin(name, source["id"] if source else 0, referrer["id"] if referrer else None)


_IN_THE_RUNNING = (
    "SELECT a.id, a.stage_id, a.recruiter_id, a.job_id FROM applications a"
    " JOIN job_interview_stages s ON s.id = a.stage_id WHERE a.status = 'active' AND s.kind {} ORDER BY a.id"
)


def _someone_advances(change: Change, random: Random) -> bool:
    application = _one_of(change, random, _IN_THE_RUNNING.format("<> 'offer'"))
    if application is None:
        return False
    progress.move(_acting(change, application["recruiter_id"]), application["id"], application["stage_id"], None)
    return True


def _someone_is_rejected(change: Change, random: Random) -> bool:
    application = _one_of(change, random, _IN_THE_RUNNING.format("IN ('applied', 'screen', 'interview', 'onsite')"))
    reason = _one_of(change, random, "SELECT id FROM rejection_reasons ORDER BY id")
    if application is None or reason is None:
        return False
    progress.reject(_acting(change, application["recruiter_id"]), application["id"], reason["id"], None)
    return True


_WITHOUT_INTERVIEW = (
    "IN ('screen', 'interview', 'onsite') AND NOT EXISTS (SELECT 1 FROM interviews i"
    " WHERE i.application_id = a.id AND i.job_interview_stage_id = a.stage_id)"
)


def _an_interview_is_scheduled(change: Change, random: Random) -> bool:
    application = _one_of(change, random, _IN_THE_RUNNING.format(_WITHOUT_INTERVIEW))
    if application is None:
        return False
    interviewers = change.all(
        "SELECT user_id FROM user_job_permissions WHERE job_id = ? ORDER BY id", application["job_id"]
    )
    at = change.at - change.at % _HOUR + random.randrange(2, 72) * _HOUR
    interviews.schedule(
        _acting(change, application["recruiter_id"]), application["id"], random.choice(interviewers)["user_id"], at
    )
    return True


def _a_scorecard_is_submitted(change: Change, random: Random) -> bool:
    owed = _one_of(
        change,
        random,
        "SELECT i.id, s.user_id FROM applications a JOIN interviews i ON i.application_id = a.id"
        " JOIN interviewers s ON s.interview_id = i.id"
        " WHERE a.status = 'active' AND s.scorecard_id IS NULL AND i.status = 'awaiting_feedback' ORDER BY i.id",
    )
    if owed is None:
        return False
    rating = random.choices(("strong_yes", "yes", "mixed", "no"), (15, 45, 25, 15))[0]
    interviews.submit_scorecard(_acting(change, owed["user_id"]), owed["id"], rating, "Submitted after the interview.")
    return True


def _an_offer_moves_on(change: Change, random: Random) -> bool:
    application = _one_of(change, random, _IN_THE_RUNNING.format("= 'offer'"))
    if application is None:
        return False
    acting = _acting(change, application["recruiter_id"])
    offer = change.one(
        "SELECT id, sent_at FROM offers WHERE application_id = ? AND status = 'Created' ORDER BY version DESC LIMIT 1",
        application["id"],
    )
    if offer is None:
        offers.make(acting, application["id"])
    elif offer["sent_at"] is None:
        offers.send(acting, offer["id"])
    elif random.random() < _ACCEPTED:
        progress.hire(acting, application["id"])
    else:
        _decline(acting, offer["id"], application["id"])
    return True


def _decline(change: Change, offer: int, application: int) -> None:
    offers.decline(change, offer, _ANOTHER_OFFER)
    reason = change.one("SELECT id FROM rejection_reasons WHERE name = ?", _ANOTHER_OFFER)
    if reason is not None:
        progress.reject(change, application, reason["id"], None)


_ANOTHER_OFFER = "Accepted another offer"
_ACCEPTED = 2 / 3  # of the offers, as in the history: one and a half offers for a hire

_STEPS_OF: dict[str, tuple[int, Callable[[Change, Random], bool]]] = {
    "someone applies": (35, _someone_applies),
    "someone advances": (25, _someone_advances),
    "someone is rejected": (20, _someone_is_rejected),
    "an interview is scheduled": (9, _an_interview_is_scheduled),
    "a scorecard is submitted": (6, _a_scorecard_is_submitted),
    "an offer moves on": (5, _an_offer_moves_on),
}
