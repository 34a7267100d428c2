"""Who is asking: bearer tokens of an OpenID Connect issuer, and the user the directory knows behind them."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, Literal, TypeVar

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from rapport.contracts.identity import OrgId, Viewer
from rapport.contracts.pipeline import IdentifyViewer, ViewerIdentity
from rapport.contracts.refusals import Refusal
from rapport.gateway.issuer_keys import IssuerKeys
from rapport.kit.rpc.client import RequestClient

_ALGORITHMS = ("RS256", "ES256")
_BELIEVED_FOR = 30.0
"""Seconds for which the directory's answer about a user is believed, and that a token's signature is good."""
_REMEMBERED = 10_000
"""Users, and tokens, remembered at once."""

_KeyT = TypeVar("_KeyT")
_ValueT = TypeVar("_ValueT")


class UnauthenticatedError(Exception):
    """The request carries no token that we accept."""

    def __init__(self, reason: str, message: str) -> None:
        """``reason`` is for programs, ``message`` for people; neither quotes the token."""
        super().__init__(message)
        self.reason = reason
        self.message = message


class UnknownUserError(Exception):
    """The token is good, but the organisation's directory does not know its owner."""


class Claims(BaseModel):
    """What a token must say about its owner."""

    model_config = ConfigDict(frozen=True)

    email: str
    email_verified: Literal[True]
    org: OrgId
    exp: int


@dataclass(frozen=True, slots=True)
class Session:
    """A user on whose behalf operations run, until their token expires."""

    identified: ViewerIdentity
    expires_at: float
    """Seconds since the epoch."""

    @property
    def viewer(self) -> Viewer:
        """As services want to know them."""
        return self.identified.viewer

    def check(self) -> None:
        """Raise UnauthenticatedError once the token has expired."""
        if time.time() >= self.expires_at:
            raise expired()


def expired() -> UnauthenticatedError:
    """The token was good once."""
    return UnauthenticatedError("TOKEN_EXPIRED", "the token has expired")


class Believed(Generic[_KeyT, _ValueT]):
    """What was found out lately, for a moment each."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._found: OrderedDict[_KeyT, tuple[float, _ValueT]] = OrderedDict()

    def get(self, key: _KeyT) -> _ValueT | None:
        """What was found out about it, if that was not too long ago."""
        until, value = self._found.get(key, (0.0, None))
        return value if time.monotonic() < until else None

    def put(self, key: _KeyT, value: _ValueT) -> None:
        """Remember it from now on."""
        self._found[key] = (time.monotonic() + _BELIEVED_FOR, value)
        self._found.move_to_end(key)
        if len(self._found) > _REMEMBERED:
            self._found.popitem(last=False)


class TokenVerifier:
    """Tells a token that our issuer has signed for us from any other."""

    def __init__(self, keys: IssuerKeys, issuer: str, audience: str) -> None:
        """``issuer`` and ``audience`` are what tokens must name."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._good: Believed[bytes, Claims] = Believed()

    async def claims(self, token: str) -> Claims:
        """What a good token says; one that was found good is believed for a moment, as long as it has not expired.

        Raises:
            UnauthenticatedError: it is not good; the reason says why.
            ServiceUnavailableError: the issuer's keys cannot be fetched.
        """
        digest = sha256(token.encode(errors="surrogatepass")).digest()
        known = self._good.get(digest)
        if known and time.time() < known.exp:
            return known
        claims = await self._checked(token)
        self._good.put(digest, claims)
        return claims

    async def _checked(self, token: str) -> Claims:
        key = await self._key(token)
        try:
            said = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                options={"require": ["exp", "iss", "aud"], "verify_iat": False},
            )
            return Claims.model_validate(said)
        except jwt.ExpiredSignatureError:
            raise expired() from None
        except jwt.InvalidAudienceError:
            raise UnauthenticatedError("TOKEN_FOREIGN", "the token is meant for another application") from None
        except jwt.InvalidSignatureError:
            raise UnauthenticatedError("TOKEN_FORGED", "the token's signature is not its issuer's") from None
        except jwt.PyJWTError:
            raise UnauthenticatedError("TOKEN_MALFORMED", "the token lacks claims or has senseless ones") from None
        except ValidationError:
            raise UnauthenticatedError(
                "TOKEN_INCOMPLETE", "the token does not name an organisation and a verified e-mail address"
            ) from None

    async def _key(self, token: str) -> jwt.PyJWK:
        """The key it claims to be signed with; nothing that it says is believed yet."""
        try:
            header = jwt.get_unverified_header(token)
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except jwt.PyJWTError:
            raise UnauthenticatedError("TOKEN_MALFORMED", "the token is not a JSON Web Token") from None
        if issuer != self._issuer:
            raise UnauthenticatedError("TOKEN_FOREIGN", "the token was issued by someone else")
        if header.get("alg") not in _ALGORITHMS:
            raise UnauthenticatedError("TOKEN_FORGED", f"the token must be signed with {' or '.join(_ALGORITHMS)}")
        key = await self._keys.key(str(header.get("kid")))
        if key is None or key.algorithm_name != header["alg"]:
            raise UnauthenticatedError("TOKEN_FORGED", "the token is signed with a key its issuer does not have")
        return key


class Directory:
    """The organisation's users, as pipeline knows them; each is remembered for a moment."""

    def __init__(self, services: RequestClient, patience: float) -> None:
        """``patience`` is in seconds."""
        self._services = services
        self._patience = patience
        self._known: Believed[tuple[str, str], ViewerIdentity] = Believed()

    async def identify(self, claims: Claims) -> ViewerIdentity:
        """The user with the token's e-mail address.

        Raises:
            UnknownUserError: there is none in the token's organisation.
            ServiceUnavailableError: the directory does not answer.
        """
        key = (claims.org, claims.email)
        known = self._known.get(key)
        if known:
            return known
        request = IdentifyViewer(org_id=claims.org, email=claims.email)
        answer = await self._services.call(request, None, deadline=self._patience)
        if isinstance(answer, Refusal):
            raise UnknownUserError
        self._known.put(key, answer)
        return answer


class Identity:
    """From an Authorization header to a session."""

    def __init__(self, verifier: TokenVerifier, directory: Directory) -> None:
        """Both are asked in turn."""
        self._verifier = verifier
        self._directory = directory

    async def session(self, authorization: object) -> Session:
        """Whose operation it is.

        Args:
            authorization: the header, or the same in a websocket's first message.

        Raises:
            UnauthenticatedError: no good token.
            UnknownUserError: a good token of nobody we know.
            ServiceUnavailableError: the issuer or the directory does not answer.
        """
        if not authorization:
            raise UnauthenticatedError("TOKEN_MISSING", "a bearer token is needed")
        scheme, _, token = str(authorization).partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise UnauthenticatedError("TOKEN_MALFORMED", "the authorization is not a bearer token")
        claims = await self._verifier.claims(token.strip())
        return Session(await self._directory.identify(claims), float(claims.exp))
