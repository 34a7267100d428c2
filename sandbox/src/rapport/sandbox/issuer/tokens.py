"""Tokens, good and bad ones."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from rapport.sandbox.issuer.keys import ALGORITHM, SigningKeys

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class Issuer:
    """Who vouches for the users of one organisation's demo."""

    url: str
    keys: SigningKeys
    organisation: str
    audience: str = "rapport"
    browser_url: str | None = None
    """Where browsers reach it, if not by its own address."""
    session_lifetime: timedelta = timedelta(minutes=15)
    """Of the access tokens that the web app gets, and renews."""

    def token(
        self,
        email: str,
        *,
        organisation: str | None = None,
        lifetime: timedelta = LIFETIME,
        at: datetime | None = None,
        **claims: Any,
    ) -> str:
        """Return a token for a user.

        A negative lifetime makes an expired one, and other claims replace the usual: `aud="someone-else"`.
        """
        now = at or datetime.now(UTC)
        usual = {
            "iss": self.url,
            "aud": self.audience,
            "sub": email,
            "email": email,
            "email_verified": True,
            "org": organisation or self.organisation,
            "iat": int(min(now, now + lifetime).timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        key = self.keys.current
        return jwt.encode(usual | claims, key.key, algorithm=ALGORITHM, headers={"kid": key.kid})

    def discovery(self) -> dict[str, Any]:
        """Return what a relying party finds at `/.well-known/openid-configuration`."""
        near_browser = self.browser_url or self.url
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
            "authorization_endpoint": f"{near_browser}/authorize",
            "token_endpoint": f"{near_browser}/token",
            "end_session_endpoint": f"{near_browser}/end-session",
            "grant_types_supported": ["authorization_code", "refresh_token", "password"],
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "scopes_supported": ["openid", "email", "profile"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["none"],
            "claims_supported": ["iss", "aud", "sub", "email", "email_verified", "org", "iat", "exp"],
        }
