"""Events about check-ins: a job's team looks at the job together, and agrees on what to do until the next time."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from rapport.contracts.events.envelope import EventData
from rapport.contracts.vocabulary import AgreedActionChange


class CheckInHeld(EventData):
    """A check-in on a job ended: what comes after it is what the next one begins with."""

    type: ClassVar[str] = "pipeline.check_in.held.v1"

    job_id: UUID
    held_by: UUID


class AgreedActionChanged(EventData):
    """An action was agreed on for a job, changed, done, removed, or is open again; its text is in no event."""

    type: ClassVar[str] = "pipeline.agreed_action.changed.v1"

    change: AgreedActionChange
    job_id: UUID
    owner_id: UUID
    previous_owner_id: UUID | None = None
    """Whose it was; absent unless it is somebody else's now."""
    due_on: date
