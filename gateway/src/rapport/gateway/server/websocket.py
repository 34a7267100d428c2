"""GraphQL over a websocket (graphql-transport-ws): identifying the user, and dropping clients that do not read."""

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from strawberry.aiohttp.views import AiohttpWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.types import ConnectionInitMessage, SubscribeMessage

from rapport.gateway.errors import ClientError
from rapport.gateway.graph.context import ClientConnection
from rapport.gateway.session import UNKNOWN_USER, UnauthenticatedError, UnknownUserError
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError

if TYPE_CHECKING:
    from rapport.gateway.server.endpoint import GraphQLEndpoint

_WRITE_TIMEOUT = 10.0
"""Seconds for which a client may leave sent data unread."""
_UNAUTHORIZED, _FORBIDDEN, _TRY_AGAIN_LATER = 4401, 4403, 1013

_log = logging.getLogger(__name__)


class SocketAdapter(AiohttpWebSocketAdapter):
    """Drops a client that does not read."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send, or cut the connection."""
        try:
            async with asyncio.timeout(_WRITE_TIMEOUT):
                await super().send_json(message)
        except TimeoutError as problem:
            if self.request.transport:
                self.request.transport.abort()
            raise WebSocketDisconnected from problem


class SocketHandler(BaseGraphQLTransportWSHandler[ClientConnection, None]):
    """Closes with a code and a reason if the user cannot be identified; finds documents by their hashes."""

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Start an operation, once its document is found."""
        if self.connection_acknowledged:
            try:
                await self.context.renewed()
            except UnknownUserError:
                await self.websocket.close(_FORBIDDEN, UNKNOWN_USER)
                return
        payload: Any = message["payload"]
        if self.connection_acknowledged and isinstance(payload, dict):
            query, extensions = payload.get("query"), payload.get("extensions")
            try:
                if isinstance(query, str | None) and isinstance(extensions, dict | None):
                    payload["query"] = cast("GraphQLEndpoint", self.view).documents.text(query, extensions)
            except ClientError as problem:
                await self.send_message({"id": message["id"], "type": "error", "payload": [problem.formatted]})
                return
        await super().handle_subscribe(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Accept the connection if its token is valid."""
        try:
            await super().handle_connection_init(message)
        except UnauthenticatedError as problem:
            await self.websocket.close(_UNAUTHORIZED, problem.message)
        except UnknownUserError:
            await self.websocket.close(_FORBIDDEN, UNKNOWN_USER)
        except (ServiceUnavailableError, ServiceFailedError) as problem:
            _log.warning("cannot identify the user of a websocket (%s)", problem)
            await self.websocket.close(_TRY_AGAIN_LATER, str(problem))
