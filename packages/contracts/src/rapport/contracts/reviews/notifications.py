"""The texts of notifications, rendered when they are sent."""

from typing import ClassVar
from uuid import UUID

from rapport.contracts.identity import OrgId
from rapport.contracts.requests import Result
from rapport.contracts.reviews.request import ReviewsRequest


class Notification(Result):
    """A mail to a user, ready to be sent. It may hold a link that is a secret: it is never logged or kept."""

    to_address: str
    to_name: str
    reply_to: str | None = None
    """The requester, in mails to reviewers: ``name <address>``."""
    subject: str
    text: str
    html: str


class RenderNotification(ReviewsRequest[Notification]):
    """The text of a notification, as it is to be sent now; not found if it has become pointless."""

    anonymous: ClassVar[bool] = True

    org_id: OrgId
    notification_id: UUID
