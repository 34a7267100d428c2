"""Deletions, merges and anonymisations in the ATS reach every service; lost webhooks are found by the comparison."""

from base64 import urlsafe_b64decode
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from rapport.gateway.graph.ids import Kind, global_id
from rapport.kit.identity import derived_id
from rapport.local.waiting import eventually
from rapport.testing.stack import ALL_SERVICES, CONNECTION, ORGANISATION, Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 250
SERVICES = ALL_SERVICES
SETTINGS = {"ATS_COMPARE_PAUSE_SECONDS": "0.05"}
_WITHIN = 60.0

_FUNNELS = (
    "{ jobs(first: 100) { nodes { id funnel { applications stages { kind reached advanced exited waiting } } } } }"
)
_BOARD = """
query($id: ID!) { job(id: $id) { activeApplications board { columns {
  count cards(first: 100) { nodes { personName } } } } } }
"""
_PERSON = "query($id: ID!) { person(id: $id) { id name applications { id } } }"
_REVIEW = """
mutation($input: RequestReviewInput!) { requestReview(input: $input) {
  __typename ... on Review { id } ... on Refusal { message } ... on InvalidInput { problems { path message } } } }
"""
_SEND = """
mutation($input: SendMessageInput!) { sendMessage(input: $input) {
  __typename ... on Message { id } ... on Refusal { message } ... on InvalidInput { problems { path message } } } }
"""
_COMPARE = """
mutation($accept: Boolean!) { compareWithAts(input: {connection: "greenhouse", acceptMissing: $accept}) { __typename } }
"""
_SYNC = """
{ sync { unappliedEndings unappliedEndingKinds comparison {
  state requested startedAt finishedAt collections { name state read expected missingThere missingHere different } } } }
"""
_PICK = """
SELECT p.id, p.external_id, p.first_name || ' ' || p.last_name AS name, a.id AS application_id,
    a.external_id AS application_ref, a.job_id
FROM person p JOIN application a ON a.person_id = p.id
WHERE a.status = 'active' AND p.deleted_at IS NULL AND a.removed_at IS NULL AND p.may_be_emailed
    AND jsonb_array_length(p.emails::jsonb) > 0 AND p.id <> ALL($1::uuid[])
    AND (SELECT count(*) FROM application o WHERE o.person_id = p.id) = 1
ORDER BY p.id LIMIT 1
"""
_used: list[UUID] = []


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def in_a_hurry(stack: Stack) -> None:
    """Messages are sent without the usual spacing."""
    await stack.rows("outreach", "INSERT INTO limits (org_id, spacing_seconds) VALUES ('acme', 0)")


async def _somebody(stack: Stack) -> Any:
    """A person with one application, which is active, that no test of this file has used."""
    [found] = await stack.rows("pipeline", _PICK, _used)
    _used.append(found["id"])
    return found


def _global(kind: str, id_: UUID) -> str:
    return str(global_id(Kind[kind], id_))


async def _written_about(stack: Stack, person: Any) -> None:
    """Reviewers are asked about the person, and the person is written to."""
    person_id, job_id = _global("PERSON", person["id"]), _global("JOB", person["job_id"])
    [manager] = await stack.rows("pipeline", "SELECT user_id FROM job_team WHERE job_id = $1 LIMIT 1", person["job_id"])
    review = {"jobId": job_id, "personIds": [person_id], "reviewerIds": [_global("USER", manager["user_id"])]}
    made = await stack.data(_REVIEW, role="recruiter", input=review | {"idempotencyKey": f"review-{person['id']}"})
    assert made["requestReview"]["__typename"] == "Review", made
    mail = {"personId": person_id, "subject": "A new role", "body": f"Dear {person['name']}, shall we talk?"}
    sent = (await stack.data(_SEND, role="recruiter", input=mail))["sendMessage"]
    assert sent["__typename"] == "Message", sent

    async def gone() -> bool:
        [row] = await stack.rows("outreach", "SELECT state FROM message WHERE person_id = $1", person["id"])
        return row["state"] == "sent"

    await eventually(gone, within=_WITHIN, what="the message")


async def _copies(stack: Stack, name: str) -> dict[str, int]:
    """The number of rows of each service that contain the name."""
    found = {}
    for service, statement in {
        "pipeline": "SELECT (SELECT count(*) FROM person WHERE first_name || ' ' || last_name = $1)"
        " + (SELECT count(*) FROM board_card WHERE card::text LIKE '%' || $1 || '%')",
        "reviews": "SELECT count(*) FROM item WHERE profile::text LIKE '%' || $1 || '%'",
        "outreach": "SELECT count(*) FROM message WHERE to_name = $1 OR body LIKE '%' || $1 || '%'",
    }.items():
        [row] = await stack.rows(service, statement, name)
        found[service] = row[0]
    return found


async def _funnels(stack: Stack) -> Any:
    return sorted((await stack.data(_FUNNELS))["jobs"]["nodes"], key=lambda job: job["id"])


async def _shown(stack: Stack, person: Any) -> bool:
    """Whether the board of their job shows the person."""
    job = (await stack.data(_BOARD, id=_global("JOB", person["job_id"])))["job"]
    columns = job["board"]["columns"]
    assert job["activeApplications"] == sum(column["count"] for column in columns)
    return person["name"] in [card["personName"] for column in columns for card in column["cards"]["nodes"]]


async def _forgotten(stack: Stack, person: Any) -> None:
    async def nowhere() -> bool:
        return set((await _copies(stack, person["name"])).values()) == {0}

    await eventually(nowhere, within=_WITHIN, what="the name gone everywhere")
    assert not await _shown(stack, person)
    assert (await stack.execute(_PERSON, id=_global("PERSON", person["id"])))["data"] == {"person": None}
    [ledger] = await stack.rows(
        "outreach", "SELECT reason, whole_person, address FROM suppression WHERE person_id = $1", person["id"]
    )
    assert tuple(ledger) == ("erased", True, None)
    [hashes] = await stack.rows("outreach", "SELECT count(*) FROM suppression_address")
    assert hashes[0] >= 1


@pytest.mark.parametrize(
    ("change", "more"), [("anonymize_candidate", {}), ("anonymize_candidate", {"fields": ["full_name"]})]
)
async def test_a_person_anonymized_in_the_ats_is_erased_in_every_service_and_no_metric_changes(
    stack: Stack, change: str, more: dict[str, Any]
) -> None:
    person = await _somebody(stack)
    await _written_about(stack, person)
    before = await _funnels(stack)
    assert 0 not in (await _copies(stack, person["name"])).values()
    await stack.control("changes", change=change, candidate_id=int(person["external_id"]), **more)
    await _forgotten(stack, person)
    assert await _funnels(stack) == before


async def test_a_person_deleted_in_the_ats_is_erased_and_no_metric_changes(stack: Stack) -> None:
    person = await _somebody(stack)
    await _written_about(stack, person)
    before = await _funnels(stack)
    await stack.control("changes", change="delete_candidate", candidate_id=int(person["external_id"]))
    await _forgotten(stack, person)

    async def removed() -> bool:
        [row] = await stack.rows("pipeline", "SELECT removal FROM application WHERE id = $1", person["application_id"])
        return row["removal"] == "person_deleted"

    await eventually(removed, within=_WITHIN, what="the end of the application")
    assert await _funnels(stack) == before


async def test_an_application_deleted_in_the_ats_leaves_board_person_and_funnel(stack: Stack) -> None:
    person = await _somebody(stack)
    job_id = _global("JOB", person["job_id"])
    before = {job["id"]: job["funnel"]["applications"] for job in await _funnels(stack) if job["funnel"]}
    await stack.control("changes", change="delete_application", application_id=int(person["application_ref"]))

    async def counted() -> bool:
        after = {job["id"]: job["funnel"]["applications"] for job in await _funnels(stack) if job["funnel"]}
        return after == before | {job_id: before[job_id] - 1}

    await eventually(counted, within=_WITHIN, what="the funnel without the application")
    assert not await _shown(stack, person)
    shown = (await stack.data(_PERSON, id=_global("PERSON", person["id"])))["person"]
    assert (shown["name"], shown["applications"]) == (person["name"], [])


async def test_the_survivor_of_a_merge_in_the_ats_has_both_applications_and_the_suppression(stack: Stack) -> None:
    duplicate, survivor = await _somebody(stack), await _somebody(stack)
    suppress = "mutation($id: ID!) { suppressPerson(input: {personId: $id}) { __typename } }"
    await stack.data(suppress, role="recruiter", id=_global("PERSON", duplicate["id"]))
    numbers = await _funnels(stack)
    body = {"duplicate_id": int(duplicate["external_id"]), "into_id": int(survivor["external_id"])}
    same_job = duplicate["job_id"] == survivor["job_id"]
    await stack.control("changes", change="merge_candidates", **body)

    async def held() -> bool:
        rows = await stack.rows(
            "outreach", "SELECT reason FROM suppression WHERE person_id = $1 AND lifted_at IS NULL", survivor["id"]
        )
        return [row["reason"] for row in rows] == ["do_not_contact"]

    await eventually(held, within=_WITHIN, what="the suppression of who stays")
    shown = (await stack.data(_PERSON, id=_global("PERSON", survivor["id"])))["person"]
    assert len(shown["applications"]) == 2 - same_job
    assert not await _shown(stack, duplicate)
    assert (await stack.execute(_PERSON, id=_global("PERSON", duplicate["id"])))["data"] == {"person": None}
    if not same_job:
        assert await _funnels(stack) == numbers
    to = {"personId": _global("PERSON", survivor["id"]), "subject": "Again", "body": "Hello"}
    sent = (await stack.data(_SEND, role="recruiter", input=to))["sendMessage"]
    if sent["__typename"] == "Message":
        message_id = UUID(urlsafe_b64decode(sent["id"] + "=" * (-len(sent["id"]) % 4)).decode().split(":", 1)[1])

        async def refused() -> bool:
            [row] = await stack.rows("outreach", "SELECT state, blocker FROM message WHERE id = $1", message_id)
            return (row["state"], row["blocker"]) == ("failed", "suppressed")

        await eventually(refused, within=_WITHIN, what="the refusal to write")


async def _compared(stack: Stack, *, accept: bool = False) -> Any:
    """Ask for a comparison and wait until one that began after that has ended."""
    [before] = await stack.rows("pipeline", "SELECT now() AS at")
    await stack.data(_COMPARE, role="recruiter", accept=accept)

    async def done() -> bool:
        statement = "SELECT state FROM comparison WHERE started_at >= $1 AND finished_at >= started_at"
        return [row["state"] for row in await stack.rows("pipeline", statement, before["at"])] not in ([], ["running"])

    await eventually(done, within=120, what="the end of the comparison")
    return (await stack.data(_SYNC))["sync"][0]["comparison"]


async def test_a_deletion_whose_webhook_was_lost_is_found_by_the_comparison(stack: Stack) -> None:
    person, other = await _somebody(stack), await _somebody(stack)
    await _written_about(stack, person)
    await stack.webhooks_delivered()
    await stack.control("faults", webhook_losses=2)
    await stack.control("changes", change="delete_candidate", candidate_id=int(person["external_id"]))
    await stack.control("changes", change="delete_application", application_id=int(other["application_ref"]))

    async def lost() -> bool:
        async with stack.session.get(f"{stack.sandbox.url}/ats/control/state") as response:
            return bool((await response.json())["faults"]["webhook_losses"] == 0)

    await eventually(lost, within=_WITHIN, what="the loss of the deliveries")
    assert await _shown(stack, person)
    assert await _shown(stack, other)
    comparison = await _compared(stack)
    assert comparison["state"] == "IDLE"
    found = {each["name"]: each for each in comparison["collections"]}
    assert (found["people"]["missingThere"], found["applications"]["missingThere"]) == (1, 1)
    await _forgotten(stack, person)
    assert not await _shown(stack, other)
    [event] = await stack.rows(
        "pipeline",
        "SELECT body FROM outbox WHERE subject LIKE '%.sync.drift_found.v1' ORDER BY aggregate_version DESC LIMIT 1",
    )
    assert person["name"] not in event["body"]


async def test_where_nothing_was_lost_a_comparison_finds_nothing(stack: Stack) -> None:
    comparison = await _compared(stack)
    drift = [c for c in comparison["collections"] if c["missingThere"] or c["missingHere"] or c["different"]]
    assert drift == []
    assert all(c["state"] == "DONE" for c in comparison["collections"])


def _our_id(collection: str, external_id: object) -> UUID:
    return derived_id(ORGANISATION, CONNECTION, collection, external_id)


async def test_what_was_deleted_is_in_no_list_of_the_ats_either(stack: Stack) -> None:
    """The comparison believes what the ATS answers by ids: so the sandbox must not show there what is gone."""
    ended = await stack.rows(
        "pipeline", "SELECT id FROM ended_record WHERE collection = 'applications' AND reason <> 'merged'"
    )
    there = {_our_id("applications", each["id"]) for each in await stack.ats("GET", "applications?per_page=500")}
    assert {row["id"] for row in ended} & there == set()
