"""Message templates: texts in which tokens are filled in for each message."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from rapport.contracts.authorisation import KEEP_TEMPLATES, READ_MESSAGES, USE_TEMPLATES, WRITE_TEMPLATES, Rule
from rapport.contracts.outreach.messages import Messages, Subject
from rapport.contracts.outreach.request import OutreachRequest
from rapport.contracts.refusals import FieldProblem
from rapport.contracts.requests import MAX_IDS, Result
from rapport.contracts.text import CLEANED
from rapport.contracts.vocabulary import Blocker, TemplateKind, TemplateToken

MAX_TEMPLATES = 200
"""Templates of an organisation, and of a user, that are not archived."""
MAX_TEMPLATE_NAME = 100
"""Characters."""
MAX_TEMPLATE_BODY = 10_000
"""Characters; filled in, it stays within ``MAX_BODY``."""

MAX_REJECTION_MAILS = 500
"""The most rejections of one action."""

TemplateName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=MAX_TEMPLATE_NAME, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
    CLEANED,
]
TemplateBody = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEMPLATE_BODY), CLEANED
]


class Template(Result):
    """A message template, in its newest version."""

    id: UUID
    kind: TemplateKind
    owner_id: UUID | None
    """Whose it is; null if it is the organisation's."""
    name: str
    subject: str
    """With tokens, as ``{{ job_title }}`` or ``{{ candidate_first_name | default("there") }}``."""
    body: str
    """With tokens, as the subject."""
    version: int
    saved_at: datetime
    saved_by: UUID
    archived_at: datetime | None
    editable: bool
    """Whether the viewer may change it."""


class Templates(Result):
    """By name."""

    items: tuple[Template, ...]


class TemplateResult(Result):
    """A template as it is now."""

    template: Template


class RenderedTemplate(Result):
    """A template filled in; a token without a value and without a default stands there as it is written."""

    subject: str
    body: str
    missing: tuple[TemplateToken, ...]
    """The tokens that have neither a value nor a default: with any of them, nothing is sent."""
    problems: tuple[FieldProblem, ...] = ()
    """Why the subject or the body is no template; both are empty then."""
    version: int | None = None
    """Of the template; null for a text that is not stored."""
    to_address: str | None = None
    """Where a mail would go; null if there is nobody, or no address of theirs that mail can be sent to."""
    blocker: Blocker | None = None
    """What would keep it from the person now, as the mail of their rejection; null if nothing would."""
    has_mailbox: bool = True
    """Whether mail can be sent from the viewer's mailbox; if not, it would wait until it can."""


class GetTemplates(OutreachRequest[Templates]):
    """The organisation's templates and the viewer's own."""

    rule: ClassVar[Rule] = USE_TEMPLATES

    kind: TemplateKind | None = None
    include_archived: bool = False


class CreateTemplate(OutreachRequest[TemplateResult]):
    """Add a template. Repeating it under the same key adds one."""

    rule: ClassVar[Rule] = WRITE_TEMPLATES

    kind: TemplateKind
    template_name: TemplateName
    subject: Subject
    body: TemplateBody
    shared: bool = False
    """The organisation's, which admins and recruiters may add; else the viewer's own."""


class UpdateTemplate(OutreachRequest[TemplateResult]):
    """Change a template that nobody has changed since; what was scheduled with it before stays as it is."""

    rule: ClassVar[Rule] = KEEP_TEMPLATES

    template_id: UUID
    expected_version: int
    """The version that the viewer saw."""
    template_name: TemplateName
    subject: Subject
    body: TemplateBody


class ArchiveTemplate(OutreachRequest[TemplateResult]):
    """Offer a template no longer, or offer it again."""

    rule: ClassVar[Rule] = KEEP_TEMPLATES

    template_id: UUID
    archived: bool = True


class RenderTemplate(OutreachRequest[RenderedTemplate]):
    """A template as it would go from the viewer to the person of an application."""

    rule: ClassVar[Rule] = USE_TEMPLATES

    template_id: UUID
    template_version: int | None = Field(default=None, ge=1)
    """The newest if absent."""
    application_id: UUID


class UnsendableMail(Result):
    """Why the mail of a rejection cannot go to the person of an application."""

    application_id: UUID
    missing: tuple[TemplateToken, ...]
    """The tokens that have neither a value nor a default."""
    no_address: bool
    """Whether no address of theirs is known that mail can be sent to."""
    blocker: Blocker | None = None
    """What keeps every message from the person for good; null if nothing does."""


class RejectionMailsCheck(Result):
    """To whom of many the mail of a rejection cannot go, in the order of the request."""

    sendable: int
    """To how many it can."""
    unsendable: tuple[UnsendableMail, ...]


class CheckRejectionMails(OutreachRequest[RejectionMailsCheck]):
    """Whether a template can be sent from the viewer to the people of these applications, as far as they see them."""

    rule: ClassVar[Rule] = USE_TEMPLATES

    template_id: UUID
    template_version: int | None = Field(default=None, ge=1)
    """The newest if absent."""
    application_ids: tuple[UUID, ...] = Field(min_length=1, max_length=MAX_REJECTION_MAILS)


class PreviewTemplate(OutreachRequest[RenderedTemplate]):
    """A text that is being written, filled in for an application, or with examples."""

    rule: ClassVar[Rule] = WRITE_TEMPLATES

    subject: Subject
    body: TemplateBody
    application_id: UUID | None = None


class GetRejectionMails(OutreachRequest[Messages]):
    """The messages about the newest rejection of each of these applications, as far as the viewer may see them."""

    rule: ClassVar[Rule] = READ_MESSAGES

    application_ids: tuple[UUID, ...] = Field(max_length=MAX_IDS)
