"""What the company is before anybody applies: offices, departments, users, jobs with their stages and teams."""

from dataclasses import dataclass, field
from random import Random

from rapport.sandbox.company import catalogue
from rapport.sandbox.company.names import FIRST_NAMES, LAST_NAMES
from rapport.sandbox.company.parameters import DAY, Parameters
from rapport.sandbox.company.random_source import chance

FIRST_USER = 101
FIRST_JOB = 2001
FIRST_STAGE = 30001


@dataclass(frozen=True, slots=True)
class User:
    """Someone who works at the company and uses the ATS."""

    id: int
    first_name: str
    last_name: str
    role: str

    @property
    def name(self) -> str:
        """The name in full."""
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        """The address at work, unique by the number in it."""
        return f"{catalogue.ascii_name(self.first_name)}.{catalogue.ascii_name(self.last_name)}.{self.id}@example.com"


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of one job. Its kind is known here and is not part of the protocol."""

    id: int
    name: str
    kind: str
    position: int


@dataclass(frozen=True, slots=True)
class Job:
    """A job, its stages in order, its team, and the time in which people apply to it."""

    id: int
    name: str
    department: str
    office: int
    stages: tuple[Stage, ...]
    hiring_manager: User
    recruiter: User
    coordinator: User
    sourcer: User
    interviewers: tuple[User, ...]
    weight: float
    evergreen: bool
    opened_at: int
    applications_until: int
    closed_at: int | None
    bursts: tuple[int, ...] = ()
    burst_reach: float = 0.0

    def stages_of(self, *kinds: str) -> list[Stage]:
        """Return the job's stages of these kinds, in order."""
        return [stage for stage in self.stages if stage.kind in kinds]


@dataclass(frozen=True)
class Organisation:
    """Everything the applications refer to."""

    users: tuple[User, ...]
    jobs: tuple[Job, ...]
    by_role: dict[str, list[User]] = field(default_factory=dict)


def organise(parameters: Parameters) -> Organisation:
    """Make up the company; jobs and users grow with the number of applications."""
    random = chance(parameters.seed, "organisation")
    users = _hire_users(random, parameters)
    by_role: dict[str, list[User]] = {}
    for user in users:
        by_role.setdefault(user.role, []).append(user)
    jobs = tuple(_open_jobs(random, parameters, by_role))
    return Organisation(users, jobs, by_role)


_STAFF = (("recruiter", 4), ("sourcer", 2), ("coordinator", 2), ("hiring_manager", 5), ("interviewer", 9))
"""How many of a role serve twelve jobs."""


def _hire_users(random: Random, parameters: Parameters) -> tuple[User, ...]:
    size = parameters.jobs / 12
    roles = ["admin", *(role for role, number in _STAFF for _ in range(max(2, round(number * size))))]
    roles += ["executive", "executive"]
    return tuple(
        User(FIRST_USER + place, random.choice(FIRST_NAMES), random.choice(LAST_NAMES), role)
        for place, role in enumerate(roles)
    )


def _open_jobs(random: Random, parameters: Parameters, staff: dict[str, list[User]]) -> list[Job]:
    jobs: list[Job] = []
    next_stage = FIRST_STAGE
    for place in range(parameters.jobs):
        plan = catalogue.JOBS[place % len(catalogue.JOBS)]
        names = catalogue.stage_names(random, plan.department)
        stages = tuple(
            Stage(next_stage + position, name, kind, position) for position, (name, kind) in enumerate(names)
        )
        next_stage += len(stages)
        jobs.append(_open_job(random, parameters, staff, place, stages))
    return jobs


def _open_job(
    random: Random, parameters: Parameters, staff: dict[str, list[User]], place: int, stages: tuple[Stage, ...]
) -> Job:
    plan = catalogue.JOBS[place % len(catalogue.JOBS)]
    again, length = place // len(catalogue.JOBS), parameters.end - parameters.start
    shift = random.uniform(-0.02, 0.02) if again else 0.0
    opened = parameters.start + round(length * min(0.9, max(-0.2, plan.opens + shift)))
    closed = None if plan.closes is None else parameters.start + round(length * (plan.closes + shift))
    until = parameters.end if closed is None else closed - 45 * DAY
    interviewers = staff["interviewer"]
    return Job(
        id=FIRST_JOB + place,
        name=plan.name if not again else f"{plan.name} ({again + 1})",
        department=plan.department,
        office=random.randrange(len(catalogue.OFFICES)),
        stages=stages,
        hiring_manager=staff["hiring_manager"][place % len(staff["hiring_manager"])],
        recruiter=staff["recruiter"][place % len(staff["recruiter"])],
        coordinator=staff["coordinator"][place % len(staff["coordinator"])],
        sourcer=staff["sourcer"][place % len(staff["sourcer"])],
        interviewers=tuple(random.sample(interviewers, min(4, len(interviewers)))),
        weight=plan.weight,
        evergreen=plan.evergreen,
        opened_at=opened,
        applications_until=until,
        closed_at=closed,
    )
