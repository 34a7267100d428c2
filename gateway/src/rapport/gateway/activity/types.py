"""The entries of a person's activity feed, by kind."""

from datetime import datetime
from enum import StrEnum

import strawberry

from rapport.contracts import outreach, pipeline, reviews
from rapport.contracts.pipeline import ActivityEntry, ActivityKind
from rapport.contracts.vocabulary import (
    ApplicationAction,
    ApplicationStatus,
    OfferStatus,
    PersonSource,
    Responsibility,
    SuppressionReason,
    Verdict,
    VerdictChange,
)
from rapport.gateway.applications.resolvers import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.crm.resolvers import note_by_id, project_by_id
from rapport.gateway.crm.types import Note, Project
from rapport.gateway.graph.changes import Actor, actor_of
from rapport.gateway.graph.context import Info, OperationContext
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.jobs.resolvers import job_by_id, stage_by_id
from rapport.gateway.jobs.types import Job, Stage
from rapport.gateway.outreach.resolvers import message_by_id, reply_by_id
from rapport.gateway.outreach.types import Message, Reply
from rapport.gateway.people.loaders import merges_by_person
from rapport.gateway.people.merges import Merge
from rapport.gateway.progress.loaders import progress_by_application
from rapport.gateway.progress.types import Interview, Offer, Scorecard
from rapport.gateway.reviews.resolvers import current_verdict, review_by_id
from rapport.gateway.reviews.types import PersonVerdict, Review
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User


@strawberry.interface(description="One thing that happened with a person.")
class Activity:
    entry: strawberry.Private[ActivityEntry]

    @field("Opaque; the same in the feed and in `activityAdded`.")
    def id(self) -> strawberry.ID:
        return global_id(Kind.ACTIVITY, self.entry.id)

    @field("When it happened.")
    def occurred_at(self) -> datetime:
        return self.entry.occurred_at

    @field("Who did it.")
    def actor(self) -> Actor:
        return actor_of(self.entry.actor)

    @field("The job it belongs to, if to one.", graphql_type=Job | None)
    async def job(self, info: Info) -> pipeline.Job | None:
        return await job_by_id(info, self.entry.job_id) if self.entry.job_id else None


@strawberry.interface(description="Something happened with one of the person's applications.")
class ApplicationActivity(Activity):
    @field("The application's current state.", graphql_type=Application | None)
    async def application(self, info: Info) -> pipeline.Application | None:
        return await application_by_id(info, self.entry.application_id) if self.entry.application_id else None


@strawberry.type(description="They entered a job's process, by applying or by being added.")
class ApplicationReceived(ApplicationActivity):
    @field("Where they entered it.", graphql_type=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.to_stage_id)


@strawberry.type(description="An application moved to another stage.")
class StageChanged(ApplicationActivity):
    @field("The stage it left.", graphql_type=Stage | None)
    async def from_stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.from_stage_id)

    @field("The stage it entered.", graphql_type=Stage | None)
    async def to_stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.to_stage_id)


@strawberry.type(description="An application was closed.")
class ApplicationClosed(ApplicationActivity):
    @field("The stage it was in.", graphql_type=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.from_stage_id)

    @field("How it ended.", graphql_type=enumeration(ApplicationStatus) | None)
    def status(self) -> ApplicationStatus | None:
        return self.entry.status


@strawberry.type(description="A closed application was reopened.")
class ApplicationReopened(ApplicationActivity):
    @field("The stage it is in.", graphql_type=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.to_stage_id)


@strawberry.type(description="The ATS no longer has an application, or has it again.")
class ApplicationRemoved(ApplicationActivity):
    @field("The stage it was in.", graphql_type=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.from_stage_id or self.entry.to_stage_id)

    @field("Whether the ATS has it again.")
    def restored(self) -> bool:
        return self.entry.kind is ActivityKind.APPLICATION_RESTORED


@strawberry.type(description="The ATS refused a move.")
class MoveRefused(ApplicationActivity):
    @field("The stage it is in here.", graphql_type=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.to_stage_id)

    @field("The stage it is in in the ATS.", graphql_type=Stage | None)
    async def ats_stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.from_stage_id)


@strawberry.type(description="The ATS refused what was done to an application, which is as it was before.")
class ActionRefused(ApplicationActivity):
    @field("What was refused.", graphql_type=enumeration(ApplicationAction))
    def action(self) -> ApplicationAction:
        return self.entry.action or ApplicationAction.MOVE

    @field("The stage it is in.", graphql_type=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.to_stage_id)


@strawberry.type(description="A conflict with the ATS was settled by keeping the stage here; the ATS is to follow.")
class StageKept(ApplicationActivity):
    @field("The stage that was kept.", graphql_type=Stage | None)
    async def stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.to_stage_id)

    @field("The stage it was in in the ATS.", graphql_type=Stage | None)
    async def ats_stage(self, info: Info) -> pipeline.Stage | None:
        return await stage_by_id(info, self.entry.job_id, self.entry.from_stage_id)


@strawberry.type(description="An interviewer's scorecard came in.")
class ScorecardSubmitted(ApplicationActivity):
    @field("What it says now; null if the ATS no longer has it.", graphql_type=Scorecard | None)
    async def scorecard(self, info: Info) -> pipeline.Scorecard | None:
        progress = await progress_of(info.context, self.entry)
        return (
            next((one for one in progress.scorecards if one.id == self.entry.scorecard_id), None) if progress else None
        )


@strawberry.type(description="A user has seen what came of an interview.")
class InterviewSeen(ApplicationActivity):
    @field("The interview; null if the ATS no longer has it.", graphql_type=Interview | None)
    async def interview(self, info: Info) -> pipeline.Interview | None:
        progress = await progress_of(info.context, self.entry)
        interviews = progress.interviews if progress else ()
        return next((one for one in interviews if one.id == self.entry.interview_id), None)


@strawberry.type(description="An offer was sent, accepted, declined or withdrawn.")
class OfferChanged(ApplicationActivity):
    @field("What became of it then.", graphql_type=enumeration(OfferStatus))
    def current(self) -> OfferStatus:
        return OfferStatus(self.entry.kind.removeprefix("offer_"))

    @field("What became of it until now; null if the ATS no longer has it.", graphql_type=Offer | None)
    async def offer(self, info: Info) -> pipeline.Offer | None:
        progress = await progress_of(info.context, self.entry)
        return next((one for one in progress.offers if one.id == self.entry.offer_id), None) if progress else None


async def progress_of(context: OperationContext, entry: ActivityEntry) -> pipeline.ApplicationProgress | None:
    """The progress of the application of an entry, as far as the viewer may see it."""
    return await context.loader(progress_by_application).load(entry.application_id) if entry.application_id else None


@strawberry.type(description="A review of the person was requested.")
class ReviewRequested(Activity):
    @field("The review's current state.", graphql_type=Review | None)
    async def review(self, info: Info) -> reviews.Review | None:
        return await review_by_id(info, self.entry.review_id) if self.entry.review_id else None


@strawberry.type(description="A reviewer gave a verdict on the person, changed it, or edited its note.")
class VerdictGiven(Activity):
    @field("The verdict at that time.", graphql_type=enumeration(Verdict) | None)
    def given(self) -> Verdict | None:
        return self.entry.verdict

    @field(
        "What changed: the verdict, or only its note; null for entries from before this was recorded.",
        graphql_type=enumeration(VerdictChange) | None,
    )
    def change(self) -> VerdictChange | None:
        return self.entry.verdict_change

    @field("The verdict's current state; null if it was taken back.", graphql_type=PersonVerdict | None)
    async def verdict(self, info: Info) -> reviews.PersonVerdict | None:
        return await current_verdict(info, self.entry.verdict_id) if self.entry.verdict_id else None


@strawberry.type(description="A reviewer withdrew their verdict on the person.")
class VerdictTakenBack(Activity):
    @field("The withdrawn verdict.", graphql_type=enumeration(Verdict) | None)
    def taken_back(self) -> Verdict | None:
        return self.entry.verdict

    @field("The review's current state.", graphql_type=Review | None)
    async def review(self, info: Info) -> reviews.Review | None:
        return await review_by_id(info, self.entry.review_id) if self.entry.review_id else None


class MessageOutcome(StrEnum):
    """What happened to a message."""

    SENT = "sent"
    """The mail server accepted it."""
    BOUNCED = "bounced"
    """It was sent and came back."""
    FAILED = "failed"
    """It was not sent and will not be."""
    IN_DOUBT = "in_doubt"
    """It may have been sent; a user decides."""


@strawberry.type(description="A message to the person was sent, bounced, failed, or is in doubt.")
class MessageActivity(Activity):
    @field("What happened to it.", graphql_type=enumeration(MessageOutcome))
    def outcome(self) -> MessageOutcome:
        return MessageOutcome(self.entry.kind.removeprefix("message_"))

    @field("The message's current state.", graphql_type=Message | None)
    async def message(self, info: Info) -> outreach.Message | None:
        return await message_by_id(info, self.entry.message_id) if self.entry.message_id else None


@strawberry.type(description="The person, or a machine on their behalf, replied to a message.")
class ReplyReceived(Activity):
    @field("The message replied to.", graphql_type=Message | None)
    async def message(self, info: Info) -> outreach.Message | None:
        return await message_by_id(info, self.entry.message_id) if self.entry.message_id else None

    @field("The reply.", graphql_type=Reply | None)
    async def reply(self, info: Info) -> outreach.Reply | None:
        entry = self.entry
        return await reply_by_id(info, entry.message_id, entry.reply_id) if entry.message_id else None


@strawberry.type(description="The person, or one of their addresses, was suppressed, or a suppression was lifted.")
class SuppressionChanged(Activity):
    @field("Why they were suppressed.", graphql_type=enumeration(SuppressionReason) | None)
    def reason(self) -> SuppressionReason | None:
        return self.entry.suppression

    @field("Whether the suppression was lifted.")
    def lifted(self) -> bool:
        return self.entry.kind is ActivityKind.SUPPRESSION_LIFTED


@strawberry.type(description="Another record was found to be this person's, or such a merge was undone.")
class PeopleMerged(Activity):
    @field("Whether it was undone.")
    def undone(self) -> bool:
        return self.entry.kind is ActivityKind.MERGE_UNDONE

    @field("The merge; null if it is no longer in force.", graphql_type=Merge | None)
    async def merge(self, info: Info) -> pipeline.PersonMerge | None:
        merges = await info.context.loader(merges_by_person).load(self.entry.person_id)
        return next((merge for merge in merges if merge.id == self.entry.merge_id), None)


@strawberry.type(description="The person was created here.")
class PersonCreated(Activity):
    @field("How they came to be known.", graphql_type=enumeration(PersonSource) | None)
    def source(self) -> PersonSource | None:
        return self.entry.source


@strawberry.type(description="The person was added to a project, or removed from it.")
class ProjectActivity(Activity):
    @field("The project.", graphql_type=Project | None)
    async def project(self, info: Info) -> pipeline.Project | None:
        return await project_by_id(info, self.entry.project_id) if self.entry.project_id else None

    @field("Whether they were removed.")
    def removed(self) -> bool:
        return self.entry.kind is ActivityKind.PROJECT_LEFT


@strawberry.type(description="A note about the person was written.")
class NoteAdded(Activity):
    @field("The note as it is now.", graphql_type=Note | None)
    async def note(self, info: Info) -> pipeline.Note | None:
        return await note_by_id(info, self.entry.note_id) if self.entry.note_id else None


@strawberry.type(description="The ATS refused a note that was written with an application: it is here alone.")
class NoteRefused(Activity):
    @field("The note as it is now.", graphql_type=Note | None)
    async def note(self, info: Info) -> pipeline.Note | None:
        return await note_by_id(info, self.entry.note_id) if self.entry.note_id else None


@strawberry.type(description="A user looked at the person's profile for the first time, or added them.")
class SourcingActivity(Activity):
    @field("Whether they were added.")
    def added(self) -> bool:
        return self.entry.kind is ActivityKind.PERSON_ADDED


class TakeoverStep(StrEnum):
    """What happened about who is in touch with a person."""

    REQUESTED = "takeover_requested"
    """Somebody asked the user to hand the person over."""
    DECLINED = "takeover_declined"
    """The owner did not hand the person over to the user."""
    TAKEN_OVER = "taken_over"
    """The user is in touch with the person from then on."""


@strawberry.type(description="Somebody asked to take the person over, was declined, or took the person over.")
class TakeoverActivity(Activity):
    @field("What happened.", graphql_type=enumeration(TakeoverStep))
    def step(self) -> TakeoverStep:
        return TakeoverStep(self.entry.kind)

    @field("Who was asked, was declined, or is in touch from then on.", graphql_type=User | None)
    async def user(self, info: Info) -> pipeline.User | None:
        return await user_of(info, self.entry.user_id) if self.entry.user_id else None


@strawberry.type(description="Somebody else, or nobody, looks after the person from then on.")
class PersonAssigned(Activity):
    @field("As what.", graphql_type=enumeration(Responsibility) | None)
    def responsibility(self) -> Responsibility | None:
        return self.entry.responsibility

    @field("Who does from then on; null if nobody does.", graphql_type=User | None)
    async def user(self, info: Info) -> pipeline.User | None:
        return await user_of(info, self.entry.user_id) if self.entry.user_id else None


ACTIVITIES: dict[ActivityKind, type[Activity]] = {
    ActivityKind.APPLICATION_RECEIVED: ApplicationReceived,
    ActivityKind.STAGE_CHANGED: StageChanged,
    ActivityKind.APPLICATION_CLOSED: ApplicationClosed,
    ActivityKind.APPLICATION_REOPENED: ApplicationReopened,
    ActivityKind.APPLICATION_REMOVED: ApplicationRemoved,
    ActivityKind.APPLICATION_RESTORED: ApplicationRemoved,
    ActivityKind.MOVE_REFUSED: MoveRefused,
    ActivityKind.STAGE_KEPT: StageKept,
    ActivityKind.ACTION_REFUSED: ActionRefused,
    ActivityKind.SCORECARD_SUBMITTED: ScorecardSubmitted,
    ActivityKind.INTERVIEW_SEEN: InterviewSeen,
    ActivityKind.OFFER_SENT: OfferChanged,
    ActivityKind.OFFER_ACCEPTED: OfferChanged,
    ActivityKind.OFFER_DECLINED: OfferChanged,
    ActivityKind.OFFER_RESCINDED: OfferChanged,
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
    ActivityKind.PEOPLE_MERGED: PeopleMerged,
    ActivityKind.MERGE_UNDONE: PeopleMerged,
    ActivityKind.PERSON_CREATED: PersonCreated,
    ActivityKind.PROJECT_JOINED: ProjectActivity,
    ActivityKind.PROJECT_LEFT: ProjectActivity,
    ActivityKind.NOTE_ADDED: NoteAdded,
    ActivityKind.NOTE_REFUSED: NoteRefused,
    ActivityKind.PROFILE_VIEWED: SourcingActivity,
    ActivityKind.PERSON_ADDED: SourcingActivity,
    ActivityKind.TAKEOVER_REQUESTED: TakeoverActivity,
    ActivityKind.TAKEOVER_DECLINED: TakeoverActivity,
    ActivityKind.TAKEN_OVER: TakeoverActivity,
    ActivityKind.PERSON_ASSIGNED: PersonAssigned,
}
