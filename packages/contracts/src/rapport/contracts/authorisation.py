"""Who may do what: every request has one rule, enforced by its service and shown in docs/authorisation.md.

A rule is about roles. Ownership (who is on a hiring team, who wrote a message) is known only to the service that owns
the data; it asks the rule whether ownership matters for this viewer.
"""

from dataclasses import dataclass
from enum import StrEnum

from rapport.contracts.identity import Grant, Role, TokenScope, UserId, Viewer
from rapport.contracts.refusals import Forbidden


class Scope(StrEnum):
    """How much a request covers for a role; the narrowest first."""

    OWN = "own"
    """What is theirs."""
    TEAM = "team"
    """What is theirs, and what belongs to the jobs whose hiring team they are on."""
    EVERYTHING = "everything"
    """Everything in the organisation."""


_WIDTH = {scope: width for width, scope in enumerate(Scope)}


@dataclass(frozen=True, slots=True)
class Rule:
    """Which roles may make a request, and with which scope; a role that is not named is denied."""

    everything: frozenset[Role] = frozenset()
    team: frozenset[Role] = frozenset()
    own: frozenset[Role] = frozenset()
    scope_text: str = ""
    """The scope of those who do not have everything, for people to read."""
    denial_reason: str = "your role may not do this"
    """Why the other roles are denied, for people to read."""
    token_scopes: frozenset[TokenScope] = frozenset()
    """Which narrow tokens cover it; those without a scope cover everything."""
    told_to_ats: bool = False
    """Whether the ATS is told who did it: users whom it does not know may not."""

    def scope_of(self, role: Role) -> Scope | None:
        """The scope of one role; None if it is denied."""
        if role in self.everything:
            return Scope.EVERYTHING
        if role in self.team:
            return Scope.TEAM
        return Scope.OWN if role in self.own else None

    def scope(self, viewer: Viewer) -> Scope | None:
        """The scope of a viewer: the widest of their roles'; None if all are denied, or the ATS does not know them."""
        if self.told_to_ats and not viewer.in_ats:
            return None
        scopes = [scope for scope in map(self.scope_of, viewer.roles) if scope]
        return max(scopes, key=_WIDTH.__getitem__, default=None)

    def denial(self, viewer: Viewer) -> Forbidden | None:
        """The refusal of a viewer all of whose roles are denied, or whose token is too narrow; None for the others."""
        if viewer.token_scope and viewer.token_scope not in self.token_scopes:
            return Forbidden(reason="the token does not allow this")
        if self.told_to_ats and not viewer.in_ats:
            return Forbidden(reason="the ATS does not know you, and it is told who did this")
        return None if self.scope(viewer) else Forbidden(reason=self.denial_reason)

    def allows(self, viewer: Viewer, *, on_team: bool = False, own: bool = False) -> bool:
        """Whether a viewer may make the request about one thing, given whose it is.

        Args:
            viewer: who asks.
            on_team: whether they are on the hiring team of the job it belongs to.
            own: whether it is theirs.
        """
        match self.scope(viewer):
            case None:
                return False
            case Scope.EVERYTHING:
                return True
            case Scope.TEAM:
                return on_team or own
            case Scope.OWN:
                return own

    def scope_user(self, viewer: Viewer) -> UserId | None:
        """The user whose data limits the scope; None for viewers whose scope is everything."""
        return None if self.scope(viewer) is Scope.EVERYTHING else viewer.user_id


EVERY_ROLE = frozenset(Role)
RECRUITING = frozenset({Role.ADMIN, Role.RECRUITER, Role.SOURCER, Role.COORDINATOR})
"""Those who work with every candidate."""
_MANAGERS = frozenset({Role.HIRING_MANAGER})
_ADMINS = frozenset({Role.ADMIN})
_THEIR_MESSAGES = "the messages they wrote or that come from their mailbox"
_THEIR_JOBS = "the jobs on whose hiring team they are, and who applied for them"
_THEIR_APPLICATIONS = "who applied for the jobs on whose hiring team they are, and whom they interview"

EVERYBODY = Rule(everything=EVERY_ROLE)
SEE_JOBS = Rule(
    everything=RECRUITING | {Role.EXECUTIVE},
    team=_MANAGERS | {Role.INTERVIEWER},
    scope_text=_THEIR_JOBS,
)
SEE_APPLICATIONS = Rule(everything=SEE_JOBS.everything, team=SEE_JOBS.team, scope_text=_THEIR_APPLICATIONS)
"""Who interviews for a job without being on its hiring team sees whom they interview, and not the job."""
SEARCH_PEOPLE = Rule(
    everything=RECRUITING | {Role.EXECUTIVE},
    team=_MANAGERS,
    scope_text=_THEIR_JOBS,
    denial_reason="interviewers do not search for people",
)
OPEN_SEARCHES = Rule(
    own=SEARCH_PEOPLE.everything | SEARCH_PEOPLE.team,
    scope_text="the searches they saved, and those that others share with them",
    denial_reason=SEARCH_PEOPLE.denial_reason,
)
KEEP_SEARCHES = Rule(
    own=OPEN_SEARCHES.own,
    scope_text="the searches they saved; admins also those that others share",
    denial_reason=SEARCH_PEOPLE.denial_reason,
)
SEE_PRIVATE_PEOPLE = Grant.SEE_PRIVATE_PEOPLE
DIVERSITY_SOURCING = Grant.DIVERSITY_SOURCING
SEE_DIVERSITY_FILTER = Rule(
    everything=SEARCH_PEOPLE.everything | SEARCH_PEOPLE.team, denial_reason=SEARCH_PEOPLE.denial_reason
)
SET_DIVERSITY_SOURCING = Rule(
    everything=_ADMINS, denial_reason="only admins decide whether people are found by what they said of themselves"
)
CHOOSE_CUSTOM_FIELDS = Rule(everything=_ADMINS, denial_reason="only admins choose which fields are shown")
SEE_DIRECTORY = Rule(everything=_ADMINS, denial_reason="only admins see and change who may do what")
EDIT_TEAMS = Rule(
    everything=frozenset({Role.ADMIN, Role.RECRUITER, Role.COORDINATOR}),
    denial_reason="only recruiters, coordinators and admins say who is on a hiring team",
)
SEE_OFFERS = Rule(
    everything=SEE_JOBS.everything,
    team=_MANAGERS,
    scope_text=_THEIR_JOBS,
    denial_reason="interviewers do not see offers",
)
"""Of the parts of an application, this one is not for everybody who sees the application."""
SEE_REVIEWS = Rule(
    everything=SEE_JOBS.everything,
    team=SEE_JOBS.team,
    scope_text="the reviews they requested or are a reviewer of, and those of the jobs on whose hiring team they are",
)
READ_MESSAGES = Rule(
    everything=RECRUITING,
    team=_MANAGERS,
    own=frozenset({Role.INTERVIEWER, Role.EXECUTIVE}),
    scope_text=f"{_THEIR_MESSAGES}; hiring managers also those about the jobs on whose hiring team they are",
)
READ_OWN_MESSAGES = Rule(own=EVERY_ROLE, scope_text=_THEIR_MESSAGES)
MOVE_CARDS = Rule(
    everything=RECRUITING,
    team=_MANAGERS,
    scope_text=_THEIR_JOBS,
    denial_reason="your role may look at the board, but not move cards",
    told_to_ats=True,
)
SNOOZE_FLAGS = Rule(
    everything=MOVE_CARDS.everything,
    team=MOVE_CARDS.team,
    scope_text=_THEIR_JOBS,
    denial_reason="your role may see what needs attention, but not snooze it",
)
MARK_SEEN = Rule(
    everything=MOVE_CARDS.everything,
    team=MOVE_CARDS.team,
    scope_text=_THEIR_JOBS,
    denial_reason="your role may see what came of interviews, but not say that it was seen",
)
KEEP_CHECK_INS = Rule(
    everything=_ADMINS,
    team=(RECRUITING | _MANAGERS) - _ADMINS,
    scope_text="the jobs on whose hiring team they are",
    denial_reason="only a job's hiring team and admins hold check-ins and agree on actions",
)
REMOVE_ACTIONS = Rule(
    everything=KEEP_CHECK_INS.everything,
    team=KEEP_CHECK_INS.team,
    scope_text=f"{KEEP_CHECK_INS.scope_text}; also what they wrote down themselves",
    denial_reason="only a job's hiring team, admins and who wrote an action down remove it",
)
OWN_ABSENCES = Rule(own=EVERY_ROLE, scope_text="their own")
SET_THRESHOLDS = Rule(everything=_ADMINS, denial_reason="only admins set when something is late")
CLOSE_APPLICATIONS = Rule(
    everything=RECRUITING,
    team=_MANAGERS,
    scope_text=_THEIR_JOBS,
    denial_reason="your role may look at the board, but not reject or reopen applications",
    told_to_ats=True,
)
ADD_TO_JOBS = Rule(
    everything=RECRUITING,
    denial_reason="only recruiters, sourcers, coordinators and admins add people to jobs",
    told_to_ats=True,
)
ASSIGN_PEOPLE = Rule(
    everything=RECRUITING,
    denial_reason="only recruiters, sourcers, coordinators and admins say who looks after people",
    told_to_ats=True,
)
SEE_CLOSE_REASONS = Rule(
    everything=CLOSE_APPLICATIONS.everything | CLOSE_APPLICATIONS.team, denial_reason=CLOSE_APPLICATIONS.denial_reason
)
HIRE_PEOPLE = Rule(
    everything=frozenset({Role.ADMIN, Role.RECRUITER, Role.COORDINATOR}),
    denial_reason="only recruiters, coordinators and admins record that somebody is hired",
    told_to_ats=True,
)
TRANSFER_APPLICATIONS = Rule(
    everything=RECRUITING,
    denial_reason="only recruiters, sourcers, coordinators and admins transfer applications to other jobs",
    told_to_ats=True,
)
WRITE_TO_PEOPLE = Rule(
    everything=RECRUITING,
    team=_MANAGERS,
    scope_text="the people who applied for the jobs on whose hiring team they are",
    denial_reason="only recruiters, sourcers, coordinators, hiring managers and admins write to people",
)
USE_TEMPLATES = Rule(
    own=WRITE_TO_PEOPLE.everything | WRITE_TO_PEOPLE.team,
    scope_text="the organisation's templates and their own",
    denial_reason=WRITE_TO_PEOPLE.denial_reason,
)
WRITE_TEMPLATES = Rule(everything=USE_TEMPLATES.own, denial_reason=WRITE_TO_PEOPLE.denial_reason)
KEEP_TEMPLATES = Rule(
    own=USE_TEMPLATES.own,
    scope_text="their own templates; admins and recruiters also the organisation's",
    denial_reason=WRITE_TO_PEOPLE.denial_reason,
)
SHARE_TEMPLATES = Rule(
    everything=frozenset({Role.ADMIN, Role.RECRUITER}),
    denial_reason="only admins and recruiters change the organisation's templates",
)
"""What somebody else's role may not do to a template, if it is not their own."""
KEEP_SUPPRESSIONS = Rule(
    everything=WRITE_TO_PEOPLE.everything,
    team=WRITE_TO_PEOPLE.team,
    scope_text=WRITE_TO_PEOPLE.scope_text,
    denial_reason="only those who may write to people see and change suppressions",
)
SEE_SUPPRESSED_ADDRESSES = Rule(
    everything=RECRUITING,
    denial_reason="only recruiters, sourcers, coordinators and admins see which addresses are suppressed",
)
LIFT_SUPPRESSIONS = Rule(
    everything=_ADMINS,
    own=KEEP_SUPPRESSIONS.everything | KEEP_SUPPRESSIONS.team,
    scope_text="the entries they recorded by mistake, within ten minutes",
    denial_reason="only admins, and within ten minutes the user who recorded it, may lift a suppression",
)
ANSWER_TAKEOVERS = Rule(own=EVERY_ROLE, scope_text="the people with whom they are in touch")
TAKE_PEOPLE_OVER = Rule(everything=_ADMINS, denial_reason="only admins take people over; others ask their owner")
SET_OWNERSHIP_RULES = Rule(everything=_ADMINS, denial_reason="only admins set the rules of ownership")
CHANGE_OWN_MESSAGES = Rule(everything=_ADMINS, own=EVERY_ROLE, scope_text=_THEIR_MESSAGES)
SEE_OWN_GRANTS = Rule(own=EVERY_ROLE, scope_text="the permissions they gave or have")
REVOKE_OWN_GRANTS = Rule(everything=_ADMINS, own=EVERY_ROLE, scope_text="the permissions they gave")
MERGE_PEOPLE = Rule(
    everything=RECRUITING, denial_reason="only recruiters, sourcers, coordinators and admins merge people"
)
REQUEST_REVIEWS = Rule(
    everything=RECRUITING, denial_reason="only recruiters, sourcers, coordinators and admins may request a review"
)
GIVE_VERDICTS = Rule(own=EVERY_ROLE, scope_text="the reviews they are a reviewer of")
MANAGE_OWN_REVIEWS = Rule(everything=_ADMINS, own=EVERY_ROLE, scope_text="the reviews they requested")
SEE_OWN_WORK = Rule(own=EVERY_ROLE, scope_text="what waits for them, and what they wait for")
SEE_OWN_CONFLICTS = Rule(team=EVERY_ROLE, scope_text=_THEIR_JOBS)
RUN_SYNC = Rule(
    everything=frozenset({Role.ADMIN, Role.RECRUITER}), denial_reason="only admins and recruiters may start a sync"
)
KEEP_PEOPLE = Rule(
    everything=RECRUITING,
    denial_reason="only recruiters, sourcers, coordinators and admins may change what is known of people",
)
ACT_ON_MANY = Rule(own=RECRUITING, scope_text="the actions they checked", denial_reason=KEEP_PEOPLE.denial_reason)
CHANGE_APPLICATIONS = Rule(
    everything=MOVE_CARDS.everything | CLOSE_APPLICATIONS.everything,
    team=MOVE_CARDS.team | CLOSE_APPLICATIONS.team,
    scope_text=_THEIR_JOBS,
    denial_reason="your role may look at the board, but not change applications",
)
FOLLOW_ACTIONS = Rule(
    own=ACT_ON_MANY.own | CHANGE_APPLICATIONS.everything | CHANGE_APPLICATIONS.team,
    scope_text="the actions they checked or started",
    denial_reason="your role may not act on many people or applications at once",
)
READ_PROJECTS = Rule(
    everything=RECRUITING, denial_reason="only recruiters, sourcers, coordinators and admins work with projects"
)
WRITE_NOTES = Rule(
    everything=RECRUITING | {Role.EXECUTIVE},
    team=_MANAGERS,
    scope_text="the people who applied for the jobs on whose hiring team they are",
    denial_reason="interviewers say what they think in scorecards and reviews",
)
OWN_NOTES = Rule(own=EVERY_ROLE, scope_text="the notes they wrote")
RECORD_SOURCING = Rule(
    everything=RECRUITING,
    denial_reason="only recruiters, sourcers, coordinators and admins may add people",
    token_scopes=frozenset({TokenScope.SOURCING}),
)
COUNT_SOURCING = Rule(everything=RECRUITING | {Role.EXECUTIVE}, own=_MANAGERS, scope_text="what they did themselves")
IMPORT_PEOPLE = Rule(
    everything=RECRUITING, denial_reason="only recruiters, sourcers, coordinators and admins may import people"
)
