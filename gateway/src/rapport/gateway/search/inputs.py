"""The filter of a search for people, as the contract has it."""

from typing import Annotated, Any

import strawberry
from pydantic import ValidationError

from rapport.contracts import pipeline
from rapport.contracts.problems import invalid
from rapport.contracts.refusals import Invalid
from rapport.gateway.errors import from_refusal
from rapport.gateway.graph.connections import search_words
from rapport.gateway.graph.contract_inputs import contract_input, read_input
from rapport.gateway.graph.ids import Kind

_IDS = {"job": Kind.JOB, "project": Kind.PROJECT}

TimeRange = contract_input(pipeline.TimeRange, __name__, "When something happened: all that is given must hold.")
StageRange = contract_input(
    pipeline.StageRange,
    __name__,
    "How far an application came, in the order of the funnel: all that is given must hold.",
)
RatingRange = contract_input(pipeline.RatingRange, __name__, "What interviewers said: all that is given must hold.")
AttributeRating = contract_input(pipeline.AttributeRating, __name__, "The rating of one attribute in a scorecard.")
ApplicationFilter = contract_input(
    pipeline.ApplicationFilter,
    __name__,
    "Which applications: all that is given must hold. A value that is not known matches no condition.",
)
ApplicationsFilter = contract_input(
    pipeline.ApplicationsFilter, __name__, "Which applications a person has: all that is given must hold."
)
PeopleFilter = contract_input(
    pipeline.PeopleFilter,
    __name__,
    "Which people: all that is given must hold. Names are compared without case and accents. A value that is not known "
    f"matches no condition. At most {pipeline.MAX_CONDITIONS} conditions, nested at most {pipeline.MAX_DEPTH} deep.",
)

Filter = Annotated[
    PeopleFilter | None,  # type: ignore[valid-type]
    strawberry.argument(description="Left out or null: everybody."),
]
Text = Annotated[
    str | None,
    strawberry.argument(
        description="Words that must all be found: in the name, title, company, tags, history, or notes that you may "
        "read. They may be the beginnings of words, or differ from them by a letter or two. Nothing in it is an "
        "operator. Case and accents do not matter; at most 100 characters."
    ),
]


def query_of(text: str | None, given: Any) -> dict[str, Any]:
    """What is searched for, as the request takes it.

    Raises:
        ClientError: the text is too long, or something is wrong with the filter: with the path of each problem.
    """
    words = search_words(text, "text") or None
    if given is None:
        return {"text": words}
    try:
        return {"text": words, "filter": pipeline.PeopleFilter.model_validate(read_input(given, _IDS, "filter"))}
    except ValidationError as problem:
        found = invalid(problem).problems
        located = tuple(each.model_copy(update={"path": f"filter.{each.path}"}) for each in found)
        raise from_refusal(Invalid(problems=located)) from None
