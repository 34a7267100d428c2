"""The reviewers' page: opened by a link from a mail, without an account.

Reading it changes nothing, not even a timestamp: mail scanners follow links. Deciding is a POST.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import ValidationError

from rapport.contracts.identity import UserId, Viewer
from rapport.contracts.refusals import Invalid, Refusal, VerdictConflict
from rapport.contracts.reviews import MAX_NOTE, FinishReview, GiveVerdict, TakeBackVerdict
from rapport.contracts.vocabulary import NoteVisibility
from rapport.kit import json_text
from rapport.kit.database.unit_of_work import Database, UnitOfWork
from rapport.kit.identity import new_id
from rapport.kit.telemetry import trace_id
from rapport.kit.web.links import Links
from rapport.kit.web.templates import PAGE_HEADERS, Templates, static_files
from rapport.reviews import commands, store
from rapport.reviews.clock import Clock, now
from rapport.reviews.domain.review import LinkState, Review, Reviewer
from rapport.reviews.web.labels import CLOSED, VERDICTS, ClosedText, isolated, when
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

MAX_BODY = 512 * 1024
"""Bytes of a decision: a note that is many times too long still comes back to whoever typed it."""
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_FIELDS = frozenset({"person_id", "verdict", "note", "visibility", "version"})
_SEE_OTHER = 303
_STAY = "stay"
"""In the address of a form: whoever saves a note goes on reading about the same person."""

_UNKEPT = {"Cache-Control": "no-store"}
_CLOSED = ClosedText(
    "This review is closed",
    "Verdicts can no longer be given. If you think that is a mistake, ask whoever asked you for the review.",
)

_WishT = TypeVar("_WishT", GiveVerdict, TakeBackVerdict)
Change = Callable[[UnitOfWork, Viewer], Awaitable[Review | Refusal]]


class FormError(Exception):
    """What was sent cannot be used; said to whoever sent it."""

    def __init__(self, message: str, *, status: int = 400, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.field = field


class ConflictError(FormError):
    """The reviewer has said something newer elsewhere."""

    def __init__(self, conflict: VerdictConflict) -> None:
        super().__init__("You said something newer in another tab or on another device.", status=409, field="version")
        self.conflict = conflict


@dataclass(frozen=True, slots=True)
class OpenReview:
    """A link that opens the page: which review, for whom."""

    base: str
    org_id: str
    review: Review
    reviewer: Reviewer

    @property
    def viewer(self) -> Viewer:
        """The reviewer, with no more rights than the link gives."""
        return Viewer(org_id=self.org_id, user_id=UserId(self.reviewer.user_id))


class LinkClosedError(Exception):
    """The link does not open the page (any more)."""

    def __init__(self, reason: str, review: Review | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.review = review
        self.status = 404 if reason == "unknown" else 410


class ReviewPages:
    """Serves the page and takes what reviewers decide."""

    def __init__(
        self, database: Database, pages: Templates, links: Links, public_url: str, zone: ZoneInfo, clock: Clock = now
    ) -> None:
        """``public_url`` may have a path, below which everything is reached."""
        self._database = database
        self._pages = pages
        self._links = links
        self._root = urlsplit(public_url).path.rstrip("/")
        self._zone = zone
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """What is below the public address."""
        return [
            web.get("/r/{token}", self._with_link_errors(self.show)),
            web.get("/r/{token}/verdicts", self._with_link_errors(self.go_back)),
            web.get("/r/{token}/take-back", self._with_link_errors(self.go_back)),
            web.get("/r/{token}/finish", self._with_link_errors(self.go_back)),
            web.get("/r/{token}/state", self._with_link_errors(self.state)),
            web.post("/r/{token}/verdicts", self._with_link_errors(self.decide)),
            web.post("/r/{token}/take-back", self._with_link_errors(self.take_back)),
            web.post("/r/{token}/finish", self._with_link_errors(self.finish)),
            web.get("/static/{name}", static_files("rapport.reviews.web")),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The page, at the place asked for."""
        opened = await self._open(request)
        view = self._view(opened)
        undo = await self._undo(opened, view, request.query.get("saved", ""))
        taken = next((c for c in view.cards if str(c.position) == request.query.get("taken") and not c.verdict), None)
        return self._page(opened, view, view.place(request.query.get("p", "")), undo=undo, taken=taken)

    async def state(self, request: web.Request) -> web.Response:
        """Whether the review is open, and the versions of the verdicts: an open page asks now and then."""
        opened = await self._open(request)
        view = self._view(opened)
        body = {"open": True, "versions": {str(card.person_id): card.version for card in view.cards}}
        return web.json_response(body, headers=_UNKEPT)

    async def go_back(self, request: web.Request) -> web.Response:
        """To the page: an address that only takes forms was reloaded, or opened from the browser's history."""
        opened = await self._open(request)
        return _see_other(opened.base)

    async def decide(self, request: web.Request) -> web.Response:
        """A verdict, from the form or from the page's script."""

        def change(opened: OpenReview, sent: Mapping[str, str]) -> tuple[UUID, Change]:
            wish = _verdict(opened.review.id, sent)
            return wish.person_id, lambda unit, viewer: commands.give_verdict(unit, viewer, wish)

        return await self._change_verdict(request, change)

    async def take_back(self, request: web.Request) -> web.Response:
        """A verdict is none any more."""

        def change(opened: OpenReview, sent: Mapping[str, str]) -> tuple[UUID, Change]:
            wish = _taking_back(opened.review.id, sent)
            return wish.person_id, lambda unit, viewer: commands.take_back(unit, viewer, wish)

        return await self._change_verdict(request, change, stays=True)

    async def finish(self, request: web.Request) -> web.Response:
        """The reviewer is done."""
        opened = await self._open(request)
        wish = FinishReview(review_id=opened.review.id)
        try:
            await self._change(opened, lambda unit, viewer: commands.finish(unit, viewer, wish))
        except FormError as problem:
            return await self._error_response(request, opened, problem, {})
        if _wants_json(request):
            return web.json_response({"finished": True})
        return _see_other(f"{opened.base}?p={SUMMARY}")

    def _with_link_errors(
        self, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Whoever comes with a link that opens nothing learns which and what to do, and nothing else."""

        async def answer(request: web.Request) -> web.Response:
            try:
                return await handler(request)
            except LinkClosedError as closed:
                return await self._closed(request, closed)

        return answer

    async def _closed(self, request: web.Request, closed: LinkClosedError) -> web.Response:
        """Says that nothing is saved here any more, and hands back what was typed."""
        title, text = _closed_because(closed, self._zone)
        if _wants_json(request):
            body = {"error": f"{title}.", "reason": closed.reason, "title": title, "text": text}
            return web.json_response(body, status=closed.status, headers=_UNKEPT)
        note = (await _typed_note(request)) if request.method == "POST" else ""
        values = {"title": title, "text": text, "note": note, "root": self._root, "trace": trace_id()}
        return self._pages.page("closed.html", status=closed.status, **values)

    async def _open(self, request: web.Request) -> OpenReview:
        token = request.match_info["token"]
        org_id, link_id = _parts(self._links.parts(token))
        async with self._database.read_session(org_id) as session:
            sent = await store.link_by_id(session, link_id)
            review = await store.load_one(session, sent.review_id) if sent else None
        reviewer = review.reviewer(sent.reviewer_id) if sent and review else None
        if sent is None or review is None or reviewer is None:
            raise LinkClosedError("unknown")
        state = review.link_state(sent.link, at=self._clock())
        if state is not LinkState.OPENS:
            raise LinkClosedError(state, review)
        return OpenReview(f"{self._root}/r/{token}", org_id, review, reviewer)

    async def _change_verdict(
        self,
        request: web.Request,
        change: Callable[[OpenReview, Mapping[str, str]], tuple[UUID, Change]],
        *,
        stays: bool = False,
    ) -> web.Response:
        opened = await self._open(request)
        sent: Mapping[str, str] = {}
        try:
            sent = await _sent(request)
            person_id, wish = change(opened, sent)
            await self._change(opened, wish)
        except FormError as problem:
            return await self._error_response(request, opened, problem, sent)
        except LinkClosedError:
            # It was closed since it was opened here: why, is known by now.
            await self._open(request)
            raise
        return self._decided(request, await self._open(request), person_id, stays=stays or _STAY in request.query)

    async def _undo(self, opened: OpenReview, view: PageView, saved: str) -> Undo | None:
        """How to go back to what was said before the verdict at this place was saved; None if there is none."""
        card = next((card for card in view.cards if str(card.position) == saved and card.verdict), None)
        if card is None:
            return None
        given = opened.review.verdicts[opened.reviewer.user_id, card.person_id]
        async with self._database.read_session(opened.org_id) as session:
            return Undo(card, await store.previous_verdict(session, given.id))

    async def _change(self, opened: OpenReview, change: Change) -> None:
        """As the request of the same name does it."""
        actor = f"user:{opened.reviewer.user_id}"
        async with self._database.work(opened.org_id, actor=actor, cause=f"page:{new_id()}") as unit:
            answer = await change(unit, opened.viewer)
        if not isinstance(answer, Review):
            raise _refused(answer)

    def _view(
        self,
        opened: OpenReview,
        typed: Mapping[UUID, Entry] | None = None,
        conflicts: Mapping[UUID, Conflict] | None = None,
    ) -> PageView:
        return page_view(
            opened.review,
            opened.reviewer,
            opened.viewer,
            at=self._clock(),
            zone=self._zone,
            typed=typed,
            conflicts=conflicts,
        )

    def _page(
        self,
        opened: OpenReview,
        view: PageView,
        place: int | str,
        *,
        undo: Undo | None = None,
        taken: Card | None = None,
        problem: str | None = None,
        status: int = 200,
    ) -> web.Response:
        values = {"place": place, "undo": undo, "taken": taken, "problem": problem, **self._shared(opened, view)}
        response = self._pages.page("review.html", status=status, **values)
        response.enable_compression()
        return response

    def _shared(self, opened: OpenReview, view: PageView) -> dict[str, Any]:
        return {
            "view": view,
            "base": opened.base,
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
        if not _wants_json(request):
            onward = place if stays else view.next_undecided(place)
            return _see_other(f"{opened.base}?p={onward}&{'saved' if card.verdict else 'taken'}={place}")
        shared = self._shared(opened, view)
        body = {
            **_as_json(card),
            "decided": view.decided,
            "colleagues": len(card.others),
            "finished": view.finished is not None,
            "others": self._pages.text("others.html", card=card, **shared),
            "summary": self._pages.text("summary.html", **shared),
        }
        return web.json_response(body, headers=_UNKEPT)

    async def _error_response(
        self, request: web.Request, opened: OpenReview, problem: FormError, sent: Mapping[str, str]
    ) -> web.Response:
        """Says what is wrong; what was typed is still there."""
        typed, conflicts = _typed(sent), dict[UUID, Conflict]()
        if isinstance(problem, ConflictError):
            opened = await self._open(request)
            conflict = conflict_view(problem.conflict, sent.get("verdict", ""), self._zone)
            conflicts = dict.fromkeys(typed, conflict)
        view = self._view(opened, typed, conflicts)
        at_fault = next((view.position_of(person_id) for person_id in typed), 0)
        if _wants_json(request):
            body: dict[str, Any] = {"error": problem.message, "field": problem.field}
            if conflicts and at_fault:
                stored = self._view(opened).cards[at_fault - 1]
                body["conflict"] = {**_as_json(stored), "when": next(iter(conflicts.values())).when}
            return web.json_response(body, status=problem.status, headers=_UNKEPT)
        place = at_fault or (view.next_undecided() if sent else SUMMARY)
        return self._page(opened, view, place, problem=problem.message, status=problem.status)


def _parts(parts: tuple[str, ...] | None) -> tuple[str, UUID]:
    if parts is None or len(parts) != 2:
        raise LinkClosedError("unknown")
    return parts[0], UUID(parts[1])


def _wants_json(request: web.Request) -> bool:
    return request.content_type == _JSON or request.headers.get("Accept") == _JSON


def _closed_because(closed: LinkClosedError, zone: ZoneInfo) -> tuple[str, str]:
    """What is said of a link that opens nothing; who called a review off, and when, is told to its reviewers."""
    title, text = CLOSED.get(closed.reason, _CLOSED)
    review = closed.review
    if review is None or closed.reason != LinkState.CANCELLED or review.closed_at is None:
        return title, text
    by = f"{isolated(review.cancelled_by)} called" if review.cancelled_by else "Somebody of your team called"
    return title, f"{by} it off on {when(review.closed_at, zone)}. {text}"


def _as_json(card: Card) -> dict[str, Any]:
    """A reviewer's own verdict, for the page's script."""
    return {
        "verdict": card.verdict,
        "label": card.label,
        "version": card.version,
        "note": card.entry.note,
        "visibility": card.entry.visibility,
    }


async def _typed_note(request: web.Request) -> str:
    """The note that somebody tried to save, whatever else they sent."""
    try:
        return (await _sent(request)).get("note", "")
    except FormError:
        return ""


def _see_other(address: str) -> web.Response:
    return web.Response(status=_SEE_OTHER, headers=PAGE_HEADERS | {"Location": address})


async def _sent(request: web.Request) -> dict[str, str]:
    """The fields that were sent, as text."""
    try:
        if _wants_json(request):
            fields = json_text.loads(await request.read())
        elif request.content_type == _FORM:
            fields = dict(await request.post())
        else:
            raise FormError("Only forms and JSON are understood here.", status=415)
    except web.HTTPRequestEntityTooLarge:
        raise FormError(f"That is too much: a note has at most {MAX_NOTE:,} characters.", status=413) from None
    except (ValueError, LookupError):
        raise FormError("What was sent cannot be read.") from None
    if not isinstance(fields, dict):
        raise FormError("What was sent cannot be read: it must be an object.")
    for name, value in fields.items():
        if name not in _FIELDS or not isinstance(value, str):
            raise FormError(f"What was sent cannot be read: {name[:40]!r}.", field=name[:40])
    return fields


def _verdict(review_id: UUID, sent: Mapping[str, str]) -> GiveVerdict:
    fields: dict[str, Any] = {**_identified(sent), "verdict": sent.get("verdict")}
    if "note" in sent:
        # Browsers send line ends as CR LF; a note counts as many characters as its author typed.
        fields["note"] = sent["note"].replace("\r\n", "\n")
    if "visibility" in sent:
        fields["visibility"] = sent["visibility"]
    return _read(GiveVerdict, review_id=review_id, **fields)


def _taking_back(review_id: UUID, sent: Mapping[str, str]) -> TakeBackVerdict:
    """Out of the same form as a verdict, whose other fields say nothing here."""
    return _read(TakeBackVerdict, review_id=review_id, **_identified(sent))


def _identified(sent: Mapping[str, str]) -> dict[str, Any]:
    return {"person_id": sent.get("person_id"), "expected_version": sent.get("version") or 0}


def _read(wish: type[_WishT], **fields: Any) -> _WishT:
    try:
        return wish(**fields)
    except ValidationError as problem:
        field = str(problem.errors(include_input=False)[0]["loc"][0])
        raise FormError(_FIELD_ERRORS.get(field, "What was sent cannot be read."), field=field) from None


_FIELD_ERRORS = {
    "person_id": "It does not say which person is meant.",
    "verdict": f"Choose one of: {', '.join(verdict.value for verdict in VERDICTS)}.",
    "note": f"The note is too long to be saved: at most {MAX_NOTE:,} characters. Nothing is lost; please shorten it.",
    "visibility": f"Who may read the note: choose one of {', '.join(v.value for v in READERS)}.",
}


def _refused(refusal: Refusal) -> Exception:
    match refusal:
        case VerdictConflict():
            return ConflictError(refusal)
        case Invalid(problems=problems):
            field = problems[0].path
            subject = "The note " if field == "note" else ""
            text = f"{subject}{problems[0].message}"
            return FormError(f"{text[:1].upper()}{text[1:]}.", field=field)
        case _ if refusal.kind == "not_found":
            return FormError("This person is not part of the review.", field="person_id")
        case _:
            # Closed between opening and deciding.
            return LinkClosedError("closed")


def _typed(sent: Mapping[str, str]) -> dict[UUID, Entry]:
    """What was entered for which person, as far as it can be told."""
    try:
        person_id = UUID(sent.get("person_id", ""))
    except ValueError:
        return {}
    known = sent.get("visibility") in set(NoteVisibility)
    visibility = NoteVisibility(sent["visibility"]) if known else NoteVisibility.HIRING_TEAM
    return {person_id: Entry(sent.get("note", ""), visibility)}
