"""What resolvers get: the viewer, the time, the services and the loaders of one operation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import strawberry
from graphql import FieldNode
from strawberry.dataloader import DataLoader

from rapport.gateway.execution.response_cache import ResponseCache
from rapport.gateway.graph import lookahead
from rapport.gateway.graph.loaders import LoaderFactory, Loaders
from rapport.gateway.service_client import ServiceClient
from rapport.gateway.session import Session, UnauthenticatedError
from rapport.gateway.subscriptions.hub import SubscriptionHub
from rapport.gateway.subscriptions.replay import EventReplay
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError
from rapport.kit.rpc.client import RequestClient

_KeyT = TypeVar("_KeyT")
_ResultT = TypeVar("_ResultT")


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What all operations share."""

    request_client: RequestClient
    hub: SubscriptionHub
    response_cache: ResponseCache
    replay: EventReplay
    time_limit: float
    """Seconds one operation may wait for services."""


class OperationContext:
    """The context of one operation; a subscription resets it for each of its events."""

    def __init__(self, dependencies: Dependencies, session: Session, connection: "ClientConnection") -> None:
        """``session`` is that of the user who runs the operation, by the ``connection``."""
        self.session = session
        self._connection = connection
        self.hub = dependencies.hub
        self.response_cache = dependencies.response_cache
        self.replay = dependencies.replay
        self._dependencies = dependencies
        self.reset()

    def reset(self) -> None:
        """Forget everything loaded, and begin with a new time limit."""
        self.now = datetime.now(UTC)
        self.services = ServiceClient(
            self._dependencies.request_client, self.session.viewer, self._dependencies.time_limit
        )
        self._loaders = Loaders(self.services)

    async def renew(self) -> None:
        """Find out again who the user is and what they may do, and forget everything loaded.

        Raises:
            UnauthenticatedError: the token does not count any more.
            UnknownUserError: the organisation has no such user any more.
        """
        self.session = await self._connection.renewed()
        self.session.check()
        self.reset()

    def loader(self, factory: LoaderFactory[_KeyT, _ResultT]) -> DataLoader[_KeyT, _ResultT]:
        """This operation's loader of a relationship: ``context.loader(people_by_id)``."""
        return self._loaders.get(factory)


class ClientConnection:
    """One client's connection: a request, or a websocket with the operations of hours."""

    def __init__(
        self,
        dependencies: Dependencies,
        session: Session | None,
        identify: Callable[[], Awaitable[Session]] | None = None,
    ) -> None:
        """``session`` is None until a websocket's first message has identified its user; ``identify`` does so again."""
        self._dependencies = dependencies
        self.session = session
        self.identify = identify
        self.connection_params: dict[str, object] | None = None
        """The payload of a websocket's first message."""

    def operation(self) -> OperationContext:
        """A new context for one operation."""
        return OperationContext(self._dependencies, self._identified, self)

    async def renewed(self) -> Session:
        """The session with what the user may do by now: what is known of them is remembered for a moment only.

        Raises:
            UnknownUserError: the organisation has no such user any more.
        """
        session = self._identified
        if self.identify is not None:
            try:
                session = await self.identify()
            except UnauthenticatedError:
                session = replace(session, expires_at=0.0)
            except (ServiceUnavailableError, ServiceFailedError):
                # Whoever cannot say so cannot show them anything either.
                pass
        self.session = session
        return session

    @property
    def _identified(self) -> Session:
        if self.session is None:
            raise RuntimeError("an operation needs an identified user")
        return self.session


class Info(strawberry.Info[OperationContext, None]):
    """Strawberry's, with a view of the selection below the field."""

    def selected(self, *path: str) -> list[FieldNode]:
        """The selections of the field at ``path`` below this one, through fragments; empty if it is not selected."""
        return lookahead.selected_fields(self._raw_info, path)

    def selects(self, *path: str) -> bool:
        """Whether the field at ``path`` below this one is selected."""
        return bool(self.selected(*path))

    def selects_only(self, *names: str) -> bool:
        """Whether no fields but these are selected, so that nothing more has to be loaded."""
        return lookahead.selected_names(self._raw_info) <= {*names, "__typename"}

    def argument(self, field: FieldNode, name: str, default: Any) -> Any:
        """An argument's value where a field further down is selected."""
        return lookahead.argument(self._raw_info, field, name, default)
