"""The keys that tokens are signed with: one in use, one announced to be next, one that was used before."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

ALGORITHM = "ES256"


@dataclass(frozen=True)
class SigningKey:
    """A private key and the name by which tokens refer to it."""

    kid: str
    key: ec.EllipticCurvePrivateKey

    def public_jwk(self) -> dict[str, Any]:
        """Return what verifiers need."""
        return self._as_jwk(self.key.public_key())

    def private_jwk(self) -> dict[str, Any]:
        """Return what the issuer keeps."""
        return self._as_jwk(self.key)

    def _as_jwk(self, key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> dict[str, Any]:
        return ECAlgorithm.to_jwk(key, as_dict=True) | {"kid": self.kid, "use": "sig", "alg": ALGORITHM}


class SigningKeys:
    """Kept in a file, so that a restart does not invalidate the tokens people have pasted somewhere."""

    def __init__(self, file: Path) -> None:
        """Read the keys, or make the first two."""
        self._file = file
        if file.exists():
            known = json.loads(file.read_text())
            self._number: int = known["number"]
            self._keys = [SigningKey(jwk["kid"], _private_key(jwk)) for jwk in known["keys"]]
        else:
            self._number = 0
            self._keys = [self._new_key(), self._new_key()]
            self._save()

    @property
    def current(self) -> SigningKey:
        """The key that signs."""
        return self._keys[-2]

    def published(self) -> dict[str, Any]:
        """Return the key set. The next key is in it before it signs, so that verifiers already know it."""
        return {"keys": [key.public_jwk() for key in self._keys]}

    def rotate(self) -> None:
        """Sign with the next key from now on; tokens of the one before stay good."""
        self._keys = [*self._keys[-2:], self._new_key()]
        self._save()

    def _new_key(self) -> SigningKey:
        self._number += 1
        return SigningKey(f"demo-{self._number}", ec.generate_private_key(ec.SECP256R1()))

    def _save(self) -> None:
        content = {"number": self._number, "keys": [key.private_jwk() for key in self._keys]}
        unfinished = self._file.with_suffix(".new")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(content))
        unfinished.replace(self._file)


def _private_key(jwk: dict[str, Any]) -> ec.EllipticCurvePrivateKey:
    return cast("ec.EllipticCurvePrivateKey", ECAlgorithm.from_jwk(jwk))
