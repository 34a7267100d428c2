"""Private people: whom the ATS shows only to those who work on them."""

from rapport.contracts.authorisation import SEE_PRIVATE_PEOPLE
from rapport.contracts.identity import UserId, Viewer


def private_to(viewer: Viewer) -> UserId | None:
    """The user who must be close to private people to see them; None for those who see everybody."""
    return None if SEE_PRIVATE_PEOPLE in viewer.grants else viewer.user_id
