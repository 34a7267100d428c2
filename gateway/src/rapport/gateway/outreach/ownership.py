"""Mutations for who is in touch with a person."""

from typing import Annotated

import strawberry

from rapport.contracts import outreach, refusals
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import mutation
from rapport.gateway.graph.ids import Kind
from rapport.gateway.graph.inputs import InputParser
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.outreach.types import OwnershipRules

_REASON = f"At most {outreach.MAX_REASON} characters."


@strawberry.input(description="Of whom, and why.")
class RequestTakeoverInput:
    person_id: strawberry.ID = strawberry.field(description="Whom you want to be in touch with.")
    reason: str | None = strawberry.field(default=None, description=f"Why; their owner reads it. {_REASON}")


@strawberry.input(description="What you answer.")
class AnswerTakeoverInput:
    takeover_request_id: strawberry.ID = strawberry.field(description="Which request.")
    accept: bool = strawberry.field(description="Whether you hand the person over; if not, you stay in touch.")


@strawberry.input(description="Whom, and why.")
class TakeOverInput:
    person_id: strawberry.ID = strawberry.field(description="Whom.")
    reason: str = strawberry.field(description=f"Why; it is kept with the takeover. {_REASON}")


@strawberry.input(description="The rules from now on.")
class SetOwnershipRulesInput:
    days: list[int] = strawberry.field(
        description="For how many days the first, second, … message holds, none shorter than the one before; the last"
        f" number for all after it, too. At most {outreach.MAX_RULES} numbers from 1 to {outreach.MAX_DAYS}; none"
        " switches it off."
    )


@exposes(outreach.OwnershipResult, ownership="Who is in touch with the person now; null if nobody is.")
class OwnershipSuccess:
    """It was done."""


OwnershipResult = Annotated[
    OwnershipSuccess | NotFound | Forbidden | InvalidInput,
    strawberry.union("OwnershipResult", description="What became of a change of who is in touch with a person."),
]
OwnershipRulesResult = Annotated[
    OwnershipRules | NotFound | Forbidden | InvalidInput,
    strawberry.union("OwnershipRulesResult", description="What became of a change of the rules."),
]


@strawberry.type
class OwnershipMutations:
    @mutation(
        "Ask who is in touch with a person to hand the person over to you; they get a mail. Asking again asks once.",
        graphql_type=OwnershipResult,
    )
    async def request_takeover(
        self,
        info: Info,
        input: RequestTakeoverInput,  # noqa: A002 - the argument's name
    ) -> outreach.OwnershipResult | refusals.Refusal:
        parser = InputParser()
        person_id = parser.id(Kind.PERSON, input.person_id, "person_id")
        request = parser.build(outreach.RequestTakeover, person_id=person_id, reason=input.reason or "")
        return await info.context.services.call_valid(request)

    @mutation(
        "Hand a person with whom you are in touch over to who asked, or decline. Their messages that waited go out.",
        graphql_type=OwnershipResult,
    )
    async def answer_takeover(
        self,
        info: Info,
        input: AnswerTakeoverInput,  # noqa: A002 - the argument's name
    ) -> outreach.OwnershipResult | refusals.Refusal:
        parser = InputParser()
        request_id = parser.id(Kind.TAKEOVER_REQUEST, input.takeover_request_id, "takeover_request_id")
        request = parser.build(outreach.AnswerTakeover, takeover_request_id=request_id, accept=input.accept)
        return await info.context.services.call_valid(request)

    @mutation("Take a person over without asking; admins only.", graphql_type=OwnershipResult)
    async def take_over(
        self,
        info: Info,
        input: TakeOverInput,  # noqa: A002 - the argument's name
    ) -> outreach.OwnershipResult | refusals.Refusal:
        parser = InputParser()
        person_id = parser.id(Kind.PERSON, input.person_id, "person_id")
        return await info.context.services.call_valid(
            parser.build(outreach.TakeOver, person_id=person_id, reason=input.reason)
        )

    @mutation(
        "Set for how long a message keeps others from writing to its person; admins only. It holds for what was sent"
        " before as well.",
        graphql_type=OwnershipRulesResult,
    )
    async def set_ownership_rules(
        self,
        info: Info,
        input: SetOwnershipRulesInput,  # noqa: A002 - the argument's name
    ) -> outreach.OwnershipRules | refusals.Refusal:
        request = InputParser().build(outreach.SetOwnershipRules, days=tuple(input.days))
        return await info.context.services.call_valid(request)
