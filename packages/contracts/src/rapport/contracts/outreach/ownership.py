"""Who is in touch with a person, and how somebody else comes to be."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from rapport.contracts.authorisation import (
    ANSWER_TAKEOVERS,
    EVERYBODY,
    SET_OWNERSHIP_RULES,
    TAKE_PEOPLE_OVER,
    WRITE_TO_PEOPLE,
    Rule,
)
from rapport.contracts.outreach.request import OutreachRequest
from rapport.contracts.requests import Result
from rapport.contracts.text import CLEANED

MAX_REASON = 500
"""Characters of why somebody takes a person over, or asks to."""
MAX_RULES = 10
"""Messages that can have a number of days of their own."""
MAX_DAYS = 365
"""Days that one message can keep others away."""

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REASON), CLEANED]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_REASON), CLEANED]


class TakeoverRequest(Result):
    """Somebody asks the owner of a person to hand the person over; nobody has answered yet."""

    id: UUID
    person_id: UUID
    requested_by: UUID
    requested_at: datetime
    note: str
    """What they wrote; empty if nothing."""


class Ownership(Result):
    """Who is in touch with a person: until then, nobody else writes to them."""

    person_id: UUID
    user_id: UUID
    since: datetime
    """Since the first of their messages, or since they took the person over."""
    until: datetime
    messages: int
    """How many of their messages went out since then."""
    days: int
    """The rule: so many days after the last of these messages, or after the takeover."""
    takeover_requests: tuple[TakeoverRequest, ...]
    """Those that wait for an answer, the oldest first: all for the owner, of the others for who asked."""


class OwnershipResult(Result):
    """Who owns a person now; null if nobody does."""

    ownership: Ownership | None


class RequestTakeover(OutreachRequest[OwnershipResult]):
    """Ask the owner of a person to hand the person over; they are written to. Repeating it asks once."""

    rule: ClassVar[Rule] = WRITE_TO_PEOPLE

    person_id: UUID
    reason: Note = ""


class AnswerTakeover(OutreachRequest[OwnershipResult]):
    """Hand a person over to who asked, or decline. For the owner."""

    rule: ClassVar[Rule] = ANSWER_TAKEOVERS

    takeover_request_id: UUID
    accept: bool


class TakeOver(OutreachRequest[OwnershipResult]):
    """Become the owner of a person, whoever it is now. For admins; recorded with the reason."""

    rule: ClassVar[Rule] = TAKE_PEOPLE_OVER

    person_id: UUID
    reason: Reason


class OwnershipRules(Result):
    """For how many days the first, second, … message of a user keeps others away from its person."""

    days: tuple[int, ...]
    """The last one holds for all further messages as well; none of them: nobody owns anybody."""


class GetOwnershipRules(OutreachRequest[OwnershipRules]):
    """The rules in force."""

    rule: ClassVar[Rule] = EVERYBODY


class SetOwnershipRules(OutreachRequest[OwnershipRules]):
    """Replace the rules; they hold for what was sent before as well. For admins."""

    rule: ClassVar[Rule] = SET_OWNERSHIP_RULES

    days: tuple[Annotated[int, Field(ge=1, le=MAX_DAYS)], ...] = Field(max_length=MAX_RULES)
    """None shorter than the one before it: a further message never gives a person away."""
