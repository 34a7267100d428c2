"""What a client is told it may do is what the services' rules decide, and costs no request."""

from dataclasses import dataclass
from typing import Any

import pytest

from gateway.tests.support.gateway_client import Acme, id_of
from gateway.tests.support.gateway_peer import NOON
from rapport.contracts import outreach, pipeline, reviews
from rapport.contracts.authorisation import Rule, Scope
from rapport.contracts.identity import Role
from rapport.contracts.vocabulary import Channel, MessageState, TeamRole
from rapport.gateway.graph.ids import Kind, global_id
from rapport.kit.identity import new_id
from rapport.sandbox.issuer import Issuer

EMAIL = "vera@acme.example"
WITHOUT = """
query ($job: ID!, $application: ID!, $person: ID!, $message: ID!) {
  me { name } job(id: $job) { title } application(id: $application) { status } person(id: $person) { name }
  message(id: $message) { state } }
"""
WITH = """
query ($job: ID!, $application: ID!, $person: ID!, $message: ID!) {
  me { can { requestReviews writeToPeople seeSuppressions runSync seeEveryJob } }
  job(id: $job) { viewerCan { moveApplications requestReviews writeToPeople } }
  application(id: $application) { viewerCan { move } }
  person(id: $person) { viewerCan { write suppress } }
  message(id: $message) { viewerCan { cancel settle } } }
"""
ROLES = [frozenset({role}) for role in Role] + [frozenset({Role.EXECUTIVE, Role.HIRING_MANAGER})]


@dataclass
class Desk:
    """A viewer with some roles, and a job, an application, a person and a message."""

    acme: Acme
    token: str
    ids: dict[str, str]

    async def ask(self, query: str) -> Any:
        self.acme.peer.asked.clear()
        return (await self.acme.execute(query, self.ids, token=self.token)).data

    @property
    def requests(self) -> list[str]:
        """What was asked of the services, but for who the viewer is."""
        return sorted(type(r).__name__ for r in self.acme.peer.asked if not isinstance(r, pipeline.IdentifyViewer))


def desk_of(acme: Acme, issuer: Issuer, roles: frozenset[Role], *, theirs: bool) -> Desk:
    acme.peer.user(EMAIL, *roles)
    viewer = acme.peer.users["acme", EMAIL].viewer
    member = pipeline.User(id=viewer.user_id if theirs else new_id(), name="Vera", email=EMAIL)
    team = (pipeline.TeamMember(user=member, role=TeamRole.HIRING_MANAGER, responsible=True),)
    job = acme.peer.job(cards=1, team=team)
    application = acme.peer.applications[acme.peer.cards[job.stages[0].id][0].application_id]
    message = outreach.Message(
        id=new_id(),
        person_id=application.person_id,
        job_id=job.id,
        channel=Channel.EMAIL,
        author_id=viewer.user_id if theirs else new_id(),
        from_user_id=new_id(),
        to_address="someone@example.com",
        subject="Hello",
        body="How are you?",
        state=MessageState.SCHEDULED,
        state_since=NOON,
        blocker=None,
        explanation=None,
        send_at=NOON,
        sent_at=None,
        version=1,
        replies=(),
    )
    acme.peer.messages[message.id] = message
    ids = {
        "job": id_of(job),
        "application": id_of(application),
        "person": global_id(Kind.PERSON, application.person_id),
        "message": global_id(Kind.MESSAGE, message.id),
    }
    return Desk(acme, issuer.token(EMAIL), ids)


def decided(rule: Rule, roles: frozenset[Role], *, theirs: bool) -> bool:
    """What a rule says: everything, what is theirs, or nothing."""
    scopes = {rule.scope_of(role) for role in roles}
    return Scope.EVERYTHING in scopes or (theirs and bool(scopes - {None}))


@pytest.mark.parametrize("theirs", [True, False])
@pytest.mark.parametrize("roles", ROLES, ids=lambda roles: "+".join(sorted(roles)))
async def test_what_a_viewer_can_is_what_the_rules_decide(
    acme: Acme, issuer: Issuer, roles: frozenset[Role], *, theirs: bool
) -> None:
    desk = desk_of(acme, issuer, roles, theirs=theirs)

    def may(request: Any, *, theirs: bool = theirs) -> bool:
        return decided(request.rule, roles, theirs=theirs)

    said = await desk.ask(WITH)
    assert said["job"]["viewerCan"] == {
        "moveApplications": may(pipeline.MoveApplication),
        "requestReviews": may(reviews.RequestReview),
        "writeToPeople": may(outreach.SendMessage),
    }
    assert said["message"]["viewerCan"] == {
        "cancel": may(outreach.CancelMessage),
        "settle": may(outreach.SettleMessage),
    }
    # A person is shown only to who sees them: to the others they do not exist.
    assert said["person"]["viewerCan"] == {
        "write": may(outreach.SendMessage, theirs=True),
        "suppress": may(outreach.SuppressPerson, theirs=True),
    }
    assert said["me"]["can"] == {
        "requestReviews": may(reviews.RequestReview, theirs=True),
        "writeToPeople": may(outreach.SendMessage, theirs=True),
        "seeSuppressions": may(outreach.GetSuppressions, theirs=True),
        "runSync": may(pipeline.StartSync, theirs=True),
        "seeEveryJob": may(pipeline.GetJobs, theirs=False),
    }
    # Of who sees only the applications of their teams, each one shown is of theirs.
    sees_all = decided(pipeline.GetApplicationsByIds.rule, roles, theirs=False)
    assert said["application"]["viewerCan"] == {"move": may(pipeline.MoveApplication, theirs=theirs or not sees_all)}


@pytest.mark.parametrize("role", list(Role))
async def test_it_costs_no_request(acme: Acme, issuer: Issuer, role: Role) -> None:
    desk = desk_of(acme, issuer, frozenset({role}), theirs=True)
    await desk.ask(WITHOUT)
    before = desk.requests
    await desk.ask(WITH)
    assert desk.requests == before


async def test_a_list_of_jobs_says_it_of_each_with_one_request(acme: Acme, issuer: Issuer) -> None:
    desk = desk_of(acme, issuer, frozenset({Role.HIRING_MANAGER}), theirs=True)
    acme.peer.job()
    said = await desk.ask("{ jobs { nodes { viewerCan { moveApplications } } } }")
    assert sorted(job["viewerCan"]["moveApplications"] for job in said["jobs"]["nodes"]) == [False, True]
    assert desk.requests == ["GetJobs"]
