"""A recruiter writes to people: mails arrive, are replied to, bounce, and people unsubscribe."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
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
  ... on Message { id state blocker toAddress }
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


_ME = "query { me { id email } }"
_GRANT = """
mutation Grant($input: GrantSendingInput!) { grantSending(input: $input) { __typename } }
"""
_OWN_MESSAGES = """
subscription { messageChanged { __typename messageId
  ... on MessageStateChange { previous current message { blocker } } } }
"""


@asynccontextmanager
async def _own_messages(stack: Stack, role: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A user follows their own messages."""
    async with stack.session.ws_connect(stack.graphql_url, protocols=["graphql-transport-ws"]) as socket:
        payload = {"authorization": f"Bearer {stack.token(role)}"}
        await socket.send_json({"type": "connection_init", "payload": payload})
        assert (await socket.receive_json(timeout=10))["type"] == "connection_ack"
        await socket.send_json({"id": "1", "type": "subscribe", "payload": {"query": _OWN_MESSAGES}})
        yield socket


async def _next_change(socket: aiohttp.ClientWebSocketResponse, *, within: float) -> dict[str, Any]:
    message = await socket.receive_json(timeout=within)
    assert message["type"] == "next", message
    change: dict[str, Any] = message["payload"]["data"]["messageChanged"]
    return change


async def test_the_owner_of_a_mailbox_hears_live_and_by_mail_that_a_message_waits_for_their_permission(
    stack: Stack,
) -> None:
    manager = (await stack.data(_ME, role="hiring_manager"))["me"]
    given = {"fromUserId": manager["id"], "subject": "Secret", "body": "Hello?"}
    async with _own_messages(stack, "hiring_manager") as socket:

        async def heard() -> dict[str, Any] | None:
            # The protocol does not say when a subscription has been taken up: one more message is written until it has.
            to = {"personId": await _somebody(stack)}
            written = (await stack.data(_SEND, role="recruiter", input=given | to))["sendMessage"]
            assert written["blocker"] == "GRANT_MISSING"
            with suppress(TimeoutError):
                return await _next_change(socket, within=2)
            return None

        change = await eventually(heard, within=60, what="the first change")
        message_id = change["messageId"]
        while (change["messageId"], change["previous"]) != (message_id, "SCHEDULED"):
            change = await _next_change(socket, within=30)
        assert (change["current"], change["message"]["blocker"]) == ("SCHEDULED", "GRANT_MISSING")

    async def asked() -> list[dict[str, Any]]:
        return await stack.mail(to=manager["email"])

    [mail] = await eventually(asked, within=60, what="the mail to the owner")
    assert mail["subject"].endswith("asks to send mail from your mailbox")
    assert "allow" in mail["text"]
    assert "Secret" not in json.dumps(mail)
    assert (await _message(stack, message_id))["state"] == "SCHEDULED"

    recruiter = (await stack.data(_ME, role="recruiter"))["me"]["id"]
    await stack.data(_GRANT, role="hiring_manager", input={"userId": recruiter})

    async def sent() -> bool:
        return (await _message(stack, message_id))["state"] == "SENT"

    await eventually(sent, within=60, what="the message that was allowed")
    assert len(await asked()) == 1
