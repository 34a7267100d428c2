"""Private people: whom the ATS shows only to those who work on them."""

from uuid import UUID

from rapport.contracts.authorisation import SEE_PRIVATE_PEOPLE, Rule
from rapport.contracts.identity import UserId, Viewer
from rapport.kit.database.unit_of_work import ReadSession
from rapport.pipeline.domain.application import LockedApplication
from rapport.pipeline.store import SQL

_NOBODY = UserId(UUID(int=0))
"""Close to nobody."""


def private_to(viewer: Viewer, *, presentable: bool = False) -> UserId | None:
    """The user who must be close to private people to see them; None for those who see everybody.

    ``presentable``: others see the screen as well, so that no private person is shown, whoever asks.
    """
    if presentable:
        return _NOBODY
    return None if SEE_PRIVATE_PEOPLE in viewer.grants else viewer.user_id


async def sees(session: ReadSession, rule: Rule, viewer: Viewer, locked: LockedApplication) -> bool:
    """Whether the viewer sees an application within the scope of a rule."""
    application, scope = locked.application, rule.scope_user(viewer)
    arguments = (application.job_id, scope, application.person_id, private_to(viewer))
    return bool(await session.fetchval(SQL["sees_application"], *arguments))
