"""Mails by which a user asks another for something. They name no candidate."""

from email.errors import HeaderParseError
from email.headerregistry import Address
from uuid import UUID

from rapport.contracts.identity import Viewer
from rapport.contracts.pipeline import User
from rapport.contracts.reviews import Notification
from rapport.contracts.text import one_line
from rapport.kit.web.templates import Templates
from rapport.outreach.domain.message import sendable_address
from rapport.outreach.pipeline_client import PipelineClient


async def find_both(
    pipeline: PipelineClient, viewer: Viewer, owner_id: UUID, author_id: UUID
) -> tuple[User, User] | None:
    """Who is asked, and who asks; None if one of the two has left.

    Raises:
        ServiceUnavailableError: pipeline does not answer.
        ServiceFailedError: pipeline failed.
    """
    users = await pipeline.users(viewer, (owner_id, author_id))
    owner, author = users.get(owner_id), users.get(author_id)
    return (owner, author) if owner and owner.active and author and author.active else None


def written(
    pages: Templates, template: str, owner: User, author: User, *, asks: str, **values: str | None
) -> Notification:
    """The mail to the owner; an answer goes to the author.

    Args:
        pages: the texts.
        template: the name of the text, once as plain text and once as HTML.
        owner: who is asked.
        author: who asks.
        asks: what for: the subject after the author's name.
        values: further values of the template.
    """
    name, to = one_line(author.name), one_line(owner.name)
    return Notification(
        to_address=owner.email,
        to_name=to,
        reply_to=_mailbox(name, author.email),
        subject=f"{name} {asks}",
        text=pages.text(f"{template}.txt", owner=to, author=name, **values),
        html=pages.text(f"{template}.html", owner=to, author=name, **values),
    )


def _mailbox(name: str, address: str) -> str | None:
    """``name <address>`` as a header holds it; None if there is no answering this address."""
    usable = sendable_address(address)
    try:
        return str(Address(name, addr_spec=usable)) if usable else None
    except (HeaderParseError, ValueError, IndexError):
        return None
