"""The reviewers' page: opened by a link from a mail, without an account.

Reading it changes nothing, not even a timestamp: mail scanners follow links. Deciding is a POST.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web
from pydantic import ValidationError

from rapport.contracts.hiring import NoteVisibility
from rapport.contracts.identity import UserId, Viewer
from rapport.contracts.refusals import Invalid, Refusal
from rapport.contracts.reviews import MAX_NOTE, FinishReview, GiveVerdict
from rapport.kit.database import Database, UnitOfWork
from rapport.kit.identity import new_id
from rapport.kit.links import Links
from rapport.kit.pages import PAGE_HEADERS, Pages, static_files
from rapport.reviews import changing, store
from rapport.reviews.clock import Clock, now
from rapport.reviews.domain.review import LinkState, Review, Reviewer
from rapport.reviews.page import ACTIONS, READERS, SUMMARY, Entry, PageView, page_view
from rapport.reviews.wording import VERDICTS

MAX_BODY = 64 * 1024
"""Bytes of a decision; the longest note, encoded as badly as can be, stays below."""
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"
_FIELDS = frozenset({"person_id", "verdict", "note", "visibility"})
_SEE_OTHER = 303
_STAY = "stay"
"""In the address of a form: whoever saves a note goes on reading about the same person."""

Change = Callable[[UnitOfWork, Viewer], Awaitable[Review | Refusal]]


class _ProblemError(Exception):
    """What was sent cannot be used; said to whoever sent it."""

    def __init__(self, message: str, *, status: int = 400, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.field = field


@dataclass(frozen=True, slots=True)
class _Opened:
    """A link that opens the page: which review, for whom."""

    base: str
    org_id: str
    review: Review
    reviewer: Reviewer

    @property
    def viewer(self) -> Viewer:
        """The reviewer, with no more rights than the link gives."""
        return Viewer(org_id=self.org_id, user_id=UserId(self.reviewer.user_id))


class _ClosedError(Exception):
    """The link does not open the page (any more)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = 404 if reason == "unknown" else 410


class ReviewPages:
    """Serves the page and takes what reviewers decide."""

    def __init__(
        self, database: Database, pages: Pages, links: Links, public_url: str, zone: ZoneInfo, clock: Clock = now
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
            web.get("/r/{token}", self._friendly(self.show)),
            web.get("/r/{token}/verdicts", self._friendly(self.go_back)),
            web.get("/r/{token}/finish", self._friendly(self.go_back)),
            web.post("/r/{token}/verdicts", self._friendly(self.decide)),
            web.post("/r/{token}/finish", self._friendly(self.finish)),
            web.get("/static/{name}", static_files("rapport.reviews")),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The page, at the place asked for."""
        opened = await self._open(request)
        view = self._view(opened)
        return self._page(opened, view, view.place(request.query.get("p", "")), saved=request.query.get("saved", ""))

    async def go_back(self, request: web.Request) -> web.Response:
        """To the page: an address that only takes forms was reloaded, or opened from the browser's history."""
        opened = await self._open(request)
        return _see_other(opened.base)

    async def decide(self, request: web.Request) -> web.Response:
        """A verdict, from the form or from the page's script."""
        opened = await self._open(request)
        sent: Mapping[str, str] = {}
        try:
            sent = await _sent(request)
            wish = _verdict(opened.review.id, sent)
            await self._change(opened, lambda unit, viewer: changing.give_verdict(unit, viewer, wish))
        except _ProblemError as problem:
            return self._wrong(request, opened, problem, sent)
        opened = await self._open(request)
        return self._decided(request, opened, wish.person_id)

    async def finish(self, request: web.Request) -> web.Response:
        """The reviewer is done."""
        opened = await self._open(request)
        wish = FinishReview(review_id=opened.review.id)
        try:
            await self._change(opened, lambda unit, viewer: changing.finish(unit, viewer, wish))
        except _ProblemError as problem:
            return self._wrong(request, opened, problem, {})
        if _wants_json(request):
            return web.json_response({"finished": True})
        return _see_other(f"{opened.base}?p={SUMMARY}")

    def _friendly(
        self, handler: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Whoever comes with a link that opens nothing learns which and what to do, and nothing else."""

        async def answer(request: web.Request) -> web.Response:
            try:
                return await handler(request)
            except _ClosedError as closed:
                if _wants_json(request):
                    body = {"error": "This link does not open the review any more.", "reason": closed.reason}
                    return web.json_response(body, status=closed.status, headers={"Cache-Control": "no-store"})
                return self._pages.page("closed.html", status=closed.status, reason=closed.reason, root=self._root)

        return answer

    async def _open(self, request: web.Request) -> _Opened:
        token = request.match_info["token"]
        org_id, link_id = _parts(self._links.parts(token))
        async with self._database.reading(org_id) as reading:
            sent = await store.link_by_id(reading, link_id)
            review = await store.load_one(reading, sent.review_id) if sent else None
        reviewer = review.reviewer(sent.reviewer_id) if sent and review else None
        if sent is None or review is None or reviewer is None:
            raise _ClosedError("unknown")
        state = review.link_state(sent.link, at=self._clock())
        if state is not LinkState.OPENS:
            raise _ClosedError(state)
        return _Opened(f"{self._root}/r/{token}", org_id, review, reviewer)

    async def _change(self, opened: _Opened, change: Change) -> None:
        """As the request of the same name does it."""
        actor = f"user:{opened.reviewer.user_id}"
        async with self._database.work(opened.org_id, actor=actor, cause=f"page:{new_id()}") as unit:
            answer = await change(unit, opened.viewer)
        if not isinstance(answer, Review):
            raise _refused(answer)

    def _view(self, opened: _Opened, typed: Mapping[UUID, Entry] | None = None) -> PageView:
        return page_view(opened.review, opened.reviewer, opened.viewer, at=self._clock(), zone=self._zone, typed=typed)

    def _page(
        self,
        opened: _Opened,
        view: PageView,
        place: int | str,
        *,
        saved: str = "",
        problem: str | None = None,
        status: int = 200,
    ) -> web.Response:
        done = next((card for card in view.cards if str(card.position) == saved and card.verdict), None)
        values = {"place": place, "saved": done, "problem": problem, **self._shared(opened, view)}
        response = self._pages.page("review.html", status=status, **values)
        response.enable_compression()
        return response

    def _shared(self, opened: _Opened, view: PageView) -> dict[str, Any]:
        return {
            "view": view,
            "base": opened.base,
            "root": self._root,
            "actions": ACTIONS,
            "readers": READERS,
            "max_note": MAX_NOTE,
        }

    def _decided(self, request: web.Request, opened: _Opened, person_id: UUID) -> web.Response:
        view = self._view(opened)
        place = view.position_of(person_id)
        following = view.next_undecided(place)
        if not _wants_json(request):
            onward = place if _STAY in request.query else following
            return _see_other(f"{opened.base}?p={onward}&saved={place}")
        card = view.cards[place - 1]
        shared = self._shared(opened, view)
        body = {
            "verdict": card.verdict,
            "label": card.label,
            "decided": view.decided,
            "colleagues": len(card.others),
            "others": self._pages.text("others.html", card=card, **shared),
            "summary": self._pages.text("summary.html", **shared),
        }
        return web.json_response(body, headers={"Cache-Control": "no-store"})

    def _wrong(
        self, request: web.Request, opened: _Opened, problem: _ProblemError, sent: Mapping[str, str]
    ) -> web.Response:
        """Says what is wrong; what was typed is still there."""
        if _wants_json(request):
            body = {"error": problem.message, "field": problem.field}
            return web.json_response(body, status=problem.status, headers={"Cache-Control": "no-store"})
        typed = _typed(sent)
        view = self._view(opened, typed)
        at_fault = next((view.position_of(person_id) for person_id in typed), 0)
        place = at_fault or (view.next_undecided() if sent else SUMMARY)
        return self._page(opened, view, place, problem=problem.message, status=problem.status)


def _parts(parts: tuple[str, ...] | None) -> tuple[str, UUID]:
    if parts is None or len(parts) != 2:
        raise _ClosedError("unknown")
    return parts[0], UUID(parts[1])


def _wants_json(request: web.Request) -> bool:
    return request.content_type == _JSON


def _see_other(address: str) -> web.Response:
    return web.Response(status=_SEE_OTHER, headers=PAGE_HEADERS | {"Location": address})


async def _sent(request: web.Request) -> dict[str, str]:
    """The fields that were sent, as text."""
    try:
        if _wants_json(request):
            fields = orjson.loads(await request.read())
        elif request.content_type == _FORM:
            fields = dict(await request.post())
        else:
            raise _ProblemError("Only forms and JSON are understood here.", status=415)
    except web.HTTPRequestEntityTooLarge:
        raise _ProblemError(f"That is too much: a note has at most {MAX_NOTE:,} characters.", status=413) from None
    except (ValueError, LookupError):
        raise _ProblemError("What was sent cannot be read.") from None
    if not isinstance(fields, dict):
        raise _ProblemError("What was sent cannot be read: it must be an object.")
    for name, value in fields.items():
        if name not in _FIELDS or not isinstance(value, str):
            raise _ProblemError(f"What was sent cannot be read: {name[:40]!r}.", field=name[:40])
    return fields


def _verdict(review_id: UUID, sent: Mapping[str, str]) -> GiveVerdict:
    fields: dict[str, Any] = dict(sent)
    # Browsers send line ends as CR LF; a note counts as many characters as its author typed.
    note = sent.get("note", "").replace("\r\n", "\n").strip()
    fields["note"] = note or None
    try:
        return GiveVerdict(review_id=review_id, **fields)
    except ValidationError as problem:
        field = str(problem.errors(include_input=False)[0]["loc"][0])
        raise _ProblemError(_SAID_WRONG.get(field, "What was sent cannot be read."), field=field) from None


_SAID_WRONG = {
    "person_id": "It does not say which person is meant.",
    "verdict": f"Choose one of: {', '.join(verdict.value for verdict in VERDICTS)}.",
    "note": f"The note is too long: at most {MAX_NOTE:,} characters.",
    "visibility": f"Who may read the note: choose one of {', '.join(v.value for v in READERS)}.",
}


def _refused(refusal: Refusal) -> Exception:
    match refusal:
        case Invalid(problems=problems):
            field = problems[0].path
            subject = "The note " if field == "note" else ""
            text = f"{subject}{problems[0].message}"
            return _ProblemError(f"{text[:1].upper()}{text[1:]}.", field=field)
        case _ if refusal.kind == "not_found":
            return _ProblemError("This person is not part of the review.", field="person_id")
        case _:
            # Closed between opening and deciding.
            return _ClosedError("closed")


def _typed(sent: Mapping[str, str]) -> dict[UUID, Entry]:
    """What was entered for which person, as far as it can be told."""
    try:
        person_id = UUID(sent.get("person_id", ""))
    except ValueError:
        return {}
    known = sent.get("visibility") in set(NoteVisibility)
    visibility = NoteVisibility(sent["visibility"]) if known else NoteVisibility.HIRING_TEAM
    return {person_id: Entry(sent.get("note", ""), visibility)}
