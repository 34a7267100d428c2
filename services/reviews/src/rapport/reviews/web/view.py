"""The view of the page for one reviewer, without what they may not see."""

import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from rapport.contracts import reviews as contract
from rapport.contracts.biography import Attachment, Education, Employment
from rapport.contracts.identity import UserId, Viewer
from rapport.contracts.refusals import VerdictConflict
from rapport.contracts.vocabulary import NoteVisibility, Verdict
from rapport.reviews.domain.review import GivenVerdict, Review, Reviewer
from rapport.reviews.domain.views import view_for
from rapport.reviews.web.labels import VERDICTS, initials, people, period, when

SUMMARY = "summary"
"""The place after the last person."""
_HUES = 6
_UNFOLDED = 3
"""So many jobs are shown at once; the earlier ones are folded."""

READERS = {
    NoteVisibility.HIRING_TEAM: "The hiring team",
    NoteVisibility.PUBLIC: "Everyone who sees this person",
    NoteVisibility.PRIVATE: "Only me",
}
ACTIONS = (
    (Verdict.APPROVED, "Approve", "A"),
    (Verdict.STARRED, "Star", "S"),
    (Verdict.REJECTED, "Reject", "R"),
    (Verdict.SKIPPED, "Skip", "K"),
)


@dataclass(frozen=True, slots=True)
class ProfileLink:
    """A link as it is written in a profile; ``address`` only if a browser may follow it."""

    text: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Past:
    """A job or an education: what, where and when, each empty if it is not known."""

    what: str
    where: str
    when: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """Another reviewer's verdict."""

    name: str
    initials: str
    hue: int
    verdict: Verdict
    label: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """What the form of a person holds when the page is opened."""

    note: str
    visibility: NoteVisibility


@dataclass(frozen=True, slots=True)
class Conflict:
    """A verdict that was not saved, because the reviewer has given a newer one elsewhere."""

    verdict: Verdict | None
    """The newer one; None if they took it back."""
    label: str
    note: str | None
    when: str | None
    mine: Verdict | None
    """The one that was not saved."""
    my_label: str


@dataclass(frozen=True, slots=True)
class Card:
    """One person."""

    position: int
    person_id: UUID
    name: str
    initials: str
    hue: int
    title: str | None
    company: str | None
    location: str | None
    links: tuple[ProfileLink, ...]
    tags: tuple[str, ...]
    jobs: tuple[Past, ...]
    earlier_jobs: tuple[Past, ...]
    educations: tuple[Past, ...]
    resumes: tuple[Attachment, ...]
    verdict: Verdict | None
    label: str
    version: int
    """Of the verdict that is shown; 0 if there is none."""
    entry: Entry
    others: tuple[Opinion, ...]
    conflict: Conflict | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """What was just saved, and the verdict before it; None if undoing takes the verdict back."""

    card: Card
    before: GivenVerdict | None


@dataclass(frozen=True, slots=True)
class PageView:
    """The whole page."""

    review_id: UUID
    job_title: str
    requester: str
    reviewer: str
    note: str | None
    due: str | None
    is_overdue: bool
    cards: tuple[Card, ...]
    decided: int
    counts: tuple[tuple[Verdict, str, int], ...]
    has_colleagues: bool
    finished: str | None

    @property
    def people(self) -> str:
        """``8 people``."""
        return people(len(self.cards))

    @property
    def left(self) -> int:
        """How many people wait for a verdict."""
        return len(self.cards) - self.decided

    def next_undecided(self, after: int = 0) -> int | str:
        """The place of the next person without a verdict, from the beginning again after the last one."""
        waiting = [card.position for card in self.cards if card.verdict is None]
        return next((place for place in waiting if place > after), waiting[0] if waiting else SUMMARY)

    def position_of(self, person_id: UUID) -> int:
        """The place of a person; 0 if they are not in the review."""
        return next((card.position for card in self.cards if card.person_id == person_id), 0)

    def place(self, asked: str) -> int | str:
        """The place an address asks for; where to go on if there is none such."""
        if asked == SUMMARY:
            return SUMMARY
        known = asked.isascii() and asked.isdigit() and len(asked) < 4 and 1 <= int(asked) <= len(self.cards)
        return int(asked) if known else self.next_undecided()


def page_view(
    review: Review,
    reviewer: Reviewer,
    viewer: Viewer,
    *,
    at: datetime,
    zone: ZoneInfo,
    typed: Mapping[UUID, Entry] | None = None,
    conflicts: Mapping[UUID, Conflict] | None = None,
) -> PageView:
    """The page of a reviewer; ``typed`` is what they entered and could not be saved, ``conflicts`` why, by person."""
    names = {each.user_id: each.name for each in review.reviewers}
    cards = tuple(
        _card(place, item, viewer.user_id, names, typed or {}, conflicts or {})
        for place, item in enumerate(view_for(review, viewer).items, start=1)
    )
    said = Counter(card.verdict for card in cards)
    return PageView(
        review_id=review.id,
        job_title=review.job_title,
        requester=review.requester_name,
        reviewer=reviewer.name,
        note=review.note,
        due=when(review.due_at, zone) if review.due_at else None,
        is_overdue=review.due_at is not None and review.due_at < at,
        cards=cards,
        decided=len(cards) - said[None],
        counts=tuple((verdict, label, said[verdict]) for verdict, label in VERDICTS.items()),
        has_colleagues=len(review.reviewers) > 1,
        finished=when(reviewer.finished_at, zone) if reviewer.finished_at else None,
    )


def _card(
    place: int,
    item: contract.ReviewItem,
    me: UserId,
    names: Mapping[UUID, str],
    typed: Mapping[UUID, Entry],
    conflicts: Mapping[UUID, Conflict],
) -> Card:
    profile = item.profile
    mine = next((verdict for verdict in item.verdicts if verdict.reviewer_id == me), None)
    jobs = tuple(_job(job) for job in profile.employments)
    stored = Entry((mine.note or "") if mine else "", mine.visibility if mine else NoteVisibility.HIRING_TEAM)
    return Card(
        position=place,
        person_id=profile.person_id,
        name=profile.name,
        initials=initials(profile.name),
        hue=_hue(profile.name),
        title=profile.title,
        company=profile.company,
        location=profile.location,
        links=tuple(ProfileLink(_short(link), _followable(link)) for link in profile.links),
        tags=profile.tags,
        jobs=jobs[:_UNFOLDED],
        earlier_jobs=jobs[_UNFOLDED:],
        educations=tuple(_education(one) for one in profile.educations),
        resumes=profile.resumes,
        verdict=mine.verdict if mine else None,
        label=VERDICTS[mine.verdict] if mine else "To do",
        version=mine.version if mine else 0,
        entry=typed.get(profile.person_id, stored),
        others=tuple(_opinion(v, names) for v in item.verdicts if mine and v.reviewer_id != me),
        conflict=conflicts.get(profile.person_id),
    )


def _job(job: Employment) -> Past:
    return Past(job.title or "", job.company or "", period(job.started_on, job.ended_on))


def _education(one: Education) -> Past:
    what = ", ".join(filter(None, (one.degree, one.discipline)))
    return Past(what, one.school or "", period(one.started_on, one.ended_on))


def conflict_view(conflict: VerdictConflict, mine: str, zone: ZoneInfo) -> Conflict:
    """A conflict as the page shows it; ``mine`` is what the reviewer pressed."""
    verdict = Verdict(mine) if mine in set(Verdict) else None
    my_label = VERDICTS[verdict] if verdict else ""
    if conflict.current is None:
        return Conflict(None, "To do", None, None, verdict, my_label)
    now = conflict.current
    return Conflict(now.verdict, VERDICTS[now.verdict], now.note, when(now.given_at, zone), verdict, my_label)


def _opinion(verdict: contract.PersonVerdict, names: Mapping[UUID, str]) -> Opinion:
    name = names[verdict.reviewer_id]
    return Opinion(name, initials(name), _hue(name), verdict.verdict, VERDICTS[verdict.verdict], verdict.note)


def _hue(name: str) -> int:
    """The same colour for the same name, on every page."""
    return zlib.crc32(name.encode()) % _HUES


def _followable(link: str) -> str | None:
    """Only what leads to the web: an address from elsewhere may be a script."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in ("http", "https") and parts.netloc else None


def _short(link: str) -> str:
    return link.split("://", 1)[-1].removeprefix("www.").rstrip("/")
