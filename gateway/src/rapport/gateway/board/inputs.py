"""Which cards of a board a client wants, and in which order."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import pipeline
from rapport.gateway.graph.contract_inputs import contract_input, model_of
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
    return pipeline.BoardFilter() if given is None else model_of(pipeline.BoardFilter, given, _IDS, "filter")
