"""Helpers for two organisations on one stack."""

from typing import Any

from rapport.local.waiting import eventually
from rapport.sandbox.issuer import Issuer
from rapport.sandbox.issuer.keys import SigningKeys
from rapport.testing.stack import ORGANISATION, Stack

STRANGER = "gus@globex.example"
"""Globex's administrator."""


def issuer_of(stack: Stack) -> Issuer:
    """The issuer of tokens for both organisations."""
    keys = SigningKeys(stack.company.with_name("signing-keys.json"))
    return Issuer(f"{stack.sandbox.url}/oidc", keys, ORGANISATION)


_COUNTED = """SELECT org_id, subject, count(*) FROM outbox WHERE subject NOT LIKE '%.attention_changed.v1'
GROUP BY org_id, subject ORDER BY org_id, subject"""


async def logs(stack: Stack) -> dict[str, list[Any]]:
    """The number of events in each log, by organisation and subject; not of what is late, which time alone brings."""
    return {service: [tuple(row) for row in await stack.rows(service, _COUNTED)] for service in stack.databases}


_UNDER_WAY = {
    "outreach": "SELECT count(*) FROM message WHERE state = 'claimed'"
    " OR (state = 'scheduled' AND blocker IS NULL AND next_try_at < now() + interval '1 day')",
    "pipeline": "SELECT (SELECT count(*) FROM ats_write WHERE state = 'waiting')"
    " + (SELECT count(*) FROM note_write WHERE state = 'waiting')"
    " + (SELECT count(*) FROM bulk_action WHERE state = 'running')"
    " + (SELECT count(*) FROM delivery WHERE state = 'waiting')",
}
"""What will record an event when nobody asks for more."""


async def quiet(stack: Stack) -> dict[str, list[Any]]:
    """The logs, once no work is in progress."""
    before: dict[str, list[Any]] = {}

    async def still() -> bool:
        nonlocal before
        if await _under_way(stack):
            return False
        # What the ATS was told it tells us back, and only then are we done with it.
        await stack.webhooks_delivered()
        if await _under_way(stack):
            return False
        now = await logs(stack)
        before, same = now, now == before
        return same

    await eventually(still, within=60, what="the end of what is under way")
    return before


async def _under_way(stack: Stack) -> bool:
    rows = [await stack.rows(service, counted) for service, counted in _UNDER_WAY.items()]
    return any(row[0] for [row] in rows)


def of_acme(counted: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Of what :func:`logs` answers, what belongs to Acme."""
    return {service: [row for row in rows if row[0] == "acme"] for service, rows in counted.items()}
