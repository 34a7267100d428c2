"""Which entries of an activity feed a viewer sees.

Pipeline keeps the feed's order and leaves out entries of jobs the viewer may not see; the service that owns what an
entry refers to decides about the rest.
"""

from typing import TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from rapport.contracts.authorisation import SEE_OFFERS, WRITE_TO_PEOPLE
from rapport.contracts.pipeline import ActivityEntry, ActivityKind
from rapport.gateway.activity.types import ACTIVITIES, Activity, progress_of
from rapport.gateway.crm.loaders import notes_by_id, projects_by_id
from rapport.gateway.graph.context import OperationContext
from rapport.gateway.outreach.loaders import can_see_suppressions, messages_by_id
from rapport.gateway.reviews.loaders import reviews_by_id, verdicts_by_id

_ThingT = TypeVar("_ThingT")


async def activity_of(context: OperationContext, entry: ActivityEntry) -> Activity | None:
    """The entry as an activity; None if the viewer may not see what it refers to.

    Raises:
        ServiceUnavailableError: the service that decides does not answer.
        ServiceFailedError: or it failed.
    """
    return ACTIVITIES[entry.kind](entry=entry) if await _is_visible(context, entry) else None


async def _is_visible(context: OperationContext, entry: ActivityEntry) -> bool:
    match entry.kind:
        case ActivityKind.REVIEW_REQUESTED:
            return await _exists(context.loader(reviews_by_id), entry.review_id)
        case ActivityKind.VERDICT_GIVEN | ActivityKind.VERDICT_TAKEN_BACK:
            return await _exists(context.loader(verdicts_by_id), entry.verdict_id)
        case ActivityKind.NOTE_ADDED | ActivityKind.NOTE_REFUSED:
            return await _exists(context.loader(notes_by_id), entry.note_id)
        case ActivityKind.PROJECT_JOINED | ActivityKind.PROJECT_LEFT:
            return await _exists(context.loader(projects_by_id), entry.project_id)
        case ActivityKind.SUPPRESSED | ActivityKind.SUPPRESSION_LIFTED:
            return await context.loader(can_see_suppressions).load(entry.person_id)
        case ActivityKind.TAKEOVER_REQUESTED | ActivityKind.TAKEOVER_DECLINED | ActivityKind.TAKEN_OVER:
            # As of who is in touch: for those who may write to the person.
            return WRITE_TO_PEOPLE.allows(context.session.viewer, on_team=True)
        case ActivityKind.SCORECARD_SUBMITTED:
            # Until theirs is in, a viewer who owes one learns nothing of those of others; not that there is one either.
            progress = await progress_of(context, entry)
            return progress is not None and (
                not progress.scorecards_hidden or entry.actor == f"user:{context.session.viewer.user_id}"
            )
        case (
            ActivityKind.OFFER_SENT
            | ActivityKind.OFFER_ACCEPTED
            | ActivityKind.OFFER_DECLINED
            | ActivityKind.OFFER_RESCINDED
        ):
            return SEE_OFFERS.allows(context.session.viewer, on_team=True)
        case _ if entry.message_id:
            return await _exists(context.loader(messages_by_id), entry.message_id)
    return True


async def _exists(loader: DataLoader[UUID, _ThingT | None], id_: UUID | None) -> bool:
    return id_ is not None and await loader.load(id_) is not None
