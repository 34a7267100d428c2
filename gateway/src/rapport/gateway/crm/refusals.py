"""Why a note was not changed."""

from rapport.contracts import refusals
from rapport.gateway.graph.contract_types import exposes
from rapport.gateway.graph.refusals import Refusal


@exposes(
    refusals.NoteState,
    version="What to send as `expectedVersion` to change it all the same.",
    body="What it says: plain text.",
    visibility="Who may read it.",
    edited_at="When it was last changed, if it was.",
)
class NoteState:
    """A note of yours as it was when a change to it was refused."""


@exposes(refusals.NoteConflict, current="What it says now.")
class NoteConflict(Refusal):
    """The note is not the one you saw: it was changed in another window or on another device."""
