"""Mutations for messages, sending grants and suppressions."""

from datetime import datetime
from typing import Annotated

import strawberry

from rapport.contracts import outreach, refusals
from rapport.contracts.identity import Role
from rapport.contracts.requests import Request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser, idempotency_key
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.outreach.types import Message, SendingGrant, Suppression

_OfMessage = outreach.Message | refusals.Refusal


@strawberry.input(description="What to write to whom.")
class SendMessageInput:
    person_id: strawberry.ID = strawberry.field(description="Whom.")
    subject: str = strawberry.field(description=f"One line, at most {outreach.MAX_SUBJECT} characters.")
    body: str = strawberry.field(description=f"Plain text, at most {outreach.MAX_BODY} characters.")
    from_user_id: strawberry.ID | None = strawberry.field(
        default=None, description="On behalf of whom, if not of yourself: they must have allowed it."
    )
    job_id: strawberry.ID | None = strawberry.field(default=None, description="For which job.")
    to_address: str | None = strawberry.field(
        default=None, description="One of the person's addresses; the first if left out."
    )
    reply_to_message_id: strawberry.ID | None = strawberry.field(
        default=None, description="The earlier message whose conversation this one continues."
    )
    send_at: datetime | None = strawberry.field(default=None, description="Not before; now if left out.")
    idempotency_key: str | None = idempotency_key()


@strawberry.input(description="Which message.")
class MessageInput:
    message_id: strawberry.ID = strawberry.field(description="Which message.")


@strawberry.input(description="What became of a message that is in doubt.")
class SettleMessageInput:
    message_id: strawberry.ID = strawberry.field(description="Which message.")
    was_sent: bool = strawberry.field(description="If not, it is sent now.")


@strawberry.input(description="Who may send from your mailbox: one user, or everybody with a role.")
class GrantSendingInput:
    user_id: strawberry.ID | None = strawberry.field(
        default=None, description="The user who may; leave it out for a role."
    )
    role: enumeration(Role) | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="Everybody with this role may; leave it out for a user."
    )


@strawberry.input(description="Which permission.")
class RevokeSendingInput:
    grant_id: strawberry.ID = strawberry.field(description="Which grant.")


@strawberry.input(description="Whom.")
class SuppressPersonInput:
    person_id: strawberry.ID = strawberry.field(description="Whom.")


@strawberry.input(description="Which entry of the ledger.")
class LiftSuppressionInput:
    suppression_id: strawberry.ID = strawberry.field(description="Which suppression.")


_REFUSALS = NotFound | Forbidden | InvalidInput

MessageResult = Annotated[
    Message | _REFUSALS,
    strawberry.union("MessageResult", description="What became of a change to a message."),
]
SendingGrantResult = Annotated[
    SendingGrant | _REFUSALS,
    strawberry.union("SendingGrantResult", description="What became of a change to a permission to send."),
]
SuppressionResult = Annotated[
    Suppression | _REFUSALS,
    strawberry.union("SuppressionResult", description="What became of a change to the suppression ledger."),
]


@strawberry.type
class OutreachMutations:
    @mutation(
        "Write to a person by mail. The answer's `blocker` is what would keep the message from being sent now; it is "
        "stored all the same, and whether it may be sent is decided when it is sent.",
        graphql_type=MessageResult,
    )
    async def send_message(self, info: Info, input: SendMessageInput) -> _OfMessage:  # noqa: A002
        parser = InputParser()
        key = parser.key(input.idempotency_key)
        request = parser.build(
            outreach.SendMessage,
            person_id=parser.id(Kind.PERSON, input.person_id, "person_id"),
            subject=input.subject,
            body=input.body,
            from_user_id=parser.optional_id(Kind.USER, input.from_user_id, "from_user_id"),
            job_id=parser.optional_id(Kind.JOB, input.job_id, "job_id"),
            to_address=input.to_address,
            reply_to_message_id=parser.optional_id(Kind.MESSAGE, input.reply_to_message_id, "reply_to_message_id"),
            send_at=input.send_at,
        )
        return await _changed(info, request, key=key)

    @mutation("Call off a message that has not been sent.", graphql_type=MessageResult)
    async def cancel_message(self, info: Info, input: MessageInput) -> _OfMessage:  # noqa: A002
        parser = InputParser()
        message_id = parser.id(Kind.MESSAGE, input.message_id, "message_id")
        return await _changed(info, parser.build(outreach.CancelMessage, message_id=message_id))

    @mutation("Say what became of a message that is in doubt.", graphql_type=MessageResult)
    async def settle_message(self, info: Info, input: SettleMessageInput) -> _OfMessage:  # noqa: A002
        parser = InputParser()
        request = parser.build(
            outreach.SettleMessage,
            message_id=parser.id(Kind.MESSAGE, input.message_id, "message_id"),
            was_sent=input.was_sent,
        )
        return await _changed(info, request)

    @mutation("Let a user, or everybody with a role, send from your mailbox.", graphql_type=SendingGrantResult)
    async def grant_sending(
        self,
        info: Info,
        input: GrantSendingInput,  # noqa: A002
    ) -> outreach.SendingGrant | refusals.Refusal:
        parser = InputParser()
        user_id = parser.optional_id(Kind.USER, input.user_id, "user_id")
        request = parser.build(outreach.GrantSending, user_id=user_id, role=input.role)
        return await info.context.services.call_valid(request)

    @mutation("Take back a permission to send from your mailbox.", graphql_type=SendingGrantResult)
    async def revoke_sending(
        self,
        info: Info,
        input: RevokeSendingInput,  # noqa: A002
    ) -> outreach.SendingGrant | refusals.Refusal:
        parser = InputParser()
        grant_id = parser.id(Kind.SENDING_GRANT, input.grant_id, "grant_id")
        return await info.context.services.call_valid(parser.build(outreach.RevokeSending, grant_id=grant_id))

    @mutation("Suppress a person: they are not written to any more, by any channel.", graphql_type=SuppressionResult)
    async def suppress_person(
        self,
        info: Info,
        input: SuppressPersonInput,  # noqa: A002
    ) -> outreach.Suppression | refusals.Refusal:
        parser = InputParser()
        person_id = parser.id(Kind.PERSON, input.person_id, "person_id")
        return await info.context.services.call_valid(parser.build(outreach.SuppressPerson, person_id=person_id))

    @mutation(
        "Lift a suppression: admins, and within ten minutes the user who recorded it by mistake.",
        graphql_type=SuppressionResult,
    )
    async def lift_suppression(
        self,
        info: Info,
        input: LiftSuppressionInput,  # noqa: A002
    ) -> outreach.Suppression | refusals.Refusal:
        parser = InputParser()
        suppression_id = parser.id(Kind.SUPPRESSION, input.suppression_id, "suppression_id")
        request = parser.build(outreach.LiftSuppression, suppression_id=suppression_id)
        return await info.context.services.call_valid(request)


async def _changed(
    info: Info, request: Request[outreach.MessageResult] | refusals.Invalid, *, key: str | None = None
) -> _OfMessage:
    """The message as it is afterwards."""
    answer = await info.context.services.call_valid(request, key=key)
    return answer.message if isinstance(answer, outreach.MessageResult) else answer
