"""Whether people can be written to."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import WRITE_TO_PEOPLE, Rule
from rapport.contracts.outreach.ownership import Ownership
from rapport.contracts.outreach.request import OutreachRequest
from rapport.contracts.requests import MAX_IDS, Result
from rapport.contracts.vocabulary import Blocker


class Contactability(Result):
    """Whether the viewer can write to a person by mail now, from their own mailbox.

    At the address that a message without one goes to.
    """

    person_id: UUID
    blocker: Blocker | None
    """What would keep a message from being sent now: `SUPPRESSED`, `NO_ADDRESS`, `NO_CONSENT`, `OWNED`
    or `PERSON_CAP`."""
    until: datetime | None
    """When it no longer does, if that is known: with `OWNED` and `PERSON_CAP`."""
    ownership: Ownership | None = None
    """Who is in touch with the person, also if it is the viewer; null if nobody is."""


class Contactabilities(Result):
    items: tuple[Contactability, ...]


class GetContactability(OutreachRequest[Contactabilities]):
    """Whether these people can be written to; those hidden from the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = WRITE_TO_PEOPLE

    person_ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
