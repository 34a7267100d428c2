"""Signed links: only we can create a link and verify what it refers to.

A token contains no secret but is one: possession is enough to use it. It is never logged.
"""

import hashlib

from itsdangerous import BadData, URLSafeSerializer


class Links:
    """Tokens for one purpose; a token made for another purpose, or with another secret, is none."""

    def __init__(self, secret: str, purpose: str) -> None:
        """``secret`` is shared by the replicas of a service; with it go all links."""
        self._serializer = URLSafeSerializer(
            secret, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        )

    def token(self, *parts: object) -> str:
        """The token that stands for these parts; safe in the path of an address."""
        return str(self._serializer.dumps([str(part) for part in parts]))

    def parts(self, token: str) -> tuple[str, ...] | None:
        """What a token stands for; None if we did not make it."""
        try:
            found = self._serializer.loads(token)
        except BadData:
            return None
        return tuple(map(str, found)) if isinstance(found, list) else None
