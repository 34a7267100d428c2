"""Why a review or a verdict was not changed."""

from rapport.contracts import refusals
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.refusals import Refusal


@exposes(
    refusals.VerdictState,
    verdict="What you say now.",
    note="Your note.",
    visibility="Who may read it.",
    given_at="When you said it.",
    version="What to send as `expectedVersion` to replace it.",
)
class VerdictState:
    """Your verdict as it was when a change to it was refused."""


@exposes(refusals.VerdictConflict, current="Your verdict as it is now; null if you have taken it back, or given none.")
class VerdictConflict(Refusal):
    """Your verdict is not the one you saw: it was changed in another window or on another device."""


@exposes(
    refusals.ReviewState,
    version="What to send as `expectedVersion` to amend it all the same.",
    note="The note to the reviewers.",
    due_at="By when verdicts are wanted.",
)
class ReviewState:
    """A review as it was when an amendment was refused."""


@exposes(refusals.ReviewConflict, current="What it says now.")
class ReviewConflict(Refusal):
    """Someone has changed the same part of the review since you saw it."""
