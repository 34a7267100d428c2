"""Two organisations on one stack: cursors, tokens, keys, hashes and subjects of one give no access to the other."""

import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import jwt
import pytest
import pytest_asyncio
from graphql import GraphQLObjectType, build_schema, get_named_type

from rapport.contracts.identity import Role, UserId, Viewer
from rapport.contracts.outreach import SuppressPerson
from rapport.contracts.pipeline import LinkReviewedAttachment
from rapport.contracts.refusals import Refusal
from rapport.contracts.requests import Request
from rapport.contracts.reviews import RenderNotification
from rapport.contracts.tools.documents import request_types
from rapport.gateway.graph.ids import Kind, global_id, parse_id
from rapport.gateway.schema import GatewaySchema
from rapport.gateway.subscriptions.replay import cursor_of
from rapport.gateway.tools.sample_operations import Operation, operations
from rapport.kit.events.relay import STREAM
from rapport.kit.events.stream import StreamPosition
from rapport.kit.rpc.client import RequestClient
from rapport.kit.web.links import Links
from rapport.local.waiting import eventually
from rapport.testing.identity import impostor
from rapport.testing.stack import ALL_SERVICES, Stack
from tests.support.every_request import requests_about
from tests.support.stream import operating, publish
from tests.support.two_organisations import STRANGER, issuer_of, logs, of_acme, quiet
from tests.support.worlds import Worlds

pytestmark = pytest.mark.asyncio(loop_scope="module")

_SCHEMA = build_schema(GatewaySchema(introspection=True).as_str())
_EXAMPLES = {kind: global_id(kind, uuid4()) for kind in Kind}
_OPERATIONS = list(operations(_SCHEMA, _EXAMPLES))
_HARMLESS = {"NotFound", "InvalidInput", "Forbidden"}


_OF_ONESELF = {
    "get_conversations",
    "get_waiting_messages",
    "get_conflicts",
    "get_job_additions",
    "get_merges",
    "get_probable_duplicates",
    "get_attention",
    "get_attention_counts",
    "get_suppressed_addresses",
    "get_import_rows",
    "get_project_people",
    "get_projects",
    "get_rejection_mails",
    "get_sourcing_activity",
    "get_diversity_filter",
    "get_diversity_uses",
    "get_directory_changes",
}
"""Of what waits for the viewer, was written by them or is named by them: not of what was made for this test."""


_MAKES_ONES_OWN = {
    "create_person",
    "create_project",
    "create_import",
    "set_ownership_rules",
    "set_working_hours",
    "remove_working_hours",
    "invite_user",
    "record_absence",
    "create_template",
}
"""They name nothing of anybody else's, and create or change something in the organisation of the user who asks."""
_LISTS_ONES_OWN = {
    "get_users",
    "get_imports",
    "get_projects",
    "search_people",
    "get_people_facets",
    "get_ownership_rules",
    "get_saved_searches",
    "get_attention_settings",
    "get_directory",
    "get_directory_changes",
    "get_templates",
}


def _paged() -> list[str]:
    """Every list of the schema that is read in pages."""
    fields = _SCHEMA.query_type.fields if _SCHEMA.query_type else {}
    return [name for name, field in fields.items() if "after" in field.args]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def services(stack: Stack) -> AsyncIterator[RequestClient]:
    """A way to services past the gateway, as it has one."""
    async with stack.nats.client("gateway") as client:
        yield RequestClient(client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reviews(stack: Stack) -> AsyncIterator[RequestClient]:
    """The way that outreach has to reviews: the broker keeps the gateway from asking for a link."""
    async with stack.nats.client("outreach") as client:
        yield RequestClient(client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pipeline(stack: Stack) -> AsyncIterator[RequestClient]:
    """The way that reviews has to pipeline: the broker keeps the gateway from asking for a reviewer's link."""
    async with stack.nats.client("reviews") as client:
        yield RequestClient(client)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def found(ids: dict[Kind, str]) -> dict[Kind, UUID]:
    """Something of every kind that is Acme's, as services know it."""
    return {kind: parse_id(given, "")[1] for kind, given in ids.items()} | {Kind.VERDICT: uuid4()}


def _viewer(user_id: UUID, org_id: str) -> Viewer:
    return Viewer(org_id=org_id, user_id=UserId(user_id), roles=frozenset({Role.ADMIN}))


# Cursors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", _paged())
async def test_a_list_cursor_of_the_other_organisation_continues_only_ones_own(
    stack: Stack, ids: dict[Kind, str], services: RequestClient, name: str
) -> None:
    page = f"query($after: String) {{ {name}(first: 1, after: $after) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }}"
    for _ in range(2):
        await _one_more(stack, services, name)
    first = (await stack.data(page))[name]
    assert (await stack.data(page, after=first["pageInfo"]["endCursor"]))[name]["nodes"]

    answer = (await stack.data(page, role="stranger", after=first["pageInfo"]["endCursor"]))[name]

    own = {node["id"] for node in (await stack.data(page, role="stranger"))[name]["nodes"]}
    assert {node["id"] for node in answer["nodes"]} <= own
    assert (own != set()) is (name in {"users", "directory"})


async def _one_more(stack: Stack, services: RequestClient, name: str) -> None:
    """Let Acme have another thing of this list, unless the ATS gave it enough of them."""
    shown = get_named_type(_SCHEMA.query_type.fields[name].type)  # type: ignore[union-attr]
    assert isinstance(shown, GraphQLObjectType)
    listed = get_named_type(shown.fields["nodes"].type).name
    kind = {"PersonMatch": Kind.PERSON, "UserAccess": Kind.USER}.get(listed) or Kind(listed)
    users = await stack.rows("pipeline", "SELECT id FROM user_account WHERE org_id = 'acme' AND active ORDER BY id")
    if kind is Kind.SUPPRESSION:
        for row in await stack.rows("pipeline", "SELECT id FROM person WHERE deleted_at IS NULL ORDER BY id LIMIT 2"):
            await services.call(SuppressPerson(person_id=row["id"]), _viewer(users[0]["id"], "acme"), deadline=10)
    else:
        # Theirs who asks: some lists show nothing else.
        owner = parse_id((await stack.data("{ me { id } }"))["me"]["id"], "")[1]
        await Worlds(stack, services, users[-1]["id"]).of(owner, {kind})


@pytest.mark.parametrize("label", [o.label for o in _OPERATIONS if o.kind == "subscription"])
async def test_a_subscription_cursor_of_the_other_organisation_continues_only_ones_own(
    stack: Stack, ids: dict[Kind, str], label: str
) -> None:
    """The stream is shared: a position in it is valid for everybody, and shows each viewer only their own."""
    beginning = await _beginning(stack)
    found = next(o for o in operations(_SCHEMA, ids, after=beginning) if (o.kind, o.label) == ("subscription", label))
    if any(argument != "after" for argument in found.variables):
        assert [e["extensions"]["code"] for e in await _watched(stack, found, lifetime=60)] == ["NOT_FOUND"]
    field = _SCHEMA.subscription_type.fields[label]  # type: ignore[union-attr]
    if not any(str(argument.type).endswith("!") for argument in field.args.values()):
        own = Operation(
            "subscription", label, f"subscription($after: String) {{ {label}(after: $after) {{ __typename }} }}",
            {"after": beginning},
        )  # fmt: skip
        # What was missed comes before all else: with the token's end all of it would have come.
        assert [e["extensions"]["code"] for e in await _watched(stack, own, lifetime=5)] == ["UNAUTHENTICATED"]


async def _beginning(stack: Stack) -> str:
    """The place before everything that happened, as a client would have it from a change."""
    async with stack.nats.client("operator") as client:
        info = json.loads((await client.request(f"$JS.API.STREAM.INFO.{STREAM}", b"{}")).data)
    return cursor_of(StreamPosition(str(info["created"]), 0))


async def _watched(stack: Stack, operation: Operation, *, lifetime: float) -> list[dict[str, Any]]:
    """What a stranger gets to see until it ends: nothing but why it ended."""
    token = issuer_of(stack).token(STRANGER, organisation="globex", lifetime=timedelta(seconds=lifetime))
    async with stack.session.ws_connect(stack.graphql_url, protocols=["graphql-transport-ws"]) as socket:
        await socket.send_json({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})
        assert (await socket.receive_json(timeout=10))["type"] == "connection_ack"
        payload = {"query": operation.document, "variables": operation.variables}
        await socket.send_json({"id": "1", "type": "subscribe", "payload": payload})
        answer = await socket.receive_json(timeout=lifetime + 10)
    payload = answer["payload"]
    errors: list[dict[str, Any]] = payload if isinstance(payload, list) else payload.get("errors", [])
    assert errors, answer
    return errors


# Tokens ---------------------------------------------------------------------------------------------------


def _tokens(stack: Stack, folder: Path) -> dict[str, tuple[str, int]]:
    """Tokens that are good but for one thing, and the status they are answered with."""
    issuer, email = issuer_of(stack), stack.emails["admin"][0]
    said = jwt.decode(issuer.token(email), options={"verify_signature": False})
    return {
        "the other organisation": (issuer.token(email, organisation="globex"), 403),
        "the other's user": (issuer.token(STRANGER), 403),
        "an unknown organisation": (issuer.token(email, organisation="initech"), 403),
        "no organisation": (issuer.token(email, org=None), 401),
        "both organisations": (issuer.token(email, org=["acme", "globex"]), 401),
        "a wildcard": (issuer.token(email, org="*"), 401),
        "an expired one": (issuer.token(email, lifetime=timedelta(seconds=-5)), 401),
        "another audience": (issuer.token(email, aud="payroll"), 401),
        "another issuer": (issuer.token(email, iss="https://issuer.globex.example"), 401),
        "unsigned": (jwt.encode(said, None, algorithm="none"), 401),
        "another's signature": (impostor(issuer, folder).token(email), 401),
    }


@pytest.mark.parametrize(("kind", "label"), [(o.kind, o.label) for o in _OPERATIONS])
async def test_a_token_that_is_not_of_a_user_of_the_organisation_is_refused(
    stack: Stack, ids: dict[Kind, str], tmp_path: Path, kind: str, label: str
) -> None:
    operation = next(o for o in operations(_SCHEMA, ids) if (o.kind, o.label) == (kind, label))
    before = await quiet(stack)
    body = {"query": operation.document, "variables": operation.variables}
    for what, (token, status) in _tokens(stack, tmp_path).items():
        headers = {"Authorization": f"Bearer {token}"}
        async with stack.session.post(stack.graphql_url, json=body, headers=headers) as response:
            assert response.status == status, what
            answer = await response.json(content_type=None)
        assert "data" not in answer, what
        text = json.dumps(answer)
        assert [given for given in ids.values() if given in text] == [], what
    assert await logs(stack) == before


async def test_the_same_token_with_valid_claims_is_accepted(stack: Stack) -> None:
    headers = {"Authorization": f"Bearer {issuer_of(stack).token(stack.emails['admin'][0])}"}
    async with stack.session.post(stack.graphql_url, json={"query": "{ me { id } }"}, headers=headers) as response:
        assert response.status == 200


async def test_a_link_opens_only_the_page_of_its_organisation_and_its_purpose(
    stack: Stack, ids: dict[Kind, str]
) -> None:
    reviewer, person = stack.emails["hiring_manager"][0], parse_id(ids[Kind.MESSAGE], "")[1]

    async def link() -> str | None:
        mails = await stack.mail(to=reviewer)
        found = (re.search(r"http://[^/\s]+/r/[\w.-]+", json.dumps(mail)) for mail in mails)
        return next((each[0] for each in found if each), None)

    await eventually(lambda: _is(link()), within=60, what="the link")
    address = await link()
    assert address is not None
    reviews, review_token = address.rsplit("/", 1)
    outreach = f"http://{urlsplit(stack.environments['outreach']['PUBLIC_URL']).netloc}/u"
    links = {
        service: Links(stack.environments[service]["LINK_SECRET"], purpose)
        for service, purpose in (("reviews", "review"), ("outreach", "unsubscribe"))
    }
    org_id, link_id = links["reviews"].parts(review_token) or ("", "")
    assert org_id == "acme"
    before = await quiet(stack)

    async def status(address: str, method: str = "GET") -> int:
        async with stack.session.request(method, address, allow_redirects=False) as response:
            return response.status

    unsubscribe = links["outreach"].token("acme", person)
    assert (await status(address), await status(f"{outreach}/{unsubscribe}")) == (200, 200)
    for wrong in (
        f"{reviews}/{links['reviews'].token('globex', link_id)}",
        f"{reviews}/{unsubscribe}",
        f"{reviews}/{links['outreach'].token('acme', link_id)}",
        f"{reviews}/{_renamed(review_token)}",
        f"{outreach}/{links['outreach'].token('globex', person)}",
        f"{outreach}/{review_token}",
        f"{outreach}/{links['reviews'].token('acme', person)}",
        f"{outreach}/{_renamed(unsubscribe)}",
    ):
        assert await status(wrong) == 404, wrong
        assert await status(wrong + ("/finish" if "/r/" in wrong else ""), "POST") in (404, 405), wrong
    assert await logs(stack) == before


def _renamed(token: str) -> str:
    """The token with its organisation changed and its signature kept."""
    said, _, signature = token.rpartition(".")
    text = urlsafe_b64decode(said + "=" * (-len(said) % 4)) if not said.startswith("[") else said.encode()
    changed = text.replace(b"acme", b"globex")
    assert changed != text
    return f"{urlsafe_b64encode(changed).rstrip(b'=').decode()}.{signature}"


async def _is(found: Any) -> bool:
    return await found is not None


# Keys and hashes ------------------------------------------------------------------------------------------


def _with_a_key() -> list[str]:
    """Every mutation that knows a repetition by a key."""
    inputs = _SCHEMA.type_map
    mutations = _SCHEMA.mutation_type.fields if _SCHEMA.mutation_type else {}
    named = {name: str(field.args["input"].type).rstrip("!") for name, field in mutations.items()}
    return [name for name, taken in named.items() if "idempotencyKey" in getattr(inputs[taken], "fields", {})]


@pytest.mark.parametrize("label", _with_a_key())
async def test_the_others_idempotency_key_returns_nothing_of_theirs(
    stack: Stack, ids: dict[Kind, str], label: str
) -> None:
    operation = next(o for o in operations(_SCHEMA, ids) if o.label == label)
    taken = {"input": operation.variables["input"] | {"idempotencyKey": str(uuid4())}}
    # A verdict is given, and taken back, by a reviewer of the review.
    role = "hiring_manager" if "Verdict" in label else "admin"
    theirs = (await stack.data(operation.document, role=role, **taken))[label]
    # A move to where the card is already is none, nor is a merge of a person with themselves, nor are they added to a
    # job that they are pursued for: all get as far as that.
    assert theirs["__typename"] not in _HARMLESS or label in ("moveApplication", "mergePeople", "addToJob"), theirs
    before = await quiet(stack)

    answer = await stack.execute(operation.document, role="stranger", **taken)

    if not operation.names_something:
        # What names nothing of theirs creates something of the stranger's own.
        assert theirs.get("id") not in {answer["data"][label].get("id")} - {None}
        assert of_acme(await logs(stack)) == of_acme(before)
        return
    assert answer["data"][label]["__typename"] == "NotFound"
    assert answer["data"][label]["id"] in operation.ids
    assert await logs(stack) == before


async def test_the_hash_of_the_others_document_reads_only_ones_own(stack: Stack) -> None:
    document = "{ me { email } jobs(first: 5) { nodes { id } } users(first: 200) { nodes { email } } }"
    named = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(document.encode()).hexdigest()}}

    async def execute(role: str, **body: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {stack.token(role)}"}
        async with stack.session.post(
            stack.graphql_url, json=body | {"extensions": named}, headers=headers
        ) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
            return answer["data"]  # type: ignore[no-any-return]

    assert len((await execute("admin", query=document))["users"]["nodes"]) > 1
    assert await execute("stranger") == {
        "me": {"email": STRANGER},
        "jobs": {"nodes": []},
        "users": {"nodes": [{"email": STRANGER}]},
    }


# Subjects -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [request.address() for request in request_types()])
async def test_a_request_of_the_other_organisation_learns_and_changes_nothing(
    stack: Stack,
    services: RequestClient,
    reviews: RequestClient,
    pipeline: RequestClient,
    found: dict[Kind, UUID],
    address: str,
) -> None:
    """Past the gateway: even as a user with the id of one of the other's."""
    before = await quiet(stack)
    [(notification,)] = await stack.rows(
        "reviews", "SELECT id FROM notification WHERE org_id = 'acme' ORDER BY id LIMIT 1"
    )
    named = {
        "org_id": "globex",
        "email": stack.emails["admin"][0],
        "notification_id": notification,
        "connection": "greenhouse",
    }
    request = next(r for r in requests_about(found, **named) if r.address() == address)
    for user in (uuid4(), found[Kind.USER]):
        viewer = None if request.anonymous else _viewer(user, "globex")
        asking = services
        if isinstance(request, RenderNotification):
            asking = reviews
        elif isinstance(request, LinkReviewedAttachment):
            asking = pipeline
        answer = await asking.call(request, viewer, deadline=10, key="a key")
        _nothing_is_learnt(request, answer, [known for known in found.values() if known != found[Kind.USER]])
    after = await logs(stack)
    if request.name() in _MAKES_ONES_OWN:
        before, after = of_acme(before), of_acme(after)
    assert after == before


def _nothing_is_learnt(request: Request[Any], answer: Any, theirs: list[UUID]) -> None:
    if isinstance(answer, Refusal):
        return
    text, given = answer.model_dump_json(), request.model_dump_json()
    assert [known for known in theirs if str(known) in text and str(known) not in given] == []
    lists = [value for value in answer.model_dump().values() if isinstance(value, list | tuple)]
    if lists:
        assert not any(lists) or request.name() in _LISTS_ONES_OWN | _MAKES_ONES_OWN, answer
    else:
        # What it made is its own: a permission to send from one's own mailbox names only who it is for.
        assert (
            request.name()
            in {*("grant_sending", "get_sourcing_activity", "get_attention_counts", "get_diversity_filter")}
            | {"get_rejection_mail_time"}
            | _MAKES_ONES_OWN
        ), answer


async def test_the_same_requests_succeed_for_their_own_users(
    stack: Stack, services: RequestClient, found: dict[Kind, UUID]
) -> None:
    """Or the test above would be true of requests that never answer anything."""
    # An action on many people is its user's alone.
    await stack.rows("pipeline", "UPDATE bulk_action SET requested_by = $1", found[Kind.USER])
    named = {
        "org_id": "acme",
        "email": stack.emails["admin"][0],
        "notification_id": uuid4(),
        "connection": "greenhouse",
    }
    for request in requests_about(found, **named):
        if request.name().startswith("get_") and Kind.VERDICT not in _kinds(request, found):
            answer = await services.call(request, _viewer(found[Kind.USER], "acme"), deadline=10)
            assert not isinstance(answer, Refusal), answer
            assert any(answer.model_dump().values()) or request.name() in _OF_ONESELF, request


def _kinds(request: Request[Any], found: dict[Kind, UUID]) -> set[Kind]:
    text = request.model_dump_json()
    return {kind for kind, known in found.items() if str(known) in text}


async def test_events_on_the_others_subjects_change_nothing_of_ones_own(stack: Stack, ids: dict[Kind, str]) -> None:
    """One of every type that happened: once as Globex's own about Acme's things, once as Acme's on Globex's subject."""
    await quiet(stack)
    happened = await _one_of_every_type(stack)
    assert len(happened) > 5
    await _settled(stack)
    before = {service: await _everythingof_acme(stack, service) for service in ALL_SERVICES}
    await publish(
        stack,
        [
            (
                subject.replace("hiring.acme.", "hiring.globex."),
                json.dumps(body | {"id": str(uuid4()), "orgid": orgid}).encode(),
            )
            for subject, body in happened
            for orgid in ("globex", "acme")
        ],
    )
    await _settled(stack)
    assert {service: await _everythingof_acme(stack, service) for service in ALL_SERVICES} == before
    for service in ALL_SERVICES:
        parked = await stack.rows(service, "SELECT org_id, subject, reason FROM parked")
        assert {row["org_id"] for row in parked} == {"globex"}
        assert [row for row in parked if row["reason"].endswith("orgid: is not that of the subject")]


async def _one_of_every_type(stack: Stack) -> list[tuple[str, dict[str, Any]]]:
    found = [
        row
        for service in ALL_SERVICES
        for row in await stack.rows(
            service, "SELECT DISTINCT ON (subject) subject, body FROM outbox WHERE org_id = 'acme' ORDER BY subject, id"
        )
    ]
    return [(row["subject"], json.loads(row["body"])) for row in found]


async def _settled(stack: Stack) -> None:
    """Every consumer has dealt with everything."""

    async def idle() -> bool:
        async with operating(stack) as stream:
            consumers = await stream.consumers_info(STREAM)
        durable = [each for each in consumers if each.config.durable_name]
        return all(each.num_pending == 0 and each.num_ack_pending == 0 for each in durable)

    await eventually(idle, within=60, what="the end of what is under way")


async def _everythingof_acme(stack: Stack, service: str) -> dict[str, str]:
    """A digest of every row of Acme's in every table of a service.

    The ATS greets a new webhook, again after a minute if nobody listened yet: that is no change that others caused.
    """
    tables = await stack.rows(
        service,
        "SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition"
        " AND a.attname = 'org_id' ORDER BY 1",
    )
    digests = {}
    for table in tables:
        text = (
            f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{table['name']}\" t WHERE org_id = 'acme'"
            " AND to_jsonb(t) ->> 'action' IS DISTINCT FROM 'ping'"
        )
        [(digests[table["name"]],)] = await stack.rows(service, text)
    return digests
