"""Who looks after people: their recruiters and coordinators, as the ATS has them."""

from typing import ClassVar
from uuid import UUID

from rapport.contracts.authorisation import ASSIGN_PEOPLE, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import Result
from rapport.contracts.vocabulary import Responsibility


class Assigned(Result):
    """Who looks after a person now."""

    person_id: UUID
    recruiter_id: UUID | None
    coordinator_id: UUID | None


class AssignPerson(PipelineRequest[Assigned]):
    """Make a user a person's recruiter or coordinator, or nobody; provided it is still who the viewer saw.

    The ATS is asked first: nothing is changed here unless it has changed it. Repeating it changes nothing.
    """

    rule: ClassVar[Rule] = ASSIGN_PEOPLE

    person_id: UUID
    responsibility: Responsibility
    user_id: UUID | None
    """Who is to; null for nobody."""
    seen_user_id: UUID | None
    """Who was, as the viewer saw it."""
