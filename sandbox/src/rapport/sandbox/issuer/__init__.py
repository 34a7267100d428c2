"""An OpenID Connect issuer for the demo and for tests: real signatures, real discovery, no passwords."""

from rapport.sandbox.issuer.tokens import Issuer
from rapport.sandbox.issuer.users import DemoUser

__all__ = ["DemoUser", "Issuer"]
