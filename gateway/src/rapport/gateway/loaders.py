"""The loaders of one operation: each relationship's reads are gathered into as few requests as possible."""

from rapport.gateway.analytics.loaders import funnels_by_job
from rapport.gateway.applications.loaders import applications_by_id, histories_by_application
from rapport.gateway.asking import Asking
from rapport.gateway.jobs.loaders import jobs_by_id
from rapport.gateway.outreach.loaders import messages_by_id, sees_ledger_of
from rapport.gateway.people.loaders import people_by_id
from rapport.gateway.reviews.loaders import reviews_by_id, verdicts_by_id
from rapport.gateway.users.loaders import users_by_id


class Loaders:
    """What they load is believed for as long as the operation lasts."""

    def __init__(self, asking: Asking) -> None:
        """They load what the operation's viewer may see."""
        self.jobs_by_id = jobs_by_id(asking)
        self.people_by_id = people_by_id(asking, with_applications=False)
        self.people_with_applications_by_id = people_by_id(asking, with_applications=True)
        self.applications_by_id = applications_by_id(asking)
        self.applications_with_history_by_id = histories_by_application(asking)
        self.funnels_by_job = funnels_by_job(asking)
        self.users_by_id = users_by_id(asking)
        self.reviews_by_id = reviews_by_id(asking, whole=False)
        self.whole_reviews_by_id = reviews_by_id(asking, whole=True)
        self.verdicts_by_id = verdicts_by_id(asking)
        self.messages_by_id = messages_by_id(asking)
        self.sees_ledger_of = sees_ledger_of(asking)
