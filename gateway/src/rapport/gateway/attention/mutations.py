"""Snoozing flags, and saying when something is late."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.contracts.vocabulary import AttentionReason
from rapport.gateway.attention.types import AttentionSettings, Flag
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound


@strawberry.input(description="Which flag, and until when.")
class SnoozeFlagInput:
    flag_id: strawberry.ID = strawberry.field(description="Which flag.")
    until: datetime | None = strawberry.field(description="Within the next year; null to hear of it at once.")
    note: str | None = strawberry.field(
        default=None,
        description=f"Why it can wait; needed to snooze it. At most {pipeline.MAX_SNOOZE_NOTE} characters.",
    )


@strawberry.input(description="When people work.")
class SetWorkingHoursInput:
    organisation: bool = strawberry.field(
        default=False, description="For everybody who has no hours of their own, admins only; else for you."
    )
    zone: str = strawberry.field(description="Of the IANA time zone database, as Europe/Berlin.")
    weekdays: list[int] = strawberry.field(description="The working days; Monday is 1, Sunday 7.")
    begins: str = strawberry.field(description="When a working day begins, as HH:MM.")
    ends: str = strawberry.field(description="When it ends, as HH:MM.")
    country: str | None = strawberry.field(
        default=None, description="Whose public holidays are free, as ISO 3166-1 names it: DE."
    )
    subdivision: str | None = strawberry.field(
        default=None, description="The part of the country, as ISO 3166-2 names it without the country: BY."
    )


@strawberry.input(description="Whose hours.")
class RemoveWorkingHoursInput:
    organisation: bool = strawberry.field(
        default=False, description="Those for everybody who has no hours of their own, admins only; else yours."
    )


@strawberry.input(description="Days on which you do not work.")
class RecordAbsenceInput:
    first_day: date = strawberry.field(description="The first day without work.")
    last_day: date = strawberry.field(description="The last day without work.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which absence.")
class RemoveAbsenceInput:
    absence_id: strawberry.ID = strawberry.field(description="One of yours.")


@strawberry.input(description="When something is late.")
class SetAttentionThresholdInput:
    job_id: strawberry.ID | None = strawberry.field(
        default=None, description="For this job alone; else for all that have none of their own."
    )
    reason: enumeration(AttentionReason) = strawberry.field(description="Of which reason.")  # type: ignore[valid-type]
    yellow: float | None = strawberry.field(
        description="Hours of working time until it is late, or working days; null, as red, for what holds otherwise."
    )
    red: float | None = strawberry.field(description="Until it is too late.")


SnoozeFlagResult = Annotated[
    Flag | NotFound | Forbidden | InvalidInput,
    strawberry.union("SnoozeFlagResult", description="What became of a flag that somebody snoozed."),
]
AttentionSettingsResult = Annotated[
    AttentionSettings | NotFound | Forbidden | InvalidInput,
    strawberry.union("AttentionSettingsResult", description="What became of a change of when something is late."),
]


@strawberry.type
class AttentionMutations:
    @mutation(
        "Hear of a flag later: nobody is shown it until then. It comes back by itself, and is gone if nothing is late"
        " any more.",
        graphql_type=SnoozeFlagResult,
    )
    async def snooze_flag(
        self,
        info: Info,
        input: SnoozeFlagInput,  # noqa: A002 - the argument's name
    ) -> pipeline.Flag | refusals.Refusal:
        parser = InputParser()
        flag_id = parser.id(Kind.FLAG, input.flag_id, "flag_id")
        request = parser.build(pipeline.SnoozeFlag, flag_id=flag_id, until=input.until, note=input.note)
        return await info.context.services.call_valid(request)

    @mutation("Say when you work, or as an admin when everybody does.", graphql_type=AttentionSettingsResult)
    async def set_working_hours(
        self,
        info: Info,
        input: SetWorkingHoursInput,  # noqa: A002 - the argument's name
    ) -> pipeline.AttentionSettings | refusals.Refusal:
        request = InputParser().build(
            pipeline.SetWorkingHours,
            organisation=input.organisation,
            zone=input.zone,
            weekdays=tuple(input.weekdays),
            begins=input.begins,
            ends=input.ends,
            country=input.country,
            subdivision=input.subdivision,
        )
        return await info.context.services.call_valid(request)

    @mutation(
        "Work again when everybody does; as an admin, have everybody work when they did before anything was said.",
        graphql_type=AttentionSettingsResult,
    )
    async def remove_working_hours(
        self,
        info: Info,
        input: RemoveWorkingHoursInput,  # noqa: A002 - the argument's name
    ) -> pipeline.AttentionSettings | refusals.Refusal:
        request = InputParser().build(pipeline.RemoveWorkingHours, organisation=input.organisation)
        return await info.context.services.call_valid(request)

    @mutation(
        "Say on which days you do not work: nothing becomes late because of them.",
        graphql_type=AttentionSettingsResult,
    )
    async def record_absence(
        self,
        info: Info,
        input: RecordAbsenceInput,  # noqa: A002 - the argument's name
    ) -> pipeline.AttentionSettings | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(pipeline.RecordAbsence, first_day=input.first_day, last_day=input.last_day)
        return await info.context.services.call_valid(request, key=key)

    @mutation("Take an absence back.", graphql_type=AttentionSettingsResult)
    async def remove_absence(
        self,
        info: Info,
        input: RemoveAbsenceInput,  # noqa: A002 - the argument's name
    ) -> pipeline.AttentionSettings | refusals.Refusal:
        parser = InputParser()
        absence_id = parser.id(Kind.ABSENCE, input.absence_id, "absence_id")
        return await info.context.services.call_valid(parser.build(pipeline.RemoveAbsence, absence_id=absence_id))

    @mutation("Set when something is late, and when too late; admins only.", graphql_type=AttentionSettingsResult)
    async def set_attention_threshold(
        self,
        info: Info,
        input: SetAttentionThresholdInput,  # noqa: A002 - the argument's name
    ) -> pipeline.AttentionSettings | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.SetThreshold,
            job_id=parser.optional_id(Kind.JOB, input.job_id, "job_id"),
            reason=input.reason,
            yellow=input.yellow,
            red=input.red,
        )
        return await info.context.services.call_valid(request)
