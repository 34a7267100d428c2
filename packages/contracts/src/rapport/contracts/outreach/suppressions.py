"""The suppression ledger: who must not be written to."""

from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from rapport.contracts.authorisation import (
    KEEP_SUPPRESSIONS,
    LIFT_SUPPRESSIONS,
    SEE_SUPPRESSED_ADDRESSES,
    Rule,
)
from rapport.contracts.outreach.request import OutreachRequest
from rapport.contracts.requests import MAX_IDS, Page, Result
from rapport.contracts.vocabulary import SuppressionReason

UNDO_WITHIN = timedelta(minutes=10)
"""How long the user who recorded a suppression by mistake may lift it."""


class Suppression(Result):
    """An entry of the ledger of those who must not be written to."""

    id: UUID
    person_id: UUID | None
    address: str | None
    """The address, where only one is meant and it is still known."""
    whole_person: bool
    reason: SuppressionReason
    recorded_at: datetime
    recorded_by: UUID | None
    """The user, if it was one."""
    lifted_at: datetime | None
    version: int


class SuppressionEdge(Result):
    cursor: tuple[str, ...]
    node: Suppression


class SuppressionPage(Result):
    edges: tuple[SuppressionEdge, ...]
    has_next: bool


class GetSuppressions(OutreachRequest[SuppressionPage]):
    """The ledger, the newest entries first."""

    rule: ClassVar[Rule] = KEEP_SUPPRESSIONS

    person_id: UUID | None = None
    include_lifted: bool = False
    page: Page = Page()


class SuppressedAddresses(Result):
    """Those of the addresses in question that are suppressed, as they were given."""

    suppressed: tuple[str, ...]


class GetSuppressedAddresses(OutreachRequest[SuppressedAddresses]):
    """Which of these addresses must not be written to, whoever has them."""

    rule: ClassVar[Rule] = SEE_SUPPRESSED_ADDRESSES

    addresses: tuple[Annotated[str, StringConstraints(max_length=500)], ...] = Field(max_length=MAX_IDS)


class SuppressPerson(OutreachRequest[Suppression]):
    """Suppress a person: they are not written to any more, by any channel. Repeating it changes nothing."""

    rule: ClassVar[Rule] = KEEP_SUPPRESSIONS

    person_id: UUID


class LiftSuppression(OutreachRequest[Suppression]):
    """Lift a suppression; not one that the person asked for themselves.

    For admins, and within ``UNDO_WITHIN`` for the user who recorded it by mistake.
    """

    rule: ClassVar[Rule] = LIFT_SUPPRESSIONS

    suppression_id: UUID
