"""A peer in place of pipeline: it serves its requests over a real broker, with a few people and users."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rapport.contracts.pipeline import (
    GetJobsByIds,
    GetPeopleByIds,
    GetUsersByIds,
    Job,
    Jobs,
    People,
    Person,
    User,
    Users,
)
from rapport.contracts.vocabulary import JobStatus
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import RequestContext
from rapport.kit.rpc.server import RequestServer

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = (
    ("Amira", "Haddad", "Staff Engineer", "Initech", "Berlin, Germany"),
    ("Jonas", "Lindqvist", "Senior Backend Engineer", "Globex", "Stockholm"),
    ("Priya", "Raghunathan", "Engineering Manager", "Umbrella Health", "London"),
    ("Mateo", "Fernández", "Platform Engineer", "Hooli", None),
    ("Wei", "Zhang", "Principal Engineer", "Stark Industries", "Singapore"),
    ("Oluwaseun", "Adeyemi", "Backend Engineer", None, "Lagos"),
    ("Clara", "Baumgartner", None, "Wayne Enterprises", "Zürich"),
    ("Noah", "Okafor", "Software Engineer", "Acme Research", "Remote"),
)


def person(number: int, **given: Any) -> Person:
    first, last, title, company, location = NAMES[number % len(NAMES)]
    usual = {
        "id": derived_id("person", number),
        "first_name": first,
        "last_name": last,
        "title": title,
        "company": company,
        "location": location,
        "emails": (),
        "phones": (),
        "links": (f"https://www.example.com/in/{first.lower()}", "javascript:alert(1)", "https://github.com/example"),
        "tags": ("python", "distributed systems", "postgres", "speaker")[: number % 4 + 1],
        "added_at": NOON,
        "last_activity_at": None,
    }
    return Person(**usual | given)


def user(name: str) -> User:
    return User(id=derived_id("user", name), name=name, email=f"{name.split()[0].lower()}@example.com")


def job(title: str = "Senior Backend Engineer") -> Job:
    return Job(
        id=derived_id("job", title),
        title=title,
        status=JobStatus.OPEN,
        department="Engineering",
        location="Berlin",
        opened_at=NOON,
        closed_at=None,
        openings=1,
        active_applications=0,
        stages=(),
        team=(),
    )


@dataclass
class PipelinePeer:
    """Holds acme's people, users and jobs; other organisations do not see them."""

    people: dict[UUID, Person] = field(default_factory=dict)
    users: dict[UUID, User] = field(default_factory=dict)
    jobs: dict[UUID, Job] = field(default_factory=dict)
    hidden: set[UUID] = field(default_factory=set)
    """What exists and the viewer does not see."""
    asked: list[RequestContext] = field(default_factory=list)

    def serve(self, server: RequestServer) -> None:
        server.handle(GetJobsByIds, self.get_jobs)
        server.handle(GetPeopleByIds, self.get_people)
        server.handle(GetUsersByIds, self.get_users)

    async def get_jobs(self, request: GetJobsByIds, context: RequestContext) -> Jobs:
        return Jobs(items=tuple(self._seen(self.jobs, request.ids, context)))

    async def get_people(self, request: GetPeopleByIds, context: RequestContext) -> People:
        return People(items=tuple(self._seen(self.people, request.ids, context)))

    async def get_users(self, request: GetUsersByIds, context: RequestContext) -> Users:
        return Users(items=tuple(self._seen(self.users, request.ids, context)))

    def _seen(self, known: dict[UUID, Any], ids: tuple[UUID, ...], context: RequestContext) -> list[Any]:
        self.asked.append(context)
        if context.viewer.org_id != "acme":
            return []
        # The newest first: callers must not rely on an order.
        return [known[i] for i in reversed(ids) if i in known and i not in self.hidden]
