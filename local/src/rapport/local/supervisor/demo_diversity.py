"""The demo organisation lets people be found by what they said of themselves, so that it can be tried.

An admin switches it on by the public API, once for each stack.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from rapport.local.supervisor.demo import DemoUser

_PATIENCE = aiohttp.ClientTimeout(total=15)
_ASKED = "{ diversitySourcing { changedAt questions { name options { id name } } } }"
_SWITCH = """mutation ($input: SetDiversitySourcingInput!) { setDiversitySourcing(input: $input) {
    __typename ... on Refusal { message } } }"""
_AGREED = ("May we use these answers to find you for other jobs?", "Yes")
_GROUP: Mapping[str, Sequence[str]] = {
    "I identify my gender as:": ("Woman", "Non-binary"),
    "I identify my race/ethnicity as:": (
        "Black or African American",
        "Hispanic or Latino",
        "American Indian or Alaska Native",
        "Native Hawaiian or Other Pacific Islander",
    ),
    "Veteran status:": ("I am a protected veteran",),
    "Disability status:": ("Yes",),
}
"""By question, the answers that count: none of them alone stands for nearly everybody."""


class NotSwitchedOnError(Exception):
    """The ATS asks something else, or the API refused."""


async def switch_on(gateway: str, users: Sequence[DemoUser]) -> None:
    """Choose the answers and switch it on, unless somebody has changed it already.

    Raises:
        NotSwitchedOnError: the ATS asks something else, or the API refused.
        aiohttp.ClientError: the gateway does not answer.
    """
    admin = next(user for user in users if user.role == "admin")
    headers = {"Authorization": f"Bearer {admin.token}"}
    async with aiohttp.ClientSession(timeout=_PATIENCE, headers=headers) as session:

        async def execute(query: str, **variables: Any) -> dict[str, Any]:
            async with session.post(f"{gateway}/graphql", json={"query": query, "variables": variables}) as response:
                answer = await response.json(content_type=None)
            if errors := answer.get("errors"):
                raise NotSwitchedOnError(errors[0]["message"])
            [result] = answer["data"].values()
            return dict(result)

        known = await execute(_ASKED)
        if known["changedAt"] is not None:
            return
        options = {
            (question["name"], option["name"]): option["id"]
            for question in known["questions"]
            for option in question["options"]
        }
        group = [(question, answer) for question, answers in _GROUP.items() for answer in answers]
        if missing := [each for each in (*group, _AGREED) if each not in options]:
            raise NotSwitchedOnError(f"the ATS does not ask {missing[0][0]!r}")
        chosen = {"optionIds": [options[each] for each in group], "consentOptionId": options[_AGREED]}
        switched = await execute(_SWITCH, input={"on": True, **chosen})
        if "message" in switched:
            raise NotSwitchedOnError(switched["message"])
