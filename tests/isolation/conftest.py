"""Two organisations on one stack, for the files of this folder that ask for `stack` and `ids`."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from rapport.gateway.graph.ids import Kind, global_id, parse_id
from rapport.testing.databases import Templates
from rapport.testing.stack import ALL_SERVICES, Stack, running_stack
from tests.support.two_organisations import STRANGER, issuer_of
from tests.support.worlds import ABSENT, DEMOGRAPHIC, FLAGGED, INTERVIEWED, OPENED, PAIRED

_FOUND = """
{ me { id } jobs(first: 1, filter: {status: OPEN}) { nodes {
  id stages { id } people(first: 5) { nodes { id applications { id } attachments { id } } } } } }
"""
_MERGE = """
mutation ($input: MergePeopleInput!) { mergePeople(input: $input) { ... on MergePeopleSuccess { mergeId } } }
"""


_ADD_POINT = """
mutation ($input: AddContactPointsInput!) {
  addContactPoints(input: $input) { ... on PersonChanged { person { recordedContactPoints { id } } } }
}
"""


_TAKE_OVER = "mutation ($input: TakeOverInput!) { takeOver(input: $input) { __typename } }"
_REQUEST_TAKEOVER = """
mutation ($input: RequestTakeoverInput!) {
  requestTakeover(input: $input) { ... on OwnershipSuccess { ownership { takeoverRequests { id } } } }
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(database_templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Acme is filled; Globex is a second organisation with an administrator, and nothing else."""
    folder = tmp_path_factory.mktemp("stack")
    async with running_stack(database_templates, folder, people=150, services=ALL_SERVICES) as stack:
        await stack.synced()
        connection = await asyncpg.connect(stack.databases["pipeline"].url)
        await connection.execute("SELECT set_config('rapport.org_id', 'globex', false)")
        await connection.execute(
            "INSERT INTO user_account (org_id, id, connection, external_id, name, email, site_admin, active)"
            " VALUES ('globex', $1, 'none', '1', 'Gus', $2, true, true)",
            uuid4(),
            STRANGER,
        )
        await connection.close()
        stack.tokens["stranger"] = [issuer_of(stack).token(STRANGER, organisation="globex")]
        yield stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ids(stack: Stack) -> dict[Kind, str]:
    """Something of every kind that is Acme's."""
    found = await stack.data(_FOUND, role="hiring_manager")
    job = found["jobs"]["nodes"][0]
    person = next(each for each in job["people"]["nodes"] if each["attachments"])
    known = {
        Kind.USER: found["me"]["id"],
        Kind.JOB: job["id"],
        Kind.STAGE: job["stages"][0]["id"],
        Kind.PERSON: person["id"],
        Kind.APPLICATION: person["applications"][0]["id"],
        Kind.ATTACHMENT: person["attachments"][0]["id"],
    }
    fields = await stack.data("{ customFields { id } }", role="admin")
    known[Kind.CUSTOM_FIELD] = fields["customFields"][0]["id"]
    reasons = await stack.data("{ closeReasons { id closedBy } }", role="recruiter")
    known[Kind.CLOSE_REASON] = next(r["id"] for r in reasons["closeReasons"] if r["closedBy"] == "ORGANISATION")
    [(opening,)] = await stack.rows("pipeline", OPENED, parse_id(job["id"], "")[1])
    known[Kind.OPENING] = global_id(Kind.OPENING, opening)
    [(option,)] = await stack.rows("pipeline", DEMOGRAPHIC, parse_id(person["id"], "")[1])
    known[Kind.DEMOGRAPHIC_OPTION] = global_id(Kind.DEMOGRAPHIC_OPTION, option)
    about = (parse_id(known[Kind.APPLICATION], "")[1], parse_id(known[Kind.USER], "")[1])
    for kind, statement in ((Kind.FLAG, FLAGGED), (Kind.ABSENCE, ABSENT), (Kind.INTERVIEW, INTERVIEWED)):
        [(row,)] = await stack.rows("pipeline", statement, *about)
        known[kind] = global_id(kind, row)
    made = [
        (Kind.REVIEW, "recruiter", "requestReview", "RequestReviewInput", {
            "jobId": job["id"], "personIds": [person["id"]], "reviewerIds": [found["me"]["id"]],
        }),
        (Kind.MESSAGE, "recruiter", "sendMessage", "SendMessageInput", {
            "personId": person["id"], "jobId": job["id"], "subject": "Hello", "body": "Hello",
        }),
        (Kind.SENDING_GRANT, "hiring_manager", "grantSending", "GrantSendingInput", {"role": "RECRUITER"}),
        (Kind.SUPPRESSION, "recruiter", "suppressPerson", "SuppressPersonInput", {"personId": person["id"]}),
        (Kind.PROJECT, "recruiter", "createProject", "CreateProjectInput", {"name": "Iberia"}),
        (Kind.NOTE, "recruiter", "addNote", "AddNoteInput", {
            "personId": person["id"], "visibility": "PUBLIC", "body": "Hello",
        }),
        (Kind.IMPORT, "recruiter", "createImport", "CreateImportInput", {"fileName": "people.csv"}),
        (Kind.MESSAGE_TEMPLATE, "recruiter", "createTemplate", "CreateTemplateInput", {
            "kind": "REJECTION", "name": "Iberia", "subject": "Hello", "body": "Hello", "shared": True,
        }),
        (Kind.SAVED_SEARCH, "hiring_manager", "saveSearch", "SaveSearchInput", {
            "name": "Iberia", "query": {"text": "lima"}, "sharing": "ORGANISATION",
        }),
        (Kind.AGREED_ACTION, "hiring_manager", "addAgreedAction", "AddAgreedActionInput", {
            "jobId": job["id"], "text": "Call", "ownerId": found["me"]["id"], "dueOn": "2027-02-01",
        }),
        (Kind.BULK_ACTION, "admin", "checkBulkAction", "CheckBulkActionInput", {
            "selection": {"personIds": [person["id"]]}, "action": {"kind": "ADD_TAG", "tag": "Iberia"},
        }),
    ]  # fmt: skip
    for kind, role, name, taken, given in made:
        query = f"mutation ($input: {taken}!) {{ {name}(input: $input) {{ ... on {kind} {{ id }} }} }}"
        known[kind] = (await stack.data(query, role=role, input=given))[name]["id"]
    merged = {"survivorId": person["id"], "mergedId": job["people"]["nodes"][1]["id"]}
    known[Kind.MERGE] = (await stack.data(_MERGE, role="recruiter", input=merged))["mergePeople"]["mergeId"]
    [(pair,)] = await stack.rows("pipeline", PAIRED, parse_id(person["id"], "")[1])
    known[Kind.DUPLICATE] = global_id(Kind.DUPLICATE, pair)
    point = {"personId": person["id"], "contactPoints": [{"kind": "LINK", "value": "example.org/somebody"}]}
    added = (await stack.data(_ADD_POINT, role="recruiter", input=point))["addContactPoints"]
    known[Kind.CONTACT_POINT] = added["person"]["recordedContactPoints"][0]["id"]
    await stack.data(_TAKE_OVER, role="admin", input={"personId": person["id"], "reason": "Hello"})
    asked = await stack.data(_REQUEST_TAKEOVER, role="recruiter", input={"personId": person["id"]})
    known[Kind.TAKEOVER_REQUEST] = asked["requestTakeover"]["ownership"]["takeoverRequests"][0]["id"]
    return known
