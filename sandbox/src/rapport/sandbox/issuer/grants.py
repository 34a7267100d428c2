"""What the issuer has granted: sessions, authorization codes and refresh tokens. In memory only."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from cachetools import TTLCache

_SESSION_SECONDS = 12 * 3600
_CODE_SECONDS = 60
_MOST = 10_000


class GrantError(Exception):
    """A grant cannot be exchanged; its text is for the client's developer."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a client asked for, as far as the exchange of the code depends on it."""

    client_id: str
    redirect_uri: str
    code_challenge: str
    nonce: str | None


@dataclass(eq=False, slots=True)
class Session:
    """Somebody who signed in with this browser. Everything granted from it ends with it."""

    email: str
    ended: bool = False


@dataclass(eq=False, slots=True)
class _Family:
    """The refresh tokens that follow one from another; the last one alone is good."""

    session: Session
    client_id: str
    revoked: bool = False


@dataclass(eq=False, slots=True)
class _Code:
    request: AuthorizationRequest
    session: Session
    family: _Family | None = None


@dataclass(eq=False, slots=True)
class _RefreshToken:
    family: _Family
    used: bool = False


@dataclass(frozen=True, slots=True)
class Granted:
    """What an exchange gives: for whom tokens are to be made, and the next refresh token."""

    email: str
    nonce: str | None
    refresh_token: str


@dataclass(slots=True)
class Grants:
    """Grants of one issuer."""

    _sessions: TTLCache[str, Session] = field(default_factory=lambda: TTLCache(_MOST, _SESSION_SECONDS))
    _codes: TTLCache[str, _Code] = field(default_factory=lambda: TTLCache(_MOST, _CODE_SECONDS))
    _refresh_tokens: TTLCache[str, _RefreshToken] = field(default_factory=lambda: TTLCache(_MOST, _SESSION_SECONDS))

    def begin(self, email: str) -> str:
        """Begin a session; its id belongs into a cookie."""
        session_id = secrets.token_urlsafe()
        self._sessions[session_id] = Session(email)
        return session_id

    def session(self, session_id: str | None) -> Session | None:
        """The session of a cookie, if it goes on."""
        return self._sessions.get(session_id) if session_id else None

    def end(self, session_id: str | None) -> None:
        """End a session and whatever was granted from it."""
        session = self._sessions.pop(session_id, None) if session_id else None
        if session:
            session.ended = True

    def authorize(self, session: Session, request: AuthorizationRequest) -> str:
        """A code for one exchange within a minute."""
        code = secrets.token_urlsafe()
        self._codes[code] = _Code(request, session)
        return code

    def exchange(self, code: str, *, client_id: str, redirect_uri: str, code_verifier: str) -> Granted:
        """Exchange a code; a second attempt revokes what the first one was given.

        Raises:
            GrantError: the code is unknown, used, expired, or was given to somebody else.
        """
        found = self._codes.get(code)
        if found is None:
            raise GrantError("the code is unknown or has expired")
        if found.family is not None:
            found.family.revoked = True
            raise GrantError("the code was used before")
        request = found.request
        if (client_id, redirect_uri) != (request.client_id, request.redirect_uri):
            raise GrantError("the code was given to another client or address")
        if not secrets.compare_digest(s256(code_verifier), request.code_challenge):
            raise GrantError("code_verifier does not fit the code_challenge")
        if found.session.ended:
            raise GrantError("the session has ended")
        found.family = _Family(found.session, client_id)
        return Granted(found.session.email, request.nonce, self._next(found.family))

    def refresh(self, token: str, *, client_id: str) -> Granted:
        """Exchange a refresh token for the next; one that is used twice was stolen, and revokes its successors.

        Raises:
            GrantError: the token is unknown, used, revoked, or another client's.
        """
        found = self._refresh_tokens.get(token)
        if found is None or found.family.client_id != client_id:
            raise GrantError("the refresh token is unknown or has expired")
        family = found.family
        if found.used:
            family.revoked = True
        if family.revoked or family.session.ended:
            raise GrantError("the refresh token was revoked")
        found.used = True
        return Granted(family.session.email, None, self._next(family))

    def _next(self, family: _Family) -> str:
        token = secrets.token_urlsafe()
        self._refresh_tokens[token] = _RefreshToken(family)
        return token


def s256(code_verifier: str) -> str:
    """The code challenge of a verifier (RFC 7636)."""
    return urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
