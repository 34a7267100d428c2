"""Who may ask for what: every request has one rule, which its service keeps and docs/authorisation.md shows.

A rule is about roles. What belongs to whom (who is on a hiring team, who wrote a message) only the service knows that
owns it; it asks the rule whether that matters for this viewer.
"""

from dataclasses import dataclass
from enum import StrEnum

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.refusals import Forbidden


class Reach(StrEnum):
    """How far somebody reaches with a request; the narrowest first."""

    OWN = "own"
    """What is theirs."""
    TEAM = "team"
    """What is theirs, and what belongs to the jobs on whose hiring team they are."""
    EVERYTHING = "everything"
    """Whatever the organisation has."""


_WIDTH = {reach: width for width, reach in enumerate(Reach)}


@dataclass(frozen=True, slots=True)
class Rule:
    """Which roles may ask, and how far each reaches; a role that is not named is refused."""

    everything: frozenset[Role] = frozenset()
    team: frozenset[Role] = frozenset()
    own: frozenset[Role] = frozenset()
    theirs: str = ""
    """What those reach who do not reach everything, for people to read."""
    refusal: str = "your role may not do this"
    """Why the others are refused, for people to read."""

    def reach_of(self, role: Role) -> Reach | None:
        """How far one role reaches; None if it is refused."""
        if role in self.everything:
            return Reach.EVERYTHING
        if role in self.team:
            return Reach.TEAM
        return Reach.OWN if role in self.own else None

    def reach(self, viewer: Viewer) -> Reach | None:
        """How far a viewer reaches: with several roles as far as the widest of them."""
        found = [reach for reach in map(self.reach_of, viewer.roles) if reach]
        return max(found, key=_WIDTH.__getitem__, default=None)

    def refuse(self, viewer: Viewer) -> Forbidden | None:
        """The refusal of a viewer none of whose roles may ask."""
        return None if self.reach(viewer) else Forbidden(reason=self.refusal)

    def bound(self, viewer: Viewer) -> UserId | None:
        """The user whose things alone are reached; None for those who reach everything."""
        return None if self.reach(viewer) is Reach.EVERYTHING else viewer.user_id


EVERY_ROLE = frozenset(Role)
RECRUITING = frozenset({Role.ADMIN, Role.RECRUITER, Role.SOURCER, Role.COORDINATOR})
"""Those who work with every candidate."""
_MANAGERS = frozenset({Role.HIRING_MANAGER})
_ADMINS = frozenset({Role.ADMIN})
_THEIR_JOBS = "the jobs on whose hiring team they are, and who applied for them"

EVERYBODY = Rule(everything=EVERY_ROLE)
SEE_JOBS = Rule(
    everything=RECRUITING | {Role.EXECUTIVE},
    team=_MANAGERS | {Role.INTERVIEWER},
    theirs=_THEIR_JOBS,
)
SEE_REVIEWS = Rule(
    everything=SEE_JOBS.everything,
    team=SEE_JOBS.team,
    theirs="the reviews they asked for or are asked in, and those of the jobs on whose hiring team they are",
)
READ_MESSAGES = Rule(
    everything=RECRUITING,
    team=_MANAGERS,
    own=frozenset({Role.INTERVIEWER, Role.EXECUTIVE}),
    theirs="the messages they wrote or that come from their mailbox; hiring managers also those about the jobs on whose"
    " hiring team they are",
)
MOVE_CARDS = Rule(
    everything=RECRUITING,
    team=_MANAGERS,
    theirs=_THEIR_JOBS,
    refusal="your role may look at the board, but not move cards",
)
WRITE_TO_PEOPLE = Rule(
    everything=RECRUITING,
    team=_MANAGERS,
    theirs="the people who applied for the jobs on whose hiring team they are",
    refusal="only recruiters, sourcers, coordinators, hiring managers and admins write to people",
)
KEEP_SUPPRESSIONS = Rule(
    everything=WRITE_TO_PEOPLE.everything,
    team=WRITE_TO_PEOPLE.team,
    theirs=WRITE_TO_PEOPLE.theirs,
    refusal="only those who may write to people see and change who must not be written to",
)
LIFT_SUPPRESSIONS = Rule(
    everything=_ADMINS,
    own=KEEP_SUPPRESSIONS.everything | KEEP_SUPPRESSIONS.team,
    theirs="the entries they recorded by mistake, within ten minutes",
    refusal="only admins, and within ten minutes whoever recorded it, may let a person be written to again",
)
CHANGE_OWN_MESSAGES = Rule(
    everything=_ADMINS, own=EVERY_ROLE, theirs="the messages they wrote or that come from their mailbox"
)
SEE_OWN_GRANTS = Rule(own=EVERY_ROLE, theirs="the permissions they gave or have")
REVOKE_OWN_GRANTS = Rule(everything=_ADMINS, own=EVERY_ROLE, theirs="the permissions they gave")
REQUEST_REVIEWS = Rule(
    everything=RECRUITING, refusal="only recruiters, sourcers, coordinators and admins may ask for a review"
)
GIVE_VERDICTS = Rule(own=EVERY_ROLE, theirs="the reviews they are asked in")
MANAGE_OWN_REVIEWS = Rule(everything=_ADMINS, own=EVERY_ROLE, theirs="the reviews they asked for")
RUN_SYNC = Rule(
    everything=frozenset({Role.ADMIN, Role.RECRUITER}), refusal="only admins and recruiters may start a sync"
)
