"""What is known of people beside their record: jobs held, education and files."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import CHOOSE_CUSTOM_FIELDS, SEE_APPLICATIONS, Rule
from rapport.contracts.biography import Attachment, AttachmentLink, Education, Employment
from rapport.contracts.identity import OrgId
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.pipeline.users import User
from rapport.contracts.requests import MAX_IDS, Result
from rapport.contracts.vocabulary import WebLinkKind


class WebLink(Result):
    """A page on the web that is about a person."""

    url: str
    kind: WebLinkKind


class CustomFieldValue(Result):
    """What a record says in one of the account's own fields."""

    name: str
    value: str


class PersonProfile(Result):
    """What the ATS knows of a person beside their record; at most 50 of each list."""

    person_id: UUID
    employments: tuple[Employment, ...]
    """The present jobs first, then the one that ended last."""
    educations: tuple[Education, ...]
    """The present one first, then the one that ended last."""
    attachments: tuple[Attachment, ...] = ()
    """Those that everybody who sees the person may open, the newest first."""
    web_links: tuple[WebLink, ...] = ()
    custom_fields: tuple[CustomFieldValue, ...] = ()
    """Those that an admin chose to show, by name."""
    recruiter: User | None = None
    """Responsible for the person."""
    coordinator: User | None = None
    """Schedules their interviews."""
    is_private: bool = False
    """Only those who work on them see them."""


class PersonProfiles(Result):
    items: tuple[PersonProfile, ...]


class GetProfiles(PipelineRequest[PersonProfiles]):
    """The profiles of these people; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class CustomField(Result):
    """A field that the account made up for people."""

    id: UUID
    name: str
    shown: bool
    """Whether everybody who sees a person sees it."""


class CustomFields(Result):
    """By name."""

    items: tuple[CustomField, ...]


class GetCustomFields(PipelineRequest[CustomFields]):
    """The fields that can be shown; not those that the ATS shows to some of its users only. For admins."""

    rule: ClassVar[Rule] = CHOOSE_CUSTOM_FIELDS


class ChooseCustomFields(PipelineRequest[CustomFields]):
    """Show exactly these fields of people from now on. For admins; unknown ones are left out."""

    rule: ClassVar[Rule] = CHOOSE_CUSTOM_FIELDS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class CreateAttachmentLink(PipelineRequest[AttachmentLink]):
    """A link to a file about a person, for the viewer; not found if they do not see the person or may not open it."""

    rule: ClassVar[Rule] = SEE_APPLICATIONS

    attachment_id: UUID


class LinkReviewedAttachment(PipelineRequest[AttachmentLink]):
    """A link to a file that was put before a reviewer, who need not see the person otherwise.

    For the reviews service, which knows that a review shows the file to this reviewer; nobody else may ask.
    """

    anonymous: ClassVar[bool] = True

    org_id: OrgId
    attachment_id: UUID
    reviewer_id: UUID
