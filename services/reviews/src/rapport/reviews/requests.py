"""The requests of the reviews service: each handler authorises, decides or reads, and returns a result or a refusal."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import TypeVar

from rapport.contracts import reviews as contract
from rapport.contracts.biography import AttachmentLink
from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import InputProblemCode, Invalid, NotFound, Refusal
from rapport.contracts.reviews import (
    MAX_WHOLE,
    AddReviewers,
    CancelReview,
    ChangeDueDate,
    CorrectNote,
    FinishReview,
    GetReviews,
    GetReviewsByIds,
    GetVerdictsByIds,
    GetWaitingReviews,
    GiveVerdict,
    OpenReviewedFile,
    RemindReviewers,
    RenderNotification,
    ReplaceLink,
    RequestReview,
    ReviewResult,
    TakeBackVerdict,
)
from rapport.contracts.vocabulary import ReviewBox, ReviewStatus
from rapport.kit.database.pagination import BEFORE_ALL, BEYOND_ALL, Keyset, keyset
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork
from rapport.kit.identity import new_id
from rapport.kit.rpc.envelope import Json, RequestContext
from rapport.kit.rpc.server import RequestServer
from rapport.reviews import commands, store
from rapport.reviews.clock import Clock, now
from rapport.reviews.domain import amendments, decisions
from rapport.reviews.domain.access import opens_file, sees
from rapport.reviews.domain.review import Link, Review
from rapport.reviews.domain.views import view_for, visible_verdicts
from rapport.reviews.pipeline_client import PipelineClient, ReviewSubject
from rapport.reviews.store import EarlierResult
from rapport.reviews.web.emails import ReviewEmails

RequestT = TypeVar(
    "RequestT", GiveVerdict, TakeBackVerdict, FinishReview, ReplaceLink, ChangeDueDate, CorrectNote, RemindReviewers
)


class ReviewsRequests:
    """Handles the requests of the gateway, and of outreach, which sends the mails."""

    def __init__(self, database: Database, pipeline: PipelineClient, emails: ReviewEmails, clock: Clock = now) -> None:
        """``pipeline`` is called before a unit of work is opened, never within one."""
        self._database = database
        self._pipeline = pipeline
        self._emails = emails
        self._clock = clock

    def register(self, server: RequestServer) -> None:
        """Let the server route each request here."""
        server.handle(RequestReview, self.request_review)
        server.handle(GiveVerdict, self.give_verdict)
        server.handle(TakeBackVerdict, self.take_back_verdict)
        server.handle(FinishReview, self.finish_review)
        server.handle(CancelReview, self.cancel_review)
        server.handle(ReplaceLink, self.replace_link)
        server.handle(AddReviewers, self.add_reviewers)
        server.handle(ChangeDueDate, self.change_due_date)
        server.handle(CorrectNote, self.correct_note)
        server.handle(RemindReviewers, self.remind_reviewers)
        server.handle(OpenReviewedFile, self.open_reviewed_file)
        server.handle(GetReviews, self.get_reviews)
        server.handle(GetReviewsByIds, self.get_reviews_by_ids)
        server.handle(GetVerdictsByIds, self.get_verdicts_by_ids)
        server.handle(GetWaitingReviews, self.get_waiting_reviews)
        server.handle(RenderNotification, self.render_notification)

    async def request_review(self, request: RequestReview, context: RequestContext) -> ReviewResult | Refusal:
        """Request a review."""
        viewer, request_hash = context.viewer, commands.hash_of(request)
        async with self._database.read_session(viewer.org_id) as session:
            earlier = await store.find_by_key(session, context.key)
        if earlier:
            return _repeated(earlier, request_hash, viewer)
        if refusal := decisions.refuse_request(request, at=self._clock()):
            return refusal
        subject = await self._pipeline.subject(request, viewer)
        if not isinstance(subject, ReviewSubject):
            return subject
        async with self._work(context) as unit:
            review = await store.insert(unit, _new_review(request, subject, unit), request_hash)
            if review is None:  # a repetition was faster
                earlier = await store.find_by_key(unit, context.key)
                return _repeated(earlier, request_hash, viewer)
            outcome = decisions.requested(review)
            await commands.apply(unit, review, outcome)
        return _result(outcome.review, viewer)

    async def give_verdict(self, request: GiveVerdict, context: RequestContext) -> ReviewResult | Refusal:
        """Give a verdict."""
        return await self._changed(context, request, commands.give_verdict)

    async def take_back_verdict(self, request: TakeBackVerdict, context: RequestContext) -> ReviewResult | Refusal:
        """Take a verdict back."""
        return await self._changed(context, request, commands.take_back)

    async def finish_review(self, request: FinishReview, context: RequestContext) -> ReviewResult | Refusal:
        """Finish, as a reviewer."""
        return await self._changed(context, request, commands.finish)

    async def open_reviewed_file(self, request: OpenReviewedFile, context: RequestContext) -> AttachmentLink | NotFound:
        """A link to a resume, for a reviewer."""
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            review = await store.load_one(session, request.review_id)
        if review is None or not sees(review, viewer):
            return NotFound(what="review", id=str(request.review_id))
        if not opens_file(review, request.attachment_id, viewer):
            return NotFound(what="attachment", id=str(request.attachment_id))
        return await self._pipeline.link(viewer.org_id, request.attachment_id, viewer.user_id)

    async def cancel_review(self, request: CancelReview, context: RequestContext) -> ReviewResult | Refusal:
        """Cancel a review."""
        viewer = context.viewer
        name = await self._pipeline.name_of(viewer)
        async with self._work(context) as unit:
            return _result(await commands.cancel(unit, viewer, request, name), viewer)

    async def replace_link(self, request: ReplaceLink, context: RequestContext) -> ReviewResult | Refusal:
        """Revoke a link, and send another."""
        return await self._changed(context, request, commands.replace_link)

    async def add_reviewers(self, request: AddReviewers, context: RequestContext) -> ReviewResult | Refusal:
        """Add reviewers."""
        viewer = context.viewer
        async with self._database.read_session(viewer.org_id) as session:
            review = await store.load_one(session, request.review_id)
            if review is None or not sees(review, viewer):
                return NotFound(what="review", id=str(request.review_id))
            earlier = await store.amendment_of_request(session, review, context.key)
        if earlier:
            return _repeated(earlier, commands.hash_of(request), viewer, "amendment")
        if refusal := amendments.refuse_stranger(review, viewer, "add reviewers"):
            return refusal
        users = await self._pipeline.reviewers(request.reviewer_ids, viewer)
        if isinstance(users, Refusal):
            return users
        async with self._work(context) as unit:
            return _result(await commands.add_reviewers(unit, viewer, request, users), viewer)

    async def change_due_date(self, request: ChangeDueDate, context: RequestContext) -> ReviewResult | Refusal:
        """Change the due date."""
        return await self._changed(context, request, commands.change_due_date)

    async def correct_note(self, request: CorrectNote, context: RequestContext) -> ReviewResult | Refusal:
        """Correct the note to the reviewers."""
        return await self._changed(context, request, commands.correct_note)

    async def remind_reviewers(self, request: RemindReviewers, context: RequestContext) -> ReviewResult | Refusal:
        """Remind those who still have to decide."""
        return await self._changed(context, request, commands.remind)

    async def get_reviews(self, request: GetReviews, context: RequestContext) -> contract.ReviewPage | Invalid:
        """A page of reviews."""
        waiting = request.box is ReviewBox.WAITING_FOR_ME
        after = keyset(request.page, begins=BEFORE_ALL if waiting else BEYOND_ALL)
        if isinstance(after, Invalid):
            return after
        if request.include_items and request.page.first > MAX_WHOLE:
            return Invalid.because(
                "page.first", f"must be at most {MAX_WHOLE} where items are included", InputProblemCode.OUT_OF_RANGE
            )
        async with self._database.read_session(context.viewer.org_id) as session:
            found, has_next = await _listed(session, request, context.viewer, after)
        edges = (
            contract.ReviewEdge(
                cursor=(at.isoformat(), str(review.id)),
                node=view_for(review, context.viewer, include_items=request.include_items),
            )
            for at, review in found
        )
        return contract.ReviewPage(edges=tuple(edges), has_next=has_next)

    async def get_reviews_by_ids(self, request: GetReviewsByIds, context: RequestContext) -> contract.Reviews:
        """These reviews."""
        async with self._database.read_session(context.viewer.org_id) as session:
            found = await store.load(session, request.ids)
        seen = (review for review in found.values() if sees(review, context.viewer))
        return contract.Reviews(
            items=tuple(view_for(review, context.viewer, include_items=request.include_items) for review in seen)
        )

    async def get_verdicts_by_ids(self, request: GetVerdictsByIds, context: RequestContext) -> contract.Verdicts:
        """These verdicts."""
        async with self._database.read_session(context.viewer.org_id) as session:
            found = await store.reviews_of_verdicts(session, request.ids)
        seen = (review for review in found if sees(review, context.viewer))
        verdicts = (verdict for review in seen for verdict in visible_verdicts(review, context.viewer))
        return contract.Verdicts(items=tuple(verdict for verdict in verdicts if verdict.id in request.ids))

    async def get_waiting_reviews(self, _: GetWaitingReviews, context: RequestContext) -> Json:
        """What the viewer owes, and what others owe them."""
        async with self._database.read_session(context.viewer.org_id) as session:
            return Json(await store.waiting(session, context.viewer.user_id))

    async def render_notification(self, request: RenderNotification) -> contract.Notification | NotFound:
        """Render a notification as it is sent now."""
        async with self._database.read_session(request.org_id) as session:
            stored = await store.notification_by_id(session, request.notification_id)
            review = await store.load_one(session, stored.review_id) if stored else None
        if stored and review:
            mail = self._emails.mail(request.org_id, review, stored.notification, at=self._clock())
            if mail:
                return mail
        return NotFound(what="notification", id=str(request.notification_id))

    def _work(self, context: RequestContext) -> AbstractAsyncContextManager[UnitOfWork]:
        viewer = context.viewer
        return self._database.work(viewer.org_id, actor=f"user:{viewer.user_id}", cause=context.key)

    async def _changed(
        self,
        context: RequestContext,
        request: RequestT,
        change: Callable[[UnitOfWork, Viewer, RequestT], Awaitable[Review | Refusal]],
    ) -> ReviewResult | Refusal:
        async with self._work(context) as unit:
            return _result(await change(unit, context.viewer, request), context.viewer)


async def _listed(
    session: ReadSession, request: GetReviews, viewer: Viewer, after: Keyset
) -> tuple[list[tuple[datetime, Review]], bool]:
    """The reviews of a page with their places in its list, and whether there are more."""
    job_id, people, first = request.job_id, request.person_ids, request.page.first
    if request.box is ReviewBox.WAITING_FOR_ME:
        return await store.waiting_for(session, viewer.user_id, job_id=job_id, people=people, after=after, first=first)
    if request.box is ReviewBox.ASKED_BY_ME:
        return await store.asked_by(
            session,
            viewer.user_id,
            job_id=job_id,
            people=people,
            open_only=request.open_only,
            after=after,
            first=first,
        )
    return await store.visible(
        session,
        request.rule.scope_user(viewer),
        job_id=job_id,
        people=people,
        open_only=request.open_only,
        after=after,
        first=first,
    )


def _result(review: Review | Refusal, viewer: Viewer) -> ReviewResult | Refusal:
    return ReviewResult(review=view_for(review, viewer)) if isinstance(review, Review) else review


def _new_review(request: RequestReview, subject: ReviewSubject, unit: UnitOfWork) -> Review:
    expires_at = decisions.link_expiry(request.due_at, at=unit.now)
    reviewers = (commands.reviewer_of(user, Link(new_id(), expires_at), unit) for user in subject.reviewers)
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
        created_at=unit.now,
        closed_at=None,
        reviewers=tuple(reviewers),
        profiles=subject.profiles,
    )


def _repeated(
    earlier: EarlierResult | None, request_hash: bytes, viewer: Viewer, what: str = "review"
) -> ReviewResult | Invalid:
    """The result of the earlier request with the same key, if it was the same request."""
    if earlier is None or not earlier.matches(request_hash):
        return commands.another(what)
    return ReviewResult(review=view_for(earlier.review, viewer))
