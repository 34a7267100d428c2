"""People who may be one: for users to decide."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from rapport.contracts.authorisation import MERGE_PEOPLE, Rule
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import Page, Result
from rapport.contracts.vocabulary import DuplicateReason


class ProbableDuplicate(Result):
    """Two people who may be one."""

    id: UUID
    person_id: UUID
    other_id: UUID
    reason: DuplicateReason
    """Why."""
    score: float
    """How likely they are one, from 0 to 1."""
    found_at: datetime


class ProbableDuplicateEdge(Result):
    cursor: tuple[str, ...]
    node: ProbableDuplicate


class ProbableDuplicatePage(Result):
    edges: tuple[ProbableDuplicateEdge, ...]
    has_next: bool
    total: int | None
    """How many there are; null unless it was asked for."""


class GetProbableDuplicates(PipelineRequest[ProbableDuplicatePage]):
    """The pairs that nobody has decided about, the likeliest first."""

    rule: ClassVar[Rule] = MERGE_PEOPLE

    include_total: bool = False
    page: Page = Page()


class KeptApart(Result):
    """Somebody decided about a pair that they are two, or took that back."""

    duplicate_id: UUID


class KeepApart(PipelineRequest[KeptApart]):
    """Two people are two: they are not shown as probable duplicates again. They can still be merged."""

    rule: ClassVar[Rule] = MERGE_PEOPLE

    duplicate_id: UUID
    apart: bool = True
    """False to take it back."""
