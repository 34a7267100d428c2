"""GraphQL over HTTP: the media type a client accepts, and errors that precede any operation."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from aiohttp import web

from rapport.gateway.errors import ClientError, Code
from rapport.gateway.session import UnauthenticatedError
from rapport.kit.web.http import traced


class Media(StrEnum):
    """The media types of responses, the preferred first."""

    GRAPHQL = "application/graphql-response+json"
    JSON = "application/json"
    EVENTS = "text/event-stream"


def negotiate(accept: str | None) -> Media | None:
    """The best media type that an Accept header allows, or None; without the header, plain JSON.

    The most specific range decides about a media type, and the client's preference comes before ours.
    """
    if not accept or not accept.strip():
        return Media.JSON
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    wildcards_first = [Media.JSON, Media.GRAPHQL, Media.EVENTS]
    order = list(Media) if any(r.media == Media.GRAPHQL for r in ranges) else wildcards_first
    weights = {media: _weight(media, ranges) for media in order}
    best = max(order, key=lambda media: weights[media])
    return best if weights[best] > 0 else None


@dataclass(frozen=True, slots=True)
class _Range:
    media: str
    quality: float

    def matches(self, media: Media) -> int:
        """How specifically the range matches; 0 if it does not."""
        if self.media == media:
            return 3
        if self.media == f"{media.partition('/')[0]}/*":
            return 2
        return 1 if self.media == "*/*" else 0


def _range(part: str) -> _Range:
    media, *parameters = (piece.strip() for piece in part.split(";"))
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 0.0
        elif name.strip().lower() == "charset" and value.strip(' "').lower() not in {"utf-8", "utf8"}:
            quality = 0.0
    return _Range(media.lower(), quality)


def _weight(media: Media, ranges: list[_Range]) -> float:
    # A client that accepts anything does not mean an event stream.
    least = 3 if media is Media.EVENTS else 1
    specific = max((r.matches(media) for r in ranges), default=0)
    if specific < least:
        return 0.0
    return max(r.quality for r in ranges if r.matches(media) == specific)


def is_json(content_type: str) -> bool:
    """Whether a request's body is JSON in UTF-8, which a foreign page cannot send without a preflight request."""
    media, *parameters = (piece.strip().lower() for piece in content_type.split(";"))
    charsets = [p.partition("=")[2].strip(' "') for p in parameters if p.startswith("charset=")]
    return media == Media.JSON and all(charset in {"utf-8", "utf8"} for charset in charsets)


def error_response(
    media: Media, status: int, code: Code, message: str, headers: Mapping[str, str] | None = None, **extensions: Any
) -> web.Response:
    """The response to a request that never became an operation."""
    if media is Media.EVENTS:
        media = Media.JSON
    body = {"errors": [{"message": message, "extensions": {"code": code, **extensions}}]}
    return web.Response(
        body=orjson.dumps(body),
        status=status,
        content_type=media,
        charset="utf-8",
        headers={**traced(), **(headers or {})},
    )


def unauthenticated(media: Media, problem: UnauthenticatedError) -> web.Response:
    """401, with the challenge of RFC 6750."""
    challenge = 'Bearer realm="rapport"'
    if problem.reason != "TOKEN_MISSING":
        challenge += f', error="invalid_token", error_description="{problem.message}"'
    return error_response(
        media, 401, Code.UNAUTHENTICATED, problem.message, {"WWW-Authenticate": challenge}, reason=problem.reason
    )


def unknown_document(media: Media, problem: ClientError) -> web.Response:
    """An unknown hash is status 200, because clients look for that error only there; other problems are 400."""
    extensions = dict(problem.extensions or {})
    code = extensions.pop("code")
    status = 200 if code is Code.PERSISTED_QUERY_NOT_FOUND else 400
    return error_response(media, status, code, problem.message, {"Cache-Control": "no-store"}, **extensions)
