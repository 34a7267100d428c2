"""Why a mutation changed nothing: expected outcomes, part of every mutation's result."""

from enum import StrEnum
from uuid import UUID

import strawberry

from rapport.contracts import refusals
from rapport.gateway.applications.relations import application_by_id
from rapport.gateway.applications.types import Application
from rapport.gateway.context import Info
from rapport.gateway.errors import as_client_writes, not_found
from rapport.gateway.fields import field
from rapport.gateway.ids import Kind, global_id
from rapport.gateway.jobs.types import Stage
from rapport.gateway.shown import enumeration, shows


@strawberry.interface(description="Why nothing was changed.")
class Refusal:
    @field("For people to read.")
    @staticmethod
    def message(refusal: strawberry.Parent[refusals.Refusal]) -> str:
        return _message(refusal)


@shows(refusals.NotFound, what="What kind of thing was not found.")
class NotFound(Refusal):
    """There is nothing by that id that you may see; unknown ids and those of others look alike."""

    @field("The id in question.")
    @staticmethod
    def id(refusal: strawberry.Parent[refusals.NotFound]) -> strawberry.ID:
        return _public_id(refusal)


@shows(refusals.Forbidden)
class Forbidden(Refusal):
    """You see the thing but may not do this to it."""


@shows(refusals.FieldProblem, message="What is wrong.")
class InputProblem:
    """One thing wrong with the input."""

    @field("Where: the input's fields, separated by dots.")
    @staticmethod
    def path(problem: strawberry.Parent[refusals.FieldProblem]) -> str:
        return as_client_writes(problem.path)


@shows(refusals.Invalid, problems="Everything that is wrong with it.")
class InvalidInput(Refusal):
    """The input makes no sense."""


class ConflictReason(StrEnum):
    """What has happened in the meantime."""

    MOVED = "moved"
    CLOSED = "closed"


@shows(
    refusals.ApplicationState,
    status="Whether it is still under way.",
    version="Grows with every change.",
    sync="Where it stands between Rapport and the ATS.",
)
class ApplicationState:
    """Where an application stood when a change to it was refused."""

    @field("The stage it is in.", shown_as=Stage | None)
    @staticmethod
    async def stage(state: strawberry.Parent[refusals.ApplicationState], info: Info) -> object:
        job = await info.context.loaders.jobs_by_id.load(state.job_id)
        return next((stage for stage in job.stages if stage.id == state.stage_id), None) if job else None


@shows(refusals.StageConflict, current="Where it is now.")
class StageConflict(Refusal):
    """The application is no longer where you believed it to be; somebody was faster."""

    @field("What has happened in the meantime.", shown_as=enumeration(ConflictReason))
    @staticmethod
    def reason(refusal: strawberry.Parent[refusals.StageConflict]) -> ConflictReason:
        return ConflictReason(refusal.reason)

    @field("The application as it is now.", shown_as=Application)
    @staticmethod
    async def application(refusal: strawberry.Parent[refusals.StageConflict], info: Info) -> object:
        application = await application_by_id(info, refusal.current.application_id)
        if application is None:
            raise not_found("application", None)
        return application


@shows(
    refusals.VerdictState,
    verdict="What you say now.",
    note="Your note.",
    visibility="Who may read it.",
    given_at="When you said it.",
    version="What to send as `expectedVersion` to replace it.",
)
class VerdictState:
    """Your verdict as it was when a change to it was refused."""


@shows(refusals.VerdictConflict, current="Your verdict as it is now; null if you have taken it back, or given none.")
class VerdictConflict(Refusal):
    """Your verdict is not the one you saw: it was changed in another window or on another device."""


@shows(
    refusals.ReviewState,
    version="What to send as `expectedVersion` to amend it all the same.",
    note="What the reviewers are told.",
    due_at="By when verdicts are wanted.",
)
class ReviewState:
    """A review as it was when an amendment was refused."""


@shows(refusals.ReviewConflict, current="What it says now.")
class ReviewConflict(Refusal):
    """Somebody has amended the same since you saw it."""


@shows(refusals.TooSoon, again_at="From when it may be done again.")
class TooSoon(Refusal):
    """It was done a moment ago."""


def _message(refusal: refusals.Refusal) -> str:
    match refusal:
        case refusals.NotFound(what=what):
            return f"There is no {what} with this id that you may see."
        case refusals.Forbidden(reason=reason):
            return reason
        case refusals.Invalid(problems=problems):
            return "; ".join(f"{as_client_writes(p.path)}: {p.message}" if p.path else p.message for p in problems)
        case refusals.StageConflict(reason=reason):
            return f"The application has been {reason} in the meantime."
        case refusals.VerdictConflict(current=None):
            return "You have no verdict any more: it was taken back in another window or on another device."
        case refusals.VerdictConflict():
            return "Your verdict was changed in another window or on another device."
        case refusals.ReviewConflict():
            return "Somebody has amended the review in the meantime."
        case refusals.TooSoon(reason=reason):
            return reason


def _public_id(refusal: refusals.NotFound) -> strawberry.ID:
    """Services name a thing by its UUID; clients never see those."""
    try:
        return global_id(Kind("".join(refusal.what.title().split())), UUID(refusal.id))
    except ValueError:
        return strawberry.ID(refusal.id)
