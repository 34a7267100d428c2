"""What may be done to an application, as it is now, and why not: said before it is tried."""

from collections.abc import Mapping
from dataclasses import dataclass

from rapport.contracts.authorisation import Rule
from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import (
    ActionState,
    AddApplicationNote,
    AssignPerson,
    HireApplication,
    MarkInterviewSeen,
    MoveApplication,
    RejectApplication,
    ReopenApplication,
    TransferApplication,
    WithdrawApplication,
)
from rapport.contracts.vocabulary import ApplicationAction, ApplicationStatus, JobStatus

_RULES: Mapping[ApplicationAction, Rule] = {
    ApplicationAction.MOVE: MoveApplication.rule,
    ApplicationAction.REJECT: RejectApplication.rule,
    ApplicationAction.WITHDRAW: WithdrawApplication.rule,
    ApplicationAction.REOPEN: ReopenApplication.rule,
    ApplicationAction.TRANSFER: TransferApplication.rule,
    ApplicationAction.HIRE: HireApplication.rule,
    ApplicationAction.ASSIGN: AssignPerson.rule,
    ApplicationAction.NOTE: AddApplicationNote.rule,
    ApplicationAction.MARK_SEEN: MarkInterviewSeen.rule,
}
_CLOSED = {
    ApplicationStatus.REJECTED: "it was rejected",
    ApplicationStatus.WITHDRAWN: "the person withdrew",
    ApplicationStatus.HIRED: "the person was hired",
}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of interviews, as one user sees it."""

    known: bool
    """Whether one of them took place, or has a scorecard."""
    to_be_seen: bool
    """Whether the user has not marked all of it as seen."""
    hidden: bool
    """Whether scorecards are hidden from the user, who owes one."""

    @property
    def obstacle(self) -> str | None:
        """Why the user cannot mark it as seen."""
        if not self.known:
            return "no interview has taken place"
        if not self.to_be_seen:
            return "you have seen what came of every interview"
        return "you owe a scorecard yourself" if self.hidden else None


def actions_of(
    viewer: Viewer, status: ApplicationStatus, job: JobStatus, outcomes: Outcomes, *, on_team: bool
) -> tuple[ActionState, ...]:
    """Every action, each with the reason against it, if there is one.

    Args:
        viewer: who would do it.
        status: of the application.
        job: whether people are being hired for its job.
        outcomes: what came of its interviews.
        on_team: whether the viewer is on that job's hiring team.
    """
    return tuple(
        ActionState(
            action=action,
            reason=_denial(rule, viewer, on_team=on_team) or _obstacle(action, status, job, outcomes),
        )
        for action, rule in _RULES.items()
    )


def _denial(rule: Rule, viewer: Viewer, *, on_team: bool) -> str | None:
    if denial := rule.denial(viewer):
        return denial.reason
    return None if rule.allows(viewer, on_team=on_team) else "you are not on the hiring team of its job"


def _obstacle(action: ApplicationAction, status: ApplicationStatus, job: JobStatus, outcomes: Outcomes) -> str | None:
    if action is ApplicationAction.MARK_SEEN:
        return outcomes.obstacle
    if action in (ApplicationAction.ASSIGN, ApplicationAction.NOTE):
        # Whatever becomes of the application.
        return None
    if action is not ApplicationAction.REOPEN:
        return _CLOSED.get(status)
    if status is ApplicationStatus.ACTIVE:
        return "it is under way"
    if status is ApplicationStatus.HIRED:
        return "the person was hired"
    return "its job is closed" if job is JobStatus.CLOSED else None
