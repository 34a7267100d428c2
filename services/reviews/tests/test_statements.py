"""How many statements an operation sends to the database: a review is loaded once, whichever way a verdict comes."""

from rapport.contracts.reviews import GetReviews
from rapport.contracts.vocabulary import Verdict
from rapport.testing.statements import counted_statements
from services.reviews.tests.support.reviews_desk import COLLEAGUE, MARY, OMAR, RECRUITER, Desk


async def test_a_verdict_on_the_page_loads_the_review_once(desk: Desk) -> None:
    review = await desk.requested(3)
    link = await desk.link(review)
    fields = {"person_id": str(review.items[0].profile.person_id), "verdict": "approved"}
    async with counted_statements(desk.database.pool) as statements:
        status, _ = await desk.post(f"{link}/verdicts", data=fields)
    assert status == 303
    assert statements.count("verdicts_of_reviews") == 1
    assert len(statements) <= 14, statements


async def test_a_verdict_over_the_request_loads_the_review_once(desk: Desk) -> None:
    review = await desk.requested(3, (MARY, OMAR))
    async with counted_statements(desk.database.pool) as statements:
        await desk.given(review, COLLEAGUE, 0, Verdict.APPROVED)
    # Twice with the query of the test itself, which reads the version of the verdict.
    assert statements.count("verdicts_of_reviews") == 2
    assert len(statements) <= 17, statements


async def test_a_new_review_is_not_read_back(desk: Desk) -> None:
    async with counted_statements(desk.database.pool) as statements:
        await desk.requested(3, (MARY, OMAR))
    assert statements.count("verdicts_of_reviews") == 0
    assert len(statements) <= 11, statements


async def test_a_page_of_reviews_takes_as_many_statements_as_one_review(desk: Desk) -> None:
    for _ in range(3):
        await desk.requested(3)
    async with counted_statements(desk.database.pool) as statements:
        await desk.call(GetReviews(), RECRUITER)
    assert len(statements) == 5, statements
