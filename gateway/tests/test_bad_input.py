"""Every mistake of a client gets an error with a code that it can act on."""

import asyncio
from base64 import urlsafe_b64encode
from urllib.parse import urlencode
from uuid import uuid4

import orjson
import pytest

from gateway.tests.support.gateway_client import JSON, RESPONSE, Acme, id_of
from rapport.contracts import analytics, pipeline
from rapport.contracts.refusals import Forbidden, Invalid
from rapport.gateway.graph.connections import cursor
from rapport.gateway.graph.ids import Kind, global_id
from rapport.kit.rpc.envelope import HandlerResult, RequestContext

JOB = "query ($id: ID!) { job(id: $id) { title } }"
JOBS = "query ($first: Int! = 20, $after: String) { jobs(first: $first, after: $after) { nodes { title } } }"


async def test_a_malformed_id_is_named(acme: Acme) -> None:
    for malformed in ("", "?", "Sm9iOg", "Sm9iOmFiYw", str(uuid4()), id_of(acme.peer.job()) + "=="):
        response = await acme.execute(JOB, {"id": malformed})
        assert (response.code, response.error["path"], response.error["extensions"]["argument"]) == (
            "INVALID_ID",
            ["job"],
            "id",
        )


async def test_an_id_of_something_else_is_named(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    response = await acme.execute(JOB, {"id": id_of(job.stages[0])})

    assert (response.code, response.error["message"]) == ("INVALID_ID", "id must be the id of a Job, not of a Stage")


async def test_unknown_ids_and_those_of_others_look_alike(acme: Acme) -> None:
    foreign = acme.peer.job(org="globex")
    for query, path in (
        (JOB, "job"),
        ("query ($id: ID!) { board(jobId: $id) { job { id } } }", "board"),
        ("query ($id: ID!) { people(jobId: $id) { nodes { id } } }", "people"),
    ):
        unknown = await acme.execute(query, {"id": global_id(Kind.JOB, uuid4())})
        of_others = await acme.execute(query, {"id": id_of(foreign)})
        assert unknown.body == of_others.body
        assert (unknown.code, unknown.error["path"], unknown.body["data"]) == ("NOT_FOUND", [path], {path: None})


async def test_a_malformed_cursor_is_refused(acme: Acme) -> None:
    for malformed in ("", "?", "bm9wZQ", urlsafe_b64encode(b'["jobs",1]').decode(), urlsafe_b64encode(b"{}").decode()):
        response = await acme.execute(JOBS, {"after": malformed})
        assert (response.code, response.error["extensions"]["argument"]) == ("INVALID_CURSOR", "after")


async def test_a_cursor_of_another_list_is_refused(acme: Acme) -> None:
    response = await acme.execute(JOBS, {"after": cursor("people:", ("1", "2"))})

    assert (response.code, response.error["message"]) == ("INVALID_CURSOR", "after is a cursor of another list")


async def test_a_cursor_whose_insides_the_service_does_not_know_is_refused(acme: Acme) -> None:
    async def refuse(_: object, __: RequestContext | None) -> HandlerResult:
        return Invalid.because("page.after", "not a cursor of this list")

    acme.peer.answering[pipeline.GetJobs] = refuse
    response = await acme.execute(JOBS, {"after": cursor("jobs", ("made up",))})

    assert (response.code, response.error["extensions"]["argument"]) == ("INVALID_CURSOR", "after")


@pytest.mark.parametrize(("first", "code"), [(201, "PAGE_TOO_LARGE"), (0, "BAD_REQUEST"), (-5, "BAD_REQUEST")])
async def test_a_page_has_between_1_and_200_items(acme: Acme, first: int, code: str) -> None:
    response = await acme.execute(JOBS, {"first": first})
    assert (response.code, response.error["extensions"]["argument"], response.error["path"]) == (
        code,
        "first",
        ["jobs"],
    )

    board = "query ($id: ID!, $n: Int!) { board(jobId: $id) { columns { cards(first: $n) { nodes { version } } } } }"
    response = await acme.execute(board, {"id": id_of(acme.peer.job()), "n": first})
    assert (response.code, response.error["extensions"]["argument"]) == (code, "columns.cards.first")
    assert not acme.peer.asked_for(pipeline.GetBoard)


async def test_a_hundred_ids_may_be_fetched_at_once(acme: Acme) -> None:
    response = await acme.execute(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": [id_of(acme.peer.job())] * 101}
    )

    assert (response.code, response.error["extensions"]["argument"]) == ("PAGE_TOO_LARGE", "ids")


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (JOB, {}),
        (JOB, {"id": None}),
        (JOBS, {"first": "many"}),
        (JOBS, {"first": 10**12}),
        ("query ($status: JobStatus) { jobs(filter: {status: $status}) { nodes { id } } }", {"status": "LOST"}),
        ("query ($first: Int) { jobs(first: $first) { nodes { id } } }", {"first": None}),
    ],
)
async def test_bad_variables_are_a_bad_request(acme: Acme, query: str, variables: dict[str, object]) -> None:
    response = await acme.execute(query, variables)

    assert response.code == "BAD_REQUEST"
    assert not acme.peer.asked_for(pipeline.GetJobs)


async def test_a_window_that_makes_no_sense_spoils_no_other(acme: Acme) -> None:
    usual = acme.peer.get_funnels

    async def refuse_some(request: analytics.GetFunnels, context: RequestContext) -> HandlerResult:
        if request.entered_until:
            return Invalid.because("entered_until", "must be later than entered_from")
        return await usual(request, context)

    acme.peer.answering[analytics.GetFunnels] = refuse_some
    query = """query ($id: ID!) { job(id: $id) { all: funnel { applications }
        none: funnel(enteredUntil: "2000-01-01T00:00:00Z") { applications } } }"""
    response = await acme.execute(query, {"id": id_of(acme.peer.job())})

    assert response.body["data"]["job"] == {"all": {"applications": 4}, "none": None}
    assert (response.code, response.error["path"]) == ("BAD_REQUEST", ["job", "none"])
    assert response.error["message"] == "enteredUntil must be later than entered_from"


async def test_a_time_without_a_zone_is_refused(acme: Acme) -> None:
    query = 'query ($id: ID!) { job(id: $id) { title funnel(enteredFrom: "2026-01-01T00:00:00") { asOf } } }'
    response = await acme.execute(query, {"id": id_of(acme.peer.job())})

    assert (response.code, response.error["path"]) == ("BAD_REQUEST", ["job", "funnel"])
    assert response.body["data"]["job"] == {"title": "Engineer", "funnel": None}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ jobs { ", "GRAPHQL_PARSE_FAILED"),
        ("{ salaries }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ jobs { nodes { id } } " + "me { name } " * 600 + "}", "TOO_COMPLEX"),
        ("{ " + " ".join(f"a{n}: me {{ name }}" for n in range(31)) + " }", "TOO_COMPLEX"),
        (
            "{ " + "jobs { nodes { people { nodes { applications { job { " * 3 + "id" + " } } } } } }" * 3 + " }",
            "TOO_COMPLEX",
        ),
        ("{ a " * 650 + "}" * 650, "TOO_COMPLEX"),
    ],
)
async def test_a_document_that_is_wrong_or_goes_too_far_is_never_executed(acme: Acme, query: str, code: str) -> None:
    response = await acme.execute(query)

    assert response.status == 400
    assert {error["extensions"]["code"] for error in response.body["errors"]} == {code}
    assert "data" not in response.body
    assert not [request for request in acme.peer.asked if not isinstance(request, pipeline.IdentifyViewer)]


async def test_fragments_that_double_again_and_again_are_refused_at_once(acme: Acme) -> None:
    doubling = " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
    query = f"{{ ...f0 }} {doubling} fragment f60 on Query {{ me {{ name }} sync {{ full }} }}"

    async with asyncio.timeout(60):
        response = await acme.execute(query)

    assert (response.status, response.code) == (400, "TOO_COMPLEX")


async def test_an_operation_may_not_cost_any_number_of_requests(acme: Acme) -> None:
    for _ in range(60):
        acme.peer.job()

    response = await acme.execute("{ jobs(first: 60) { nodes { board { columns { count } } } } }")

    assert {error["extensions"]["code"] for error in response.body["errors"]} == {"TOO_COMPLEX"}
    assert len(acme.peer.asked_for(pipeline.GetBoard)) == 49
    assert sum(job["board"] is not None for job in response.body["data"]["jobs"]["nodes"]) == 49


async def test_what_a_service_forbids_is_forbidden(acme: Acme) -> None:
    async def forbid(_: object, __: RequestContext | None) -> HandlerResult:
        return Forbidden(reason="only admins may look at the sync")

    acme.peer.answering[pipeline.GetSync] = forbid
    response = await acme.execute("{ sync { state } }")

    assert (response.code, response.error["message"]) == ("FORBIDDEN", "only admins may look at the sync")


@pytest.mark.parametrize("body", [b"", b"{", b'{"query": "{ me', b"\xff", b"[]", b'"{ me }"', b"[{}]", b"null"])
async def test_a_body_that_is_no_request_is_a_bad_request(acme: Acme, body: bytes) -> None:
    response = await acme.post(body)

    assert (response.status, response.code) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query": 7},
        {"query": "{ me { name } }", "variables": "{}"},
        {"query": "{ me { name } }", "extensions": []},
        {"query": "{ me { name } }", "operationName": ["Me"]},
        {"query": "{ me { name } }", "operationName": "You"},
    ],
)
async def test_a_request_with_senseless_parts_is_a_bad_request(acme: Acme, body: dict[str, object]) -> None:
    response = await acme.post(orjson.dumps(body))

    assert (response.status, response.code) == (400, "BAD_REQUEST")


async def test_a_body_that_ends_too_soon_is_never_executed(acme: Acme, caplog: pytest.LogCaptureFixture) -> None:
    host, port = acme.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /graphql HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {acme.token}\r\n"
    writer.write(f'{head}Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{{"query": "{{ sync'.encode())
    writer.write_eof()
    async with asyncio.timeout(60):
        assert await reader.read() == b""  # half a request is the end of the connection
    writer.close()

    assert (await acme.execute("{ me { name } }")).data["me"] == {"name": "Rita"}
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_a_body_may_not_be_of_any_size(acme: Acme) -> None:
    response = await acme.execute("{ me { name } }", {"padding": "x" * 300_000})

    assert (response.status, response.code) == (413, "BAD_REQUEST")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_what_a_foreign_page_could_send_unasked_is_refused(acme: Acme, content_type: str) -> None:
    response = await acme.post(b'{"query": "{ me { name } }"}', content_type=content_type)

    assert (response.status, response.code) == (415, "BAD_REQUEST")


async def test_a_mutation_cannot_be_sent_with_get(acme: Acme) -> None:
    mutation = 'mutation { startSync(input: { connection: "main" }) { __typename } }'
    response = await acme.send("GET", params={"query": mutation}, headers=acme.headers())

    assert response.status == 405
    assert not acme.peer.asked_for(pipeline.StartSync)


async def test_a_query_can_be_sent_with_get(acme: Acme) -> None:
    query = urlencode({"query": JOBS, "variables": '{"first": 1}'})
    async with acme.http.get(f"{acme.url}/graphql?{query}", headers=acme.headers()) as response:
        assert await response.json() == {"data": {"jobs": {"nodes": []}}, "extensions": {"cost": 53}}


async def test_a_subscription_needs_a_way_to_stream(acme: Acme) -> None:
    query = "subscription ($id: ID!) { boardChanged(jobId: $id) { cursor } }"
    response = await acme.execute(query, {"id": id_of(acme.peer.job())})

    assert (response.status, response.code) == (406, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("accept", "status", "answered"),
    [
        (None, 200, JSON),
        ("*/*", 200, JSON),
        (JSON, 200, JSON),
        (RESPONSE, 400, RESPONSE),
        (f"{RESPONSE};q=0.5, {JSON}", 200, JSON),
        (f"{JSON};q=0.9, {RESPONSE}", 400, RESPONSE),
        (f"{RESPONSE}, {JSON}", 400, RESPONSE),
        (f"text/html, */*;q=0.1, {RESPONSE};q=0", 200, JSON),
        ("text/html", 406, JSON),
    ],
)
async def test_the_answer_is_of_the_kind_the_client_prefers(
    acme: Acme, accept: str | None, status: int, answered: str
) -> None:
    headers = {"Accept": accept} if accept else {}
    async with acme.http.post(
        f"{acme.url}/graphql",
        json={"query": "{ salaries }"},
        headers=acme.headers() | headers,
        skip_auto_headers=["Accept"],
    ) as response:
        assert (response.status, response.content_type, response.charset) == (status, answered, "utf-8")


async def test_introspection_works_only_where_it_is_allowed(acme: Acme) -> None:
    assert (await acme.execute("{ __schema { queryType { name } } }")).data["__schema"] == {
        "queryType": {"name": "Query"}
    }


async def test_half_an_emoji_in_a_text_is_replaced_and_refuses_nothing(acme: Acme) -> None:
    body = (
        rb'{"query": "query ($text: String) { users(containing: $text) { nodes { name } } }",'
        rb' "variables": {"text": "Ana \ud83d\u0000e\u0301"}}'
    )
    response = await acme.post(body)

    assert (response.status, "errors" in response.body) == (200, False)
    [asked] = acme.peer.asked_for(pipeline.GetUsers)
    assert asked.containing == "Ana \ufffd\u00e9"


async def test_none_of_several_operations_is_executed_by_chance(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    document = f'query A {{ me {{ id }} }} query B {{ job(id: "{id_of(job)}") {{ title }} }}'
    response = await acme.execute(document)

    assert (response.status, response.code) == (400, "BAD_REQUEST")
    assert (
        response.error["message"] == "the document has several operations: operationName must say which one to execute"
    )
    assert acme.peer.asked_for(pipeline.GetJobsByIds) == []
    assert (await acme.execute(document, operationName="B")).data == {"job": {"title": job.title}}


async def test_a_mutation_among_several_operations_changes_nothing_by_chance(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    application = next(iter(acme.peer.applications.values()))
    given = f'applicationId: "{id_of(application)}", fromStageId: "{id_of(job.stages[0])}"'
    move = f'moveApplication(input: {{{given}, toStageId: "{id_of(job.stages[1])}"}}) {{ __typename }}'
    response = await acme.execute(f"mutation Move {{ {move} }} query A {{ me {{ id }} }}")

    assert response.code == "BAD_REQUEST"
    assert acme.peer.asked_for(pipeline.MoveApplication) == []


async def test_an_id_that_is_none_takes_the_other_nodes_nowhere(acme: Acme) -> None:
    job = acme.peer.job(cards=1)
    ids = [id_of(job), "nonsense", id_of(job.stages[0])]
    response = await acme.execute("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids})

    assert response.body["data"]["nodes"] == [{"id": ids[0]}, None, None]
    assert [(error["path"], error["extensions"]["argument"]) for error in response.body["errors"]] == [
        (["nodes", 1], "ids[1]"),
        (["nodes", 2], "ids[2]"),
    ]
