"""Greenhouse's GreenhouseApi API, version 3: tokens, pages, limits and writes on behalf of a user."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import aiohttp
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from rapport.kit.json_text import loads
from rapport.kit.runtime.backoff import Backoff
from rapport.kit.telemetry import spanning
from rapport.pipeline.connectors.connection import Connection
from rapport.pipeline.connectors.connector import AtsRefusedError, AtsUnavailableError

JsonRecord = dict[str, Any]

MAX_IDS = 50
"""How many ids one filter may list."""
_PAGE = 500
_READ_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)
_FILE_TIMEOUT = aiohttp.ClientTimeout(total=300, connect=10, sock_read=30)
_WRITE_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)
_MAX_ATTEMPTS = 6
_LONGEST_WAIT = 120.0
"""Seconds. A longer rate limit interrupts the run instead, which resumes later."""

_tracer = trace.get_tracer("rapport.pipeline.ats")


@dataclass(frozen=True, slots=True)
class JsonWritten:
    """The answer to a write: the record, if it has one, and when it was given, by the ATS's clock to the second."""

    record: JsonRecord | None
    at: datetime


@dataclass(frozen=True, slots=True)
class JsonPage:
    """One page of a list; ``next_page`` is the whole address of the next one."""

    records: list[JsonRecord]
    next_page: str | None


class GreenhouseApi:
    """One connection's API. A rate limit met by one request is observed by all."""

    def __init__(self, connection: Connection, session: aiohttp.ClientSession) -> None:
        """``session`` is shared by the service's connections."""
        self._connection = connection
        self._session = session
        self._tokens: dict[str, tuple[str, float]] = {}
        self._not_before = 0.0
        self.rate_limit_left = 1.0
        """The share of the rate limit left at the last response, from 0 to 1."""

    async def first_page(self, path: str, *, updated_since: datetime | None = None) -> JsonPage:
        """The first page of a list: of everything, or of what was updated since."""
        query = {"per_page": str(_PAGE)}
        if updated_since:
            query["updated_at"] = f"gte|{updated_since:%Y-%m-%dT%H:%M:%S}Z"
        return await self._page(f"{self._connection.base_url}/{path}", query)

    async def page(self, address: str) -> JsonPage:
        """A later page, by the address in the page before it, which carries the whole query."""
        if not address.startswith(f"{self._connection.base_url}/"):
            raise AtsRefusedError("the next page lies outside the API")
        return await self._page(address, {})

    async def by_ids(self, path: str, ids: Sequence[str]) -> list[JsonRecord]:
        """Every record of these ids."""
        records: list[JsonRecord] = []
        for start in range(0, len(ids), MAX_IDS):
            query = {"ids": ",".join(ids[start : start + MAX_IDS]), "per_page": str(_PAGE)}
            page = await self._page(f"{self._connection.base_url}/{path}", query)
            records += page.records
            while page.next_page:
                page = await self.page(page.next_page)
                records += page.records
        return records

    async def found(self, path: str, **filters: str) -> list[JsonRecord]:
        """The records that these filters find, at most a page."""
        page = await self._page(f"{self._connection.base_url}/{path}", {**filters, "per_page": str(_PAGE)})
        return page.records

    @asynccontextmanager
    async def file(self, address: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """A file, from the address that the API gave for it, which is a key: it is in no span, log or message.

        It lies with another host (a store of files), which gets none of our tokens and may not send us elsewhere.

        Raises:
            AtsRefusedError: the address is none that a file may be fetched from, or has no file.
            AtsUnavailableError: the store cannot be reached.
        """
        own, parts = urlsplit(self._connection.base_url), urlsplit(address)
        if parts.scheme != "https" and (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
            raise AtsRefusedError("the address of the file is not one of the web")
        try:
            with spanning(_tracer, "GET ats file", SpanKind.CLIENT, attributes={"http.request.method": "GET"}) as span:
                response = await self._session.get(address, allow_redirects=False, timeout=_FILE_TIMEOUT)
                span.set_attribute("http.response.status_code", response.status)
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            # Without its cause, whose message may quote the address.
            raise AtsUnavailableError(type(problem).__name__) from None
        try:
            if response.status >= 500:
                raise AtsUnavailableError(f"the store of files responded {response.status}")
            if response.status != 200:
                raise AtsRefusedError(f"the store of files responded {response.status}")
            yield response
        finally:
            response.close()

    async def write(
        self, path: str, body: Mapping[str, object], *, user: str, method: Literal["POST", "PATCH"] = "POST"
    ) -> JsonWritten:
        """Write on behalf of a user. Most answers are documented to be empty (204).

        Raises:
            AtsRefusedError: it cannot be done as things are, or the user may not.
            AtsUnavailableError: it is not known whether it was carried out.
        """
        if not user:
            # Without one it would be written in the name of the integration.
            raise AtsRefusedError("the ATS does not know this user")
        address = f"{self._connection.base_url}/{path}"
        async with self._request(method, address, user=user, json=body, timeout=_WRITE_TIMEOUT) as response:
            at = _date(response.headers.get("Date", ""))
            record = None if response.status == 204 else await _json(response)
            return JsonWritten(record if isinstance(record, dict) and record else None, at)

    async def _page(self, address: str, query: Mapping[str, str]) -> JsonPage:
        backoff = Backoff(0.5, _LONGEST_WAIT)
        for attempt in range(_MAX_ATTEMPTS):
            try:
                async with self._request("GET", address, params=query, timeout=_READ_TIMEOUT) as response:
                    following = response.links.get("next")
                    return JsonPage(_records(await _json(response)), str(following["url"]) if following else None)
            except AtsUnavailableError as problem:
                if attempt == _MAX_ATTEMPTS - 1 or (problem.retry_after or 0) > _LONGEST_WAIT:
                    raise
                if problem.retry_after:
                    await asyncio.sleep(problem.retry_after)
                else:
                    await backoff.pause()
        raise AssertionError("the last attempt returns or raises")

    def _request(self, method: str, address: str, *, user: str = "", **options: Any) -> "_Request":
        return _Request(self, method, address, user, options)

    async def wait_for_limit(self) -> None:
        """Wait until the ATS accepts requests again."""
        if (wait := self._not_before - time.monotonic()) > 0:
            await asyncio.sleep(wait)

    def limit(self, seconds: float) -> None:
        """Observe a rate limit: no request of this connection is sent for so many seconds."""
        self._not_before = max(self._not_before, time.monotonic() + seconds)

    async def token(self, session: aiohttp.ClientSession, user: str) -> str:
        """A valid access token; ``user`` is on whose behalf it writes, empty for reads."""
        token, good_until = self._tokens.get(user, ("", 0.0))
        if time.time() < good_until:
            return token
        secret = self._connection.client_secret.get_secret_value()
        login = {"Authorization": aiohttp.encode_basic_auth(self._connection.client_id, secret)}
        form = {"grant_type": "client_credentials"} | ({"sub": user} if user else {})
        async with session.post(
            self._connection.token_url, data=form, headers=login, timeout=_WRITE_TIMEOUT
        ) as response:
            if response.status == 403:
                raise AtsRefusedError("the ATS does not let this user act")
            if response.status != 200:
                raise AtsUnavailableError(f"the ATS rejects our credentials ({response.status})")
            granted = await _json(response)
        try:
            token, expires = str(granted["access_token"]), datetime.fromisoformat(granted["expires_at"]).timestamp()
        except (KeyError, TypeError, ValueError) as problem:
            raise AtsUnavailableError("the ATS's token is malformed") from problem
        self._tokens[user] = (token, expires - 30)
        return token

    def forget_token(self, user: str) -> None:
        """Drop a token that the ATS no longer accepts."""
        self._tokens.pop(user, None)

    @property
    def session(self) -> aiohttp.ClientSession:
        """The HTTP session requests go through."""
        return self._session


class _Request:
    """One request under a token, whose failures are raised as ours; an async context manager."""

    def __init__(self, api: GreenhouseApi, method: str, address: str, user: str, options: dict[str, Any]) -> None:
        self._api = api
        self._method = method
        self._address = address
        self._user = user
        self._options = options
        self._response: aiohttp.ClientResponse | None = None

    async def __aenter__(self) -> aiohttp.ClientResponse:
        await self._api.wait_for_limit()
        with spanning(
            _tracer,
            f"{self._method} ats",
            SpanKind.CLIENT,
            attributes={"http.request.method": self._method, "server.address": self._address.split("/")[2]},
        ) as span:
            try:
                response = await self._send()
                if response.status == 401:
                    response.release()
                    self._api.forget_token(self._user)
                    response = await self._send()
            except (aiohttp.ClientError, TimeoutError) as problem:
                raise AtsUnavailableError(type(problem).__name__) from problem
            span.set_attribute("http.response.status_code", response.status)
        self._response = response
        try:
            await self._raise_for_status(response)
        except BaseException:
            response.release()
            raise
        return response

    async def __aexit__(self, *_: object) -> None:
        if self._response:
            self._response.release()

    async def _send(self) -> aiohttp.ClientResponse:
        token = await self._api.token(self._api.session, self._user)
        return await self._api.session.request(
            self._method, self._address, headers={"Authorization": f"Bearer {token}"}, **self._options
        )

    async def _raise_for_status(self, response: aiohttp.ClientResponse) -> None:
        self._api.rate_limit_left = _share_left(response.headers)
        if response.status < 400:
            return
        if response.status == 429:
            wait = _retry_after(response.headers.get("Retry-After", ""))
            self._api.limit(wait)
            raise AtsUnavailableError("the ATS's rate limit is reached", retry_after=wait, answered=True)
        if response.status >= 500 or response.status == 401:
            # A gateway's answer does not say what became of the request behind it.
            answered = response.status in (401, 503)
            raise AtsUnavailableError(f"the ATS responded {response.status}", answered=answered)
        raise AtsRefusedError(_refusal(response.status, await response.read()))


def _share_left(headers: Mapping[str, str]) -> float:
    """The share of the rate limit left; all of it, if the ATS does not say."""
    try:
        return int(headers["X-RateLimit-Remaining"]) / max(1, int(headers["X-RateLimit-Limit"]))
    except (KeyError, ValueError):
        return 1.0


async def _json(response: aiohttp.ClientResponse) -> Any:
    try:
        return loads(await response.read())
    except (ValueError, aiohttp.ClientError, TimeoutError) as problem:
        raise AtsUnavailableError("the ATS's response is incomplete") from problem


def _records(payload: Any) -> list[JsonRecord]:
    if not (isinstance(payload, list) and all(isinstance(record, dict) for record in payload)):
        raise AtsUnavailableError("the ATS responded with something else than a list of records")
    return payload


def _date(header: str) -> datetime:
    """When an answer was given; by our own clock, if it does not say."""
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except (TypeError, ValueError):
        return datetime.now(UTC).replace(microsecond=0)


def _retry_after(header: str) -> float:
    """Seconds to wait; the header may also hold a date."""
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (TypeError, ValueError):
        return 1.0


def _refusal(status: int, body: bytes) -> str:
    """The ATS's own message, shortened; it is about stages and permissions, not about people."""
    try:
        payload = loads(body)
    except ValueError:
        return f"the ATS responded {status}"
    errors = payload.get("errors") if isinstance(payload, dict) else None
    texts = [e.get("message", "") if isinstance(e, dict) else str(e) for e in errors or []]
    if not texts and isinstance(payload, dict) and "message" in payload:
        texts = [str(payload["message"])]
    return "; ".join(filter(None, texts))[:300] or f"the ATS responded {status}"
