"""Reading messages, permissions to send, and the suppression ledger."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import outreach
from rapport.contracts.vocabulary import MessageState
from rapport.gateway.errors import not_found
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Id, Kind, uuid_of
from rapport.gateway.outreach.resolvers import message_by_id
from rapport.gateway.outreach.types import Message, OwnershipRules, SendingGrant, Suppression

_OfPerson = Annotated[strawberry.ID | None, strawberry.argument(description="Only those about this person.")]


@strawberry.type
class OutreachQueries:
    @field("A message by its id.", graphql_type=Message | None)
    async def message(self, info: Info, id: Id) -> outreach.Message:  # noqa: A002 - the argument's name
        message = await message_by_id(info, uuid_of(Kind.MESSAGE, id, "id"))
        if message is None:
            raise not_found("message", "id")
        return message

    @field("The messages you may see, the newest first.", graphql_type=Connection[Message] | None)
    async def messages(
        self,
        info: Info,
        person_id: _OfPerson = None,
        job_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only those for this job.")] = None,
        state: Annotated[
            MessageState | None, strawberry.argument(description="Only those that stand like this.")
        ] = None,
        *,
        mine: Annotated[
            bool, strawberry.argument(description="Only those you wrote or that come from your mailbox.")
        ] = False,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        person = uuid_of(Kind.PERSON, person_id, "personId") if person_id is not None else None
        job = uuid_of(Kind.JOB, job_id, "jobId") if job_id is not None else None
        of_list = f"messages:{person or ''}:{job or ''}:{state or ''}:{'mine' if mine else ''}"
        page = page_request(of_list, first, after)
        request = outreach.GetMessages(person_id=person, job_id=job, state=state, mine=mine, page=page)
        return connection(of_list, await info.context.services.read(request), after)

    @field(
        "Your own messages (those you wrote, and those from your mailbox) that were replied to, the newest reply "
        "first.",
        graphql_type=Connection[Message] | None,
    )
    async def conversations(
        self,
        info: Info,
        *,
        unanswered: Annotated[
            bool,
            strawberry.argument(description="Only those where the person wrote last; automatic replies do not count."),
        ] = False,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        of_list = f"conversations:{unanswered}"
        request = outreach.GetConversations(unanswered=unanswered, page=page_request(of_list, first, after))
        return connection(of_list, await info.context.services.read(request), after)

    @field(
        "Who may send from your mailbox, and from whose you may: at most 200.", graphql_type=list[SendingGrant] | None
    )
    async def sending_grants(
        self,
        info: Info,
        *,
        include_revoked: Annotated[
            bool, strawberry.argument(description="Whether to list what was taken back as well.")
        ] = False,
    ) -> tuple[outreach.SendingGrant, ...]:
        return (await info.context.services.read(outreach.GetSendingGrants(include_revoked=include_revoked))).items

    @field("For how long a message keeps others from writing to its person.", graphql_type=OwnershipRules | None)
    async def ownership_rules(self, info: Info) -> outreach.OwnershipRules:
        return await info.context.services.read(outreach.GetOwnershipRules())

    @field(
        "The ledger of those who must not be written to, the newest entries first.",
        graphql_type=Connection[Suppression] | None,
    )
    async def suppressions(
        self,
        info: Info,
        *,
        person_id: _OfPerson = None,
        include_lifted: Annotated[
            bool, strawberry.argument(description="Whether to list what holds no longer as well.")
        ] = False,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        person = uuid_of(Kind.PERSON, person_id, "personId") if person_id is not None else None
        of_list = f"suppressions:{person or ''}:{include_lifted}"
        page = page_request(of_list, first, after)
        request = outreach.GetSuppressions(person_id=person, include_lifted=include_lifted, page=page)
        return connection(of_list, await info.context.services.read(request), after)
