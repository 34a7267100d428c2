"""Reading reviews."""

from typing import Annotated, Any

import strawberry

from rapport.contracts import reviews
from rapport.gateway.context import Info
from rapport.gateway.errors import not_found
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, uuid_of
from rapport.gateway.pages import After, Connection, First, asked_page, connection
from rapport.gateway.reviews.types import Review


@strawberry.type
class ReviewQueries:
    @field("A review by its id.", shown_as=Review | None)
    async def review(self, info: Info, id: strawberry.ID) -> reviews.Review:  # noqa: A002 - the argument's name
        review = await info.context.loaders.reviews_by_id.load(uuid_of(Kind.REVIEW, id, "id"))
        if review is None:
            raise not_found("review", "id")
        return review

    @field(
        "The reviews you may see, the newest first: those you asked for, are asked in, or whose job you see.",
        shown_as=Connection[Review] | None,
    )
    async def reviews(
        self,
        info: Info,
        *,
        job_id: Annotated[strawberry.ID | None, strawberry.argument(description="Only those for this job.")] = None,
        open_only: Annotated[
            bool, strawberry.argument(description="Only those in which verdicts may still be given.")
        ] = False,
        first: First = 20,
        after: After = None,
    ) -> Connection[Any]:
        job = uuid_of(Kind.JOB, job_id, "jobId") if job_id is not None else None
        of_list = f"reviews:{job or ''}:{open_only}"
        request = reviews.GetReviews(job_id=job, open_only=open_only, page=asked_page(of_list, first, after))
        return connection(of_list, await info.context.asking.read(request), after)
