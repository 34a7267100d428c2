"""The only module that knows rows."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from rapport.contracts.requests import MAX_WAITING
from rapport.contracts.reviews import Profile
from rapport.contracts.vocabulary import NoteVisibility, NotificationKind, ReviewStatus, Verdict, VerdictChange
from rapport.kit.database.queries import Queries
from rapport.kit.database.unit_of_work import Database, ReadSession, UnitOfWork, transpose
from rapport.reviews.domain.erasure import ERASED
from rapport.reviews.domain.review import (
    GivenVerdict,
    Link,
    NewNotification,
    Review,
    Reviewer,
    ReviewerVerdict,
    change_between,
)

SQL = Queries("rapport.reviews")


class SentLink(NamedTuple):
    """A link that was sent to a reviewer."""

    review_id: UUID
    reviewer_id: UUID
    link: Link


class EarlierResult(NamedTuple):
    """The review that an earlier request with the same key created or changed."""

    review: Review
    request_hash: bytes | None
    """None once the person's texts are erased; then the key alone decides."""

    def matches(self, request_hash: bytes) -> bool:
        """Whether a request with the same key is a repetition."""
        return self.request_hash in (None, request_hash)


class StoredNotification(NamedTuple):
    """A notification to be rendered."""

    review_id: UUID
    notification: NewNotification


async def organisations(system: Database) -> list[str]:
    """Every organisation with reviews; ``system`` is the database as its system role."""
    return [row["org_id"] for row in await system.pool.fetch(SQL["organisations"])]


async def apply_teams(unit: UnitOfWork, teams: Sequence[tuple[UUID, int, Sequence[UUID], Sequence[UUID]]]) -> None:
    """Store these jobs' teams: job, version, team, and who of it is on it in the ATS; one entry for each job."""
    rows = ((job_id, version, _array(team), _array(in_ats)) for job_id, version, team, in_ats in sorted(teams))
    await unit.execute(SQL["apply_job_teams"], *transpose(rows, 4))


def _array(ids: Sequence[UUID]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


async def lock_people(unit: UnitOfWork, person_ids: Iterable[UUID]) -> set[UUID]:
    """Lock people until the end of the unit of work; return those who were erased."""
    ids = list(person_ids)
    await unit.fetch(SQL["lock_people"], ids)
    return {row["person_id"] for row in await unit.fetch(SQL["erased_among"], ids)}


async def empty_profiles(unit: UnitOfWork, person_id: UUID, emptied: Mapping[str, Any]) -> None:
    """Empty parts of a locked person's profiles."""
    await unit.execute(SQL["erase_profiles"], person_id, json.dumps(emptied))


async def erase_person(unit: UnitOfWork, person_id: UUID, *, for_good: bool) -> None:
    """Erase what identifies a locked person, and the texts about them; ``for_good``: also in what is stored later."""
    if for_good:
        await unit.execute(SQL["insert_erased_person"], person_id)
    await empty_profiles(unit, person_id, ERASED)
    await unit.execute(SQL["erase_notes"], person_id)
    await unit.execute(SQL["erase_request_notes"], person_id)


async def load(session: ReadSession, ids: Sequence[UUID]) -> dict[UUID, Review]:
    """These reviews by id, whole; those unknown are left out."""
    if not ids:
        return {}
    wanted = list(ids)
    reviewers = defaultdict[UUID, list[Reviewer]](list)
    profiles = defaultdict[UUID, list[Profile]](list)
    verdicts = defaultdict[UUID, dict[tuple[UUID, UUID], ReviewerVerdict]](dict)
    for row in await session.fetch(SQL["reviewers_of_reviews"], wanted):
        reviewers[row["review_id"]].append(_reviewer(row))
    for row in await session.fetch(SQL["items_of_reviews"], wanted):
        profiles[row["review_id"]].append(Profile.model_validate_json(row["profile"]))
    for row in await session.fetch(SQL["verdicts_of_reviews"], wanted):
        verdicts[row["review_id"]][row["reviewer_id"], row["person_id"]] = _given(row)
    return {
        row["id"]: _review(row, reviewers[row["id"]], profiles[row["id"]], verdicts[row["id"]])
        for row in await session.fetch(SQL["reviews_by_ids"], wanted)
    }


async def load_one(session: ReadSession, review_id: UUID) -> Review | None:
    """This review, whole."""
    return (await load(session, [review_id])).get(review_id)


async def lock(unit: UnitOfWork, review_id: UUID) -> Review | None:
    """This review, whole, locked until the end of the unit of work."""
    locked = await unit.fetchval(SQL["lock_review"], review_id)
    return await load_one(unit, review_id) if locked else None


async def visible(
    session: ReadSession,
    viewer: UUID | None,
    *,
    job_id: UUID | None,
    people: Sequence[UUID],
    open_only: bool,
    after: tuple[datetime, UUID],
    first: int,
) -> tuple[list[tuple[datetime, Review]], bool]:
    """A page of the reviews this user sees (None sees all), each with its place, and whether there are more."""
    rows = await _visible(session, viewer, job_id, people, (*after, first), open_only=open_only)
    found = await load(session, [row["id"] for row in rows[:first]])
    return [(row["created_at"], found[row["id"]]) for row in rows[:first]], len(rows) > first


async def waiting_for(
    session: ReadSession,
    user_id: UUID,
    *,
    job_id: UUID | None,
    people: Sequence[UUID],
    after: tuple[datetime, UUID],
    first: int,
) -> tuple[list[tuple[datetime, Review]], bool]:
    """A page of the open reviews this reviewer has not finished, the first due first, each with its place."""
    rows = await session.fetch(SQL["reviews_waiting_for"], user_id, job_id, list(people), *after, first)
    found = await load(session, [row["id"] for row in rows[:first]])
    return [(row["due_at"], found[row["id"]]) for row in rows[:first]], len(rows) > first


async def asked_by(
    session: ReadSession,
    user_id: UUID,
    *,
    job_id: UUID | None,
    people: Sequence[UUID],
    open_only: bool,
    after: tuple[datetime, UUID],
    first: int,
) -> tuple[list[tuple[datetime, Review]], bool]:
    """A page of the reviews this user asked for, the newest first, each with its place."""
    rows = await session.fetch(SQL["reviews_asked_by"], user_id, job_id, list(people), open_only, *after, first)
    found = await load(session, [row["id"] for row in rows[:first]])
    return [(row["created_at"], found[row["id"]]) for row in rows[:first]], len(rows) > first


async def waiting(session: ReadSession, user_id: UUID) -> str:
    """What a user owes, and what others owe them, as JSON."""
    return str(await session.fetchval(SQL["get_waiting_reviews"], user_id, MAX_WAITING))


async def reviews_of_verdicts(session: ReadSession, verdict_ids: Sequence[UUID]) -> list[Review]:
    """The reviews in which these verdicts were given, whole."""
    rows = await session.fetch(SQL["reviews_of_verdicts"], list(verdict_ids))
    return list((await load(session, [row["review_id"] for row in rows])).values())


async def find_by_key(session: ReadSession, key: str) -> EarlierResult | None:
    """The review that the request with this key created, if it did."""
    row = await session.fetchrow(SQL["review_by_idempotency_key"], key)
    review = await load_one(session, row["id"]) if row else None
    return EarlierResult(review, row["request_hash"]) if row and review else None


async def insert(unit: UnitOfWork, review: Review, request_hash: bytes) -> Review | None:
    """Insert a review and return it as stored; None if this unit's request inserted one before."""
    inserted = await unit.fetchval(
        SQL["insert_review"],
        review.id,
        review.job_id,
        review.job_title,
        review.requested_by,
        review.requester_name,
        review.requester_email,
        review.note,
        review.due_at,
        review.status,
        review.version,
        review.created_at,
        unit.metadata.cause,
        request_hash,
    )
    if inserted is None:
        return None
    await unit.execute(SQL["insert_organisation"], unit.now)
    await _insert_reviewers(unit, review, review.reviewers)
    erased = await lock_people(unit, [profile.person_id for profile in review.profiles])
    profiles = tuple(p.model_copy(update=ERASED) if p.person_id in erased else p for p in review.profiles)
    items = ((p.person_id, n, p.model_dump_json()) for n, p in enumerate(profiles))
    await unit.execute(SQL["insert_items"], review.id, *transpose(items, 3))
    return replace(review, profiles=profiles)


async def save(unit: UnitOfWork, before: Review, after: Review, request_hash: bytes | None = None) -> None:
    """Write the changes of a review that this unit of work has locked; ``request_hash`` is its request's."""
    if before.version != after.version:
        await _update_review(unit, after)
    known = before.all_verdicts()
    for key, given in after.all_verdicts().items():
        if (old_given := known.get(key)) != given:
            await _save_verdict(unit, after.id, given, change_between(old_given, given), request_hash)
    reviewers = {reviewer.user_id: reviewer for reviewer in before.reviewers}
    for reviewer in after.reviewers:
        if (old := reviewers.get(reviewer.user_id)) and old != reviewer:
            await _save_reviewer(unit, after.id, old, reviewer)
    if added := [reviewer for reviewer in after.reviewers if reviewer.user_id not in reviewers]:
        await _insert_reviewers(unit, after, added)


async def verdict_change_of_request(unit: UnitOfWork, review: Review, verdict_id: UUID) -> EarlierResult | None:
    """The earlier change of a verdict of this review by this unit's request, if there is one."""
    row = await unit.fetchrow(SQL["verdict_change_of_request"], verdict_id, unit.metadata.cause)
    return EarlierResult(review, row["request_hash"]) if row else None


async def amendment_of_request(session: ReadSession, review: Review, key: str) -> EarlierResult | None:
    """The earlier amendment of this review by the request with this key, if there is one."""
    row = await session.fetchrow(SQL["amendment_of_request"], review.id, key)
    return EarlierResult(review, row["request_hash"]) if row else None


async def insert_amendment(unit: UnitOfWork, review: Review, request_hash: bytes) -> None:
    """Record that this unit's request amends this review."""
    stamp = unit.metadata
    await unit.execute(SQL["insert_amendment"], review.id, stamp.cause, request_hash, stamp.actor, unit.now)


async def previous_verdict(session: ReadSession, verdict_id: UUID) -> GivenVerdict | None:
    """The verdict before its last change; None if there was none then."""
    row = await session.fetchrow(SQL["previous_verdict"], verdict_id)
    return _said(row) if row else None


async def link_of_request(unit: UnitOfWork, review_id: UUID, reviewer_id: UUID) -> bool:
    """Whether this unit's request created a link before."""
    return bool(await unit.fetchval(SQL["link_of_request"], review_id, reviewer_id, unit.metadata.cause))


async def link_by_id(session: ReadSession, link_id: UUID) -> SentLink | None:
    """The reviewer and the review of a link."""
    row = await session.fetchrow(SQL["link_by_id"], link_id)
    if row is None:
        return None
    return SentLink(row["review_id"], row["reviewer_id"], Link(link_id, row["expires_at"], row["revoked_at"]))


async def insert_notification(
    unit: UnitOfWork, notification_id: UUID, review_id: UUID, notification: NewNotification
) -> bool:
    """Insert a notification; false if there is one for this occasion already."""
    inserted = await unit.fetchval(
        SQL["insert_notification"],
        notification_id,
        notification.kind,
        notification.recipient_id,
        review_id,
        notification.occasion,
        unit.now,
    )
    return inserted is not None


async def notification_by_id(session: ReadSession, notification_id: UUID) -> StoredNotification | None:
    """The recipient and the occasion of a notification."""
    row = await session.fetchrow(SQL["notification_by_id"], notification_id)
    if row is None:
        return None
    return StoredNotification(
        row["review_id"], NewNotification(NotificationKind(row["kind"]), row["recipient_id"], row["occasion"])
    )


async def reviews_due(
    session: ReadSession,
    *,
    at: datetime,
    silent_since: datetime,
    reminding: bool,
    due_by: datetime,
    overdue_by: datetime,
    after: UUID,
    limit: int,
) -> list[UUID]:
    """The next open reviews about which something may be due."""
    rows = await session.fetch(SQL["reviews_due"], at, silent_since, reminding, due_by, overdue_by, after, limit)
    return [row["id"] for row in rows]


async def _visible(
    session: ReadSession,
    viewer: UUID | None,
    job_id: UUID | None,
    people: Sequence[UUID],
    page: tuple[datetime, UUID, int],
    *,
    open_only: bool,
) -> list[asyncpg.Record]:
    """Each list has a statement of its own: one for all of them could use no index."""
    if people:
        return await session.fetch(SQL["reviews_of_person"], list(people), viewer, job_id, open_only, *page)
    if job_id:
        return await session.fetch(SQL["reviews_of_job"], job_id, viewer, open_only, *page)
    if viewer:
        return await session.fetch(SQL["open_reviews_of_viewer" if open_only else "reviews_of_viewer"], viewer, *page)
    return await session.fetch(SQL["every_open_review" if open_only else "every_review"], *page)


async def _update_review(unit: UnitOfWork, review: Review) -> None:
    await unit.execute(
        SQL["update_review"],
        review.id,
        review.status,
        review.version,
        review.closed_at,
        review.note,
        review.due_at,
        review.note_version,
        review.due_version,
        review.cancelled_by,
    )


async def _insert_reviewers(unit: UnitOfWork, review: Review, added: Sequence[Reviewer]) -> None:
    await _insert_links(unit, review.id, added)
    first = len(review.reviewers) - len(added)
    rows = ((r.user_id, n, r.name, r.email, r.link.id, r.asked_at) for n, r in enumerate(added, start=first))
    await unit.execute(SQL["insert_reviewers"], review.id, *transpose(rows, 6))


async def _insert_links(unit: UnitOfWork, review_id: UUID, reviewers: Sequence[Reviewer]) -> None:
    rows = ((reviewer.link.id, reviewer.user_id, reviewer.link.expires_at) for reviewer in reviewers)
    await unit.execute(SQL["insert_links"], review_id, unit.now, unit.metadata.cause, *transpose(rows, 3))


async def _save_reviewer(unit: UnitOfWork, review_id: UUID, old: Reviewer, new: Reviewer) -> None:
    if new.link.id != old.link.id:
        await _insert_links(unit, review_id, [new])
        await unit.execute(SQL["revoke_link"], old.link.id, unit.now)
    elif new.link.revoked_at != old.link.revoked_at:
        await unit.execute(SQL["revoke_link"], old.link.id, unit.now)
    elif new.link != old.link:
        await unit.execute(SQL["extend_link"], new.link.id, new.link.expires_at)
    await unit.execute(SQL["update_reviewer"], review_id, new.user_id, new.finished_at, new.link.id)


async def _save_verdict(
    unit: UnitOfWork, review_id: UUID, given: ReviewerVerdict, change: VerdictChange, request_hash: bytes | None
) -> None:
    said = given.said
    await unit.execute(
        SQL["save_verdict"],
        given.id,
        review_id,
        given.reviewer_id,
        given.person_id,
        said.verdict,
        said.note,
        said.visibility,
        given.given_at,
        given.changes,
        given.note_edits,
        given.decided_at,
        given.version,
        given.taken_back_at,
    )
    await unit.execute(
        SQL["append_verdict_change"],
        given.id,
        given.version - 1,
        change,
        said.verdict,
        said.note,
        said.visibility,
        given.taken_back_at or given.given_at,
        unit.metadata.actor,
        unit.metadata.cause,
        request_hash,
    )


def _review(
    row: asyncpg.Record,
    reviewers: Sequence[Reviewer],
    profiles: Sequence[Profile],
    said: dict[tuple[UUID, UUID], ReviewerVerdict],
) -> Review:
    return Review(
        id=row["id"],
        job_id=row["job_id"],
        job_title=row["job_title"],
        requested_by=row["requested_by"],
        requester_name=row["requester_name"],
        requester_email=row["requester_email"],
        note=row["note"],
        due_at=row["due_at"],
        status=ReviewStatus(row["status"]),
        version=row["version"],
        created_at=row["created_at"],
        closed_at=row["closed_at"],
        reviewers=tuple(reviewers),
        profiles=tuple(profiles),
        verdicts={key: given for key, given in said.items() if given.taken_back_at is None},
        taken_back={key: given for key, given in said.items() if given.taken_back_at is not None},
        team=frozenset(row["team"]),
        ats_team=frozenset(row["ats_team"]),
        note_version=row["note_version"],
        due_version=row["due_version"],
        cancelled_by=row["cancelled_by"],
    )


def _reviewer(row: asyncpg.Record) -> Reviewer:
    return Reviewer(
        row["user_id"],
        row["name"],
        row["email"],
        Link(row["link_id"], row["expires_at"], row["revoked_at"]),
        row["asked_at"],
        row["finished_at"],
        row["last_written_to_at"],
    )


def _given(row: asyncpg.Record) -> ReviewerVerdict:
    return ReviewerVerdict(
        row["id"],
        row["reviewer_id"],
        row["person_id"],
        _said(row),
        row["given_at"],
        row["decided_at"],
        changes=row["changes"],
        note_edits=row["note_edits"],
        version=row["version"],
        taken_back_at=row["taken_back_at"],
    )


def _said(row: asyncpg.Record) -> GivenVerdict:
    return GivenVerdict(Verdict(row["verdict"]), row["note"], NoteVisibility(row["visibility"]))
