"""What clients read, and what reading it costs."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from graphql import GraphQLInterfaceType

from gateway.tests.support.gateway_client import Acme, id_of
from rapport.contracts import analytics, pipeline
from rapport.contracts.vocabulary import JobSort, JobStatus, PersonRecordState
from rapport.gateway.graph.ids import Kind, global_id
from rapport.gateway.graph.nodes import fetchable_kinds
from rapport.gateway.schema import GatewaySchema
from rapport.kit.rpc.envelope import HandlerResult

BOARD = """
query Board($job: ID!, $first: Int! = 50) {
  board(jobId: $job) {
    job { id title }
    columns { stage { id name kind } count cards(first: $first) {
      nodes { applicationId personName daysInStage sync origin person { id } } pageInfo { hasNextPage endCursor } } }
  }
}
"""


async def test_me_is_the_viewer(acme: Acme) -> None:
    response = await acme.execute("{ me { name email roles } }")

    assert response.data["me"] == {"name": "Rita", "email": "rita@acme.example", "roles": ["ADMIN", "RECRUITER"]}


async def test_a_whole_board_costs_one_request(acme: Acme) -> None:
    job = acme.peer.job(cards=60)
    acme.peer.asked.clear()

    board = (await acme.execute(BOARD, {"job": id_of(job), "first": 55})).data["board"]

    assert [request.page.first for request in acme.peer.asked_for(pipeline.GetBoard)] == [55]
    assert len(acme.peer.asked) == 2  # the other one identified the viewer
    assert [(column["stage"]["name"], column["count"]) for column in board["columns"]] == [
        ("Applied", 60),
        ("Screen", 60),
        ("Onsite", 60),
    ]
    cards = board["columns"][0]["cards"]
    assert len(cards["nodes"]) == 55
    assert cards["pageInfo"]["hasNextPage"]
    first = acme.peer.cards[job.stages[0].id][0]
    assert cards["nodes"][0] == {
        "applicationId": id_of(acme.peer.applications[first.application_id]),
        "personName": "Person 000",
        "daysInStage": 3,
        "sync": "SYNCED",
        "origin": "APPLIED",
        "person": {"id": id_of(acme.peer.people[first.person_id])},
    }


async def test_the_rest_of_a_column_costs_one_request_for_that_column(acme: Acme) -> None:
    job = acme.peer.job(cards=5)
    query = """query ($job: ID!, $stage: ID, $after: String) { board(jobId: $job) { columns(stageId: $stage) {
        cards(first: 2, after: $after) {
            nodes { personName } pageInfo { endCursor hasPreviousPage hasNextPage } } } } }"""
    board = (await acme.execute(query, {"job": id_of(job)})).data["board"]
    after = board["columns"][1]["cards"]["pageInfo"]["endCursor"]
    acme.peer.asked.clear()

    rest = await acme.execute(query, {"job": id_of(job), "stage": id_of(job.stages[1]), "after": after})

    asked = [(request.stage_id, request.page.first, request.page.after) for request in acme.peer.asked]
    assert asked == [(job.stages[1].id, 2, ("1",))]
    (column,) = rest.data["board"]["columns"]
    assert [card["personName"] for card in column["cards"]["nodes"]] == ["Person 002", "Person 003"]
    assert (column["cards"]["pageInfo"]["hasPreviousPage"], column["cards"]["pageInfo"]["hasNextPage"]) == (True, True)


async def test_a_person_with_their_history_costs_one_request(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    person = acme.peer.people[acme.peer.cards[job.stages[0].id][0].person_id]
    await acme.execute("{ me { name } }")
    acme.peer.asked.clear()

    query = """query ($id: ID!) { person(id: $id) { name emails { value type } tags applications {
        status stage { name } job { title } sync { state since }
        history { kind toStage { name } actor { name } } } } }"""
    response = await acme.execute(query, {"id": id_of(person)})

    assert [request.include_applications for request in acme.peer.asked] == [True]
    assert response.data["person"] == {
        "name": "Person 000",
        "emails": [{"value": "someone@example.com", "type": "work"}],
        "tags": ["python"],
        "applications": [
            {
                "status": "ACTIVE",
                "stage": {"name": "Applied"},
                "job": {"title": "Engineer"},
                "sync": {"state": "SYNCED", "since": "2026-03-02T12:00:00+00:00"},
                "history": [{"kind": "RECEIVED", "toStage": {"name": "Applied"}, "actor": None}],
            }
        ],
    }


async def test_all_cards_applications_are_loaded_in_one_request(acme: Acme) -> None:
    job = acme.peer.job(cards=20)
    acme.peer.asked.clear()

    query = "query ($id: ID!) { board(jobId: $id) { columns { cards { nodes { application { version } } } } } }"
    await acme.execute(query, {"id": id_of(job)})

    assert [len(request.ids) for request in acme.peer.asked_for(pipeline.GetApplicationsByIds)] == [60]


async def test_pages_continue_where_the_one_before_ended(acme: Acme) -> None:
    for number in range(3):
        acme.peer.job(title=f"Job {number}")
    query = """query ($after: String) { jobs(first: 2, after: $after, filter: {status: OPEN}) {
        edges { cursor node { title } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""

    first = (await acme.execute(query)).data["jobs"]
    rest = (await acme.execute(query, {"after": first["pageInfo"]["endCursor"]})).data["jobs"]

    assert [edge["node"]["title"] for edge in first["edges"] + rest["edges"]] == ["Job 0", "Job 1", "Job 2"]
    assert (first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (True, False)
    assert (rest["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasPreviousPage"]) == (False, True)
    assert first["pageInfo"]["endCursor"] == first["edges"][-1]["cursor"]


async def test_funnels_of_many_jobs_cost_one_request(acme: Acme) -> None:
    for _ in range(3):
        acme.peer.job()

    query = """query ($from: DateTime) { jobs { nodes { funnel(enteredFrom: $from) {
        definition enteredFrom stages { kind passthroughDecided { value } } } } } }"""
    response = await acme.execute(query, {"from": "2026-01-01T00:00:00+01:00"})

    assert [len(request.job_ids) for request in acme.peer.asked_for(analytics.GetFunnels)] == [3]
    assert response.data["jobs"]["nodes"][0]["funnel"] == {
        "definition": "reached@1",
        "enteredFrom": "2026-01-01T00:00:00+01:00",
        "stages": [{"kind": "APPLIED", "passthroughDecided": {"value": 0.5}}],
    }


async def test_anything_can_be_fetched_again_by_its_id(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    application = next(iter(acme.peer.applications.values()))
    foreign = acme.peer.job(org="globex")
    ids = [id_of(job), id_of(application), id_of(acme.peer.people[application.person_id]), id_of(foreign)]

    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Application { history { kind } } } }"
    nodes = (await acme.execute(query, {"ids": ids})).data["nodes"]

    assert [node and (node["__typename"], node["id"]) for node in nodes] == [
        ("Job", ids[0]),
        ("Application", ids[1]),
        ("Person", ids[2]),
        None,
    ]
    assert nodes[1]["history"] == [{"kind": "RECEIVED"}]


async def test_the_sync_is_shown_with_its_progress(acme: Acme) -> None:
    response = await acme.execute(
        "{ sync { connection state full finishedAt collections { name records done } conflicts } }"
    )

    assert response.data["sync"] == [
        {
            "connection": "main",
            "state": "IDLE",
            "full": True,
            "finishedAt": "2026-03-02T12:00:00+00:00",
            "collections": [{"name": "jobs", "records": 3, "done": True}],
            "conflicts": 2,
        }
    ]


async def test_a_card_that_entered_its_stage_a_moment_from_now_has_been_there_no_day(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    stage = job.stages[0].id
    soon = datetime.now(UTC) + timedelta(seconds=30)  # another machine's clock is ahead
    acme.peer.cards[stage] = [acme.peer.cards[stage][0].model_copy(update={"stage_entered_at": soon})]

    query = "query ($id: ID!) { board(jobId: $id) { columns { cards { nodes { daysInStage } } } } }"
    response = await acme.execute(query, {"id": id_of(job)})

    assert response.data["board"]["columns"][0]["cards"]["nodes"] == [{"daysInStage": 0}]


async def test_a_user_is_read_by_their_id_and_fetched_again(acme: Acme) -> None:
    id_ = global_id(Kind.USER, uuid4())
    query = "query ($id: ID!) { user(id: $id) { id name } node(id: $id) { __typename id } }"

    assert (await acme.execute(query, {"id": id_})).data == {
        "user": {"id": id_, "name": "Anna Alves"},
        "node": {"__typename": "User", "id": id_},
    }


async def test_a_card_is_known_by_an_id_of_its_own(acme: Acme) -> None:
    job = acme.peer.job(cards=3)
    query = "query ($id: ID!) { board(jobId: $id) { columns { cards { nodes { id applicationId } } } } }"
    columns = (await acme.execute(query, {"id": id_of(job)})).data["board"]["columns"]
    cards = [card for column in columns for card in column["cards"]["nodes"]]

    assert len({card["id"] for card in cards}) == len(cards) > 3
    assert {card["id"] for card in cards}.isdisjoint(card["applicationId"] for card in cards)


_MEMBER = global_id(Kind.USER, UUID(int=3))


@pytest.mark.parametrize(
    ("query", "request_type", "expected"),
    [
        ('{ jobs(filter: {mine: true, text: "data eng"}) { totalCount } }', pipeline.GetJobs,
         {"mine": True, "text": "data eng", "include_total": True}),
        ("{ jobs { nodes { id } } }", pipeline.GetJobs,
         {"mine": False, "text": None, "include_total": False, "sort": JobSort.OPENED, "reversed": False}),
        (f"""{{ jobs(filter: {{department: "Sales", location: "Berlin", memberId: "{_MEMBER}", needingAttention: true}},
            sort: TITLE, reversed: true) {{ nodes {{ id }} }} }}""", pipeline.GetJobs,
         {"department": "Sales", "location": "Berlin", "member_id": UUID(int=3), "needing_attention": True,
          "sort": JobSort.TITLE, "reversed": True}),
        (f'{{ jobFacets(filter: {{status: OPEN, memberId: "{_MEMBER}", text: " a  b "}}) {{ needingAttention }} }}',
         pipeline.GetJobFacets, {"status": JobStatus.OPEN, "member_id": UUID(int=3), "text": "a b"}),
        ('{ people(text: "zoe") { nodes { id } } }', pipeline.GetPeople, {"text": "zoe"}),
    ],
)  # fmt: skip
async def test_filters_are_sent_to_the_service(
    acme: Acme, query: str, request_type: type[Any], expected: dict[str, object]
) -> None:
    await acme.execute(query)

    (request,) = acme.peer.asked_for(request_type)
    assert {name: getattr(request, name) for name in expected} == expected


async def test_the_choices_of_the_filters_of_jobs_are_read_with_their_counts(acme: Acme) -> None:
    query = """{ jobFacets { needingAttention statuses { status jobs } departments { name jobs } locations { name jobs }
        members { jobs user { id name } } } }"""
    assert (await acme.execute(query)).data["jobFacets"] == {
        "needingAttention": 1,
        "statuses": [{"status": "OPEN", "jobs": 2}],
        "departments": [{"name": "Engineering", "jobs": 2}],
        "locations": [],
        "members": [{"jobs": 1, "user": {"id": _MEMBER, "name": "Anna Alves"}}],
    }


async def test_a_name_that_is_too_long_and_a_member_that_is_no_user_are_refused(acme: Acme) -> None:
    for listed in ("jobs(filter: {{{}}}) {{ totalCount }}", "jobFacets(filter: {{{}}}) {{ needingAttention }}"):
        for argument in ("department", "location"):
            query = f"query ($name: String!) {{ {listed.format(f'{argument}: $name')} }}"
            assert (await acme.execute(query, {"name": "x" * 501})).code == "BAD_REQUEST"
        of_job = global_id(Kind.JOB, UUID(int=3))
        query = f"query ($member: ID!) {{ {listed.format('memberId: $member')} }}"
        assert (await acme.execute(query, {"member": of_job})).code == "INVALID_ID"
    assert not acme.peer.asked_for(pipeline.GetJobs)
    assert not acme.peer.asked_for(pipeline.GetJobFacets)


_RECORD = """query ($id: ID!) { personRecord(personId: $id) { id state endedAt person { id }
    applications { id stage { name } } } }"""


async def test_what_became_of_a_person_is_read_in_one_request(acme: Acme) -> None:
    job = acme.peer.job()
    application = acme.peer.application(job, job.stages[0])
    loser, survivor = global_id(Kind.PERSON, application.person_id), global_id(Kind.PERSON, UUID(int=7))
    answers: list[dict[str, Any]] = [
        {"state": PersonRecordState.MERGED, "ended_at": datetime(2026, 5, 1, tzinfo=UTC), "person_id": UUID(int=7)},
        {"state": PersonRecordState.ERASED, "ended_at": datetime(2026, 5, 1, tzinfo=UTC), "person_id": None,
         "applications": (application,)},
    ]  # fmt: skip

    async def answer(request: Any, _: object) -> HandlerResult:
        return pipeline.PersonRecord(id=request.person_id, **answers.pop(0))

    current = (await acme.execute(_RECORD, {"id": loser})).data["personRecord"]
    acme.peer.answering[pipeline.GetPersonRecord] = answer
    acme.peer.asked.clear()
    merged = (await acme.execute(_RECORD.replace("query", "query Merged"), {"id": loser})).data["personRecord"]
    erased = (await acme.execute(_RECORD.replace("query", "query Erased"), {"id": loser})).data["personRecord"]

    assert current == {"id": loser, "state": "CURRENT", "endedAt": None, "person": {"id": loser}, "applications": []}
    assert (merged["state"], merged["person"], merged["applications"]) == ("MERGED", {"id": survivor}, [])
    assert (erased["state"], erased["person"]) == ("ERASED", None)
    assert [each["id"] for each in erased["applications"]] == [global_id(Kind.APPLICATION, application.id)]
    assert {type(request) for request in acme.peer.asked} <= {pipeline.GetPersonRecord, pipeline.IdentifyViewer}


async def test_the_record_of_nobody_is_not_found(acme: Acme) -> None:
    response = await acme.execute(_RECORD, {"id": global_id(Kind.PERSON, uuid4())})
    assert (response.code, response.error["extensions"]["argument"]) == ("NOT_FOUND", "personId")


async def test_a_cursor_fits_only_the_search_it_came_from(acme: Acme) -> None:
    for _ in range(2):
        acme.peer.job()
    query = """query ($text: String, $after: String) {
        jobs(first: 1, after: $after, filter: {text: $text}) { pageInfo { endCursor } } }"""
    cursor = (await acme.execute(query, {"text": "a"})).data["jobs"]["pageInfo"]["endCursor"]

    assert (await acme.execute(query, {"text": "b", "after": cursor})).code == "INVALID_CURSOR"
    others = (
        query.replace("first: 1", "first: 1, reversed: true"),
        query.replace("first: 1", "first: 1, sort: TITLE"),
        query.replace("text: $text", 'text: $text, department: "Sales"'),
        query.replace("text: $text", "text: $text, needingAttention: true"),
    )
    for of_another in others:
        assert (await acme.execute(of_another, {"text": "a", "after": cursor})).code == "INVALID_CURSOR"
    assert (await acme.execute(query, {"text": " a ", "after": cursor})).data
    assert (await acme.execute(query, {"text": "x" * 101})).code == "BAD_REQUEST"


async def test_what_an_event_names_is_found_by_its_uuid(acme: Acme) -> None:
    job = acme.peer.job()
    query = "query ($uuid: UUID!) { nodeForEvent(kind: JOB, uuid: $uuid) { __typename id } }"

    found = (await acme.execute(query, {"uuid": str(job.id)})).data["nodeForEvent"]
    assert found == {"__typename": "Job", "id": id_of(job)}
    assert (await acme.execute(query, {"uuid": str(uuid4())})).data["nodeForEvent"] is None
    assert (await acme.execute(query, {"uuid": "x"})).code == "BAD_REQUEST"


async def test_everything_that_is_a_node_can_be_fetched_by_its_id(acme: Acme) -> None:
    schema = GatewaySchema(introspection=True)._schema
    node = cast("GraphQLInterfaceType", schema.type_map["Node"])

    assert {kind.name for kind in schema.get_possible_types(node)} == set(fetchable_kinds())


async def test_one_of_each_kind_of_node_is_fetched(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    things: list[Any] = [job, *list(acme.peer.people.values())[:1], *list(acme.peer.applications.values())[:1]]
    response = await acme.execute(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", {"ids": [id_of(thing) for thing in things]}
    )

    assert [(node["__typename"], node["id"]) for node in response.data["nodes"]] == [
        (type(thing).__name__, id_of(thing)) for thing in things
    ]
