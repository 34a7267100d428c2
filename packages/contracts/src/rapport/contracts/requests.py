"""Requests between the gateway and the services: one subject, one result, typed refusals.

Subject: ``rpc.<service>.<request>``. The body is the request's JSON; the envelope travels in headers, so that a
reply built by the database can be passed through as bytes.
"""

import re
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from rapport.contracts.authorisation import Rule

ResultT = TypeVar("ResultT", bound=BaseModel)


class Header(StrEnum):
    """The envelope of a request and of its reply."""

    VIEWER = "Rapport-Viewer"
    """The viewer as JSON (requests)."""
    DEADLINE = "Rapport-Deadline"
    """Milliseconds since the epoch after which the caller no longer waits (requests)."""
    IDEMPOTENCY_KEY = "Rapport-Idempotency-Key"
    """Repeating a request under the same key has no further effect (requests, optional)."""
    OUTCOME = "Rapport-Outcome"
    """One of :class:`Outcome` (replies)."""
    TRACE = "Rapport-Trace"
    """Where to look for what went wrong (failed replies)."""


class Outcome(StrEnum):
    """What the body of a reply message is."""

    DONE = "done"
    """The result of the request."""
    REFUSED = "refused"
    """A refusal."""
    FAILED = "failed"
    """Nothing: the failure was unexpected and is masked."""
    UNAVAILABLE = "unavailable"
    """Nothing: a dependency of the service is unavailable; retrying later may help."""


class Result(BaseModel):
    """What a service answers, or a part of it."""

    model_config = ConfigDict(frozen=True)


class Request(BaseModel, Generic[ResultT]):
    """A query or command to one service; the type of its result is the type argument."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: ClassVar[str]
    result: ClassVar[type[BaseModel]]
    rule: ClassVar[Rule]
    """Who may make it; enforced by the service. Only anonymous requests have none."""
    anonymous: ClassVar[bool] = False
    """Whether it may be made before the viewer is known (only the request that identifies the viewer)."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Record the result's type, so that it is written once."""
        super().__pydantic_init_subclass__(**kwargs)
        for base in cls.__mro__:
            arguments = getattr(base, "__pydantic_generic_metadata__", {}).get("args", ())
            if arguments:
                cls.result = arguments[0]
                return

    @classmethod
    def name(cls) -> str:
        """``MoveApplication`` → ``move_application``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def address(cls) -> str:
        """The subject the request is sent to."""
        return f"rpc.{cls.service}.{cls.name()}"


MAX_PAGE = 200
"""The most items one page may hold."""
MAX_SEARCH = 100
"""The most characters of a text that is searched for."""
MAX_NAME = 500
"""The most characters of a name by which a list is filtered."""
MAX_CHOICES = 100
"""The most choices of one filter; the most frequent ones."""
MAX_IDS = 200
"""The most ids one batched read may name."""

MAX_WAITING = 50
"""The most items of one kind of work that waits for a user; there are seldom more than a few."""


class Page(BaseModel):
    """Which part of a list: at most ``first`` items after the keyset of the last one seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: int = 50
    after: tuple[str, ...] | None = None
