"""Mutations for what is recorded here of people."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.contracts.requests import MAX_IDS
from rapport.contracts.vocabulary import ContactConsent, ContactKind, NoteVisibility, SourcingKind
from rapport.gateway.crm.refusals import NoteConflict
from rapport.gateway.crm.types import Note, Project
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration, exposes
from rapport.gateway.graph.fields import field, mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person


@strawberry.input(description="A contact point to be recorded.")
class ContactPointInput:
    kind: enumeration(ContactKind) = strawberry.field(description="What it is.")  # type: ignore[valid-type]
    value: str = strawberry.field(
        description="The address, the number with its country (as +351 912 345 678), or the page."
    )
    type: str | None = strawberry.field(default=None, description='Such as "work" or "mobile".')
    consent: enumeration(ContactConsent) | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="Whether they agreed to be reached by it; unknown, if left out."
    )


def _about_person(description: str) -> Any:
    return strawberry.field(default=None, description=f"{description} At most 200 characters.")


@strawberry.input(description="What is known of a person.")
class CreatePersonInput:
    first_name: str | None = _about_person("First name.")
    last_name: str | None = _about_person("Last name.")
    title: str | None = _about_person("Their current title.")
    company: str | None = _about_person("Where they work now.")
    location: str | None = _about_person("Where they live.")
    contact_points: list[ContactPointInput] | None = strawberry.field(
        default=None, description="How they can be reached: at most 20."
    )
    tags: list[str] | None = strawberry.field(default=None, description="Tags: at most 50.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Contact points of a person.")
class AddContactPointsInput:
    person_id: strawberry.ID = strawberry.field(description="Whose.")
    contact_points: list[ContactPointInput] = strawberry.field(description="How they can be reached: at most 20.")


@strawberry.input(description="What is known of a contact point that was recorded here.")
class ChangeContactPointInput:
    person_id: strawberry.ID = strawberry.field(description="Whose.")
    contact_point_id: strawberry.ID = strawberry.field(description="Which.")
    type: str | None = strawberry.field(default=None, description='Such as "work" or "mobile"; none, if left out.')
    consent: enumeration(ContactConsent) = strawberry.field(  # type: ignore[valid-type]
        description="Whether they agreed to be reached by it; `UNKNOWN` takes back what was said before."
    )


@strawberry.input(description="A contact point that was recorded here.")
class RemoveContactPointInput:
    person_id: strawberry.ID = strawberry.field(description="Whose.")
    contact_point_id: strawberry.ID = strawberry.field(description="Which.")


@strawberry.input(description="Tags of a person.")
class ChangeTagsInput:
    person_id: strawberry.ID = strawberry.field(description="Whose.")
    add: list[str] | None = strawberry.field(default=None, description="Tags to add: at most 50.")
    remove: list[str] | None = strawberry.field(
        default=None, description="Tags to remove, of those that were added here: at most 50."
    )


@strawberry.input(description="A new project.")
class CreateProjectInput:
    name: str = strawberry.field(description=f"At most {pipeline.MAX_PROJECT_NAME} characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What is to be different about a project.")
class ChangeProjectInput:
    project_id: strawberry.ID = strawberry.field(description="Which project.")
    name: str | None = strawberry.field(
        default=None, description=f"At most {pipeline.MAX_PROJECT_NAME} characters; as it is, if left out."
    )
    archived: bool | None = strawberry.field(
        default=None, description="Whether it is no longer offered; as it is, if left out."
    )


@strawberry.input(description="People of a project.")
class ChangeProjectPeopleInput:
    project_id: strawberry.ID = strawberry.field(description="Which project.")
    add: list[strawberry.ID] | None = strawberry.field(default=None, description=f"Whom to add: at most {MAX_IDS}.")
    remove: list[strawberry.ID] | None = strawberry.field(
        default=None, description=f"Whom to remove: at most {MAX_IDS}."
    )


@strawberry.input(description="A note about a person.")
class AddNoteInput:
    person_id: strawberry.ID = strawberry.field(description="About whom.")
    job_id: strawberry.ID | None = strawberry.field(
        default=None, description="About which job; a note to a hiring team names it."
    )
    visibility: enumeration(NoteVisibility) = strawberry.field(description="Who may read it.")  # type: ignore[valid-type]
    body: str = strawberry.field(description=f"Plain text, at most {pipeline.MAX_NOTE} characters.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="A note that the ATS is to have as well.")
class AddApplicationNoteInput:
    application_id: strawberry.ID = strawberry.field(description="With which application.")
    visibility: enumeration(NoteVisibility) = strawberry.field(  # type: ignore[valid-type]
        description="Who may read it: `PUBLIC`, as in the ATS, or `HIRING_TEAM`, which is private there."
    )
    body: str = strawberry.field(description=f"Plain text, at most {pipeline.MAX_NOTE} characters.")
    idempotency_key: str | None = idempotency_key()


def _expected_version() -> Any:
    return strawberry.field(
        default=None,
        description="The `version` that you saw: a note that was changed since is left as it is. Any, if left out.",
    )


@strawberry.input(description="What a note is to say.")
class EditNoteInput:
    note_id: strawberry.ID = strawberry.field(description="Which note.")
    visibility: enumeration(NoteVisibility) = strawberry.field(description="Who may read it.")  # type: ignore[valid-type]
    body: str = strawberry.field(description=f"Plain text, at most {pipeline.MAX_NOTE} characters.")
    expected_version: int | None = _expected_version()


@strawberry.input(description="Which note.")
class RemoveNoteInput:
    note_id: strawberry.ID = strawberry.field(description="Which note.")
    expected_version: int | None = _expected_version()


@strawberry.input(description="A profile that you looked at, or of somebody whom you add.")
class RecordSourcingActivityInput:
    kind: enumeration(SourcingKind) = strawberry.field(description="What you did.")  # type: ignore[valid-type]
    profile_url: str = strawberry.field(description="The profile's address on the web.")
    job_id: strawberry.ID | None = strawberry.field(default=None, description="For which job.")
    occurred_at: datetime | None = strawberry.field(default=None, description="Now, if left out.")
    first_name: str | None = _about_person("Of somebody new: first name.")
    last_name: str | None = _about_person("Last name.")
    title: str | None = _about_person("Their current title.")
    company: str | None = _about_person("Where they work now.")
    location: str | None = _about_person("Where they live.")


@exposes(pipeline.PersonResult, "created")
class PersonChanged:
    """The person as they are now."""

    @field("The person.", graphql_type=Person)
    @staticmethod
    def person(result: strawberry.Parent[pipeline.PersonResult]) -> pipeline.Person:
        return result.person


@exposes(
    pipeline.ProjectChange, outcomes="What became of each person: of those to be added, then of those to be removed."
)
class ProjectPeopleChanged:
    """The project as it is now."""

    @field("The project.", graphql_type=Project)
    @staticmethod
    def project(change: strawberry.Parent[pipeline.ProjectChange]) -> pipeline.Project:
        return change.project


@exposes(pipeline.RecordedSourcing, "recorded", "occurred_at", kind="What was done.")
class SourcingRecorded:
    """What was recorded, or had been before."""

    @field("Whose profile it is; null if nobody's who is known.", graphql_type=Person | None)
    @staticmethod
    async def person(recorded: strawberry.Parent[pipeline.RecordedSourcing], info: Info) -> pipeline.Person | None:
        return await person_of(info, recorded.person_id) if recorded.person_id else None


_REFUSALS = NotFound | Forbidden | InvalidInput

PersonResult = Annotated[
    PersonChanged | _REFUSALS,
    strawberry.union("PersonResult", description="What became of a change to what is recorded of a person."),
]
ProjectResult = Annotated[
    Project | _REFUSALS, strawberry.union("ProjectResult", description="What became of a change to a project.")
]
ProjectPeopleResult = Annotated[
    ProjectPeopleChanged | _REFUSALS,
    strawberry.union("ProjectPeopleResult", description="What became of a change to the people of a project."),
]
NoteResult = Annotated[Note | _REFUSALS, strawberry.union("NoteResult", description="What became of writing a note.")]
ChangeNoteResult = Annotated[
    Note | NoteConflict | _REFUSALS,
    strawberry.union("ChangeNoteResult", description="What became of a change to a note."),
]
RecordSourcingActivityResult = Annotated[
    SourcingRecorded | _REFUSALS,
    strawberry.union("RecordSourcingActivityResult", description="What became of a report of sourcing activity."),
]


@strawberry.type
class CrmMutations:
    @mutation(
        "Create a person by hand. Who is known already by one of the contact points is found instead, and not changed.",
        graphql_type=PersonResult,
    )
    async def create_person(
        self,
        info: Info,
        input: CreatePersonInput,  # noqa: A002
    ) -> pipeline.PersonResult | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.CreatePerson,
            first_name=input.first_name or "",
            last_name=input.last_name or "",
            title=input.title,
            company=input.company,
            location=input.location,
            contact_points=_points(input.contact_points or []),
            tags=tuple(input.tags or ()),
        )
        return await info.context.services.call_valid(request, key=key)

    @mutation("Record contact points of a person.", graphql_type=PersonResult)
    async def add_contact_points(
        self,
        info: Info,
        input: AddContactPointsInput,  # noqa: A002
    ) -> pipeline.PersonResult | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.AddContactPoints,
            person_id=parser.id(Kind.PERSON, input.person_id, "person_id"),
            contact_points=_points(input.contact_points),
        )
        return await info.context.services.call_valid(request)

    @mutation(
        "Say of which type a contact point is that was recorded here, and whether the person agreed to it. Both are "
        "then as given.",
        graphql_type=PersonResult,
    )
    async def change_contact_point(
        self,
        info: Info,
        input: ChangeContactPointInput,  # noqa: A002
    ) -> pipeline.PersonResult | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.ChangeContactPoint,
            person_id=parser.id(Kind.PERSON, input.person_id, "person_id"),
            contact_point_id=parser.id(Kind.CONTACT_POINT, input.contact_point_id, "contact_point_id"),
            type=input.type,
            consent=input.consent,
        )
        return await info.context.services.call_valid(request)

    @mutation("Remove a contact point that was recorded here.", graphql_type=PersonResult)
    async def remove_contact_point(
        self,
        info: Info,
        input: RemoveContactPointInput,  # noqa: A002
    ) -> pipeline.PersonResult | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.RemoveContactPoint,
            person_id=parser.id(Kind.PERSON, input.person_id, "person_id"),
            contact_point_id=parser.id(Kind.CONTACT_POINT, input.contact_point_id, "contact_point_id"),
        )
        return await info.context.services.call_valid(request)

    @mutation("Add tags to a person, and remove others that were added here.", graphql_type=PersonResult)
    async def change_tags(
        self,
        info: Info,
        input: ChangeTagsInput,  # noqa: A002
    ) -> pipeline.PersonResult | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.ChangeTags,
            person_id=parser.id(Kind.PERSON, input.person_id, "person_id"),
            add=tuple(input.add or ()),
            remove=tuple(input.remove or ()),
        )
        return await info.context.services.call_valid(request)

    @mutation(
        "Report that you looked at somebody's profile, or add them: for browser extensions, whose tokens may allow "
        "nothing else (scope `sourcing`). The same profile counts once for each user and job.",
        graphql_type=RecordSourcingActivityResult,
    )
    async def record_sourcing_activity(
        self,
        info: Info,
        input: RecordSourcingActivityInput,  # noqa: A002
    ) -> pipeline.RecordedSourcing | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.RecordSourcingActivity,
            kind=input.kind,
            profile_url=input.profile_url,
            job_id=parser.optional_id(Kind.JOB, input.job_id, "job_id"),
            occurred_at=input.occurred_at,
            first_name=input.first_name or "",
            last_name=input.last_name or "",
            title=input.title,
            company=input.company,
            location=input.location,
        )
        return await info.context.services.call_valid(request)

    @mutation("Begin a project.", graphql_type=ProjectResult)
    async def create_project(
        self,
        info: Info,
        input: CreateProjectInput,  # noqa: A002
    ) -> pipeline.Project | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        return await info.context.services.call_valid(
            parser.build(pipeline.CreateProject, project_name=input.name), key=key
        )

    @mutation("Rename a project, archive it, or take it out of the archive.", graphql_type=ProjectResult)
    async def change_project(
        self,
        info: Info,
        input: ChangeProjectInput,  # noqa: A002
    ) -> pipeline.Project | refusals.Refusal:
        parser = InputParser()
        project_id = parser.id(Kind.PROJECT, input.project_id, "project_id")
        request = parser.build(
            pipeline.ChangeProject, project_id=project_id, project_name=input.name, archived=input.archived
        )
        return await info.context.services.call_valid(request)

    @mutation("Add people to a project, and remove others, each for themselves.", graphql_type=ProjectPeopleResult)
    async def change_project_people(
        self,
        info: Info,
        input: ChangeProjectPeopleInput,  # noqa: A002
    ) -> pipeline.ProjectChange | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.ChangeProjectPeople,
            project_id=parser.id(Kind.PROJECT, input.project_id, "project_id"),
            add=parser.ids(Kind.PERSON, input.add or [], "add"),
            remove=parser.ids(Kind.PERSON, input.remove or [], "remove"),
        )
        return await info.context.services.call_valid(request)

    @mutation("Write a note about a person, for those whom you choose.", graphql_type=NoteResult)
    async def add_note(
        self,
        info: Info,
        input: AddNoteInput,  # noqa: A002
    ) -> pipeline.Note | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.AddNote,
            person_id=parser.id(Kind.PERSON, input.person_id, "person_id"),
            job_id=parser.optional_id(Kind.JOB, input.job_id, "job_id"),
            visibility=input.visibility,
            body=input.body,
        )
        return await info.context.services.call_valid(request, key=key)

    @mutation(
        "Write a note with an application, here and, on your behalf, in the ATS: see its `atsState`. What the ATS has"
        " can neither be changed nor removed here.",
        graphql_type=NoteResult,
    )
    async def add_application_note(
        self,
        info: Info,
        input: AddApplicationNoteInput,  # noqa: A002
    ) -> pipeline.Note | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.AddApplicationNote,
            application_id=parser.id(Kind.APPLICATION, input.application_id, "application_id"),
            visibility=input.visibility,
            body=input.body,
        )
        return await info.context.services.call_valid(request, key=key)

    @mutation("Change a note that you wrote.", graphql_type=ChangeNoteResult)
    async def edit_note(
        self,
        info: Info,
        input: EditNoteInput,  # noqa: A002
    ) -> pipeline.Note | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.EditNote,
            note_id=parser.id(Kind.NOTE, input.note_id, "note_id"),
            visibility=input.visibility,
            body=input.body,
            expected_version=input.expected_version,
        )
        return await info.context.services.call_valid(request)

    @mutation("Remove a note that you wrote; the answer is what it said.", graphql_type=ChangeNoteResult)
    async def remove_note(
        self,
        info: Info,
        input: RemoveNoteInput,  # noqa: A002
    ) -> pipeline.Note | refusals.Refusal:
        parser = InputParser()
        note_id = parser.id(Kind.NOTE, input.note_id, "note_id")
        request = parser.build(pipeline.RemoveNote, note_id=note_id, expected_version=input.expected_version)
        return await info.context.services.call_valid(request)


def _points(inputs: list[ContactPointInput]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "kind": point.kind,
            "value": point.value,
            "type": point.type,
            "consent": point.consent or ContactConsent.UNKNOWN,
        }
        for point in inputs
    )
