"""The base of every request to reviews."""

from typing import ClassVar

from rapport.contracts.requests import Request, ResultT


class ReviewsRequest(Request[ResultT]):
    """A request that reviews answers."""

    service: ClassVar[str] = "reviews"
