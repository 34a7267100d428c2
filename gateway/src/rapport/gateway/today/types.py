"""What waits for the viewer, by what is asked of them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import strawberry

from rapport.contracts import outreach, pipeline, reviews
from rapport.contracts.requests import MAX_WAITING
from rapport.gateway.applications.types import Application
from rapport.gateway.attention.types import Flag
from rapport.gateway.check_ins.types import AgreedAction
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.jobs.resolvers import job_by_id
from rapport.gateway.jobs.types import Job
from rapport.gateway.outreach.resolvers import message_of
from rapport.gateway.outreach.types import Message
from rapport.gateway.people.resolvers import person_of
from rapport.gateway.people.types import Person
from rapport.gateway.reviews.resolvers import review_of
from rapport.gateway.reviews.types import Review
from rapport.gateway.today.loaders import (
    conflicts,
    counted_flags,
    owed_flags,
    own_agreed_actions,
    waiting_messages,
    waiting_reviews,
)
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User

NodeT = TypeVar("NodeT")


@exposes(
    reviews.OwedReview, "job_title", "people", "decided", asked_at="When you were asked.", due_at="By when it is due."
)
class OwedReview:
    """An open review in which you have not decided on everybody."""

    @field("The review; its id alone costs nothing.", graphql_type=Review | None)
    @staticmethod
    async def review(owed: strawberry.Parent[reviews.OwedReview], info: Info) -> reviews.Review | None:
        return await review_of(info, owed.review_id)

    @field("Who asked.", graphql_type=User | None)
    @staticmethod
    async def requested_by(owed: strawberry.Parent[reviews.OwedReview], info: Info) -> pipeline.User | None:
        return await user_of(info, owed.requested_by, owed.requester_name)


@exposes(reviews.AwaitedReviewer, "decided", "last_written_to_at", asked_at="When they were asked.")
class AwaitedReviewer:
    """A reviewer who has not decided on everybody."""

    @field("The user.", graphql_type=User | None)
    @staticmethod
    async def user(reviewer: strawberry.Parent[reviews.AwaitedReviewer], info: Info) -> pipeline.User | None:
        return await user_of(info, reviewer.user_id, reviewer.name)


@exposes(
    reviews.AwaitedReview,
    "job_title",
    "people",
    "reviewers",
    due_at="By when it is due.",
    requested_at="When you asked for it.",
)
class AwaitedReview:
    """An open review that you asked for, and in which others have not decided on everybody."""

    @field("The review; its id alone costs nothing.", graphql_type=Review | None)
    @staticmethod
    async def review(awaited: strawberry.Parent[reviews.AwaitedReview], info: Info) -> reviews.Review | None:
        return await review_of(info, awaited.review_id)


@exposes(outreach.UnansweredReply, "excerpt", received_at="When it arrived.")
class UnansweredReply:
    """The newest reply of a person to a message of yours; nobody has written to them since."""

    @field("The message it replies to; its id alone costs nothing.", graphql_type=Message | None)
    @staticmethod
    async def message(reply: strawberry.Parent[outreach.UnansweredReply], info: Info) -> outreach.Message | None:
        return await message_of(info, reply.message_id)

    @field("Who replied.", graphql_type=Person | None)
    @staticmethod
    async def person(reply: strawberry.Parent[outreach.UnansweredReply], info: Info) -> pipeline.Person | None:
        return await person_of(info, reply.person_id)

    @field("For which job, if for one that you see.", graphql_type=Job | None)
    @staticmethod
    async def job(reply: strawberry.Parent[outreach.UnansweredReply], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, reply.job_id) if reply.job_id else None


@exposes(outreach.UncertainMessage, "since", subject="Its subject.")
class UncertainMessage:
    """A message of yours that may or may not have been sent."""

    @field("The message; its id alone costs nothing.", graphql_type=Message | None)
    @staticmethod
    async def message(uncertain: strawberry.Parent[outreach.UncertainMessage], info: Info) -> outreach.Message | None:
        return await message_of(info, uncertain.message_id)

    @field("To whom.", graphql_type=Person | None)
    @staticmethod
    async def person(uncertain: strawberry.Parent[outreach.UncertainMessage], info: Info) -> pipeline.Person | None:
        return await person_of(info, uncertain.person_id)

    @field("For which job, if for one that you see.", graphql_type=Job | None)
    @staticmethod
    async def job(uncertain: strawberry.Parent[outreach.UncertainMessage], info: Info) -> pipeline.Job | None:
        return await job_by_id(info, uncertain.job_id) if uncertain.job_id else None


@exposes(outreach.GrantRequest, "messages", "since")
class GrantRequest:
    """Somebody whose messages wait until you allow them to send from your mailbox."""

    @field("Who wrote them.", graphql_type=User | None)
    @staticmethod
    async def author(request: strawberry.Parent[outreach.GrantRequest], info: Info) -> pipeline.User | None:
        return await user_of(info, request.author_id)


@exposes(outreach.OwedTakeover, "note", requested_at="When they asked.")
class OwedTakeover:
    """Somebody asks you to hand over a person with whom you are in touch."""

    @field("By which it is answered.")
    @staticmethod
    def takeover_request_id(owed: strawberry.Parent[outreach.OwedTakeover]) -> strawberry.ID:
        return global_id(Kind.TAKEOVER_REQUEST, owed.takeover_request_id)

    @field("Whom.", graphql_type=Person | None)
    @staticmethod
    async def person(owed: strawberry.Parent[outreach.OwedTakeover], info: Info) -> pipeline.Person | None:
        return await person_of(info, owed.person_id)

    @field("Who asks.", graphql_type=User | None)
    @staticmethod
    async def requested_by(owed: strawberry.Parent[outreach.OwedTakeover], info: Info) -> pipeline.User | None:
        return await user_of(info, owed.requested_by)


@strawberry.type(description=f"The first {MAX_WAITING} of a list, and how long it is.")
class WaitingList(Generic[NodeT]):
    total_count: int = strawberry.field(description="How many there are.")
    nodes: list[NodeT] = strawberry.field(description=f"At most {MAX_WAITING}.")


@strawberry.type(description="How much waits.")
class TodayCounts:
    for_you: int = strawberry.field(
        description="What only you can do: verdicts, answers, messages in doubt, permissions, takeovers, conflicts,"
        " what is late, and what you agreed to do."
    )
    for_others: int = strawberry.field(description="Reviews in which you wait for the verdicts of others.")


@strawberry.type(description="What waits for you, and what you wait for.")
class Today:
    as_of: datetime = strawberry.field(description="When it was looked up.")

    @field("Open reviews in which you owe verdicts, those due first at the head.")
    async def verdicts_owed(self, info: Info) -> WaitingList[OwedReview] | None:
        found = await _reviews(info)
        return _list(found.owed, found.owed_total)

    @field("Open reviews that you asked for, and in which others owe verdicts.")
    async def verdicts_awaited(self, info: Info) -> WaitingList[AwaitedReview] | None:
        found = await _reviews(info)
        return _list(found.awaited, found.awaited_total)

    @field(
        "Replies of the last 60 days to messages that you wrote or that come from your mailbox, where nobody has"
        " written to the person since; the oldest first. People who must not be written to are left out."
    )
    async def replies_to_answer(self, info: Info) -> WaitingList[UnansweredReply] | None:
        found = await _messages(info)
        return _list(found.replies, found.replies_total)

    @field("Your messages of which nobody knows whether they were sent, the oldest first.")
    async def in_doubt(self, info: Info) -> WaitingList[UncertainMessage] | None:
        found = await _messages(info)
        return _list(found.in_doubt, found.in_doubt_total)

    @field("Whose messages wait until you allow them to send from your mailbox, who waits longest first.")
    async def grants_waiting(self, info: Info) -> WaitingList[GrantRequest] | None:
        found = await _messages(info)
        return _list(found.grants, found.grants_total)

    @field("Who asks you to hand over a person with whom you are in touch, who asked first at the head.")
    async def takeovers_owed(self, info: Info) -> WaitingList[OwedTakeover] | None:
        found = await _messages(info)
        return _list(found.takeovers, found.takeovers_total)

    @field(
        "Applications under way about which the ATS disagrees, of the jobs on whose hiring team you are; the oldest"
        " conflict first."
    )
    async def conflicts(self, info: Info) -> WaitingList[Application] | None:
        found = await _conflicts(info)
        return _list(found.items, found.total)

    @field("What is late in applications and yours to do: red before yellow, late longest first; nothing snoozed.")
    async def flags(self, info: Info) -> WaitingList[Flag] | None:
        loaded = info.context.loader(owed_flags).load(info.context.session.viewer.user_id)
        found, total = await asyncio.gather(loaded, _late(info))
        return _list([edge.node for edge in found.edges], total)

    @field("What you agreed to do in check-ins of jobs that you see, due first at the head.")
    async def agreed_actions(self, info: Info) -> WaitingList[AgreedAction] | None:
        found = await _actions(info)
        return _list(found.items, found.total)

    @field("How much waits altogether; null if a service does not answer.")
    async def counts(self, info: Info) -> TodayCounts | None:
        of_reviews, of_messages, of_boards, late, agreed = await asyncio.gather(
            _reviews(info), _messages(info), _conflicts(info), _late(info), _actions(info)
        )
        of_outreach = of_messages.replies_total + of_messages.in_doubt_total + of_messages.grants_total
        of_outreach += of_messages.takeovers_total
        return TodayCounts(
            for_you=of_reviews.owed_total + of_outreach + of_boards.total + late + agreed.total,
            for_others=of_reviews.awaited_total,
        )


def _list(items: Sequence[object], total: int) -> WaitingList[Any]:
    return WaitingList(total_count=total, nodes=list(items))


async def _reviews(info: Info) -> reviews.WaitingReviews:
    return await info.context.loader(waiting_reviews).load(info.context.session.viewer.user_id)


async def _messages(info: Info) -> outreach.WaitingMessages:
    return await info.context.loader(waiting_messages).load(info.context.session.viewer.user_id)


async def _conflicts(info: Info) -> pipeline.Conflicts:
    return await info.context.loader(conflicts).load(info.context.session.viewer.user_id)


async def _actions(info: Info) -> pipeline.AgreedActions:
    return await info.context.loader(own_agreed_actions).load(info.context.session.viewer.user_id)


async def _late(info: Info) -> int:
    counts = await info.context.loader(counted_flags).load(info.context.session.viewer.user_id)
    return counts.red + counts.yellow
