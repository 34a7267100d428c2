"""What needs attention: looked at in the background, shown and snoozed by users."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from holidays import list_supported_countries

from rapport.contracts.events import AttentionChanged
from rapport.contracts.identity import Role
from rapport.contracts.pipeline import (
    AttentionSettings,
    GetAttention,
    GetAttentionCounts,
    GetAttentionSettings,
    RecordAbsence,
    RemoveAbsence,
    RemoveWorkingHours,
    SetThreshold,
    SetWorkingHours,
    SnoozeFlag,
)
from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound
from rapport.kit.database.pagination import moment, place
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.identity import derived_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.kit.runtime.worker import Worker
from rapport.pipeline.domain.attention import NO_SUBJECT, Attention, ChangedFlag, Flag, Snooze, attention, snoozed
from rapport.pipeline.privacy import private_to
from rapport.pipeline.store import SQL
from rapport.pipeline.store import attention as store

_AT_ONCE = 200
_MANY = 2_000
"""After looking at so many without a pause the database counts its tables anew: it has planned for those there were."""
_LONGEST_SNOOZE = timedelta(days=366)
_MAX_ABSENCES = 100
"""Of one user, that are not over."""


class AttentionWorker:
    """Looks at applications when something happened to them, and when the time comes at which something is late."""

    def __init__(self, database: Database, org_ids: Sequence[str]) -> None:
        """Nothing runs before ``worker.run``."""
        self._database = database
        self._org_ids = tuple(sorted(set(org_ids)))
        self._without_pause = Counter[str]()
        self.worker = Worker("attention", self.step)

    async def step(self) -> bool:
        """Look at some applications of each organisation; whether there were any."""
        return any([await self._step(org_id) for org_id in self._org_ids])

    async def _step(self, org_id: str) -> bool:
        async with self._database.work(org_id, actor="system:attention", cause="attention", traced=False) as unit:
            due = await store.due(unit, limit=_AT_ONCE)
            if due:
                await look_at(unit, due)
        before, now = self._without_pause[org_id], self._without_pause[org_id] + len(due) if due else 0
        self._without_pause[org_id] = now
        # And again once they are twice as many.
        if (now // _MANY).bit_length() > (before // _MANY).bit_length():
            async with self._database.work(org_id, actor="system:attention", cause="attention", traced=False) as unit:
                await unit.execute(SQL["refresh_statistics"])
        return bool(due)


async def look_at(unit: UnitOfWork, application_ids: Sequence[UUID]) -> None:
    """Compare what needs attention in these applications with what was told, and tell what is new."""
    await store.lock(unit, application_ids)
    facts = await store.facts_of(unit, application_ids)
    known = await store.flags_of(unit, application_ids)
    thresholds = await store.thresholds_of(unit, list({each.job_id for each, _ in facts.values()}))
    times = await store.working_times(unit, unit.now)
    found: dict[UUID, Attention] = {}
    versions: dict[UUID, int] = {}
    for id_ in application_ids:
        if id_ not in facts:
            # What ended needs no attention, nor does what is for a job that ended; both ends were told of.
            found[id_] = Attention((), (), None)
            continue
        of, version = facts[id_]
        found[id_] = attention(of, known[id_], thresholds[of.job_id], times, unit.now)
        for change in found[id_].changes:
            version = _record(unit, id_, of.person_id, of.job_id, change, version)
        if found[id_].changes:
            versions[id_] = version
    await store.save(unit, found, {id_: of.job_id for id_, (of, _) in facts.items()})
    await store.show(unit, list(facts), versions)


def _record(
    unit: UnitOfWork, application_id: UUID, person_id: UUID, job_id: UUID, changed: ChangedFlag, version: int
) -> int:
    flag, condition = changed.flag, changed.flag.condition
    unit.record(
        AttentionChanged(
            person_id=person_id,
            job_id=job_id,
            change=changed.change,
            reason=condition.reason,
            severity=flag.severity,
            owner_id=condition.owner_id,
            previous_owner_id=changed.previous_owner_id,
            subject_id=None if condition.subject_id == NO_SUBJECT else condition.subject_id,
            since=condition.since,
            yellow_at=flag.yellow_at,
            red_at=flag.red_at,
            snoozed_until=flag.snooze.until if flag.snooze else None,
        ),
        aggregate_id=application_id,
        version=version + 1,
        occurred_at=unit.now,
    )
    return version + 1


class AttentionRequests:
    """Serves the gateway."""

    def __init__(self, database: Database) -> None:
        """On the service's database."""
        self._database = database

    def register(self, server: RequestServer) -> None:
        """Register every handler."""
        server.handle(GetAttention, self.get_attention)
        server.handle(GetAttentionCounts, self.get_attention_counts)
        server.handle(SnoozeFlag, self.snooze_flag)
        server.handle(GetAttentionSettings, self.get_attention_settings)
        server.handle(SetWorkingHours, self.set_working_hours)
        server.handle(RemoveWorkingHours, self.remove_working_hours)
        server.handle(RecordAbsence, self.record_absence)
        server.handle(RemoveAbsence, self.remove_absence)
        server.handle(SetThreshold, self.set_threshold)

    async def get_attention(self, request: GetAttention, context: RequestContext) -> Json | Invalid:
        """A page of what needs attention."""
        after = place(request.page, _severity_and_time, begins=(("", moment("0001-01-02")), UUID(int=0)))
        if isinstance(after, Invalid):
            return after
        viewer = context.viewer
        scope, private = request.rule.scope_user(viewer), private_to(viewer, presentable=request.presentable)
        async with self._database.read_session(viewer.org_id) as session:
            return Json(await store.page(session, request, after, scope, private))

    async def get_attention_counts(self, request: GetAttentionCounts, context: RequestContext) -> Json:
        """How much needs attention."""
        viewer = context.viewer
        scope, private = request.rule.scope_user(viewer), private_to(viewer, presentable=request.presentable)
        async with self._database.read_session(viewer.org_id) as session:
            return Json(await store.counts(session, request, scope, private))

    async def snooze_flag(self, request: SnoozeFlag, context: RequestContext) -> Json | Invalid | NotFound:
        """Hear of a flag later, or again at once."""
        viewer = context.viewer
        unknown = NotFound(what="flag", id=str(request.flag_id))
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            if request.until is not None and (problem := _wrong(request, unit.now)):
                return problem
            scope = request.rule.scope_user(viewer)
            locked = await store.lock_flag(unit, request.flag_id, scope, private_to(viewer))
            if locked is None:
                return unknown
            application_id, job_id, key = locked
            flags = (await store.flags_of(unit, [application_id]))[application_id]
            flag = next((each for each in flags if each.key == key), None)
            if flag is None:
                return unknown
            snooze = None
            if request.until is not None:
                snooze = Snooze(request.until, viewer.user_id, request.note or "")
            if snooze != flag.snooze:
                await self._change(unit, application_id, job_id, flags, snoozed(flag, snooze))
            document = await store.flag_document(unit, request.flag_id)
            return unknown if document is None else Json(document)

    async def _change(
        self, unit: UnitOfWork, application_id: UUID, job_id: UUID, flags: Sequence[Flag], changed: ChangedFlag
    ) -> None:
        facts = await store.facts_of(unit, [application_id])
        if application_id not in facts:
            return
        of, version = facts[application_id]
        version = _record(unit, application_id, of.person_id, of.job_id, changed, version)
        now = tuple(changed.flag if each.key == changed.flag.key else each for each in flags)
        # It is looked at again soon, which finds when the snooze ends.
        await store.save(unit, {application_id: Attention(now, (changed,), unit.now)}, {application_id: job_id})
        await store.show(unit, [application_id], {application_id: version})

    async def get_attention_settings(self, request: GetAttentionSettings, context: RequestContext) -> AttentionSettings:
        """What decides when something is late."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return await store.settings(session, context.viewer.user_id, request.job_id)

    async def set_working_hours(
        self, request: SetWorkingHours, context: RequestContext
    ) -> AttentionSettings | Invalid | Forbidden:
        """Say when one works, or when everybody does."""
        viewer = context.viewer
        if refusal := _not_for_all(request, context):
            return refusal
        if problem := _wrong_place(request):
            return problem
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            await unit.execute(
                SQL["set_working_hours"],
                None if request.organisation else viewer.user_id,
                request.zone,
                sorted(set(request.weekdays)),
                time.fromisoformat(request.begins),
                time.fromisoformat(request.ends),
                request.country,
                request.subdivision,
                viewer.user_id,
                unit.now,
            )
            await store.look_at_all(unit)
            return await store.settings(unit, viewer.user_id, None)

    async def remove_working_hours(
        self, request: RemoveWorkingHours, context: RequestContext
    ) -> AttentionSettings | Forbidden:
        """What holds for those who have said nothing holds again."""
        viewer = context.viewer
        if refusal := _not_for_all(request, context):
            return refusal
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            await unit.execute(SQL["remove_working_hours"], None if request.organisation else viewer.user_id)
            await store.look_at_all(unit)
            return await store.settings(unit, viewer.user_id, None)

    async def record_absence(self, request: RecordAbsence, context: RequestContext) -> AttentionSettings | Invalid:
        """One does not work on these days."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            if await unit.fetchval(SQL["count_absences"], viewer.user_id) >= _MAX_ABSENCES:
                return Invalid.because(
                    "first_day", f"there are {_MAX_ABSENCES} absences already", InputProblemCode.TOO_MANY
                )
            absence_id = derived_id("absence", unit.org_id, context.key)
            days = (request.first_day, request.last_day)
            await unit.execute(SQL["record_absence"], absence_id, viewer.user_id, *days, unit.now)
            await store.look_at_all(unit)
            return await store.settings(unit, viewer.user_id, None)

    async def remove_absence(self, request: RemoveAbsence, context: RequestContext) -> AttentionSettings | NotFound:
        """One works after all."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            if await unit.execute(SQL["remove_absence"], request.absence_id, viewer.user_id) == "DELETE 0":
                return NotFound(what="absence", id=str(request.absence_id))
            await store.look_at_all(unit)
            return await store.settings(unit, viewer.user_id, None)

    async def set_threshold(self, request: SetThreshold, context: RequestContext) -> AttentionSettings | NotFound:
        """When something is late."""
        viewer = context.viewer
        async with self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key) as unit:
            if request.job_id and await unit.fetchval(SQL["status_of_shown_job"], request.job_id) is None:
                return NotFound(what="job", id=str(request.job_id))
            if request.yellow is None:
                await unit.execute(SQL["unset_threshold"], request.job_id, request.reason)
            else:
                about = (request.job_id, request.reason, request.yellow, request.red, viewer.user_id, unit.now)
                await unit.execute(SQL["set_threshold"], *about)
            await store.look_at_all(unit, [request.job_id] if request.job_id else None)
            return await store.settings(unit, viewer.user_id, request.job_id)


def _severity_and_time(text: str) -> tuple[str, datetime]:
    severity, at = text.split(" ", 1)
    return severity, moment(at)


def _wrong(request: SnoozeFlag, now: datetime) -> Invalid | None:
    if request.until is None or not now < request.until <= now + _LONGEST_SNOOZE:
        return Invalid.because("until", "must lie within the next year", InputProblemCode.OUT_OF_RANGE)
    if not request.note:
        return Invalid.because("note", "say why it can wait", InputProblemCode.REQUIRED)
    return None


def _not_for_all(request: SetWorkingHours | RemoveWorkingHours, context: RequestContext) -> Forbidden | None:
    if request.organisation and Role.ADMIN not in context.viewer.roles:
        return Forbidden(reason="only admins say when everybody works")
    return None


def _wrong_place(request: SetWorkingHours) -> Invalid | None:
    try:
        ZoneInfo(request.zone)
    except (ZoneInfoNotFoundError, ValueError):
        return Invalid.because("zone", "no time zone is called that", InputProblemCode.NOT_ALLOWED)
    if request.country is None:
        if request.subdivision is not None:
            return Invalid.because("subdivision", "belongs to a country", InputProblemCode.REQUIRED)
        return None
    supported = list_supported_countries()
    if request.country not in supported:
        return Invalid.because("country", "its public holidays are not known", InputProblemCode.NOT_ALLOWED)
    if request.subdivision is not None and request.subdivision not in supported[request.country]:
        return Invalid.because("subdivision", "no part of the country is called that", InputProblemCode.NOT_ALLOWED)
    return None
