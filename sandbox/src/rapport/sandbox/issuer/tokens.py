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
        return {
            "issuer": self.url,
            "jwks_uri": f"{self.url}/jwks",
            "token_endpoint": f"{self.url}/token",
            "grant_types_supported": ["password"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["none"],
            "claims_supported": ["iss", "aud", "sub", "email", "email_verified", "org", "iat", "exp"],
        }
