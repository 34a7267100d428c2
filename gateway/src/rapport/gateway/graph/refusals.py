"""Why a mutation changed nothing: the refusals that are part of every mutation's result."""

from uuid import UUID

import strawberry

from rapport.contracts import refusals
from rapport.gateway.errors import camel_case_path
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.fields import field
from rapport.gateway.graph.ids import Kind, global_id


@strawberry.interface(description="Why nothing was changed.")
class Refusal:
    @field("For people to read.")
    @staticmethod
    def message(refusal: strawberry.Parent[refusals.Refusal]) -> str:
        return _message(refusal)


@exposes(refusals.NotFound, what="What kind of thing was not found.")
class NotFound(Refusal):
    """There is nothing by that id that you may see; unknown ids and those of others look alike."""

    @field("The id in question.")
    @staticmethod
    def id(refusal: strawberry.Parent[refusals.NotFound]) -> strawberry.ID:
        return _public_id(refusal)


@exposes(refusals.Forbidden)
class Forbidden(Refusal):
    """You see the thing but may not do this to it."""


@exposes(refusals.FieldProblem, "code", message='For people; continues the field\'s name, as "must not be empty".')
class InputProblem:
    """One thing wrong with the input."""

    @field("Where: the input's fields, separated by dots.")
    @staticmethod
    def path(problem: strawberry.Parent[refusals.FieldProblem]) -> str:
        return camel_case_path(problem.path)


@exposes(refusals.Invalid, problems="Everything that is wrong with it.")
class InvalidInput(Refusal):
    """The input is invalid; nothing was changed."""


@exposes(refusals.TooSoon, again_at="From when it may be done again.")
class TooSoon(Refusal):
    """It was done a moment ago."""


def _message(refusal: refusals.Refusal) -> str:
    match refusal:
        case refusals.NotFound(what=what):
            return f"There is no {what} with this id that you may see."
        case refusals.Forbidden(reason=reason) | refusals.TooSoon(reason=reason):
            return reason
        case refusals.Invalid(problems=problems):
            return "; ".join(f"{camel_case_path(p.path)}: {p.message}" if p.path else p.message for p in problems)
        case refusals.StageConflict():
            return _conflict_message(refusal)
        case refusals.TooSoon(reason=reason):
            return reason
        case changed:
            return _change_message(changed)


def _change_message(
    conflict: refusals.VerdictConflict
    | refusals.ReviewConflict
    | refusals.NoteConflict
    | refusals.AgreedActionConflict
    | refusals.AssignmentConflict
    | refusals.TemplateConflict,
) -> str:
    match conflict:
        case refusals.VerdictConflict(current=None):
            return "Your verdict was taken back in another window or on another device."
        case refusals.VerdictConflict():
            return "Your verdict was changed in another window or on another device."
        case refusals.ReviewConflict():
            return "Someone has changed the review in the meantime."
        case refusals.NoteConflict():
            return "You have changed the note in another window or on another device."
        case refusals.AgreedActionConflict():
            return "Someone has changed the action in the meantime."
        case refusals.AssignmentConflict():
            return "Somebody else looks after this person by now."
        case refusals.TemplateConflict():
            return "Someone has changed the template in the meantime."


def _conflict_message(conflict: refusals.StageConflict) -> str:
    match conflict.reason:
        case "ats_changed":
            return "The conflict with the ATS was settled in the meantime, or the ATS has moved the application on."
        case "job_closed":
            return "Its job is closed: nobody else is hired for it."
        case reason:
            return f"The application has been {reason} in the meantime."


def _public_id(refusal: refusals.NotFound) -> strawberry.ID:
    """Services name a thing by its UUID; clients never see those."""
    try:
        return global_id(Kind("".join(refusal.what.title().split())), UUID(refusal.id))
    except ValueError:
        return strawberry.ID(refusal.id)
