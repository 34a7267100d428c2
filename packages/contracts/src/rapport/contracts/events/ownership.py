"""Events about who is in touch with a person."""

from typing import ClassVar
from uuid import UUID

from rapport.contracts.events.envelope import EventData


class OwnershipRequested(EventData):
    """A user asked the owner of a person to hand the person over."""

    type: ClassVar[str] = "outreach.ownership.requested.v1"

    person_id: UUID
    owner_id: UUID
    requested_by: UUID


class OwnershipAnswered(EventData):
    """The owner answered such a request; if they accepted, a takeover was recorded with it."""

    type: ClassVar[str] = "outreach.ownership.answered.v1"

    person_id: UUID
    owner_id: UUID
    requested_by: UUID
    accepted: bool


class OwnershipTakenOver(EventData):
    """A person has another owner. ``request_id``: of the request that was accepted, if it was one."""

    type: ClassVar[str] = "outreach.ownership.taken_over.v1"

    person_id: UUID
    user_id: UUID
    previous_user_id: UUID | None = None
    request_id: UUID | None = None
