"""Greenhouse's GreenhouseApi API, version 3: tokens, pages, limits and writes on behalf of a user."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.kit.json_text import loads
from rapport.kit.telemetry import spanning
from rapport.pipeline.connectors.connection import Connection

Record = dict[str, Any]

MAX_IDS = 50
"""The most ids one filter may list."""
_PAGE = 500
_PATIENCE = aiohttp.ClientTimeout(total=60, connect=10)
_WRITE_PATIENCE = aiohttp.ClientTimeout(total=20, connect=5)
_TRIES = 6
_MOST_WAIT = 120.0
"""Seconds we wait for a limit to pass before the run is interrupted instead (it resumes)."""

_tracer = trace.get_tracer("rapport.pipeline.ats")


class AtsUnavailableError(Exception):
    """The ATS cannot be reached, is overloaded or does not let us in; what was tried may be tried again."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        """``retry_after``: seconds, when the ATS says so."""
        super().__init__(reason)
        self.retry_after = retry_after


class AtsRefusedError(Exception):
    """The ATS understood and said no; trying again will not help. Its argument is what it said."""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One page of a collection; ``next_page`` is the whole address of the next one."""

    records: list[Record]
    next_page: str | None


class GreenhouseApi:
    """One connection's API. A limit met by one request is observed by all."""

    def __init__(self, connection: Connection, session: aiohttp.ClientSession) -> None:
        """``session`` is shared by the service's connections."""
        self._connection = connection
        self._session = session
        self._tokens: dict[str, tuple[str, float]] = {}
        self._not_before = 0.0
        self.left = 1.0
        """The share of the ATS's limit that was left when it last answered."""

    async def first_page(self, collection: str, *, updated_since: datetime | None = None) -> RecordPage:
        """The first page of a collection, of everything or of what was updated since."""
        query = {"per_page": str(_PAGE)}
        if updated_since:
            query["updated_at"] = f"gte|{updated_since:%Y-%m-%dT%H:%M:%S}Z"
        return await self._page(f"{self._connection.base_url}/{collection}", query)

    async def page(self, address: str) -> RecordPage:
        """A later page, by the address the page before gave; it carries its whole query."""
        if not address.startswith(f"{self._connection.base_url}/"):
            raise AtsRefusedError("the next page lies outside the API")
        return await self._page(address, {})

    async def by_ids(self, collection: str, ids: list[str], *, by: str = "ids") -> list[Record]:
        """Every record of these ids (or of these parents, with ``by``)."""
        found: list[Record] = []
        for start in range(0, len(ids), MAX_IDS):
            query = {by: ",".join(ids[start : start + MAX_IDS]), "per_page": str(_PAGE)}
            page = await self._page(f"{self._connection.base_url}/{collection}", query)
            found += page.records
            while page.next_page:
                page = await self.page(page.next_page)
                found += page.records
        return found

    async def move(self, application: str, *, from_stage: str, to_stage: str, user: str) -> Record:
        """Move an application on behalf of a user, provided the ATS has it in ``from_stage``.

        Raises:
            AtsRefusedError: it is not there, or the user may not.
            AtsUnavailableError: it is not known whether it was carried out.
        """
        address = f"{self._connection.base_url}/applications/{application}/move"
        body = {"from_stage_id": int(from_stage), "to_stage_id": int(to_stage)}
        async with self._requested("POST", address, user=user, json=body, timeout=_WRITE_PATIENCE) as answer:
            record: Record = await _json(answer)
            return record

    async def _page(self, address: str, query: Mapping[str, str]) -> RecordPage:
        pause = 0.5
        for attempt in range(_TRIES):
            try:
                async with self._requested("GET", address, params=query, timeout=_PATIENCE) as answer:
                    following = answer.links.get("next")
                    return RecordPage(_records(await _json(answer)), str(following["url"]) if following else None)
            except AtsUnavailableError as problem:
                wait = problem.retry_after or pause
                if attempt == _TRIES - 1 or wait > _MOST_WAIT:
                    raise
                await asyncio.sleep(wait)
                pause *= 2
        raise AssertionError("the last try returns or raises")

    def _requested(self, method: str, address: str, *, user: str = "", **options: Any) -> "_Requested":
        return _Requested(self, method, address, user, options)

    async def wait_for_limit(self) -> None:
        """Wait until the ATS takes requests again."""
        if (wait := self._not_before - time.monotonic()) > 0:
            await asyncio.sleep(wait)

    def limit(self, seconds: float) -> None:
        """Observe a limit: no request of this connection goes out before."""
        self._not_before = max(self._not_before, time.monotonic() + seconds)

    async def token(self, session: aiohttp.ClientSession, user: str) -> str:
        """A valid access token; ``user`` is the one on whose behalf it writes, empty for reads."""
        token, good_until = self._tokens.get(user, ("", 0.0))
        if time.time() < good_until:
            return token
        secret = self._connection.client_secret.get_secret_value()
        login = {"Authorization": aiohttp.encode_basic_auth(self._connection.client_id, secret)}
        form = {"grant_type": "client_credentials"} | ({"sub": user} if user else {})
        async with session.post(
            self._connection.token_url, data=form, headers=login, timeout=_WRITE_PATIENCE
        ) as answer:
            if answer.status == 403:
                raise AtsRefusedError("the ATS does not let this user act")
            if answer.status != 200:
                raise AtsUnavailableError(f"the ATS does not let us in ({answer.status})")
            granted = await _json(answer)
        try:
            token, expires = str(granted["access_token"]), datetime.fromisoformat(granted["expires_at"]).timestamp()
        except (KeyError, TypeError, ValueError) as problem:
            raise AtsUnavailableError("the ATS's token cannot be read") from problem
        self._tokens[user] = (token, expires - 30)
        return token

    def forget_token(self, user: str) -> None:
        """The ATS no longer takes it."""
        self._tokens.pop(user, None)

    @property
    def session(self) -> aiohttp.ClientSession:
        """The HTTP session requests go through."""
        return self._session


class _Requested:
    """One request under a token, with the ATS's answers turned into ours; an async context manager."""

    def __init__(self, api: GreenhouseApi, method: str, address: str, user: str, options: dict[str, Any]) -> None:
        self._api = api
        self._method = method
        self._address = address
        self._user = user
        self._options = options
        self._answer: aiohttp.ClientResponse | None = None

    async def __aenter__(self) -> aiohttp.ClientResponse:
        await self._api.wait_for_limit()
        with spanning(
            _tracer,
            f"{self._method} ats",
            SpanKind.CLIENT,
            attributes={"http.request.method": self._method, "server.address": self._address.split("/")[2]},
        ) as span:
            try:
                answer = await self._send()
                if answer.status == 401:
                    answer.release()
                    self._api.forget_token(self._user)
                    answer = await self._send()
            except (aiohttp.ClientError, TimeoutError) as problem:
                raise AtsUnavailableError(type(problem).__name__) from problem
            span.set_attribute("http.response.status_code", answer.status)
        self._answer = answer
        try:
            await self._judge(answer)
        except BaseException:
            answer.release()
            raise
        return answer

    async def __aexit__(self, *_: object) -> None:
        if self._answer:
            self._answer.release()

    async def _send(self) -> aiohttp.ClientResponse:
        token = await self._api.token(self._api.session, self._user)
        return await self._api.session.request(
            self._method, self._address, headers={"Authorization": f"Bearer {token}"}, **self._options
        )

    async def _judge(self, answer: aiohttp.ClientResponse) -> None:
        self._api.left = _share_left(answer.headers)
        if answer.status < 400:
            return
        if answer.status == 429:
            wait = _retry_after(answer.headers.get("Retry-After", ""))
            self._api.limit(wait)
            raise AtsUnavailableError("the ATS's limit is reached", retry_after=wait)
        if answer.status >= 500 or answer.status == 401:
            raise AtsUnavailableError(f"the ATS answered {answer.status}")
        raise AtsRefusedError(_said(answer.status, await answer.read()))


def _share_left(headers: Mapping[str, str]) -> float:
    """What the ATS says is left of its limit; everything, if it does not say."""
    try:
        return int(headers["X-RateLimit-Remaining"]) / max(1, int(headers["X-RateLimit-Limit"]))
    except (KeyError, ValueError):
        return 1.0


async def _json(answer: aiohttp.ClientResponse) -> Any:
    try:
        return loads(await answer.read())
    except (ValueError, aiohttp.ClientError, TimeoutError) as problem:
        raise AtsUnavailableError("the ATS's answer broke off") from problem


def _records(said: Any) -> list[Record]:
    if not (isinstance(said, list) and all(isinstance(each, dict) for each in said)):
        raise AtsUnavailableError("the ATS answered something else than a list of records")
    return said


def _retry_after(said: str) -> float:
    """Seconds to wait, which may also be said as a date."""
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (TypeError, ValueError):
        return 1.0


def _said(status: int, body: bytes) -> str:
    """The ATS's own words, shortened; it speaks of stages and permissions, not of people."""
    try:
        said = loads(body)
    except ValueError:
        return f"the ATS answered {status}"
    errors = said.get("errors") if isinstance(said, dict) else None
    texts = [e.get("message", "") if isinstance(e, dict) else str(e) for e in errors or []]
    if not texts and isinstance(said, dict) and "message" in said:
        texts = [str(said["message"])]
    return "; ".join(filter(None, texts))[:300] or f"the ATS answered {status}"
