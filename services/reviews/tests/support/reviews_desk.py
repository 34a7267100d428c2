"""A running service, with helpers to call it over the broker and over HTTP, and to read its rows."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import aiohttp
import asyncpg

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.refusals import Refusal
from rapport.contracts.requests import Request, ResultT
from rapport.contracts.reviews import (
    FinishReview,
    GetReviewsByIds,
    GiveVerdict,
    Notification,
    RenderNotification,
    RequestReview,
    Review,
    ReviewResult,
)
from rapport.contracts.vocabulary import NoteVisibility, NotificationKind, Verdict
from rapport.kit.database.unit_of_work import Database
from rapport.kit.rpc.client import RequestClient
from rapport.reviews.maintenance import Maintenance
from services.reviews.tests.support.reviews_peer import PipelinePeer, user

KATE, MARY, OMAR, ADA, STRANGER = (
    user(name) for name in ("Kate Austen", "Mary Major", "Omar Little", "Ada Admin", "Sam Stranger")
)
SECRET = "a secret of the tests"
# A Wednesday noon, in working hours.
BEGIN = datetime(2026, 6, 10, 12, tzinfo=UTC)


@dataclass
class Time:
    """The service's clock, set by the test."""

    at: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)


def viewer(who: Any, *roles: Role, org: str = "acme") -> Viewer:
    return Viewer(org_id=org, user_id=UserId(who.id), roles=frozenset(roles))


RECRUITER = viewer(KATE, Role.RECRUITER)
REVIEWER = viewer(MARY, Role.HIRING_MANAGER)
COLLEAGUE = viewer(OMAR, Role.INTERVIEWER)
ADMIN = viewer(ADA, Role.ADMIN)
OUTSIDER = viewer(STRANGER, Role.INTERVIEWER)


@dataclass
class Desk:
    """A running reviews service, with a peer in place of pipeline."""

    database: Database
    client: RequestClient
    peer: PipelinePeer
    time: Time
    url: str
    session: aiohttp.ClientSession
    maintenance: Maintenance
    superuser_url: str
    database_name: str

    async def call(self, request: Request[ResultT], by: Viewer | None, *, key: str | None = None) -> ResultT | Refusal:
        return await self.client.call(request, by, deadline=20, key=key)

    def wish(self, people: int = 3, reviewers: tuple[Any, ...] = (MARY,), **given: Any) -> RequestReview:
        usual: dict[str, Any] = {
            "person_ids": tuple(self.peer.people)[:people],
            "reviewer_ids": tuple(r.id for r in reviewers),
            "job_id": next(iter(self.peer.jobs)),
        }
        return RequestReview(**usual | given)

    async def requested(
        self, people: int = 3, reviewers: tuple[Any, ...] = (MARY,), by: Viewer = RECRUITER, **given: Any
    ) -> Review:
        return changed(await self.call(self.wish(people, reviewers, **given), by))

    async def given(
        self,
        review: Review,
        by: Viewer,
        person: int,
        verdict: Verdict,
        note: str | None = None,
        visibility: NoteVisibility = NoteVisibility.HIRING_TEAM,
        key: str | None = None,
    ) -> Review:
        """As somebody who sees what they said before."""
        wish = GiveVerdict(
            review_id=review.id,
            person_id=review.items[person].profile.person_id,
            verdict=verdict,
            note=note,
            visibility=visibility,
            expected_version=await self.version(review, by, person),
        )
        return changed(await self.call(wish, by, key=key))

    async def version(self, review: Review, by: Viewer, person: int = 0) -> int | None:
        """The version of this reviewer's own verdict as it is now."""
        found = await self.call(GetReviewsByIds(ids=(review.id,)), by)
        items = found.items[0].items  # type: ignore[union-attr]
        return next((v.version for v in items[person].verdicts if v.reviewer_id == by.user_id), None)

    async def finished(self, review: Review, by: Viewer) -> Review:
        for number in range(len(review.items)):
            await self.given(review, by, number, Verdict.APPROVED)
        return changed(await self.call(FinishReview(review_id=review.id), by))

    async def notifications(self, kind: NotificationKind | None = None) -> list[asyncpg.Record]:
        return await self.rows(
            "SELECT id, kind, recipient_id, review_id FROM notification WHERE $1::text IS NULL OR kind = $1"
            " ORDER BY created_at, id",
            kind,
        )

    async def mail(self, notification_id: UUID, org: str = "acme") -> Notification | Refusal:
        return await self.call(RenderNotification(org_id=org, notification_id=notification_id), None)

    async def link(self, review: Review, who: Any = MARY) -> str:
        """The newest link this reviewer was sent."""
        sent = await self.rows(
            "SELECT id FROM notification WHERE review_id = $1 AND recipient_id = $2 AND kind = 'review_requested'"
            " ORDER BY created_at DESC, id DESC LIMIT 1",
            review.id,
            who.id,
        )
        mail = await self.mail(sent[0]["id"])
        assert isinstance(mail, Notification), mail
        found = re.search(r"https?://\S+/r/\S+", mail.text)
        assert found
        return found[0]

    async def get(self, address: str, **more: Any) -> tuple[int, str]:
        async with self.session.get(address, **more) as response:
            return response.status, await response.text()

    async def post(self, address: str, **more: Any) -> tuple[int, str]:
        async with self.session.post(address, allow_redirects=False, **more) as response:
            return response.status, response.headers.get("Location") or await response.text()

    async def rows(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Rows of the database, past row-level security."""
        connection = await self._connect()
        try:
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()

    async def everything(self) -> dict[str, list[str]]:
        """Every row of every table, with the transaction that wrote it: a rewritten row is a change too."""
        connection = await self._connect()
        try:
            tables = await connection.fetch(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            found = {}
            for table in (row["relname"] for row in tables):
                rows = await connection.fetch(f'SELECT t.xmin::text || t::text AS row FROM "{table}" t ORDER BY 1')
                found[table] = [row["row"] for row in rows]
            return found
        finally:
            await connection.close()

    async def events(self, review_id: UUID | None = None) -> list[tuple[str, int]]:
        """The events of a review in their order, or all: type and version."""
        rows = await self.rows(
            "SELECT o.subject, o.aggregate_version FROM outbox o JOIN publication p USING (org_id, id)"
            " WHERE $1::uuid IS NULL OR o.aggregate_id = $1 ORDER BY p.position",
            review_id,
        )
        return [(row["subject"].split(".", 2)[2], row["aggregate_version"]) for row in rows]

    async def _connect(self) -> asyncpg.Connection:
        address = urlsplit(self.superuser_url)._replace(path=f"/{self.database_name}")
        return await asyncpg.connect(urlunsplit(address))


def changed(answer: ReviewResult | Refusal) -> Review:
    assert isinstance(answer, ReviewResult), answer
    return answer.review
