"""Commands on a review, the same for the page and for requests: load and lock it once, decide, apply, record."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from rapport.contracts.events import NotificationDue
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import User
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound, Refusal
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
Admit = Callable[[Review], None]
"""Raises if the way a command came no longer leads to the review: a link ends with it."""


def admit_always(_review: Review) -> None:
    """A viewer of the application needs no link."""


def hash_of(request: Request[Any]) -> bytes:
    """A hash of the request: the same idempotency key with another hash is another request."""
    return hashlib.sha256(f"{request.name()} {_normal(request).model_dump_json()}".encode()).digest()


def another(what: str) -> Invalid:
    """The refusal of an idempotency key that belongs to another request."""
    return Invalid.because("idempotency_key", f"was used for another {what}", InputProblemCode.KEY_REUSED)


async def give_verdict(
    unit: UnitOfWork, viewer: Viewer, request: GiveVerdict, admit: Admit = admit_always
) -> Review | Refusal:
    """Give the viewer's verdict; a repeated request changes nothing, even if the verdict has changed since."""
    verdict_id = derived_id("verdict", unit.org_id, request.review_id, viewer.user_id, request.person_id)
    if await store.lock_people(unit, [request.person_id]):
        # They were erased, which an open page does not know: no text about them is stored.
        request = request.model_copy(update={"note": None})

    def decide(review: Review) -> Decision:
        return decisions.give_verdict(review, viewer.user_id, request, verdict_id=verdict_id, at=unit.now)

    return await _change_verdict(unit, viewer, verdict_id, request, decide, admit)


async def take_back(
    unit: UnitOfWork, viewer: Viewer, request: TakeBackVerdict, admit: Admit = admit_always
) -> Review | Refusal:
    """Take the viewer's verdict back."""
    verdict_id = derived_id("verdict", unit.org_id, request.review_id, viewer.user_id, request.person_id)
    await store.lock_people(unit, [request.person_id])

    def decide(review: Review) -> Decision:
        return decisions.take_back(review, viewer.user_id, request, at=unit.now)

    return await _change_verdict(unit, viewer, verdict_id, request, decide, admit)


async def finish(
    unit: UnitOfWork, viewer: Viewer, request: FinishReview, admit: Admit = admit_always
) -> Review | Refusal:
    """The viewer has decided on every person."""

    def decide(review: Review) -> Decision:
        return decisions.finish(review, viewer.user_id, at=unit.now)

    return await _change(unit, viewer, request.review_id, decide, admit)


async def cancel(unit: UnitOfWork, viewer: Viewer, request: CancelReview, name: str | None) -> Review | Refusal:
    """Cancel the review; ``name`` is the viewer's, if it is known."""
    return await _change(unit, viewer, request.review_id, lambda r: decisions.cancel(r, viewer, name=name, at=unit.now))


async def replace_link(unit: UnitOfWork, viewer: Viewer, request: ReplaceLink) -> Review | Refusal:
    """Revoke a link, and send another one if requested."""
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
    """Add reviewers."""

    def decide(review: Review) -> Decision:
        expires_at = decisions.link_expiry(review.due_at, at=unit.now)
        reviewers = [reviewer_of(user, Link(new_id(), expires_at), unit) for user in users]
        return amendments.add_reviewers(review, viewer, reviewers)

    return await _amend(unit, viewer, request, decide)


async def change_due_date(unit: UnitOfWork, viewer: Viewer, request: ChangeDueDate) -> Review | Refusal:
    """Change the due date."""
    return await _amend(unit, viewer, request, lambda r: amendments.change_due_date(r, viewer, request, at=unit.now))


async def correct_note(unit: UnitOfWork, viewer: Viewer, request: CorrectNote) -> Review | Refusal:
    """Correct the note to the reviewers."""
    return await _amend(unit, viewer, request, lambda r: amendments.correct_note(r, viewer, request))


async def remind(unit: UnitOfWork, viewer: Viewer, request: RemindReviewers) -> Review | Refusal:
    """Remind the reviewers who still have to decide."""
    return await _amend(unit, viewer, request, lambda r: amendments.remind(r, viewer, request, at=unit.now))


def reviewer_of(user: User, link: Link, unit: UnitOfWork) -> Reviewer:
    """A user who becomes a reviewer, and receives a mail, in this unit of work."""
    return Reviewer(user.id, user.name, user.email, link, asked_at=unit.now, last_written_to_at=unit.now)


async def apply(unit: UnitOfWork, before: Review, outcome: Outcome, request_hash: bytes | None = None) -> None:
    """Write the outcome of a decision about a review that this unit of work has locked, and record its events."""
    for version, event in enumerate(outcome.events, start=outcome.review.version - len(outcome.events) + 1):
        unit.record(event, aggregate_id=before.id, version=version, occurred_at=unit.now)
    await store.save(unit, before, outcome.review, request_hash)
    for notification in outcome.notifications:
        parts = (unit.org_id, before.id, notification.recipient_id, notification.kind, notification.occasion)
        notification_id = derived_id("notification", *parts)
        if await store.insert_notification(unit, notification_id, before.id, notification):
            due = NotificationDue(kind=notification.kind, recipient_id=notification.recipient_id, review_id=before.id)
            unit.record(due, aggregate_id=notification_id, version=1, occurred_at=unit.now)


async def _change(
    unit: UnitOfWork, viewer: Viewer, review_id: UUID, decide: Decide, admit: Admit = admit_always
) -> Review | Refusal:
    review = await _load_for_update(unit, viewer, review_id, admit)
    return review if isinstance(review, NotFound) else await _apply(unit, review, decide(review))


async def _change_verdict(
    unit: UnitOfWork,
    viewer: Viewer,
    verdict_id: UUID,
    request: GiveVerdict | TakeBackVerdict,
    decide: Decide,
    admit: Admit,
) -> Review | Refusal:
    review = await _load_for_update(unit, viewer, request.review_id, admit)
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


async def _load_for_update(
    unit: UnitOfWork, viewer: Viewer, review_id: UUID, admit: Admit = admit_always
) -> Review | NotFound:
    review = await store.lock(unit, review_id)
    if review is None or not sees(review, viewer):
        return NotFound(what="review", id=str(review_id))
    admit(review)
    return review


async def _apply(
    unit: UnitOfWork, review: Review, decision: Decision, request_hash: bytes | None = None
) -> Review | Refusal:
    if not isinstance(decision, Outcome):
        return decision
    await apply(unit, review, decision, request_hash)
    return decision.review


def _normal(request: Request[Any]) -> Request[Any]:
    """The request with times in UTC and every id once, so that equal requests have equal hashes."""
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
