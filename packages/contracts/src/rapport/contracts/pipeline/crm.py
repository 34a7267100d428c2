"""What Rapport itself knows of people: people created here, contact points, tags, projects and notes."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from rapport.contracts.authorisation import KEEP_PEOPLE, OWN_NOTES, READ_PROJECTS, SEE_APPLICATIONS, WRITE_NOTES, Rule
from rapport.contracts.pipeline.people import Person
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import MAX_IDS, MAX_SEARCH, Page, Result
from rapport.contracts.text import CLEANED, CleanText
from rapport.contracts.vocabulary import (
    AtsNoteState,
    ContactConsent,
    ContactKind,
    InputOutcome,
    NoteVisibility,
)

MAX_PERSON_NAME = 200
"""The most characters of each name of a person, of their title, company and location."""
MAX_CONTACT = 500
"""The most characters of an address, a number or a link."""
MAX_CONTACT_POINTS = 20
"""The most contact points that one request may add."""
MAX_TAG = 100
"""The most characters of a tag."""
MAX_TAGS = 50
"""The most tags that one request may add or remove."""
MAX_PROJECT_NAME = 200
"""The most characters of a project's name."""
MAX_NOTE = 10_000
"""The most characters of a note."""

PersonText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_PERSON_NAME), CLEANED]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TAG), CLEANED]
_PointType = Annotated[str, StringConstraints(strip_whitespace=True, max_length=50), CLEANED]
_ProjectName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_PROJECT_NAME), CLEANED
]
_NoteBody = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NOTE), CLEANED]


class NewContactPoint(Result):
    """A contact point to be recorded."""

    kind: ContactKind
    value: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_CONTACT), CLEANED]
    type: _PointType | None = None
    """Such as "work" or "mobile"."""
    consent: ContactConsent = ContactConsent.UNKNOWN


class PersonResult(Result):
    """A person as they are after a change."""

    person: Person
    created: bool = False
    """Whether they were unknown before."""


class CreatePerson(PipelineRequest[PersonResult]):
    """Create a person by hand, or find the one who is known already by one of the contact points.

    Of a known person nothing is changed. Repeating it under the same key creates nobody else.
    """

    rule: ClassVar[Rule] = KEEP_PEOPLE

    first_name: PersonText = ""
    last_name: PersonText = ""
    title: PersonText | None = None
    company: PersonText | None = None
    location: PersonText | None = None
    contact_points: tuple[NewContactPoint, ...] = Field(default=(), max_length=MAX_CONTACT_POINTS)
    tags: tuple[Tag, ...] = Field(default=(), max_length=MAX_TAGS)


class AddContactPoints(PipelineRequest[PersonResult]):
    """Record contact points of a person; one that they have here already gets the given type and consent.

    What the ATS says stays as it is: its contact points are changed in the ATS.
    """

    rule: ClassVar[Rule] = KEEP_PEOPLE

    person_id: UUID
    contact_points: tuple[NewContactPoint, ...] = Field(min_length=1, max_length=MAX_CONTACT_POINTS)


class ChangeContactPoint(PipelineRequest[PersonResult]):
    """Say of which type a contact point is that was recorded here, and whether the person agreed to it.

    Both are then exactly as given: no type, and consent unknown, take back what was said. Repeating it changes nothing.
    """

    rule: ClassVar[Rule] = KEEP_PEOPLE

    person_id: UUID
    contact_point_id: UUID
    type: _PointType | None = None
    consent: ContactConsent


class RemoveContactPoint(PipelineRequest[PersonResult]):
    """Remove a contact point that was recorded here. Repeating it changes nothing."""

    rule: ClassVar[Rule] = KEEP_PEOPLE

    person_id: UUID
    contact_point_id: UUID


class ChangeTags(PipelineRequest[PersonResult]):
    """Add tags to a person and remove others that were added here. Repeating it changes nothing."""

    rule: ClassVar[Rule] = KEEP_PEOPLE

    person_id: UUID
    add: tuple[Tag, ...] = Field(default=(), max_length=MAX_TAGS)
    remove: tuple[Tag, ...] = Field(default=(), max_length=MAX_TAGS)


class Project(Result):
    """A named list of people."""

    id: UUID
    name: str
    created_by: UUID
    created_at: datetime
    archived_at: datetime | None
    """Since when it is no longer offered; its people stay in it."""
    changed_at: datetime
    """When it was last renamed, archived or taken out of the archive, or people were added or removed."""
    people: int
    """How many are in it, of those whom the viewer sees."""
    version: int


class Projects(Result):
    items: tuple[Project, ...]


class ProjectEdge(Result):
    cursor: tuple[str, ...]
    node: Project


class ProjectPage(Result):
    edges: tuple[ProjectEdge, ...]
    has_next: bool


class GetProjects(PipelineRequest[ProjectPage]):
    """The projects, the newest first."""

    rule: ClassVar[Rule] = READ_PROJECTS

    text: CleanText | None = Field(default=None, max_length=MAX_SEARCH)
    """Only those whose name contains every word of it, ignoring case and accents."""
    person_id: UUID | None = None
    """Only those that this person is in."""
    include_archived: bool = False
    page: Page = Page()


class GetProjectsByIds(PipelineRequest[Projects]):
    """These projects; those unknown are left out. In no particular order."""

    rule: ClassVar[Rule] = READ_PROJECTS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class ProjectMember(Result):
    """A person of a project."""

    person_id: UUID
    added_by: UUID
    added_at: datetime


class ProjectMemberEdge(Result):
    cursor: tuple[str, ...]
    node: ProjectMember


class ProjectMemberPage(Result):
    edges: tuple[ProjectMemberEdge, ...]
    has_next: bool


class GetProjectPeople(PipelineRequest[ProjectMemberPage]):
    """The people of a project whom the viewer sees, those added last first."""

    rule: ClassVar[Rule] = READ_PROJECTS

    project_id: UUID
    page: Page = Page()


class CreateProject(PipelineRequest[Project]):
    """Begin a project. Repeating it under the same key begins no other."""

    rule: ClassVar[Rule] = KEEP_PEOPLE

    project_name: _ProjectName


class ChangeProject(PipelineRequest[Project]):
    """Rename a project, archive it, or take it out of the archive. Repeating it changes nothing."""

    rule: ClassVar[Rule] = KEEP_PEOPLE

    project_id: UUID
    project_name: _ProjectName | None = None
    archived: bool | None = None


class PersonOutcome(Result):
    """What became of one of the people named in a request about several."""

    person_id: UUID
    outcome: InputOutcome


class ProjectChange(Result):
    """A project after people were added or removed, and what became of each of them, in the order of the request."""

    project: Project
    outcomes: tuple[PersonOutcome, ...]


class ChangeProjectPeople(PipelineRequest[ProjectChange]):
    """Add people to a project, and remove others. Repeating it changes nothing."""

    rule: ClassVar[Rule] = KEEP_PEOPLE

    project_id: UUID
    add: tuple[UUID, ...] = Field(default=(), max_length=MAX_IDS)
    remove: tuple[UUID, ...] = Field(default=(), max_length=MAX_IDS)


class Note(Result):
    """What a user wrote down about a person, for those who may read it."""

    id: UUID
    person_id: UUID
    job_id: UUID | None
    """The job it is about, if about one."""
    author_id: UUID
    visibility: NoteVisibility
    body: str
    created_at: datetime
    edited_at: datetime | None
    """When it was last changed, if it was."""
    version: int
    application_id: UUID | None = None
    """The application with which the ATS is to have it, if it is."""
    ats_state: AtsNoteState | None = None
    """How far that is."""
    ats_reason: str | None = None
    """Why the ATS refused it, in its own words."""


class Notes(Result):
    items: tuple[Note, ...]


class NoteEdge(Result):
    cursor: tuple[str, ...]
    node: Note


class NotePage(Result):
    edges: tuple[NoteEdge, ...]
    has_next: bool


class GetNotes(PipelineRequest[NotePage]):
    """The notes about a person that the viewer may read, the newest first."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    person_id: UUID
    page: Page = Page()


class GetNotesByIds(PipelineRequest[Notes]):
    """These notes; those unknown, and those that the viewer may not read, are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class AddNote(PipelineRequest[Note]):
    """Write a note about a person. Repeating it under the same key writes no other."""

    rule: ClassVar[Rule] = WRITE_NOTES

    person_id: UUID
    job_id: UUID | None = None
    """Required for a note to the hiring team: it is this job's."""
    visibility: NoteVisibility
    body: _NoteBody

    @model_validator(mode="after")
    def _team_of_a_job(self) -> "AddNote":
        if self.visibility is NoteVisibility.HIRING_TEAM and self.job_id is None:
            raise ValueError("a note to the hiring team names the job")
        return self


class AddApplicationNote(PipelineRequest[Note]):
    """Write a note with an application, here and in the ATS, on behalf of its author.

    Repeating it under the same key writes no other. What the ATS has stays as it is: it can neither be changed nor
    removed here.
    """

    rule: ClassVar[Rule] = WRITE_NOTES

    application_id: UUID
    visibility: Literal[NoteVisibility.PUBLIC, NoteVisibility.HIRING_TEAM]
    """In the ATS: public, or private, that is, for those who may read its private notes."""
    body: _NoteBody


class EditNote(PipelineRequest[Note]):
    """Change one's own note. Repeating it changes nothing.

    A ``NoteConflict`` if it was changed since ``expected_version``, and says something else than it is to say now.
    """

    rule: ClassVar[Rule] = OWN_NOTES

    note_id: UUID
    visibility: NoteVisibility
    body: _NoteBody
    expected_version: int | None = Field(default=None, ge=1)
    """The version that its author saw; any, if not given."""


class RemoveNote(PipelineRequest[Note]):
    """Remove one's own note; answers it as it was.

    A ``NoteConflict`` if it was changed since ``expected_version``.
    """

    rule: ClassVar[Rule] = OWN_NOTES

    note_id: UUID
    expected_version: int | None = Field(default=None, ge=1)
    """The version that its author saw; any, if not given."""
