"""Changes of a review, the same for whoever asks for them: load it with a lock, decide, apply, record."""

from collections.abc import Callable
from uuid import UUID

from rapport.contracts.facts import NoticeDue
from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import Invalid, NotFound, Refusal
from rapport.contracts.reviews import CancelReview, FinishReview, GiveVerdict, ReplaceLink
from rapport.kit.database import UnitOfWork
from rapport.kit.identity import derived_id, new_id
from rapport.reviews import store
from rapport.reviews.domain import deciding
from rapport.reviews.domain.access import sees
from rapport.reviews.domain.review import Link, Outcome, Review, Said

Decide = Callable[[Review], Outcome | Refusal]


async def give_verdict(unit: UnitOfWork, viewer: Viewer, request: GiveVerdict) -> Review | Refusal:
    """A verdict of the viewer; a request that was carried out before is not again, whatever was said since."""
    review = await _lock(unit, viewer, request.review_id)
    if isinstance(review, NotFound):
        return review
    said = Said(request.verdict, request.note, request.visibility)
    verdict_id = derived_id("verdict", unit.org_id, review.id, viewer.user_id, request.person_id)
    if before := await store.verdict_given_under(unit, verdict_id):
        return review if before == said else Invalid.because("idempotency_key", "was used for another verdict")
    decision = deciding.give_verdict(
        review, viewer.user_id, request.person_id, said, verdict_id=verdict_id, at=unit.now
    )
    return await _carry_out(unit, review, decision)


async def finish(unit: UnitOfWork, viewer: Viewer, request: FinishReview) -> Review | Refusal:
    """The viewer has decided on everybody."""
    return await _change(unit, viewer, request.review_id, lambda r: deciding.finish(r, viewer.user_id, at=unit.now))


async def cancel(unit: UnitOfWork, viewer: Viewer, request: CancelReview) -> Review | Refusal:
    """The viewer calls it off."""
    return await _change(unit, viewer, request.review_id, lambda r: deciding.cancel(r, viewer, at=unit.now))


async def replace_link(unit: UnitOfWork, viewer: Viewer, request: ReplaceLink) -> Review | Refusal:
    """A link is revoked, and another one sent if so asked."""
    review = await _lock(unit, viewer, request.review_id)
    if isinstance(review, NotFound):
        return review
    if request.send_new and await store.link_made_under(unit, review.id, request.reviewer_id):
        return review
    new = Link(new_id(), deciding.link_expiry(review.due_at, at=unit.now)) if request.send_new else None
    decision = deciding.replace_link(review, viewer, request.reviewer_id, new, at=unit.now)
    return await _carry_out(unit, review, decision)


async def apply(unit: UnitOfWork, before: Review, outcome: Outcome) -> None:
    """Write and record what a decision about a review, which this unit of work holds or made, leads to."""
    for version, fact in enumerate(outcome.facts, start=outcome.review.version - len(outcome.facts) + 1):
        unit.record(fact, aggregate_id=before.id, version=version, occurred_at=unit.now)
    await store.save(unit, before, outcome.review)
    for notice in outcome.notices:
        parts = (unit.org_id, before.id, notice.recipient_id, notice.kind, notice.occasion)
        notice_id = derived_id("notice", *parts)
        if await store.insert_notice(unit, notice_id, before.id, notice):
            due = NoticeDue(kind=notice.kind, recipient_id=notice.recipient_id, review_id=before.id)
            unit.record(due, aggregate_id=notice_id, version=1, occurred_at=unit.now)


async def _change(unit: UnitOfWork, viewer: Viewer, review_id: UUID, decide: Decide) -> Review | Refusal:
    review = await _lock(unit, viewer, review_id)
    return review if isinstance(review, NotFound) else await _carry_out(unit, review, decide(review))


async def _lock(unit: UnitOfWork, viewer: Viewer, review_id: UUID) -> Review | NotFound:
    review = await store.lock(unit, review_id)
    if review is None or not sees(review, viewer):
        return NotFound(what="review", id=str(review_id))
    return review


async def _carry_out(unit: UnitOfWork, review: Review, decision: Outcome | Refusal) -> Review | Refusal:
    if not isinstance(decision, Outcome):
        return decision
    await apply(unit, review, decision)
    return decision.review
