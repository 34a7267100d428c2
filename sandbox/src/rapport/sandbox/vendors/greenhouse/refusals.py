"""How the API says no: a status and a JSON body, as the vendor does."""

from collections.abc import Mapping

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler


class Refused(Exception):  # noqa: N818 - it is an answer, not an error of ours
    """A request that is answered with a status of its own and changes nothing."""

    def __init__(self, status: int, *errors: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("; ".join(errors))
        self.status = status
        self.errors = errors
        self.headers = headers or {}


@web.middleware
async def refusals_are_answers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer with what a handler refused."""
    try:
        return await handler(request)
    except Refused as refused:
        return as_json({"errors": list(refused.errors)}, status=refused.status, headers=refused.headers)


def as_json(body: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return an answer in JSON; bytes are sent as they are."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return web.Response(body=raw, status=status, headers=headers, content_type="application/json", charset="utf-8")
