"""A person's activity feed: typed entries, newest first, from every service.

Pipeline keeps the feed's order and which entries belong to jobs that the viewer sees; what an entry is about is asked
of whoever owns it, and an entry whose owner does not show it to the viewer is left out.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from rapport.contracts import outreach, pipeline, reviews
from rapport.contracts.pipeline import ActivityEntry, ActivityKind, ActivityPage, GetActivity
from rapport.contracts.requests import Page
from rapport.contracts.vocabulary import ApplicationStatus, SuppressionReason, Verdict, VerdictChange
from rapport.gateway.applications.relations import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.context import Info
from rapport.gateway.events.change import Actor, actor_of
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, global_id
from rapport.gateway.jobs.types import Job, Stage
from rapport.gateway.loaders import Loaders
from rapport.gateway.outreach.types import Message, Reply
from rapport.gateway.pages import Connection, asked_page, connection
from rapport.gateway.reviews.relations import review_by_id, standing_verdict
from rapport.gateway.reviews.types import PersonVerdict, Review
from rapport.gateway.shown import enumeration
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError

_ThingT = TypeVar("_ThingT")


@strawberry.interface(description="One thing that happened with a person.")
class Activity:
    entry: strawberry.Private[ActivityEntry]

    @field("Opaque; the same whether the entry is read or watched.")
    def id(self) -> strawberry.ID:
        return global_id(Kind.ACTIVITY, self.entry.id)

    @field("When it happened.")
    def occurred_at(self) -> datetime:
        return self.entry.occurred_at

    @field("Who did it.")
    def actor(self) -> Actor:
        return actor_of(self.entry.actor)

    @field("The job it belongs to, if to one.", shown_as=Job | None)
    async def job(self, info: Info) -> pipeline.Job | None:
        return await info.context.loaders.jobs_by_id.load(self.entry.job_id) if self.entry.job_id else None


@strawberry.interface(description="Something happened with one of the person's applications.")
class ApplicationActivity(Activity):
    @field("The application as it is by now.", shown_as=Application | None)
    async def application(self, info: Info) -> pipeline.Application | None:
        return await application_by_id(info, self.entry.application_id) if self.entry.application_id else None


@strawberry.type(description="They entered a job's process, by applying or by being put there.")
class ApplicationReceived(ApplicationActivity):
    @field("Where they entered it.", shown_as=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.entry, self.entry.to_stage_id)


@strawberry.type(description="An application moved to another stage.")
class StageChanged(ApplicationActivity):
    @field("The stage it left.", shown_as=Stage | None)
    async def from_stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.entry, self.entry.from_stage_id)

    @field("The stage it entered.", shown_as=Stage | None)
    async def to_stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.entry, self.entry.to_stage_id)


@strawberry.type(description="An application came to its end.")
class ApplicationClosed(ApplicationActivity):
    @field("The stage it was in.", shown_as=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.entry, self.entry.from_stage_id)

    @field("How it ended.", shown_as=enumeration(ApplicationStatus) | None)
    def status(self) -> ApplicationStatus | None:
        return self.entry.status


@strawberry.type(description="A closed application is being pursued again.")
class ApplicationReopened(ApplicationActivity):
    @field("The stage it is in.", shown_as=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.entry, self.entry.to_stage_id)


@strawberry.type(description="The ATS no longer has an application, or has it after all.")
class ApplicationRemoved(ApplicationActivity):
    @field("The stage it was in.", shown_as=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.entry, self.entry.from_stage_id or self.entry.to_stage_id)

    @field("Whether the ATS has it after all.")
    def restored(self) -> bool:
        return self.entry.kind is ActivityKind.APPLICATION_RESTORED


@strawberry.type(description="The ATS refused a move.")
class MoveRefused(ApplicationActivity):
    @field("The stage we have it in.", shown_as=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.entry, self.entry.to_stage_id)

    @field("The stage the ATS insists on.", shown_as=Stage | None)
    async def ats_stage(self, info: Info) -> pipeline.Stage | None:
        return await _stage(info, self.entry, self.entry.from_stage_id)


@strawberry.type(description="Reviewers were asked what they think of the person.")
class ReviewRequested(Activity):
    @field("The review as it is by now.", shown_as=Review | None)
    async def review(self, info: Info) -> reviews.Review | None:
        return await review_by_id(info, self.entry.review_id) if self.entry.review_id else None


@strawberry.type(description="A reviewer gave a verdict on the person, or another one, or edited its note.")
class VerdictGiven(Activity):
    @field("What they said then.", shown_as=enumeration(Verdict) | None)
    def given(self) -> Verdict | None:
        return self.entry.verdict

    @field(
        "Whether they changed their mind, or only the note; null if that was not kept.",
        shown_as=enumeration(VerdictChange) | None,
    )
    def change(self) -> VerdictChange | None:
        return self.entry.verdict_change

    @field("The verdict as it is by now; null if it was taken back.", shown_as=PersonVerdict | None)
    async def verdict(self, info: Info) -> reviews.PersonVerdict | None:
        return await standing_verdict(info, self.entry.verdict_id) if self.entry.verdict_id else None


@strawberry.type(description="A reviewer took their verdict on the person back.")
class VerdictTakenBack(Activity):
    @field("What they had said.", shown_as=enumeration(Verdict) | None)
    def taken_back(self) -> Verdict | None:
        return self.entry.verdict

    @field("The review as it is by now.", shown_as=Review | None)
    async def review(self, info: Info) -> reviews.Review | None:
        return await review_by_id(info, self.entry.review_id) if self.entry.review_id else None


class MessageOutcome(StrEnum):
    """What became of a message."""

    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


@strawberry.type(description="A message to the person was sent, came back, failed, or is in doubt.")
class MessageActivity(Activity):
    @field("What became of it then.", shown_as=enumeration(MessageOutcome))
    def outcome(self) -> MessageOutcome:
        return MessageOutcome(self.entry.kind.removeprefix("message_"))

    @field("The message as it is by now.", shown_as=Message | None)
    async def message(self, info: Info) -> outreach.Message | None:
        return await _loaded(info.context.loaders.messages_by_id, self.entry.message_id)


@strawberry.type(description="The person, or a machine for them, answered a message.")
class ReplyReceived(Activity):
    @field("The message that was answered.", shown_as=Message | None)
    async def message(self, info: Info) -> outreach.Message | None:
        return await _loaded(info.context.loaders.messages_by_id, self.entry.message_id)

    @field("The answer.", shown_as=Reply | None)
    async def reply(self, info: Info) -> outreach.Reply | None:
        message = await _loaded(info.context.loaders.messages_by_id, self.entry.message_id)
        return next((a for a in message.replies if a.id == self.entry.reply_id), None) if message else None


@strawberry.type(description="The person, or one of their addresses, must not be written to any more, or may be again.")
class SuppressionChanged(Activity):
    @field("Why they must not be written to.", shown_as=enumeration(SuppressionReason) | None)
    def reason(self) -> SuppressionReason | None:
        return self.entry.suppression

    @field("Whether they may be written to again.")
    def lifted(self) -> bool:
        return self.entry.kind is ActivityKind.SUPPRESSION_LIFTED


ACTIVITIES: dict[ActivityKind, type[Activity]] = {
    ActivityKind.APPLICATION_RECEIVED: ApplicationReceived,
    ActivityKind.STAGE_CHANGED: StageChanged,
    ActivityKind.APPLICATION_CLOSED: ApplicationClosed,
    ActivityKind.APPLICATION_REOPENED: ApplicationReopened,
    ActivityKind.APPLICATION_REMOVED: ApplicationRemoved,
    ActivityKind.APPLICATION_RESTORED: ApplicationRemoved,
    ActivityKind.MOVE_REFUSED: MoveRefused,
    ActivityKind.REVIEW_REQUESTED: ReviewRequested,
    ActivityKind.VERDICT_GIVEN: VerdictGiven,
    ActivityKind.VERDICT_TAKEN_BACK: VerdictTakenBack,
    ActivityKind.MESSAGE_SENT: MessageActivity,
    ActivityKind.MESSAGE_BOUNCED: MessageActivity,
    ActivityKind.MESSAGE_FAILED: MessageActivity,
    ActivityKind.MESSAGE_IN_DOUBT: MessageActivity,
    ActivityKind.REPLY_RECEIVED: ReplyReceived,
    ActivityKind.SUPPRESSED: SuppressionChanged,
    ActivityKind.SUPPRESSION_LIFTED: SuppressionChanged,
}


_LEAST_READ = 20
_MOST_READS = 4
"""Readings that make up for entries that are hidden; whoever sees next to nothing gets a page that is not full."""


@dataclass(frozen=True, slots=True)
class _Edge:
    cursor: tuple[str, ...]
    node: Activity | Exception


@dataclass(frozen=True, slots=True)
class _Page:
    edges: tuple[_Edge, ...]
    has_next: bool


async def read_activity(info: Info, person_id: UUID, first: int, after: str | None) -> Connection[Any]:
    """A part of a person's feed. What the viewer may not see is left out, and made up for by what comes after it."""
    of_list = f"activity:{person_id}"
    page, shown, readings = asked_page(of_list, first, after), list[_Edge](), 0
    while True:
        read = await info.context.asking.read(GetActivity(person_id=person_id, page=page))
        shown += await _shown_of(info.context.loaders, read)
        readings += 1
        if len(shown) >= first or not read.has_next or readings == _MOST_READS:
            break
        page = Page(first=max(first, _LEAST_READ), after=read.edges[-1].cursor)
    if len(shown) >= first:
        more = read.has_next or len(shown) > first
        return connection(of_list, _Page(tuple(shown[:first]), more), after)
    end = read.edges[-1].cursor if read.edges else None
    return connection(of_list, _Page(tuple(shown), read.has_next), after, end=end)


async def _shown_of(loaders: Loaders, page: ActivityPage) -> list[_Edge]:
    found = await asyncio.gather(*(_activity_or_problem(loaders, edge.node) for edge in page.edges))
    return [_Edge(edge.cursor, node) for edge, node in zip(page.edges, found, strict=True) if node]


async def activity_of(loaders: Loaders, entry: ActivityEntry) -> Activity | None:
    """The entry as it is shown; None if the viewer may not see what it is about.

    Raises:
        ServiceUnavailableError: whoever has to decide that is away.
        ServiceFailedError: or failed.
    """
    return ACTIVITIES[entry.kind](entry=entry) if await _is_shown(loaders, entry) else None


async def _activity_or_problem(loaders: Loaders, entry: ActivityEntry) -> Activity | Exception | None:
    """In a list, an entry that nobody can decide about is an error in its place, and the others are there."""
    try:
        return await activity_of(loaders, entry)
    except (ServiceUnavailableError, ServiceFailedError) as problem:
        return problem


async def _is_shown(loaders: Loaders, entry: ActivityEntry) -> bool:
    """Whether its owner shows it."""
    match entry.kind:
        case ActivityKind.REVIEW_REQUESTED:
            return await _loaded(loaders.reviews_by_id, entry.review_id) is not None
        case ActivityKind.VERDICT_GIVEN | ActivityKind.VERDICT_TAKEN_BACK:
            return await _loaded(loaders.verdicts_by_id, entry.verdict_id) is not None
        case ActivityKind.SUPPRESSED | ActivityKind.SUPPRESSION_LIFTED:
            return await loaders.sees_ledger_of.load(entry.person_id)
        case _ if entry.message_id:
            return await _loaded(loaders.messages_by_id, entry.message_id) is not None
    return True


async def _loaded(loader: DataLoader[UUID, _ThingT | None], id_: UUID | None) -> _ThingT | None:
    return await loader.load(id_) if id_ else None


async def _stage(info: Info, entry: ActivityEntry, stage_id: UUID | None) -> pipeline.Stage | None:
    job = await _loaded(info.context.loaders.jobs_by_id, entry.job_id)
    return next((stage for stage in job.stages if stage.id == stage_id), None) if job else None
