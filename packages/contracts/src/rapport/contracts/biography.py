"""What people did before, and files about them: as pipeline knows it and reviews keep it."""

from datetime import date, datetime
from uuid import UUID

from rapport.contracts.requests import Result
from rapport.contracts.vocabulary import AttachmentKind


class Employment(Result):
    """A job that a person holds, or held."""

    company: str | None
    title: str | None
    started_on: date | None
    """The day it began; the ATS may know the month or the year only, and name its first day."""
    ended_on: date | None
    """The day it ended; null for a job that they still hold, or if the ATS does not say."""


class Education(Result):
    """What a person studied, and where."""

    school: str | None
    degree: str | None
    discipline: str | None
    started_on: date | None
    """The day it began; the ATS may know the month or the year only, and name its first day."""
    ended_on: date | None
    """The day it ended; null while it lasts, or if the ATS does not say."""


class Attachment(Result):
    """A file about a person. A link to it is created when somebody opens it."""

    id: UUID
    name: str
    kind: AttachmentKind
    added_at: datetime


class AttachmentLink(Result):
    """An address from which the browser of one user gets a file, for some minutes."""

    url: str
    expires_at: datetime
