"""The filter of a search for people, as the contract has it."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.contracts.vocabulary import PeopleSort
from rapport.gateway.graph.connections import search_words
from rapport.gateway.graph.contract_inputs import contract_input, model_of
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.ids import Kind

IDS = {"job": Kind.JOB, "project": Kind.PROJECT}
"""The fields of a filter that hold ids, and of what."""

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


@strawberry.input(description="What a search searches for.")
class SearchQueryInput:
    text: str | None = strawberry.field(default=None, description="As `searchPeople` takes it.")
    filter: PeopleFilter | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="As `searchPeople` takes it."
    )


@strawberry.input(description="What a saved search searches for, and in which order.")
class SavedQueryInput:
    text: str | None = strawberry.field(default=None, description="As `searchPeople` takes it.")
    filter: PeopleFilter | None = strawberry.field(  # type: ignore[valid-type]
        default=None, description="As `searchPeople` takes it."
    )
    sort: enumeration(PeopleSort) = strawberry.field(  # type: ignore[valid-type]
        default=PeopleSort.RELEVANCE, description="What the list is sorted by."
    )


def saved_query(given: SavedQueryInput) -> pipeline.SavedQuery:
    """What a saved search searches for.

    Raises:
        ClientError: as :func:`query_of`.
    """
    return pipeline.SavedQuery(**query_of(given.text, given.filter, "query."), sort=given.sort)


def query_of(text: str | None, given: Any, path: str = "") -> dict[str, Any]:
    """What is searched for, as the request takes it.

    Args:
        text: words.
        given: the filter.
        path: where they are in the input: empty, or with a dot at its end.

    Raises:
        ClientError: the text is too long, or something is wrong with the filter: with the path of each problem.
    """
    words = search_words(text, f"{path}text") or None
    if given is None:
        return {"text": words}
    return {"text": words, "filter": model_of(pipeline.PeopleFilter, given, IDS, f"{path}filter")}
