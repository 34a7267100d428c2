"""Reading reviews."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import reviews
from rapport.contracts.vocabulary import ReviewBox
from rapport.gateway.errors import ClientError, Code, not_found
from rapport.gateway.graph.connections import After, Connection, First, connection, page_request
from rapport.gateway.graph.context import Info
from rapport.gateway.graph.contract_types import enumeration
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Id, Kind, uuid_of
from rapport.gateway.people.resolvers import records_of
from rapport.gateway.reviews.resolvers import review_by_id
from rapport.gateway.reviews.types import Review


@strawberry.type
class ReviewQueries:
    @field("A review by its id.", graphql_type=Review | None)
    async def review(self, info: Info, id: Id) -> reviews.Review:  # noqa: A002 - the argument's name
        review = await review_by_id(info, uuid_of(Kind.REVIEW, id, "id"))
        if review is None:
            raise not_found("review", "id")
        return review

    @field(
        "The reviews you may see: those you asked for, are asked in, or whose job you see. The newest come first; of"
        " those that wait for you, the first due, and those without a due date last.",
        graphql_type=Connection[Review] | None,
    )
    async def reviews(
        self,
        info: Info,
        *,
        job_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only those for this job.")] = None,
        person_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those of this person.")
        ] = None,
        open_only: Annotated[
            bool, strawberry.argument(description="Only those in which verdicts may still be given.")
        ] = False,
        box: Annotated[
            enumeration(ReviewBox) | None,  # type: ignore[valid-type]
            strawberry.argument(description="Only those that you have this to do with."),
        ] = None,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        job = uuid_of(Kind.JOB, job_id, "jobId") if job_id is not None else None
        person = uuid_of(Kind.PERSON, person_id, "personId") if person_id is not None else None
        of_list = f"reviews:{job or ''}:{person or ''}:{open_only}:{box or ''}"
        whole = info.selects("nodes", "items") or info.selects("edges", "node", "items")
        if whole and first > reviews.MAX_WHOLE:
            message = f"first is {first}, and a page holds {reviews.MAX_WHOLE} reviews with their people at most"
            raise ClientError(Code.PAGE_TOO_LARGE, message, argument="first", maximum=reviews.MAX_WHOLE)
        page = page_request(of_list, first, after)
        people = await records_of(info, person) if person else ()
        request = reviews.GetReviews(
            job_id=job, person_ids=people, open_only=open_only, box=box, page=page, include_items=whole
        )
        return connection(of_list, await info.context.services.read(request), after)
