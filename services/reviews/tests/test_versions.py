"""No verdict is overwritten unseen: versions, notes, changed verdicts, verdicts taken back."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.contracts.refusals import Forbidden, InputProblemCode, Invalid, NotFound, VerdictConflict, VerdictState
from rapport.contracts.reviews import (
    FinishReview,
    GetReviewsByIds,
    GetVerdictsByIds,
    GiveVerdict,
    PersonVerdict,
    Review,
    TakeBackVerdict,
)
from rapport.contracts.vocabulary import NoteVisibility, ReviewStatus, Verdict, VerdictChange
from rapport.kit.identity import new_id
from rapport.reviews.domain import decisions
from rapport.reviews.domain.review import Outcome, ReviewerVerdict, change_between
from services.reviews.tests.support.reviews_built import PERSON, review
from services.reviews.tests.support.reviews_desk import BEGIN, COLLEAGUE, MARY, OMAR, RECRUITER, REVIEWER, Desk, changed

GIVEN, TAKEN_BACK = "reviews.review.verdict_given.v1", "reviews.review.verdict_taken_back.v1"


def wish(review: Review, verdict: Verdict, expected: int | None = None, **more: Any) -> GiveVerdict:
    person_id = review.items[0].profile.person_id
    return GiveVerdict(review_id=review.id, person_id=person_id, verdict=verdict, expected_version=expected, **more)


def taking_back(review: Review, expected: int) -> TakeBackVerdict:
    person_id = review.items[0].profile.person_id
    return TakeBackVerdict(review_id=review.id, person_id=person_id, expected_version=expected)


async def said(desk: Desk, review: Review) -> PersonVerdict | None:
    """Mary's current verdict on the first person."""
    found = await desk.call(GetReviewsByIds(ids=(review.id,)), REVIEWER)
    return next((v for v in found.items[0].items[0].verdicts if v.reviewer_id == MARY.id), None)  # type: ignore[union-attr]


async def told(desk: Desk, what: str) -> list[dict[str, Any]]:
    rows = await desk.rows(
        "SELECT body::jsonb -> 'data' AS data FROM outbox WHERE subject LIKE '%' || $1 ORDER BY aggregate_version", what
    )
    return [json.loads(row["data"]) for row in rows]


@pytest.mark.parametrize("expected", [None, 0, 1, 3])
async def test_a_verdict_that_was_changed_since_it_was_seen_is_not_overwritten(
    desk: Desk, expected: int | None
) -> None:
    review = await desk.requested()
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    desk.time.passes(minutes=1)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED, "Too junior", NoteVisibility.PRIVATE)
    before = await desk.everything()
    result = await desk.call(wish(review, Verdict.STARRED, expected, note="Great"), REVIEWER)
    assert result == VerdictConflict(
        current=VerdictState(
            verdict=Verdict.REJECTED,
            note="Too junior",
            visibility=NoteVisibility.PRIVATE,
            given_at=desk.time.at,
            version=2,
        )
    )
    assert await desk.everything() == before
    changed(await desk.call(wish(review, Verdict.STARRED, 2, note="Great"), REVIEWER))
    now = await said(desk, review)
    assert now
    assert (now.verdict, now.note, now.version) == (Verdict.STARRED, "Great", 3)


async def test_repeating_the_current_verdict_is_no_conflict_at_any_expected_version(desk: Desk) -> None:
    review = await desk.requested()
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    await desk.given(review, REVIEWER, 0, Verdict.STARRED, "Great")
    before = await desk.everything()
    for expected in (None, 1, 2, 9):
        for note in ("Great", None):
            changed(await desk.call(wish(review, Verdict.STARRED, expected, note=note), REVIEWER))
    assert await desk.everything() == before


async def test_a_note_left_out_stays_and_an_empty_one_deletes_it(desk: Desk) -> None:
    review = await desk.requested()
    first = wish(review, Verdict.APPROVED, note="Between us", visibility=NoteVisibility.PRIVATE)
    changed(await desk.call(first, REVIEWER))
    changed(await desk.call(wish(review, Verdict.REJECTED, 1), REVIEWER))
    now = await said(desk, review)
    assert now
    assert (now.note, now.visibility) == ("Between us", NoteVisibility.PRIVATE)
    changed(await desk.call(wish(review, Verdict.REJECTED, 2, note="  "), REVIEWER))
    now = await said(desk, review)
    assert now
    assert (now.note, now.visibility, now.version) == (None, NoteVisibility.PRIVATE, 3)


async def test_an_edited_note_is_distinguished_from_a_changed_verdict(desk: Desk) -> None:
    review = await desk.requested()
    changed(await desk.call(wish(review, Verdict.APPROVED), REVIEWER))
    desk.time.passes(hours=1)
    changed(await desk.call(wish(review, Verdict.REJECTED, 1), REVIEWER))
    decided_at = desk.time.at
    for number, more in enumerate(({"note": "Why"}, {"visibility": NoteVisibility.PUBLIC}), start=2):
        desk.time.passes(hours=1)
        changed(await desk.call(wish(review, Verdict.REJECTED, number, **more), REVIEWER))
    now = await said(desk, review)
    assert now
    assert (now.changes, now.note_edits, now.version) == (1, 2, 4)
    assert (now.decided_at, now.given_at) == (decided_at, desk.time.at)
    assert [(event["change"], event["version"]) for event in await told(desk, GIVEN)] == [
        ("given", 1),
        ("changed_mind", 2),
        ("note_edited", 3),
        ("note_edited", 4),
    ]
    kept = await desk.rows("SELECT change FROM verdict_change ORDER BY number")
    assert [row["change"] for row in kept] == ["given", "changed_mind", "note_edited", "note_edited"]


async def test_a_verdict_taken_back_leaves_the_person_undecided_and_hides_the_others_again(desk: Desk) -> None:
    review = await desk.requested(1, (MARY, OMAR))
    theirs = await desk.given(review, COLLEAGUE, 0, Verdict.REJECTED, "No", NoteVisibility.PUBLIC)
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED, "Yes")
    mine = await said(desk, review)
    assert mine
    after = changed(await desk.call(taking_back(review, 1), REVIEWER))
    assert (after.items[0].verdicts, after.reviewers[0].decided) == ((), 0)
    verdict_ids = (theirs.items[0].verdicts[0].id, mine.id)
    [gone] = (await desk.call(GetVerdictsByIds(ids=verdict_ids), REVIEWER)).items  # type: ignore[union-attr]
    assert (gone.id, gone.note, gone.taken_back_at) == (mine.id, None, desk.time.at)
    [event] = await told(desk, TAKEN_BACK)
    assert (event["previous"], event["version"], event["decided"], event["people"], event["reopened"]) == (
        "approved",
        2,
        0,
        1,
        False,
    )
    before = await desk.everything()
    changed(await desk.call(taking_back(review, 1), REVIEWER))
    assert await desk.everything() == before
    result = await desk.call(FinishReview(review_id=review.id), REVIEWER)
    assert result == Invalid.because("review_id", "1 person is still undecided", InputProblemCode.WRONG_STATE)


async def test_what_was_taken_back_can_be_given_again_and_its_version_goes_on(desk: Desk) -> None:
    review = await desk.requested()
    changed(await desk.call(wish(review, Verdict.APPROVED, note="Yes"), REVIEWER))
    changed(await desk.call(taking_back(review, 1), REVIEWER))
    # A request with the first version is a conflict without a verdict; one without a version may give one.
    assert await desk.call(wish(review, Verdict.STARRED, 1), REVIEWER) == VerdictConflict(current=None)
    changed(await desk.call(wish(review, Verdict.REJECTED), REVIEWER))
    now = await said(desk, review)
    assert now
    assert (now.verdict, now.note, now.version, now.changes, now.taken_back_at) == (Verdict.REJECTED, None, 3, 0, None)
    events = await told(desk, GIVEN)
    assert [(e["previous"], e["current"], e["change"]) for e in events] == [
        (None, "approved", "given"),
        (None, "rejected", "given"),
    ]


async def test_only_the_verdict_that_was_seen_is_taken_back(desk: Desk) -> None:
    review = await desk.requested()
    await desk.given(review, REVIEWER, 0, Verdict.APPROVED)
    await desk.given(review, REVIEWER, 0, Verdict.REJECTED)
    before = await desk.everything()
    result = await desk.call(taking_back(review, 1), REVIEWER)
    assert isinstance(result, VerdictConflict)
    assert result.current
    assert result.current.version == 2
    assert isinstance(await desk.call(taking_back(review, 2), RECRUITER), Forbidden)
    stranger = TakeBackVerdict(review_id=review.id, person_id=new_id(), expected_version=2)
    assert isinstance(await desk.call(stranger, REVIEWER), NotFound)
    assert await desk.everything() == before


async def test_a_closed_review_gives_no_verdict_back(desk: Desk) -> None:
    review = await desk.requested(1)
    await desk.finished(review, REVIEWER)
    before = await desk.everything()
    result = await desk.call(taking_back(review, 1), REVIEWER)
    assert result == Forbidden(reason="the review is already completed")
    assert await desk.everything() == before


async def test_a_reviewer_who_takes_a_verdict_back_is_no_longer_finished(desk: Desk) -> None:
    review = await desk.requested(1, (MARY, OMAR))
    await desk.finished(review, REVIEWER)
    after = changed(await desk.call(taking_back(review, 1), REVIEWER))
    assert after.reviewers[0].finished_at is None
    assert (await told(desk, TAKEN_BACK))[0]["reopened"] is True
    done = await desk.finished(review, COLLEAGUE)
    assert done.status is ReviewStatus.IN_PROGRESS, "Mary has to decide again"


async def test_a_key_of_a_verdict_takes_nothing_back(desk: Desk) -> None:
    review = await desk.requested()
    changed(await desk.call(wish(review, Verdict.APPROVED), REVIEWER, key="once"))
    before = await desk.everything()
    result = await desk.call(taking_back(review, 1), REVIEWER, key="once")
    assert result == Invalid.because("idempotency_key", "was used for another verdict", InputProblemCode.KEY_REUSED)
    assert await desk.everything() == before


_NOTES = st.sampled_from([None, "", "one", "two"])
_STEPS = st.lists(
    st.tuples(st.sampled_from([*Verdict, None]), _NOTES, st.sampled_from([None, *NoteVisibility]), st.integers(-1, 1)),
    max_size=12,
)


@given(steps=_STEPS)
@settings(max_examples=200)
def test_under_any_sequence_of_changes_counts_add_up_and_no_unseen_verdict_is_replaced(steps: list[Any]) -> None:
    now, key = review(), (MARY.id, PERSON)
    changes: list[VerdictChange] = []
    for verdict, note, visibility, off in steps:
        before: ReviewerVerdict | None = now.verdicts.get(key)
        seen = (before.version if before else 0) + off
        if verdict is None:
            request = TakeBackVerdict(review_id=now.id, person_id=PERSON, expected_version=seen)
            decision = decisions.take_back(now, MARY.id, request, at=BEGIN)
        else:
            given_ = GiveVerdict(
                review_id=now.id, person_id=PERSON, verdict=verdict, note=note, visibility=visibility,
                expected_version=seen,
            )  # fmt: skip
            decision = decisions.give_verdict(now, MARY.id, given_, verdict_id=PERSON, at=BEGIN)
        if not isinstance(decision, Outcome):
            assert isinstance(decision, VerdictConflict)
            assert off != 0
            continue
        after = decision.review.all_verdicts().get(key)
        last = now.all_verdicts().get(key)
        if after != last:
            assert after
            assert off == 0 or (before is None and seen <= 0)
            assert decision.review.version == now.version + len(decision.events)
            changes.append(change_between(last, after))
        now = decision.review
    end = now.all_verdicts().get(key)
    assert (end.version if end else 0) == len(changes)
    if end:
        assert end.changes == changes.count(VerdictChange.CHANGED_MIND)
        assert end.note_edits == changes.count(VerdictChange.NOTE_EDITED)
        assert (end.taken_back_at is not None) == (changes[-1] is VerdictChange.TAKEN_BACK)
