"""What is known of people beside their record: jobs held, education and files."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from rapport.contracts.authorisation import SEE_JOBS, Rule
from rapport.contracts.biography import Attachment, Education, Employment
from rapport.contracts.identity import OrgId
from rapport.contracts.pipeline.request import PipelineRequest
from rapport.contracts.requests import MAX_IDS, Result


class PersonProfile(Result):
    """What the ATS knows of a person beside their record; at most 50 of each list."""

    person_id: UUID
    employments: tuple[Employment, ...]
    """The present jobs first, then the one that ended last."""
    educations: tuple[Education, ...]
    """The present one first, then the one that ended last."""
    attachments: tuple[Attachment, ...] = ()
    """Those that everybody who sees the person may open, the newest first."""


class PersonProfiles(Result):
    items: tuple[PersonProfile, ...]


class GetProfiles(PipelineRequest[PersonProfiles]):
    """The profiles of these people; those unknown or not visible to the viewer are left out. In no particular order."""

    rule: ClassVar[Rule] = SEE_JOBS

    ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)


class AttachmentLink(Result):
    """An address from which the browser of one user gets a file, for some minutes."""

    url: str
    expires_at: datetime


class CreateAttachmentLink(PipelineRequest[AttachmentLink]):
    """A link to a file about a person, for the viewer; not found if they do not see the person or may not open it."""

    rule: ClassVar[Rule] = SEE_JOBS

    attachment_id: UUID


class LinkReviewedAttachment(PipelineRequest[AttachmentLink]):
    """A link to a file that was put before a reviewer, who need not see the person otherwise.

    For the reviews service, which knows that a review shows the file to this reviewer; nobody else may ask.
    """

    anonymous: ClassVar[bool] = True

    org_id: OrgId
    attachment_id: UUID
    reviewer_id: UUID
