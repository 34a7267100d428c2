"""Who found people: profiles that users viewed, and people whom they added."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, StringConstraints

from rapport.contracts.authorisation import COUNT_SOURCING, RECORD_SOURCING, Rule
from rapport.contracts.pipeline.crm import MAX_CONTACT, PersonText
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import Result
from rapport.contracts.text import CLEANED
from rapport.contracts.vocabulary import SourcingKind

_ProfileUrl = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_CONTACT), CLEANED]


class RecordedSourcing(Result):
    """What was recorded, or had been before."""

    kind: SourcingKind
    person_id: UUID | None
    """Whose profile it is; None for a profile that was viewed and belongs to nobody who is known."""
    recorded: bool
    """False if the same user had done the same for the same job before."""
    occurred_at: datetime
    """When it was done first."""


class RecordSourcingActivity(PipelineRequest[RecordedSourcing]):
    """The viewer looked at somebody's profile, or adds them. The same for the same job counts once.

    Adding somebody who is not known yet creates them, with what is given here.
    """

    rule: ClassVar[Rule] = RECORD_SOURCING

    kind: SourcingKind
    profile_url: _ProfileUrl
    """The profile's address on the web, by which people are recognised."""
    job_id: UUID | None = None
    """For which job."""
    occurred_at: AwareDatetime | None = None
    """Now, if left out; never later."""
    first_name: PersonText = ""
    last_name: PersonText = ""
    title: PersonText | None = None
    company: PersonText | None = None
    location: PersonText | None = None


class SourcingCounts(Result):
    """What a user did to find people in a period, for one job or all together."""

    profiles_viewed: int
    """Profiles that they looked at for the first time in the period; each once."""
    people_added: int
    """People whom they added, each once."""
    first_messages: int
    """People to whom they sent their first message."""
    follow_ups: int
    """Messages that they sent after their first one to the same person."""
    replies: int
    """Replies by people, and not by machines, to what they wrote."""
    converted: int
    """Applications that began, of people whom they had added or written to before."""


class GetSourcingActivity(PipelineRequest[SourcingCounts]):
    """What a user did to find people, from ``since`` up to but without ``until``."""

    rule: ClassVar[Rule] = COUNT_SOURCING

    user_id: UUID
    job_id: UUID | None = None
    since: AwareDatetime
    until: AwareDatetime
