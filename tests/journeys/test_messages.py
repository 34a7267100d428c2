"""A recruiter writes to people: mails arrive, are replied to, bounce, and people unsubscribe."""

import re
from typing import Any

import pytest
import pytest_asyncio

from rapport.local.waiting import eventually
from rapport.testing.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")

SERVICES = ("pipeline", "outreach")

_PEOPLE = "query { people(first: 50) { nodes { id mayBeEmailed emails { value } } } }"
_SEND = """
mutation Send($input: SendMessageInput!) { sendMessage(input: $input) {
  __typename
  ... on Message { id state toAddress }
  ... on Refusal { message }
  ... on InvalidInput { problems { path message } }
} }
"""
_MESSAGE = """
query Message($id: ID!) { node(id: $id) { ... on Message { state blocker explanation replies { kind text } } } }
"""
_used: set[str] = set()


async def _somebody(stack: Stack) -> str:
    """A person with an address, who agreed to be written to and has no message from this file yet."""
    for person in (await stack.data(_PEOPLE))["people"]["nodes"]:
        if person["emails"] and person["mayBeEmailed"] and person["id"] not in _used:
            _used.add(person["id"])
            return str(person["id"])
    raise AssertionError("no person left")


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def in_a_hurry(stack: Stack) -> None:
    """Messages are sent without the usual spacing."""
    await stack.rows("outreach", "INSERT INTO limits (org_id, spacing_seconds) VALUES ('acme', 0)")


async def _arrived(stack: Stack) -> tuple[str, dict[str, Any]]:
    """A message that was received: its id, and the mail."""
    to = {"personId": await _somebody(stack), "subject": "A new role", "body": "Shall we talk?"}
    sent = (await stack.data(_SEND, role="recruiter", input=to))["sendMessage"]
    assert sent["__typename"] == "Message", sent
    address = sent["toAddress"]

    async def mail() -> list[dict[str, Any]]:
        return await stack.mail(to=address)

    [found] = await eventually(mail, within=60, what="the mail")
    return sent["id"], found


async def _message(stack: Stack, message_id: str) -> dict[str, Any]:
    node: dict[str, Any] = (await stack.data(_MESSAGE, id=message_id))["node"]
    return node


async def test_a_personal_reply_is_shown_with_the_message(stack: Stack) -> None:
    message_id, mail = await _arrived(stack)
    await stack.answer(mail, "text", text="With pleasure, on Tuesday.")

    async def answered() -> dict[str, Any] | None:
        found = await _message(stack, message_id)
        return found if found["replies"] and found["state"] == "SENT" else None

    found = await eventually(answered, within=60, what="the reply")
    assert found["replies"] == [{"kind": "PERSONAL", "text": "With pleasure, on Tuesday."}]


async def test_an_out_of_office_reply_is_distinguished_from_a_personal_one(stack: Stack) -> None:
    message_id, mail = await _arrived(stack)
    await stack.answer(mail, "out_of_office")

    async def answered() -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = (await _message(stack, message_id))["replies"]
        return results

    [result] = await eventually(answered, within=60, what="the automatic reply")
    assert result["kind"] == "AUTOMATIC"


async def test_a_bounced_message_is_shown_as_bounced(stack: Stack) -> None:
    message_id, mail = await _arrived(stack)
    await stack.answer(mail, "bounce")

    async def bounced() -> dict[str, Any] | None:
        found = await _message(stack, message_id)
        return found if found["state"] == "BOUNCED" else None

    found = await eventually(bounced, within=60, what="the bounce")
    assert found["replies"] == []


async def test_a_person_who_unsubscribes_with_one_click_is_not_written_to_again(stack: Stack) -> None:
    _, mail = await _arrived(stack)
    headers = {name.lower(): value for name, value in dict(mail["headers"]).items()}
    link = re.fullmatch(r"<(http[^>]+)>", headers["list-unsubscribe"])
    assert link is not None
    async with stack.session.post(link[1], data={"List-Unsubscribe": "One-Click"}) as response:
        assert response.status == 200
    [person] = await stack.rows(
        "outreach", "SELECT person_id, reason, whole_person FROM suppression WHERE whole_person"
    )
    assert (person["reason"], person["whole_person"]) == ("unsubscribed", True)
