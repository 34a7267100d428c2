"""Requests about people: creating them, their contact points and tags, and who found them."""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from rapport.contracts.events import SourcingRecorded
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import (
    AddContactPoints,
    ChangeContactPoint,
    ChangeTags,
    CreatePerson,
    GetSourcingActivity,
    NewContactPoint,
    People,
    Person,
    PersonResult,
    RecordedSourcing,
    RecordSourcingActivity,
    RemoveContactPoint,
)
from rapport.contracts.refusals import FieldProblem, Forbidden, InputProblemCode, Invalid, NotFound
from rapport.contracts.vocabulary import ContactKind, PersonField, PersonSource, SourcingKind
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.pipeline.crm import recording
from rapport.pipeline.domain.contact_points import ContactKey, contact_key
from rapport.pipeline.domain.matching import Candidate, Recognised, recognise
from rapport.pipeline.privacy import private_to
from rapport.pipeline.store import SQL, crm
from rapport.pipeline.store.crm import NewPerson, Point, ProbableDuplicate

_KEYS_AT_ONCE = 500
"""People whose keys are computed before somebody is looked for; a worker computes those of many."""


class PeopleRequests:
    """Handles requests about people."""

    def __init__(self, database: Database) -> None:
        """``database`` is the service's."""
        self._database = database

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(CreatePerson, self.create_person)
        server.handle(AddContactPoints, self.add_contact_points)
        server.handle(ChangeContactPoint, self.change_contact_point)
        server.handle(RemoveContactPoint, self.remove_contact_point)
        server.handle(ChangeTags, self.change_tags)
        server.handle(RecordSourcingActivity, self.record_sourcing_activity)
        server.handle(GetSourcingActivity, self.get_sourcing_activity)

    async def create_person(self, request: CreatePerson, context: RequestContext) -> PersonResult | Invalid:
        """Create a person, unless they are known."""
        keys = _keys(request.contact_points)
        if isinstance(keys, Invalid):
            return keys
        if not (request.first_name or request.last_name or keys):
            return Invalid.because("last_name", "a name or a contact point is needed", InputProblemCode.REQUIRED)
        async with self._work(context) as unit:
            person = NewPerson(
                id=derived_id("created person", unit.org_id, context.key),
                first_name=request.first_name,
                last_name=request.last_name,
                title=request.title or None,
                company=request.company or None,
                location=request.location or None,
            )
            points = _points(person.id, request.contact_points, keys)
            tags = [(person.id, tag) for tag in dict.fromkeys(request.tags)]
            person_id, created = await _create_unless_known(
                unit, person, points, tags, viewer=context.viewer, source=PersonSource.BY_HAND
            )
            return PersonResult(person=await _person(unit, person_id), created=created)

    async def add_contact_points(
        self, request: AddContactPoints, context: RequestContext
    ) -> PersonResult | Invalid | NotFound:
        """Record contact points of a person."""
        keys = _keys(request.contact_points)
        if isinstance(keys, Invalid):
            return keys
        async with self._work(context) as unit:
            if not await crm.lock_person(unit, request.person_id, private_to(context.viewer)):
                return _unknown_person(request.person_id)
            await crm.refresh_keys(unit, limit=_KEYS_AT_ONCE)
            points = _points(request.person_id, request.contact_points, keys)
            await recording.add_details(unit, points, (), by=context.viewer.user_id)
            return PersonResult(person=await _person(unit, request.person_id))

    async def change_contact_point(
        self, request: ChangeContactPoint, context: RequestContext
    ) -> PersonResult | NotFound:
        """Say of which type a contact point is, and whether the person agreed to it."""
        person_id, point_id = request.person_id, request.contact_point_id
        async with self._work(context) as unit:
            if not await crm.lock_person(unit, person_id, private_to(context.viewer)):
                return _unknown_person(person_id)
            arguments = (person_id, point_id, request.type or None, request.consent)
            row = await unit.fetchrow(SQL["change_contact_point"], *arguments)
            if row is None:
                return NotFound(what="contact point", id=str(point_id))
            if row["changed"]:
                await recording.record_details(unit, {person_id: {recording.field_of(ContactKind(row["kind"]))}})
            return PersonResult(person=await _person(unit, person_id))

    async def remove_contact_point(
        self, request: RemoveContactPoint, context: RequestContext
    ) -> PersonResult | NotFound:
        """Remove a contact point that was recorded here."""
        async with self._work(context) as unit:
            if not await crm.lock_person(unit, request.person_id, private_to(context.viewer)):
                return _unknown_person(request.person_id)
            kind = await unit.fetchval(SQL["remove_contact_point"], request.person_id, request.contact_point_id)
            if kind:
                field = recording.field_of(ContactKind(kind))
                await recording.record_details(unit, {request.person_id: {field}})
            return PersonResult(person=await _person(unit, request.person_id))

    async def change_tags(self, request: ChangeTags, context: RequestContext) -> PersonResult | NotFound:
        """Add and remove tags of a person."""
        async with self._work(context) as unit:
            if not await crm.lock_person(unit, request.person_id, private_to(context.viewer)):
                return _unknown_person(request.person_id)
            removed = await crm.remove_tags(unit, request.person_id, request.remove)
            tags = [(request.person_id, tag) for tag in dict.fromkeys(request.add)]
            added = await crm.add_tags(unit, tags, by=context.viewer.user_id)
            if removed or added:
                await recording.record_details(unit, {request.person_id: {PersonField.TAGS}})
            return PersonResult(person=await _person(unit, request.person_id))

    async def record_sourcing_activity(
        self, request: RecordSourcingActivity, context: RequestContext
    ) -> RecordedSourcing | Invalid | NotFound:
        """Record that the viewer looked at a profile or adds a person, once for each job."""
        key = contact_key(ContactKind.LINK, request.profile_url)
        if key is None:
            return Invalid.because("profile_url", "must be the address of a page", InputProblemCode.MALFORMED)
        user_id = context.viewer.user_id
        async with self._work(context) as unit:
            if request.job_id and not await unit.fetchval(SQL["sees_job"], request.job_id, None):
                return NotFound(what="job", id=str(request.job_id))
            profile = hashlib.sha256(f"{unit.org_id}\n{key.key}".encode()).digest()
            person_id, created = await self._person_of_profile(unit, request, context, key)
            if created:
                await unit.execute(SQL["name_profile"], profile, person_id)
            id_ = derived_id("sourcing", unit.org_id, user_id, request.kind, profile.hex(), request.job_id or "")
            at = min(request.occurred_at or unit.now, unit.now)
            new = await unit.fetchval(
                SQL["record_sourcing"], id_, user_id, request.kind, profile, person_id, request.job_id, at, unit.now
            )
            if new:
                unit.record(
                    SourcingRecorded(kind=request.kind, user_id=user_id, person_id=person_id, job_id=request.job_id),
                    aggregate_id=id_,
                    version=1,
                    occurred_at=at,
                )
                return RecordedSourcing(kind=request.kind, person_id=person_id, recorded=True, occurred_at=at)
            row = await unit.fetchrow(SQL["recorded_sourcing"], id_)
            assert row is not None
            first = row["occurred_at"]
            return RecordedSourcing(kind=request.kind, person_id=row["person_id"], recorded=False, occurred_at=first)

    async def get_sourcing_activity(
        self, request: GetSourcingActivity, context: RequestContext
    ) -> Json | Forbidden | Invalid:
        """What a user did to find people in a period."""
        if not request.rule.allows(context.viewer, own=request.user_id == context.viewer.user_id):
            return Forbidden(reason="you see only what you did yourself")
        if request.until <= request.since:
            return Invalid.because("until", "must be later than since", InputProblemCode.OUT_OF_RANGE)
        arguments = (request.user_id, request.job_id, request.since, request.until)
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await session.fetchval(SQL["get_sourcing_activity"], *arguments))

    async def _person_of_profile(
        self, unit: UnitOfWork, request: RecordSourcingActivity, context: RequestContext, key: ContactKey
    ) -> tuple[UUID | None, bool]:
        """Whose profile it is, and whether they were created: somebody who is only looked at is not."""
        person = NewPerson(
            # By the profile: two users who add the same person at once create one.
            id=derived_id("sourced person", unit.org_id, key.key),
            first_name=request.first_name,
            last_name=request.last_name,
            title=request.title or None,
            company=request.company or None,
            location=request.location or None,
        )
        if request.kind is SourcingKind.VIEWED:
            return (await _recognised(unit, person.name, [key], context.viewer)).person_id, False
        points = [Point(person.id, key, request.profile_url)]
        return await _create_unless_known(unit, person, points, (), viewer=context.viewer, source=PersonSource.SOURCING)

    def _work(self, context: RequestContext) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._database.work(context.viewer.org_id, actor=f"user:{context.viewer.user_id}", cause=context.key)


async def _create_unless_known(
    unit: UnitOfWork,
    person: NewPerson,
    points: Sequence[Point],
    tags: Sequence[tuple[UUID, str]],
    *,
    viewer: Viewer,
    source: PersonSource,
) -> tuple[UUID, bool]:
    """Who the person is, and whether they were created now."""
    recognised = await _recognised(unit, person.name, [point.key for point in points], viewer)
    if recognised.person_id:
        return recognised.person_id, False
    created = await recording.create_people(unit, [person], points, tags, by=viewer.user_id, source=source)
    pairs = [ProbableDuplicate(person.id, s.person_id, s.reason, s.score) for s in recognised.suspicions]
    await crm.record_duplicates(unit, pairs)
    return person.id, bool(created)


async def _recognised(unit: UnitOfWork, name: str, keys: Sequence[ContactKey], viewer: Viewer) -> Recognised:
    await crm.refresh_keys(unit, limit=_KEYS_AT_ONCE)
    found = await crm.matches(unit, keys, private_to(viewer))
    known = {key: [Candidate(m.person_id, m.name, m.visible) for m in people] for key, people in found.items()}
    return recognise(name, keys, known)


def _keys(points: Sequence[NewContactPoint]) -> list[ContactKey] | Invalid:
    """The keys of contact points, or what is wrong with those that have none."""
    keys = [contact_key(point.kind, point.value) for point in points]
    wrong = [
        FieldProblem(path=f"contact_points.{at}.value", message=_MALFORMED[point.kind], code=InputProblemCode.MALFORMED)
        for at, (point, key) in enumerate(zip(points, keys, strict=True))
        if key is None
    ]
    return Invalid(problems=tuple(wrong)) if wrong else [key for key in keys if key]


_MALFORMED = {
    ContactKind.EMAIL: "must be an e-mail address",
    ContactKind.PHONE: "must be a telephone number with its country, as +351 912 345 678",
    ContactKind.LINK: "must be the address of a page",
}


def _points(person_id: UUID, points: Sequence[NewContactPoint], keys: Sequence[ContactKey]) -> list[Point]:
    return [
        Point(person_id, key, point.value, point.type or None, point.consent)
        for point, key in zip(points, keys, strict=True)
    ]


async def _person(session: ReadSession, person_id: UUID) -> Person:
    everybody, with_applications = None, False
    arguments = (everybody, [person_id], with_applications, everybody)
    found = await session.fetchval(SQL["get_people_by_ids"], *arguments)
    return People.model_validate_json(found).items[0]


def _unknown_person(person_id: UUID) -> NotFound:
    return NotFound(what="person", id=str(person_id))
