"""The endpoint: Strawberry's view, adapted to the GraphQL-over-HTTP specification."""

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from contextlib import aclosing
from datetime import timedelta
from functools import partial
from typing import Any, cast
from weakref import WeakSet

import orjson
from aiohttp import WSCloseCode, web
from aiohttp.http_exceptions import BadHttpMessage
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from opentelemetry import context as otel
from strawberry.aiohttp.views import GraphQLView
from strawberry.exceptions import MissingQueryError
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType
from strawberry.types.unset import UNSET, UnsetType

from rapport.gateway.errors import ClientError, Code
from rapport.gateway.execution.response_cache import Response
from rapport.gateway.graph.context import ClientConnection, Dependencies
from rapport.gateway.schema import GatewaySchema
from rapport.gateway.server.identity import Identity
from rapport.gateway.server.negotiation import (
    Media,
    error_response,
    is_json,
    negotiate,
    unauthenticated,
    unknown_document,
)
from rapport.gateway.server.persisted_documents import Documents
from rapport.gateway.server.sse_keepalive import with_keepalive
from rapport.gateway.server.websocket import SocketAdapter, SocketHandler
from rapport.gateway.session import UNKNOWN_USER, UnauthenticatedError, UnknownUserError
from rapport.kit import json_text
from rapport.kit.errors import ServiceFailedError, ServiceUnavailableError
from rapport.kit.web.http import traced

MAX_BODY = 256 * 1024
"""Bytes of a request or of a websocket's message."""
_WRITE_TIMEOUT = 10.0
"""Seconds for which a client may leave sent data unread."""
_INIT_TIMEOUT = timedelta(seconds=10)
_MEDIA = web.RequestKey("media", Media)
_RESPONSE = web.RequestKey("response", web.Response)
_ALLOWED = {"GET": {OperationType.QUERY}, "POST": {OperationType.QUERY, OperationType.MUTATION}}

_log = logging.getLogger(__name__)


def _limit_unacknowledged_time(request: web.Request) -> None:
    """Break the connection if sent data is not acknowledged: a client can disappear silently."""
    connection = request.transport.get_extra_info("socket") if request.transport else None
    if connection is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(_WRITE_TIMEOUT * 1000))


class GraphQLEndpoint(GraphQLView[ClientConnection, None]):
    """One address for queries, mutations and subscriptions."""

    schema: GatewaySchema
    websocket_adapter_class = SocketAdapter
    graphql_transport_ws_handler_class = SocketHandler

    def __init__(
        self,
        schema: GatewaySchema,
        identity: Identity,
        dependencies: Dependencies,
        documents: Documents,
        *,
        heartbeat: float,
        origins: Collection[str] = (),
    ) -> None:
        """Everything that responses need.

        Args:
            schema: to execute operations on.
            identity: identifies users by their tokens.
            dependencies: of all operations.
            documents: those known by their hash.
            heartbeat: seconds between pings; a websocket that does not answer in half of that is gone.
            origins: of the pages that may open websockets, besides our own.
        """
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL],
            connection_init_wait_timeout=_INIT_TIMEOUT,
            allowed_origins=tuple(origins),
        )
        self._identity = identity
        self._dependencies = dependencies
        self.documents = documents
        self._heartbeat = heartbeat
        self._sockets: WeakSet[web.WebSocketResponse] = WeakSet()

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Answer one request, or serve one websocket."""
        if self.is_websocket_request(request):
            # Its operations begin traces of their own: a websocket may stay open for hours.
            token = otel.attach(otel.Context())
            try:
                return await self.run(request, context=ClientConnection(self._dependencies, None))
            finally:
                otel.detach(token)
        media = negotiate(request.headers.get("Accept"))
        if media is None:
            return error_response(Media.JSON, 406, Code.BAD_REQUEST, f"the response can be {', '.join(Media)}")
        request[_MEDIA] = media
        try:
            return await self._answer(request, media)
        except UnauthenticatedError as problem:
            return unauthenticated(media, problem)
        except UnknownUserError:
            return error_response(media, 403, Code.FORBIDDEN, UNKNOWN_USER)
        except ServiceUnavailableError as problem:
            return error_response(media, 503, Code.UNAVAILABLE, str(problem), service=problem.service)
        except ServiceFailedError as problem:
            return error_response(media, 500, Code.INTERNAL, "internal error", traceId=problem.trace_id)
        except ClientError as problem:
            return unknown_document(media, problem)
        except HTTPException as problem:
            return error_response(media, problem.status_code, Code.BAD_REQUEST, problem.reason)

    async def _answer(self, request: web.Request, media: Media) -> web.StreamResponse:
        if request.method not in _ALLOWED:
            return error_response(media, 405, Code.BAD_REQUEST, "use GET or POST", {"Allow": "GET, POST"})
        identify = partial(self._identity.session, request.headers.get("Authorization"))
        session = await identify()
        if request.method == "POST" and not is_json(request.headers.get("Content-Type", "")):
            return error_response(media, 415, Code.BAD_REQUEST, "the body must be application/json in UTF-8")
        try:
            return await self.run(request, context=ClientConnection(self._dependencies, session, identify))
        except web.HTTPRequestEntityTooLarge:
            return error_response(media, 413, Code.BAD_REQUEST, f"a request must not be larger than {MAX_BODY} bytes")
        except (BadHttpMessage, web.RequestPayloadError, ConnectionError):
            return error_response(media, 400, Code.BAD_REQUEST, "the body is incomplete")

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """The operation in a request."""
        payload = (
            self.parse_query_params(request.query_params)
            if request.method == "GET"
            else self.parse_json(await request.get_body())
        )
        if not isinstance(payload, dict):
            raise HTTPException(400, "the request must be one JSON object")
        for name, kind, words in (
            ("query", str, "a string"),
            ("operationName", str, "a string"),
            ("variables", dict, "an object"),
            ("extensions", dict, "an object"),
        ):
            if not isinstance(payload.get(name), kind | None):
                raise HTTPException(400, f"{name} must be {words}")
        wants_events = negotiate(request.headers.get("Accept")) is Media.EVENTS
        return GraphQLRequestData(
            query=self.documents.text(payload.get("query"), payload.get("extensions")),
            variables=payload.get("variables"),
            operation_name=payload.get("operationName"),
            extensions=payload.get("extensions"),
            protocol="sse" if wants_events else "http",
        )

    def should_render_graphql_ide(self, request: object) -> bool:
        """Never: there is none."""
        del request
        return False

    async def execute_single(
        self,
        request: web.Request,
        request_adapter: AsyncHTTPRequestAdapter,
        sub_response: web.Response,
        context: Any,
        root_value: None,
        request_data: GraphQLRequestData,
    ) -> ExecutionResult:
        """Execute an operation; the response to a query may come from the cache."""
        del request_adapter, sub_response, root_value

        async def compute() -> Response:
            result = await self._execute(request, context, request_data)
            body = (
                None
                if result.errors
                else orjson.dumps(await super(GraphQLEndpoint, self).process_result(request, result))
            )
            return Response(result, body)

        cache = self._dependencies.response_cache
        if not cache.is_enabled or not self.schema.document(request_data.query or "").only_reads:
            return await self._execute(request, context, request_data)
        try:
            variables = orjson.dumps(request_data.variables, option=orjson.OPT_SORT_KEYS)
        except TypeError:  # nested too deeply to be serialised
            return await self._execute(request, context, request_data)
        context.session.check()
        viewer = context.session.viewer
        key = (viewer, request_data.query, request_data.operation_name, variables)
        response = await cache.get_or_compute(viewer.org_id, key, compute)
        request[_RESPONSE].body = response.body
        return response.result

    async def _execute(
        self, request: web.Request, context: ClientConnection, request_data: GraphQLRequestData
    ) -> ExecutionResult:
        try:
            return await self.schema.execute(
                request_data.query,
                variable_values=request_data.variables,
                context_value=context,
                operation_name=request_data.operation_name,
                allowed_operation_types=_ALLOWED[request.method],
            )
        except MissingQueryError:
            raise HTTPException(400, "the request has no query") from None
        except CannotGetOperationTypeError as problem:
            raise HTTPException(400, problem.as_http_error_reason()) from None
        except InvalidOperationTypeError as problem:
            if problem.operation_type is OperationType.SUBSCRIPTION:
                raise HTTPException(406, f"subscriptions are answered as {Media.EVENTS} or over a websocket") from None
            raise HTTPException(405, "mutations must be sent with POST") from None

    async def get_sub_response(self, request: web.Request) -> web.Response:
        """The response that Strawberry's steps fill in."""
        response = web.Response(content_type=request[_MEDIA], charset="utf-8", headers=traced())
        request[_RESPONSE] = response
        return response

    async def process_result(self, request: web.Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The result as JSON; if nothing was executed, the newer media type requires status 400."""
        response = await super().process_result(request, result)
        nothing_executed = isinstance(result, PreExecutionError) or (
            result.data is None and all(error.path is None for error in result.errors or ())
        )
        if result.errors and nothing_executed:
            response.pop("data", None)
            if request[_MEDIA] is Media.GRAPHQL:
                request[_RESPONSE].set_status(400)
        return response

    def create_response(self, response_data: Any, sub_response: web.Response) -> web.Response:
        """Finish the response."""
        if sub_response.body is None:
            sub_response.body = orjson.dumps(response_data)
        return sub_response

    def decode_json(self, data: str | bytes) -> object:
        """Decode JSON; unpaired surrogates (half an emoji, cut by a client) are replaced, not refused."""
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError:
            return json_text.loads(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)

    def encode_json(self, data: object) -> str:
        """Encode JSON as text: over a websocket, bytes would become a binary message."""
        return orjson.dumps(data).decode()

    async def create_streaming_response(
        self,
        request: web.Request,
        stream: Callable[[], AsyncGenerator[str, None]],
        sub_response: web.Response,
        headers: Mapping[str, str],
    ) -> web.StreamResponse:
        """Send events until they end, the client disconnects, or it leaves them unread for too long."""
        del sub_response
        response = web.StreamResponse(headers={**traced(), **headers})
        await response.prepare(request)
        _limit_unacknowledged_time(request)
        try:
            async with aclosing(with_keepalive(stream(), every=self._heartbeat)) as events:
                async for event in events:
                    async with asyncio.timeout(_WRITE_TIMEOUT):
                        await response.write(event.encode())
            await response.write_eof()
        except ConnectionError:
            pass  # the client has disconnected, which is how such a stream fast_path ends
        except TimeoutError:
            if request.transport:
                request.transport.abort()
        return response

    async def create_websocket_response(self, request: web.Request, subprotocol: str | None) -> web.WebSocketResponse:
        """A websocket with a heartbeat, and a limit to the size of messages."""
        response = web.WebSocketResponse(
            protocols=[subprotocol] if subprotocol else [], heartbeat=self._heartbeat, max_msg_size=MAX_BODY
        )
        await response.prepare(request)
        self._sockets.add(response)
        return response

    async def on_ws_connect(self, context: ClientConnection) -> UnsetType:
        """Identify the user by the token in a websocket's first message."""
        params = {name.lower(): value for name, value in (context.connection_params or {}).items()}
        context.identify = partial(self._identity.session, params.get("authorization"))
        context.session = await context.identify()
        return cast("UnsetType", UNSET)  # the acknowledgement carries nothing

    async def close_sockets(self, _: web.Application) -> None:
        """Disconnect all clients, who reconnect to another process: this one shuts down."""
        self._dependencies.hub.end_all(ClientError(Code.UNAVAILABLE, "the gateway is being restarted; subscribe again"))
        for open_socket in tuple(self._sockets):
            await open_socket.close(code=WSCloseCode.GOING_AWAY, message=b"the gateway is being restarted")
