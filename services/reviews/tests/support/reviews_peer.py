"""A peer in place of pipeline: it serves its requests over a real broker, with a few people and users."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from rapport.contracts.biography import Attachment, Education, Employment
from rapport.contracts.pipeline import (
    AttachmentLink,
    GetJobsByIds,
    GetPeopleByIds,
    GetProfiles,
    GetUsersByIds,
    Job,
    Jobs,
    LinkReviewedAttachment,
    People,
    Person,
    PersonProfile,
    PersonProfiles,
    User,
    Users,
)
from rapport.contracts.refusals import NotFound
from rapport.contracts.vocabulary import AttachmentKind, JobStatus
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


def profile(person_id: UUID, jobs: int = 4) -> PersonProfile:
    """Somebody with these many jobs, of which the first lasts, and one education."""
    employments = tuple(
        Employment(
            company=f"Company {n}",
            title=f"Engineer {n}",
            started_on=date(2024 - n, 3, 1),
            ended_on=date(2025 - n, 2, 28) if n else None,
        )
        for n in range(jobs)
    )
    studied = Education(
        school="Port City University",
        degree="Diploma",
        discipline="Physics",
        started_on=date(2010, 1, 1),
        ended_on=date(2014, 6, 30),
    )
    return PersonProfile(person_id=person_id, employments=employments, educations=(studied,))


def attachment(number: int, kind: AttachmentKind = AttachmentKind.RESUME) -> Attachment:
    return Attachment(id=derived_id("attachment", number), name=f"File {number}.pdf", kind=kind, added_at=NOON)


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
    attachments: dict[UUID, tuple[Attachment, ...]] = field(default_factory=dict)
    """By person."""
    linked: list[LinkReviewedAttachment] = field(default_factory=list)

    def serve(self, server: RequestServer) -> None:
        server.handle(GetJobsByIds, self.get_jobs)
        server.handle(GetPeopleByIds, self.get_people)
        server.handle(GetProfiles, self.get_profiles)
        server.handle(GetUsersByIds, self.get_users)
        server.handle(LinkReviewedAttachment, self.link_attachment)

    async def get_jobs(self, request: GetJobsByIds, context: RequestContext) -> Jobs:
        return Jobs(items=tuple(self._seen(self.jobs, request.ids, context)))

    async def get_people(self, request: GetPeopleByIds, context: RequestContext) -> People:
        return People(items=tuple(self._seen(self.people, request.ids, context)))

    async def get_profiles(self, request: GetProfiles, context: RequestContext) -> PersonProfiles:
        people = self._seen(self.people, request.ids, context)
        found = (profile(one.id).model_copy(update={"attachments": self.attachments.get(one.id, ())}) for one in people)
        return PersonProfiles(items=tuple(found))

    async def link_attachment(self, request: LinkReviewedAttachment) -> AttachmentLink | NotFound:
        self.linked.append(request)
        known = [file.id for files in self.attachments.values() for file in files]
        if request.attachment_id not in known:
            return NotFound(what="attachment", id=str(request.attachment_id))
        return AttachmentLink(url=f"http://files.test/{request.attachment_id}", expires_at=NOON)

    async def get_users(self, request: GetUsersByIds, context: RequestContext) -> Users:
        return Users(items=tuple(self._seen(self.users, request.ids, context)))

    def _seen(self, known: dict[UUID, Any], ids: tuple[UUID, ...], context: RequestContext) -> list[Any]:
        self.asked.append(context)
        if context.viewer.org_id != "acme":
            return []
        # The newest first: callers must not rely on an order.
        return [known[i] for i in reversed(ids) if i in known and i not in self.hidden]
