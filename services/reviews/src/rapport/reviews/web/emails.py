"""The mails to users, rendered when they are sent; only the mail holds the link."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rapport.contracts.reviews import Notification
from rapport.contracts.vocabulary import NotificationKind, ReviewStatus, Verdict
from rapport.kit.web.links import Links
from rapport.kit.web.templates import Templates
from rapport.reviews.domain.lifecycle import occasion_of
from rapport.reviews.domain.review import LinkState, NewNotification, Review, Reviewer
from rapport.reviews.domain.views import disagree
from rapport.reviews.web.labels import VERDICTS, isolated, people, when

_PURPOSE = "review"


def review_links(secret: str) -> Links:
    """The links to the page; a token stands for an organisation and a link's id."""
    return Links(secret, _PURPOSE)


class _Decided(NamedTuple):
    """A person on whom every reviewer has decided."""

    name: str
    said: tuple[tuple[str, str], ...]
    """Each reviewer's name and verdict."""
    is_disputed: bool


class ReviewEmails:
    """Renders the mails."""

    def __init__(self, pages: Templates, links: Links, public_url: str, zone: ZoneInfo) -> None:
        """``public_url`` is where people reach the page; dates are written in ``zone``."""
        self._pages = pages
        self._links = links
        self._public_url = public_url.rstrip("/")
        self._zone = zone

    def mail(self, org_id: str, review: Review, notification: NewNotification, *, at: datetime) -> Notification | None:
        """The mail as it is to be sent now; None if there is no reason for it any more."""
        if notification.kind is NotificationKind.REVIEW_COMPLETED:
            return self._completed(review)
        reviewer = review.reviewer(notification.recipient_id)
        if reviewer is None or not _is_of_use(review, reviewer, notification, at):
            return None
        return self._asking(org_id, review, reviewer, notification.kind)

    def _asking(self, org_id: str, review: Review, reviewer: Reviewer, kind: NotificationKind) -> Notification:
        left = len(review.undecided(reviewer.user_id))
        link = f"{self._public_url}/r/{self._links.token(org_id, reviewer.link.id)}"
        values = {
            "reviewer": reviewer.name,
            "requester": review.requester_name,
            "job_title": review.job_title,
            "note": review.note,
            "people": people(len(review.profiles)),
            "left": people(left),
            "wait": "waits" if left == 1 else "wait",
            "due": when(review.due_at, self._zone) if review.due_at else None,
            "expires": when(reviewer.link.expires_at, self._zone),
            "link": link,
        }
        requester, job_title = isolated(review.requester_name), isolated(review.job_title)
        subjects = {
            NotificationKind.REVIEW_REQUESTED: f"{requester} asks for your view: {job_title}",
            NotificationKind.REVIEW_DUE_SOON: f"Due soon: {people(left)} to review for {job_title}",
            NotificationKind.REVIEW_OVERDUE: f"Overdue: {people(left)} to review for {job_title}",
            NotificationKind.REVIEW_REMINDER: f"A reminder: {people(left)} to review for {job_title}",
        }
        mail = self._written(reviewer.email, reviewer.name, subjects[kind], kind, values)
        return mail.model_copy(update={"reply_to": _mailbox(review.requester_name, review.requester_email)})

    def _completed(self, review: Review) -> Notification | None:
        if review.status is not ReviewStatus.COMPLETED:
            return None
        decided = _decided(review)
        said = Counter(given.said.verdict for given in review.verdicts.values())
        values = {
            "requester": review.requester_name,
            "job_title": review.job_title,
            "people": people(len(review.profiles)),
            "reviewers": [reviewer.name for reviewer in review.reviewers],
            "counts": [(VERDICTS[verdict], said[verdict]) for verdict in Verdict],
            "disputed": people(disputed) if (disputed := sum(person.is_disputed for person in decided)) else None,
            "decided": decided,
        }
        subject = f"Review completed: {isolated(review.job_title)}"
        return self._written(
            review.requester_email, review.requester_name, subject, NotificationKind.REVIEW_COMPLETED, values
        )

    def _written(
        self, address: str, name: str, subject: str, kind: NotificationKind, values: Mapping[str, object]
    ) -> Notification:
        return Notification(
            to_address=address,
            to_name=name,
            # One line, for any name of a job or a person.
            subject=" ".join(subject.split()),
            text=self._pages.text(f"mail/{kind}.txt", isolated=isolated, **values),
            html=self._pages.text(f"mail/{kind}.html", **values),
        )


def _is_of_use(review: Review, reviewer: Reviewer, notification: NewNotification, at: datetime) -> bool:
    """Whether the link still opens the page, there is something to do there, and no newer link or date is in force."""
    if review.link_state(reviewer.link, at=at) is not LinkState.OPENS or reviewer.finished_at:
        return False
    if notification.kind is NotificationKind.REVIEW_REQUESTED:
        return notification.occasion == str(reviewer.link.id)
    if notification.kind is not NotificationKind.REVIEW_REMINDER and notification.occasion != _occasion_now(review):
        return False
    return bool(review.undecided(reviewer.user_id))


def _occasion_now(review: Review) -> str | None:
    """What a reminder of the due date is about now: one of an earlier date is not sent any more."""
    return occasion_of(review.due_at) if review.due_at else None


def _decided(review: Review) -> list[_Decided]:
    """The verdicts on each person; disputed people come first, else in the review's order."""
    names = {reviewer.user_id: reviewer.name for reviewer in review.reviewers}
    everybody = []
    for profile in review.profiles:
        given = review.about(profile.person_id)
        said = tuple((names[each.reviewer_id], VERDICTS[each.said.verdict]) for each in given)
        everybody.append(_Decided(profile.name, said, disagree(each.said.verdict for each in given)))
    return sorted(everybody, key=lambda person: not person.is_disputed)


def _mailbox(name: str, address: str) -> str | None:
    """``name <address>`` as a header holds it; None if there is no answering this address."""
    try:
        return str(Address(" ".join(name.split()), addr_spec=address))
    except (HeaderParseError, ValueError, IndexError):
        return None
