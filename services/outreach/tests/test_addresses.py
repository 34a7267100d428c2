"""One address, however it is spelt: sent to in one form, and suppressed in all of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from rapport.contracts.outreach import Suppression, SuppressPerson
from rapport.contracts.vocabulary import Blocker, MessageState
from services.outreach.tests.support.acme import Acme, asked

_CASES = Path(__file__).parent / "fixtures" / "addresses"


def cases(name: str) -> list[Any]:
    found: list[Any] = json.loads((_CASES / name).read_text())
    return found


@pytest.mark.parametrize("case", cases("international.json"), ids=lambda case: case["rcpt_to"])
async def test_an_international_domain_is_written_to_in_the_form_servers_know(acme: Acme, case: Any) -> None:
    message = await acme.send(acme.peer.person(case["address"]))
    async with acme.sending():
        await acme.until(message.id, MessageState.SENT)
    [envelope] = acme.mail_server.accepted
    assert envelope.rcpt_tos == [case["rcpt_to"]]
    assert case.get("never") not in envelope.rcpt_tos
    assert message.to_address == case["rcpt_to"]
    assert acme.mail_server.mails[0]["To"].addresses[0].addr_spec == case["rcpt_to"]


@pytest.mark.parametrize("case", cases("spellings.json"), ids=lambda case: case["note"])
async def test_who_is_suppressed_in_one_spelling_is_in_all_of_them(acme: Acme, case: Any) -> None:
    if case["suppressed"]:
        other = acme.peer.person(case["suppressed"])
        entry = await acme.suppressions.suppress_person(SuppressPerson(person_id=other), asked(acme.admin))
        assert isinstance(entry, Suppression)
    message = await acme.send(acme.peer.person(case["known_as"]))
    async with acme.sending():
        if case["may_send"]:
            await acme.until(message.id, MessageState.SENT)
            assert acme.mail_server.accepted[0].rcpt_tos == [case["sent_to"]]
        else:
            await acme.until(message.id, MessageState.FAILED, blocker=Blocker.SUPPRESSED)
            assert acme.mail_server.accepted == []
