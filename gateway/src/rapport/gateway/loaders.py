"""The loaders of one operation: each relationship's reads are gathered into as few requests as possible."""

from collections.abc import Callable
from typing import Generic, TypeVar

from rapport.gateway.analytics.loaders import funnels_by_job
from rapport.gateway.applications.loaders import applications_by_id, histories_by_application
from rapport.gateway.asking import Asking
from rapport.gateway.jobs.loaders import jobs_by_id
from rapport.gateway.outreach.loaders import messages_by_id, sees_ledger_of
from rapport.gateway.people.loaders import people_by_id
from rapport.gateway.reviews.loaders import reviews_by_id, verdicts_by_id
from rapport.gateway.users.loaders import users_by_id

_LoaderT = TypeVar("_LoaderT")


class _Made(Generic[_LoaderT]):
    """A loader that is made when it is first used: an operation needs few of them, an event of a subscription none."""

    def __init__(self, make: Callable[[Asking], _LoaderT]) -> None:
        self._make = make

    def __set_name__(self, _: type, name: str) -> None:
        self._name = name

    def __get__(self, loaders: "Loaders", _: type) -> _LoaderT:
        # Found before this descriptor from now on.
        made = loaders.__dict__[self._name] = self._make(loaders.asking)
        return made


class Loaders:
    """What they load is believed for as long as the operation lasts."""

    jobs_by_id = _Made(jobs_by_id)
    people_by_id = _Made(lambda asking: people_by_id(asking, with_applications=False))
    people_with_applications_by_id = _Made(lambda asking: people_by_id(asking, with_applications=True))
    applications_by_id = _Made(applications_by_id)
    applications_with_history_by_id = _Made(histories_by_application)
    funnels_by_job = _Made(funnels_by_job)
    users_by_id = _Made(users_by_id)
    reviews_by_id = _Made(lambda asking: reviews_by_id(asking, whole=False))
    whole_reviews_by_id = _Made(lambda asking: reviews_by_id(asking, whole=True))
    verdicts_by_id = _Made(verdicts_by_id)
    messages_by_id = _Made(messages_by_id)
    sees_ledger_of = _Made(sees_ledger_of)

    def __init__(self, asking: Asking) -> None:
        """They load what the operation's viewer may see."""
        self.asking = asking
