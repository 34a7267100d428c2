"""Who sent a request: bearer tokens of an OpenID Connect issuer, and the directory's user behind them."""

import time
from functools import partial
from hashlib import sha256
from typing import Literal

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from rapport.contracts.identity import OrgId, TokenScope
from rapport.contracts.pipeline import IdentifyViewer, ViewerIdentity
from rapport.contracts.refusals import Refusal
from rapport.gateway.cache import TtlCache
from rapport.gateway.server.issuer_keys import IssuerKeys
from rapport.gateway.session import Session, UnauthenticatedError, UnknownUserError, token_expired
from rapport.kit.rpc.client import RequestClient

_ALGORITHMS = ("RS256", "ES256")
_TRUSTED_FOR = 30.0
"""Seconds for which a user's identity and a token's signature are cached."""
_MAX_CACHED = 10_000
"""Users, and tokens, cached at once."""


class Claims(BaseModel):
    """The claims a token must have about its owner."""

    model_config = ConfigDict(frozen=True)

    email: str
    email_verified: Literal[True]
    org: OrgId
    exp: int
    scope: str = ""
    """What the token is for, word by word (RFC 6749); words that we do not know are of other applications."""

    @property
    def token_scope(self) -> TokenScope | None:
        """What the token is limited to, if it names one of our narrow scopes."""
        return next((scope for scope in TokenScope if scope in self.scope.split()), None)


class TokenVerifier:
    """Accepts tokens that our issuer has signed for this API, and no others."""

    def __init__(self, keys: IssuerKeys, issuer: str, audience: str) -> None:
        """``issuer`` and ``audience`` are what tokens must name."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._verified: TtlCache[bytes, Claims] = TtlCache(_TRUSTED_FOR, _MAX_CACHED)

    async def claims(self, token: str) -> Claims:
        """The claims of a valid token; verified tokens are cached for a moment, until they expire.

        Raises:
            UnauthenticatedError: it is not valid; the reason says why.
            ServiceUnavailableError: the issuer's keys cannot be fetched.
        """
        digest = sha256(token.encode(errors="surrogatepass")).digest()
        cached = self._verified.get(digest)
        if cached and time.time() < cached.exp:
            return cached
        claims = await self._verify(token)
        self._verified.put(digest, claims)
        return claims

    async def _verify(self, token: str) -> Claims:
        key = await self._key(token)
        try:
            payload = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                issuer=self._issuer,
                audience=self._audience,
                options={"require": ["exp", "iss", "aud"], "verify_iat": False},
            )
            return Claims.model_validate(payload)
        except jwt.ExpiredSignatureError:
            raise token_expired() from None
        except jwt.InvalidAudienceError:
            raise UnauthenticatedError("TOKEN_FOREIGN", "the token is meant for another application") from None
        except jwt.InvalidSignatureError:
            raise UnauthenticatedError("TOKEN_FORGED", "the token's signature is not its issuer's") from None
        except jwt.PyJWTError:
            raise UnauthenticatedError("TOKEN_MALFORMED", "the token lacks claims or has invalid ones") from None
        except ValidationError:
            raise UnauthenticatedError(
                "TOKEN_INCOMPLETE", "the token does not name an organisation and a verified e-mail address"
            ) from None

    async def _key(self, token: str) -> jwt.PyJWK:
        """The key it claims to be signed with; nothing it says is trusted yet."""
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


class ViewerDirectory:
    """The organisation's users, as pipeline knows them; cached for a moment."""

    def __init__(self, services: RequestClient, time_limit: float) -> None:
        """``time_limit`` is in seconds."""
        self._services = services
        self._time_limit = time_limit
        self.identities: TtlCache[tuple[str, str], ViewerIdentity] = TtlCache(_TRUSTED_FOR, _MAX_CACHED)

    async def identify(self, claims: Claims) -> ViewerIdentity:
        """The user with the token's e-mail address.

        Raises:
            UnknownUserError: there is none in the token's organisation.
            ServiceUnavailableError: the directory does not answer.
        """
        return await self.identities.get_or_compute((claims.org, claims.email), partial(self._identify, claims))

    async def _identify(self, claims: Claims) -> ViewerIdentity:
        request = IdentifyViewer(org_id=claims.org, email=claims.email)
        result = await self._services.call(request, None, deadline=self._time_limit)
        if isinstance(result, Refusal):
            raise UnknownUserError
        return result


class Identity:
    """From an Authorization header to a session."""

    def __init__(self, verifier: TokenVerifier, directory: ViewerDirectory) -> None:
        """``verifier`` reads the token, ``directory`` finds its owner."""
        self._verifier = verifier
        self._directory = directory

    async def session(self, authorization: object) -> Session:
        """The session of the user whose token it is.

        Args:
            authorization: the header, or the same in a websocket's first message.

        Raises:
            UnauthenticatedError: no valid token.
            UnknownUserError: a valid token of an unknown user.
            ServiceUnavailableError: the issuer or the directory does not answer.
        """
        if not authorization:
            raise UnauthenticatedError("TOKEN_MISSING", "a bearer token is needed")
        scheme, _, token = str(authorization).partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise UnauthenticatedError("TOKEN_MALFORMED", "the authorization is not a bearer token")
        claims = await self._verifier.claims(token.strip())
        identity = await self._directory.identify(claims)
        if claims.token_scope:
            viewer = identity.viewer.model_copy(update={"token_scope": claims.token_scope})
            identity = identity.model_copy(update={"viewer": viewer})
        return Session(identity, float(claims.exp))
