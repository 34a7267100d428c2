"""A person's activity feed: references to what happened, for every service's events."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from rapport.contracts.authorisation import SEE_APPLICATIONS, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import Page, Result
from rapport.contracts.vocabulary import (
    ApplicationAction,
    ApplicationStatus,
    PersonSource,
    Responsibility,
    SuppressionReason,
    Verdict,
    VerdictChange,
)


class ActivityKind(StrEnum):
    """What happened, according to an entry of a person's feed."""

    APPLICATION_RECEIVED = "application_received"
    STAGE_CHANGED = "stage_changed"
    APPLICATION_CLOSED = "application_closed"
    APPLICATION_REOPENED = "application_reopened"
    APPLICATION_REMOVED = "application_removed"
    APPLICATION_RESTORED = "application_restored"
    SCORECARD_SUBMITTED = "scorecard_submitted"
    INTERVIEW_SEEN = "interview_seen"
    OFFER_SENT = "offer_sent"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_RESCINDED = "offer_rescinded"
    MOVE_REFUSED = "move_refused"
    STAGE_KEPT = "stage_kept"
    ACTION_REFUSED = "action_refused"
    REVIEW_REQUESTED = "review_requested"
    VERDICT_GIVEN = "verdict_given"
    VERDICT_TAKEN_BACK = "verdict_taken_back"
    MESSAGE_SENT = "message_sent"
    MESSAGE_BOUNCED = "message_bounced"
    MESSAGE_FAILED = "message_failed"
    MESSAGE_IN_DOUBT = "message_in_doubt"
    REPLY_RECEIVED = "reply_received"
    SUPPRESSED = "suppressed"
    SUPPRESSION_LIFTED = "suppression_lifted"
    PEOPLE_MERGED = "people_merged"
    MERGE_UNDONE = "merge_undone"
    PERSON_CREATED = "person_created"
    PROJECT_JOINED = "project_joined"
    PROJECT_LEFT = "project_left"
    NOTE_ADDED = "note_added"
    NOTE_REFUSED = "note_refused"
    PROFILE_VIEWED = "profile_viewed"
    PERSON_ADDED = "person_added"
    TAKEOVER_REQUESTED = "takeover_requested"
    TAKEOVER_DECLINED = "takeover_declined"
    TAKEN_OVER = "taken_over"
    PERSON_ASSIGNED = "person_assigned"


class ActivityEntry(Result):
    """One thing that happened with a person. It names what it is about; the owner of that says who may read it."""

    id: UUID
    kind: ActivityKind
    person_id: UUID
    occurred_at: datetime
    actor: str
    """``user:<id>``, ``ats`` or ``system:<name>``."""
    job_id: UUID | None = None
    """Only those who see the job see the entry."""
    application_id: UUID | None = None
    from_stage_id: UUID | None = None
    to_stage_id: UUID | None = None
    status: ApplicationStatus | None = None
    action: ApplicationAction | None = None
    """What the ATS refused, if it was not a move."""
    scorecard_id: UUID | None = None
    interview_id: UUID | None = None
    offer_id: UUID | None = None
    review_id: UUID | None = None
    verdict_id: UUID | None = None
    verdict: Verdict | None = None
    """What was said then, or taken back; it may have been changed since."""
    verdict_change: VerdictChange | None = None
    """Whether it was another verdict, or only another note; absent from entries of before this was kept."""
    message_id: UUID | None = None
    reply_id: UUID | None = None
    suppression: SuppressionReason | None = None
    merge_id: UUID | None = None
    source: PersonSource | None = None
    project_id: UUID | None = None
    note_id: UUID | None = None
    user_id: UUID | None = None
    """Of a takeover: who is in touch from then on, or is asked, or had asked. Of an assignment: who looks after the
    person from then on; absent if nobody does."""
    responsibility: Responsibility | None = None
    """Of an assignment."""


class ActivityEdge(Result):
    """An entry with its place in the feed."""

    cursor: tuple[str, ...]
    node: ActivityEntry


class ActivityPage(Result):
    """A part of a person's feed."""

    edges: tuple[ActivityEdge, ...]
    has_next: bool


class GetActivity(PipelineRequest[ActivityPage]):
    """A person's feed, the newest first, as far as the viewer sees the person and the jobs."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    person_id: UUID
    page: Page = Page()
