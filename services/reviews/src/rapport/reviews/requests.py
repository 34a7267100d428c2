"""What the reviews service answers: each handler authorises, decides or reads, and answers a reply or a refusal."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TypeVar

from rapport.contracts import reviews as contract
from rapport.contracts.hiring import ReviewStatus
from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import Invalid, NotFound, Refusal
from rapport.contracts.reviews import (
    MAX_WHOLE,
    CancelReview,
    FinishReview,
    GetReviews,
    GetReviewsByIds,
    GetVerdictsByIds,
    GiveVerdict,
    RenderNotice,
    ReplaceLink,
    RequestReview,
    ReviewChanged,
)
from rapport.kit.database import Database, UnitOfWork
from rapport.kit.identity import new_id
from rapport.kit.paging import keyset
from rapport.kit.requests import Asked, RequestServer
from rapport.reviews import changing, store
from rapport.reviews.clock import Clock, now
from rapport.reviews.directory import Directory, Subject
from rapport.reviews.domain import deciding
from rapport.reviews.domain.access import sees
from rapport.reviews.domain.review import Link, Review, Reviewer
from rapport.reviews.domain.showing import shown, shown_verdicts
from rapport.reviews.notices import Notices

RequestT = TypeVar("RequestT", GiveVerdict, FinishReview, CancelReview, ReplaceLink)


class ReviewsRequests:
    """Answers the gateway, and outreach, which sends the mails."""

    def __init__(self, database: Database, directory: Directory, notices: Notices, clock: Clock = now) -> None:
        """``directory`` is asked before a unit of work is opened, never within one."""
        self._database = database
        self._directory = directory
        self._notices = notices
        self._clock = clock

    def register(self, server: RequestServer) -> None:
        """Let the server route each request here."""
        server.answers(RequestReview, self.request_review)
        server.answers(GiveVerdict, self.give_verdict)
        server.answers(FinishReview, self.finish_review)
        server.answers(CancelReview, self.cancel_review)
        server.answers(ReplaceLink, self.replace_link)
        server.answers(GetReviews, self.get_reviews)
        server.answers(GetReviewsByIds, self.get_reviews_by_ids)
        server.answers(GetVerdictsByIds, self.get_verdicts_by_ids)
        server.answers(RenderNotice, self.render_notice)

    async def request_review(self, request: RequestReview, asked: Asked) -> ReviewChanged | Refusal:
        """Put people before reviewers."""
        viewer = asked.viewer
        async with self._database.reading(viewer.org_id) as reading:
            made = await store.made_under(reading, asked.key)
        if made:
            return _repeated(made, request, viewer)
        if refusal := deciding.refuse_request(request, at=self._clock()):
            return refusal
        subject = await self._directory.subject(request, viewer)
        if not isinstance(subject, Subject):
            return subject
        async with self._work(asked) as unit:
            review = _new_review(request, subject, at=unit.now)
            if await store.insert(unit, review):
                await changing.apply(unit, review, deciding.requested(review))
            stored = await store.made_under(unit, asked.key)
        return _repeated(stored or review, request, viewer)

    async def give_verdict(self, request: GiveVerdict, asked: Asked) -> ReviewChanged | Refusal:
        """A reviewer's verdict."""
        return await self._changed(asked, request, changing.give_verdict)

    async def finish_review(self, request: FinishReview, asked: Asked) -> ReviewChanged | Refusal:
        """A reviewer is done."""
        return await self._changed(asked, request, changing.finish)

    async def cancel_review(self, request: CancelReview, asked: Asked) -> ReviewChanged | Refusal:
        """Call a review off."""
        return await self._changed(asked, request, changing.cancel)

    async def replace_link(self, request: ReplaceLink, asked: Asked) -> ReviewChanged | Refusal:
        """Revoke a link, and send another."""
        return await self._changed(asked, request, changing.replace_link)

    async def get_reviews(self, request: GetReviews, asked: Asked) -> contract.ReviewPage | Invalid:
        """A page of reviews."""
        after = keyset(request.page)
        if isinstance(after, Invalid):
            return after
        if request.include_items and request.page.first > MAX_WHOLE:
            return Invalid.because("page.first", f"must be at most {MAX_WHOLE} where items are included")
        async with self._database.reading(asked.viewer.org_id) as reading:
            found, has_next = await store.visible(
                reading,
                request.rule.bound(asked.viewer),
                job_id=request.job_id,
                open_only=request.open_only,
                after=after,
                first=request.page.first,
            )
        edges = (
            contract.ReviewEdge(
                cursor=(at.isoformat(), str(review.id)),
                node=shown(review, asked.viewer, include_items=request.include_items),
            )
            for at, review in found
        )
        return contract.ReviewPage(edges=tuple(edges), has_next=has_next)

    async def get_reviews_by_ids(self, request: GetReviewsByIds, asked: Asked) -> contract.Reviews:
        """These reviews."""
        async with self._database.reading(asked.viewer.org_id) as reading:
            found = await store.load(reading, request.ids)
        seen = (review for review in found.values() if sees(review, asked.viewer))
        return contract.Reviews(
            items=tuple(shown(review, asked.viewer, include_items=request.include_items) for review in seen)
        )

    async def get_verdicts_by_ids(self, request: GetVerdictsByIds, asked: Asked) -> contract.Verdicts:
        """These verdicts."""
        async with self._database.reading(asked.viewer.org_id) as reading:
            found = await store.reviews_of_verdicts(reading, request.ids)
        seen = (review for review in found if sees(review, asked.viewer))
        verdicts = (verdict for review in seen for verdict in shown_verdicts(review, asked.viewer))
        return contract.Verdicts(items=tuple(verdict for verdict in verdicts if verdict.id in request.ids))

    async def render_notice(self, request: RenderNotice) -> contract.Notice | NotFound:
        """The mail's text, as it is to be sent now."""
        async with self._database.reading(request.org_id) as reading:
            stored = await store.notice_by_id(reading, request.notice_id)
            review = await store.load_one(reading, stored.review_id) if stored else None
        if stored and review:
            mail = self._notices.mail(request.org_id, review, stored.notice, at=self._clock())
            if mail:
                return mail
        return NotFound(what="notice", id=str(request.notice_id))

    def _work(self, asked: Asked) -> AbstractAsyncContextManager[UnitOfWork]:
        viewer = asked.viewer
        return self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=asked.key)

    async def _changed(
        self,
        asked: Asked,
        request: RequestT,
        change: Callable[[UnitOfWork, Viewer, RequestT], Awaitable[Review | Refusal]],
    ) -> ReviewChanged | Refusal:
        async with self._work(asked) as unit:
            review = await change(unit, asked.viewer, request)
        return ReviewChanged(review=shown(review, asked.viewer)) if isinstance(review, Review) else review


def _new_review(request: RequestReview, subject: Subject, *, at: datetime) -> Review:
    expires_at = deciding.link_expiry(request.due_at, at=at)
    reviewers = (Reviewer(u.id, u.name, u.email, Link(new_id(), expires_at)) for u in subject.reviewers)
    return Review(
        id=new_id(),
        job_id=subject.job.id,
        job_title=subject.job.title,
        requested_by=subject.requester.id,
        requester_name=subject.requester.name,
        requester_email=subject.requester.email,
        note=request.note,
        due_at=request.due_at,
        status=ReviewStatus.SENT,
        version=1,
        created_at=at,
        closed_at=None,
        reviewers=tuple(reviewers),
        profiles=subject.profiles,
    )


def _repeated(review: Review, request: RequestReview, viewer: Viewer) -> ReviewChanged | Invalid:
    """What a request made, now or before; a key stands for one request only."""
    same = (
        review.job_id == request.job_id
        and {p.person_id for p in review.profiles} == set(request.person_ids)
        and {r.user_id for r in review.reviewers} == set(request.reviewer_ids)
    )
    if not same:
        return Invalid.because("idempotency_key", "was used for another review")
    return ReviewChanged(review=shown(review, viewer))
