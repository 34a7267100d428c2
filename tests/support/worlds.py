"""Objects that belong to one user, created on a running stack as if the user had been permitted to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.outreach import (
    CreateTemplate,
    GrantSending,
    LiftSuppression,
    MessageResult,
    OwnershipResult,
    RequestTakeover,
    SendingGrant,
    SendMessage,
    Suppression,
    SuppressPerson,
    TakeOver,
    TemplateResult,
)
from rapport.contracts.pipeline import (
    AddAgreedAction,
    AddContactPoints,
    AddNote,
    AgreedAction,
    BulkAction,
    CheckBulkAction,
    CreateImport,
    CreateProject,
    Import,
    MergedPerson,
    MergePeople,
    NewContactPoint,
    Note,
    PeopleAction,
    PeopleSelection,
    PersonResult,
    Project,
    SavedQuery,
    SavedSearch,
    SaveSearch,
)
from rapport.contracts.requests import Request
from rapport.contracts.reviews import RequestReview, ReviewResult
from rapport.contracts.vocabulary import BulkActionKind, ContactKind, NoteVisibility, TemplateKind
from rapport.gateway.graph.ids import Kind, global_id
from rapport.kit.rpc.client import RequestClient
from rapport.testing.stack import ORGANISATION, Stack

_PLACE = """
SELECT a.job_id, a.person_id, a.id AS application_id, a.stage_id FROM application a
JOIN job j ON j.id = a.job_id JOIN person p ON p.id = a.person_id
WHERE j.status = 'open' AND p.deleted_at IS NULL AND a.stage_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM person_document d WHERE d.id = p.id AND json_array_length(to_json(d.emails)) > 0)
    AND ($1::uuid IS NULL OR EXISTS (SELECT 1 FROM job_team t WHERE t.job_id = j.id AND t.user_id = $1))
    AND ($2::uuid IS NULL OR NOT knows($2, p.id))
ORDER BY interviews($3, a.id) DESC, a.status <> 'active', a.id LIMIT 1
"""
"""Of who interviews, whom they interview."""
_TEAMS = "SELECT count(*) FROM job_team WHERE user_id = $1 AND collection <> 'added_here'"
"""Other tests put users on teams."""


_REPLIED = """
INSERT INTO reply (org_id, id, message_id, person_id, kind, received_at, subject, text)
SELECT org_id, gen_random_uuid(), id, person_id, 'personal', now(), 'Re: Hello', 'Hello' FROM message WHERE id = $1
"""
"""As the reading of the mailbox records it: what is listed as a conversation was replied to."""


_ALIKE = """
INSERT INTO person (org_id, id, connection, external_id, first_name, last_name, emails, phones, links, tags, added_at,
    ats_updated_at)
SELECT org_id, gen_random_uuid(), connection, gen_random_uuid()::text, first_name, last_name, '[]', '[]', '{}', '{}',
    added_at, ats_updated_at FROM person WHERE id = $1 RETURNING id
"""
"""A second record of a person, without an application by which anybody could see it."""
PAIRED = """
INSERT INTO probable_duplicate (org_id, person_id, other_id, reason, score, found_at)
SELECT p.org_id, least(p.id, o.id), greatest(p.id, o.id), 'several_matches', 0.8, now()
FROM person p CROSS JOIN LATERAL (
    SELECT id FROM person o
    WHERE o.org_id = p.org_id AND o.id <> p.id AND o.deleted_at IS NULL AND o.merged_into IS NULL AND NOT o.is_private
        AND NOT EXISTS (
            SELECT 1 FROM probable_duplicate d
            WHERE d.person_id = least(p.id, o.id) AND d.other_id = greatest(p.id, o.id))
    ORDER BY o.id LIMIT 1) o
WHERE p.id = $1 RETURNING id
"""
"""A person may be somebody else."""
_ATTACHED = """
INSERT INTO attachment (org_id, id, connection, external_id, person_id, name, kind, public, added_at)
SELECT org_id, gen_random_uuid(), connection, '', id, 'Resume.pdf', 'resume', true, now() FROM person WHERE id = $1
RETURNING id
"""
"""A file that the ATS does not have: it can be linked to, not opened."""


FLAGGED = """
WITH flagged AS (
    INSERT INTO application
    SELECT (jsonb_populate_record(a, jsonb_build_object(
        'id', gen_random_uuid(), 'external_id', gen_random_uuid(), 'status', 'active', 'removed_at', null,
        'version', 1, 'unreconciled', false))).*
    FROM application a WHERE a.id = $1
    RETURNING org_id, id, job_id
), interviewed AS (
    INSERT INTO interview (org_id, id, application_id, status)
    SELECT org_id, gen_random_uuid(), id, 'complete' FROM flagged WHERE interviews($2, $1) RETURNING org_id, id
), seated AS (
    INSERT INTO interviewer (org_id, id, interview_id, user_id)
    SELECT org_id, gen_random_uuid(), id, $2 FROM interviewed
)
INSERT INTO attention_flag (
    org_id, application_id, id, reason, subject_id, job_id, owner_id, since, yellow_at, severity, raised_at)
SELECT org_id, id, gen_random_uuid(), 'silence', gen_random_uuid(), job_id, $2, now(), '2000-01-01', 'red', now()
FROM flagged RETURNING id
"""
"""Something that the owner must do before all else: in another application like this, which may have been closed."""
INTERVIEWED = """
INSERT INTO interview (org_id, id, application_id, status)
SELECT org_id, gen_random_uuid(), id, 'awaiting_feedback' FROM application WHERE id = $1 AND $2::uuid IS NOT NULL
RETURNING id
"""
"""An interview that took place."""
ABSENT = """
INSERT INTO absence (org_id, id, user_id, first_day, last_day, recorded_by, recorded_at)
SELECT org_id, gen_random_uuid(), $2, now()::date, now()::date, $2, now() FROM application WHERE id = $1 RETURNING id
"""


_REASON = (
    "SELECT r.id FROM rejection_reason r JOIN person p USING (org_id, connection)"
    " WHERE p.id = $1 AND NOT r.by_candidate ORDER BY r.name LIMIT 1"
)
OPENED = """
INSERT INTO opening (org_id, id, job_id, status, opened_at)
SELECT org_id, gen_random_uuid(), id, 'open', now() FROM job WHERE id = $1 RETURNING id
"""
"""A job has a seat that nobody has filled."""
_FIELD = (
    "SELECT c.id FROM custom_field c JOIN person p USING (org_id, connection) WHERE p.id = $1 ORDER BY c.name LIMIT 1"
)
DEMOGRAPHIC = "SELECT o.id FROM demographic_option o JOIN person p USING (org_id, connection) WHERE p.id = $1 LIMIT 1"
_USED = """
INSERT INTO diversity_use (org_id, id, used_at, user_id, kind)
SELECT org_id, gen_random_uuid(), now(), gen_random_uuid(), 'switched_on' FROM person WHERE id = $1 RETURNING id
"""
_CHANGED_DIRECTORY = """
INSERT INTO directory_change (org_id, id, user_id, at, change)
SELECT org_id, gen_random_uuid(), $2, now(), 'joined_ats' FROM application WHERE id = $1 RETURNING id
"""
_ROWS = {
    Kind.DIRECTORY_CHANGE: (Kind.APPLICATION, _CHANGED_DIRECTORY),
    Kind.DIVERSITY_USE: (Kind.PERSON, _USED),
    Kind.DEMOGRAPHIC_OPTION: (Kind.PERSON, DEMOGRAPHIC),
    Kind.DUPLICATE: (Kind.PERSON, PAIRED),
    Kind.CUSTOM_FIELD: (Kind.PERSON, _FIELD),
    Kind.ATTACHMENT: (Kind.PERSON, _ATTACHED),
    Kind.CLOSE_REASON: (Kind.PERSON, _REASON),
    Kind.OPENING: (Kind.JOB, OPENED),
    Kind.FLAG: (Kind.APPLICATION, FLAGGED),
    Kind.ABSENCE: (Kind.APPLICATION, ABSENT),
    Kind.INTERVIEW: (Kind.APPLICATION, INTERVIEWED),
}
"""What no request makes: about what, and its statement."""


@dataclass(frozen=True)
class Worlds:
    """Creates the required objects, new ones each time."""

    stack: Stack
    services: RequestClient
    bystander: UUID
    """Another user."""
    _places: dict[tuple[UUID, UUID | None], asyncpg.Record] = field(default_factory=dict)

    async def of(self, owner: UUID, kinds: Iterable[Kind], *, hidden_from: UUID | None = None) -> dict[Kind, str]:
        """The ids of things of these kinds that are the owner's.

        Their job is one on whose team the owner is, if they are on any, and nothing in it is seen by whoever it is to
        be hidden from by way of their teams.
        """
        place = await self._place(owner, hidden_from)
        known = {
            Kind.USER: owner,
            Kind.JOB: place["job_id"],
            Kind.PERSON: place["person_id"],
            Kind.APPLICATION: place["application_id"],
            Kind.STAGE: place["stage_id"],
        }
        wanted = set(kinds)
        # A review shows the files that were there when it was requested.
        for kind in sorted(wanted - set(known), key=lambda kind: kind is Kind.REVIEW):
            known[kind] = await self._made(kind, owner, known)
        return {kind: global_id(kind, known[kind]) for kind in wanted}

    async def _place(self, owner: UUID, hidden_from: UUID | None) -> asyncpg.Record:
        if (owner, hidden_from) not in self._places:
            [(teams,)] = await self.stack.rows("pipeline", _TEAMS, owner)
            [found] = await self.stack.rows("pipeline", _PLACE, owner if teams else None, hidden_from, owner)
            self._places[owner, hidden_from] = found
        return self._places[owner, hidden_from]

    async def _made(self, kind: Kind, owner: UUID, known: dict[Kind, UUID]) -> UUID:
        person, job = known[Kind.PERSON], known[Kind.JOB]
        match kind:
            case Kind.REVIEW:
                request = RequestReview(person_ids=(person,), reviewer_ids=(owner,), job_id=job)
                return (await self._asked(request, owner, ReviewResult)).review.id
            case Kind.MESSAGE:
                later = datetime.now(UTC) + timedelta(days=30)
                message = SendMessage(person_id=person, subject="Hello", body="Hello", job_id=job, send_at=later)
                made: UUID = (await self._asked(message, owner, MessageResult)).message.id
                await self.stack.rows("outreach", _REPLIED, made)
                return made
            case Kind.AGREED_ACTION:
                action = AddAgreedAction(job_id=job, text="Call", owner_id=owner, due_on=datetime.now(UTC).date())
                return UUID(str((await self._asked(action, owner, AgreedAction, Role.ADMIN)).id))
            case Kind.SENDING_GRANT:
                return (await self._asked(GrantSending(user_id=self.bystander), owner, SendingGrant)).id
            case Kind.MERGE:
                [(alike,)] = await self.stack.rows("pipeline", _ALIKE, person)
                merge = MergePeople(survivor_id=person, merged_id=alike)
                return UUID(str((await self._asked(merge, owner, MergedPerson)).merge_id))
            case kind if kind in _ROWS:
                about, statement = _ROWS[kind]
                # Absences, flags and changes of the directory are a user's: their statements take the owner as well.
                more = (owner,) if about is Kind.APPLICATION else ()
                [(row,)] = await self.stack.rows("pipeline", statement, known[about], *more)
                return UUID(str(row))
            case Kind.TAKEOVER_REQUEST:
                return await self._takeover_request(person, owner)
            case Kind.MESSAGE_TEMPLATE:
                texts = {"template_name": "Iberia", "subject": "Hello", "body": "Hello"}
                template = CreateTemplate(kind=TemplateKind.REJECTION, **texts)
                return (await self._asked(template, owner, TemplateResult)).template.id
            case Kind.SUPPRESSION:
                return await self._suppression(person, owner)
            case _:
                return await self._recorded(kind, owner, person)

    async def _recorded(self, kind: Kind, owner: UUID, person: UUID) -> UUID:
        """What is recorded here of people."""
        match kind:
            case Kind.PROJECT:
                return (await self._asked(CreateProject(project_name="Iberia"), owner, Project)).id
            case Kind.NOTE:
                note = AddNote(person_id=person, visibility=NoteVisibility.PUBLIC, body="Hello")
                return (await self._asked(note, owner, Note)).id
            case Kind.IMPORT:
                return (await self._asked(CreateImport(file_name="people.csv"), owner, Import)).id
            case Kind.BULK_ACTION:
                action = PeopleAction(kind=BulkActionKind.ADD_TAG, tag="Iberia")
                check = CheckBulkAction(selection=PeopleSelection(person_ids=(person,)), action=action)
                return (await self._asked(check, owner, BulkAction)).id
            case Kind.SAVED_SEARCH:
                search = SaveSearch(search_name="Iberia", query=SavedQuery(text="lima"))
                return (await self._asked(search, owner, SavedSearch)).id
            case Kind.CONTACT_POINT:
                point = NewContactPoint(kind=ContactKind.LINK, value=f"example.org/{uuid4()}")
                added = AddContactPoints(person_id=person, contact_points=(point,))
                return (await self._asked(added, owner, PersonResult)).person.contact_points[-1].id
            case _:
                raise AssertionError(f"say here how a {kind} is made")

    async def _suppression(self, person: UUID, owner: UUID) -> UUID:
        """An entry of the owner's: one of somebody else that says the same is lifted before."""
        made = await self._asked(SuppressPerson(person_id=person), owner, Suppression)
        if made.recorded_by != owner:
            await self._asked(LiftSuppression(suppression_id=made.id), owner, Suppression, Role.ADMIN)
            made = await self._asked(SuppressPerson(person_id=person), owner, Suppression)
        return UUID(str(made.id))

    async def _takeover_request(self, person: UUID, owner: UUID) -> UUID:
        """Of somebody else, to the owner of a person, who becomes that for it."""
        await self._asked(TakeOver(person_id=person, reason="Hello"), owner, OwnershipResult, Role.ADMIN)
        asked = await self._asked(RequestTakeover(person_id=person), self.bystander, OwnershipResult)
        [request] = asked.ownership.takeover_requests
        return UUID(str(request.id))

    async def _asked(self, request: Request[Any], owner: UUID, made: type[Any], role: Role = Role.RECRUITER) -> Any:
        viewer = Viewer(org_id=ORGANISATION, user_id=UserId(owner), roles=frozenset({role}))
        result = await self.services.call(request, viewer, deadline=10, key=str(uuid4()))
        assert isinstance(result, made), result
        return result
