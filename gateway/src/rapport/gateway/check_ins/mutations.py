"""Holding a check-in, and agreeing on what to do."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.check_ins.refusals import AgreedActionConflict
from rapport.gateway.check_ins.types import AgreedAction, HeldCheckIn
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound, TooSoon

_TEXT = f"What is to be done: plain text, at most {pipeline.MAX_ACTION_TEXT} characters."


@strawberry.input(description="Which job's check-in is over.")
class HoldCheckInInput:
    job_id: strawberry.ID = strawberry.field(description="Of which job.")
    held_at: datetime | None = strawberry.field(
        default=None,
        description="When it ended, for one that is recorded afterwards. Now, if left out; never later, nor before the"
        " last one.",
    )
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What somebody is to do for a job.")
class AddAgreedActionInput:
    job_id: strawberry.ID = strawberry.field(description="For which job.")
    text: str = strawberry.field(description=_TEXT)
    owner_id: strawberry.ID = strawberry.field(description="Who does it.")
    due_on: date = strawberry.field(description="By which day.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="What an action is to be.")
class ChangeAgreedActionInput:
    action_id: strawberry.ID = strawberry.field(description="Which action.")
    text: str = strawberry.field(description=_TEXT)
    owner_id: strawberry.ID = strawberry.field(description="Who does it.")
    due_on: date = strawberry.field(description="By which day.")
    expected_version: int | None = strawberry.field(
        default=None,
        description="The `version` that you saw: an action that was changed since is left as it is. Any, if left out.",
    )


@strawberry.input(description="Which action, and whether it was done.")
class CompleteAgreedActionInput:
    action_id: strawberry.ID = strawberry.field(description="Which action.")
    done: bool = strawberry.field(default=True, description="False if it is not done after all.")


@strawberry.input(description="Which action is not to be done.")
class RemoveAgreedActionInput:
    action_id: strawberry.ID = strawberry.field(description="Which action.")
    removed: bool = strawberry.field(default=True, description="False to take its removal back.")
    expected_version: int | None = strawberry.field(
        default=None,
        description="The `version` that you saw: an action that was changed since is left as it is. Any, if left out.",
    )


_REFUSALS = NotFound | Forbidden | InvalidInput

HoldCheckInResult = Annotated[
    HeldCheckIn | TooSoon | _REFUSALS,
    strawberry.union("HoldCheckInResult", description="What became of ending a check-in."),
]
AgreedActionResult = Annotated[
    AgreedAction | _REFUSALS,
    strawberry.union("AgreedActionResult", description="What became of agreeing on an action, or of its end."),
]
ChangeAgreedActionResult = Annotated[
    AgreedAction | AgreedActionConflict | _REFUSALS,
    strawberry.union(
        "ChangeAgreedActionResult", description="What became of a change to an agreed action, or of its removal."
    ),
]


@strawberry.type
class CheckInMutations:
    @mutation("End a check-in: its moment is where the next one begins.", graphql_type=HoldCheckInResult)
    async def hold_check_in(
        self,
        info: Info,
        input: HoldCheckInInput,  # noqa: A002 - the argument's name
    ) -> pipeline.CheckIn | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        job_id = parser.id(Kind.JOB, input.job_id, "job_id")
        request = parser.build(pipeline.HoldCheckIn, job_id=job_id, held_at=input.held_at)
        return await info.context.services.call_valid(request, key=key)

    @mutation("Agree on what somebody is to do for a job.", graphql_type=AgreedActionResult)
    async def add_agreed_action(
        self,
        info: Info,
        input: AddAgreedActionInput,  # noqa: A002 - the argument's name
    ) -> pipeline.AgreedAction | refusals.Refusal:
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            pipeline.AddAgreedAction,
            job_id=parser.id(Kind.JOB, input.job_id, "job_id"),
            text=input.text,
            owner_id=parser.id(Kind.USER, input.owner_id, "owner_id"),
            due_on=input.due_on,
        )
        return await info.context.services.call_valid(request, key=key)

    @mutation("Change what was agreed on.", graphql_type=ChangeAgreedActionResult)
    async def change_agreed_action(
        self,
        info: Info,
        input: ChangeAgreedActionInput,  # noqa: A002 - the argument's name
    ) -> pipeline.AgreedAction | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.ChangeAgreedAction,
            action_id=parser.id(Kind.AGREED_ACTION, input.action_id, "action_id"),
            text=input.text,
            owner_id=parser.id(Kind.USER, input.owner_id, "owner_id"),
            due_on=input.due_on,
            expected_version=input.expected_version,
        )
        return await info.context.services.call_valid(request)

    @mutation("Say that an action was done, or that it is not done after all.", graphql_type=AgreedActionResult)
    async def complete_agreed_action(
        self,
        info: Info,
        input: CompleteAgreedActionInput,  # noqa: A002 - the argument's name
    ) -> pipeline.AgreedAction | refusals.Refusal:
        parser = InputParser()
        action_id = parser.id(Kind.AGREED_ACTION, input.action_id, "action_id")
        request = parser.build(pipeline.CompleteAgreedAction, action_id=action_id, done=input.done)
        return await info.context.services.call_valid(request)

    @mutation(
        "Remove what is not to be done, or take that back: for a job's hiring team and who wrote it down.",
        graphql_type=ChangeAgreedActionResult,
    )
    async def remove_agreed_action(
        self,
        info: Info,
        input: RemoveAgreedActionInput,  # noqa: A002 - the argument's name
    ) -> pipeline.AgreedAction | refusals.Refusal:
        parser = InputParser()
        request = parser.build(
            pipeline.RemoveAgreedAction,
            action_id=parser.id(Kind.AGREED_ACTION, input.action_id, "action_id"),
            removed=input.removed,
            expected_version=input.expected_version,
        )
        return await info.context.services.call_valid(request)
