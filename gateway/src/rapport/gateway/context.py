"""What resolvers know: who asks, what time it is, and how to get at what services hold."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import strawberry
from graphql import FieldNode

from rapport.gateway import lookahead
from rapport.gateway.asking import Asking
from rapport.gateway.events.changes import Changes
from rapport.gateway.events.past import Past
from rapport.gateway.identity import Session
from rapport.gateway.kept import Kept
from rapport.gateway.loaders import Loaders
from rapport.kit.rpc.client import RequestClient


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all operations share."""

    services: RequestClient
    changes: Changes
    kept: Kept
    past: Past
    patience: float
    """Seconds one operation may wait for services."""


class Context:
    """One operation's; a subscription renews it for each of its events."""

    def __init__(self, surroundings: Surroundings, session: Session) -> None:
        """``session`` is whose operation it is."""
        self.session = session
        self.changes = surroundings.changes
        self.kept = surroundings.kept
        self.past = surroundings.past
        self._surroundings = surroundings
        self.renew()

    def renew(self) -> None:
        """Start anew: nothing loaded before is believed any longer, and the time to answer begins again."""
        self.now = datetime.now(UTC)
        self.asking = Asking(self._surroundings.services, self.session.viewer, self._surroundings.patience)
        self.loaders = Loaders(self.asking)


class Caller:
    """One client's connection: a request, or a websocket with the operations of hours."""

    def __init__(self, surroundings: Surroundings, session: Session | None) -> None:
        """``session`` is None until a websocket's first message has said whose it is."""
        self._surroundings = surroundings
        self.session = session
        self.connection_params: dict[str, object] | None = None
        """The payload of a websocket's first message."""

    def operation(self) -> Context:
        """A fresh context for one operation."""
        if self.session is None:
            raise RuntimeError("an operation before anybody said whose it is")
        return Context(self._surroundings, self.session)


class Info(strawberry.Info[Context, None]):
    """Strawberry's, with a look at what is selected below the field."""

    def chosen(self, *path: str) -> list[FieldNode]:
        """The selections of the field at ``path`` below this one, through fragments; empty if it is not selected."""
        return lookahead.chosen(self._raw_info, path)

    def chooses(self, *path: str) -> bool:
        """Whether the field at ``path`` below this one is selected."""
        return bool(self.chosen(*path))

    def chooses_only(self, *names: str) -> bool:
        """Whether no fields but these are selected, so that nothing more has to be loaded."""
        return lookahead.chosen_names(self._raw_info) <= {*names, "__typename"}

    def argument(self, field: FieldNode, name: str, default: Any) -> Any:
        """An argument's value where a field further down is selected."""
        return lookahead.argument(self._raw_info, field, name, default)
