"""Messages made into renderer, each with its own way to say "no more"."""

from datetime import datetime

from rapport.kit.web.links import Links
from rapport.kit.web.templates import Templates
from rapport.outreach.channels.email.compose import RenderedEmail
from rapport.outreach.store.messages import Claimed


class EmailRenderer:
    """Writes the renderer of messages."""

    def __init__(self, pages: Templates, links: Links, public_url: str) -> None:
        """``links`` are for unsubscribing, below ``public_url``."""
        self._pages = pages
        self._links = links
        self._public_url = public_url.rstrip("/")

    def render(self, org_id: str, message: Claimed, *, at: datetime) -> RenderedEmail:
        """The email of a message. It holds a secret link: it is sent, and neither kept nor logged."""
        url = f"{self._public_url}/u/{self._links.token(org_id, message.id)}"
        paragraphs = [paragraph.splitlines() for paragraph in message.body.split("\n\n") if paragraph.strip()]
        return RenderedEmail(
            mail_id=message.mail_id,
            sender=(message.from_name, message.from_address),
            recipient=(message.to_name, message.to_address),
            subject=message.subject,
            text=self._pages.text("message.txt", body=message.body, unsubscribe_url=url),
            html=self._pages.text("message.html", paragraphs=paragraphs, unsubscribe_url=url),
            date=at,
            earlier=message.earlier_mail_ids,
            unsubscribe_url=url,
        )
