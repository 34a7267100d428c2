"""What is recorded here of people, and tokens that allow nothing but recording sourcing activity."""

from typing import Any
from uuid import UUID

import pytest

from gateway.tests.support.gateway_client import RECRUITER, Acme
from gateway.tests.support.gateway_peer import NOON
from rapport.contracts import pipeline
from rapport.contracts.identity import TokenScope
from rapport.contracts.pipeline import NoteEdge, NotePage
from rapport.contracts.vocabulary import NoteVisibility, SourcingKind
from rapport.gateway.graph.ids import Kind, global_id
from rapport.kit.identity import new_id
from rapport.sandbox.issuer import Issuer

_RECORD = (
    "mutation { recordSourcingActivity(input: {kind: VIEWED, profileUrl: %s}) {"
    " __typename ... on SourcingRecorded { recorded kind } ... on Refusal { message } } }"
)
_VIEW = _RECORD % '"https://example.org/ana"'


@pytest.fixture
def extension(issuer: Issuer) -> str:
    """The token of a browser extension."""
    return issuer.token(RECRUITER, scope="openid sourcing")


def _answers(acme: Acme) -> list[Any]:
    viewers: list[Any] = []

    async def record(request: pipeline.RecordSourcingActivity, context: Any) -> pipeline.RecordedSourcing:
        viewers.append(context.viewer)
        at = request.occurred_at or NOON
        return pipeline.RecordedSourcing(kind=SourcingKind.VIEWED, person_id=None, recorded=True, occurred_at=at)

    acme.peer.answering[pipeline.RecordSourcingActivity] = record
    return viewers


async def test_a_narrow_token_records_sourcing_activity(acme: Acme, extension: str) -> None:
    viewers = _answers(acme)
    answer = await acme.execute(_VIEW, token=extension)
    assert answer.data["recordSourcingActivity"] == {
        "__typename": "SourcingRecorded", "recorded": True, "kind": "VIEWED",
    }  # fmt: skip
    assert [viewer.token_scope for viewer in viewers] == [TokenScope.SOURCING]


@pytest.mark.parametrize(
    "query",
    [
        "{ me { name } }",
        "{ people { nodes { name } } }",
        "{ ...all } fragment all on Query { ... { people { nodes { name } } } }",
        "{ __schema { types { name } } }",
        'mutation { createProject(input: {name: "x"}) { __typename } }',
        (
            'mutation { recordSourcingActivity(input: {kind: VIEWED, profileUrl: "x.org/y"}) { __typename }'
            ' createProject(input: {name: "x"}) { __typename } }'
        ),
        "mutation Allowed { __typename } query Other { me { name } }",
    ],
)
async def test_a_narrow_token_allows_nothing_else(acme: Acme, extension: str, query: str) -> None:
    named = {"operationName": "Allowed"} if "Allowed" in query else {}
    answer = await acme.execute(query, token=extension, **named)
    assert answer.code == "FORBIDDEN"
    assert [type(request) for request in acme.peer.asked] == [pipeline.IdentifyViewer]


async def test_a_narrow_token_subscribes_to_nothing(acme: Acme, extension: str) -> None:
    async with acme.socket(extension) as socket:
        await socket.acknowledged()
        query = f'subscription {{ activityAdded(personId: "{global_id(Kind.PERSON, UUID(int=1))}") {{ cursor }} }}'
        await socket.subscribe(query)
        answer = await socket.receive()
    assert [error["extensions"]["code"] for error in answer["payload"]] == ["FORBIDDEN"]


async def test_words_of_other_applications_in_a_scope_narrow_nothing(acme: Acme, issuer: Issuer) -> None:
    answer = await acme.execute("{ me { id } }", token=issuer.token(RECRUITER, scope="openid email profile"))
    assert answer.data["me"]["id"]


async def test_everything_wrong_with_a_person_is_reported_at_once(acme: Acme) -> None:
    query = (
        'mutation ($long: String!) { createPerson(input: {lastName: $long, contactPoints: [{kind: EMAIL, value: ""}]})'
        " { ... on InvalidInput { problems { path code } } } }"
    )
    answer = await acme.execute(query, {"long": "x" * 201})
    assert answer.data["createPerson"]["problems"] == [
        {"path": "lastName", "code": "TOO_LONG"}, {"path": "contactPoints.0.value", "code": "TOO_SHORT"},
    ]  # fmt: skip


async def test_a_note_says_whether_it_is_the_viewers_own(acme: Acme) -> None:
    acme.peer.job(cards=1)
    person_id = next(iter(acme.peer.people))
    viewer = acme.peer.users["acme", RECRUITER].viewer

    async def notes(_: pipeline.GetNotes, __: Any) -> NotePage:
        edges = [
            NoteEdge(
                cursor=("0",),
                node=pipeline.Note(
                    id=new_id(), person_id=person_id, job_id=None, author_id=author, visibility=NoteVisibility.PUBLIC,
                    body="x", created_at=NOON, edited_at=None, version=1,
                ),
            )
            for author in (viewer.user_id, new_id())
        ]  # fmt: skip
        return NotePage(edges=tuple(edges), has_next=False)

    acme.peer.answering[pipeline.GetNotes] = notes
    query = "query ($id: ID!) { person(id: $id) { notes { nodes { mine body visibility } } } }"
    answer = await acme.execute(query, {"id": global_id(Kind.PERSON, person_id)})
    assert [note["mine"] for note in answer.data["person"]["notes"]["nodes"]] == [True, False]


_COUNTS = (
    "query($user: ID!, $since: DateTime!, $until: DateTime) {"
    " sourcingActivity(userId: $user, since: $since, until: $until) { profilesViewed } }"
)


@pytest.mark.parametrize("naive", ["since", "until"])
async def test_a_period_of_sourcing_without_a_time_zone_is_refused_by_its_argument(acme: Acme, naive: str) -> None:
    period = {"since": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}
    given = period | {naive: period[naive].removesuffix("Z")}
    answer = await acme.execute(_COUNTS, {"user": global_id(Kind.USER, new_id()), **given})
    assert (answer.error["extensions"]["code"], answer.error["message"]) == (
        "BAD_REQUEST",
        f"{naive} must have a time zone",
    )
    assert acme.peer.asked_for(pipeline.GetSourcingActivity) == []
