"""Check-ins: what a job's team looks at together from time to time, and what they agree to do until the next one."""

from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from rapport.contracts.authorisation import KEEP_CHECK_INS, REMOVE_ACTIONS, SEE_JOBS, SEE_OWN_WORK, Rule
from rapport.contracts.pipeline.jobs import Stage
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.sourcing import SourcingCounts
from rapport.contracts.requests import Result
from rapport.contracts.text import CLEANED
from rapport.contracts.vocabulary import OfferStatus, RecentChangeKind, TopReason

MAX_ACTION_TEXT = 500
"""The most characters of an agreed action."""
MAX_OPEN_ACTIONS = 50
"""The most actions of one job that are not done."""
MAX_LISTED = 50
"""The most changes, offers and done actions that a check-in lists, each."""
MAX_TOP_CANDIDATES = 5
"""The most candidates who are said to be on top."""
FIRST_CHECK_IN = timedelta(days=7)
"""How far back a check-in looks if there was none before."""
BETWEEN_CHECK_INS = timedelta(minutes=10)
"""How soon after a check-in of a job another one may be held."""

_ActionText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ACTION_TEXT), CLEANED
]


class CheckIn(Result):
    """A check-in that was held."""

    id: UUID
    job_id: UUID
    held_by: UUID
    """Who ended it."""
    held_at: datetime
    """When it ended."""


class AgreedAction(Result):
    """What somebody is to do for a job; carried over from one check-in to the next until it is done."""

    id: UUID
    job_id: UUID
    text: str | None
    """What is to be done: plain text. Null once it named somebody who was erased."""
    owner_id: UUID
    """Who does it."""
    due_on: date
    """By which day."""
    agreed_by: UUID
    """Who wrote it down."""
    agreed_at: datetime
    done_by: UUID | None
    done_at: datetime | None
    """When it was done; null while it is not."""
    carried_over: int
    """How many check-ins were held since it was agreed on and before it was done."""
    version: int
    removed_at: datetime | None = None
    """When it was removed; null while it is not."""


class AgreedActions(Result):
    """At most ``MAX_WAITING``, those due first at the head, and how many there are."""

    items: tuple[AgreedAction, ...]
    total: int


class CheckInStage(Result):
    """How many are in a stage."""

    stage: Stage
    count: int
    """Applications under way in it."""
    red: int
    """Those of them that have a red flag."""
    yellow: int
    """Those of them whose flags are all yellow."""


class RecentChangeCount(Result):
    kind: RecentChangeKind
    count: int
    """How often it happened."""


class RecentChange(Result):
    """Something that happened with an application."""

    kind: RecentChangeKind
    application_id: UUID
    person_id: UUID
    from_stage: Stage | None
    """Only of a move."""
    to_stage: Stage | None
    """Only of a move, and of an application that was received."""
    occurred_at: datetime


class TopCandidate(Result):
    """Somebody who is further, or better rated, than the others."""

    application_id: UUID
    person_id: UUID
    stage: Stage
    reasons: tuple[TopReason, ...]
    """Why they are among the top ones; at least one."""
    ratings: int
    """Scorecards with a rating that the viewer may read."""
    ratings_for: int
    """Those of them that are for the person."""
    ratings_against: int
    """Those of them that are against."""
    last_activity_at: datetime | None


class OfferOut(Result):
    """The newest version of an offer that is being made, or that nobody has answered."""

    id: UUID
    application_id: UUID
    person_id: UUID
    version: int
    status: OfferStatus
    created_at: datetime
    sent_at: datetime | None


class CheckInBrief(Result):
    """What pipeline knows for a check-in."""

    job_id: UUID
    since: datetime
    """From when changes are listed."""
    as_of: datetime
    previous: CheckIn | None
    """The last one that was held."""
    stages: tuple[CheckInStage, ...]
    """In the order of the process."""
    change_counts: tuple[RecentChangeCount, ...]
    """What happened since, in the order of the kinds; kinds that did not happen are left out."""
    changes: tuple[RecentChange, ...]
    """The newest first, at most ``MAX_LISTED``."""
    top_candidates: tuple[TopCandidate, ...]
    """The furthest first, then the best rated, then those with whom something happened last; at most
    ``MAX_TOP_CANDIDATES``."""
    offers_out: tuple[OfferOut, ...] | None
    """The oldest first, at most ``MAX_LISTED``; null for those whose role does not see offers."""
    sourcing: SourcingCounts
    """What all users together did for the job since."""
    open_actions: tuple[AgreedAction, ...]
    """Those due first at the head."""
    done_actions: tuple[AgreedAction, ...]
    """Done since, the newest first, at most ``MAX_LISTED``."""


class GetCheckIn(PipelineRequest[CheckInBrief]):
    """What a job's team looks at together.

    ``presentable``: for a screen that others see as well. Private people are left out, whoever asks, and so is what
    scorecards say.
    """

    rule: ClassVar[Rule] = SEE_JOBS

    job_id: UUID
    since: AwareDatetime | None = None
    """The end of the last check-in, if left out; a week ago if there was none."""
    presentable: bool = False


class HoldCheckIn(PipelineRequest[CheckIn]):
    """End a check-in on a job: its moment is where the next one begins. Repeating it under the same key holds no other.

    ``TooSoon`` if one was held a moment ago.
    """

    rule: ClassVar[Rule] = KEEP_CHECK_INS

    job_id: UUID
    held_at: AwareDatetime | None = None
    """When it ended, for one that is recorded afterwards. Now, if left out; never later, nor before the last one."""


class AddAgreedAction(PipelineRequest[AgreedAction]):
    """Agree on an action for a job. Repeating it under the same key adds no other."""

    rule: ClassVar[Rule] = KEEP_CHECK_INS

    job_id: UUID
    text: _ActionText
    owner_id: UUID
    due_on: date


class ChangeAgreedAction(PipelineRequest[AgreedAction]):
    """Change an action that was agreed on. Repeating it changes nothing.

    An ``AgreedActionConflict`` if it was changed since ``expected_version``, and says something else than it is to say
    now.
    """

    rule: ClassVar[Rule] = KEEP_CHECK_INS

    action_id: UUID
    text: _ActionText
    owner_id: UUID
    due_on: date
    expected_version: int | None = Field(default=None, ge=1)
    """The version that the viewer saw; any, if not given."""


class CompleteAgreedAction(PipelineRequest[AgreedAction]):
    """Say that an action was done, or that it is not done after all. Repeating it changes nothing."""

    rule: ClassVar[Rule] = KEEP_CHECK_INS

    action_id: UUID
    done: bool = True


class RemoveAgreedAction(PipelineRequest[AgreedAction]):
    """Remove an action that is not to be done, or take that back. Repeating it changes nothing.

    An ``AgreedActionConflict`` if it was changed since ``expected_version``.
    """

    rule: ClassVar[Rule] = REMOVE_ACTIONS

    action_id: UUID
    removed: bool = True
    expected_version: int | None = Field(default=None, ge=1)
    """The version that the viewer saw; any, if not given."""


class GetOwnAgreedActions(PipelineRequest[AgreedActions]):
    """The actions that the viewer is to do and has not done, of jobs that they see."""

    rule: ClassVar[Rule] = SEE_OWN_WORK
