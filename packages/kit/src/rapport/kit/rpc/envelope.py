"""Requests between services over NATS: what client and server share, and what handlers are given."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, NewType

from pydantic import BaseModel

from rapport.contracts.identity import Viewer
from rapport.contracts.refusals import Refusal

Json = NewType("Json", str)
"""A result that the database has already written as JSON; passed through as bytes."""


@dataclass(frozen=True, slots=True)
class RequestContext:
    """On whose behalf a request is made, and the key under which a repetition is recognised."""

    viewer: Viewer
    key: str


HandlerResult = BaseModel | Json | Refusal
Handler = Callable[[Any, RequestContext], Awaitable[HandlerResult]]
AnonymousHandler = Callable[[Any], Awaitable[HandlerResult]]
