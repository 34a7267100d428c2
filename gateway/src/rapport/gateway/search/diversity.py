"""Whether people may be found by what they said of themselves, and what that was used for."""

import json
from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline, refusals
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_inputs import write_input
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field, mutation
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.graph.inputs import InputParser
from rapport.gateway.graph.refusals import Forbidden, InvalidInput, NotFound
from rapport.gateway.search.inputs import IDS
from rapport.gateway.users.resolvers import user_of
from rapport.gateway.users.types import User

_USES = "diversityUses"


@exposes(pipeline.DemographicOption, id_of=Kind.DEMOGRAPHIC_OPTION, name="What the ATS calls it.")
class DemographicOption:
    """An answer that people may choose when they are asked about themselves."""


@exposes(
    pipeline.DemographicQuestion,
    name="What is asked.",
    set_title="What the questions that are asked together with it are called.",
    options="The answers, by name.",
)
class DemographicQuestion:
    """A question that people are asked about themselves when they apply."""


@exposes(
    pipeline.DiversitySourcing,
    "on",
    "changed_at",
    may_choose_at=f"From when on other answers may be chosen: {pipeline.DIVERSITY_CHOICE_DAYS} days after the last"
    " choice. Null if none were chosen yet.",
    questions="What the ATS asks, by name.",
)
class DiversitySourcing:
    """Whether people may be found by what they said of themselves, and by which answers."""

    @field("The answers by which people are found, whichever of them they gave.")
    @staticmethod
    def option_ids(sourcing: strawberry.Parent[pipeline.DiversitySourcing]) -> list[strawberry.ID]:
        return [global_id(Kind.DEMOGRAPHIC_OPTION, option) for option in sourcing.option_ids]

    @field("The answer by which they agree to it.")
    @staticmethod
    def consent_option_id(sourcing: strawberry.Parent[pipeline.DiversitySourcing]) -> strawberry.ID | None:
        chosen = sourcing.consent_option_id
        return None if chosen is None else global_id(Kind.DEMOGRAPHIC_OPTION, chosen)

    @field("Who changed it last.", graphql_type=User | None)
    @staticmethod
    async def changed_by(sourcing: strawberry.Parent[pipeline.DiversitySourcing], info: Info) -> pipeline.User | None:
        return await user_of(info, sourcing.changed_by) if sourcing.changed_by else None


@exposes(
    pipeline.DiversityFilter,
    available="Whether it is switched on, and you may search by it.",
    consent_question="What people were asked for their consent; null unless it is available.",
    consent_answer="By which answer they agreed; null unless it is available.",
)
class DiversityFilter:
    """Whether you may search for people by what they said of themselves."""


@exposes(
    pipeline.DiversityUse,
    id_of=Kind.DIVERSITY_USE,
    kind="What was done.",
    used_at="When.",
    people="How many people were found, rounded down; null if they were too few to be shown, and of what is no search.",
    with_text="Whether words were searched for as well.",
    options="Of a choice, the answers, as they are called now.",
)
class DiversityUse:
    """A search for people by what they said of themselves, or a change of whether and how that may be."""

    @field("Who did it.", graphql_type=User | None)
    @staticmethod
    async def user(use: strawberry.Parent[pipeline.DiversityUse], info: Info) -> pipeline.User | None:
        return await user_of(info, use.user_id)

    @field("What was searched by, as JSON of a `PeopleFilter`, with an ellipsis for every text.")
    @staticmethod
    def filter(use: strawberry.Parent[pipeline.DiversityUse]) -> str | None:
        if use.filter is None:
            return None
        given = pipeline.PeopleFilter.model_validate(use.filter)
        return json.dumps(write_input(given, IDS), ensure_ascii=False)


@strawberry.type
class DiversityQueries:
    @field(
        "Whether people may be found by what they said of themselves, and by which answers; admins only.",
        graphql_type=DiversitySourcing | None,
    )
    async def diversity_sourcing(self, info: Info) -> pipeline.DiversitySourcing:
        return await info.context.services.read(pipeline.GetDiversitySourcing())

    @field("Whether you may search for people by what they said of themselves.", graphql_type=DiversityFilter | None)
    async def diversity_filter(self, info: Info) -> pipeline.DiversityFilter:
        return await info.context.services.read(pipeline.GetDiversityFilter())

    @field(
        "Every search for people by what they said of themselves, and every change of it, the newest first; admins"
        " only.",
        graphql_type=Connection[DiversityUse] | None,
    )
    async def diversity_uses(self, info: Info, *, first: First = 20, after: After = None) -> Connection[Any]:
        page = await info.context.services.read(pipeline.GetDiversityUses(page=page_request(_USES, first, after)))
        return connection(_USES, page, after)


@strawberry.input(description="Whether people may be found by what they said of themselves, and by which answers.")
class SetDiversitySourcingInput:
    on: bool = strawberry.field(description="Whether it can be searched by from now on.")
    option_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="The answers by which people are found: to several questions, none of them given by nearly all. As"
        " they are, if left out; they may be changed once in"
        f" {pipeline.DIVERSITY_CHOICE_DAYS} days.",
    )
    consent_option_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The answer by which they agree, to a question of which no other answer counts. As it is, if left"
        " out.",
    )


SetDiversitySourcingResult = Annotated[
    DiversitySourcing | NotFound | Forbidden | InvalidInput,
    strawberry.union("SetDiversitySourcingResult", description="What became of the change."),
]


@strawberry.type
class DiversityMutations:
    @mutation(
        "Say whether people may be found by what they said of themselves, and by which answers; admins only.",
        graphql_type=SetDiversitySourcingResult,
    )
    async def set_diversity_sourcing(
        self,
        info: Info,
        input: SetDiversitySourcingInput,  # noqa: A002 - the argument's name
    ) -> pipeline.DiversitySourcing | refusals.Refusal:
        parser = InputParser()
        options = input.option_ids
        request = parser.build(
            pipeline.SetDiversitySourcing,
            on=input.on,
            option_ids=None if options is None else parser.ids(Kind.DEMOGRAPHIC_OPTION, options, "option_ids"),
            consent_option_id=parser.optional_id(Kind.DEMOGRAPHIC_OPTION, input.consent_option_id, "consent_option_id"),
        )
        return await info.context.services.call_valid(request)
