"""Projects, notes, and what is recorded here of a person."""

from typing import Any

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.authorisation import READ_PROJECTS
from rapport.contracts.pipeline import GetNotes, GetProjectPeople, GetProjects
from rapport.contracts.requests import MAX_PAGE, Page
from rapport.contracts.vocabulary import AtsNoteState
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import extend, field
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.nodes import Node
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@exposes(pipeline.ProjectMember, added_at="When they were added.")
class ProjectMember:
    """A person of a project."""

    @field("Who.", graphql_type=Person | None)
    @staticmethod
    async def person(member: strawberry.Parent[pipeline.ProjectMember], info: Info) -> pipeline.Person | None:
        return await person_of(info, member.person_id)

    @field("Who added them.", graphql_type=User | None)
    @staticmethod
    async def added_by(member: strawberry.Parent[pipeline.ProjectMember], info: Info) -> pipeline.User | None:
        return await user_of(info, member.added_by)


@exposes(
    pipeline.Project,
    "archived_at",
    id_of=Kind.PROJECT,
    name="Its name.",
    created_at="When it was begun.",
    changed_at="When it was last renamed, archived or taken out of the archive, or people were added or removed.",
    people="How many people are in it, of those whom you may see.",
    version="Grows with every change.",
)
class Project(Node):
    """A named list of people."""

    @field("Who began it.", graphql_type=User | None)
    @staticmethod
    async def created_by(project: strawberry.Parent[pipeline.Project], info: Info) -> pipeline.User | None:
        return await user_of(info, project.created_by)

    @field("Its people whom you may see, those added last first.", graphql_type=Connection[ProjectMember] | None)
    @staticmethod
    async def members(
        project: strawberry.Parent[pipeline.Project], info: Info, first: First = 20, after: After = None
    ) -> Connection[Any]:
        of_list = f"project people:{project.id}"
        request = GetProjectPeople(project_id=project.id, page=page_request(of_list, first, after))
        return connection(of_list, await info.context.services.read(request), after)


@exposes(
    pipeline.Note,
    id_of=Kind.NOTE,
    visibility="Who may read it.",
    body="What it says: plain text.",
    created_at="When it was written.",
    edited_at="When it was last changed, if it was.",
    version="Grows with every change.",
    ats_state="How far it is on its way to the ATS; null if it is for here alone.",
    ats_reason="Why the ATS refused it, in its own words.",
)
class Note(Node):
    """What a user wrote down about a person."""

    @field("About whom.", graphql_type=Person | None)
    @staticmethod
    async def person(note: strawberry.Parent[pipeline.Note], info: Info) -> pipeline.Person | None:
        return await person_of(info, note.person_id)

    @field("The job it is about, if about one that you see.", graphql_type=Job | None)
    @staticmethod
    async def job(note: strawberry.Parent[pipeline.Note], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, note.job_id) if note.job_id else None

    @field("Who wrote it.", graphql_type=User | None)
    @staticmethod
    async def author(note: strawberry.Parent[pipeline.Note], info: Info) -> pipeline.User | None:
        return await user_of(info, note.author_id)

    @field("Whether you wrote it.")
    @staticmethod
    def mine(note: strawberry.Parent[pipeline.Note], info: Info) -> bool:
        return note.author_id == info.context.session.viewer.user_id

    @field("Whether you may change and remove it: yours, unless the ATS has it or is about to.")
    @staticmethod
    def changeable(note: strawberry.Parent[pipeline.Note], info: Info) -> bool:
        mine = note.author_id == info.context.session.viewer.user_id
        return mine and note.ats_state in (None, AtsNoteState.REFUSED)


@exposes(
    pipeline.RecordedContactPoint,
    id_of=Kind.CONTACT_POINT,
    kind="What it is.",
    value="The address, the number or the page.",
    type='Such as "work" or "mobile".',
    consent="Whether they agreed to be reached by it.",
)
class RecordedContactPoint:
    """A contact point that was recorded here, beside what the ATS says."""


@exposes(pipeline.PersonOutcome, outcome="What became of them.")
class PersonOutcome:
    """What became of one of several people."""

    @field("Who; null if there is nobody by that id.", graphql_type=Person | None)
    @staticmethod
    async def person(outcome: strawberry.Parent[pipeline.PersonOutcome], info: Info) -> pipeline.Person | None:
        return await person_of(info, outcome.person_id)


@exposes(
    pipeline.SourcingCounts,
    "profiles_viewed",
    "people_added",
    "first_messages",
    "follow_ups",
    "replies",
    "converted",
)
class SourcingCounts:
    """What a user did to find people in a period, for one job or all together."""


@extend(Person)
class RecordedOfPerson:
    """What is recorded here of a person."""

    @field("Those of the tags that were added here, and can be removed here.")
    @staticmethod
    def added_tags(person: strawberry.Parent[pipeline.Person]) -> list[str]:
        return list(person.added_tags)

    @field(
        "Those of the addresses, numbers and links that were recorded here, and can be removed here.",
        graphql_type=list[RecordedContactPoint],
    )
    @staticmethod
    def recorded_contact_points(
        person: strawberry.Parent[pipeline.Person],
    ) -> list[pipeline.RecordedContactPoint]:
        return list(person.contact_points)

    @field("Whether the ATS has them; otherwise they were created here.")
    @staticmethod
    def in_ats(person: strawberry.Parent[pipeline.Person]) -> bool:
        return person.in_ats

    @field(
        f"The projects they are in, archived ones as well, the newest first; at most {MAX_PAGE}. Null for those who do "
        "not work with projects.",
        graphql_type=list[Project] | None,
    )
    @staticmethod
    async def projects(person: strawberry.Parent[pipeline.Person], info: Info) -> list[Any] | None:
        if READ_PROJECTS.scope(info.context.session.viewer) is None:
            return None
        request = GetProjects(person_id=person.id, include_archived=True, page=Page(first=MAX_PAGE))
        return [edge.node for edge in (await info.context.services.read(request)).edges]

    @field("The notes about them that you may read, the newest first.", graphql_type=Connection[Note] | None)
    @staticmethod
    async def notes(
        person: strawberry.Parent[pipeline.Person], info: Info, first: First = 20, after: After = None
    ) -> Connection[Any]:
        of_list = f"notes:{person.id}"
        request = GetNotes(person_id=person.id, page=page_request(of_list, first, after))
        return connection(of_list, await info.context.services.read(request), after)
