"""Actions on many people or applications at once, with an outcome for each.

People are chosen one by one or by a search, and checked before anything is done. Applications are named with the stage
in which the user saw them, and changed at once: a faster user's change is respected, as with one alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rapport.contracts.authorisation import ACT_ON_MANY, CHANGE_APPLICATIONS, FOLLOW_ACTIONS, KEEP_PEOPLE, Rule
from rapport.contracts.pipeline.applications import Rejection, Withdrawal
from rapport.contracts.pipeline.crm import Tag
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.search import SearchQuery
from rapport.contracts.refusals import Refusal
from rapport.contracts.requests import MAX_IDS, Page, Result
from rapport.contracts.vocabulary import BulkActionKind, BulkActionState, BulkOutcome

MAX_SELECTED = 1000
"""The most people of one action."""
MAX_REVIEWED = 100
"""The most people who are sent for review together."""
MAX_CHANGED = 500
"""The most applications of one action."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PeopleSelection(_Part):
    """Whom: these people, or everybody whom a search finds but these."""

    person_ids: tuple[UUID, ...] | None = Field(default=None, min_length=1, max_length=MAX_SELECTED)
    search: SearchQuery | None = None
    """Everybody whom it finds; more than ``MAX_SELECTED`` are refused."""
    except_ids: tuple[UUID, ...] = Field(default=(), max_length=MAX_SELECTED)
    """Of those found, these not."""

    @model_validator(mode="after")
    def _either(self) -> "PeopleSelection":
        if (self.person_ids is None) == (self.search is None):
            raise ValueError("either people or a search must be given")
        return self


class _Action(_Part):
    needs: ClassVar[Mapping[BulkActionKind, str]]
    """What an action of a kind is done with: it has this field, and no other."""

    kind: BulkActionKind

    @model_validator(mode="after")
    def _with_what_it_needs(self) -> "_Action":
        given = self.model_dump(exclude={"kind"}, exclude_none=True).keys()
        needed = self.needs.get(self.kind)
        if given != ({needed} if needed else set()):
            raise ValueError(f"needs {needed or 'nothing to do it with'}, and nothing else")
        return self


_OnPeople = Literal[
    BulkActionKind.ADD_TO_PROJECT,
    BulkActionKind.ADD_TAG,
    BulkActionKind.REMOVE_TAG,
    BulkActionKind.REQUEST_REVIEW,
    BulkActionKind.ADD_TO_JOB,
]


class PeopleAction(_Action):
    """What is done with each person."""

    needs = {
        BulkActionKind.ADD_TO_PROJECT: "project_id",
        BulkActionKind.ADD_TAG: "tag",
        BulkActionKind.REMOVE_TAG: "tag",
        BulkActionKind.ADD_TO_JOB: "job_id",
    }

    kind: _OnPeople
    project_id: UUID | None = None
    """Of ``ADD_TO_PROJECT``, and of nothing else."""
    tag: Tag | None = None
    """Of ``ADD_TAG`` and ``REMOVE_TAG``, and of nothing else."""
    job_id: UUID | None = None
    """Of ``ADD_TO_JOB``, and of nothing else."""


_OnApplications = Literal[
    BulkActionKind.MOVE_APPLICATIONS,
    BulkActionKind.REJECT_APPLICATIONS,
    BulkActionKind.WITHDRAW_APPLICATIONS,
    BulkActionKind.REOPEN_APPLICATIONS,
    BulkActionKind.RETURN_APPLICATIONS,
]


class ApplicationsAction(_Action):
    """What is done to each application."""

    needs = {
        BulkActionKind.MOVE_APPLICATIONS: "to_stage_id",
        BulkActionKind.REJECT_APPLICATIONS: "rejection",
        BulkActionKind.WITHDRAW_APPLICATIONS: "withdrawal",
    }

    kind: _OnApplications
    to_stage_id: UUID | None = None
    """Of ``MOVE_APPLICATIONS``, and of nothing else."""
    rejection: Rejection | None = None
    """Of ``REJECT_APPLICATIONS``, and of nothing else."""
    withdrawal: Withdrawal | None = None
    """Of ``WITHDRAW_APPLICATIONS``, and of nothing else."""


class OutcomeCount(Result):
    """How many people or applications have an outcome."""

    outcome: BulkOutcome
    """Which."""
    people: int
    """How many."""


class ActionOnMany(Result):
    """What is done with each person or application, as it was said when it was checked or started."""

    kind: BulkActionKind
    project_id: UUID | None = None
    tag: str | None = None
    job_id: UUID | None = None
    to_stage_id: UUID | None = None
    rejection: Rejection | None = None
    """Without its note, once the action is over."""
    withdrawal: Withdrawal | None = None
    """Without its note, once the action is over."""


class BulkAction(Result):
    """An action on many people, which its user has checked and perhaps started; or on many applications."""

    id: UUID
    action: ActionOnMany
    requested_by: UUID
    requested_at: datetime
    state: BulkActionState
    people: int
    """How many people or applications it is about."""
    expected: tuple[OutcomeCount, ...]
    """What would become of them, as it was when the action was checked."""
    outcomes: tuple[OutcomeCount, ...]
    """What became of those with whom it was tried so far."""
    in_process: int
    """How many have an application under way."""
    mails: int = 0
    """To how many of those who were rejected so far a mail goes."""
    result_id: UUID | None
    """The review that was requested, if that is what was done."""
    version: int


class BulkActions(Result):
    items: tuple[BulkAction, ...]


class BulkPerson(Result):
    """One of the people or applications of an action."""

    number: int
    """From 1, in the order of the selection."""
    person_id: UUID | None
    """Absent if there is no such application."""
    application_id: UUID | None = None
    """Of an action on applications."""
    expected: BulkOutcome
    """What would become of them, as it was when the action was checked."""
    in_process: bool
    """Whether they had an application under way then."""
    outcome: BulkOutcome | None
    """What became of them; null until it was tried."""
    reason: str | None
    """Why, if the outcome does not say it."""
    mail: bool = False
    """Whether a mail tells them of their rejection, which was done."""
    refusal: Annotated[Refusal, Field(discriminator="kind")] | None = None
    """Why it was not done to an application, as it would be said of this one alone."""


class BulkPersonEdge(Result):
    cursor: tuple[str, ...]
    node: BulkPerson


class BulkPersonPage(Result):
    edges: tuple[BulkPersonEdge, ...]
    has_next: bool


class CheckBulkAction(PipelineRequest[BulkAction]):
    """Select people and say what would become of each; nothing is changed before the action is started.

    Whom a search finds is decided now: the action is about these people, whoever it finds later. Repeating it under the
    same key checks nothing else.
    """

    rule: ClassVar[Rule] = KEEP_PEOPLE

    selection: PeopleSelection
    action: PeopleAction


class StartBulkAction(PipelineRequest[BulkAction]):
    """Begin an action that was checked by the same user. Repeating it changes nothing.

    Not for a review: that is requested from the service of reviews, and then recorded.
    """

    rule: ClassVar[Rule] = ACT_ON_MANY

    bulk_action_id: UUID


class RecordReviewOfPeople(PipelineRequest[BulkAction]):
    """A review of people was requested as an action on them. Repeating it changes nothing."""

    rule: ClassVar[Rule] = ACT_ON_MANY

    bulk_action_id: UUID
    review_id: UUID
    person_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MAX_REVIEWED)
    """Who is in it; the others are not."""


class SeenApplication(_Part):
    """An application, as the user saw it."""

    application_id: UUID
    stage_id: UUID
    """The stage in which they saw it; of one that is to be reopened, the one in which it ended."""


class ChangeApplications(PipelineRequest[BulkAction]):
    """Do the same to many applications, each for itself, as if it were done to each alone.

    It goes on by itself and over a restart; to each it is done once, or refused with how it is now. Repeating it under
    the same key begins nothing else.
    """

    rule: ClassVar[Rule] = CHANGE_APPLICATIONS

    applications: tuple[SeenApplication, ...] = Field(min_length=1, max_length=MAX_CHANGED)
    """Each counts once."""
    action: ApplicationsAction
    without_mail: tuple[UUID, ...] = Field(default=(), max_length=MAX_CHANGED)
    """Of a rejection with a mail: the applications whose people get none."""

    @model_validator(mode="after")
    def _does_not_undo(self) -> "ChangeApplications":
        if self.action.kind is BulkActionKind.RETURN_APPLICATIONS:
            raise ValueError("applications are returned by undoing the action that moved them")
        return self


class UndoBulkAction(PipelineRequest[BulkAction]):
    """Take back what an action did: those that were moved go back, those that were closed are reopened.

    That is an action of its own, which spares what somebody has changed since. Repeating it begins nothing else.
    """

    rule: ClassVar[Rule] = FOLLOW_ACTIONS

    bulk_action_id: UUID


class GetBulkActionsByIds(PipelineRequest[BulkActions]):
    """Those of these actions that are the viewer's. In no particular order."""

    rule: ClassVar[Rule] = FOLLOW_ACTIONS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class GetBulkActionPeople(PipelineRequest[BulkPersonPage]):
    """The people or applications of an action of the viewer's, in the order of the selection."""

    rule: ClassVar[Rule] = FOLLOW_ACTIONS

    bulk_action_id: UUID
    outcome: BulkOutcome | None = None
    """Only those with this outcome; before it was tried, with this one expected."""
    page: Page = Page()
