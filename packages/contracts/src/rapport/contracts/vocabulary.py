"""The vocabulary of hiring that events and requests share."""

from enum import StrEnum


class StageKind(StrEnum):
    """What a stage is for, independent of its name in the account; metrics use the kind. In funnel order."""

    CONTACTED = "contacted"
    """The organisation wrote to the person first."""
    REPLIED = "replied"
    """The person has replied."""
    APPLIED = "applied"
    """The application was received."""
    SCREEN = "screen"
    """A first screening: of the résumé, or by telephone."""
    INTERVIEW = "interview"
    """Interviews, up to the final ones."""
    ONSITE = "onsite"
    """The final round of interviews."""
    OFFER = "offer"
    """An offer is being prepared or has been made."""
    HIRED = "hired"
    """The person was hired."""

    @property
    def rank(self) -> int:
        """Position in the funnel, from 0."""
        return _RANKS[self]

    @property
    def is_entered_by_moves(self) -> bool:
        """Whether applications are moved to such a stage; one is hired by closing it."""
        return self is not StageKind.HIRED


_RANKS = {kind: rank for rank, kind in enumerate(StageKind)}


class ApplicationStatus(StrEnum):
    """Open or closed, and how it was closed."""

    ACTIVE = "active"
    """Open: the person is being considered."""
    REJECTED = "rejected"
    """Closed by the organisation."""
    HIRED = "hired"
    """Closed: the person was hired."""
    WITHDRAWN = "withdrawn"
    """Closed by the person."""


class JobStatus(StrEnum):
    """Whether people are being hired for a job."""

    DRAFT = "draft"
    """Not opened yet."""
    OPEN = "open"
    """People are being hired for it."""
    CLOSED = "closed"
    """Filled, or no longer wanted."""


class PersonRecordState(StrEnum):
    """What became of the record of a person."""

    CURRENT = "current"
    """It is the record of a person."""
    MERGED = "merged"
    """The person turned out to be one with another record, which remains."""
    ERASED = "erased"
    """The person was erased: nothing that tells who they were remains."""


class JobSort(StrEnum):
    """What a list of jobs is sorted by."""

    OPENED = "opened"
    """When they were opened, or a draft was created: the latest first."""
    TITLE = "title"
    """The title, ignoring case and accents: from A to Z."""
    LAST_ACTIVITY = "last_activity"
    """When something last happened: the latest first."""
    ACTIVE_APPLICATIONS = "active_applications"
    """How many applications are under way: the most first."""


class Origin(StrEnum):
    """How an application came about, independent of the source's name in the account."""

    APPLIED = "applied"
    """The person applied themselves."""
    SOURCED = "sourced"
    """A user found the person."""
    REFERRAL = "referral"
    """A member of the organisation recommended the person."""
    AGENCY = "agency"
    """An agency proposed the person."""
    INTERNAL = "internal"
    """The person works for the organisation already."""
    UNKNOWN = "unknown"
    """The ATS does not say, or says something unknown."""


class SyncState(StrEnum):
    """Whether Rapport and the ATS agree about an application."""

    SYNCED = "synced"
    """Both agree."""
    PENDING = "pending"
    """Changed here, not yet confirmed by the ATS; usually for seconds, longer while the ATS is unavailable."""
    CONFLICTED = "conflicted"
    """The two disagree, and both values are kept."""


class TransitionKind(StrEnum):
    """What happened, in an entry of an application's history."""

    RECEIVED = "received"
    """The application was received."""
    MOVED = "moved"
    """It moved to another stage or job."""
    REJECTED = "rejected"
    """The organisation rejected it."""
    WITHDRAWN = "withdrawn"
    """The person withdrew it."""
    HIRED = "hired"
    """The person was hired."""
    REOPENED = "reopened"
    """It was closed and is open again."""


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
    EMPLOYMENTS = "employments"
    EDUCATIONS = "educations"
    ATTACHMENTS = "attachments"
    CUSTOM_FIELDS = "custom_fields"


class AttachmentKind(StrEnum):
    """What a file about a person is."""

    RESUME = "resume"
    COVER_LETTER = "cover_letter"
    TEST = "test"
    """Something that they made for the process."""
    OTHER = "other"


class TeamRole(StrEnum):
    """A user's part in one job's hiring team."""

    RECRUITER = "recruiter"
    """Runs the process."""
    HIRING_MANAGER = "hiring_manager"
    """The person will work for them."""
    COORDINATOR = "coordinator"
    """Schedules interviews."""
    SOURCER = "sourcer"
    """Finds people."""


class ReviewStatus(StrEnum):
    """The state of a review."""

    SENT = "sent"
    """The reviewers were asked; there is no verdict yet."""
    IN_PROGRESS = "in_progress"
    """There is at least one verdict."""
    COMPLETED = "completed"
    """All reviewers have decided on everyone."""
    EXPIRED = "expired"
    """It was closed because its links expired before all had decided."""
    CANCELLED = "cancelled"
    """It was cancelled."""

    @property
    def is_open(self) -> bool:
        """Whether verdicts may still be given and changed."""
        return self in (ReviewStatus.SENT, ReviewStatus.IN_PROGRESS)


class ReviewBox(StrEnum):
    """What a user has to do with reviews."""

    WAITING_FOR_ME = "waiting_for_me"
    """They are open, and you are a reviewer who has not finished; those due first come first."""
    ASKED_BY_ME = "asked_by_me"
    """You asked for them."""


class Verdict(StrEnum):
    """What a reviewer says of a person."""

    APPROVED = "approved"
    """Go on with the person."""
    REJECTED = "rejected"
    """Do not go on with the person."""
    STARRED = "starred"
    """Go on, by all means."""
    SKIPPED = "skipped"
    """The reviewer does not want to judge."""


class VerdictChange(StrEnum):
    """What a reviewer changed of their verdict."""

    GIVEN = "given"
    """The first verdict."""
    CHANGED_MIND = "changed_mind"
    """Another verdict than before."""
    NOTE_EDITED = "note_edited"
    """Only the note, or who may read it; the verdict is the same."""
    TAKEN_BACK = "taken_back"
    """The verdict was withdrawn."""


class NoteVisibility(StrEnum):
    """Who may read a note."""

    PUBLIC = "public"
    """Everybody who may see the person."""
    HIRING_TEAM = "hiring_team"
    """The job's hiring team."""
    PRIVATE = "private"
    """Only its author."""


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
    """By e-mail."""


class MessageState(StrEnum):
    """The state of a message."""

    SCHEDULED = "scheduled"
    """It waits to be sent: for `send_at`, or because of its blocker."""
    CLAIMED = "claimed"
    """It is being sent now; for seconds."""
    SENT = "sent"
    """The mail server has accepted it."""
    BOUNCED = "bounced"
    """It was sent and came back."""
    FAILED = "failed"
    """It was not sent and will not be; the blocker says why."""
    IN_DOUBT = "in_doubt"
    """It may have been sent, and is not sent again by itself; a user decides with `settleMessage`."""
    CANCELLED = "cancelled"
    """It was cancelled before it was sent."""


class Blocker(StrEnum):
    """Why a message cannot be sent: for now (it waits), or for good (it failed)."""

    GRANT_MISSING = "grant_missing"
    """Waits: the owner of the mailbox has not granted the author to send from it, or has revoked the grant."""
    MAILBOX_MISSING = "mailbox_missing"
    """Waits: the sender has no mailbox here."""
    SENDER_CAP = "sender_cap"
    """Waits: this mailbox has reached its limit for 24 hours (200 messages, unless the organisation has another)."""
    SPACING = "spacing"
    """Waits: this mailbox has just sent something; for 100 seconds, unless the organisation has another limit."""
    PERSON_CAP = "person_cap"
    """Waits: the person has had as many messages as allowed: 2 in 24 hours and 5 in a week, unless set otherwise."""
    UNREACHABLE = "unreachable"
    """Waits: the mail server is unavailable or defers the message; after five days of that, it fails for good."""
    SUPPRESSED = "suppressed"
    """For good: the person or the address must not be written to."""
    NO_CONSENT = "no_consent"
    """For good: the person has not consented to e-mail."""
    NO_ADDRESS = "no_address"
    """For good: no address of the person is known, or the person was erased."""
    REFUSED = "refused"
    """For good: the mail server rejected it."""
    REPLIED = "replied"
    """For good: the person has replied since it was written."""


class SuppressionReason(StrEnum):
    """Why a person or an address must not be written to."""

    UNSUBSCRIBED = "unsubscribed"
    """The person used the link to unsubscribe."""
    BOUNCED = "bounced"
    """Mail to the address comes back."""
    DO_NOT_CONTACT = "do_not_contact"
    """A user recorded it."""
    COMPLAINED = "complained"
    """A message was called spam, by the person or by a machine for them: admins may lift it."""
    ERASED = "erased"
    """The person was erased; their addresses are not written to."""


class ReplyKind(StrEnum):
    """Who replied."""

    PERSONAL = "personal"
    """The person wrote it."""
    AUTOMATIC = "automatic"
    """A machine sent it, such as an out-of-office reply."""
