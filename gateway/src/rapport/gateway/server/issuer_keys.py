"""The public keys of the token issuer, refreshed in the background.

No request waits for an issuer that is known to be down; tokens signed with known keys stay valid meanwhile.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import orjson

from rapport.kit.errors import ServiceUnavailableError
from rapport.kit.runtime.backoff import Backoff
from rapport.kit.runtime.process import in_background, supervised
from rapport.kit.web.http import Check

_FETCH_TIMEOUT = 3.0
_MAX_DOCUMENT_BYTES = 1024 * 1024
_REFRESH_AFTER = 3600.0
"""Seconds after which the keys are fetched again, so that a withdrawn key is dropped."""
_TRUSTED_FOR = 24 * 3600.0
"""Seconds for which keys are trusted after they were last fetched."""
_MIN_DEMAND_INTERVAL = 5.0
"""Seconds between two fetches caused by unknown key ids: forged tokens must not make us flood the issuer."""
_FIRST_BACKOFF, _LONGEST_BACKOFF = 1.0, 30.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignInEndpoints:
    """Where and how browsers sign in, from the issuer's discovery document; None for what it does not name."""

    authorization: str | None = None
    token: str | None = None
    end_session: str | None = None
    signing_algorithms: tuple[str, ...] = ()
    """Of its id tokens."""


class IssuerKeys:
    """The issuer's keys, while :meth:`refreshing` is entered."""

    def __init__(self, http: aiohttp.ClientSession, issuer: str) -> None:
        """``issuer`` is an address with a discovery document below it."""
        self._http = http
        self._issuer = issuer
        self.sign_in_endpoints = SignInEndpoints()
        """As the last successful fetch found them."""
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._demanded_at = float("-inf")
        self._problem: str | None = None
        """Why the last fetch failed, until one succeeds."""
        self._demand = asyncio.Event()
        self._finished = asyncio.Event()
        """Set at the end of the current or next fetch."""

    @asynccontextmanager
    async def refreshing(self) -> AsyncIterator[None]:
        """Fetch the keys now, regularly and on demand, until the end of the block."""
        async with in_background(supervised("the refreshing of the issuer's keys", self._refresh)):
            yield

    async def key(self, kid: str) -> jwt.PyJWK | None:
        """The key of that id, or None if the issuer has none. Waits for at most one fetch, which all waiters share.

        Raises:
            ServiceUnavailableError: the issuer is not available.
        """
        if (known := self._known(kid)) is not None:
            return known
        if self._problem is None and self._may_fetch():
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

    def _may_fetch(self) -> bool:
        """Whether a fetch is running, or one may be demanded, which this does."""
        if self._demand.is_set() or not self._trusted():
            return True
        now = time.monotonic()
        if now - self._demanded_at < _MIN_DEMAND_INTERVAL:
            return False
        self._demanded_at = now
        self._demand.set()
        return True

    async def _refresh(self) -> None:
        backoff = Backoff(_FIRST_BACKOFF, _LONGEST_BACKOFF)
        while True:
            self._problem = await self._fetch()
            finished, self._finished = self._finished, asyncio.Event()
            self._demand.clear()
            finished.set()
            if self._problem is None:
                backoff.reset()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_REFRESH_AFTER):
                        await self._demand.wait()
            else:
                await backoff.pause()

    async def _fetch(self) -> str | None:
        """Returns what went wrong, if anything."""
        try:
            async with asyncio.timeout(_FETCH_TIMEOUT):
                document = await self._json(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                key_set = await self._json(_keys_address(document, self._issuer))
            endpoints = _sign_in_endpoints(document)
            keys = _signing_keys(key_set)
        except (aiohttp.ClientError, TimeoutError, ValueError, TypeError, KeyError, jwt.PyJWTError) as problem:
            _log.warning("cannot fetch the issuer's keys (%s)", type(problem).__name__)
            return type(problem).__name__
        self._keys, self._fetched_at = keys, time.monotonic()
        self.sign_in_endpoints = endpoints
        return None

    async def _json(self, address: str) -> dict[str, Any]:
        async with self._http.get(address) as response:
            response.raise_for_status()
            body = bytearray()
            async for chunk in response.content.iter_chunked(_MAX_DOCUMENT_BYTES):
                body += chunk
                if len(body) > _MAX_DOCUMENT_BYTES:
                    raise ValueError("the document is too long")
        document: dict[str, Any] = orjson.loads(body)
        return document


def _keys_address(discovered: dict[str, Any], issuer: str) -> str:
    if discovered["issuer"] != issuer:
        raise ValueError("the discovery document is another issuer's")
    return str(discovered["jwks_uri"])


def _sign_in_endpoints(discovered: dict[str, Any]) -> SignInEndpoints:
    def named(name: str) -> str | None:
        address = discovered.get(f"{name}_endpoint")
        return str(address) if address else None

    algorithms = discovered.get("id_token_signing_alg_values_supported") or ()
    return SignInEndpoints(named("authorization"), named("token"), named("end_session"), tuple(map(str, algorithms)))


def _signing_keys(key_set: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    """By id; an empty set is taken for a mistake of the issuer, and fetched again soon."""
    keys = {key["kid"]: jwt.PyJWK(key) for key in key_set["keys"] if _signs(key)}
    if not keys:
        raise ValueError("there is no signing key")
    return keys


def _signs(key: dict[str, Any]) -> bool:
    """Whether it is a public key whose signatures are accepted."""
    return "kid" in key and key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"
