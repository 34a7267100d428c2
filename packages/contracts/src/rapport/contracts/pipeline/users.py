"""The organisation's directory: who its users are, and who a verified token belongs to."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.addresses import ComparableAddress
from rapport.contracts.authorisation import EVERYBODY, Rule
from rapport.contracts.identity import OrgId, Viewer
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import MAX_IDS, Page, Result
from rapport.contracts.text import CleanText


class ViewerIdentity(Result):
    """The user behind a verified token."""

    viewer: Viewer
    name: str
    email: str


class IdentifyViewer(PipelineRequest[ViewerIdentity]):
    """Who in this organisation's directory has this verified e-mail address?"""

    anonymous: ClassVar[bool] = True

    org_id: OrgId
    email: ComparableAddress


class User(Result):
    id: UUID
    name: str
    email: str
    active: bool = True
    """Whether they still belong to the organisation."""


class Users(Result):
    items: tuple[User, ...]


class UserEdge(Result):
    cursor: tuple[str, ...]
    node: User


class UserPage(Result):
    edges: tuple[UserEdge, ...]
    has_next: bool


class GetUsers(PipelineRequest[UserPage]):
    """The organisation's active users by name; optionally those whose name or address holds a text."""

    rule: ClassVar[Rule] = EVERYBODY

    containing: CleanText | None = Field(default=None, max_length=100)
    in_ats: bool | None = None
    """Only those whom the ATS knows, or only those who were invited here."""
    page: Page = Page()


class GetUsersByIds(PipelineRequest[Users]):
    """These users, active ones and former ones; those unknown are left out. In no particular order."""

    rule: ClassVar[Rule] = EVERYBODY

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
