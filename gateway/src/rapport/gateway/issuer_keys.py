"""The public keys of the token issuer, refreshed in the background: no request waits for an issuer that is known to be
away, and tokens signed with known keys go on being good meanwhile."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import jwt
import orjson

from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.runtime.process import in_background, supervised
from rapport.kit.web.http import Check

_FETCH_WITHIN = 3.0
_LONGEST_DOCUMENT = 1024 * 1024
_REFRESH_AFTER = 3600.0
"""Seconds after which the keys are fetched again, so that a key the issuer withdrew is forgotten."""
_TRUSTED_FOR = 24 * 3600.0
"""Seconds for which keys are trusted without the issuer having confirmed them."""
_ON_DEMAND_AT_MOST_EVERY = 5.0
"""Seconds between two fetches that unknown key ids cause: made-up ids must not make us hammer the issuer."""
_FIRST_BACKOFF, _LONGEST_BACKOFF = 1.0, 30.0

_log = logging.getLogger(__name__)


class IssuerKeys:
    """Knows the issuer's keys while :meth:`refreshing` is entered."""

    def __init__(self, http: aiohttp.ClientSession, issuer: str) -> None:
        """``issuer`` is an address with a discovery document below it."""
        self._http = http
        self._issuer = issuer
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._demanded_at = float("-inf")
        self._problem: str | None = None
        """Why the last fetch failed, until one succeeds."""
        self._demand = asyncio.Event()
        self._finished = asyncio.Event()
        """Set at the end of the fetch that is under way or next."""

    @asynccontextmanager
    async def refreshing(self) -> AsyncIterator[None]:
        """Fetch the keys now, whenever they are old, and on demand, until the end of the block."""
        async with in_background(supervised("the refreshing of the issuer's keys", self._refresh)):
            yield

    async def key(self, kid: str) -> jwt.PyJWK | None:
        """The key of that id, or None if the issuer has none. Waits for one fetch at most, which all waiters share.

        Raises:
            ServiceUnavailableError: the issuer cannot be asked now.
        """
        if (known := self._known(kid)) is not None:
            return known
        if self._problem is None and self._may_ask():
            await self._finished.wait()
        if (known := self._known(kid)) is None and self._problem is not None:
            raise ServiceUnavailableError("the identity provider")
        return known

    def check(self) -> Check:
        """Readiness: tokens can be verified."""

        async def verifiable() -> str | None:
            if self._trusted():
                return None
            return f"no keys ({self._problem or 'not fetched yet'})"

        return verifiable

    def _known(self, kid: str) -> jwt.PyJWK | None:
        return self._keys.get(kid) if self._trusted() else None

    def _trusted(self) -> bool:
        return bool(self._keys) and time.monotonic() - self._fetched_at < _TRUSTED_FOR

    def _may_ask(self) -> bool:
        """Whether a fetch is under way, or one may be demanded, which it then is."""
        if self._demand.is_set() or not self._trusted():
            return True
        now = time.monotonic()
        if now - self._demanded_at < _ON_DEMAND_AT_MOST_EVERY:
            return False
        self._demanded_at = now
        self._demand.set()
        return True

    async def _refresh(self) -> None:
        backoff = _FIRST_BACKOFF
        while True:
            self._problem = await self._fetch()
            finished, self._finished = self._finished, asyncio.Event()
            self._demand.clear()
            finished.set()
            if self._problem is None:
                backoff = _FIRST_BACKOFF
                with suppress(TimeoutError):
                    async with asyncio.timeout(_REFRESH_AFTER):
                        await self._demand.wait()
            else:
                await asyncio.sleep(backoff)
                backoff = min(backoff * 2, _LONGEST_BACKOFF)

    async def _fetch(self) -> str | None:
        """Answers what went wrong."""
        try:
            async with asyncio.timeout(_FETCH_WITHIN):
                document = await self._json(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                found = await self._json(_keys_address(document, self._issuer))
            keys = _signing_keys(found)
        except (aiohttp.ClientError, TimeoutError, ValueError, TypeError, KeyError, jwt.PyJWTError) as problem:
            _log.warning("the issuer's keys cannot be fetched (%s)", type(problem).__name__)
            return type(problem).__name__
        self._keys, self._fetched_at = keys, time.monotonic()
        return None

    async def _json(self, address: str) -> dict[str, Any]:
        async with self._http.get(address) as response:
            response.raise_for_status()
            body = bytearray()
            async for chunk in response.content.iter_chunked(_LONGEST_DOCUMENT):
                body += chunk
                if len(body) > _LONGEST_DOCUMENT:
                    raise ValueError("the document is too long")
        document: dict[str, Any] = orjson.loads(body)
        return document


def _keys_address(discovered: dict[str, Any], issuer: str) -> str:
    if discovered["issuer"] != issuer:
        raise ValueError("the discovery document is another issuer's")
    return str(discovered["jwks_uri"])


def _signing_keys(found: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    """By id; an issuer that has none cannot have meant it, and is asked again soon."""
    keys = {key["kid"]: jwt.PyJWK(key) for key in found["keys"] if _signs(key)}
    if not keys:
        raise ValueError("there is no key that signs")
    return keys


def _signs(key: dict[str, Any]) -> bool:
    """Whether it is a public key we accept signatures of."""
    return "kid" in key and key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"
