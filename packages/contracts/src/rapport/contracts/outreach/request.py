"""The base of every request to outreach."""

from typing import ClassVar

from rapport.contracts.requests import Request, ResultT


class OutreachRequest(Request[ResultT]):
    """A request that outreach answers."""

    service: ClassVar[str] = "outreach"
