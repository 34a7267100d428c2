"""Somebody is written to and answers, and a hiring manager is asked for a view: to mailboxes and back."""

import re
from typing import Any

import pytest

from rapport.local.testing.stack import ALL_SERVICES, Stack
from rapport.local.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPANY = 200
SERVICES = ALL_SERVICES
WITHIN = 60

_PEOPLE = "{ people(first: 30) { nodes { id mayBeEmailed emails { value } } } }"
_JOBS = "{ jobs(first: 50, status: OPEN) { nodes { id team { role user { id email } } } } }"
_SEND = """
mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename
  ... on Message { id toAddress } ... on Refusal { reason: message } } }
"""
_MESSAGES = "{ messages(first: 50) { nodes { id state explanation answers { kind text } } } }"
_REQUEST = """
mutation ($input: RequestReviewInput!) { requestReview(input: $input) { __typename
  ... on Refusal { reason: message } ... on InvalidInput { problems { path message } } } }
"""
_written_to: set[str] = set()


async def _person(stack: Stack) -> str:
    """Somebody who may be written to, and whom nobody in this file has written to."""
    for person in (await stack.data(_PEOPLE))["people"]["nodes"]:
        if person["mayBeEmailed"] and person["emails"] and person["id"] not in _written_to:
            _written_to.add(person["id"])
            return str(person["id"])
    raise AssertionError("nobody is left")


async def _send(stack: Stack, person: str, role: str) -> dict[str, Any]:
    given = {"personId": person, "subject": "Größere Pläne?", "body": "Hi,\n\nshall we talk?"}
    answer: dict[str, Any] = (await stack.data(_SEND, role=role, input=given))["sendMessage"]
    return answer


async def _mailed(stack: Stack, address: str) -> dict[str, Any]:
    async def arrived() -> list[dict[str, Any]]:
        return await stack.mail(to=address.lower())

    [mail] = await eventually(arrived, within=WITHIN, what="the mail")
    return mail


async def _message(stack: Stack, message: str) -> dict[str, Any]:
    nodes: list[dict[str, Any]] = (await stack.data(_MESSAGES))["messages"]["nodes"]
    return next(node for node in nodes if node["id"] == message)


async def test_what_a_person_answers_is_read_beside_the_message_it_answers(stack: Stack) -> None:
    message = await _send(stack, await _person(stack), "recruiter")
    mail = await _mailed(stack, message["toAddress"])
    assert (mail["subject"], stack.emails["recruiter"][0] in mail["from"]) == ("Größere Pläne?", True)
    await stack.answer(mail, "out_of_office")
    await stack.answer(mail, "text", text="Gladly, on Monday.")

    async def answered() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await _message(stack, message["id"]))["answers"]
        return found if len(found) == 2 else []

    automatic, personal = await eventually(answered, within=WITHIN, what="both answers")
    assert (automatic["kind"], personal) == ("AUTOMATIC", {"kind": "PERSONAL", "text": "Gladly, on Monday."})


async def test_an_address_that_bounced_is_not_written_to_again(stack: Stack) -> None:
    person = await _person(stack)
    message = await _send(stack, person, "sourcer")
    await stack.answer(await _mailed(stack, message["toAddress"]), "bounce")

    async def bounced() -> bool:
        return bool((await _message(stack, message["id"]))["state"] == "BOUNCED")

    await eventually(bounced, within=WITHIN, what="the bounce")
    assert "5.1.1" in (await _message(stack, message["id"]))["explanation"]


async def test_whoever_is_asked_for_a_review_gets_a_link_that_opens_without_an_account(stack: Stack) -> None:
    jobs = (await stack.data(_JOBS, role="recruiter"))["jobs"]["nodes"]
    job, manager = next(
        (job, member["user"]) for job in jobs for member in job["team"] if member["role"] == "HIRING_MANAGER"
    )
    given = {"jobId": job["id"], "personIds": [await _person(stack)], "reviewerIds": [manager["id"]]}
    asked = (await stack.data(_REQUEST, role="recruiter", input=given))["requestReview"]
    assert asked["__typename"] == "Review", asked

    link = re.search(r"http://\S+/r/\S+", (await _mailed(stack, manager["email"]))["text"])
    assert link
    async with stack.session.get(link[0]) as page:
        assert page.status == 200
