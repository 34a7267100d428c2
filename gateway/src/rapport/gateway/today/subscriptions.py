"""What waits for the viewer changes, as it happens."""

from collections.abc import AsyncGenerator
from enum import StrEnum
from typing import Any

import strawberry

from rapport.contracts.events import (
    AgreedActionChanged,
    AttentionChanged,
    Event,
    MessageScheduled,
    MessageStateChanged,
    OwnershipAnswered,
    OwnershipRequested,
    OwnershipTakenOver,
    ReplyReceived,
    SuppressionLifted,
    SuppressionRecorded,
    SyncChanged,
)
from rapport.gateway.applications.loaders import applications_by_id
from rapport.gateway.errors import not_found
from rapport.gateway.graph.changes import After, Change
from rapport.gateway.graph.context import Info, OperationContext
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field, subscription
from rapport.gateway.jobs.loaders import jobs_by_id
from rapport.gateway.outreach.loaders import messages_by_id
from rapport.gateway.people.loaders import people_by_id
from rapport.gateway.reviews.subscriptions import is_involved
from rapport.gateway.subscriptions.hub import StreamedEvent
from rapport.gateway.subscriptions.subscription import Subscription, follow
from rapport.gateway.subscriptions.topics import ALL_WORK


class TodayPart(StrEnum):
    """A list of what waits."""

    VERDICTS_OWED = "verdicts_owed"
    """`verdictsOwed`."""
    VERDICTS_AWAITED = "verdicts_awaited"
    """`verdictsAwaited`."""
    REPLIES_TO_ANSWER = "replies_to_answer"
    """`repliesToAnswer`."""
    IN_DOUBT = "in_doubt"
    """`inDoubt`."""
    GRANTS_WAITING = "grants_waiting"
    """`grantsWaiting`."""
    TAKEOVERS_OWED = "takeovers_owed"
    """`takeoversOwed`."""
    CONFLICTS = "conflicts"
    """`conflicts`."""
    FLAGS = "flags"
    """`flags`."""
    AGREED_ACTIONS = "agreed_actions"
    """`agreedActions`."""


_VERDICTS = (TodayPart.VERDICTS_OWED, TodayPart.VERDICTS_AWAITED)
_MESSAGES = (TodayPart.REPLIES_TO_ANSWER, TodayPart.IN_DOUBT, TodayPart.GRANTS_WAITING)


@strawberry.type(description="Something happened that may have changed what waits for you.")
class TodayChange(Change):
    changed: strawberry.Private[tuple[TodayPart, ...]]

    @field("Which lists of `today` it may have changed.", graphql_type=list[enumeration(TodayPart)])  # type: ignore[misc]
    def parts(self) -> list[TodayPart]:
        return list(self.changed)


@strawberry.type
class TodaySubscriptions:
    @subscription(
        "What may have changed of what waits for you, as it happens: load those lists of `today` again. What somebody"
        " else writes to a person whose reply waits for you is not told.",
        graphql_type=TodayChange,
    )
    async def today_changed(self, info: Info, after: After = None) -> AsyncGenerator[TodayChange, None]:
        context = info.context

        async def change(streamed: StreamedEvent) -> TodayChange | None:
            changed = await _changed(context, streamed.event)
            return TodayChange(streamed=streamed, changed=changed) if changed else None

        async def probe() -> object:
            return context.session  # something may wait for everybody

        missing = not_found("today", None)
        return await follow(context, Subscription("todayChanged", ALL_WORK, after, change, probe, missing))


async def _changed(context: OperationContext, event: Event[Any]) -> tuple[TodayPart, ...]:
    """The lists of the viewer that an event may change; none if they may not see what it is about."""
    viewer = context.session.viewer.user_id
    match event.data:
        case AttentionChanged(owner_id=owner, previous_owner_id=previous):
            mine = viewer in {owner, previous}
            return (TodayPart.FLAGS,) if mine and await _sees_application(context, event) else ()
        case SyncChanged(job_id=job_id):
            job = await context.loader(jobs_by_id).load(job_id)
            mine = job is not None and any(member.user.id == viewer for member in job.team)
            return (TodayPart.CONFLICTS,) if mine and await _sees_application(context, event) else ()
        case AgreedActionChanged(job_id=job_id, owner_id=owner, previous_owner_id=previous):
            mine = viewer in {owner, previous}
            return (TodayPart.AGREED_ACTIONS,) if mine and await context.loader(jobs_by_id).load(job_id) else ()
        case MessageScheduled() | MessageStateChanged() | ReplyReceived() as of:
            mine = viewer in {of.author_id, of.from_user_id}
            return _MESSAGES if mine and await context.loader(messages_by_id).load(event.subject) else ()
        case SuppressionRecorded(person_id=person_id) | SuppressionLifted(person_id=person_id):
            seen = person_id is not None and await context.loader(people_by_id).load(person_id)
            return (TodayPart.REPLIES_TO_ANSWER,) if seen else ()
        case OwnershipRequested(owner_id=owner) | OwnershipAnswered(owner_id=owner):
            return (TodayPart.TAKEOVERS_OWED,) if viewer == owner else ()
        case OwnershipTakenOver(user_id=owner, previous_user_id=previous):
            return (TodayPart.TAKEOVERS_OWED,) if viewer in {owner, previous} else ()
    return _VERDICTS if await is_involved(context, event.subject) else ()


async def _sees_application(context: OperationContext, event: Event[Any]) -> bool:
    return await context.loader(applications_by_id).load(event.subject) is not None
