"""Who may ask: tokens by OAuth client credentials, and the rate limit of each client."""

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rapport.sandbox.vendors.greenhouse.refusals import Refused
from rapport.sandbox.vendors.greenhouse.settings import SandboxSettings


@dataclass(frozen=True, slots=True)
class Token:
    """A token that has been given out; `user` is on whose behalf it writes."""

    client: str
    user: int | None
    expires_at: int


class Tokens:
    """Gives out tokens and recognises them until they expire. A restart forgets them all, as clients must expect."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._secrets = {client.client_id: client.secret for client in settings.clients}
        self._lifetime = round(settings.token_lifetime * 1000)
        self._clock = settings.clock
        self._tokens: dict[str, Token] = {}

    def authenticate(self, authorization: str) -> str:
        """Return the client that a Basic authorization names, or refuse."""
        client, secret = _basic(authorization)
        known = self._secrets.get(client, "")
        if not known or not secrets.compare_digest(known.encode(), secret.encode()):
            raise Refused(401, "Client authentication failed.", headers={"WWW-Authenticate": "Basic"})
        return client

    def give(self, client: str, user: int | None) -> tuple[str, Token]:
        """Give out a new token."""
        now = self._clock()
        self._tokens = {each: token for each, token in self._tokens.items() if token.expires_at > now}
        text, token = secrets.token_urlsafe(32), Token(client, user, now + self._lifetime)
        self._tokens[text] = token
        return text, token

    def recognise(self, authorization: str) -> Token:
        """Return the token a Bearer authorization holds, or refuse."""
        scheme, _, text = authorization.partition(" ")
        token = self._tokens.get(text.strip()) if scheme.lower() == "bearer" else None
        if token is None or token.expires_at <= self._clock():
            raise Refused(401, "Invalid or expired access token.", headers={"WWW-Authenticate": "Bearer"})
        return token

    def expire_all(self) -> None:
        """Let every token expire now."""
        self._tokens.clear()


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client, secret


class RateLimit:
    """Counts the requests of each client in fixed windows."""

    def __init__(self, limit: int, window: float, clock: Callable[[], int]) -> None:
        self.limit = limit
        self._window = round(window * 1000)
        self._clock = clock
        self._used: dict[str, tuple[int, int]] = {}

    def spend(self, client: str) -> Mapping[str, str]:
        """Count a request and return the headers that say what is left, or refuse."""
        now = self._clock()
        window = now // self._window
        counted, used = self._used.get(client, (window, 0))
        used = used + 1 if counted == window else 1
        self._used[client] = (window, used)
        seconds = -(-((window + 1) * self._window - now) // 1000)
        headers = self.headers(self.limit - used, now // 1000 + seconds)
        if used > self.limit:
            raise too_many(seconds, headers)
        return headers

    def headers(self, remaining: int, reset: int) -> dict[str, str]:
        """Return the headers of every answer."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, remaining)),
            "X-RateLimit-Reset": str(reset),
        }


def too_many(seconds: int, headers: Mapping[str, str]) -> Refused:
    """Return the refusal of a client that asks too often."""
    return Refused(429, "Too many requests.", headers={**headers, "Retry-After": str(max(1, seconds))})
