"""The reviewers' page: opened by a link from a mail, without an account.

Reading it changes nothing, not even a timestamp, since mail scanners follow links. Deciding is a POST.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web

from rapport.contracts.identity import UserId, Viewer
from rapport.contracts.pipeline import AttachmentLink
from rapport.contracts.refusals import Refusal
from rapport.contracts.reviews import MAX_NOTE, FinishReview
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.identity import new_id
from rapport.kit.telemetry import trace_id
from rapport.kit.web.links import Links
from rapport.kit.web.templates import PAGE_HEADERS, Templates, static_files
from rapport.reviews import commands, store
from rapport.reviews.clock import Clock, now
from rapport.reviews.domain.review import LinkState, Review, Reviewer
from rapport.reviews.pipeline_client import PipelineClient
from rapport.reviews.store import SentLink
from rapport.reviews.web.form import (
    ConflictError,
    FormError,
    LinkClosedError,
    entries_in,
    error_of,
    read_fields,
    typed_note,
    verdict_in,
    wants_json,
    withdrawal_in,
)
from rapport.reviews.web.labels import CLOSED, ClosedText, isolated, when
from rapport.reviews.web.view import (
    ACTIONS,
    READERS,
    SUMMARY,
    Card,
    Conflict,
    Entry,
    PageView,
    Undo,
    conflict_view,
    page_view,
)

_SEE_OTHER = 303
_STAY = "stay"
"""In a form's address: after saving, the page shows the same person again."""

_NO_STORE = {"Cache-Control": "no-store"}
_CLOSED = ClosedText(
    "This review is closed",
    "Verdicts can no longer be given. If you think that is a mistake, ask the person who requested the review.",
)

Handler = Callable[[web.Request], Awaitable[web.Response]]
Command = Callable[[UnitOfWork, Viewer, commands.Admit], Awaitable[Review | Refusal]]
Decide = Callable[[UUID, Mapping[str, str]], tuple[UUID, Command]]
"""From the review's id and the form's fields to the person and the command."""


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that this service signed and knows; whether it opens the page depends on the review."""

    base: str
    org_id: str
    sent: SentLink

    @property
    def viewer(self) -> Viewer:
        """The reviewer, with no more rights than the link gives."""
        return Viewer(org_id=self.org_id, user_id=UserId(self.sent.reviewer_id))


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A review that a link opens, for its reviewer."""

    link: OpenLink
    review: Review
    reviewer: Reviewer


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows beside the review itself."""

    undo: Undo | None = None
    withdrawn: Card | None = None
    problem: str | None = None
    typed: Mapping[UUID, Entry] = field(default_factory=dict)
    conflicts: Mapping[UUID, Conflict] = field(default_factory=dict)


class ReviewPages:
    """Serves the page and takes what reviewers decide."""

    def __init__(
        self,
        database: Database,
        pipeline: PipelineClient,
        pages: Templates,
        links: Links,
        public_url: str,
        zone: ZoneInfo,
        clock: Clock = now,
    ) -> None:
        """``public_url`` may have a path, which is the prefix of every address."""
        self._database = database
        self._pipeline = pipeline
        self._pages = pages
        self._links = links
        self._root = urlsplit(public_url).path.rstrip("/")
        self._zone = zone
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """The routes below the public address."""
        return [
            web.get("/r/{token}", self._with_link_errors(self.show)),
            web.get("/r/{token}/verdicts", self._with_link_errors(self.redirect_to_page)),
            web.get("/r/{token}/take-back", self._with_link_errors(self.redirect_to_page)),
            web.get("/r/{token}/finish", self._with_link_errors(self.redirect_to_page)),
            web.get("/r/{token}/files/{attachment}", self._with_link_errors(self.open_file), allow_head=False),
            web.get("/r/{token}/state", self._with_link_errors(self.state)),
            web.post("/r/{token}/verdicts", self._with_link_errors(self.decide)),
            web.post("/r/{token}/take-back", self._with_link_errors(self.take_back)),
            web.post("/r/{token}/finish", self._with_link_errors(self.finish)),
            web.get("/static/{name}", static_files("rapport.reviews.web")),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The page, at the requested place."""
        opened = await self._open(request)
        view = self._view(opened)
        undo = await self._undo(opened, view, request.query.get("saved", ""))
        taken = request.query.get("taken")
        withdrawn = next((card for card in view.cards if str(card.position) == taken and not card.verdict), None)
        return self._page(opened, view, view.place(request.query.get("p", "")), Shown(undo, withdrawn))

    async def state(self, request: web.Request) -> web.Response:
        """Whether the review is open, and the versions of the verdicts; an open page polls this."""
        view = self._view(await self._open(request))
        body = {"open": True, "versions": {str(card.person_id): card.version for card in view.cards}}
        return web.json_response(body, headers=_NO_STORE)

    async def open_file(self, request: web.Request) -> web.Response:
        """To a resume that the review shows, by a link of pipeline's that is good for some minutes."""
        opened = await self._open(request)
        shown = {str(file.id): file.id for profile in opened.review.profiles for file in profile.resumes}
        attachment_id = shown.get(request.match_info["attachment"])
        try:
            link = (
                await self._pipeline.link(opened.link.org_id, attachment_id, opened.reviewer.user_id)
                if attachment_id
                else None
            )
        except ServiceUnavailableError:
            return _no_file(503, "The file cannot be opened at the moment. Go back and try again in a minute.")
        if not isinstance(link, AttachmentLink):
            return _no_file(404, "The file is not there any more.")
        return _see_other(link.url)

    async def redirect_to_page(self, request: web.Request) -> web.Response:
        """To the page: an address that only takes forms was reloaded, or opened from the browser's history."""
        opened = await self._open(request)
        return _see_other(opened.link.base)

    async def decide(self, request: web.Request) -> web.Response:
        """Save a verdict, from the form or from the page's script."""

        def command(review_id: UUID, fields: Mapping[str, str]) -> tuple[UUID, Command]:
            verdict = verdict_in(review_id, fields)
            return verdict.person_id, lambda unit, viewer, admit: commands.give_verdict(unit, viewer, verdict, admit)

        return await self._change_verdict(request, command)

    async def take_back(self, request: web.Request) -> web.Response:
        """Take a verdict back."""

        def command(review_id: UUID, fields: Mapping[str, str]) -> tuple[UUID, Command]:
            withdrawal = withdrawal_in(review_id, fields)
            return withdrawal.person_id, lambda unit, viewer, admit: commands.take_back(unit, viewer, withdrawal, admit)

        return await self._change_verdict(request, command, stays=True)

    async def finish(self, request: web.Request) -> web.Response:
        """The reviewer has finished."""
        link = await self._find_link(request)
        finished = FinishReview(review_id=link.sent.review_id)
        try:
            await self._run(link, lambda unit, viewer, admit: commands.finish(unit, viewer, finished, admit))
        except FormError as problem:
            return await self._error_response(request, problem, {})
        if wants_json(request):
            return web.json_response({"finished": True})
        return _see_other(f"{link.base}?p={SUMMARY}")

    # Links ---------------------------------------------------------------------------------------------------

    def _with_link_errors(self, handler: Handler) -> Handler:
        """A link that does not open the page says why and what to do, and nothing else."""

        async def handle(request: web.Request) -> web.Response:
            try:
                return await handler(request)
            except LinkClosedError as closed:
                return await self._closed(request, closed)

        return handle

    async def _closed(self, request: web.Request, closed: LinkClosedError) -> web.Response:
        """Says that nothing can be saved here any more, and hands back what was typed."""
        title, text = _closed_because(closed, self._zone)
        if wants_json(request):
            body = {"error": f"{title}.", "reason": closed.reason, "title": title, "text": text}
            return web.json_response(body, status=closed.status, headers=_NO_STORE)
        note = (await typed_note(request)) if request.method == "POST" else ""
        values = {"title": title, "text": text, "note": note, "root": self._root, "trace": trace_id()}
        return self._pages.page("closed.html", status=closed.status, **values)

    async def _find_link(self, request: web.Request) -> OpenLink:
        """The link of the address, without its review: a command loads that once, locked."""
        token = request.match_info["token"]
        org_id, link_id = _parts(self._links.parts(token))
        async with self._database.read_session(org_id) as session:
            sent = await store.link_by_id(session, link_id)
        if sent is None:
            raise LinkClosedError("unknown")
        return OpenLink(f"{self._root}/r/{token}", org_id, sent)

    async def _open(self, request: web.Request) -> OpenReview:
        """The review of the address's link, to be read."""
        token = request.match_info["token"]
        org_id, link_id = _parts(self._links.parts(token))
        async with self._database.read_session(org_id) as session:
            sent = await store.link_by_id(session, link_id)
            review = await store.load_one(session, sent.review_id) if sent else None
        if sent is None or review is None:
            raise LinkClosedError("unknown")
        return self._opened(OpenLink(f"{self._root}/r/{token}", org_id, sent), review)

    def _opened(self, link: OpenLink, review: Review) -> OpenReview:
        self._admit(link, review)
        reviewer = review.reviewer(link.sent.reviewer_id)
        if reviewer is None:
            raise LinkClosedError("unknown")
        return OpenReview(link, review, reviewer)

    def _admit(self, link: OpenLink, review: Review) -> None:
        """Raise unless the link opens this review now."""
        reviewer = review.reviewer(link.sent.reviewer_id)
        # As the review has it: the link may have been revoked since it was looked up.
        current = reviewer.link if reviewer and reviewer.link.id == link.sent.link.id else link.sent.link
        state = review.link_state(current, at=self._clock())
        if state is not LinkState.OPENS:
            raise LinkClosedError(state, closed_by=review.cancelled_by, closed_at=review.closed_at)

    # Commands ------------------------------------------------------------------------------------------------

    async def _change_verdict(self, request: web.Request, decide: Decide, *, stays: bool = False) -> web.Response:
        link = await self._find_link(request)
        fields: Mapping[str, str] = {}
        try:
            fields = await read_fields(request)
            person_id, command = decide(link.sent.review_id, fields)
            review = await self._run(link, command)
        except FormError as problem:
            return await self._error_response(request, problem, fields)
        opened = OpenReview(link, review, _reviewer(review, link))
        return self._decided(request, opened, person_id, stays=stays or _STAY in request.query)

    async def _run(self, link: OpenLink, command: Command) -> Review:
        """Run the command that the request of the same name runs; the link is checked against the locked review."""
        actor = f"user:{link.sent.reviewer_id}"
        async with self._database.work(link.org_id, actor=actor, cause=f"page:{new_id()}") as unit:
            result = await command(unit, link.viewer, lambda review: self._admit(link, review))
        if not isinstance(result, Review):
            raise error_of(result)
        return result

    async def _undo(self, opened: OpenReview, view: PageView, saved: str) -> Undo | None:
        """How to go back to the verdict before the one saved at this place; None if there is none."""
        card = next((card for card in view.cards if str(card.position) == saved and card.verdict), None)
        if card is None:
            return None
        verdict = opened.review.verdicts[opened.reviewer.user_id, card.person_id]
        async with self._database.read_session(opened.link.org_id) as session:
            return Undo(card, await store.previous_verdict(session, verdict.id))

    # Responses -----------------------------------------------------------------------------------------------

    def _view(self, opened: OpenReview, shown: Shown | None = None) -> PageView:
        return page_view(
            opened.review,
            opened.reviewer,
            opened.link.viewer,
            at=self._clock(),
            zone=self._zone,
            typed=shown.typed if shown else None,
            conflicts=shown.conflicts if shown else None,
        )

    def _page(
        self, opened: OpenReview, view: PageView, place: int | str, shown: Shown, *, status: int = 200
    ) -> web.Response:
        values = {"place": place, "undo": shown.undo, "taken": shown.withdrawn, "problem": shown.problem}
        response = self._pages.page("review.html", status=status, **values, **self._shared(opened, view))
        response.enable_compression()
        return response

    def _shared(self, opened: OpenReview, view: PageView) -> dict[str, Any]:
        return {
            "view": view,
            "base": opened.link.base,
            "root": self._root,
            "actions": ACTIONS,
            "readers": READERS,
            "max_note": MAX_NOTE,
            "trace": trace_id(),
        }

    def _decided(self, request: web.Request, opened: OpenReview, person_id: UUID, *, stays: bool) -> web.Response:
        view = self._view(opened)
        place = view.position_of(person_id)
        card = view.cards[place - 1]
        if not wants_json(request):
            onward = place if stays else view.next_undecided(place)
            return _see_other(f"{opened.link.base}?p={onward}&{'saved' if card.verdict else 'taken'}={place}")
        shared = self._shared(opened, view)
        body = {
            **_as_json(card),
            "decided": view.decided,
            "colleagues": len(card.others),
            "finished": view.finished is not None,
            "others": self._pages.text("others.html", card=card, **shared),
            "summary": self._pages.text("summary.html", **shared),
        }
        return web.json_response(body, headers=_NO_STORE)

    async def _error_response(
        self, request: web.Request, problem: FormError, fields: Mapping[str, str]
    ) -> web.Response:
        """Says what is wrong; what was typed is still in the form."""
        opened = await self._open(request)
        typed, conflicts = entries_in(fields), dict[UUID, Conflict]()
        if isinstance(problem, ConflictError):
            conflict = conflict_view(problem.conflict, fields.get("verdict", ""), self._zone)
            conflicts = dict.fromkeys(typed, conflict)
        shown = Shown(problem=problem.message, typed=typed, conflicts=conflicts)
        view = self._view(opened, shown)
        at_fault = next((view.position_of(person_id) for person_id in typed), 0)
        if wants_json(request):
            body: dict[str, Any] = {"error": problem.message, "field": problem.field}
            if conflicts and at_fault:
                stored = self._view(opened).cards[at_fault - 1]
                body["conflict"] = {**_as_json(stored), "when": next(iter(conflicts.values())).when}
            return web.json_response(body, status=problem.status, headers=_NO_STORE)
        place = at_fault or (view.next_undecided() if fields else SUMMARY)
        return self._page(opened, view, place, shown, status=problem.status)


def _parts(parts: tuple[str, ...] | None) -> tuple[str, UUID]:
    if parts is None or len(parts) != 2:
        raise LinkClosedError("unknown")
    return parts[0], UUID(parts[1])


def _reviewer(review: Review, link: OpenLink) -> Reviewer:
    reviewer = review.reviewer(link.sent.reviewer_id)
    assert reviewer is not None, "only a reviewer's command succeeds"
    return reviewer


def _closed_because(closed: LinkClosedError, zone: ZoneInfo) -> tuple[str, str]:
    """Title and text for a link that does not open the review; of a cancelled one, also who cancelled it, and when."""
    title, text = CLOSED.get(closed.reason, _CLOSED)
    if closed.reason != LinkState.CANCELLED or closed.closed_at is None:
        return title, text
    by = isolated(closed.closed_by) if closed.closed_by else "Someone on your team"
    return title, f"{by} cancelled it on {when(closed.closed_at, zone)}. {text}"


def _as_json(card: Card) -> dict[str, Any]:
    """A reviewer's own verdict, for the page's script."""
    return {
        "verdict": card.verdict,
        "label": card.label,
        "version": card.version,
        "note": card.entry.note,
        "visibility": card.entry.visibility,
    }


def _no_file(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\n", headers=_NO_STORE | {"X-Content-Type-Options": "nosniff"})


def _see_other(address: str) -> web.Response:
    return web.Response(status=_SEE_OTHER, headers=PAGE_HEADERS | {"Location": address})
