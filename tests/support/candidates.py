"""People whom a browser test writes to or changes, each of them used once."""

from collections.abc import Container
from typing import Any

from rapport.testing.stack import Stack

CARDS = """
{ jobs(first: 8, filter: {status: OPEN}) { nodes { id board { columns { stage { id name } cards(first: 20) { nodes {
  applicationId personName person { id contactability { canBeWrittenTo } } } } } } } } }
"""
_EMAIL = "query($id: ID!) { person(id: $id) { emails { value } } }"

_used: set[str] = set()


async def candidate(
    stack: Stack, *, column_of: int = 1, among: Container[str] | None = None, changed: bool = True
) -> dict[str, Any]:
    """A card that no other test uses, of somebody who can be written to; its column has at least that many.

    ``among``: the jobs it may lie in. Whose card is not ``changed`` may be used by other tests as well.
    """
    for job in (await stack.data(CARDS))["jobs"]["nodes"]:
        if among is not None and job["id"] not in among:
            continue
        for column in job["board"]["columns"]:
            cards = column["cards"]["nodes"]
            names = [card["personName"] for card in cards]
            for at, card in enumerate(cards[: len(cards) - column_of + 1]):
                person = card["person"]
                if (changed and person["id"] in _used) or names.count(card["personName"]) > 1:
                    continue
                if not person["contactability"]["canBeWrittenTo"]:
                    continue
                if changed:
                    _used.add(person["id"])
                return {
                    "job": job["id"],
                    "stage": column["stage"]["name"],
                    "following": names[at + 1 : at + column_of],
                    "name": card["personName"],
                    "application": card["applicationId"],
                    "person": person["id"],
                    "email": (await stack.data(_EMAIL, id=person["id"]))["person"]["emails"][0]["value"],
                    "path": f"/jobs/{job['id']}/board",
                }
    raise AssertionError("nobody left")
