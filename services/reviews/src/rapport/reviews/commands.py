"""Changes of a review, the same for whoever asks for them: load it with a lock, decide, apply, record."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from rapport.contracts.events import NotificationDue
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import User
from rapport.contracts.refusals import Invalid, NotFound, Refusal
from rapport.contracts.requests import Request
from rapport.contracts.reviews import (
    AddReviewers,
    CancelReview,
    ChangeDueDate,
    CorrectNote,
    FinishReview,
    GiveVerdict,
    RemindReviewers,
    ReplaceLink,
    RequestReview,
    TakeBackVerdict,
)
from rapport.kit.database.unit_of_work import UnitOfWork
from rapport.kit.identity import derived_id, new_id
from rapport.reviews import store
from rapport.reviews.domain import amendments, decisions
from rapport.reviews.domain.access import sees
from rapport.reviews.domain.decisions import Decision
from rapport.reviews.domain.review import Link, Outcome, Review, Reviewer
from rapport.reviews.store import EarlierResult

Decide = Callable[[Review], Decision]


def hash_of(request: Request[Any]) -> bytes:
    """What a request asks for, as a hash: under the same key it asks for the same, or is another request."""
    return hashlib.sha256(f"{request.name()} {_normal(request).model_dump_json()}".encode()).digest()


def another(what: str) -> Invalid:
    """The refusal of a key that stands for another request already."""
    return Invalid.because("idempotency_key", f"was used for another {what}")


async def give_verdict(unit: UnitOfWork, viewer: Viewer, request: GiveVerdict) -> Review | Refusal:
    """A verdict of the viewer; a request that was carried out before is not again, whatever was said since."""
    verdict_id = derived_id("verdict", unit.org_id, request.review_id, viewer.user_id, request.person_id)
    if await store.lock_people(unit, [request.person_id]):
        # They were erased, which a page that is still open does not know: nothing is kept that is said in words.
        request = request.model_copy(update={"note": None})

    def decide(review: Review) -> Decision:
        return decisions.give_verdict(review, viewer.user_id, request, verdict_id=verdict_id, at=unit.now)

    return await _change_verdict(unit, viewer, verdict_id, request, decide)


async def take_back(unit: UnitOfWork, viewer: Viewer, request: TakeBackVerdict) -> Review | Refusal:
    """The viewer has no verdict on the person any more."""
    verdict_id = derived_id("verdict", unit.org_id, request.review_id, viewer.user_id, request.person_id)
    await store.lock_people(unit, [request.person_id])

    def decide(review: Review) -> Decision:
        return decisions.take_back(review, viewer.user_id, request, at=unit.now)

    return await _change_verdict(unit, viewer, verdict_id, request, decide)


async def finish(unit: UnitOfWork, viewer: Viewer, request: FinishReview) -> Review | Refusal:
    """The viewer has decided on everybody."""
    return await _change(unit, viewer, request.review_id, lambda r: decisions.finish(r, viewer.user_id, at=unit.now))


async def cancel(unit: UnitOfWork, viewer: Viewer, request: CancelReview, name: str | None) -> Review | Refusal:
    """The viewer, who goes by this name if it is known, calls it off."""
    return await _change(unit, viewer, request.review_id, lambda r: decisions.cancel(r, viewer, name=name, at=unit.now))


async def replace_link(unit: UnitOfWork, viewer: Viewer, request: ReplaceLink) -> Review | Refusal:
    """A link is revoked, and another one sent if so asked."""
    review = await _load_for_update(unit, viewer, request.review_id)
    if isinstance(review, NotFound):
        return review
    if request.send_new and await store.link_of_request(unit, review.id, request.reviewer_id):
        return review
    new = Link(new_id(), decisions.link_expiry(review.due_at, at=unit.now)) if request.send_new else None
    decision = decisions.replace_link(review, viewer, request.reviewer_id, new, at=unit.now)
    return await _apply(unit, review, decision)


async def add_reviewers(
    unit: UnitOfWork, viewer: Viewer, request: AddReviewers, users: Sequence[User]
) -> Review | Refusal:
    """More users are asked."""

    def decide(review: Review) -> Decision:
        expires_at = decisions.link_expiry(review.due_at, at=unit.now)
        request_hash = [reviewer_of(user, Link(new_id(), expires_at), unit) for user in users]
        return amendments.add_reviewers(review, viewer, request_hash)

    return await _amend(unit, viewer, request, decide)


async def change_due_date(unit: UnitOfWork, viewer: Viewer, request: ChangeDueDate) -> Review | Refusal:
    """Verdicts are wanted by another date."""
    return await _amend(unit, viewer, request, lambda r: amendments.change_due_date(r, viewer, request, at=unit.now))


async def correct_note(unit: UnitOfWork, viewer: Viewer, request: CorrectNote) -> Review | Refusal:
    """The reviewers are told something else."""
    return await _amend(unit, viewer, request, lambda r: amendments.correct_note(r, viewer, request))


async def remind(unit: UnitOfWork, viewer: Viewer, request: RemindReviewers) -> Review | Refusal:
    """Those who still have to decide are written to."""
    return await _amend(unit, viewer, request, lambda r: amendments.remind(r, viewer, request, at=unit.now))


def reviewer_of(user: User, link: Link, unit: UnitOfWork) -> Reviewer:
    """A user who is asked, and written to, in this unit of work."""
    return Reviewer(user.id, user.name, user.email, link, asked_at=unit.now, last_written_to_at=unit.now)


async def apply(unit: UnitOfWork, before: Review, outcome: Outcome, request_hash: bytes | None = None) -> None:
    """Write and record what a decision about a review, which this unit of work holds or made, leads to."""
    for version, event in enumerate(outcome.events, start=outcome.review.version - len(outcome.events) + 1):
        unit.record(event, aggregate_id=before.id, version=version, occurred_at=unit.now)
    await store.save(unit, before, outcome.review, request_hash)
    for notification in outcome.notifications:
        parts = (unit.org_id, before.id, notification.recipient_id, notification.kind, notification.occasion)
        notification_id = derived_id("notification", *parts)
        if await store.insert_notification(unit, notification_id, before.id, notification):
            due = NotificationDue(kind=notification.kind, recipient_id=notification.recipient_id, review_id=before.id)
            unit.record(due, aggregate_id=notification_id, version=1, occurred_at=unit.now)


async def _change(unit: UnitOfWork, viewer: Viewer, review_id: UUID, decide: Decide) -> Review | Refusal:
    review = await _load_for_update(unit, viewer, review_id)
    return review if isinstance(review, NotFound) else await _apply(unit, review, decide(review))


async def _change_verdict(
    unit: UnitOfWork, viewer: Viewer, verdict_id: UUID, request: GiveVerdict | TakeBackVerdict, decide: Decide
) -> Review | Refusal:
    review = await _load_for_update(unit, viewer, request.review_id)
    if isinstance(review, NotFound):
        return review
    request_hash = hash_of(request)
    if before := await store.verdict_change_of_request(unit, review, verdict_id):
        return _repeated(before, request_hash, "verdict")
    return await _apply(unit, review, decide(review), request_hash)


async def _amend(
    unit: UnitOfWork,
    viewer: Viewer,
    request: AddReviewers | ChangeDueDate | CorrectNote | RemindReviewers,
    decide: Decide,
) -> Review | Refusal:
    review = await _load_for_update(unit, viewer, request.review_id)
    if isinstance(review, NotFound):
        return review
    request_hash = hash_of(request)
    if before := await store.amendment_of_request(unit, review, unit.metadata.cause):
        return _repeated(before, request_hash, "amendment")
    decision = decide(review)
    if isinstance(decision, Outcome):
        await store.insert_amendment(unit, review, request_hash)
    return await _apply(unit, review, decision)


def _repeated(before: EarlierResult, request_hash: bytes, what: str) -> Review | Invalid:
    return before.review if before.matches(request_hash) else another(what)


async def _load_for_update(unit: UnitOfWork, viewer: Viewer, review_id: UUID) -> Review | NotFound:
    review = await store.lock(unit, review_id)
    if review is None or not sees(review, viewer):
        return NotFound(what="review", id=str(review_id))
    return review


async def _apply(
    unit: UnitOfWork, review: Review, decision: Decision, request_hash: bytes | None = None
) -> Review | Refusal:
    if not isinstance(decision, Outcome):
        return decision
    await apply(unit, review, decision, request_hash)
    return decision.review


def _normal(request: Request[Any]) -> Request[Any]:
    """The same moment is the same whatever its time zone, and nobody is asked about, asked, or reminded twice."""
    match request:
        case RequestReview():
            update = {
                "due_at": request.due_at.astimezone(UTC) if request.due_at else None,
                "person_ids": tuple(dict.fromkeys(request.person_ids)),
                "reviewer_ids": tuple(dict.fromkeys(request.reviewer_ids)),
            }
        case ChangeDueDate():
            update = {"due_at": request.due_at.astimezone(UTC)}
        case AddReviewers() | RemindReviewers():
            update = {"reviewer_ids": tuple(dict.fromkeys(request.reviewer_ids))}
        case _:
            return request
    return request.model_copy(update=update)
