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


class RejectionState(StrEnum):
    """Whether a rejection of ours holds."""

    CONFIRMED = "confirmed"
    """It does, and the ATS has it as well."""
    PENDING = "pending"
    """It does here; the ATS has not confirmed it."""
    UNDONE = "undone"
    """It does not: it was taken back, or something came of the application after it."""


class ApplicationAction(StrEnum):
    """What is done to an application here; all but the last is written to the ATS, which may refuse it."""

    MOVE = "move"
    """It is moved to another stage of its job."""
    REJECT = "reject"
    """We turn the person down."""
    WITHDRAW = "withdraw"
    """The person withdrew, or turned us down."""
    REOPEN = "reopen"
    """A rejection or a withdrawal is taken back."""
    TRANSFER = "transfer"
    """It goes on in another job."""
    HIRE = "hire"
    """The person is hired."""
    ASSIGN = "assign"
    """A user becomes its person's recruiter or coordinator."""
    NOTE = "note"
    """A note is written with it."""
    MARK_SEEN = "mark_seen"
    """What came of one of its interviews is marked as seen; this is kept here alone."""


class Responsibility(StrEnum):
    """What a user does for a person, as the ATS has it."""

    RECRUITER = "recruiter"
    """Looks after them."""
    COORDINATOR = "coordinator"
    """Schedules their interviews."""


class AdditionState(StrEnum):
    """What became of adding a person to a job."""

    WAITING = "waiting"
    """The ATS has not created the application yet; usually for seconds, longer while the ATS is unavailable."""
    DONE = "done"
    """The ATS has created the application."""
    REFUSED = "refused"
    """The ATS did not create it."""


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


class MergedField(StrEnum):
    """What a person has one of, so that a merge chooses whose; of everything else they have both."""

    NAME = "name"
    """First and last name."""
    TITLE = "title"
    """Their current title."""
    COMPANY = "company"
    """Where they work now."""
    LOCATION = "location"
    """Where they live."""


class MergeOrigin(StrEnum):
    """Who said that two records are one person."""

    USER = "user"
    """A user, who can undo it."""
    ATS = "ats"
    """The ATS, where they are one record from then on."""


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
    """What they did, in their own words."""
    COVER_LETTER = "cover_letter"
    """Why they apply."""
    TEST = "test"
    """Something that they made for the process."""
    OTHER = "other"
    """Anything else."""


class WebLinkKind(StrEnum):
    """What a page about a person is."""

    WEBSITE = "website"
    """Of their own."""
    SOCIAL = "social"
    """A profile in a network."""


class OfferStatus(StrEnum):
    """What became of one version of an offer."""

    DRAFT = "draft"
    """Made, and not sent yet."""
    SENT = "sent"
    """The person has it."""
    ACCEPTED = "accepted"
    """They take it."""
    DECLINED = "declined"
    """They do not."""
    RESCINDED = "rescinded"
    """Withdrawn by us."""
    SUPERSEDED = "superseded"
    """Replaced by a newer version."""


class AttentionReason(StrEnum):
    """Why an application needs attention."""

    FEEDBACK_OWED = "feedback_owed"
    """An interview is over, and an interviewer's scorecard is missing."""
    DECISION_OWED = "decision_owed"
    """Everything that was asked for in the stage is in, and nobody has decided."""
    SCHEDULING_OWED = "scheduling_owed"
    """Interviews belong to the stage, and none is arranged."""
    OFFER_TO_CREATE = "offer_to_create"
    """An offer belongs to the stage, and there is none."""
    OFFER_TO_SEND = "offer_to_send"
    """An offer was made, and not sent."""
    OFFER_UNANSWERED = "offer_unanswered"
    """The person has an offer and has not answered."""
    INACTIVE = "inactive"
    """Nothing has happened for days."""
    SILENCE = "silence"
    """Nobody has written to the person or spoken with them for days."""


class Severity(StrEnum):
    """How late it is."""

    YELLOW = "yellow"
    """Late."""
    RED = "red"
    """Too late."""


class BoardOrder(StrEnum):
    """What comes first in a column of a board."""

    TIME_IN_STAGE = "time_in_stage"
    """What has been in the stage longest."""
    ATTENTION = "attention"
    """What has a red flag, then what has a yellow one; of each, what has been in the stage longest."""


class AttentionChange(StrEnum):
    """What became of a flag, that is of a reason for which an application needs attention."""

    RAISED = "raised"
    """It has lasted too long."""
    ESCALATED = "escalated"
    """It is red now."""
    EASED = "eased"
    """It is yellow again: there is more time than was thought."""
    REASSIGNED = "reassigned"
    """Somebody else must act."""
    SNOOZED = "snoozed"
    """A user wants to hear of it later."""
    RESUMED = "resumed"
    """It is not snoozed any more."""
    CLEARED = "cleared"
    """It needs no attention any more."""


class Rating(StrEnum):
    """What an interviewer says of somebody, as a whole or of one attribute."""

    DEFINITELY_NOT = "definitely_not"
    """Strongly against."""
    NO = "no"
    """Against."""
    MIXED = "mixed"
    """Undecided."""
    YES = "yes"
    """For."""
    STRONG_YES = "strong_yes"
    """Strongly for."""


class InterviewStatus(StrEnum):
    """How far an interview has come."""

    SCHEDULED = "scheduled"
    """It is to come, or goes on."""
    AWAITING_FEEDBACK = "awaiting_feedback"
    """It is over, and a scorecard is missing."""
    COMPLETE = "complete"
    """Its scorecards are in."""


class DirectoryChangeKind(StrEnum):
    """What was changed of what a user may do."""

    INVITED = "invited"
    """They may sign in, though the ATS does not know them."""
    REMOVED = "removed"
    """They were invited here, and may not sign in any more."""
    JOINED_ATS = "joined_ats"
    """The ATS knows them by now: their account there has what they were given here."""
    LEFT_ATS = "left_ats"
    """They are no active user of the ATS any more: what they were given here is taken from them."""
    ROLE_GIVEN = "role_given"
    """They have a role beside those from the ATS."""
    ROLE_TAKEN = "role_taken"
    """A role that was given here was taken back."""
    GRANT_GIVEN = "grant_given"
    """They have a grant."""
    GRANT_TAKEN = "grant_taken"
    """A grant that was given here was taken back."""
    TEAM_JOINED = "team_joined"
    """They are on a job's hiring team, beside those whom the ATS has on it."""
    TEAM_LEFT = "team_left"
    """They were put on a hiring team here, and are not on it any more."""


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


class RateDifference(StrEnum):
    """Whether one rate is higher than another, as far as the numbers say."""

    HIGHER = "higher"
    """It is higher: chance alone would seldom make such a difference."""
    LOWER = "lower"
    """It is lower: chance alone would seldom make such a difference."""
    UNCLEAR = "unclear"
    """The difference may be chance."""
    TOO_FEW = "too_few"
    """There are too few to say."""


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


class AtsNoteState(StrEnum):
    """How far a note is that the ATS is to have as well."""

    WAITING = "waiting"
    """The ATS does not have it yet; usually for seconds, longer while the ATS is unavailable."""
    WRITTEN = "written"
    """The ATS has it."""
    REFUSED = "refused"
    """The ATS did not take it: it is here alone."""


class ContactKind(StrEnum):
    """How a person can be reached."""

    EMAIL = "email"
    """An e-mail address."""
    PHONE = "phone"
    """A telephone number."""
    LINK = "link"
    """A profile or a page on the web."""


class ContactConsent(StrEnum):
    """Whether a person agreed to be reached by a contact point."""

    UNKNOWN = "unknown"
    """Nobody has recorded it."""
    GIVEN = "given"
    """They agreed."""
    REFUSED = "refused"
    """They do not want it; they are not written to by this channel at all."""


class PersonSource(StrEnum):
    """How a person who is not from the ATS came to be known."""

    BY_HAND = "by_hand"
    """A user created them."""
    SOURCING = "sourcing"
    """A user added them from a profile."""
    IMPORT = "import"
    """An import contained them."""


class SourcingKind(StrEnum):
    """What a user did with somebody's profile."""

    VIEWED = "viewed"
    """They looked at it."""
    ADDED = "added"
    """They added the person."""


class ProjectChangeKind(StrEnum):
    """What happened to a project itself."""

    CREATED = "created"
    RENAMED = "renamed"
    ARCHIVED = "archived"
    RESTORED = "restored"


class RecentChangeKind(StrEnum):
    """What happened with an application of a job, for those who look at the job together."""

    RECEIVED = "received"
    """It was received, or came from another job."""
    ADVANCED = "advanced"
    """It moved to a later stage."""
    MOVED_BACK = "moved_back"
    """It moved to an earlier stage."""
    REJECTED = "rejected"
    """The organisation rejected it."""
    WITHDRAWN = "withdrawn"
    """The person withdrew it."""
    HIRED = "hired"
    """The person was hired."""
    REOPENED = "reopened"
    """It was closed and is open again."""
    SCORECARD_SUBMITTED = "scorecard_submitted"
    """A scorecard came in."""
    OFFER_SENT = "offer_sent"
    """The person got an offer."""
    OFFER_ACCEPTED = "offer_accepted"
    """The person accepted an offer."""
    OFFER_DECLINED = "offer_declined"
    """The person declined an offer."""


class TopReason(StrEnum):
    """Why somebody is among the top candidates of a job."""

    FURTHEST = "furthest"
    """Nobody has come further."""
    FURTHER_THAN_MOST = "further_than_most"
    """More than half of all who are under way are in earlier stages."""
    WELL_RATED = "well_rated"
    """Those who interviewed them are for them, on average."""
    RECENTLY_ACTIVE = "recently_active"
    """Something happened with them within the last seven days."""


class AgreedActionChange(StrEnum):
    """What happened to an action that was agreed on."""

    AGREED = "agreed"
    """It was agreed on."""
    CHANGED = "changed"
    """It says something else, or has another owner or date."""
    DONE = "done"
    """It was done."""
    REOPENED = "reopened"
    """It is not done after all."""
    REMOVED = "removed"
    """It was removed."""
    RESTORED = "restored"
    """It was not removed after all."""


class InputOutcome(StrEnum):
    """What became of one of several things that a request names."""

    DONE = "done"
    """It was done."""
    UNCHANGED = "unchanged"
    """It was so already."""
    NOT_FOUND = "not_found"
    """There is no such thing that the viewer may see."""


class SearchSharing(StrEnum):
    """Who may open a saved search."""

    PRIVATE = "private"
    """Only who saved it."""
    HIRING_TEAM = "hiring_team"
    """The hiring team of a job."""
    ORGANISATION = "organisation"
    """Everybody who may search for people."""


class SavedSearchChangeKind(StrEnum):
    """What happened to a saved search."""

    SAVED = "saved"
    RENAMED = "renamed"
    CHANGED = "changed"
    """It searches for something else."""
    SHARED = "shared"
    """Others may open it, or no longer."""
    REMOVED = "removed"


class BulkActionKind(StrEnum):
    """What is done with many people, or with many applications, at once."""

    ADD_TO_PROJECT = "add_to_project"
    """They are added to a project."""
    ADD_TAG = "add_tag"
    """They get a tag."""
    REMOVE_TAG = "remove_tag"
    """A tag that was added here is removed from them."""
    REQUEST_REVIEW = "request_review"
    """They are put before reviewers together."""
    ADD_TO_JOB = "add_to_job"
    """They are added to a job, in the ATS."""
    MOVE_APPLICATIONS = "move_applications"
    """Applications are moved to another stage."""
    REJECT_APPLICATIONS = "reject_applications"
    """We turn down those who applied."""
    WITHDRAW_APPLICATIONS = "withdraw_applications"
    """Those who applied withdrew, or turned us down."""
    REOPEN_APPLICATIONS = "reopen_applications"
    """Rejections or withdrawals are taken back."""
    RETURN_APPLICATIONS = "return_applications"
    """Applications go back to the stages from which an action moved them."""


class BulkActionState(StrEnum):
    """How far an action on many people or applications is."""

    CHECKED = "checked"
    """Nothing was changed yet."""
    RUNNING = "running"
    """It is under way."""
    DONE = "done"
    """It was tried with everybody."""


class BulkOutcome(StrEnum):
    """What would become, or became, of one person or application of an action on many."""

    DONE = "done"
    """It is done."""
    UNCHANGED = "unchanged"
    """It is so already."""
    CONFLICT = "conflict"
    """An application is not where the user saw it: somebody was faster, and nothing was changed."""
    REFUSED = "refused"
    """It cannot be done to this application, or not by this user; the refusal says why."""
    NOT_FOUND = "not_found"
    """There is nobody and nothing by that id that the user may see: never was, was erased, or was merged."""
    FAILED = "failed"
    """It failed for a reason that is not theirs; doing it again may help."""


class DuplicateReason(StrEnum):
    """Why two people may be one."""

    SAME_EMAIL = "same_email"
    """They have an e-mail address in common."""
    SAME_PHONE = "same_phone"
    """They have a telephone number in common."""
    SAME_LINK = "same_link"
    """They have a profile in common."""
    SEVERAL_MATCHES = "several_matches"
    """Somebody was imported or added who has contact points of both."""
    NAME_AND_COMPANY = "name_and_company"
    """Their names are the same or nearly so, and they work for the same company."""
    NAME_AND_LOCATION = "name_and_location"
    """Their names are the same or nearly so, and they live in the same place."""


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
    SENDER_GONE = "sender_gone"
    """Waits: its author or its sender has left the organisation, or its author may not write to people any more."""
    MAILBOX_MISSING = "mailbox_missing"
    """Waits: the sender has no mailbox here."""
    OWNED = "owned"
    """Waits: somebody else is in touch with the person, until their time with them ends or the person is taken over."""
    SENDER_CAP = "sender_cap"
    """Waits: this mailbox has reached its limit for 24 hours (200 messages, unless the organisation has another)."""
    SPACING = "spacing"
    """Waits: this mailbox has just sent something; for 100 seconds, unless the organisation has another limit."""
    PERSON_CAP = "person_cap"
    """Waits: the person has had as many messages as allowed: 2 in 24 hours and 5 in a week, unless set otherwise."""
    ATS_PENDING = "ats_pending"
    """Waits: it is about a rejection that the ATS has not confirmed yet."""
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
    OVERDUE = "overdue"
    """For good: it tells of a rejection, and something kept it back until a week after its time."""
    REPLIED = "replied"
    """For good: the person has replied since it was written."""
    TOKEN_MISSING = "token_missing"  # noqa: S105 - a token of a template
    """For good: a token of its template cannot be filled for the person; the explanation names it."""


class TemplateKind(StrEnum):
    """What a template is for."""

    REJECTION = "rejection"
    """To tell somebody that they were rejected."""
    GENERAL = "general"
    """Any other message."""


class TemplateToken(StrEnum):
    """What a template can have filled in, for each message anew."""

    CANDIDATE_FIRST_NAME = "candidate_first_name"
    """The first name of the person."""
    CANDIDATE_LAST_NAME = "candidate_last_name"
    """The last name of the person."""
    CANDIDATE_NAME = "candidate_name"
    """The full name of the person."""
    JOB_TITLE = "job_title"
    """The title of the job that they applied for."""
    SENDER_FIRST_NAME = "sender_first_name"
    """The first name of the user from whose mailbox it goes."""
    SENDER_NAME = "sender_name"
    """The full name of the user from whose mailbox it goes."""
    COMPANY_NAME = "company_name"
    """What people know the organisation by."""


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


class ImportState(StrEnum):
    """Where an import stands."""

    RECEIVING = "receiving"
    """Its file is being uploaded."""
    READING = "reading"
    """The file has arrived, and is looked into."""
    MAPPING = "mapping"
    """It waits for a user to say what its columns mean."""
    CHECKING = "checking"
    """A dry run: every row is checked, and nothing is changed."""
    CHECKED = "checked"
    """It waits for a user to look at the result, and to start it."""
    RUNNING = "running"
    """People are being created and changed."""
    DONE = "done"
    """Every row that could be imported was."""
    FAILED = "failed"
    """The file cannot be read; its problem says why. Nothing was changed."""
    UNDOING = "undoing"
    """What it did is being undone."""
    UNDONE = "undone"
    """What it did was undone."""


class ImportField(StrEnum):
    """What a column of an imported file means."""

    FIRST_NAME = "first_name"
    """The first name."""
    LAST_NAME = "last_name"
    """The last name."""
    NAME = "name"
    """The whole name; it is kept as it is."""
    EMAIL = "email"
    """E-mail addresses, separated by commas, semicolons or spaces."""
    PHONE = "phone"
    """Telephone numbers, separated by commas or semicolons."""
    LINK = "link"
    """Profiles and pages on the web, separated by commas, semicolons or spaces."""
    TITLE = "title"
    """The current title."""
    COMPANY = "company"
    """Where they work."""
    LOCATION = "location"
    """Where they live."""
    TAGS = "tags"
    """Tags, separated by commas or semicolons."""
    NOTE = "note"
    """A note."""
    ADDED_ON = "added_on"
    """The day since which they have been known, in the date format of the import."""


class ImportDateFormat(StrEnum):
    """How an imported file writes days; it is stated, never guessed row by row."""

    YEAR_MONTH_DAY = "year_month_day"
    """As 2026-03-31."""
    DAY_MONTH_YEAR = "day_month_year"
    """As 31/03/2026, 31.03.2026 or 31-03-2026."""
    MONTH_DAY_YEAR = "month_day_year"
    """As 03/31/2026, 03.31.2026 or 03-31-2026."""


class ImportOutcome(StrEnum):
    """What a row of an import leads to, or has led to."""

    NEW = "new"
    """Somebody who was not known."""
    KNOWN = "known"
    """Somebody who is known, of whom nothing changes."""
    CHANGED = "changed"
    """Somebody who is known, of whom something is added."""
    REPEATED = "repeated"
    """Somebody whom an earlier row of the file names."""
    REFUSED = "refused"
    """It has a problem, and is not imported until that is fixed."""


class ImportProblemCode(StrEnum):
    """What is wrong with a row of an import, or with its file."""

    SURPLUS_FIELDS = "surplus_fields"
    """The row has more fields than there are columns."""
    NOBODY = "nobody"
    """The row has neither a name nor anything by which somebody could be reached."""
    INVALID_EMAIL = "invalid_email"
    """It is no e-mail address."""
    INVALID_PHONE = "invalid_phone"
    """It is no telephone number, or its country is missing."""
    LOST_DIGITS = "lost_digits"
    """A spreadsheet has rounded the telephone number; the row is imported without it."""
    INVALID_LINK = "invalid_link"
    """It is no address of a page."""
    INVALID_DATE = "invalid_date"
    """It is no day in the date format of the import."""
    TOO_LONG = "too_long"
    """The text is too long."""
    UNREADABLE_TEXT = "unreadable_text"
    """It has characters that the file's encoding does not know."""
    MALFORMED_LINE = "malformed_line"
    """The line is no JSON object, or has values that are neither texts nor numbers."""
    UNCLOSED_QUOTE = "unclosed_quote"
    """A quotation mark opens a field that never ends."""
    TOO_LARGE = "too_large"
    """The file, one of its lines, or what it unpacks to is too large."""
    TOO_MANY_COLUMNS = "too_many_columns"
    """The file has too many columns."""
    TOO_MANY_ROWS = "too_many_rows"
    """The file has too many rows."""
    EMPTY = "empty"
    """The file has no rows."""
    NOT_READABLE = "not_readable"
    """The file is neither a table of text, nor an XLSX workbook, nor lines of JSON; or it is damaged."""


class PeopleSort(StrEnum):
    """What the result of a search for people is sorted by."""

    RELEVANCE = "relevance"
    """How well the text matches, exact words first; then the last activity. Without a text, the last activity alone."""
    LAST_ACTIVITY = "last_activity"
    """When something last happened with them: the latest first."""
    ADDED = "added"
    """When they became known: the latest first."""


class DiversityUseKind(StrEnum):
    """What was done with what people said of themselves."""

    SEARCHED = "searched"
    """People were searched for by it."""
    COUNTED = "counted"
    """Those who are found by it were counted."""
    SWITCHED_ON = "switched_on"
    """From then on it could be searched by."""
    SWITCHED_OFF = "switched_off"
    """From then on it could not."""
    CHOSEN = "chosen"
    """It was chosen which answers count, and which one is the consent."""


class ClosedBy(StrEnum):
    """Who ended an application that did not lead to a hire."""

    ORGANISATION = "organisation"
    """We rejected them."""
    PERSON = "person"
    """They withdrew, or turned us down."""


class TextField(StrEnum):
    """What of a person a word of a search was found in."""

    NAME = "name"
    """First or last name."""
    TITLE = "title"
    """The current title."""
    COMPANY = "company"
    """The current company."""
    SKILL = "skill"
    """A tag."""
    PAST_JOB = "past_job"
    """The title or the company of a job held before."""
    EDUCATION = "education"
    """A school, a degree or a discipline."""
    LOCATION = "location"
    """Where they live."""
    NOTE = "note"
    """A note that the viewer may read."""


class MatchQuality(StrEnum):
    """How a word of a search was found."""

    EXACT = "exact"
    """The same word, apart from case and accents."""
    PREFIX = "prefix"
    """A word that begins with it."""
    SIMILAR = "similar"
    """A word that differs by a letter or two."""


class PeopleFacet(StrEnum):
    """By what the people of a search are counted."""

    TAG = "tag"
    """By tag."""
    DEPARTMENT = "department"
    """By the department of jobs they applied for."""
    JOB_LOCATION = "job_location"
    """By the location of jobs they applied for."""
    SOURCE = "source"
    """By the source of their applications."""
    STATUS = "status"
    """By the status of their applications."""
    FURTHEST_STAGE = "furthest_stage"
    """By the furthest kind of stage of their applications."""
