"""A signed-in user: on whose behalf operations run, and until when."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from rapport.contracts.identity import TokenScope, Viewer
from rapport.contracts.pipeline import ViewerIdentity

TOO_NARROW = "the token does not allow this"
UNKNOWN_USER = "your e-mail address belongs to no user of the organisation"


class UnauthenticatedError(Exception):
    """The request carries no token that we accept."""

    def __init__(self, reason: str, message: str) -> None:
        """``reason`` is for programs, ``message`` for people; neither quotes the token."""
        super().__init__(message)
        self.reason = reason
        self.message = message


class UnknownUserError(Exception):
    """The token is valid, but the organisation's directory has no user with its e-mail address."""


_ALLOWED_FIELDS = {TokenScope.SOURCING: frozenset({"__typename", "recordSourcingActivity"})}
"""What a narrow token allows of the API; services refuse all requests that do not belong to it as well."""


@dataclass(frozen=True, slots=True)
class Session:
    """A user on whose behalf operations run, until their token expires."""

    identity: ViewerIdentity
    expires_at: float
    """Seconds since the epoch."""

    @property
    def viewer(self) -> Viewer:
        """The user as services authorise them."""
        return self.identity.viewer

    @property
    def is_narrow(self) -> bool:
        """Whether the token allows only a part of what its user may do."""
        return self.viewer.token_scope is not None

    def allows(self, fields: Iterable[str]) -> bool:
        """Whether the token allows these fields of the root types, whatever its user may do."""
        scope = self.viewer.token_scope
        return scope is None or _ALLOWED_FIELDS[scope].issuperset(fields)

    def check(self) -> None:
        """Raise UnauthenticatedError once the token has expired."""
        if time.time() >= self.expires_at:
            raise token_expired()


def token_expired() -> UnauthenticatedError:
    """The error for a token that was valid once."""
    return UnauthenticatedError("TOKEN_EXPIRED", "the token has expired")
