"""Which cards of a board a client wants, and in which order."""

from typing import Annotated, Any

import strawberry
from pydantic import ValidationError

from rapport.contracts import pipeline
from rapport.contracts.problems import invalid
from rapport.contracts.refusals import Invalid
from rapport.gateway.errors import from_refusal
from rapport.gateway.graph.contract_inputs import contract_input, read_input
from rapport.gateway.graph.ids import Kind

_IDS = {"member_id": Kind.USER}

BoardFilter = contract_input(
    pipeline.BoardFilter,
    __name__,
    "Which cards of a board: all that is given must hold. Words are compared without case and accents.",
)
Filter = Annotated[
    BoardFilter | None,  # type: ignore[valid-type]
    strawberry.argument(description="Left out or null: all of them."),
]
ORDER = strawberry.argument(description="What comes first in a column.")


def filter_of(given: Any) -> pipeline.BoardFilter:
    """The filter as the request takes it.

    Raises:
        ClientError: something is wrong with it: with the path of each problem.
    """
    if given is None:
        return pipeline.BoardFilter()
    try:
        return pipeline.BoardFilter.model_validate(read_input(given, _IDS, "filter"))
    except ValidationError as problem:
        located = (each.model_copy(update={"path": f"filter.{each.path}"}) for each in invalid(problem).problems)
        raise from_refusal(Invalid(problems=tuple(located))) from None
