"""How far an application has come beside its stages: interviews, scorecards and offers."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import MARK_SEEN, SEE_APPLICATIONS, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.users import User
from rapport.contracts.requests import MAX_IDS, Result
from rapport.contracts.vocabulary import InterviewStatus, OfferStatus, Rating


class SeenBy(Result):
    """A user who has seen what came of an interview."""

    user: User
    seen_at: datetime
    """When they said so."""


class Interview(Result):
    id: UUID
    name: str | None
    status: InterviewStatus | None
    """Null for one that this version does not know."""
    starts_at: datetime | None
    ends_at: datetime | None
    interviewers: tuple[User, ...]
    has_outcome: bool
    """Whether it took place, or a scorecard is in."""
    to_be_seen: bool
    """Whether it has an outcome that the viewer has not marked as seen, or of which more came since."""
    seen_by: tuple[SeenBy, ...]
    """Who has marked what came of it as seen, the latest first; at most 20."""


class ScorecardAttribute(Result):
    """What a scorecard says of one attribute."""

    name: str
    type: str | None
    """What the account calls its kind: a skill, a qualification."""
    rating: Rating | None
    """Null where the interviewer did not rate it."""
    note: str | None


class Scorecard(Result):
    """An interviewer's verdict on a person, without what they noted for themselves."""

    id: UUID
    interview_name: str | None
    interviewed_at: datetime | None
    submitted_at: datetime
    interviewer: User | None
    """Absent when the ATS does not say whose it is."""
    rating: Rating | None
    notes: str | None
    attributes: tuple[ScorecardAttribute, ...]


class Offer(Result):
    """One version of an offer, without what it offers."""

    id: UUID
    version: int
    status: OfferStatus
    created_at: datetime
    sent_at: datetime | None
    resolved_at: datetime | None
    """When it was accepted, declined, withdrawn or replaced."""
    starts_on: date | None
    """The first day of work."""
    decline_reason: str | None
    """Why the person declined, if the account keeps that."""


class ApplicationProgress(Result):
    """An application's interviews, scorecards and offers, the newest first; at most 50 of each."""

    application_id: UUID
    interviews: tuple[Interview, ...]
    scorecards: tuple[Scorecard, ...]
    """Those that are in, and that the viewer may read."""
    scorecards_hidden: bool
    """Whether the viewer owes a scorecard: those of others are hidden from them until it is in."""
    offers: tuple[Offer, ...]
    """Empty as well for those whose role does not see offers."""


class ApplicationsProgress(Result):
    items: tuple[ApplicationProgress, ...]


class GetApplicationProgress(PipelineRequest[ApplicationsProgress]):
    """The progress of these applications; those unknown or not visible to the viewer are left out. In no order."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class OutcomeSeen(Result):
    """What came of an interview was seen."""

    application_id: UUID
    interview_id: UUID
    seen_at: datetime
    """When the viewer said so; earlier, if they had said so before."""


class MarkInterviewSeen(PipelineRequest[OutcomeSeen]):
    """Say that one has seen what came of an interview: of one that took place, or whose scorecards are in.

    Repeating it changes nothing, until more has come: another scorecard, or the interview took place again.
    """

    rule: ClassVar[Rule] = MARK_SEEN

    interview_id: UUID
