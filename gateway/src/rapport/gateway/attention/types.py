"""Flags, and what decides when they are raised."""

from typing import Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.jobs.resolvers import job_by_id, stage_by_id
from rapport.gateway.jobs.types import Job, Stage
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.progress.types import SeenBy  # noqa: F401 - flags show who has seen what they are about
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User

_LIST = "flags"


@exposes(
    pipeline.Flag,
    "severity",
    "since",
    "yellow_at",
    "red_at",
    "raised_at",
    "seen_by",
    id_of=Kind.FLAG,
    reason="Why.",
    snoozed_until="Until when nobody wants to hear of it; null if it is not snoozed.",
    snooze_note="Why it can wait.",
)
class Flag:
    """A reason for which an application needs attention."""

    @field("Which application.", graphql_type=Application | None)
    @staticmethod
    async def application(flag: strawberry.Parent[pipeline.Flag], info: Info) -> pipeline.Application | None:
        return await application_by_id(info, flag.application_id)

    @field("Its id, without loading it.")
    @staticmethod
    def application_id(flag: strawberry.Parent[pipeline.Flag]) -> strawberry.ID:
        return global_id(Kind.APPLICATION, flag.application_id)

    @field("Whose.", graphql_type=Person | None)
    @staticmethod
    async def person(flag: strawberry.Parent[pipeline.Flag], info: Info) -> pipeline.Person | None:
        return await person_of(info, flag.person_id)

    @field("For which job.", graphql_type=Job | None)
    @staticmethod
    async def job(flag: strawberry.Parent[pipeline.Flag], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, flag.job_id)

    @field("In which stage.", graphql_type=Stage | None)
    @staticmethod
    async def stage(flag: strawberry.Parent[pipeline.Flag], info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, flag.job_id, flag.stage_id)

    @field("Who must act; null if nobody is known.", graphql_type=User | None)
    @staticmethod
    async def owner(flag: strawberry.Parent[pipeline.Flag], info: Info) -> pipeline.User | None:
        return await user_of(info, flag.owner_id) if flag.owner_id else None

    @field("Who snoozed it.", graphql_type=User | None)
    @staticmethod
    async def snoozed_by(flag: strawberry.Parent[pipeline.Flag], info: Info) -> pipeline.User | None:
        return await user_of(info, flag.snoozed_by) if flag.snoozed_by else None


@exposes(pipeline.FlagCounts, "red", "yellow", "snoozed")
class FlagCounts:
    """How many flags there are; those that are snoozed are counted by themselves."""


@strawberry.type(description="What needs attention.")
class Attention:
    about: strawberry.Private[dict[str, Any]]
    snoozed: strawberry.Private[bool]

    @field("Red before yellow, and of each what is late longest first.", graphql_type=Connection[Flag] | None)
    async def flags(self, info: Info, first: First = 20, after: After = None) -> Connection[Any]:
        request = pipeline.GetAttention(**self.about, snoozed=self.snoozed, page=page_request(_LIST, first, after))
        return connection(_LIST, await info.context.services.read(request), after)

    @field("How many there are, those that are snoozed by themselves.", graphql_type=FlagCounts | None)
    async def counts(self, info: Info) -> pipeline.FlagCounts:
        return await info.context.services.read(pipeline.GetAttentionCounts(**self.about))


@exposes(
    pipeline.WorkingHours,
    "zone",
    "weekdays",
    "country",
    "subdivision",
    changed_at="When they were set; null if nobody has.",
)
class WorkingHours:
    """The hours of a week, the same on each of its working days."""

    @field("When a working day begins, as HH:MM.")
    @staticmethod
    def begins(hours: strawberry.Parent[pipeline.WorkingHours]) -> str:
        return hours.begins

    @field("When it ends, as HH:MM.")
    @staticmethod
    def ends(hours: strawberry.Parent[pipeline.WorkingHours]) -> str:
        return hours.ends

    @field("Who set them.", graphql_type=User | None)
    @staticmethod
    async def changed_by(hours: strawberry.Parent[pipeline.WorkingHours], info: Info) -> pipeline.User | None:
        return await user_of(info, hours.changed_by) if hours.changed_by else None


@exposes(
    pipeline.Absence, id_of=Kind.ABSENCE, first_day="The first day without work.", last_day="The last day without work."
)
class Absence:
    """Days on which somebody does not work."""


@exposes(
    pipeline.Threshold,
    "yellow",
    "red",
    "in_days",
    reason="Of which reason.",
    changed_at="When it was set; null if nobody has.",
)
class AttentionThreshold:
    """How much working time passes until something is late, and until it is too late."""

    @field("Whether it holds for the job alone.")
    @staticmethod
    def of_job(threshold: strawberry.Parent[pipeline.Threshold]) -> bool:
        return threshold.job_id is not None

    @field("Who set it.", graphql_type=User | None)
    @staticmethod
    async def changed_by(threshold: strawberry.Parent[pipeline.Threshold], info: Info) -> pipeline.User | None:
        return await user_of(info, threshold.changed_by) if threshold.changed_by else None


@exposes(
    pipeline.AttentionSettings,
    "absences",
    organisation="When people work who have not said when.",
    viewer="When you work, if you said so.",
    thresholds="For all jobs, and those of the job that was asked for.",
)
class AttentionSettings:
    """What decides when something is late."""
