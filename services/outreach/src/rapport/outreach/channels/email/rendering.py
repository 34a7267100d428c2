"""Messages and notifications rendered as mails."""

from datetime import UTC, datetime
from email.utils import parseaddr

from rapport.contracts.addresses import domain_of
from rapport.kit.web.links import Links
from rapport.kit.web.templates import Templates
from rapport.outreach.channels.email.accounts import Account
from rapport.outreach.channels.email.compose import RenderedEmail
from rapport.outreach.channels.transport import OutboundNotification
from rapport.outreach.domain.message import sendable_address
from rapport.outreach.store.messages import Claimed


class EmailRenderer:
    """Renders the messages of one organisation, each with its own unsubscribe link."""

    def __init__(self, org_id: str, pages: Templates, links: Links, public_url: str) -> None:
        """``links`` are for unsubscribing, below ``public_url``."""
        self._org_id = org_id
        self._pages = pages
        self._links = links
        self._public_url = public_url.rstrip("/")

    def render(self, message: Claimed) -> RenderedEmail:
        """The mail of a message. It holds a secret link: it is sent, and neither stored nor logged."""
        url = f"{self._public_url}/u/{self._links.token(self._org_id, message.id)}"
        paragraphs = [paragraph.splitlines() for paragraph in message.body.split("\n\n") if paragraph.strip()]
        return RenderedEmail(
            mail_id=message.mail_id,
            sender=(message.from_name, message.from_address),
            recipient=(message.to_name, message.to_address),
            subject=message.subject,
            text=self._pages.text("message.txt", body=message.body, unsubscribe_url=url),
            html=self._pages.text("message.html", paragraphs=paragraphs, unsubscribe_url=url),
            date=datetime.now(UTC),
            earlier=message.earlier_mail_ids,
            unsubscribe_url=url,
        )


class NotificationRenderer:
    """Renders the notifications of one organisation, which come from its declared sender."""

    def __init__(self, account: Account) -> None:
        """``account`` declares the sender."""
        self._account = account

    def render(self, notification: OutboundNotification) -> RenderedEmail:
        """The mail of a notification; sent again, it has the same Message-ID."""
        _, address = sender = self._account.notifications_sender
        content = notification.content
        return RenderedEmail(
            mail_id=f"<{notification.id.hex}@{domain_of(address)}>",
            sender=sender,
            recipient=(content.to_name, content.to_address),
            subject=content.subject,
            text=content.text,
            html=content.html,
            date=datetime.now(UTC),
            reply_to=_mailbox(content.reply_to),
            automatic=True,
        )


def _mailbox(written: str | None) -> tuple[str, str] | None:
    """Name and address; None if replies cannot reach it, which is no reason to hold the notification back."""
    name, written_address = parseaddr(written or "")
    address = sendable_address(written_address)
    return (name, address) if address else None
