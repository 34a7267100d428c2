"""The vocabulary of hiring that events and requests share."""

from enum import StrEnum


class StageKind(StrEnum):
    """What a stage is for, whatever the account calls it; metrics use the kind. In funnel order."""

    CONTACTED = "contacted"
    REPLIED = "replied"
    APPLIED = "applied"
    SCREEN = "screen"
    INTERVIEW = "interview"
    ONSITE = "onsite"
    OFFER = "offer"
    HIRED = "hired"

    @property
    def rank(self) -> int:
        """Position in the funnel, from 0."""
        return _RANKS[self]


_RANKS = {kind: rank for rank, kind in enumerate(StageKind)}


class ApplicationStatus(StrEnum):
    ACTIVE = "active"
    REJECTED = "rejected"
    HIRED = "hired"
    WITHDRAWN = "withdrawn"


class JobStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Origin(StrEnum):
    """How an application came about, whatever the account calls its source."""

    APPLIED = "applied"
    SOURCED = "sourced"
    REFERRAL = "referral"
    AGENCY = "agency"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class SyncState(StrEnum):
    """Where an application stands between Rapport and the ATS.

    ``pending``: moved here, not yet confirmed there. ``conflicted``: the two disagree, and both values are kept.
    """

    SYNCED = "synced"
    PENDING = "pending"
    CONFLICTED = "conflicted"


class TransitionKind(StrEnum):
    """What one entry of an application's history says."""

    RECEIVED = "received"
    MOVED = "moved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HIRED = "hired"
    REOPENED = "reopened"


class RemovalReason(StrEnum):
    """Why an application is no longer there.

    ``deleted``: the ATS says so. ``absent``: a comparison found that the ATS does not have it. ``person_deleted``: it
    went with its person.
    """

    DELETED = "deleted"
    ABSENT = "absent"
    PERSON_DELETED = "person_deleted"


class PersonEnd(StrEnum):
    """Why what identifies a person is gone.

    ``deleted``, ``anonymized``: the ATS says so. ``absent``: a comparison found that the ATS does not have them.
    """

    DELETED = "deleted"
    ANONYMIZED = "anonymized"
    ABSENT = "absent"


class PersonField(StrEnum):
    """What is known of a person, as far as it can be erased separately."""

    NAME = "name"
    EMAILS = "emails"
    PHONES = "phones"
    TITLE = "title"
    COMPANY = "company"
    LOCATION = "location"
    LINKS = "links"
    TAGS = "tags"
    CORRESPONDENCE = "correspondence"
    """What was written to them."""


class TeamRole(StrEnum):
    """A user's part in one job's hiring team."""

    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring_manager"
    COORDINATOR = "coordinator"
    SOURCER = "sourcer"


class ReviewStatus(StrEnum):
    """Where a review request stands. ``in_progress``: there is a verdict."""

    SENT = "sent"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether verdicts may still be given and changed."""
        return self in (ReviewStatus.SENT, ReviewStatus.IN_PROGRESS)


class Verdict(StrEnum):
    """What a reviewer says of a person. ``skipped``: they do not want to judge."""

    APPROVED = "approved"
    REJECTED = "rejected"
    STARRED = "starred"
    SKIPPED = "skipped"


class VerdictChange(StrEnum):
    """What a reviewer changed. ``note_edited``: only the note, or who may read it; the verdict is the same."""

    GIVEN = "given"
    CHANGED_MIND = "changed_mind"
    NOTE_EDITED = "note_edited"
    TAKEN_BACK = "taken_back"


class NoteVisibility(StrEnum):
    """Who may read a note: everybody who sees the person, the job's hiring team, or only its author."""

    PUBLIC = "public"
    HIRING_TEAM = "hiring_team"
    PRIVATE = "private"


class NotificationKind(StrEnum):
    """Why a user is written to."""

    REVIEW_REQUESTED = "review_requested"
    REVIEW_DUE_SOON = "review_due_soon"
    REVIEW_OVERDUE = "review_overdue"
    REVIEW_REMINDER = "review_reminder"
    """A user who manages the review requested it."""
    REVIEW_COMPLETED = "review_completed"


class Channel(StrEnum):
    """How a message reaches a person."""

    EMAIL = "email"


class MessageState(StrEnum):
    """Where a message stands.

    ``claimed``: being sent now. ``in_doubt``: it may have been sent, and is not retried automatically; a human decides.
    ``failed``: it was not sent and will not be, see the reason. ``bounced``: it was sent and came back.
    """

    SCHEDULED = "scheduled"
    CLAIMED = "claimed"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    CANCELLED = "cancelled"


class Blocker(StrEnum):
    """Why a message cannot be sent: for now (it waits), or for good (it failed)."""

    GRANT_MISSING = "grant_missing"
    """Waits: the owner of the mailbox has not granted it, or no longer does."""
    MAILBOX_MISSING = "mailbox_missing"
    """Waits: the sender has no mailbox."""
    SENDER_CAP = "sender_cap"
    """Waits: this mailbox has reached its daily cap."""
    SPACING = "spacing"
    """Waits: this mailbox has just sent something."""
    PERSON_CAP = "person_cap"
    """Waits: the person has reached the cap of messages."""
    UNREACHABLE = "unreachable"
    """Waits: the mail server is unavailable or defers; after five days, for good."""
    SUPPRESSED = "suppressed"
    """For good: the person or the address must not be written to."""
    NO_CONSENT = "no_consent"
    """For good: the person has not agreed to be written to by mail."""
    NO_ADDRESS = "no_address"
    """For good: no address is known any more, or the person is gone."""
    REFUSED = "refused"
    """For good: the mail server rejected it."""
    REPLIED = "replied"
    """For good: the person has replied since it was written."""


class SuppressionReason(StrEnum):
    """Why a person or an address must not be written to."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    DO_NOT_CONTACT = "do_not_contact"
    COMPLAINED = "complained"
    """A message was called spam, by the person or by a machine for them: admins may lift it."""
    ERASED = "erased"
    """The person was erased; nobody with one of their addresses is written to."""


class ReplyKind(StrEnum):
    """Who answered: the person, or a machine on their behalf (an out-of-office reply)."""

    PERSONAL = "personal"
    AUTOMATIC = "automatic"
